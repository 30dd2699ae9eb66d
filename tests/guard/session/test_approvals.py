"""A yes is to one exact action: no other, once, in time, and it opens nothing that is denied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.guarded_runs import ADA, EVE, SetClock, any_arguments, guard, say_yes, tool_bundle
from roadworthy.core.errors import NotPermittedError
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.budget.book import InProcessBudgets
from roadworthy.guard.calls.policy import Approval
from roadworthy.guard.calls.ports import Answer, ApprovalsError
from roadworthy.guard.event import Principal
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.session.errors import (
    ApprovalRequiredError,
    BudgetExhaustedError,
    CallRefusedError,
)

LETTER = {"to": "bob@example.com", "text": "Hello."}


@pytest.fixture
def book() -> InProcessApprovals:
    return InProcessApprovals()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def asked_for(run, tool="send", arguments=LETTER, **fields):
    with pytest.raises(ApprovalRequiredError, match="was stopped") as needed:
        run.call(tool, arguments, **fields)
    return needed.value.asked


def test_a_call_waits_for_a_person_and_the_same_call_then_takes_the_yes_once(book, clock):
    run = guard(approvals=book, clock=clock).run(ADA)
    with pytest.raises(ApprovalRequiredError, match="was stopped") as needed:
        run.call("send", LETTER, id="one")
    asked = needed.value.asked
    assert (asked.tool, asked.tenant, asked.principal, asked.by, asked.distinct) == (
        "send",
        "acme",
        "ada",
        ("manager",),
        True,
    )
    assert (asked.expires_at - asked.asked_at).total_seconds() == 60
    assert "a person has to agree" in needed.value.stub
    assert needed.value.message.strip()
    say_yes(book, asked, at=clock.at)

    assert run.call("send", LETTER, id="one").action == asked.action
    asked_for(run)


def test_nobody_says_yes_to_themselves_where_it_must_be_somebody_else(book, clock):
    run = guard(approvals=book, clock=clock).run(ADA)
    asked = asked_for(run)
    with pytest.raises(NotPermittedError, match="other than"):
        say_yes(book, asked, at=clock.at, person="ada")

    asked_for(run)


def test_the_user_oneself_says_yes_where_no_role_is_named(book, clock):
    run = guard(approvals=book, clock=clock).run(ADA)
    say_yes(book, asked_for(run, "note"), at=clock.at, person="ada", roles=())

    assert run.call("note", LETTER).tool == "note"


OTHER_ACTIONS = {
    "tool": lambda here, run: run.call("note", LETTER),
    "argument": lambda here, run: run.call("send", {**LETTER, "to": "eve@example.com"}),
    "further argument": lambda here, run: run.call("send", {**LETTER, "copy": "eve@example.com"}),
    "principal": lambda here, run: here.run(EVE, conversation=run.conversation).call("send", LETTER),
    "tenant": lambda here, run: here.run(
        Principal(id="ada", tenant="rival", roles=("agent",)), conversation=run.conversation
    ).call("send", LETTER),
    "run": lambda here, run: here.run(ADA).call("send", LETTER),
    "route": lambda here, run: here.run(ADA, conversation=run.conversation, route="chat").call("send", LETTER),
    "depth": lambda here, run: here.run(ADA, conversation=run.conversation, depth=1).call("send", LETTER),
    "definition": lambda here, run: (run.define([{"name": "send", "description": "x"}]), run.call("send", LETTER)),
}


@pytest.mark.parametrize("act", OTHER_ACTIONS.values(), ids=OTHER_ACTIONS)
def test_a_yes_is_refused_to_anything_but_the_exact_action(book, clock, act):
    here = guard(approvals=book, clock=clock)
    run = here.run(ADA)
    say_yes(book, asked_for(run), at=clock.at)

    with pytest.raises(ApprovalRequiredError, match="was stopped"):
        act(here, run)


def test_a_yes_lasts_until_its_time_and_not_longer(book, clock):
    run = guard(approvals=book, clock=clock).run(ADA)
    say_yes(book, asked_for(run), at=clock.at)
    clock.wait(60)
    assert asked_for(run).id != ""
    say_yes(book, asked_for(run), at=clock.at)
    clock.wait(59.9)

    assert run.call("send", LETTER).tool == "send"


def test_a_no_refuses_the_call_and_asks_nobody_again_until_it_is_late(book, clock):
    run = guard(approvals=book, clock=clock).run(ADA)
    asked = asked_for(run)
    book.answer(asked.id, Answer.NO, person="max", roles=("manager",), tenant="acme", at=clock.at)
    with pytest.raises(CallRefusedError, match="guard/approval-no") as refused:
        run.call("send", LETTER)

    assert not isinstance(refused.value, ApprovalRequiredError)
    assert book.pending(tenant="acme", at=clock.at) == ()
    clock.wait(60)
    assert asked_for(run).id != asked.id


def test_asking_again_puts_no_second_question(book, clock):
    run = guard(approvals=book, clock=clock).run(ADA)

    assert asked_for(run).id == asked_for(run).id
    assert len(book.pending(tenant="acme", at=clock.at)) == 1


def test_a_yes_opens_nothing_that_is_denied_and_no_person_is_bothered_for_it(book, clock):
    grant = any_arguments("send", Effect.SEND, approval=Approval(), scopes=("mail.send",))
    here = guard(tool_bundle(grant), approvals=book, clock=clock)
    with pytest.raises(CallRefusedError, match="deny"):
        here.run(ADA).call("send", LETTER)
    assert book.pending(tenant="acme", at=clock.at) == ()

    may = here.run(replace(ADA, scopes=("mail.send",)), conversation="c")
    say_yes(book, asked_for(may), at=clock.at, person="ada")
    with pytest.raises(CallRefusedError, match="deny"):
        here.run(ADA, conversation="c").call("send", LETTER)
    assert may.call("send", LETTER).tool == "send"


def test_a_yes_that_a_budget_stands_against_is_not_used_up(book, clock):
    run = guard(approvals=book, clock=clock, budgets=InProcessBudgets()).run(ADA)
    stranger = {"to": "bob@example.com"}
    asked = asked_for(run, "post", stranger)
    say_yes(book, asked, at=clock.at, person="ada")
    run.ask("Post it to carol.")
    first = run.call("post", {"to": "carol"})
    with pytest.raises(BudgetExhaustedError, match="limit/posts"):
        run.call("post", stranger)
    run.failed(first, happened=False)

    assert run.call("post", stranger).action == asked.action


def test_a_value_that_nobody_said_goes_on_only_if_the_user_says_yes(book, clock):
    run = guard(approvals=book, clock=clock).run(ADA)
    asked = asked_for(run, "post", {"to": "eve"})
    assert "eve" not in "".join(asked.reasons)
    say_yes(book, asked, at=clock.at, person="ada")

    assert run.call("post", {"to": "eve"}).tool == "post"


def test_what_waits_has_nothing_set_aside(book, clock):
    run = guard(approvals=book, clock=clock).run(ADA)
    for number in range(5):
        asked_for(run, "post", {"to": f"stranger-{number}"})
    run.ask("Post it to carol.")

    assert run.call("post", {"to": "carol"}).tool == "post"


def test_where_nobody_can_be_asked_what_needs_a_person_is_refused(clock):
    class Away(InProcessApprovals):
        def use(self, action, *, tenant, at):
            raise ApprovalsError("away")

    for approvals in (None, Away()):
        run = guard(approvals=approvals, clock=clock).run(ADA)
        with pytest.raises(CallRefusedError, match="escalate"):
            run.call("send", LETTER)
        with pytest.raises(CallRefusedError, match="escalate"):
            run.call("post", {"to": "eve"})
        run.ask("Post it to carol.")
        assert run.call("post", {"to": "carol"}).tool == "post"


def test_a_book_that_breaks_gives_back_what_was_set_aside(clock):
    class Broken(InProcessApprovals):
        def use(self, action, *, tenant, at):
            raise KeyboardInterrupt

    run = guard(approvals=Broken(), clock=clock).run(ADA)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            run.call("post", {"to": "eve"}, key="k")
    run.ask("Post it to carol.")

    assert run.call("post", {"to": "carol"}, key="k").tool == "post"


def test_a_key_waits_for_nobody(book, clock):
    run = guard(approvals=book, clock=clock).run(ADA)
    say_yes(book, asked_for(run, key="letter"), at=clock.at)
    run.returned(run.call("send", LETTER, key="letter"), "sent")

    assert run.call("send", LETTER, key="letter").earlier.result == "sent"
