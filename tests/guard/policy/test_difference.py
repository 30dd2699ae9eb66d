from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from roadworthy.adapters.conditions import CelConditions
from roadworthy.core.severity import RiskTier
from roadworthy.guard.budget.model import Budget, Unit
from roadworthy.guard.calls.policy import ToolPolicy
from roadworthy.guard.engine.bundle import compile_policy
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import Event, Principal, UnknownField
from roadworthy.guard.policy.difference import differences
from roadworthy.guard.policy.facts import VARIABLES
from roadworthy.guard.policy.model import (
    Buffer,
    Completion,
    FailMode,
    GuardPolicy,
    GuardRule,
    Holdback,
    Observe,
    Route,
    TierFailMode,
    UnknownBehaviour,
    Unknowns,
    Where,
)
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.rails.size import SizeSettings
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Action
from roadworthy.policy.compare import Direction

LOOSER, UNORDERED, TIGHTER, NOTED = Direction
RULE = GuardRule(
    id="desk/topic", description="d", action=Action.TRANSFORM, rail=PatternSettings(patterns=("tea", "milk"))
)
BUDGET = Budget(name="tokens", unit=Unit.TOKENS, limit=100, assumed=10, window_s=60)


def policy(*rules: GuardRule, **more: object) -> GuardPolicy:
    stated = {"routes": (Route(name="*", stages=tuple(Stage)),), **more}
    return GuardPolicy(
        name="desk", version="1", title="t", owner="o", licence="Apache-2.0", rules=rules or (RULE,), **stated
    )


def said(old: GuardPolicy, new: GuardPolicy) -> list[tuple[Direction, str]]:
    return [(one.direction, one.subject) for one in differences(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "want"),
    [
        ((Stage.INPUT,), (Stage.INPUT, Stage.OUTPUT), LOOSER),
        ((Stage.INPUT, Stage.OUTPUT), (Stage.INPUT,), TIGHTER),
        ((Stage.INPUT,), (Stage.OUTPUT,), UNORDERED),
        ((), (Stage.OUTPUT,), UNORDERED),
        ((Stage.OUTPUT,), (), UNORDERED),
    ],
)
def test_more_stages_are_looser(old, new, want):
    before, after = (policy(routes=(Route(name="*", stages=stages),)) for stages in (old, new))

    assert said(before, after) == [(want, "route *")]


def test_a_first_rule_at_a_stage_opens_it_and_is_shown_as_looser():
    at_input, at_output = (
        replace(RULE, id=f"desk/{stage.value}", where=Where(stages=(stage,))) for stage in (Stage.INPUT, Stage.OUTPUT)
    )
    shadow = replace(at_output, mode="shadow")
    served = (Route(name="*", stages=(Stage.INPUT, Stage.OUTPUT)),)

    unsaid = (Route(name="*"),)
    few, more, quiet = (
        policy(*rules, routes=unsaid) for rules in ((at_input,), (at_input, at_output), (at_input, shadow))
    )

    assert said(few, more) == [(LOOSER, "route *"), (TIGHTER, "rule desk/output")]
    assert said(few, quiet) == [(NOTED, "rule desk/output")]
    assert said(policy(at_input, routes=served), policy(at_input, at_output, routes=served)) == [
        (TIGHTER, "rule desk/output")
    ]


@pytest.mark.parametrize(
    ("changes", "direction"),
    [
        ({"action": Action.DENY}, TIGHTER),
        ({"mode": "shadow"}, LOOSER),
        ({"where": Where(stages=(Stage.OUTPUT,))}, LOOSER),
        ({"tiers": (RiskTier.HIGH,)}, LOOSER),
        ({"when": "segment.characters > 3"}, UNORDERED),
        ({"rail": PatternSettings(patterns=("tea",))}, LOOSER),
        ({"rail": PatternSettings(patterns=("tea", "milk", "rum"))}, TIGHTER),
        ({"rail": PatternSettings(patterns=("milk", "tea"))}, NOTED),
        ({"rail": PatternSettings(patterns=("coffee",))}, UNORDERED),
        ({"rail": SizeSettings(max_chars=3)}, UNORDERED),
        ({"on_failure": FailMode.OPEN}, LOOSER),
        ({"on_failure": FailMode.CLOSED}, TIGHTER),
        ({"max_us": 5}, TIGHTER),
        ({"message": "limit"}, NOTED),
    ],
)
def test_a_rule_moves_the_way_that_it_moves_and_back_the_other_way(changes, direction):
    old, new = policy(), policy(replace(RULE, **changes))
    back = {LOOSER: TIGHTER, TIGHTER: LOOSER}.get(direction, direction)

    assert said(old, new) == [(direction, "rule desk/topic")]
    assert said(new, old) == [(back, "rule desk/topic")]


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        (Buffer(), Holdback(chars=9), LOOSER),
        (Holdback(chars=9), Observe(), LOOSER),
        (Observe(), Buffer(), TIGHTER),
        (Holdback(chars=9), Holdback(chars=10), TIGHTER),
        (Holdback(chars=9), Holdback(chars=9, boundary="line"), TIGHTER),
        (Holdback(chars=9), Holdback(chars=8, boundary="line"), UNORDERED),
        (Holdback(chars=9), Holdback(chars=10, boundary="word"), TIGHTER),
    ],
)
def test_a_stream_that_holds_less_is_looser(old, new, direction):
    routes = [policy(routes=(Route(name="*", streaming=one),)) for one in (old, new)]

    assert said(*routes) == [(direction, "route *")]


@pytest.mark.parametrize(
    ("changes", "direction"),
    [
        ({"limit": 101}, LOOSER),
        ({"limit": 99}, TIGHTER),
        ({"assumed": 9}, LOOSER),
        ({"window_s": 59}, LOOSER),
        ({"window_s": None}, TIGHTER),
        ({"routes": ("chat",)}, LOOSER),
        ({"unit": Unit.OUTPUT_TOKENS}, UNORDERED),
    ],
)
def test_a_budget_that_gives_more_is_looser(changes, direction):
    assert said(policy(budgets=(BUDGET,)), policy(budgets=(replace(BUDGET, **changes),))) == [
        (direction, "budget tokens")
    ]


def sunk(sink):
    """A policy whose output is read as ``sink``."""
    return policy(routes=(Route(name="*", sink=sink),))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (policy(), policy(RULE, replace(RULE, id="desk/b")), [(TIGHTER, "rule desk/b")]),
        (policy(RULE, replace(RULE, id="desk/b")), policy(), [(LOOSER, "rule desk/b")]),
        (policy(), policy(RULE, replace(RULE, id="desk/b", mode="shadow")), [(NOTED, "rule desk/b")]),
        (policy(), policy(routes=(*policy().routes, Route(name="x"))), [(UNORDERED, "route x")]),
        (sunk("markdown"), sunk("text"), [(LOOSER, "route *")]),
        (sunk("text"), sunk("markdown"), [(TIGHTER, "route *")]),
        (sunk("html"), sunk("markdown"), [(UNORDERED, "route *")]),
        (policy(routes=(Route(name="y"),)), policy(routes=(Route(name="y"), Route(name="x"))), [(LOOSER, "route x")]),
        (policy(budgets=(BUDGET,)), policy(), [(LOOSER, "budget tokens")]),
        (policy(), policy(unknown=Unknowns(default=UnknownBehaviour.STRIP)), [(LOOSER, "unknown fields")]),
        (
            policy(),
            policy(unknown=Unknowns(paths=(("/a", UnknownBehaviour.PASS_AND_FLAG),))),
            [(LOOSER, "unknown fields")],
        ),
        (
            policy(unknown=Unknowns(paths=(("/a", UnknownBehaviour.PASS_AND_FLAG),))),
            policy(),
            [(TIGHTER, "unknown fields")],
        ),
        (
            policy(),
            policy(fail_modes=(TierFailMode(tier=RiskTier.MINIMAL, mode=FailMode.OPEN, reason="r"),)),
            [(LOOSER, "fail mode of tier minimal")],
        ),
        (
            policy(),
            policy(completions=(Completion(category="limit", locale="*", text="t"),)),
            [(NOTED, "completions")],
        ),
        (policy(), replace(policy(), version="2", title="other"), []),
    ],
)
def test_what_comes_and_goes_is_named(old, new, found):
    assert said(old, new) == found


RULES = st.builds(
    GuardRule,
    id=st.sampled_from(["desk/a", "desk/b"]),
    description=st.just("d"),
    action=st.sampled_from([Action.TRANSFORM, Action.ESCALATE, Action.DENY]),
    rail=st.lists(st.sampled_from(["tea", "milk", "rum"]), min_size=1, max_size=3, unique=True).map(
        lambda words: PatternSettings(patterns=tuple(words))
    )
    | st.integers(1, 12).map(lambda limit: SizeSettings(max_chars=limit)),
    where=st.builds(
        Where,
        stages=st.lists(st.sampled_from([Stage.INPUT, Stage.OUTPUT]), unique=True).map(tuple),
        roles=st.lists(st.sampled_from([Role.USER, Role.ASSISTANT]), unique=True).map(tuple),
    ),
    mode=st.sampled_from(["enforce", "shadow"]),
    tiers=st.lists(st.sampled_from([RiskTier.HIGH, RiskTier.LIMITED]), unique=True).map(tuple),
)
POLICIES = st.builds(
    lambda rules, unknown, fails: policy(ALWAYS, *rules, unknown=unknown, fail_modes=fails),
    st.lists(RULES, max_size=2, unique_by=lambda rule: rule.id),
    st.builds(Unknowns, default=st.sampled_from(list(UnknownBehaviour))),
    st.just(()) | st.just((TierFailMode(tier=RiskTier.HIGH, mode=FailMode.OPEN, reason="r"),)),
)
ALWAYS = replace(RULE, id="desk/always", rail=PatternSettings(patterns=("never said",)))


@settings(max_examples=300)
@given(
    old=POLICIES,
    new=POLICIES,
    words=st.lists(st.sampled_from(["tea", "milk", "rum", "water"]), max_size=3),
    is_input=st.booleans(),
    has_unknown=st.booleans(),
)
def test_where_nothing_is_looser_or_unordered_no_event_is_judged_more_loosely(old, new, words, is_input, has_unknown):
    assume(all(one.direction in (TIGHTER, NOTED) for one in differences(old, new)))
    segment = Segment(
        stage=Stage.INPUT if is_input else Stage.OUTPUT,
        role=Role.USER if is_input else Role.ASSISTANT,
        channel=Channel.TEXT,
        source=Source(kind=SourceKind.USER),
        text=" ".join(words),
        path="/x",
    )
    event = Event(
        id="e",
        route="chat",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        principal=Principal(id="u", tenant="t"),
        segments=(segment,),
        unknown=(UnknownField(path="/y", protocol="plain", characters=2),) if has_unknown else (),
    )
    before, after = (
        enforce(compile_policy(one, tier=RiskTier.HIGH, language=CelConditions(variables=VARIABLES)), event)
        for one in (old, new)
    )

    assert after.action.rank >= before.action.rank


@pytest.mark.parametrize("stages", [(), (Stage.INPUT, Stage.TOOL_CALL, Stage.TOOL_RESULT)])
def test_the_first_section_of_tools_opens_the_stages_of_tools_and_is_shown_as_looser(stages):
    at_input = replace(RULE, where=Where(stages=(Stage.INPUT,)))
    routes = (Route(name="*", stages=stages),)
    without, with_tools = (policy(at_input, routes=routes, tools=tools) for tools in (None, ToolPolicy()))

    assert said(without, with_tools) == [(LOOSER, "route *"), (LOOSER, "route *"), (TIGHTER, "tools")]
    assert said(with_tools, policy(at_input, replace(RULE, id="desk/all"), routes=routes, tools=ToolPolicy())) == (
        [(LOOSER, "route *")] * (len(Stage) - 3 if not stages else 0) + [(TIGHTER, "rule desk/all")]
    )


def test_a_section_of_tools_opens_nothing_where_a_rule_was_enforced_or_the_route_leaves_tools_out():
    everywhere = policy(routes=(Route(name="*"),))
    assert said(everywhere, replace(everywhere, tools=ToolPolicy())) == [(TIGHTER, "tools")]
    closed = policy(replace(RULE, where=Where(stages=(Stage.INPUT,))), routes=(Route(name="*", stages=(Stage.INPUT,)),))
    assert said(closed, replace(closed, tools=ToolPolicy())) == [(TIGHTER, "tools")]
