"""Tries cases: puts each before the judge that decides releases, and says where the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.subject import STRICT
from roadworthy.gates.model import RuleOutcome
from roadworthy.gates.rules import judge_rule
from roadworthy.gates.trying.world import world_of
from roadworthy.policy.cases import Case, PlacedCase, Want
from roadworthy.policy.expectations import BoundRule, bound_rules
from roadworthy.policy.model import EvidenceCheck, MeasureCheck, Pack
from roadworthy.policy.ports import ConditionLanguage, Holds

_UNDECIDED = frozenset({RuleOutcome.PENDING, RuleOutcome.NOT_APPLICABLE, RuleOutcome.ERROR})


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCase:
    """A case that its pack does not meet."""

    __pydantic_config__: ClassVar = STRICT

    note: str
    rule: str
    wanted: Want
    got: str
    """The outcome; empty where the case could not be tried."""

    reason: str
    """Why, in the judge's words, or why it could not be tried."""

    where: str
    """``file:line:column`` of its entry."""


def answer(case: Case, *, bound: BoundRule, conditions: ConditionLanguage) -> tuple[Want, str]:
    """Return what the rule says in ``case``, and why.

    ``applies`` is the answer where the case wants no more than that and the condition of the
    rule holds.

    Raises:
        ValueError: If the case states a run or a declaration that its rule does not ask for.
    """
    problem = misfit(case, bound)
    if problem:
        raise ValueError(problem)
    known = world_of(case, rule=bound.rule, conditions=conditions)
    result = judge_rule(bound.rule, control=bound.control, known=known)
    if (
        case.want == "applies"
        and result.outcome not in _UNDECIDED
        and isinstance(conditions.evaluate(bound.rule.applies_when, known.facts), Holds)
    ):
        return "applies", result.reason
    return _WANTS[result.outcome], result.reason


_WANTS: Mapping[RuleOutcome, Want] = {
    RuleOutcome.PASS: "pass",
    RuleOutcome.FAIL: "fail",
    RuleOutcome.MISSING: "missing",
    RuleOutcome.STALE: "stale",
    RuleOutcome.UNDERPOWERED: "underpowered",
    RuleOutcome.ERROR: "error",
    RuleOutcome.NOT_APPLICABLE: "not_applicable",
    RuleOutcome.PENDING: "pending",
}


def misfit(case: Case, bound: BoundRule) -> str:
    """Return why ``case`` cannot be asked of its rule; empty where it can."""
    check = bound.rule.require
    if case.run is not None and not isinstance(check, MeasureCheck):
        return f"states a `run`, and {case.rule} is no measure rule"
    if case.declaration is not None and not isinstance(check, EvidenceCheck):
        return f"states a `declaration`, and {case.rule} is no evidence rule"
    return ""


def failed_cases(
    rules: Mapping[str, BoundRule], cases: Iterable[PlacedCase], *, conditions: ConditionLanguage
) -> Iterator[FailedCase]:
    """Yield each case that ``rules`` do not meet, in the order of the cases."""
    for placed in cases:
        case = placed.case
        bound = rules.get(case.rule)
        if bound is None:
            got, reason = "", f"the pack has no rule {case.rule!r}"
        else:
            try:
                got, reason = answer(case, bound=bound, conditions=conditions)
            except (ValueError, OverflowError) as error:
                got, reason = "", str(error)
        if got != case.want:
            yield FailedCase(
                note=case.note, rule=case.rule, wanted=case.want, got=got, reason=reason, where=placed.where
            )


def failures(
    pack: Pack, cases: Iterable[Case], conditions: ConditionLanguage, *, under: Sequence[Pack] = ()
) -> tuple[str, ...]:
    """Return a line for each case that ``pack`` does not meet, in the order of the cases.

    Raises:
        PackError: If the pack tightens a rule that neither it nor ``under`` has.
    """
    placed = [PlacedCase(case=case, where="") for case in cases]
    found = failed_cases(bound_rules(pack, under=under), placed, conditions=conditions)
    return tuple(f"{one.note}: {said(one)}" for one in found)


def said(failed: FailedCase) -> str:
    """Return in words what came instead of what was wanted."""
    if not failed.got:
        return failed.reason
    return f"{failed.rule} says {failed.got}, not {failed.wanted}: {failed.reason}"
