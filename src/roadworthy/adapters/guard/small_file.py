"""A small SQLite file that several processes share, each act one transaction."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

_WAIT_S = 10.0


class OtherVersionError(sqlite3.DatabaseError):
    """The file was written by another version of the platform."""


@contextmanager
def opened(path: Path, *, schema: Sequence[str], version: int) -> Iterator[sqlite3.Connection]:
    """Yield the database within one transaction that nobody else writes beside: all of it is kept, or nothing.

    Args:
        path: Made when it is first used, readable by its owner alone.
        schema: Statements that make its tables.
        version: Of the schema.

    Raises:
        OtherVersionError: If it is of another version.
        sqlite3.Error: If it is no database, or cannot be read or written.
        OSError: If it cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
    with closing(sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("BEGIN IMMEDIATE")
        try:
            _prepare(database, schema=schema, version=version)
            yield database
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")


def _prepare(database: sqlite3.Connection, *, schema: Sequence[str], version: int) -> None:
    found = database.execute("PRAGMA user_version").fetchone()[0]
    if found == version:
        return
    if found:
        raise OtherVersionError(f"it is of version {found}; this reads {version}")
    for statement in schema:
        database.execute(statement)
    database.execute(f"PRAGMA user_version = {version}")
