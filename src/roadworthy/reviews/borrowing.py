"""Whether somebody may decide a review in a role that was lent to them: by the rules that approvals go by."""

from __future__ import annotations

from dataclasses import dataclass, replace

from roadworthy.approvals.lending import why_not_in_role
from roadworthy.approvals.model import Answer, Approval, HeldApproval, HeldDelegation, HeldWithdrawal, Signed
from roadworthy.approvals.separation import Duties
from roadworthy.core.digest import digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.governance.model import ConsentKind, Governance
from roadworthy.reviews.model import Decided, ReviewChange, ReviewKind
from roadworthy.reviews.state import ReviewState

CONSENT_OF = {
    ReviewKind.INTAKE: ConsentKind.BUILD,
    ReviewKind.RELEASE: ConsentKind.RELEASE,
    ReviewKind.CHANGE: ConsentKind.RELEASE,
    ReviewKind.PERIODIC: ConsentKind.RELEASE,
}
"""Where the governance file has a rule for this consent, a review of the kind is decided in a role of its quorum, and
a role that was lent for this consent may decide it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """What roles people lent to others, and took back."""

    delegations: tuple[HeldDelegation, ...] = ()
    withdrawals: tuple[HeldWithdrawal, ...] = ()


def why_not_borrowed(
    change: ReviewChange, step: Decided, *, state: ReviewState, governance: Governance, lent: Lent
) -> str:
    """Return why the role of ``step`` is not lent to who decides; empty where it is, at the time of the change."""
    person, kind = governance.person(change.by), CONSENT_OF.get(state.review.kind)
    if person is None:
        return f"the governance file knows nobody called {change.by[:80]!r}"
    if kind is None:
        return f"no role is lent for a review of kind {state.review.kind.value}"
    review = state.review
    # Lending is judged of answers: the decision is one, to the review as it was opened.
    answer = Approval(
        id=f"{change.of}/{change.number}",
        request=change.of,
        payload=digest_of(review),
        kind=kind,
        role=step.role,
        approver=person.id,
        asked=digest_of(review),
        asked_by=review.requested_by,
        authors=review.authors,
        answer=Answer.APPROVE,
        decided_at=change.at,
        valid_until=change.at,
        delegation=step.delegation,
    )
    held = HeldApproval(
        approval=answer,
        digest=digest_of(answer),
        signed=Signed(holds=True, key=None, recorded_at=change.at),
    )
    duties = Duties(
        kind=kind,
        # An unknown tier counts as critical: whoever lends a role is then held to every duty.
        binding=governance.separations(state.tier or RiskTier.CRITICAL),
        requesters=frozenset({review.requested_by}),
        authors=frozenset(review.authors),
        evidence_authors=frozenset(),
        exception_approvers=frozenset(),
    )
    return why_not_in_role(
        held,
        person=person,
        governance=governance,
        duties=duties,
        delegations=lent.delegations,
        withdrawals=lent.withdrawals,
    )


def with_delegation(change: ReviewChange, *, state: ReviewState, governance: Governance, lent: Lent) -> ReviewChange:
    """Return ``change`` with the delegation by which who makes it decides in a role that is not their own.

    Where the role is their own, or nobody has lent it to them, it is returned as it is.
    """
    step, person = change.step, governance.person(change.by)
    if not isinstance(step, Decided) or step.delegation is not None or person is None or step.role in person.roles:
        return change
    for held in lent.delegations:
        borrowed = replace(step, delegation=held.delegation.id)
        if not why_not_borrowed(change, borrowed, state=state, governance=governance, lent=lent):
            return replace(change, step=borrowed)
    return change
