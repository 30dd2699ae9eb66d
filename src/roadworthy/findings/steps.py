"""What each step does to a finding: its history, folded step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from roadworthy.core.history import in_order
from roadworthy.core.severity import Severity
from roadworthy.findings.model import (
    Closed,
    Confirmed,
    Dismissed,
    Finding,
    FindingChange,
    FindingReopened,
    FindingTriaged,
    Fixed,
    OwnerAssigned,
    RemediationStarted,
    RiskAccepted,
    Seen,
    Verified,
)
from roadworthy.findings.moves import fault
from roadworthy.findings.state import FindingState, FindingStatus, found

_S = FindingStatus
_DONE = frozenset({_S.FIXED, _S.VERIFIED, _S.CLOSED})
RESTS_ON = frozenset({_S.RISK_ACCEPTED, _S.VERIFIED, _S.CLOSED})
"""Statuses that hold only as long as something else does: an exception, evidence, a test or a signature."""

_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def folded(finding: Finding, changes: Iterable[FindingChange]) -> FindingState:
    """Return how ``finding`` stands after all of its changes; those of other findings are passed over.

    Whether what it was accepted, verified or closed with still counts is not known here: see `open_again`.

    Raises:
        ValueError: If a number is missing or there twice, or a change was not possible when it was made.
    """
    state = found(finding)
    for change in in_order(changes, of=finding.id):
        before = open_again(state, because=change.reopened_because)
        if reason := fault(before, change):
            raise ValueError(f"change {change.number} of {finding.id} does not hold: {reason}")
        state = applied(before, change)
    return state


def open_again(state: FindingState, *, because: str) -> FindingState:
    """Return how a finding stands where what it was accepted, verified or closed with counts no more.

    It is open again in the minute in which its exception ends or its evidence is recalled; no job has to notice that.
    When that was is not known here, so its clock goes on from when it was found or opened last.

    Args:
        state: As its last change left it.
        because: What fell away, in a sentence; empty: nothing did. Where nothing bears it out it changes nothing.
    """
    if not because or state.status not in RESTS_ON:
        return state
    return replace(_unmended(state), status=_S.REOPENED, reason=because, ended_at=None)


def applied(state: FindingState, change: FindingChange) -> FindingState:
    """Return the state after ``change``, which `roadworthy.findings.moves.fault` has been asked about."""
    after = replace(_moved(state, change), number=change.number, last_by=change.by, last_at=change.at)
    if state.status.is_open and not after.status.is_open:
        return replace(after, ended_at=change.at)
    if after.status.is_open and not state.status.is_open:
        return replace(after, ended_at=None, open_since=change.at)
    return after


def _moved(state: FindingState, change: FindingChange) -> FindingState:
    match change.step:
        case Seen() as step:
            return _seen(state, step, at=change.at)
        case Fixed() | Verified() | Closed() as step:
            return _mended(state, step, change=change)
        case OwnerAssigned() as step:
            return replace(_mending(state, step.owner), owner=step.owner)
        case RemediationStarted():
            return replace(_mending(state, change.by), status=_S.IN_REMEDIATION, owner=state.owner or change.by)
        case FindingReopened() as step:
            return replace(_unmended(state), status=_S.REOPENED, reason=step.reason)
        case FindingTriaged() | Confirmed() | Dismissed() | RiskAccepted() as step:
            return _judged(state, step)


def _judged(state: FindingState, step: FindingTriaged | Confirmed | Dismissed | RiskAccepted) -> FindingState:
    match step:
        case FindingTriaged():
            status = _S.TRIAGED if state.status is _S.NEW else state.status
            return replace(state, status=status, severity=step.severity, likelihood=step.likelihood, reason=step.reason)
        case Confirmed():
            return replace(state, status=_S.CONFIRMED, is_confirmed=True, reason=step.reason)
        case Dismissed():
            return replace(state, status=_S.DISMISSED, is_confirmed=False, reason=step.reason)
        case RiskAccepted():
            return replace(state, status=_S.RISK_ACCEPTED, accepted_with=step.exception, reason=step.reason)


def _mended(state: FindingState, step: Fixed | Verified | Closed, *, change: FindingChange) -> FindingState:
    match step:
        case Fixed():
            return replace(
                _mending(state, change.by),
                status=_S.FIXED,
                fixed_by=change.by,
                fixed_in=step.release,
                fixed_at=change.at,
                reason=step.reason,
            )
        case Verified():
            return replace(state, status=_S.VERIFIED, verified_with=step.evidence, reason=step.reason)
        case Closed():
            return replace(state, status=_S.CLOSED, regression=step.regression, reason="")


def _seen(state: FindingState, step: Seen, *, at: datetime) -> FindingState:
    """Count a sighting; where it was mended, or was dismissed as less than it now is, it is open again."""
    if step.sighting in state.sightings:
        return state
    worse = _RANK[step.severity] > _RANK[state.severity]
    after = replace(
        state,
        sightings=(*state.sightings, step.sighting),
        last_seen=at,
        about=tuple(sorted({*state.about, *step.about})),
        severity=step.severity if worse else state.severity,
    )
    if state.status in _DONE and _may_be_after_the_fix(state, step):
        return replace(_unmended(after), status=_S.REOPENED, reason=f"it was {state.status.value} and is seen again")
    if worse and state.status in (_S.DISMISSED, _S.RISK_ACCEPTED):
        reason = f"it was {state.status.value} as {state.severity.value} and is seen as {step.severity.value}"
        return replace(after, status=_S.REOPENED, reason=reason)
    return after


def _may_be_after_the_fix(state: FindingState, step: Seen) -> bool:
    """Return whether what it was seen in may have been mended; an earlier run that had it says nothing new.

    Until somebody has verified the fix, neither does another release: it may not have the fix yet.
    """
    if step.observed_at is not None and state.fixed_at is not None and step.observed_at < state.fixed_at:
        return False
    releases = {subject.digest for subject in step.about if subject.kind == "release"}
    return state.status is not _S.FIXED or not releases or state.fixed_in in releases


def _mending(state: FindingState, who: str) -> FindingState:
    """Keep who answers for the mending: they do not say later that it was done, or need not be."""
    return replace(state, owners=tuple(sorted({*state.owners, who})), menders=tuple(sorted({*state.menders, who})))


def _unmended(state: FindingState) -> FindingState:
    return replace(
        state,
        menders=() if state.owner is None else (state.owner,),
        fixed_by=None,
        fixed_in=None,
        fixed_at=None,
        verified_with=None,
        regression=None,
        accepted_with=None,
    )
