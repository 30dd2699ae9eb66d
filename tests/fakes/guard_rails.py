"""Rails for tests: they say what they are told to, break, lie or take their time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from roadworthy.guard.rails.known import BUILDERS
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, OperatingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedSettings:
    """A rail that says what the script of that name says."""

    kind: str = "scripted"
    name: str = "rail"
    reach: int | None = None
    triggers: tuple[str, ...] | None = None
    detector: str = ""


class ScriptedRail:
    """Says what it is told to."""

    def __init__(self, settings: ScriptedSettings, says: Callable[[Segment], object]) -> None:
        self._says = says
        self.reach = settings.reach
        self.triggers = None if settings.triggers is None else Triggers(patterns=settings.triggers)
        self.operating_point: OperatingPoint | None = None

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        return self._says(segment)


class Watch:
    """A stopwatch that goes on when it is told to."""

    def __init__(self) -> None:
        self.ns = 0

    def __call__(self) -> int:
        return self.ns

    def wait(self, us: int) -> None:
        self.ns += us * 1_000


def scripted(**scripts: Callable[[Segment], object]) -> dict:
    """Return what makes rails, those of `ScriptedSettings` by ``scripts``."""

    def made(settings: ScriptedSettings, detectors) -> ScriptedRail:
        if settings.detector:
            detectors.entities[settings.detector]
        return ScriptedRail(settings, scripts[settings.name])

    return {**BUILDERS, ScriptedSettings: made}


def saying(*detections: Detection) -> Callable[[Segment], object]:
    """Return the script of a rail that finds ``detections`` in every text."""
    return lambda _: detections


def found(start: int, end: int, *, kind: str = "thing", **fields) -> Detection:
    """Return a detection."""
    return Detection(kind=kind, span=Span(start=start, end=end), **fields)


def raises(error: Exception) -> Callable[[Segment], object]:
    """Return what breaks."""

    def says(segment: Segment) -> object:
        raise error

    return says
