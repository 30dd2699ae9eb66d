"""Whether a rejection stands. It is held against less than an approval, for what may be lost by it is less."""

from __future__ import annotations

from collections.abc import Sequence

from roadworthy.approvals.key_window import why_key_does_not_count
from roadworthy.approvals.model import HeldApproval, HeldDelegation
from roadworthy.governance.model import ActorKind, Governance


def why_not_rejected(held: HeldApproval, *, governance: Governance, delegations: Sequence[HeldDelegation]) -> str:
    """Return why a rejection does not stand; empty where it does.

    It stands where a person who holds the role signed it, whatever happened to them and to the key afterwards:
    nothing that happens to a person, a key or a delegation may turn a no into consent. So that of somebody who left
    goes on standing until what was asked about changes, and one with a key that was stolen until its owner answers
    again with another.
    """
    approval = held.approval
    person = governance.person(approval.approver)
    if person is None:
        return ""
    if person.kind is not ActorKind.HUMAN:
        return f"{person.id} is a {person.kind.value}: only people answer"
    if not held.signed.holds:
        return why_key_does_not_count(held.signed, person=person)
    if approval.delegation is None:
        return "" if approval.role in person.roles else f"{person.id} is not {approval.role}"
    lent = [item for item in delegations if item.delegation.id == approval.delegation]
    mine = [i for i in lent if (i.delegation.borrower, i.delegation.role) == (approval.approver, approval.role)]
    if not mine:
        return f"delegation {approval.delegation} does not lend {approval.role} to {approval.approver}"
    if any(item.signed.holds or governance.person(item.delegation.lender) is None for item in mine):
        return ""
    return f"delegation {approval.delegation} is not signed by {mine[0].delegation.lender}"
