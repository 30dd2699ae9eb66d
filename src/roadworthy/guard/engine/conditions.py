"""Asks the conditions of rules about one segment. Facts are made when a condition names them, and only once."""

from __future__ import annotations

from collections.abc import Sequence

from roadworthy.core.digest import JsonValue
from roadworthy.guard.engine.asking import Ask, Asker
from roadworthy.guard.engine.compiling.rule import CompiledRule
from roadworthy.guard.policy.facts import detection_facts, event_facts, segment_facts
from roadworthy.guard.rails.rail import Scene
from roadworthy.guard.segment import Segment
from roadworthy.guard.verdict import Detection
from roadworthy.policy.ports import Holds, Truth

_HOLDS = Holds()


class Conditions:
    """Conditions about the segments of one event.

    Args:
        make: Makes facts ready to be asked.
        scene: The event, and the state that it is judged with.
    """

    __slots__ = ("_asks", "_facts", "_make", "_scene", "_segment")

    def __init__(self, make: Asker, *, scene: Scene) -> None:
        self._make = make
        self._scene = scene
        self._facts: dict[str, JsonValue] | None = None
        self._segment: Segment | None = None
        self._asks: dict[frozenset[str], Ask] = {}
        """Of `_segment`, by the names of the facts that were made ready."""

    def truth(self, rule: CompiledRule, segment: Segment, detections: Sequence[Detection]) -> Truth:
        """Return whether the condition of ``rule`` holds for ``segment``, in which ``detections`` were found."""
        if rule.condition is None:
            return _HOLDS
        names = rule.facts
        if "detections" in names:
            return self._make({**self._of(segment, names), "detections": detection_facts(detections)})(rule.condition)
        if self._segment is not segment:
            self._segment = segment
            self._asks.clear()
        ask = self._asks.get(names)
        if ask is None:
            ask = self._asks[names] = self._make(self._of(segment, names))
        return ask(rule.condition)

    def _of(self, segment: Segment, names: frozenset[str]) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {}
        if "segment" in names:
            found["segment"] = segment_facts(segment)
        if names - {"segment", "detections"}:
            if self._facts is None:
                self._facts = event_facts(self._scene.event, state=self._scene.state)
            found.update((name, fact) for name, fact in self._facts.items() if name in names)
        return found
