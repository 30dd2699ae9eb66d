"""The one sentence that says a decision to people."""

from __future__ import annotations

from roadworthy.approvals.standing import ConsentState
from roadworthy.core.severity import Severity
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult, Verdict

LETS_THROUGH = frozenset({RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING})
"""Outcomes that let a rule through by themselves, without an exception."""


def summary_of(decision: GateDecision, *, assessment_expired: bool) -> str:
    """Return the sentence on ``decision``: what stands in the way, or what it ships on."""
    said = [_of_rules(decision, assessment_expired=assessment_expired), _of_exceptions(decision), _of_consent(decision)]
    return "; ".join(part for part in said if part)


def _of_rules(decision: GateDecision, *, assessment_expired: bool) -> str:
    results = decision.results
    open_ = [r for r in results if r.severity is Severity.BLOCK and r.outcome not in LETS_THROUGH and not r.exceptions]
    refuted = sum(r.outcome is RuleOutcome.FAIL for r in open_)
    unknown = len(open_) - refuted
    owed = sum(_is_owed_warning(r) for r in results)
    tail = f"{sum(r.outcome is RuleOutcome.PASS for r in results)} passed"
    if refuted:
        return f"{_blocking(refuted)} refuted, {unknown} cannot be told, {owed} warned of, {tail}"
    if decision.verdict is Verdict.CANNOT_TELL and assessment_expired:
        return f"the risk assessment has expired; {unknown} blocking rules cannot be told, {tail}"
    if not results:
        return "no rule applies to this release: an empty policy is not a clean bill"
    if unknown or (decision.verdict is Verdict.CANNOT_TELL and _people_agree(decision)):
        return f"no blocking rule is refuted, but {_blocking(unknown)} undecided, {tail}"
    if any(r.exceptions for r in results):
        return f"every blocking rule holds or is excepted; {owed} warnings are owed, {tail}"
    if owed:
        return f"every blocking rule holds; {owed} warnings are owed, {tail}"
    return f"every rule holds, {tail}"


def _of_exceptions(decision: GateDecision) -> str:
    waived = sum(bool(r.exceptions) for r in decision.results)
    through = sum(bool(standing.waived) for standing in decision.exceptions)
    moved = sum(r.bar_moved for r in decision.results)
    said = []
    if waived:
        rules = "1 rule that does not hold is" if waived == 1 else f"{waived} rules that do not hold are"
        said.append(f"{rules} let through by {'1 exception' if through == 1 else f'{through} exceptions'}")
    if moved:
        bars = "1 bar was" if moved == 1 else f"{moved} bars were"
        said.append(f"{bars} loosened after the runs were registered")
    return "; ".join(said)


def _of_consent(decision: GateDecision) -> str:
    consent = decision.consent
    if consent is None or consent.state is ConsentState.NOT_ASKED_FOR:
        return ""
    if consent.state is ConsentState.APPROVED:
        return f"approved by {', '.join(consent.approvers)}"
    return f"not approved: {consent.reason}"


def _people_agree(decision: GateDecision) -> bool:
    return decision.consent is None or decision.consent.state.is_consent


def _is_owed_warning(result: RuleResult) -> bool:
    return result.severity is Severity.WARN and result.outcome not in LETS_THROUGH


def _blocking(count: int) -> str:
    return "1 blocking rule is" if count == 1 else f"{count} blocking rules are"
