"""What an archive of evidence says that it holds, as a value and as signed JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import TypeAdapter, ValidationError

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, is_digest
from roadworthy.core.errors import VerificationError
from roadworthy.core.subject import STRICT

INDEX_TYPE = "application/vnd.roadworthy.evidence-cache+json"
"""DSSE payload type of an index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedFile:
    """One file of an archive."""

    __pydantic_config__: ClassVar = STRICT

    digest: Digest
    size: int
    """In bytes."""

    def __post_init__(self) -> None:
        if not is_digest(self.digest) or self.size < 0:
            raise ValueError("a file needs a sha256 digest and a size of 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheIndex:
    """What an archive holds, and of which system and log it is."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/evidence-cache/v1"] = "roadworthy/evidence-cache/v1"
    system: str
    """Key of the system."""

    created_at: datetime
    log_size: int
    """Entries of the log."""

    log_head: Digest
    """Hash of its last entry."""

    files: dict[str, CachedFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "created_at", require_aware(self.created_at, name="created_at"))

    def with_files(self, files: Mapping[str, CachedFile]) -> CacheIndex:
        """Return the same index of these files."""
        return replace(self, files=dict(files))


_INDEX = TypeAdapter(CacheIndex)


def parse_index(payload: bytes) -> CacheIndex:
    """Read an index whose signature was checked.

    Raises:
        VerificationError: If it is none.
    """
    try:
        return _INDEX.validate_json(payload)
    except ValidationError as error:
        raise VerificationError("the signed index does not read", fix="upgrade roadworthy") from error
