"""What the ledger needs of a database. There is one set of queries; where engines differ is said here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from importlib import resources
from typing import Protocol, TypeAlias

from roadworthy.core.errors import ConfigError, StoreError

Row: TypeAlias = tuple[object, ...]
BUSY_TIMEOUT_S = 30
"""How long a writer waits for the one before it."""

_ROWS_AT_ONCE = 200
"""Rows that are written with one statement; far below what engines take as values of one."""

_BYTES_AT_ONCE = 8 * 1024 * 1024
"""Bytes of records after which a statement takes no further row."""


class Writer(Protocol):
    """An open transaction. Statements are constants with ``?`` where values go."""

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows, none where it has none."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """Send what is executed inside without waiting for each answer: it gives no rows, and fails at the end."""
        ...


class Database(Protocol):
    """One database with the ledger's tables. Implementations pass ``tests/contract/test_records.py``.

    Attributes:
        where: What it is called in messages; never with a password.
    """

    where: str

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run a fixed query and return its rows.

        Args:
            sql: With ``?`` where values go, and ``= ANY(?)`` where a list of values goes.
            parameters: The values.

        Raises:
            StoreError: If the database cannot answer.
        """
        ...

    def transaction(self) -> AbstractContextManager[Writer]:
        """Hold the one write lock; commit at the end, roll back on any error. Inside another, it is a part of it.

        Raises:
            StoreError: If something cannot be written; then nothing was.
        """
        ...

    def close(self) -> None:
        """Let go of it. Safe to call twice."""
        ...


def half_a_character(where: str) -> ConfigError:
    """Return the error for text that no database takes: bytes that were no UTF-8 when they were typed."""
    return ConfigError("a text holds half a character, so nothing is called so", where=where, fix="write it in UTF-8")


def insert(db: Writer, statement: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert many rows with few statements: over a network each statement is a journey.

    Args:
        db: An open transaction.
        statement: With ``{}`` where the rows of question marks go, and nothing else that is filled in.
        rows: The values, all of one length.
    """
    for some in _batches(rows):
        marks = f"({', '.join('?' * len(some[0]))})"
        db.execute(statement.format(", ".join([marks] * len(some))), [value for row in some for value in row])


def _batches(rows: Sequence[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    batch: list[Sequence[object]] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) for value in row if isinstance(value, bytes))
        if len(batch) == _ROWS_AT_ONCE or size > _BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def migrations(engine: str) -> list[str]:
    """Return the numbered steps that make the tables of ``engine``, in their order."""
    folder = resources.files("roadworthy.adapters.store").joinpath("migrations", engine)
    steps = sorted((step for step in folder.iterdir() if step.name.endswith(".sql")), key=lambda step: step.name)
    return [step.read_text(encoding="utf-8") for step in steps]


def require_known(version: int, *, known: int, where: str) -> None:
    """Refuse tables that a newer version made.

    Raises:
        StoreError: If ``version`` is above ``known``.
    """
    if version > known:
        raise StoreError(
            f"the ledger was written by a newer version (schema {version}, known {known})",
            where=where,
            fix="upgrade roadworthy",
        )
