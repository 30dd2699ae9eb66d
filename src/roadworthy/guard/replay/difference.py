"""Sums up a replay: how many decisions change, by which rules, with a few to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from roadworthy.guard.replay.model import Change, Replayed

EXAMPLES = 5
"""Events that are named for each change of each rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """What one rule has to do with one kind of change."""

    change: Change
    rule: str
    decisions: int
    examples: tuple[str, ...]
    """Ids of the first events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a candidate would have changed."""

    counts: tuple[tuple[Change, int], ...]
    """Decisions by what becomes of them, each kind once, in the order of `Change`."""

    rules: tuple[RuleChange, ...]
    """Most decisions first within a change. A decision counts at each rule that makes the change."""

    @property
    def total(self) -> int:
        """Decisions that were replayed."""
        return sum(count for _, count in self.counts)

    def of(self, change: Change) -> int:
        """Return how many decisions become that."""
        return dict(self.counts)[change]

    @property
    def is_looser(self) -> bool:
        """Whether something that was stopped or changed would go on as it came."""
        return self.of(Change.LOST_STOP) + self.of(Change.LOOSER) > 0


@dataclass(slots=True)
class _Tally:
    counts: Counter[Change] = field(default_factory=Counter)
    by_rule: Counter[tuple[Change, str]] = field(default_factory=Counter)
    examples: dict[tuple[Change, str], list[str]] = field(default_factory=dict)


def summed_up(replayed: Iterable[Replayed]) -> Difference:
    """Return the difference that ``replayed`` makes, in bounded memory.

    >>> summed_up([]).total
    0
    """
    tally = _Tally()
    for one in replayed:
        tally.counts[one.change] += 1
        for rule in one.rules:
            key = (one.change, rule)
            tally.by_rule[key] += 1
            examples = tally.examples.setdefault(key, [])
            if len(examples) < EXAMPLES:
                examples.append(one.event)
    order = {change: place for place, change in enumerate(Change)}
    return Difference(
        counts=tuple((change, tally.counts[change]) for change in Change),
        rules=tuple(
            RuleChange(change=change, rule=rule, decisions=count, examples=tuple(tally.examples[change, rule]))
            for (change, rule), count in sorted(
                tally.by_rule.items(), key=lambda item: (order[item[0][0]], -item[1], item[0][1])
            )
        ),
    )
