"""Looks at how long a text is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, OperatingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeSettings:
    """The longest text that is not found."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["size"] = "size"
    max_chars: int
    """>= 1."""

    def __post_init__(self) -> None:
        if self.max_chars < 1:
            raise ValueError(f"`max_chars` must be >= 1, got {self.max_chars}")


class SizeRail:
    """Finds a text that is longer than it may be.

    Args:
        settings: How long it may be.
    """

    operating_point: OperatingPoint | None = None
    triggers: Triggers | None = None

    def __init__(self, settings: SizeSettings) -> None:
        self._max = settings.max_chars
        self.reach: int | None = settings.max_chars + 1

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return the characters beyond the limit."""
        length = len(segment.text)
        if length <= self._max:
            return ()
        return (Detection(kind="too_long", span=Span(start=self._max, end=length), detail=f"{length} characters"),)
