"""The database that holds records, their signed statements and the chained log.

A record, its envelopes, its claim, what it says of other records and its log entry are written in one
transaction: there is no record without an entry and no entry without its record.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from roadworthy.adapters.store.database import Database, Writer, insert
from roadworthy.adapters.store.database import Row as Values
from roadworthy.adapters.store.sqlite import SqliteDatabase
from roadworthy.core.clock import Clock
from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConflictError, StoreError
from roadworthy.evidence.chain import Entry, append, decode_log, encode_log

_MAX_BODY_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record as it lies in the table."""

    digest: Digest
    body: bytes
    added: int
    """Number of its log entry."""

    kind: str
    id: str | None
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record that is to be written."""

    kind: str
    """Noun of the record."""

    digest: Digest
    """Of ``body``."""

    body: bytes
    """Canonical JSON."""

    id: str | None = None
    """The record's own identifier, where it has one."""

    name: str | None = None
    """Name that people call it by; the newest of a name wins look-ups."""

    envelopes: Mapping[str, bytes] = field(default_factory=dict)
    """Signed statements by predicate type."""

    claim: str | None = None
    """A name that only one record of all may have."""


class Ledger:
    """Records in one database; safe for several processes.

    Args:
        place: A database, or the path of an SQLite file.
        clock: Gives the time of log entries.
        actor: Stable id of who is acting, as log entries name them.

    Raises:
        StoreError: If the database cannot be opened, holds no ledger, or was written by a newer version.
    """

    def __init__(self, place: Database | Path, *, clock: Clock, actor: str) -> None:
        self.database: Database = SqliteDatabase(place) if isinstance(place, Path) else place
        self._clock = clock
        self._actor = actor

    def close(self) -> None:
        """Let go of the database. Safe to call twice."""
        self.database.close()

    def put(self, drafts: Sequence[Draft], *, also: Callable[[Writer, Collection[Digest]], None] | None = None) -> None:
        """Write records with their envelopes and log entries, all or nothing; a known digest is a no-op.

        Args:
            drafts: The records, in the order in which the log takes them in.
            also: Writes further rows of the records that are new, in the same transaction.

        Raises:
            ConflictError: If another record has a claim; then nothing was written.
            StoreError: If something cannot be written; then nothing was.
        """
        for draft in drafts:
            if len(draft.body) > _MAX_BODY_BYTES:
                raise StoreError(f"a {draft.kind} record of {len(draft.body)} bytes is larger than {_MAX_BODY_BYTES}")
        with self.transaction() as db:
            rows = db.execute("SELECT digest FROM records WHERE digest = ANY(?)", ([d.digest for d in drafts],))
            known = {digest for (digest,) in rows}
            new: dict[Digest, Draft] = {}
            for draft in drafts:
                if draft.digest not in known:
                    new.setdefault(draft.digest, draft)
            claims = _free_claims(db, drafts)
            entries = self._continued(db, list(new.values())) if new else []
            with db.together():
                self._write(db, list(zip(entries, new.values(), strict=True)))
                insert(db, "INSERT INTO claims (claim, digest) VALUES {}", claims)
                if also is not None and new:
                    also(db, new.keys())

    def _continued(self, db: Writer, drafts: Sequence[Draft]) -> list[Entry]:
        """Return the log entries of ``drafts``, each chained to the one before it."""
        rows = db.execute("SELECT entry FROM log ORDER BY seq DESC LIMIT 1")
        head = decode_log(_blob(rows[0][0]), where=self.database.where)[-1] if rows else None
        now = self._clock.now()
        entries: list[Entry] = []
        for draft in drafts:
            head = append(head, kind=draft.kind, digest=draft.digest, recorded_at=now, actor=self._actor)
            entries.append(head)
        return entries

    @staticmethod
    def _write(db: Writer, pairs: Sequence[tuple[Entry, Draft]]) -> None:
        insert(
            db,
            "INSERT INTO records (digest, kind, id, name, added, body) VALUES {}",
            [(d.digest, d.kind, d.id, d.name, entry.seq, d.body) for entry, d in pairs],
        )
        insert(
            db,
            "INSERT INTO envelopes (digest, predicate, envelope) VALUES {}",
            [(d.digest, predicate, envelope) for _, d in pairs for predicate, envelope in d.envelopes.items()],
        )
        insert(db, "INSERT INTO log (seq, entry) VALUES {}", [(entry.seq, encode_log([entry])) for entry, _ in pairs])

    def rows(self, where: str, parameters: tuple[object, ...]) -> list[Row]:
        """Return the records that a fixed condition selects, in the order that it states."""
        query = f"SELECT digest, body, added, kind, id, name FROM records WHERE {where}"  # noqa: S608 - callers pass constants
        return [
            Row(
                digest=str(digest),
                body=_blob(body),
                added=int(str(added)),
                kind=str(kind),
                id=None if id is None else str(id),
                name=None if name is None else str(name),
            )
            for digest, body, added, kind, id, name in self.query(query, parameters)
        ]

    def pages(self, kind: str) -> Iterator[list[Row]]:
        """Yield the records of a noun, oldest first, some at a time: very many are never held at once."""
        rows = self.rows("kind = ? ORDER BY added LIMIT 200", (kind,))
        while rows:
            yield rows
            rows = self.rows("kind = ? AND added > ? ORDER BY added LIMIT 200", (kind, rows[-1].added))

    def every(self) -> Iterator[Row]:
        """Yield every record, by digest."""
        rows = self.rows("digest > '' ORDER BY digest LIMIT 200", ())
        while rows:
            yield from rows
            rows = self.rows("digest > ? ORDER BY digest LIMIT 200", (rows[-1].digest,))

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Values]:
        """Run a fixed query, with ``?`` where values go, and return its rows."""
        return self.database.query(sql, parameters)

    def envelopes(self, digest: Digest) -> dict[str, bytes]:
        """Return the signed statements about a record, by predicate type."""
        rows = self.query("SELECT predicate, envelope FROM envelopes WHERE digest = ? ORDER BY predicate", (digest,))
        return {str(predicate): _blob(envelope) for predicate, envelope in rows}

    def envelopes_of(self, digests: Sequence[Digest]) -> dict[Digest, dict[str, bytes]]:
        """Return the signed statements about each of many records, by predicate type."""
        found: dict[Digest, dict[str, bytes]] = {digest: {} for digest in digests}
        rows = self.query(
            "SELECT digest, predicate, envelope FROM envelopes WHERE digest = ANY(?) ORDER BY digest, predicate",
            (list(digests),),
        )
        for digest, predicate, envelope in rows:
            found[str(digest)][str(predicate)] = _blob(envelope)
        return found

    def entries(self) -> list[Entry]:
        """Return the whole log, oldest first."""
        blobs = [_blob(blob) for (blob,) in self.query("SELECT entry FROM log ORDER BY seq")]
        return list(decode_log(b"".join(blobs), where=self.database.where))

    def transaction(self) -> AbstractContextManager[Writer]:
        """Hold the write lock; commit at the end, roll back on any error. All that is added inside or none."""
        return self.database.transaction()


def _free_claims(db: Writer, drafts: Sequence[Draft]) -> list[tuple[str, Digest]]:
    """Return the claims that nobody has yet, with the digests that take them.

    Raises:
        ConflictError: If another record has one.
    """
    wanted = [(draft.claim, draft.digest) for draft in drafts if draft.claim is not None]
    if not wanted:
        return []
    rows = db.execute("SELECT claim, digest FROM claims WHERE claim = ANY(?)", ([claim for claim, _ in wanted],))
    held = {str(claim): str(digest) for claim, digest in rows}
    free: dict[str, Digest] = {}
    for claim, digest in wanted:
        holder = held.get(claim) or free.setdefault(claim, digest)
        if holder != digest:
            raise ConflictError(
                f"{claim} was already written by somebody else",
                where=holder,
                fix="look at what is there now, and decide again",
            )
    return list(free.items())


def _blob(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise StoreError("the ledger holds a value of another type than it was written with")
    return value
