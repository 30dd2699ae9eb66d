"""Asks whether a pack's own cases notice that it was loosened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from roadworthy.core.errors import PackError
from roadworthy.core.result import ClusterCount
from roadworthy.core.subject import STRICT
from roadworthy.evals.stats.cluster import upper_bound
from roadworthy.gates.trying.cases import failed_cases
from roadworthy.policy.cases import PlacedCase
from roadworthy.policy.expectations import BoundRule, Expectation, Survivor, Trial, bound_rules, unmet
from roadworthy.policy.model import FactCheck, MeasureCheck, Pack, Rule
from roadworthy.policy.mutation.mutant import Mutant
from roadworthy.policy.ports import ConditionLanguage

Fate = Literal["noticed", "survived", "equivalent", "invalid"]
"""What became of a mutant. *Equivalent*: no situation tells it from the pack. *Invalid*: it is no pack at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedMutant:
    """A mutant and what became of it."""

    __pydantic_config__: ClassVar = STRICT

    operator: str
    rule: str
    change: str
    fate: Fate
    noticed_by: str = ""
    """The first case or expectation that does; empty where none does."""


def tried_mutants(
    mutants: Iterable[Mutant],
    *,
    pack: Pack,
    trial: Trial,
    conditions: ConditionLanguage,
    under: Sequence[Pack] = (),
) -> Iterator[TriedMutant]:
    """Yield what becomes of each mutant of ``pack``, in their order.

    Only the cases of rules that a mutant changes are tried, until one notices. A case that
    ``pack`` itself does not meet notices nothing.

    Args:
        mutants: Of ``pack`` (`policy.mutation.mutants.mutants`).
        pack: As it is.
        trial: Its cases and expectations.
        conditions: The language of conditions.
        under: Packs of wider layers whose rules it tightens.

    Raises:
        PackError: If ``pack`` tightens a rule that neither it nor ``under`` has.
    """
    trying = _Trying(pack, trial=trial, conditions=conditions, under=under)
    for mutant in mutants:
        fate, by = trying.fate(mutant)
        yield TriedMutant(operator=mutant.operator, rule=mutant.rule, change=mutant.change, fate=fate, noticed_by=by)


class _Trying:
    """What is known of the pack before any mutant is looked at."""

    def __init__(self, pack: Pack, *, trial: Trial, conditions: ConditionLanguage, under: Sequence[Pack]) -> None:
        self._rules = bound_rules(pack, under=under)
        self._under = under
        self._conditions = conditions
        unable = {failed.note for failed in failed_cases(self._rules, trial.cases, conditions=conditions)}
        self._cases: dict[str, list[PlacedCase]] = defaultdict(list)
        for placed in trial.cases:
            if placed.case.note not in unable:
                self._cases[placed.case.rule].append(placed)
        self._expectations: dict[str, list[Expectation]] = defaultdict(list)
        for expected in trial.expectations:
            for name in expected.rules:
                alone = replace(expected, rules=(name,))
                if not unmet((alone,), self._rules):
                    self._expectations[name].append(alone)

    def fate(self, mutant: Mutant) -> tuple[Fate, str]:
        """Return what becomes of ``mutant``, and what notices it."""
        try:
            rules = bound_rules(mutant.pack, under=self._under)
        except PackError:
            return "invalid", ""
        changed = [name for name in self._rules if not _alike(self._rules[name], rules.get(name))]
        if not changed:
            return "equivalent", ""
        if any(self._is_broken(rules[name].rule) for name in changed if name in rules):
            return "invalid", ""
        for name in changed:
            by = self._noticed(name, rules)
            if by:
                return "noticed", by
        return "survived", ""

    def _noticed(self, name: str, rules: Mapping[str, BoundRule]) -> str:
        if unmet(self._expectations[name], rules):
            return "its expectation"
        found = failed_cases(rules, self._cases[name], conditions=self._conditions)
        # What could not be tried has noticed nothing, unless it is that the rule is gone.
        return next((failed.note for failed in found if failed.got or name not in rules), "")

    def _is_broken(self, rule: Rule) -> bool:
        texts = [rule.applies_when]
        if isinstance(rule.require, FactCheck):
            texts.append(rule.require.condition)
        return any(self._conditions.problem(text) is not None for text in texts)


def _alike(before: BoundRule, after: BoundRule | None) -> bool:
    """Whether no situation can tell the two apart, by construction."""
    if after is None:
        return False
    if (before.rule is after.rule and before.control is after.control) or before.acts_like == after.acts_like:
        return True
    old, new = before.rule.require, after.rule.require
    if not isinstance(old, MeasureCheck) or not isinstance(new, MeasureCheck):
        return False
    same_but = replace(after.rule, require=replace(new, min_samples=old.min_samples))
    same = before.acts_like == BoundRule(control=after.control, rule=same_but).acts_like
    return same and _too_few_to_pass(old, samples=max(old.min_samples, new.min_samples) - 1)


def _too_few_to_pass(check: MeasureCheck, *, samples: int) -> bool:
    """Whether not even a flawless run of so many samples passes: the bound asks for more than the number does.

    Fewer samples, dependent ones and a judge that errs only widen the bound.
    """
    if samples < 1:
        return True
    flawless = [ClusterCount(cluster=f"{number:05}", successes=0, trials=1) for number in range(samples)]
    allowed = check.threshold if check.comparator == "<=" else 1.0 - check.threshold
    return upper_bound(flawless, confidence=check.confidence).value > allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationReport:
    """What a pack's cases notice."""

    __pydantic_config__: ClassVar = STRICT

    mutants: int
    """That can be noticed: neither invalid nor equivalent."""

    noticed: int
    equivalent: int
    invalid: int
    survivors: tuple[tuple[TriedMutant, str], ...]
    """Those that nothing notices, each with the reason that the pack gives for it; empty where it gives none."""

    idle_reasons: tuple[str, ...]
    """Reasons for survivors that are none, one line each: what is noticed needs no excuse."""

    @property
    def score(self) -> float | None:
        """Share of the mutants that is noticed, in [0, 1]; None where there is none."""
        return self.noticed / self.mutants if self.mutants else None

    @property
    def unexplained(self) -> tuple[TriedMutant, ...]:
        """Survivors that the pack gives no reason for."""
        return tuple(one for one, reason in self.survivors if not reason)


def mutation_report(tried: Sequence[TriedMutant], *, survivors: Sequence[Survivor]) -> MutationReport:
    """Return what became of ``tried``, with the reasons that the pack gives for ``survivors``."""
    left = [one for one in tried if one.fate == "survived"]
    noticed = sum(one.fate == "noticed" for one in tried)
    return MutationReport(
        mutants=noticed + len(left),
        noticed=noticed,
        equivalent=sum(one.fate == "equivalent" for one in tried),
        invalid=sum(one.fate == "invalid" for one in tried),
        survivors=tuple(
            (one, next((reason.reason for reason in survivors if _explains(reason, one)), "")) for one in left
        ),
        idle_reasons=tuple(
            f"{reason.rule}: {reason.operator}{f' ({reason.change})' if reason.change else ''} is no survivor"
            for reason in survivors
            if not any(_explains(reason, one) for one in left)
        ),
    )


def _explains(reason: Survivor, one: TriedMutant) -> bool:
    return (reason.operator, reason.rule) == (one.operator, one.rule) and reason.change in ("", one.change)
