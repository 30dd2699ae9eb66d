"""Whatever a rail does, its rule's fail mode decides, visibly; and no other rule is the worse for it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.guard_rails import ScriptedSettings, Watch, found, raises, saying, scripted
from fakes.guard_world import bundle, event, rule
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.policy.model import FailMode, TierFailMode
from roadworthy.guard.ports import DetectorError
from roadworthy.guard.segment import Span
from roadworthy.guard.verdict import Action, Detection, Edit, EditKind

TEXT = "the text of somebody"


def judged(says, *, rules=(), text=TEXT, compiled=None, watch=None, **fields):
    made = {"builders": scripted(rail=says), **(compiled or {})}
    faulty = rule("faulty", action=Action.TRANSFORM, rail=ScriptedSettings(), **fields)
    return enforce(bundle(faulty, *rules, compiled=made), event(text), stopwatch=watch)


def odd(**fields):
    """Return a detection with fields that no annotation allows, as a rail written by anybody can give."""
    detection = found(0, 1)
    for name, value in fields.items():
        object.__setattr__(detection, name, value)
    return detection


def odd_span(start, end):
    span = Span(start=0, end=0)
    object.__setattr__(span, "start", start)
    object.__setattr__(span, "end", end)
    return span


FAULTS = [
    pytest.param(raises(ZeroDivisionError("the text of somebody")), "ZeroDivisionError", id="raises"),
    pytest.param(raises(RecursionError()), "RecursionError", id="recurses"),
    pytest.param(raises(MemoryError()), "MemoryError", id="out of memory"),
    pytest.param(raises(StopIteration()), "StopIteration", id="stops"),
    pytest.param(raises(DetectorError("gone")), "could not look", id="its detector is away"),
    pytest.param(lambda _: None, "returned NoneType", id="gives nothing"),
    pytest.param(lambda _: True, "returned bool", id="gives a yes"),
    pytest.param(lambda _: "email", "returned str", id="gives words"),
    pytest.param(lambda _: (one for one in ()), "returned generator", id="gives a promise"),
    pytest.param(lambda _: ["email"], "found str", id="finds words"),
    pytest.param(saying(found(0, 21)), "from 0 to 21 in 20", id="beyond the text"),
    pytest.param(saying(odd(span=odd_span(5, 200))), "from 5 to 200", id="far beyond the text"),
    pytest.param(saying(odd(span=odd_span("a", "b"))), "no span", id="places that are words"),
    pytest.param(saying(odd(span=odd_span(-3, 2))), "from -3 to 2", id="before the text"),
    pytest.param(saying(odd(span=odd_span(9, 2))), "from 9 to 2", id="backwards"),
    pytest.param(saying(odd(span=(0, 1))), "no span", id="a pair for a span"),
    pytest.param(saying(odd(kind=None)), "in words", id="a kind that is none"),
    pytest.param(saying(odd(detail=3)), "in words", id="a detail that is a number"),
    pytest.param(saying(odd(score="high")), "score", id="a score that is a word"),
    pytest.param(saying(odd(score=float("nan"))), "score", id="a score that is no number"),
    pytest.param(saying(odd(edit="gone")), "edit is none", id="an edit that is a word"),
    pytest.param(
        saying(found(0, 1, edit=Edit(span=Span(start=0, end=99), replacement="", kind=EditKind.REDACT))),
        "from 0 to 99",
        id="an edit beyond the text",
    ),
]


@pytest.mark.parametrize(("says", "why"), FAULTS)
@pytest.mark.parametrize(("mode", "action"), [(FailMode.CLOSED, Action.DENY), (FailMode.OPEN, Action.ALLOW)])
def test_a_rail_that_breaks_or_lies_gives_the_fail_mode_visibly(says, why, mode, action):
    decision = judged(says, on_failure=mode)

    (verdict,) = decision.verdicts
    assert (decision.action, decision.degraded) == (action, True)
    assert verdict.rule in ("guard/rail-failed", "guard/detector-missing")
    assert verdict.degraded
    assert "rule t/faulty" in verdict.reason
    assert why in verdict.reason
    assert TEXT not in repr(decision)


@pytest.mark.parametrize(("says", "why"), FAULTS)
def test_the_tier_decides_where_the_rule_does_not(says, why):
    del why
    opened = (TierFailMode(tier=RiskTier.HIGH, mode=FailMode.OPEN, reason="a pilot"),)
    made = {"builders": scripted(rail=says)}
    faulty = rule("faulty", rail=ScriptedSettings())

    assert enforce(bundle(faulty, compiled=made, fail_modes=opened), event(TEXT)).action is Action.ALLOW
    assert enforce(bundle(faulty, compiled=made), event(TEXT)).action is Action.DENY


@pytest.mark.parametrize(("says", "why"), FAULTS)
def test_the_other_rules_say_what_they_say_without_it(says, why):
    del why
    others = (rule("cut", "text", action=Action.TRANSFORM), rule("hold", "somebody", action=Action.QUARANTINE))
    alone = enforce(bundle(*others), event(TEXT))

    decision = judged(says, rules=others, on_failure=FailMode.OPEN)

    assert tuple(one for one in decision.verdicts if not one.degraded) == alone.verdicts
    assert decision.action is alone.action


@pytest.mark.parametrize(("says", "why"), FAULTS)
def test_a_shadow_rule_that_breaks_harms_nobody(says, why):
    del why
    others = (rule("cut", "text", action=Action.TRANSFORM),)
    alone = enforce(bundle(*others), event(TEXT))

    decision = judged(says, rules=others, mode="shadow")

    assert replace(decision, policy="", shadow=()) == replace(alone, policy="")
    assert decision.shadow[0].degraded


@pytest.mark.parametrize(
    ("took_us", "characters", "action"),
    [
        pytest.param(100, 20, Action.ALLOW, id="on the limit"),
        pytest.param(101, 20, Action.DENY, id="just past it"),
        pytest.param(200, 1_001, Action.ALLOW, id="a longer text has more time"),
        pytest.param(201, 2_000, Action.DENY, id="and not more than that"),
    ],
)
def test_a_slow_rail_is_a_failure(took_us, characters, action):
    watch = Watch()

    def says(_):
        watch.wait(took_us)
        return ()

    decision = judged(says, text="x" * characters, max_us=100, watch=watch)

    assert decision.action is action
    assert [verdict.rule for verdict in decision.verdicts] == (["guard/rail-slow"] if action is Action.DENY else [])


def test_what_a_slow_rail_found_counts_even_where_it_fails_open():
    watch = Watch()

    def says(_):
        watch.wait(101)
        return (found(0, 3),)

    decision = judged(says, max_us=100, watch=watch, on_failure=FailMode.OPEN)

    assert (decision.action, decision.degraded) == (Action.TRANSFORM, True)
    assert [verdict.rule for verdict in decision.verdicts] == ["guard/rail-slow", "t/faulty"]


@pytest.mark.parametrize(("mode", "action"), [(FailMode.CLOSED, Action.DENY), (FailMode.OPEN, Action.ALLOW)])
def test_a_detector_that_is_not_there_is_a_failure_at_every_request_and_not_at_the_start(mode, action):
    made = {"builders": scripted(rail=saying())}
    judging = bundle(rule("names", rail=ScriptedSettings(detector="ner"), on_failure=mode), compiled=made)

    decision = enforce(judging, event("hello"))

    assert (decision.action, decision.degraded) == (action, True)
    assert decision.verdicts[0].rule == "guard/detector-missing"


def test_a_part_that_is_open_by_name_shows_in_every_decision():
    opened = bundle(rule("a", "abra", on_failure=FailMode.OPEN))

    assert [enforce(opened, event(text)).degraded for text in ("hello", "abra")] == [True, True]
    assert not enforce(bundle(rule("a", "abra")), event("hello")).degraded


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=6,
)


@given(
    st.lists(
        st.builds(
            odd,
            kind=st.just("k") | anything,
            detail=st.just("d") | anything,
            score=st.none() | anything,
            edit=st.none() | anything,
            offered=st.booleans() | anything,
            span=st.builds(odd_span, st.integers(-2, 25) | anything, st.integers(-2, 25) | anything) | anything,
        ),
        max_size=3,
    )
    | anything
)
def test_no_lie_of_a_rail_makes_the_engine_raise_or_release_more(lie):
    decision = judged(lambda _: lie, rules=(rule("cut", "text", action=Action.QUARANTINE),))

    assert decision.action.rank >= Action.QUARANTINE.rank
    believed = isinstance(lie, list | tuple) and all(isinstance(one, Detection) for one in lie)
    assert believed or decision.action is Action.DENY
