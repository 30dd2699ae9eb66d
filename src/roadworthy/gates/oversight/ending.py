"""When a decision ends: with the first of what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from roadworthy.gates.inputs import AssessmentRef
from roadworthy.gates.model import GateDecision, RuleOutcome, Validity
from roadworthy.policy.model import EvidenceCheck, MeasureCheck
from roadworthy.policy.resolved import ResolvedPolicy


def in_force_until(decision: GateDecision, *, policy: ResolvedPolicy, assessment: AssessmentRef) -> datetime:
    """Return when ``decision`` ends: when the first thing expires that it rests on.

    The assessment, evidence of rules that hold, calibrations of judges, exceptions that let something through and
    the approvals behind them, consent to the release, and the day on which a condition of an approval is due.
    """
    ends = [assessment.expires_at, *_evidence_ends(decision, policy), *_consent_ends(decision)]
    return max(decision.decided_at, min(ends))


def _evidence_ends(decision: GateDecision, policy: ResolvedPolicy) -> Iterator[datetime]:
    limits = {rule.id: rule.require for rule in policy.rules}
    for result in decision.results:
        check = limits[result.rule]
        if isinstance(check, MeasureCheck | EvidenceCheck) and result.outcome is RuleOutcome.PASS:
            oldest = max((e.age_s for e in result.evidence if e.validity is Validity.VALID), default=0)
            yield decision.decided_at - timedelta(seconds=oldest) + timedelta(days=check.max_age_days)
        if isinstance(check, MeasureCheck) and result.outcome is RuleOutcome.PASS:
            known = (item.calibrated_at for item in result.judged if item.calibrated_at is not None)
            for at in known:
                yield at + timedelta(days=check.max_calibration_age_days)


def _consent_ends(decision: GateDecision) -> Iterator[datetime]:
    standings = [standing.consent for standing in decision.exceptions if standing.waived]
    yield from (standing.expires_at for standing in decision.exceptions if standing.waived)
    if decision.consent is not None:
        standings.append(decision.consent)
    for consent in standings:
        if consent.valid_until is not None:
            yield consent.valid_until
        for condition in consent.conditions:
            # It may be open on the whole of its last day.
            yield datetime.combine(condition.due, time(), tzinfo=UTC) + timedelta(days=1)
