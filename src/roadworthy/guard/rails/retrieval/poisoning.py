"""Asks a detector whether a document was made to mislead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.ports import DetectorError, PoisonDetector
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, OperatingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class PoisoningSettings:
    """Which detector, and from which score on its word counts."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["poisoning"] = "poisoning"
    detector: str
    """As the application registered it."""

    threshold: float
    """In (0, 1]."""

    def __post_init__(self) -> None:
        if not 0.0 < self.threshold <= 1.0:
            raise ValueError(f"`threshold` must be in (0, 1], got {self.threshold}")


class PoisoningRail:
    """Finds documents that a detector takes for poisoned.

    Args:
        settings: From which score on.
        detector: Who scores.
    """

    triggers: Triggers | None = None
    reach: int | None = None

    def __init__(self, settings: PoisoningSettings, *, detector: PoisonDetector) -> None:
        self._threshold = settings.threshold
        self._detector = detector
        self.operating_point: OperatingPoint | None = detector.operating_point

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return one detection over the whole text, if the score reaches the threshold.

        Raises:
            DetectorError: If the detector could not look, or gave no score.
        """
        score = self._detector.score(segment.text)
        if not 0.0 <= score <= 1.0 or math.isnan(score):
            raise DetectorError(f"the detector gave {score}, which is no score in [0, 1]")
        if score < self._threshold:
            return ()
        return (Detection(kind="poisoned", span=Span(start=0, end=len(segment.text)), score=score),)
