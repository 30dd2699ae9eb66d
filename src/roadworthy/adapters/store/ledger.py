"""The SQLite file that holds records, their signed statements and the chained log.

A record, its envelopes and its log entry are written in one transaction: there is
no record without an entry and no entry without its record.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from roadworthy.core.clock import Clock
from roadworthy.core.digest import Digest
from roadworthy.core.errors import StoreError
from roadworthy.evidence.chain import Entry, append, decode_log, encode_log

_BUSY_TIMEOUT_S = 30.0
_MAX_BODY_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record as it lies in the table."""

    digest: Digest
    body: bytes


class Ledger:
    """One SQLite file in WAL mode; safe for several processes.

    Raises:
        StoreError: If the file cannot be opened, is not a ledger, or was written by a
            newer version.
    """

    def __init__(self, path: Path, *, clock: Clock, actor: str) -> None:
        self._path = path
        self._clock = clock
        self._actor = actor
        self._connection = self._open()

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        self._connection.close()

    def put(
        self,
        *,
        kind: str,
        digest: Digest,
        body: bytes,
        id: str | None,
        name: str | None,
        envelopes: Mapping[str, bytes],
        also: Callable[[sqlite3.Connection], None] | None = None,
    ) -> None:
        """Write a record with its envelopes and its log entry, all or nothing; a known digest is a no-op.

        Args:
            kind: Noun of the record.
            digest: Digest of ``body``.
            body: Canonical JSON.
            id: The record's own identifier, where it has one.
            name: Name that people call it by; the newest of a name wins look-ups.
            envelopes: Signed statements by predicate type.
            also: Further rows to write in the same transaction.
        """
        if len(body) > _MAX_BODY_BYTES:
            raise StoreError(f"a {kind} record of {len(body)} bytes is larger than {_MAX_BODY_BYTES}")
        with self.transaction() as db:
            if db.execute("SELECT 1 FROM records WHERE digest = ?", (digest,)).fetchone():
                return
            entry = append(
                self._head(db),
                kind=kind,
                digest=digest,
                recorded_at=self._clock.now(),
                actor=self._actor,
            )
            db.execute(
                "INSERT INTO records (digest, kind, id, name, added, body) VALUES (?, ?, ?, ?, ?, ?)",
                (digest, kind, id, name, entry.seq, body),
            )
            db.executemany(
                "INSERT INTO envelopes (digest, predicate, envelope) VALUES (?, ?, ?)",
                [(digest, predicate, envelope) for predicate, envelope in envelopes.items()],
            )
            if also is not None:
                also(db)
            db.execute("INSERT INTO log (seq, entry) VALUES (?, ?)", (entry.seq, encode_log([entry])))

    def rows(self, where: str, parameters: tuple[object, ...]) -> list[Row]:
        """Return the records that a fixed condition selects, in the order that it states."""
        query = f"SELECT digest, body FROM records WHERE {where}"  # noqa: S608 - callers pass constants
        return [Row(digest=str(digest), body=_blob(body)) for digest, body in self.query(query, parameters)]

    def query(self, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """Run a fixed query and return its rows."""
        with self._translated():
            return self._connection.execute(sql, parameters).fetchall()

    def envelopes(self, digest: Digest) -> dict[str, bytes]:
        """Return the signed statements about a record, by predicate type."""
        rows = self.query("SELECT predicate, envelope FROM envelopes WHERE digest = ? ORDER BY predicate", (digest,))
        return {str(predicate): _blob(envelope) for predicate, envelope in rows}

    def entries(self) -> list[Entry]:
        """Return the whole log, oldest first."""
        blobs = [_blob(blob) for (blob,) in self.query("SELECT entry FROM log ORDER BY seq")]
        return list(decode_log(b"".join(blobs), where=str(self._path)))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock; commit at the end, roll back on any error."""
        with self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _head(self, db: sqlite3.Connection) -> Entry | None:
        row = db.execute("SELECT entry FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        return decode_log(_blob(row[0]), where=str(self._path))[-1] if row else None

    def _open(self) -> sqlite3.Connection:
        with self._translated():
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                if not self._path.exists():
                    os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            except OSError as error:
                raise StoreError(
                    f"cannot create the ledger: {error.strerror}",
                    where=str(self._path),
                    fix="check that the folder is writable",
                ) from error
            connection = sqlite3.connect(
                self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            self._migrate(connection)
            return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        folder = resources.files("roadworthy.adapters.store").joinpath("migrations")
        steps = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(steps):
            raise StoreError(
                f"the ledger was written by a newer version (schema {version}, known {len(steps)})",
                where=str(self._path),
                fix="upgrade roadworthy",
            )
        for number, step in enumerate(steps[version:], start=version + 1):
            script = step.read_text(encoding="utf-8")
            connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"the ledger cannot be used: {error}",
                where=str(self._path),
                fix="check that the disk has room, the file is writable and it is a Roadworthy ledger",
            ) from error


def _blob(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise StoreError("the ledger holds a value of another type than it was written with")
    return value
