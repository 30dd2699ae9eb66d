"""A poison detector that says what it was told to."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.guard.ports import DetectorError
from roadworthy.guard.verdict import OperatingPoint


@dataclass(frozen=True)
class ScriptedPoisonDetector:
    """Scores a text by the longest scripted phrase that is in it.

    Args:
        scores: By phrase.
        broken: Whether it cannot look at all.
    """

    scores: tuple[tuple[str, float], ...] = ()
    broken: bool = False

    @property
    def operating_point(self) -> OperatingPoint:
        return OperatingPoint(detector="scripted", version="1")

    def score(self, text: str) -> float:
        if self.broken:
            raise DetectorError("the detector is not there")
        return max((score for phrase, score in self.scores if phrase in text), default=0.0)
