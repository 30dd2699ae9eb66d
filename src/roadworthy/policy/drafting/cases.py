"""Cases that follow from a proposed rule's own numbers; what does not follow is left to a person."""

from __future__ import annotations

import math

from roadworthy.policy.cases import CaseDeclaration, CaseEntry, CaseRun, CaseTry
from roadworthy.policy.model import Control, EvidenceCheck, FactCheck, MeasureCheck, Rule


def cases_of(control: Control) -> tuple[CaseEntry, ...]:
    """Return the cases that each rule of ``control`` must judge rightly, as far as they can be derived."""
    return tuple(case for rule in control.rules for case in _cases(rule))


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
        case FactCheck():
            return ()


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
