"""Says how one guard policy differs from another, and what its streams expose before and after."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.guard.check.exposure import exposures
from roadworthy.guard.policy.difference import Difference, differences
from roadworthy.guard.segment import Channel
from roadworthy.policy.compare import Direction
from roadworthy.runtime.guard.policies import Ready


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundChange:
    """What a route exposes of a field, before and after."""

    route: str
    channel: Channel
    before: int
    """Characters; 0 also where there was no such route, and nothing went on."""

    after: int
    rules: tuple[str, ...]
    """That make it so now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two policies side by side."""

    old: str
    new: str
    differences: tuple[Difference, ...]
    bounds: tuple[BoundChange, ...]
    """Those that are not as they were."""

    @property
    def exit_code(self) -> int:
        """1: something is looser. 3: nobody can say without texts. 0: nothing is looser."""
        directions = {one.direction for one in self.differences}
        more = any(one.after > one.before for one in self.bounds)
        if Direction.LOOSER in directions or more:
            return 1
        return 3 if Direction.UNORDERED in directions else 0


def compare(old: Ready, new: Ready) -> Compared:
    """Return how ``new`` differs from ``old``, looser first."""
    before = {(one.route, one.channel): one.bound for one in exposures(old.bundle)}
    after = {(one.route, one.channel): one for one in exposures(new.bundle)}
    changed = []
    for route, channel in dict.fromkeys((*before, *after)):
        was, now = before.get((route, channel), 0), after.get((route, channel))
        bound = now.bound if now is not None else 0
        if was != bound:
            rules = now.rules if now is not None else ()
            changed.append(BoundChange(route=route, channel=channel, before=was, after=bound, rules=rules))
    return Compared(
        old=f"{old.document.value.name} {old.document.value.version}",
        new=f"{new.document.value.name} {new.document.value.version}",
        differences=differences(old.document.value, new.document.value),
        bounds=tuple(changed),
    )
