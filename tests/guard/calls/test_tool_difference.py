"""Each line of `tools` that changes is looser, stricter, or cannot be told; it never says stricter of what loosens."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.guard_world import policy, rule
from fakes.tool_calls import argument, grant
from roadworthy.guard.calls.policy import After, Approval, ArgumentType, Field, Limit, Outcome, Result, ToolPolicy
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.policy.difference import differences
from roadworthy.guard.policy.tool_difference import tool_changes
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.trying.tool_mutants import tool_mutants
from roadworthy.guard.verdict import Action
from roadworthy.policy.compare import Direction

LOOSER, TIGHTER, UNORDERED, NOTED = Direction.LOOSER, Direction.TIGHTER, Direction.UNORDERED, Direction.NOTED
LINE = argument("a", "user", "trusted", type=ArgumentType.STRING, maximum=5, minimum=1, one_of=("x", "y"), max_chars=9)
BASE = grant("t", LINE, roles=("a", "b"), scopes=("s",), approval=Approval(), max_repeats=2)
WIDER = {
    "origins": ("any",), "one_of": (), "maximum": 9, "minimum": 0, "max_chars": 10, "max_items": 2_000,
    "type": ArgumentType.ANY,
}  # fmt: skip


def ways(old, new):
    return {way for _, way, _ in tool_changes(ToolPolicy(grants=(old,)), ToolPolicy(grants=(new,)))}


@pytest.mark.parametrize("name", WIDER)
def test_a_wider_line_is_looser_and_the_other_way_stricter(name):
    wider = replace(BASE, arguments=(replace(LINE, **{name: WIDER[name]}),))
    assert ways(BASE, wider) == {LOOSER}
    assert ways(wider, BASE) == {TIGHTER}


@pytest.mark.parametrize(
    ("change", "way"),
    [
        ({"roles": ("a", "b", "c")}, LOOSER),
        ({"roles": ()}, LOOSER),
        ({"roles": ("a",)}, TIGHTER),
        ({"roles": ("c",)}, UNORDERED),
        ({"scopes": ()}, LOOSER),
        ({"scopes": ("s", "t")}, TIGHTER),
        ({"when": "call.step < 3"}, TIGHTER),
        ({"other_arguments": "allow"}, LOOSER),
        ({"arguments": ()}, TIGHTER),
        ({"after": (After(tool="x"),)}, TIGHTER),
        ({"untainted": True}, TIGHTER),
        ({"approval": None}, LOOSER),
        ({"approval": Approval(distinct=True, by=("x",))}, UNORDERED),
        ({"approval": Approval(expires_s=9)}, TIGHTER),
        ({"max_repeats": 3}, LOOSER),
        ({"limits": (Limit(name="a", limit=1),)}, TIGHTER),
        ({"result": Result(trusted=True)}, LOOSER),
        ({"result": Result(secrecy=Secrecy.PUBLIC)}, LOOSER),
        ({"result": Result(secrecy=Secrecy.INTERNAL)}, LOOSER),
        ({"result": Result(secrecy=Secrecy.CONFIDENTIAL)}, UNORDERED),
        ({"result": Result(secrecy=Secrecy.SECRET)}, TIGHTER),
        ({"result": Result(fields=(Field(path="/a", trusted=True),))}, LOOSER),
        ({"outcome": Outcome(holds="result.ok")}, TIGHTER),
        ({"pin": "sha256:" + "1" * 64}, TIGHTER),
        ({"mode": "shadow"}, LOOSER),
        ({"effects": (Effect.SEND,)}, NOTED),
    ],
)
def test_each_line_of_a_grant(change, way):
    assert ways(BASE, replace(BASE, **change)) == {way}


def test_a_first_grant_opens_and_a_further_one_closes():
    none, one, two = ToolPolicy(), ToolPolicy(grants=(BASE,)), ToolPolicy(grants=(BASE, grant("t")))
    assert [way for _, way, _ in tool_changes(none, one)] == [LOOSER]
    assert [way for _, way, _ in tool_changes(one, two)] == [TIGHTER]
    assert [way for _, way, _ in tool_changes(two, one)] == [LOOSER]
    assert [way for _, way, _ in tool_changes(one, none)] == [TIGHTER]
    assert [way for _, way, _ in tool_changes(None, none)] == [TIGHTER]
    assert [way for _, way, _ in tool_changes(none, None)] == [LOOSER]


def test_the_difference_of_policies_says_it():
    old, new = (policy(rule("a", "x"), tools=ToolPolicy(max_steps=steps)) for steps in (5, 6))
    assert [(one.direction, one.subject, one.said) for one in differences(old, new)] == [
        (LOOSER, "tools", "max_steps 5 -> 6")
    ]


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_every_change_that_the_cases_try_is_told(number):
    line = replace(LINE, carries=Secrecy.PUBLIC, otherwise=Action.ESCALATE, required=True, hosts=("a",))
    full = ToolPolicy(
        grants=(
            replace(
                BASE,
                arguments=(line,),
                after=(After(tool="x", same=(("a", "b"),), within_steps=3),),
                when="call.step < 3",
                outcome=Outcome(holds="result.ok"),
                result=Result(fields=(Field(path="/a", trusted=True),)),
            ),
        ),
        same=(("a", "b"),),
    )
    every = list(tool_mutants(full, name="t"))
    _, change, changed = every[number % len(every)]
    assert list(tool_changes(full, changed)), change
