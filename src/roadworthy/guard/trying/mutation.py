"""Says which changes of a policy its cases notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.policy.extending import own_rules
from roadworthy.guard.policy.model import GuardPolicy
from roadworthy.guard.trying.model import GuardCases
from roadworthy.guard.trying.mutants import Mutant, mutants
from roadworthy.guard.trying.running import Asked, misses

Make: TypeAlias = Callable[[GuardPolicy], Bundle | None]
"""Makes a policy ready; None: it does not compile."""

Progress: TypeAlias = Callable[[int, int], None]
"""Hears how many of how many are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """What the cases of a policy notice."""

    tried: int
    """Changes that compile."""

    survivors: tuple[str, ...]
    """Changes that no case notices and that have no reason, in order of the policy."""

    excused: tuple[tuple[str, str], ...]
    """Those that have one, with it."""

    idle_reasons: tuple[str, ...]
    """Reasons for changes that are noticed, or that there are not."""

    @property
    def is_good(self) -> bool:
        """Whether every change is noticed or has a reason, and no reason is left over."""
        return not self.survivors and not self.idle_reasons


def noticed(
    policy: GuardPolicy, asked: Sequence[Asked], *, make: Make, reasons: Mapping[str, str], progress: Progress
) -> Noticed:
    """Return what ``asked`` notices of each change of ``policy``.

    Args:
        policy: Of which all cases are met.
        asked: Its cases.
        make: Makes a changed policy ready.
        reasons: `GuardCases.survivors`.
        progress: Hears how far it is.
    """
    every = tuple(mutants(policy))
    tried, lived = 0, []
    for number, mutant in enumerate(every):
        progress(number, len(every))
        bundle = make(mutant.policy)
        if bundle is None:
            continue
        tried += 1
        if not any(True for one in _likely_first(asked, mutant) for _ in misses(bundle, one)):
            lived.append(mutant.id)
    progress(len(every), len(every))
    return Noticed(
        tried=tried,
        survivors=tuple(one for one in lived if one not in reasons),
        excused=tuple((one, reasons[one]) for one in lived if one in reasons),
        idle_reasons=tuple(sorted(set(reasons) - set(lived))),
    )


def uncovered(policy: GuardPolicy, cases: GuardCases) -> tuple[str, ...]:
    """Return the policy's own rules that no case expects to fire, in order of the policy."""
    named = {rule for case in cases.cases for rule in (*case.expect.rules, *case.expect.shadow)}
    own = own_rules(policy)
    return tuple(rule.id for rule in policy.rules if rule.id in own and rule.id not in named)


def _likely_first(asked: Sequence[Asked], mutant: Mutant) -> list[Asked]:
    return sorted(asked, key=lambda one: mutant.rule not in (*one.case.expect.rules, *one.case.expect.shadow))
