"""Asks where a chunk is from, how far it is trusted, and whether it still holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Provenance, Segment, Span
from roadworthy.guard.verdict import Detection, OperatingPoint

_TRUST = ("untrusted", "reviewed", "trusted")
_SKEW = timedelta(minutes=5)
"""How far ahead a document's clock may be of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceSettings:
    """What a chunk must be."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["provenance"] = "provenance"
    min_trust: Literal["untrusted", "reviewed", "trusted"] = "untrusted"
    max_age_days: int | None = None
    """Since `Provenance.updated_at`, >= 1; None: as old as it may be."""

    need_digest: bool = False
    """Whether the digest of the document must be stated."""

    def __post_init__(self) -> None:
        if self.max_age_days is not None and self.max_age_days < 1:
            raise ValueError(f"`max_age_days` must be >= 1, got {self.max_age_days}")


class ProvenanceRail:
    """Finds chunks of unknown or too little trusted origin, and those that are deleted, expired or too old.

    Args:
        settings: What a chunk must be.
    """

    operating_point: OperatingPoint | None = None
    triggers: Triggers | None = None
    reach: int | None = None

    def __init__(self, settings: ProvenanceSettings) -> None:
        self._settings = settings

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return one detection over the whole chunk for each fault."""
        whole = Span(start=0, end=len(segment.text))
        if segment.provenance is None or not segment.provenance.document:
            return (Detection(kind="no_provenance", span=whole),)
        faults = (*self._origin(segment.provenance), *self._time(segment.provenance, scene.event.at))
        return [Detection(kind=kind, span=whole) for kind in faults]

    def _origin(self, chunk: Provenance) -> Iterator[str]:
        # A word that is not one of the three is no trust at all.
        has = _TRUST.index(chunk.trust) if chunk.trust in _TRUST else -1
        if has < _TRUST.index(self._settings.min_trust):
            yield "not_trusted"
        if self._settings.need_digest and not chunk.digest:
            yield "no_digest"

    def _time(self, chunk: Provenance, now: datetime) -> Iterator[str]:
        if chunk.deleted:
            yield "deleted"
        if chunk.expires_at is not None and chunk.expires_at <= now:
            yield "expired"
        if self._settings.max_age_days is None:
            return
        if chunk.updated_at is None:
            yield "age_not_stated"
        elif chunk.updated_at > now + _SKEW:
            yield "from_the_future"
        elif now - chunk.updated_at > timedelta(days=self._settings.max_age_days):
            yield "too_old"
