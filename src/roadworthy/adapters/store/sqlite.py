"""The ledger's tables in one SQLite file: the default, for one machine."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from threading import RLock

from roadworthy.adapters.store.database import (
    BUSY_TIMEOUT_S,
    Row,
    Writer,
    half_a_character,
    migrations,
    require_known,
)
from roadworthy.core.errors import StoreError


class SqliteDatabase:
    """One file in WAL mode; safe for several processes and threads.

    Raises:
        StoreError: If the file cannot be opened, is not a ledger, or was written by a newer version.
    """

    def __init__(self, path: Path) -> None:
        self.where = str(path)
        self._path = path
        self._lock = RLock()
        self._depth = 0
        self._connection = self._open()

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run a fixed query and return its rows."""
        with self._lock, self._translated():
            return _SqliteWriter(self._connection).execute(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        """Hold the write lock of the file; inside another, be a savepoint of it."""
        with self._lock, self._translated():
            begin, commit, undo = (
                ("SAVEPOINT part", "RELEASE part", "ROLLBACK TO part; RELEASE part")
                if self._depth
                else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
            )
            self._connection.execute(begin)
            self._depth += 1
            try:
                yield _SqliteWriter(self._connection)
                self._connection.execute(commit)
            except BaseException:
                self._undo(undo)
                raise
            finally:
                self._depth -= 1

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _undo(self, statements: str) -> None:
        # A full disk rolls the transaction back by itself; the first error is the one to tell.
        if self._connection.in_transaction:
            for statement in statements.split("; "):
                self._connection.execute(statement)

    def _open(self) -> sqlite3.Connection:
        with self._translated():
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                if not self._path.exists():
                    os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            except OSError as error:
                raise StoreError(
                    f"cannot create the ledger: {error.strerror}",
                    where=self.where,
                    fix="check that the folder is writable",
                ) from error
            connection = sqlite3.connect(
                self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            try:
                _write_ahead(connection)
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA trusted_schema = OFF")
                self._migrate(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        steps = migrations("sqlite")
        if self._version(connection) == len(steps):
            return
        require_known(self._version(connection), known=len(steps), where=self.where)
        connection.execute("BEGIN IMMEDIATE")
        # Read again under the lock: another process may have done it meanwhile.
        for step in steps[self._version(connection) :]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")

    @staticmethod
    def _version(connection: sqlite3.Connection) -> int:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return int(version)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError as error:
            raise half_a_character(self.where) from error
        except sqlite3.Error as error:
            raise StoreError(
                f"the ledger cannot be used: {error}",
                where=self.where,
                fix="check that the disk has room, the file is writable and it is a Roadworthy ledger",
            ) from error


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch the file to its write-ahead log. Of two that open a new file at once, one has to ask again.

    SQLite's own waiting does not cover this switch: it answers *busy* at once.
    """
    ends = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                raise
            time.sleep(0.01)


class _SqliteWriter:
    """A transaction of a file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        values = [json.dumps(value) if isinstance(value, list) else value for value in parameters]
        return self._connection.execute(_in_its_words(sql), values).fetchall()

    def together(self) -> AbstractContextManager[None]:
        return nullcontext()


@lru_cache(maxsize=256)
def _in_its_words(sql: str) -> str:
    """Return ``sql`` with lists as this engine takes them: as JSON.

    >>> _in_its_words("SELECT 1 WHERE a = ANY(?)")
    'SELECT 1 WHERE a IN (SELECT value FROM json_each(?))'
    """
    return sql.replace("= ANY(?)", "IN (SELECT value FROM json_each(?))")


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of ``script``; a trigger has semicolons of its own."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
