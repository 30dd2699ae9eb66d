"""Whether somebody may answer a request, before anything is signed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from roadworthy.approvals.counting import Case, case_of, look_at
from roadworthy.approvals.key_window import why_key_does_not_count
from roadworthy.approvals.lending import why_not_in_role
from roadworthy.approvals.model import Answer, Approval, ApprovalPayload, Consents, HeldApproval, Signed
from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.approvals.separation import why_authors_stay_unknown
from roadworthy.core.digest import digest_of
from roadworthy.governance.model import ActorKind, ConsentRule, Governance, Person


def why_not_permitted(
    approval: Approval,
    *,
    payload: ApprovalPayload,
    key: str | None,
    consents: Consents,
    governance: Governance,
    rule: ConsentRule,
    now: datetime,
    exception_approvers: Collection[str] = (),
) -> tuple[RefusedBecause, str] | None:
    """Return why ``approval`` may not be given; None where it may. What may be given now is what will count.

    Args:
        approval: What somebody is about to sign.
        payload: What it answers.
        key: Id of the key that would sign, as the governance file names it; None: one that the file does not name.
        consents: What was said so far.
        governance: Who may consent.
        rule: Whose consent is needed.
        now: When it would be recorded.
        exception_approvers: Ids of those whose approval of an exception counts that the release ships on.
    """
    held = HeldApproval(
        approval=approval,
        digest=digest_of(approval),
        signed=Signed(holds=key is not None, key=key, recorded_at=now),
    )
    case = case_of(
        payload, consents=consents, governance=governance, rule=rule, exception_approvers=exception_approvers
    )
    person = governance.person(approval.approver)
    if person is None:
        return RefusedBecause.UNKNOWN_PERSON, f"{approval.approver} is not in the governance file"
    if person.kind is not ActorKind.HUMAN:
        return RefusedBecause.NOT_HUMAN, f"{person.id} is a {person.kind.value}: only people answer"
    found = _first(held, case, person=person)
    if found is not None:
        return found
    looked = look_at(held, case, moment=now)
    return (RefusedBecause.NO_SEAT, looked.reason) if looked.reason else None


def _first(held: HeldApproval, case: Case, *, person: Person) -> tuple[RefusedBecause, str] | None:
    role, asked = held.approval.role, held.approval.request
    if role not in {seat.role for seat in case.rule.quorum}:
        return RefusedBecause.NO_SEAT, f"{role} has no say in this"
    unknown = (why_authors_stay_unknown(r, governance=case.governance) for r in case.requests if r.id == asked)
    says_no = held.approval.answer is Answer.REJECT
    apart = case.duties.why_not(person.id) or ("" if says_no else next((why for why in unknown if why), ""))
    if apart:
        return RefusedBecause.SEPARATION_OF_DUTIES, apart
    in_role = why_not_in_role(
        held,
        person=person,
        governance=case.governance,
        duties=case.duties,
        delegations=case.consents.delegations,
        withdrawals=case.consents.withdrawals,
    )
    if in_role:
        return RefusedBecause.NOT_IN_ROLE, in_role
    key = why_key_does_not_count(held.signed, person=person)
    return (RefusedBecause.KEY_DOES_NOT_COUNT, key) if key else None
