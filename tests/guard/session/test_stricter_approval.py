"""A yes counts under the policy that is in force, whatever policy it was given under."""

from __future__ import annotations

import pytest

from fakes.guard_world import NOW
from fakes.sdk_world import ADA, guard
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.calls.policy import Approval, Argument, Grant, ToolPolicy
from roadworthy.guard.calls.ports import Answer
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.session.errors import ApprovalRequiredError


def pay(book: InProcessApprovals, approval: Approval):
    grant = Grant(tool="pay", effects=(Effect.PAY,), arguments=(Argument(name="n"),), approval=approval)
    run = guard(approvals=book, tools=ToolPolicy(grants=(grant,))).run(ADA, conversation="c")
    return run.call("pay", {"n": 1})


def said_yes(book: InProcessApprovals, approval: Approval, *, person: str = "ada", roles: tuple[str, ...] = ()) -> str:
    with pytest.raises(ApprovalRequiredError) as waits:
        pay(book, approval)
    book.answer(waits.value.asked.id, Answer.YES, person=person, roles=roles, tenant="acme", at=NOW)
    return waits.value.asked.id


@pytest.mark.parametrize(
    "stricter", [Approval(by=("treasurer",)), Approval(distinct=True), Approval(expires_s=10)], ids=repr
)
def test_a_yes_that_was_given_under_a_weaker_policy_does_not_count(stricter):
    book = InProcessApprovals()
    said_yes(book, Approval())

    with pytest.raises(ApprovalRequiredError) as waits:
        pay(book, stricter)
    asked = waits.value.asked
    assert (asked.by, asked.distinct) == (stricter.by, stricter.distinct)
    assert book.pending(tenant="acme", at=NOW) == (asked,)


def test_a_yes_that_was_given_under_a_stricter_policy_counts():
    book = InProcessApprovals()
    said_yes(book, Approval(by=("treasurer",), distinct=True, expires_s=10), person="tom", roles=("treasurer",))

    assert pay(book, Approval(by=("clerk", "treasurer"))).tool == "pay"
