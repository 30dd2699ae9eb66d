"""A detector of names that finds the words it was given."""

from __future__ import annotations

import re
from collections.abc import Sequence

from roadworthy.guard.ports import DetectorError
from roadworthy.guard.segment import Span
from roadworthy.guard.verdict import Detection, OperatingPoint


class ScriptedEntities:
    """Finds each of ``words`` as a person; with ``broken`` it cannot look."""

    operating_point = OperatingPoint(detector="scripted", version="1", recall=1.0, false_positive_rate=0.0)

    def __init__(self, *words: str, broken: bool = False) -> None:
        self._pattern = re.compile("|".join(map(re.escape, words)) or r"(?!)")
        self._broken = broken

    def find(self, text: str, *, language: str) -> Sequence[Detection]:
        if self._broken:
            raise DetectorError("the model is not loaded")
        return [
            Detection(kind="person", span=Span(start=found.start(), end=found.end()), score=0.9)
            for found in self._pattern.finditer(text)
        ]
