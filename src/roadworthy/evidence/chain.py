"""The append-only log as values: each entry names the hash of the one before it; an adapter stores them.

A chain alone shows that nothing in the middle was changed. That nothing was cut off
its end, and that it was not rebuilt from the start, shows only against a `Checkpoint`
that somebody else kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from roadworthy.core.clock import parse_rfc3339, require_aware
from roadworthy.core.digest import Digest, canonical_json, digest_of, is_digest
from roadworthy.core.errors import VerificationError
from roadworthy.core.subject import STRICT
from roadworthy.evidence.dsse import Envelope, open_envelope, seal, strict_json
from roadworthy.evidence.ports import Signer, Verifier

GENESIS: Digest = "sha256:" + "0" * 64
"""What the first entry names as the one before it."""

CHECKPOINT_TYPE = "application/vnd.roadworthy.checkpoint+json"
"""DSSE payload type of a checkpoint."""

_KIND = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened to one record.

    It names the record by digest and the actor by a stable id, and holds no text of
    either: erasing a person's name elsewhere leaves the chain as it is.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/log-entry/v1"] = "roadworthy/log-entry/v1"
    seq: int
    """Position, from 1."""

    previous: Digest
    """Hash of the entry before, `GENESIS` for the first."""

    kind: str
    """What happened, e.g. ``evidence``, ``decision``, ``release``, ``assessment``."""

    digest: Digest
    """Of the record."""

    recorded_at: datetime
    actor: str
    """Stable id of who or what did it."""

    hash: Digest
    """Over every other field."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "recorded_at", require_aware(self.recorded_at, name="recorded_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How long the log was and how it ended at one time. Signed, and worth keeping elsewhere."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/checkpoint/v1"] = "roadworthy/checkpoint/v1"
    size: int
    """Entries."""

    head: Digest
    """Hash of the last entry; `GENESIS` when there is none."""

    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))


def append(head: Entry | None, *, kind: str, digest: Digest, recorded_at: datetime, actor: str) -> Entry:
    """Return the entry that follows ``head``.

    Args:
        head: The last entry; None when the log is empty.
        kind: What happened; lower-case words.
        digest: Of the record that it happened to.
        recorded_at: Now, aware.
        actor: Stable id of who or what did it; never empty.

    Raises:
        ValueError: If ``kind``, ``digest`` or ``actor`` is malformed.

    >>> from datetime import UTC
    >>> day = datetime(2026, 1, 1, tzinfo=UTC)
    >>> first = append(None, kind="release", digest=GENESIS, recorded_at=day, actor="cli")
    >>> first.seq, first.previous == GENESIS
    (1, True)
    """
    if _KIND.fullmatch(kind) is None:
        raise ValueError(f"log entry kind {kind!r} must be a lower-case word")
    if not is_digest(digest):
        raise ValueError(f"{digest!r} is not a sha256 digest")
    if not actor:
        raise ValueError("a log entry needs an actor")
    seq = head.seq + 1 if head else 1
    previous = head.hash if head else GENESIS
    return Entry(
        seq=seq,
        previous=previous,
        kind=kind,
        digest=digest,
        recorded_at=recorded_at,
        actor=actor,
        hash=_hash(seq=seq, previous=previous, kind=kind, digest=digest, recorded_at=recorded_at, actor=actor),
    )


def check(entries: Sequence[Entry]) -> None:
    """Check that ``entries`` are a whole chain from its beginning.

    Raises:
        VerificationError: Naming the first entry that is out of place, names another
            predecessor, or is not what its hash says.
    """
    previous = GENESIS
    for position, entry in enumerate(entries, start=1):
        where = f"log entry {position}"
        if entry.seq != position:
            raise VerificationError(f"log entry {position} is numbered {entry.seq}", where=where)
        if entry.previous != previous:
            raise VerificationError(f"log entry {position} does not follow the entry before it", where=where)
        if entry.hash != _hash_of(entry):
            raise VerificationError(f"log entry {position} is not what its hash says", where=where)
        previous = entry.hash


def checkpoint_of(entries: Sequence[Entry], *, at: datetime) -> Checkpoint:
    """Return how the log stands at ``at``."""
    return Checkpoint(size=len(entries), head=entries[-1].hash if entries else GENESIS, at=at)


def check_against(entries: Sequence[Entry], checkpoint: Checkpoint) -> None:
    """Check that ``entries`` go on from where ``checkpoint`` saw the log.

    Raises:
        VerificationError: If entries were cut off, or the log was built anew.
    """
    if len(entries) < checkpoint.size:
        raise VerificationError(
            f"the log has {len(entries)} entries and had {checkpoint.size} at the checkpoint: its end is cut off",
            where=f"log entry {len(entries) + 1}",
        )
    head = entries[checkpoint.size - 1].hash if checkpoint.size else GENESIS
    if head != checkpoint.head:
        raise VerificationError(
            f"log entry {checkpoint.size} is not the one that the checkpoint saw: the log was built anew",
            where=f"log entry {checkpoint.size}",
        )


def sign_checkpoint(checkpoint: Checkpoint, *, signer: Signer) -> Envelope:
    """Sign ``checkpoint``, to be exported and kept where the log's operator cannot reach."""
    return seal(canonical_json(checkpoint), payload_type=CHECKPOINT_TYPE, signer=signer)


def open_checkpoint(content: bytes, *, verifier: Verifier, where: str = "checkpoint.dsse.json") -> Checkpoint:
    """Read a signed checkpoint.

    Raises:
        VerificationError: If its signature does not hold, or it is not a checkpoint.
    """
    payload = open_envelope(content, payload_type=CHECKPOINT_TYPE, verifier=verifier, where=where)
    match strict_json(payload, where=where):
        case {
            "at": str(at),
            "head": str(head),
            "schema": "roadworthy/checkpoint/v1",
            "size": int(size),
            **rest,
        } if not rest and is_digest(head) and size >= 0:
            return Checkpoint(size=size, head=head, at=_time(at, where=where))
        case _:
            raise VerificationError("the payload is not a checkpoint", where=where)


def encode_log(entries: Sequence[Entry]) -> bytes:
    """Return ``entries`` as canonical JSON lines."""
    return b"".join(canonical_json(entry) + b"\n" for entry in entries)


def decode_log(content: bytes, *, where: str = "log.jsonl") -> tuple[Entry, ...]:
    """Read what `encode_log` wrote. Says nothing about the chain; see `check`.

    Raises:
        VerificationError: Naming the first line that is not an entry.
    """
    lines = content.split(b"\n")
    if lines.pop() != b"":
        raise VerificationError("the log's last line is torn", where=where)
    return tuple(_entry(line, where=f"{where}:{number}") for number, line in enumerate(lines, start=1))


def _entry(line: bytes, *, where: str) -> Entry:
    match strict_json(line, where=where):
        case {
            "actor": str(actor),
            "digest": str(digest),
            "hash": str(own),
            "kind": str(kind),
            "previous": str(previous),
            "recorded_at": str(recorded_at),
            "schema": "roadworthy/log-entry/v1",
            "seq": int(seq),
            **rest,
        } if not rest:
            return Entry(
                seq=seq,
                previous=previous,
                kind=kind,
                digest=digest,
                recorded_at=_time(recorded_at, where=where),
                actor=actor,
                hash=own,
            )
        case _:
            raise VerificationError("the line is not a log entry", where=where)


def _time(text: str, *, where: str) -> datetime:
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        raise VerificationError(str(error), where=where) from error


def _hash_of(entry: Entry) -> Digest:
    return _hash(
        seq=entry.seq,
        previous=entry.previous,
        kind=entry.kind,
        digest=entry.digest,
        recorded_at=entry.recorded_at,
        actor=entry.actor,
    )


def _hash(*, seq: int, previous: Digest, kind: str, digest: Digest, recorded_at: datetime, actor: str) -> Digest:
    return digest_of(
        {
            "schema": "roadworthy/log-entry/v1",
            "seq": seq,
            "previous": previous,
            "kind": kind,
            "digest": digest,
            "recorded_at": recorded_at,
            "actor": actor,
        }
    )
