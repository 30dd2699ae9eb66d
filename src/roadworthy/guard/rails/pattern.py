"""Looks for patterns: words and phrases of a topic, formats, anything that RE2 can say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, OperatingPoint
from roadworthy.sensitive.pattern import compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternSettings:
    """Which patterns, and how far a match of one can reach.

    Raises:
        ValueError: If there is no pattern, or RE2 does not take one.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["pattern"] = "pattern"
    patterns: tuple[str, ...]
    """RE2, over the normalised text without regard to case."""

    reach: int | None = None
    """The most characters that a match spans; None: computed where the pattern bounds it, else the whole text."""

    def __post_init__(self) -> None:
        if not self.patterns:
            raise ValueError("`patterns` is empty")
        for pattern in self.patterns:
            compiled(pattern, ignore_case=True)


class PatternRail:
    """Finds what matches any of the patterns.

    Args:
        settings: Which.
    """

    operating_point: OperatingPoint | None = None

    def __init__(self, settings: PatternSettings) -> None:
        self._patterns = tuple(compiled(pattern, ignore_case=True) for pattern in settings.patterns)
        self.reach = settings.reach
        self.triggers: Triggers | None = Triggers(patterns=settings.patterns)

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return each match."""
        found: list[tuple[Span, int]] = []
        for number, pattern in enumerate(self._patterns):
            found += [(reading.in_raw(*match.span()), number) for match in pattern.finditer(reading.plain)]
        return [Detection(kind="pattern", span=span, detail=f"pattern {number + 1}") for span, number in sorted(found)]
