"""What has been read of a pack so far, and how a check says that it could not be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import RoadworthyError, VerificationError
from roadworthy.core.evidence import Evidence
from roadworthy.evidence.chain import Checkpoint, Entry
from roadworthy.evidence.dsse import IN_TOTO, open_envelope, strict_json
from roadworthy.evidence.index import FileEntry, PackIndex, Role
from roadworthy.evidence.ports import KeyReader, RecordReader, Replay, Verifier
from roadworthy.evidence.statement import Statement, parse_statement
from roadworthy.gates.inputs import GateInputs
from roadworthy.gates.model import GateDecision
from roadworthy.inventory.release import Release
from roadworthy.policy.resolved import ResolvedPolicy

T = TypeVar("T")


class NotChecked(Exception):  # noqa: N818 - it reports what was not done; nothing went wrong
    """A check could not be done because something it needs was not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEvidence:
    """A piece of evidence as the pack holds it."""

    file: str
    evidence: Evidence
    signed: bool
    redacted_journal: str | None = None
    """Digest that its statement names."""


@dataclass(slots=True, kw_only=True)
class Reading:
    """What has been read so far. A part is there once the check that reads it passed."""

    source: bytes | Mapping[str, bytes]
    verifier: Verifier
    reader: RecordReader
    replay: Replay | None
    known_checkpoint: Checkpoint | None
    keys: KeyReader | None = None
    """Reads people's public keys; None: their signatures cannot be checked."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    index: PackIndex | None = None
    decision: GateDecision | None = None
    release: Release | None = None
    inputs: GateInputs | None = None
    policy: ResolvedPolicy | None = None
    assessment: JsonValue = None
    evidence: tuple[ReadEvidence, ...] = ()
    log: tuple[Entry, ...] = ()

    def file(self, name: str) -> bytes:
        """Return the content of a file.

        Raises:
            VerificationError: If the pack has none of that name.
        """
        if name not in self.files:
            raise VerificationError(f"{name} is missing", where=name)
        return self.files[name]

    def record(self, name: str, read: Callable[[JsonValue], T]) -> T:
        """Return the record that the canonical JSON file ``name`` holds."""
        return self.value(strict_json(self.file(name), where=name), read, where=name)

    def value(self, value: JsonValue, read: Callable[[JsonValue], T], *, where: str) -> T:
        """Return ``value`` read as a record.

        Raises:
            VerificationError: If it is not such a record.
        """
        try:
            return read(value)
        except (ValueError, RoadworthyError) as error:
            raise VerificationError(f"{where} does not hold the record that it should", where=where) from error

    def statement(self, name: str) -> Statement:
        """Return the signed statement in the file ``name``."""
        payload = open_envelope(self.file(name), payload_type=IN_TOTO, verifier=self.verifier, where=name)
        return parse_statement(payload, where=name)

    def listed(self, role: Role) -> tuple[FileEntry, ...]:
        """Return what the index lists of one role, sorted by name."""
        return tuple(entry for entry in got(self.index).files if entry.role is role)


def got(part: T | None) -> T:
    """Return a part that an earlier check read; the order of the checks makes sure of it."""
    if part is None:
        raise RuntimeError("a check ran before the one that reads what it needs")
    return part
