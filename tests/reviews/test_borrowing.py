"""A lent role decides a review exactly where it would answer a request for consent, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.consent_world import ASKED, DAY, HOUR, delegation, governance, withdrawal
from fakes.review_people import review
from roadworthy.approvals.model import HeldDelegation
from roadworthy.core.severity import RiskTier
from roadworthy.governance.model import ConsentKind
from roadworthy.reviews.borrowing import Lent, with_delegation
from roadworthy.reviews.model import Decided, Outcome, Review, ReviewChange, ReviewKind, Submitted, Triaged
from roadworthy.reviews.moves import refusal
from roadworthy.reviews.state import ReviewState
from roadworthy.reviews.steps import folded

LENT = delegation("ralf", "dora", "release_manager")
"""Dora is a developer; ralf lends her his role of release manager for six days from the day before `ASKED`."""

DECIDED = Decided(outcome=Outcome.REJECT, role="release_manager", reason="read it")


def in_review(**given: object) -> ReviewState:
    first = review(**({"requested_by": "sven", "authors": ("sara",), "opened_at": ASKED - 2 * DAY} | given))
    triaged = Triaged(tier=RiskTier.HIGH, reviewer="rita", reason="acts on money")
    return folded(first, [_change(first, 1, first.requested_by, Submitted()), _change(first, 2, "rita", triaged)])


def _change(of: Review, number: int, by: str, step: Submitted | Triaged) -> ReviewChange:
    return ReviewChange(of=of.id, number=number, by=by, at=of.opened_at, step=step)


def decides(state: ReviewState, *lent: HeldDelegation, taken_back: str = "", at=ASKED + HOUR, by: str = "dora") -> str:
    """Return why ``by`` may not decide as a release manager; empty where they may."""
    back = (withdrawal(taken_back, "ralf", at=ASKED),) if taken_back else ()
    known = Lent(delegations=lent, withdrawals=back)
    change = ReviewChange(of=state.review.id, number=3, by=by, at=at, step=DECIDED)
    with_lent = with_delegation(change, state=state, governance=governance(), lent=known)
    denied = refusal(state, with_lent, governance=governance(), lent=known)
    return denied.says if denied is not None else ""


def test_a_lent_role_decides_and_the_record_says_whose_it_is():
    change = ReviewChange(of="review_1", number=3, by="dora", at=ASKED + HOUR, step=DECIDED)

    made = with_delegation(change, state=in_review(), governance=governance(), lent=Lent(delegations=(LENT,)))

    assert decides(in_review(), LENT) == ""
    assert made.step.delegation == LENT.delegation.id
    assert decides(in_review()) != ""


@pytest.mark.parametrize(
    "lent",
    [
        delegation("ralf", "dora", "release_manager", holds=False),
        delegation("ralf", "dora", "security"),
        delegation("ralf", "sven", "release_manager"),
        delegation("dora", "ralf", "release_manager"),
        delegation("sara", "dora", "release_manager"),
        delegation("bot", "dora", "release_manager"),
        delegation("ralf", "dora", "release_manager", kinds=(ConsentKind.EXCEPTION,)),
        delegation("ralf", "dora", "release_manager", ends_at=ASKED),
        delegation("ralf", "dora", "release_manager", starts_at=ASKED + DAY, ends_at=ASKED + 2 * DAY),
    ],
    ids=["unsigned", "other-role", "to-another", "from-her", "not-theirs", "of-a-bot", "other-kind", "over", "early"],
)
def test_what_is_not_lent_to_her_now_for_this_does_not_decide(lent):
    assert "release_manager" in decides(in_review(), lent)


def test_a_role_that_was_taken_back_does_not_decide():
    assert decides(in_review(), LENT, taken_back=LENT.delegation.id) != ""


@pytest.mark.parametrize("given", [{"requested_by": "ralf"}, {"authors": ("ralf",)}], ids=["requester", "author"])
def test_who_asked_for_it_or_wrote_it_does_not_decide_through_somebody_else(given):
    assert decides(in_review(**given), LENT) != ""


def test_a_named_delegation_that_is_none_is_refused_and_a_vendor_review_borrows_nothing():
    state = in_review()
    change = ReviewChange(
        of="review_1", number=3, by="dora", at=ASKED + HOUR, step=replace(DECIDED, delegation="delegation_0")
    )

    assert "there is no delegation delegation_0" in refusal(state, change, governance=governance()).says
    assert decides(in_review(kind=ReviewKind.VENDOR), LENT) != ""
