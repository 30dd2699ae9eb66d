"""Which answers count: each one looked at for itself, then one for each person and role."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from roadworthy.approvals.conditions import end_of, open_conditions
from roadworthy.approvals.key_window import why_key_does_not_count
from roadworthy.approvals.lending import principal_of, why_not_in_role
from roadworthy.approvals.model import (
    Answer,
    Approval,
    ApprovalPayload,
    ApprovalRequest,
    Condition,
    Consents,
    HeldApproval,
)
from roadworthy.approvals.rejecting import why_not_rejected
from roadworthy.approvals.separation import Duties, duties_of, why_authors_stay_unknown
from roadworthy.core.digest import digest_of
from roadworthy.governance.model import ActorKind, ConsentRule, Governance

APPROVING = (Answer.APPROVE, Answer.APPROVE_WITH_CONDITIONS)
_STRICTNESS = {Answer.APPROVE: 0, Answer.APPROVE_WITH_CONDITIONS: 1, Answer.ABSTAIN: 2, Answer.REJECT: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that an answer is held against."""

    payload: ApprovalPayload
    requests: tuple[ApprovalRequest, ...]
    """Requests for exactly this payload."""

    taken_back: frozenset[str]
    """Ids of those of them that who asked took back."""

    governance: Governance
    rule: ConsentRule
    duties: Duties
    consents: Consents
    passing_rules: Collection[str]


def case_of(
    payload: ApprovalPayload,
    *,
    consents: Consents,
    governance: Governance,
    rule: ConsentRule,
    exception_approvers: Collection[str] = (),
    passing_rules: Collection[str] = (),
) -> Case:
    """Return what answers to ``payload`` are held against; see `roadworthy.approvals.standing.standing_of`."""
    mine = tuple(request for request in consents.requests if request.payload == payload)
    taken_back = {(item.withdrawal.of, item.withdrawal.by) for item in consents.withdrawals}
    return Case(
        payload=payload,
        requests=mine,
        taken_back=frozenset(one.id for one in mine if (one.id, one.requested_by) in taken_back),
        governance=governance,
        rule=rule,
        duties=duties_of(payload, requests=mine, governance=governance, exception_approvers=exception_approvers),
        consents=consents,
        passing_rules=frozenset(passing_rules),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An answer that was looked at."""

    held: HeldApproval
    flaw: str
    """Why it never counted; empty where it was given as it should be."""

    lapse: str = ""
    """Why it counts no more, or not now; empty where it does."""

    is_taken_back: bool = False
    """Its giver took it back, or the request that it answers was taken back."""

    ends_at: datetime
    """When it stops counting at the latest."""

    principal: str
    """Whose role it was given in."""

    conditions: tuple[Condition, ...] = ()
    """Those that are open."""

    @property
    def reason(self) -> str:
        """Why it does not count; empty where it does."""
        return self.flaw or self.lapse

    @property
    def is_approving(self) -> bool:
        """Whether it says yes."""
        return self.held.approval.answer in APPROVING


def look_at(held: HeldApproval, case: Case, *, moment: datetime) -> Looked:
    """Return whether one answer was given as it should be, and whether it has run out at ``moment``."""
    approval = held.approval
    conditions = open_conditions(
        held,
        met=case.consents.conditions_met,
        passing_rules=case.passing_rules,
        governance=case.governance,
        rule=case.rule,
        duties=case.duties,
    )
    ends = [approval.valid_until, approval.decided_at + timedelta(days=case.rule.valid_days)]
    ends += [end_of(condition.due) for condition in conditions]
    looked = Looked(
        held=held,
        flaw=_flaw(held, case),
        ends_at=min(ends),
        principal=principal_of(held, delegations=case.consents.delegations),
        conditions=conditions,
    )
    return _with_lapse(looked, case, moment=moment)


def standing_answers(looked: Sequence[Looked]) -> tuple[Looked, ...]:
    """Return the last answer of each person in each role, of those that were given as they should be.

    What comes later replaces what came before. Of two that the log took in at one moment, as happens where a clock
    was set back, the stricter one stands.
    """
    last: dict[tuple[str, str], Looked] = {}
    for item in sorted(looked, key=_order):
        if not item.flaw:
            last[item.held.approval.approver, item.held.approval.role] = item
    return tuple(last.values())


def _order(item: Looked) -> tuple[datetime, int, datetime, str]:
    approval = item.held.approval
    return (item.held.signed.recorded_at, _STRICTNESS[approval.answer], approval.decided_at, item.held.digest)


def _flaw(held: HeldApproval, case: Case) -> str:
    """Return what is wrong with an answer for all time."""
    approval = held.approval
    if approval.kind is not case.payload.kind:
        return f"it answers a request for {approval.kind.value}"
    if approval.role not in {seat.role for seat in case.rule.quorum}:
        return f"{approval.role} has no seat in the quorum"
    if approval.answer is Answer.REJECT:
        return why_not_rejected(held, governance=case.governance, delegations=case.consents.delegations)
    person = case.governance.person(approval.approver)
    if person is None:
        return f"{approval.approver} is not in the governance file"
    if person.kind is not ActorKind.HUMAN:
        return f"{person.id} is a {person.kind.value}: only people consent"
    return (
        why_key_does_not_count(held.signed, person=person)
        or _why_not_as_shown(approval, case)
        or _why_not_at_that_time(held, case)
        or case.duties.why_not(person.id)
        or why_not_in_role(
            held,
            person=person,
            governance=case.governance,
            duties=case.duties,
            delegations=case.consents.delegations,
            withdrawals=case.consents.withdrawals,
        )
    )


def _why_not_as_shown(approval: Approval, case: Case) -> str:
    """Return why a request is not the one that was signed; empty where it is.

    A request is signed by nobody. What binds it is that those who answer sign its digest, who asked and who wrote it.
    """
    shown = (approval.asked, approval.asked_by, approval.authors)
    asked = [r for r in case.requests if r.id == approval.request]
    if not any((digest_of(r), r.requested_by, r.authors) == shown for r in asked):
        return "its signer was shown another request: who asked, or who wrote it, is not what they signed"
    return next((why for r in asked if (why := why_authors_stay_unknown(r, governance=case.governance))), "")


def _why_not_at_that_time(held: HeldApproval, case: Case) -> str:
    approval, skew = held.approval, timedelta(seconds=case.governance.clock_skew_s)
    if approval.decided_at > held.signed.recorded_at + skew:
        return "it is dated after the moment at which it was recorded"
    asked_at = max(request.requested_at for request in case.requests if request.id == approval.request)
    if approval.decided_at < asked_at - skew:
        return "it is dated before the request"
    return ""


def _with_lapse(looked: Looked, case: Case, *, moment: datetime) -> Looked:
    if not looked.is_approving:
        return looked
    approval = looked.held.approval
    if _is_withdrawn(looked.held, case):
        return replace(looked, is_taken_back=True, lapse=f"{approval.approver} took it back")
    if approval.request in case.taken_back:
        return replace(looked, is_taken_back=True, lapse="the request that it answers was taken back")
    overdue = next((c for c in looked.conditions if end_of(c.due) <= moment), None)
    if overdue is not None:
        return replace(looked, lapse=f"its condition is open past {overdue.due:%Y-%m-%d}: {overdue.text}")
    if looked.ends_at <= moment:
        return replace(looked, lapse=f"it ended {looked.ends_at:%Y-%m-%d %H:%M} UTC")
    return looked


def _is_withdrawn(held: HeldApproval, case: Case) -> bool:
    return any(
        item.withdrawal.of == held.approval.id and item.withdrawal.by == held.approval.approver and item.signed.holds
        for item in case.consents.withdrawals
    )
