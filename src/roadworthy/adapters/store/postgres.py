"""The ledger's tables in PostgreSQL: for several machines. Needs the extra ``postgres``."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from roadworthy.adapters.store.database import (
    BUSY_TIMEOUT_S,
    Row,
    Writer,
    half_a_character,
    migrations,
    require_known,
)
from roadworthy.core.errors import ConfigError, StoreError

if TYPE_CHECKING:
    import psycopg

_CONNECT_TIMEOUT_S = 10
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('roadworthy ' || current_schema(), 0))"
"""One writer at a time in one schema, as the log is one chain. Readers never wait; no right on a table is needed."""


class PostgresDatabase:
    """One schema of one database; safe for several machines, processes and threads.

    The tables are made in the schema that comes first in the search path, e.g. with
    ``?options=-csearch_path%3Droadworthy`` at the end of the address.

    Args:
        url: ``postgresql://user:password@host:port/database``. A password is better left to ``PGPASSWORD``,
            ``PGPASSFILE`` or a service file.

    Raises:
        ConfigError: If psycopg is not installed or the address cannot be read.
        StoreError: If the server cannot be used, or a newer version wrote the tables.
    """

    def __init__(self, url: str) -> None:
        self._psycopg = _driver()
        self._settings = self._read(url)
        self.where = _shown(self._settings)
        self._lock = RLock()
        self._inside = False
        with self._translated():
            self._connection = self._open()
            try:
                self._migrate()
            except BaseException:
                self._connection.close()
                raise

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run a fixed query and return its rows."""
        with self._lock, self._translated():
            return _PostgresWriter(self._alive()).execute(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        """Hold the lock of the schema; inside another, be a savepoint of it."""
        with self._lock, self._translated():
            outermost = not self._inside
            connection = self._alive()
            with connection.transaction():
                if outermost:
                    connection.execute(_LOCK)
                self._inside = True
                try:
                    yield _PostgresWriter(connection)
                finally:
                    self._inside = not outermost

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _alive(self) -> psycopg.Connection[Any]:
        """Return the connection; a new one where the server went away between two uses."""
        if self._connection.closed and not self._inside:
            self._connection = self._open()
        return self._connection

    def _open(self) -> psycopg.Connection[Any]:
        # A plan that was kept from when the tables were small would walk all of them when they are large.
        connection: psycopg.Connection[Any] = self._psycopg.connect(
            **self._settings, autocommit=True, prepare_threshold=None
        )
        weakref.finalize(self, connection.close)
        connection.execute(f"SET lock_timeout = '{BUSY_TIMEOUT_S}s'")
        return connection

    def _migrate(self) -> None:
        steps = migrations("postgres")
        if self._version() == len(steps):
            return
        with self.transaction() as db:
            # Read under the lock: another process may have done it meanwhile.
            version = self._version()
            require_known(version, known=len(steps), where=self.where)
            if version == 0:
                db.execute("CREATE TABLE ledger_schema (version INTEGER NOT NULL)")
                db.execute("INSERT INTO ledger_schema (version) VALUES (0)")
            for step in steps[version:]:
                self._connection.execute(step.encode("utf-8"))
            db.execute("UPDATE ledger_schema SET version = ?", (len(steps),))

    def _version(self) -> int:
        # Not by to_regclass: it may remember that there was no table, from before the lock was waited for.
        ((tables,),) = self.query(
            "SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = current_schema() AND c.relname = 'ledger_schema'"
        )
        if not tables:
            return 0
        ((version,),) = self.query("SELECT version FROM ledger_schema")
        return int(str(version))

    def _read(self, url: str) -> dict[str, Any]:
        try:
            settings = self._psycopg.conninfo.conninfo_to_dict(url)
            _require_plain(settings)
        except (self._psycopg.Error, ValueError):
            # What the driver says of it may quote a part of the password.
            raise ConfigError(
                "the address of the database cannot be read",
                where="ROADWORTHY_DATABASE",
                fix="write it like postgresql://user@host:5432/database, with odd characters %-encoded",
            ) from None
        return {"connect_timeout": _CONNECT_TIMEOUT_S, "application_name": "roadworthy", **settings}

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError as error:
            raise half_a_character(self.where) from error
        except self._psycopg.Error as error:
            text = str(error).strip().partition("\n")[0] or type(error).__name__
            password = str(self._settings.get("password") or "")
            if password and password in text:
                text = type(error).__name__
            raise StoreError(
                f"the ledger cannot be used: {text}",
                where=self.where,
                fix="check that the server runs, has room, and lets this user write in this schema",
            ) from None


class _PostgresWriter:
    """A transaction, or a single statement, of a server."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        cursor = self._connection.execute(_placeholders(sql), tuple(parameters))
        return cursor.fetchall() if cursor.description is not None else []

    @contextmanager
    def together(self) -> Iterator[None]:
        with self._connection.pipeline():
            yield


@lru_cache(maxsize=256)
def _placeholders(sql: str) -> bytes:
    """Return ``sql`` with the driver's placeholders.

    >>> _placeholders("SELECT 1 WHERE ? LIKE 'a%'")
    b"SELECT 1 WHERE %s LIKE 'a%%'"
    """
    return sql.replace("%", "%%").replace("?", "%s").encode("utf-8")


def _require_plain(settings: dict[str, Any]) -> None:
    """Refuse an address in which a piece of the password may stand for the host or the port.

    Raises:
        ValueError: If the port is no number, or the host has an ``@`` in it.
    """
    if not str(settings.get("port") or "0").replace(",", "").isdigit() or "@" in str(settings.get("host") or ""):
        raise ValueError("the host or the port cannot be what was meant")


def _shown(settings: dict[str, Any]) -> str:
    """Return the address without what is secret in it.

    >>> _shown({"user": "rw", "password": "hush", "host": "db", "port": "5433", "dbname": "gov"})
    'postgresql://rw@db:5433/gov'
    """
    user = f"{settings['user']}@" if settings.get("user") else ""
    port = f":{settings['port']}" if settings.get("port") else ""
    return f"postgresql://{user}{settings.get('host', '')}{port}/{settings.get('dbname', '')}"


def _driver() -> Any:
    try:
        import psycopg
        import psycopg.conninfo
    except ImportError as error:
        raise ConfigError(
            "the ledger is to be in PostgreSQL, and its driver is not installed",
            where="ROADWORTHY_DATABASE",
            fix="pip install 'roadworthy[postgres]'",
        ) from error
    return psycopg
