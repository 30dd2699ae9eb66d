"""Where catalogue data came from. Data without a licence and a digest of its source is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.digest import Digest, digest_of_bytes, is_digest
from roadworthy.core.subject import STRICT


class SourceStatus(StrEnum):
    """How far the data were held against the instrument itself."""

    VERIFIED = "verified"
    """Compared with the official text."""

    UNVERIFIED = "unverified"
    """Read from somebody's account of it; may be wrong or out of date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSource:
    """One document that a catalogue's data rest on.

    Raises:
        ValueError: If the licence is empty, the digest malformed, or ``reading`` was
            edited without recording that it was read again.
    """

    __pydantic_config__: ClassVar = STRICT

    title: str
    location: str
    """Where it can be found: a document number, a repository with commit and path, or a public address."""

    licence: str
    """SPDX id, or a sentence on what may be done with it."""

    retrieved_on: date
    digest: Digest
    """Of the document as retrieved; of ``reading`` where that is given."""

    status: SourceStatus
    reading: str = ""
    """What the document was found to say, in our words, where it may not or cannot be kept."""

    def __post_init__(self) -> None:
        if not self.licence.strip():
            raise ValueError(f"source {self.title!r} states no licence")
        if not is_digest(self.digest):
            raise ValueError(f"source {self.title!r}: {self.digest!r} is not a sha256 digest")
        if self.reading and self.digest != (found := digest_of_bytes(self.reading.encode("utf-8"))):
            raise ValueError(f"source {self.title!r}: the digest of its reading is {found}, not {self.digest}")
