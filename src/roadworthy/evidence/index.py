"""The index of a pack: every file with its digest, under one signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import parse_rfc3339, require_aware
from roadworthy.core.digest import Digest, JsonValue
from roadworthy.core.errors import VerificationError
from roadworthy.core.subject import STRICT
from roadworthy.evidence.archive import name_problem
from roadworthy.evidence.dsse import strict_json

INDEX = "index.dsse.json"
INDEX_TYPE = "application/vnd.roadworthy.pack-index+json"
"""DSSE payload type of the index."""


class Role(StrEnum):
    """What a file of a pack is for."""

    DECISION = "decision"
    EVIDENCE = "evidence"
    UNVERIFIED = "unverified"
    """Evidence whose signature did not hold when the gate looked; considered, never counted, not signed."""

    CONSENT = "consent"
    """What a person said of the release or of an exception, as they signed it with their own key."""

    SUMMARY = "summary"
    """The decision in an outside format."""

    RELEASE = "release"
    MANIFEST = "manifest"
    POLICY = "policy"
    ASSESSMENT = "assessment"
    INPUTS = "inputs"
    TASK = "task"
    JOURNAL = "journal"
    LOG = "log"
    CHECKPOINT = "checkpoint"
    DOCUMENT = "document"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file as the index names it."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    digest: Digest
    size: int
    """Bytes."""

    role: Role
    original: Digest | None = None
    """Journals: digest of the journal before it was redacted, the one that evidence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackIndex:
    """Every file of a pack but the index itself. Its signature covers all of them."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/pack-index/v1"] = "roadworthy/pack-index/v1"
    release: Digest
    decision: Digest
    created_at: datetime
    key_id: str
    files: tuple[FileEntry, ...]
    """Sorted by name."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "created_at", require_aware(self.created_at, name="created_at"))


def parse_index(content: bytes) -> PackIndex:
    """Read the payload of an index.

    Raises:
        VerificationError: If it is not an index, or names a file twice or unsafely.
    """
    match strict_json(content, where=INDEX):
        case {
            "schema": "roadworthy/pack-index/v1",
            "release": str(release),
            "decision": str(decision),
            "created_at": str(created_at),
            "key_id": str(key_id),
            "files": [*files],
            **rest,
        } if not rest:
            entries = tuple(_file_entry(value) for value in files)
        case _:
            raise VerificationError("the payload is not a pack index", where=INDEX)
    names = [entry.name for entry in entries]
    if names != sorted(set(names)):
        raise VerificationError("the index does not name each file once, in order", where=INDEX)
    try:
        made = parse_rfc3339(created_at)
    except ValueError as error:
        raise VerificationError(str(error), where=INDEX) from error
    return PackIndex(release=release, decision=decision, created_at=made, key_id=key_id, files=entries)


def _file_entry(value: JsonValue) -> FileEntry:
    match value:
        case {
            "name": str(name),
            "digest": str(digest),
            "size": int(size),
            "role": str(role),
            "original": str() | None as original,
            **rest,
        } if not rest and role in set(Role) and not name_problem(name):
            return FileEntry(name=name, digest=digest, size=size, role=Role(role), original=original)
        case _:
            raise VerificationError("the index holds an entry that does not name a file", where=INDEX)
