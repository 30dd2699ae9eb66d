"""The checks of grants: each finds what it is for, and nothing in grants as they should be."""

import pytest

from fakes.guard_world import policy, rule
from fakes.tool_calls import argument, grant
from roadworthy.guard.calls.policy import After, Approval, ArgumentType, Field, Outcome, Result, ToolPolicy
from roadworthy.guard.check.grants import tool_flaws
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.verdict import Action

SEND, PAY = (Effect.SEND,), (Effect.PAY,)
CONTACTS = grant("contacts", argument("q"), result=Result(trusted=True))
GOOD = (
    grant("send", argument("to", "user", type=ArgumentType.EMAIL), effects=SEND),
    grant("check", outcome=Outcome(holds="result.ok")),
    grant("pay", argument("n", "user"), effects=PAY, after=(After(tool="check"),)),
    CONTACTS,
)


def found(*grants):
    return {flaw.check for flaw in tool_flaws(policy(rule("a", "x"), tools=ToolPolicy(grants=grants)))}


@pytest.mark.parametrize(
    ("grants", "check"),
    [
        ([grant("send", argument("to"), effects=SEND)], "effect-by-anybody"),
        ([grant("x", effects=(Effect.READ, Effect.SEND), untainted=True)], "effect-read-and-more"),
        ([grant("*", effects=PAY, untainted=True)], "grant-for-many"),
        ([grant("x", effects=SEND, untainted=True, other_arguments="allow")], "arguments-open"),
        ([grant("x", argument("to", type=ArgumentType.EMAIL), effects=SEND, untainted=True)], "origin-any"),
        ([grant("x", argument("to", "any", "user"))], "origin-idle"),
        ([grant("x", argument("a", pattern=".*"))], "pattern-wide"),
        ([grant("x", argument("a", pattern="[^/]+"))], "pattern-wide"),
        ([grant("x", argument("a", "tool:none"))], "origin-unknown-tool"),
        ([grant("x", argument("a", "user-via:list")), grant("list")], "origin-not-vouched"),
        ([grant("x", after=(After(tool="none"),))], "after-unknown-tool"),
        ([grant("x", after=(After(tool="y"),)), grant("y")], "after-never-confirmed"),
        ([grant("x", approval=Approval(when="false"))], "approval-never"),
        ([grant("x", approval=Approval(distinct=True))], "approval-by-nobody"),
        ([grant("x", mode="shadow")], "grant-opens-nothing"),
        ([grant("x"), grant("x", untainted=True, mode="shadow")], "in-shadow"),
        ([grant("x"), grant("x")], "grant-twice"),
        ([grant("x*", argument("a")), grant("xy", argument("a"), argument("b"))], "grant-shadowed"),
    ],
)
def test_each_check_finds_what_it_is_for(grants, check):
    assert check in found(*grants)
    assert check not in found(*GOOD)


def test_good_grants_have_no_flaw():
    assert found(*GOOD) == set()
    vouched = grant("list", result=Result(fields=(Field(path="/a", trusted=True),)))
    assert found(grant("x", argument("a", "user-via:list")), vouched) == set()


def test_a_grant_whose_arguments_ask_may_say_how_and_never_ask_otherwise():
    asking = Approval(when="false", show="values")

    assert "approval-never" not in found(grant("x", argument("a", "user", otherwise=Action.ESCALATE), approval=asking))


def test_a_policy_without_tools_has_none():
    assert list(tool_flaws(policy(rule("a", "x")))) == []
