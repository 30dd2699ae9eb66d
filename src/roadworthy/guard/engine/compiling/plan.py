"""The rules that look at one kind of segment, indexed by what in a text makes them worth asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roadworthy.guard.engine.compiling.rule import CompiledRule
from roadworthy.guard.engine.compiling.scan import TriggerScan
from roadworthy.guard.reading.reading import Reading
from roadworthy.sensitive.pattern import compiled

# Anything that is not ASCII (of which a vertical tab and a form feed are read as line breaks), a letter that stays as
# it is when normalised, a dash or a quote of typography, an emoji, CJK punctuation or a full-width form. No combining
# mark is among them: with one, an ASCII character of the raw text could be gone from the normalised one.
_BEYOND_WIDTH = compiled(
    r"[^\x{00}-\x{0a}\x{0d}-\x{7f}"
    r"\x{c0}-\x{131}\x{134}-\x{13e}\x{141}-\x{148}\x{14a}-\x{17e}"
    r"\x{2010}\x{2012}-\x{2015}\x{2018}-\x{201f}"
    r"\x{3001}-\x{3011}\x{3041}-\x{3096}\x{30a1}-\x{30fa}\x{30fc}\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{ac00}-\x{d7a3}"
    r"\x{ff01}-\x{ff5e}"
    r"\x{1f300}-\x{1f64f}\x{1f680}-\x{1f6ff}\x{1f900}-\x{1faff}]"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """Rules of one kind of segment. Which of them to ask of a text takes one scan."""

    rules: tuple[CompiledRule, ...]
    """Sorted by id."""

    always: frozenset[int]
    """Places in `rules` of those that are asked of every text."""

    unusual: frozenset[int]
    """Places of those that are asked of a text that normalising changed, or that holds another."""

    scans: tuple[tuple[TriggerScan, Mapping[int, tuple[int, ...]]], ...]
    """For each set of triggers: the places of the rules that each of its patterns is for."""

    needs_reading: bool
    asked_anyway: tuple[CompiledRule, ...]
    """Those of `always`, in order."""

    def to_ask(self, reading: Reading) -> Sequence[CompiledRule]:
        """Return the rules that can find something in ``reading``, in order."""
        chosen: set[int] = set()
        if self.unusual and is_unusual(reading):
            chosen |= self.unusual
        for scan, places in self.scans:
            for number in scan.found(reading.folded):
                chosen.update(places.get(number, ()))
        if not chosen:
            return self.asked_anyway
        rules = self.rules
        return [rules[place] for place in sorted(chosen | self.always)]


def is_unusual(reading: Reading) -> bool:
    """Return whether normalising changed more of a text than full-width forms, or it holds another text.

    Full-width forms are how Chinese, Japanese and Korean are written. Each becomes one character whatever stands
    beside it, so that a trigger that is in the raw text is in the normalised one as well.
    """
    if reading.oddities or reading.smuggled:
        return True
    return reading.plain is not reading.raw and _BEYOND_WIDTH.search(reading.raw) is not None


def plan_of(rules: Sequence[CompiledRule], scans: Sequence[tuple[TriggerScan, Mapping[str, int]]]) -> Plan:
    """Return ``rules`` indexed.

    Args:
        rules: Sorted by id.
        scans: Sets of triggers, each with the number of each pattern; every trigger of a rule is in one of them.
    """
    return Plan(
        rules=tuple(rules),
        always=frozenset(place for place, rule in enumerate(rules) if rule.triggers is None),
        unusual=frozenset(place for place, rule in enumerate(rules) if rule.asks_unusual),
        scans=tuple((scan, found) for scan, numbers in scans if (found := _places(rules, numbers))),
        needs_reading=any(rule.rail is not None for rule in rules),
        asked_anyway=tuple(rule for rule in rules if rule.triggers is None),
    )


def _places(rules: Sequence[CompiledRule], numbers: Mapping[str, int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for place, rule in enumerate(rules):
        for pattern in rule.triggers or ():
            if pattern in numbers:
                found.setdefault(numbers[pattern], []).append(place)
    return {number: tuple(places) for number, places in found.items()}
