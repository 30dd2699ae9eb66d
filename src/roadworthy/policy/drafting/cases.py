"""Cases that follow from a proposed rule's own numbers; what does not follow is left to a person."""

from __future__ import annotations

import math
from collections.abc import Iterable

from roadworthy.core.severity import RiskTier, Severity
from roadworthy.policy.cases import CaseDeclaration, CaseEntry, CaseRun, CaseTry
from roadworthy.policy.drafting.rules import limit_of_steps
from roadworthy.policy.expectations import Expectation
from roadworthy.policy.model import Control, EvidenceCheck, FactCheck, MeasureCheck, Rule


def cases_of(control: Control) -> tuple[CaseEntry, ...]:
    """Return the cases that each rule of ``control`` must judge rightly, as far as they can be derived."""
    return tuple(case for rule in control.rules for case in _cases(rule))


def expectations_of(controls: Iterable[Control]) -> tuple[Expectation, ...]:
    """Return with what weight the rules of ``controls`` are proposed to bind, those that bind alike together.

    They say what the proposal says, and so show nothing until a person has confirmed them.
    """
    alike: dict[tuple[tuple[RiskTier, ...], Severity, tuple[str, ...]], list[str]] = {}
    for control in controls:
        for rule in control.rules:
            key = (rule.tiers or control.tiers, rule.severity, rule.who_may_waive)
            alike.setdefault(key, []).append(rule.id)
    return tuple(
        Expectation(rules=tuple(rules), tiers=tiers, severity=severity, who_may_waive=roles)
        for (tiers, severity, roles), rules in alike.items()
    )


def _cases(rule: Rule) -> tuple[CaseEntry, ...]:
    match rule.require:
        case MeasureCheck() as check:
            return (
                CaseEntry(
                    note=f"{rule.id}: runs that show it, refute it, say too little or are old",
                    rule=rule.id,
                    tries=_runs(check),
                ),
            )
        case EvidenceCheck() as check:
            return (
                CaseEntry(
                    note=f"{rule.id}: evidence that shows it, denies it or is old",
                    rule=rule.id,
                    tries=_declarations(check),
                ),
            )
        case FactCheck() as check:
            most = limit_of_steps(check)
            if most is None:
                return ()
            note = f"{rule.id}: agents within their limit of steps, beyond it and without one"
            return (CaseEntry(note=note, rule=rule.id, tries=_agents(most)),)


def _agents(most: int) -> tuple[CaseTry, ...]:
    bounded: dict[str, object] = {"type": "agent", "max_steps": most}
    return (
        CaseTry(note="as many as are allowed", want="pass", facts={"components": [bounded, {"type": "model"}]}),
        CaseTry(note="one step more", want="fail", facts={"components": [bounded, {**bounded, "max_steps": most + 1}]}),
        CaseTry(note="no limit", want="fail", facts={"components": [{**bounded, "max_steps": 0}]}),
        CaseTry(note="a limit is not stated", want="missing", facts={"components": [{"type": "agent"}]}),
    )


def _runs(check: MeasureCheck) -> tuple[CaseTry, ...]:
    enough = max(check.min_samples, samples_that_pass(check))
    is_bad = min(enough, math.ceil(enough * min(1.0, 3 * _failure(check) + 0.2)))
    return (
        CaseTry(
            note="no failure in enough samples", want="pass", run=CaseRun(category=check.category, assessed=enough)
        ),
        CaseTry(
            note="far too many failures",
            want="fail",
            run=CaseRun(category=check.category, assessed=enough, failures=is_bad),
        ),
        CaseTry(
            note="one sample too few",
            want="underpowered",
            run=CaseRun(category=check.category, assessed=check.min_samples - 1),
        )
        if check.min_samples > 1
        else CaseTry(note="nothing assessed", want="underpowered", run=CaseRun(category=check.category, assessed=0)),
        CaseTry(
            note="a day too old",
            want="stale",
            run=CaseRun(category=check.category, assessed=enough, age_days=check.max_age_days + 1),
        ),
        CaseTry(note="never measured", want="missing"),
    )


def _failure(check: MeasureCheck) -> float:
    return check.threshold if check.rate == "failure" else 1 - check.threshold


def samples_that_pass(check: MeasureCheck) -> int:
    """Return how many flawless samples meet ``check`` by the exact bound, with a tenth to spare."""
    failure = max(_failure(check), 1e-6)
    return math.ceil(1.1 * math.log(1 - check.confidence) / math.log(1 - failure)) + 1


def _declarations(check: EvidenceCheck) -> tuple[CaseTry, ...]:
    return (
        CaseTry(note="made the day before", want="pass", declaration=CaseDeclaration(type=check.type)),
        CaseTry(
            note="it says that the thing is not so",
            want="fail",
            declaration=CaseDeclaration(type=check.type, supports=False),
        ),
        CaseTry(
            note="a day too old",
            want="stale",
            declaration=CaseDeclaration(type=check.type, age_days=check.max_age_days + 1),
        ),
        CaseTry(note="there is none", want="missing"),
    )
