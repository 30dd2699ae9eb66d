"""When the log took records in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from roadworthy.adapters.store.ledger import Ledger
from roadworthy.core.digest import Digest
from roadworthy.core.errors import StoreError, VerificationError
from roadworthy.evidence.chain import Entry, decode_log


def recorded_at(ledger: Ledger, *, kinds: Sequence[str]) -> dict[Digest, datetime]:
    """Return by digest when each record of ``kinds`` was taken in.

    Time only goes forward here: where a clock was set back between two entries, the later entry has the time of the
    earlier one, so that what was said later never counts as said before.

    Raises:
        VerificationError: If an entry is not about the record that it stands beside.
        StoreError: If the ledger cannot be read.
    """
    found = [
        (str(digest), _entry(blob, digest=str(digest)))
        for kind in kinds
        for digest, blob in ledger.query(
            "SELECT records.digest, log.entry FROM records JOIN log ON log.seq = records.added WHERE records.kind = ?",
            (kind,),
        )
    ]
    times: dict[Digest, datetime] = {}
    latest: datetime | None = None
    for digest, entry in sorted(found, key=lambda pair: pair[1].seq):
        latest = entry.recorded_at if latest is None else max(latest, entry.recorded_at)
        times[digest] = latest
    return times


def entry_of(ledger: Ledger, digest: Digest) -> Entry | None:
    """Return the log's entry of the record with ``digest``; None: there is no such record.

    Raises:
        VerificationError: If the entry is not about the record that it stands beside.
        StoreError: If the ledger cannot be read.
    """
    rows = ledger.query(
        "SELECT log.entry FROM records JOIN log ON log.seq = records.added WHERE records.digest = ?", (digest,)
    )
    return _entry(rows[0][0], digest=digest) if rows else None


def _entry(blob: object, *, digest: Digest) -> Entry:
    if not isinstance(blob, bytes):
        raise StoreError("the log holds a value of another type than it was written with")
    (entry,) = decode_log(blob, where="log")
    if entry.digest != digest:
        raise VerificationError(f"log entry {entry.seq} is not about the record beside it", fix="run `rw log verify`")
    return entry
