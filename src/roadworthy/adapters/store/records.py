"""Typed views on the ledger: one for each noun, whatever database it is in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from roadworthy.adapters.store.database import Writer, insert
from roadworthy.adapters.store.graph import write_traces
from roadworthy.adapters.store.ledger import Draft, Ledger, Row
from roadworthy.core.digest import Digest, canonical_json, digest_of_bytes
from roadworthy.core.errors import NotFoundError, StoreError, VerificationError
from roadworthy.core.evidence import Evidence
from roadworthy.core.records import Stored
from roadworthy.evidence.graph.edges import traces_of
from roadworthy.evidence.graph.model import Traces

T = TypeVar("T")

_MIN_PREFIX = 6
NAMED = ("digest = ?", "id = ? ORDER BY +added DESC LIMIT 1", "name = ? ORDER BY added DESC LIMIT 1")
"""What a reference may be, first what is most exact. The plus keeps SQLite from walking all records in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition(Generic[T]):
    """A record that is to be added with others."""

    record: T
    envelopes: Mapping[str, bytes] = field(default_factory=dict)
    """Signed statements about it by predicate type."""

    claim: str | None = None
    """A name that only one record of all may have."""


@cache
def adapter_of(type_: type[T]) -> TypeAdapter[T]:
    """Return what reads records of ``type_`` strictly; made once for each type, for making it takes long.

    Args:
        type_: A dataclass, with `roadworthy.core.subject.STRICT`.
    """
    return TypeAdapter(type_)


class LedgerRecords(Generic[T]):
    """`roadworthy.core.records.Records` of one noun, in a `Ledger`.

    Args:
        ledger: Where the rows lie.
        kind: Noun, e.g. ``release``.
        adapter: Reads the record's JSON, strictly.
        id_of: The record's identifier, or None when it has none.
        name_of: What people call it, or None.
        edges_of: What a record says of the graph, from the record and its digest; nouns of
            `roadworthy.evidence.graph.edges` need not name theirs.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        kind: str,
        adapter: TypeAdapter[T],
        id_of: Callable[[T], str | None] = lambda _: None,
        name_of: Callable[[T], str | None] = lambda _: None,
        edges_of: Callable[[T, Digest], Traces] = traces_of,
    ) -> None:
        self._ledger = ledger
        self.kind = kind
        self._adapter = adapter
        self._id_of = id_of
        self._name_of = name_of
        self._edges_of = edges_of

    def add(self, record: T, *, envelopes: Mapping[str, bytes] | None = None, claim: str | None = None) -> Digest:
        """Store ``record`` durably and return its digest."""
        return self.add_all([Addition(record=record, envelopes=envelopes or {}, claim=claim)])[0]

    def add_all(self, additions: Sequence[Addition[T]]) -> list[Digest]:
        """Store many records as `add` does, all of them or none, and return their digests.

        Raises:
            ConflictError: If another record has one of the claims; then nothing was written.
            StoreError: If one cannot be made durable; then none was written.
        """
        drafts = [self._draft(addition) for addition in additions]
        records = {draft.digest: addition.record for draft, addition in zip(drafts, additions, strict=True)}
        self._ledger.put(drafts, also=lambda db, new: self._write_beside(db, [(d, records[d]) for d in new]))
        return [draft.digest for draft in drafts]

    def _draft(self, addition: Addition[T]) -> Draft:
        body = canonical_json(addition.record)
        return Draft(
            kind=self.kind,
            digest=digest_of_bytes(body),
            body=body,
            id=self._id_of(addition.record),
            name=self._name_of(addition.record),
            envelopes=addition.envelopes,
            claim=addition.claim,
        )

    def traced(self) -> Iterator[tuple[int, Digest, Traces]]:
        """Yield what every record says of the graph, with its place in the log, oldest first.

        Raises:
            VerificationError: If a record, or what it is found by, was changed in the store.
        """
        for row, record in self._as_named():
            yield row.added, row.digest, self._edges_of(record, row.digest)

    def check_names(self) -> None:
        """Check that every record is found by the id and the name that it has.

        Raises:
            VerificationError: Naming the first that is not.
        """
        for _ in self._as_named():
            pass

    def _as_named(self) -> Iterator[tuple[Row, T]]:
        for row in chain.from_iterable(self._ledger.pages(self.kind)):
            record = self._read(row)
            if (row.id, row.name) != (self._id_of(record), self._name_of(record)):
                raise VerificationError(
                    f"{self.kind} {row.digest} is found by another id or name than its record has",
                    fix="restore the ledger from a backup",
                )
            yield row, record

    def get(self, reference: str) -> Stored[T]:
        """Return the record that ``reference`` names."""
        return self._stored(self._row(reference))

    def record(self, reference: str) -> T:
        """Return the record that ``reference`` names, without what is signed about it."""
        return self._read(self._row(reference))

    def newest_first(self) -> Iterator[T]:
        """Yield every record, the last one added first, one at a time: for many that are large."""
        for (digest,) in self._ledger.query(
            "SELECT digest FROM records WHERE kind = ? ORDER BY added DESC", (self.kind,)
        ):
            yield self.record(str(digest))

    def _row(self, reference: str) -> Row:
        for condition in NAMED:
            rows = self._ledger.rows(f"kind = ? AND {condition}", (self.kind, reference))
            if rows:
                return rows[0]
        rows = self._starting_with(reference)
        if len(rows) == 1:
            return rows[0]
        found = "more than one" if rows else "no"
        raise NotFoundError(
            f"{found} {self.kind} is called {reference!r}",
            fix="give a longer part of the digest" if rows else f"see what there is with `rw list {self.kind}`",
        )

    def all(self) -> Sequence[Stored[T]]:
        """Return every record, oldest first."""
        return list(self.each())

    def each(self) -> Iterator[Stored[T]]:
        """Yield every record, oldest first, some read at a time: for very many."""
        for rows in self._ledger.pages(self.kind):
            envelopes = self._ledger.envelopes_of([row.digest for row in rows])
            for row in rows:
                yield Stored(digest=row.digest, record=self._read(row), envelopes=envelopes[row.digest])

    def latest(self) -> Stored[T] | None:
        """Return the record added last, or None."""
        rows = self._ledger.rows("kind = ? ORDER BY added DESC LIMIT 1", (self.kind,))
        return self._stored(rows[0]) if rows else None

    def _starting_with(self, reference: str) -> list[Row]:
        hexadecimal = reference.removeprefix("sha256:")
        if len(hexadecimal) < _MIN_PREFIX or not set(hexadecimal) <= set("0123456789abcdef"):
            return []
        start = f"sha256:{hexadecimal}"
        return self._ledger.rows("kind = ? AND digest >= ? AND digest < ? LIMIT 2", (self.kind, start, start + "g"))

    def _stored(self, row: Row) -> Stored[T]:
        return Stored(digest=row.digest, record=self._read(row), envelopes=self._ledger.envelopes(row.digest))

    def _read(self, row: Row) -> T:
        if digest_of_bytes(row.body) != row.digest:
            raise VerificationError(
                f"{self.kind} {row.digest} was changed in the store: its digest does not hold",
                fix="restore the ledger from a backup",
            )
        try:
            return self._adapter.validate_json(row.body)
        except ValidationError as error:
            raise StoreError(
                f"{self.kind} {row.digest} cannot be read: {error.error_count()} problems",
                fix="upgrade roadworthy: a newer version may have written it",
            ) from error

    def _write_beside(self, db: Writer, new: Sequence[tuple[Digest, T]]) -> None:
        self._index(db, new)
        write_traces(db, [(digest, self._edges_of(record, digest)) for digest, record in new])

    def _index(self, db: Writer, new: Sequence[tuple[Digest, T]]) -> None:
        """Write further rows beside records, in the same transaction."""


class LedgerEvidence(LedgerRecords[Evidence]):
    """Evidence, with the columns by which a gate finds what it needs among very many."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(
            ledger,
            kind="evidence",
            adapter=adapter_of(Evidence),
            id_of=lambda e: e.id,
            name_of=lambda e: e.type,
        )

    def candidates(self, *, types: Collection[str], subjects: Collection[Digest]) -> Sequence[Stored[Evidence]]:
        """Return the evidence that may bear on a release, oldest first."""
        self._require_whole_index()
        known = set(subjects)
        picked: list[str] = []
        for kind in sorted(types):
            newest_other: dict[str, str] = {}
            rows = self._ledger.query(
                "SELECT digest, task, subjects FROM evidence WHERE type = ? ORDER BY observed_at, digest",
                (kind,),
            )
            for digest, task, about in rows:
                if known.issuperset(str(about).split(",")):
                    picked.append(str(digest))
                else:
                    newest_other[str(task)] = str(digest)
            picked.extend(newest_other.values())
        found = [self._stored(row) for digest in picked for row in self._ledger.rows("digest = ?", (digest,))]
        return sorted(found, key=lambda stored: (stored.record.observed_at, stored.digest))

    def check_index(self) -> None:
        """Check that the columns say of every piece of evidence what its record says.

        Raises:
            VerificationError: Naming the first piece of which they do not.
        """
        self._require_whole_index()
        rows = {
            str(row[0]): row[1:]
            for row in self._ledger.query("SELECT digest, type, task, observed_at, subjects FROM evidence")
        }
        for stored in self.each():
            if rows.get(stored.digest) != _columns(stored.record):
                raise VerificationError(f"the index of evidence {stored.record.id} was changed")

    def _require_whole_index(self) -> None:
        ((records, rows),) = self._ledger.query(
            "SELECT (SELECT count(*) FROM records WHERE kind = 'evidence'), (SELECT count(*) FROM evidence)"
        )
        if records != rows:
            raise VerificationError(
                f"the store holds {records} pieces of evidence and its index {rows}: rows were taken out",
                fix="restore the ledger from a backup",
            )

    def _index(self, db: Writer, new: Sequence[tuple[Digest, Evidence]]) -> None:
        insert(
            db,
            "INSERT INTO evidence (digest, type, task, observed_at, subjects) VALUES {}",
            [(digest, *_columns(record)) for digest, record in new],
        )


def _columns(record: Evidence) -> tuple[str, str, str, str]:
    """Type, task, time and subjects of a piece of evidence, as they stand beside its record."""
    return (
        record.type,
        record.result.task if record.result else "",
        # Of fixed width, so that text sorts by time.
        record.observed_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        ",".join(sorted({subject.digest for subject in record.subjects})),
    )
