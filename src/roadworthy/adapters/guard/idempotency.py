"""The book of idempotency keys in a SQLite file: one effect is made once, whatever number of processes asks for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from roadworthy.adapters.guard.small_file import opened
from roadworthy.core.digest import Digest, JsonValue
from roadworthy.guard.idempotency.kept import Came, Kept, result_text
from roadworthy.guard.idempotency.keys import KEPT_FOR, MAX_KEYS, Clash, Earlier, KeysError, Place
from roadworthy.guard.idempotency.patient_clock import PatientClock

_VERSION = 1
_SCHEMA = (
    "CREATE TABLE kept (tenant TEXT NOT NULL, principal TEXT NOT NULL, conversation TEXT NOT NULL, key TEXT NOT NULL,"
    " since REAL NOT NULL, action TEXT NOT NULL, ticket TEXT NOT NULL, came TEXT NOT NULL, result TEXT NOT NULL,"
    " PRIMARY KEY (tenant, principal, conversation, key))",
    "CREATE INDEX of_time ON kept (since)",
)
_CLOCK = (
    "CREATE TABLE IF NOT EXISTS clock"
    " (one INTEGER PRIMARY KEY CHECK (one = 1), believed REAL, counted REAL, since REAL)"
)
"""Made wherever it is not there yet, so that a file without it goes on."""

_FIND = (
    "SELECT action, ticket, came, result FROM kept WHERE tenant = ? AND principal = ? AND conversation = ? AND key = ?"
)
_OPEN = " WHERE tenant = ? AND principal = ? AND conversation = ? AND key = ? AND ticket = ? AND came != 'done'"


class SqliteKeys:
    """`IdempotencyKeys` in a file, for any number of threads and processes of one machine.

    The results that the model saw are in it for a day, and until a key is taken after that: keep it like the
    application's own data.

    Args:
        path: Of the file; made when it is first used, readable by its owner alone.
        max_keys: That are known at once.
    """

    def __init__(self, path: Path, *, max_keys: int = MAX_KEYS) -> None:
        self._path = path
        self._max_keys = max_keys

    def __repr__(self) -> str:
        return f"SqliteKeys({self._path.name!r})"

    def begin(self, place: Place, action: Digest, *, ticket: str, at: datetime) -> Earlier | Clash | None:
        """As `IdempotencyKeys.begin`."""
        with self._writing() as database:
            believed, latest = _times(database, at.timestamp())
            database.execute("DELETE FROM kept WHERE since <= ?", (believed - KEPT_FOR.total_seconds(),))
            row = database.execute(_FIND, place).fetchone()
            if row is not None:
                return _read(row).says(action)
            if database.execute("SELECT count(*) FROM kept").fetchone()[0] >= self._max_keys:
                return Clash.FULL
            new = (*place, latest, action, ticket, Came.UNDER_WAY.value, "null")
            database.execute("INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", new)
            return None

    def done(self, place: Place, result: JsonValue, *, ticket: str) -> None:
        """As `IdempotencyKeys.done`."""
        self._change("UPDATE kept SET came = 'done', result = ?", result_text(result), place=place, ticket=ticket)

    def release(self, place: Place, *, ticket: str) -> None:
        """As `IdempotencyKeys.release`."""
        self._change("DELETE FROM kept", place=place, ticket=ticket)

    def doubt(self, place: Place, *, ticket: str) -> None:
        """As `IdempotencyKeys.doubt`."""
        self._change("UPDATE kept SET came = 'doubtful'", place=place, ticket=ticket)

    def _change(self, statement: str, *values: str, place: Place, ticket: str) -> None:
        with self._writing() as database:
            database.execute(statement + _OPEN, (*values, *place, ticket))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with opened(self._path, schema=_SCHEMA, version=_VERSION) as database:
                yield database
        except (sqlite3.Error, OSError, UnicodeError) as error:
            raise KeysError(f"the book of keys cannot be used ({type(error).__name__})") from None


def _times(database: sqlite3.Connection, now: float) -> tuple[float, float]:
    """Return what time is believed, and the latest that it may be (`PatientClock`)."""
    database.execute(_CLOCK)
    row = database.execute("SELECT believed, counted, since FROM clock").fetchone()
    clock = PatientClock() if row is None else PatientClock.resumed(row)
    believed, latest = clock.read(now)
    database.execute("INSERT OR REPLACE INTO clock VALUES (1, ?, ?, ?)", clock.reading)
    return believed, latest


def _read(row: tuple[str, str, str, str]) -> Kept:
    action, ticket, came, result = row
    try:
        return Kept(action=action, ticket=ticket, came=Came(came), result=result)
    except ValueError:
        raise KeysError("the book of keys holds what is no key") from None
