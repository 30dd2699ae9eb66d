"""The one shape of a store: immutable records, found by digest, id or name, appended and never changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from roadworthy.core.digest import Digest
from roadworthy.core.evidence import Evidence

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored(Generic[Record]):
    """A record as the store holds it."""

    digest: Digest
    record: Record
    envelopes: Mapping[str, bytes]
    """Signed statements about the record by predicate type; empty for records that are not signed."""


class Records(Protocol[Record]):
    """Append-only store of one noun.

    Implementations live in ``roadworthy.adapters.store`` and pass
    ``tests/contract/test_records.py``.
    """

    def add(self, record: Record, *, envelopes: Mapping[str, bytes] | None = None, claim: str | None = None) -> Digest:
        """Store ``record`` durably, with its log entry, and return its digest. Adding it twice is a no-op.

        Args:
            record: What to store.
            envelopes: Signed statements about it by predicate type.
            claim: A name that only one record of all may have, e.g. ``review_01J…/4`` for the fourth change of a
                review; None claims nothing. It is taken in the same transaction.

        Raises:
            ConflictError: If another record has the claim; then nothing was written.
            StoreError: If the record, its envelopes or the log entry cannot be made
                durable; then none of them was written.
        """
        ...

    def get(self, reference: str) -> Stored[Record]:
        """Return the record whose digest, id or name is ``reference``, or whose digest starts with it.

        The newest wins where several share a name.

        Raises:
            NotFoundError: If none matches, or the start of a digest fits more than one.
        """
        ...

    def all(self) -> Sequence[Stored[Record]]:
        """Return every record, oldest first."""
        ...

    def latest(self) -> Stored[Record] | None:
        """Return the record added last, or None when there is none."""
        ...


class EvidenceRecords(Records[Evidence], Protocol):
    """The store of evidence: it can also pick what a gate needs to see."""

    def candidates(self, *, types: Collection[str], subjects: Collection[Digest]) -> Sequence[Stored[Evidence]]:
        """Return the evidence that may bear on a release, oldest first.

        Args:
            types: Evidence types that the policy asks for.
            subjects: Component digests of the release.

        Returns:
            Every piece of those types that is only about ``subjects``, and of each type
            and task the newest other piece, which explains why something is stale.
        """
        ...
