"""Whether somebody held a role when they answered: their own, or one that was lent to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from roadworthy.approvals.key_window import why_key_does_not_count
from roadworthy.approvals.model import HeldApproval, HeldDelegation, HeldWithdrawal
from roadworthy.approvals.separation import Duties
from roadworthy.governance.model import ActorKind, Governance, Person


def why_not_in_role(
    held: HeldApproval,
    *,
    person: Person,
    governance: Governance,
    duties: Duties,
    delegations: Sequence[HeldDelegation],
    withdrawals: Sequence[HeldWithdrawal],
) -> str:
    """Return why ``person`` did not hold the role in which they answered; empty where they did."""
    approval = held.approval
    if approval.delegation is None:
        return "" if approval.role in person.roles else f"{person.id} is not {approval.role}"
    lent = [item for item in delegations if item.delegation.id == approval.delegation]
    if len(lent) != 1:
        return f"there {'is no' if not lent else 'are several'} delegation {approval.delegation}"
    reason = _why_not_lent(held, lent[0], governance=governance, withdrawals=withdrawals)
    reason = reason or duties.why_not(lent[0].delegation.lender)
    return f"delegation {approval.delegation}: {reason}" if reason else ""


def principal_of(held: HeldApproval, *, delegations: Sequence[HeldDelegation]) -> str:
    """Return whose role an answer was given in: the lender's, else the approver's own."""
    lent = [item.delegation.lender for item in delegations if item.delegation.id == held.approval.delegation]
    return min(lent, default=held.approval.approver)


def _why_not_lent(
    held: HeldApproval, lent: HeldDelegation, *, governance: Governance, withdrawals: Sequence[HeldWithdrawal]
) -> str:
    approval, delegation = held.approval, lent.delegation
    lender = governance.person(delegation.lender)
    if lender is None or lender.kind is not ActorKind.HUMAN:
        return f"its lender {delegation.lender} is nobody of the governance file who may lend a role"
    if delegation.role not in lender.roles:
        return f"{lender.id} does not hold {delegation.role}, and what is lent cannot be lent on"
    if (delegation.borrower, delegation.role) != (approval.approver, approval.role):
        return f"it lends {delegation.role} to {delegation.borrower}"
    if approval.kind not in delegation.kinds:
        return f"it does not cover {approval.kind.value}"
    return _why_not_then(held, lent, skew=timedelta(seconds=governance.clock_skew_s)) or (
        _why_taken_back(held, lent, withdrawals=withdrawals) or why_key_does_not_count(lent.signed, person=lender)
    )


def _why_not_then(held: HeldApproval, lent: HeldDelegation, *, skew: timedelta) -> str:
    approval, delegation = held.approval, lent.delegation
    if lent.signed.recorded_at > held.signed.recorded_at:
        return "it was recorded after the answer"
    in_window = delegation.starts_at <= approval.decided_at < delegation.ends_at
    if not in_window or held.signed.recorded_at >= delegation.ends_at + skew:
        return "the answer lies outside its time"
    return ""


def _why_taken_back(held: HeldApproval, lent: HeldDelegation, *, withdrawals: Sequence[HeldWithdrawal]) -> str:
    for item in withdrawals:
        mine = item.withdrawal.of == lent.delegation.id and item.withdrawal.by == lent.delegation.lender
        if mine and item.signed.holds and item.signed.recorded_at <= held.signed.recorded_at:
            return f"{lent.delegation.lender} had taken it back"
    return ""
