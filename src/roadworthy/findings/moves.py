"""Who may do what to a finding, and when: as data, asked before a change is written and again when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from roadworthy.core.roles import APPROVING_ROLES
from roadworthy.core.severity import Severity
from roadworthy.findings.model import (
    Closed,
    Dismissed,
    FindingChange,
    FindingTriaged,
    NoRegressionTest,
    OwnerAssigned,
    RiskAccepted,
    Verified,
)
from roadworthy.findings.state import FindingState, FindingStatus
from roadworthy.governance.model import ActorKind, Governance

_S = FindingStatus
_UNMENDED = frozenset({_S.NEW, _S.TRIAGED, _S.CONFIRMED, _S.IN_REMEDIATION, _S.REOPENED})

MOVES: dict[str, frozenset[FindingStatus]] = {
    "seen": frozenset(FindingStatus),
    "triaged": _UNMENDED,
    "confirmed": frozenset({_S.NEW, _S.TRIAGED, _S.REOPENED}),
    "dismissed": _UNMENDED,
    "assigned": _UNMENDED,
    "in_remediation": frozenset({_S.CONFIRMED, _S.REOPENED}),
    "fixed": frozenset({_S.CONFIRMED, _S.IN_REMEDIATION, _S.REOPENED}),
    "verified": frozenset({_S.FIXED}),
    "closed": frozenset({_S.VERIFIED}),
    "risk_accepted": frozenset({_S.TRIAGED, _S.CONFIRMED, _S.IN_REMEDIATION, _S.REOPENED}),
    "reopened": frozenset({_S.DISMISSED, _S.FIXED, _S.VERIFIED, _S.CLOSED, _S.RISK_ACCEPTED}),
}
"""From which states each step may be taken. What is not here may not be done."""

JUDGING = frozenset({"triaged", "confirmed", "dismissed", "verified", "closed", "risk_accepted", "reopened"})
"""Steps for somebody who holds a role that answers for something. The others are for any human who is known."""

BY_MACHINES = frozenset({"seen"})
"""Steps that a service may take: to report."""


Because = Literal["unknown_person", "not_human", "not_in_role", "separation_of_duties"]
"""Why somebody may not do something, in the words of the log's refusals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """Somebody may not do what they want to."""

    because: Because
    says: str
    """Why, in one sentence."""


def fault(state: FindingState, change: FindingChange) -> str:
    """Return why ``change`` cannot follow on ``state``; empty where it can.

    Looks at the records alone, so that a history can be read by somebody who has no governance file, and a change
    that was slipped in past the commands does not count.
    """
    found = impossible(state, change)
    separated = None if found else separation(state, change)
    return separated.says if separated is not None else found


def impossible(state: FindingState, change: FindingChange) -> str:
    """Return why nobody could make ``change`` now; empty where somebody could."""
    states = MOVES[change.step.step]
    if state.status not in states:
        allowed = ", ".join(sorted(status.value for status in states))
        return f"a finding that is {state.status.value} cannot be {change.step.step}: it must be {allowed}"
    if change.number != state.number + 1:
        return f"change {change.number} does not follow on {state.number}"
    if change.at < state.last_at:
        return f"it is dated {change.at.isoformat()}, before the change that it follows on"
    return ""


def separation(state: FindingState, change: FindingChange) -> Denied | None:
    """Return why the duties of who makes ``change`` forbid it; None where they do not."""
    match change.step:
        case Dismissed() if change.by == state.finding.reported_by:
            says = f"{change.by} reported it: somebody else dismisses it"
        case Dismissed() | RiskAccepted() if change.by in state.owners:
            says = f"{change.by} has to mend it, or had to: somebody else decides that it stays"
        case FindingTriaged() as step if change.by in state.owners and _is_milder(step, state):
            says = f"{change.by} has to mend it, or had to: somebody else says that it is less bad"
        case Verified() if change.by in state.menders:
            says = f"{change.by} mended it, or had to: somebody else verifies that"
        case Closed(regression=NoRegressionTest()) if change.by in state.menders:
            says = f"{change.by} mended it, or had to: that there can be no regression test is said by somebody else"
        case _:
            return None
    return Denied(because="separation_of_duties", says=says)


def _is_milder(step: FindingTriaged, state: FindingState) -> bool:
    severities = tuple(Severity)
    return severities.index(step.severity) < severities.index(state.severity)


def refusal(change: FindingChange, *, governance: Governance) -> Denied | None:
    """Return why the governance file does not let ``change`` be made; None where it does."""
    step = change.step.step
    denied = _unable(change.by, governance=governance, is_human=step not in BY_MACHINES, answers=step in JUDGING)
    if denied is None and isinstance(change.step, OwnerAssigned):
        return _unable(change.step.owner, governance=governance, is_human=True, answers=False)
    return denied


def refused_report(by: str, *, governance: Governance) -> Denied | None:
    """Return why ``by`` may not report a finding; None where they may, as any person or service that is known."""
    return _unable(by, governance=governance, is_human=False, answers=False)


def _unable(named: str, *, governance: Governance, is_human: bool, answers: bool) -> Denied | None:
    found = governance.person(named)
    if found is None or found.id != named:
        return Denied(because="unknown_person", says=f"the governance file knows nobody called {named[:80]!r}")
    if is_human and found.kind is not ActorKind.HUMAN:
        says = f"{found.id} is a {found.kind.value}: only a human decides what becomes of a finding"
        return Denied(because="not_human", says=says)
    if answers and not APPROVING_ROLES & set(found.roles):
        return Denied(because="not_in_role", says=f"{found.id} holds no role that decides")
    return None
