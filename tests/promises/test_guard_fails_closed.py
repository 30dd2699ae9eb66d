"""No policy, an empty policy, a broken rail, an unknown field: the guard blocks, says so, and says it is degraded."""

from dataclasses import replace

import pytest

from fakes.guard_rails import ScriptedSettings, Watch, raises, saying, scripted
from fakes.guard_world import KEY, LANGUAGE, bundle, event, policy, rule
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.applying import apply
from roadworthy.guard.engine.bundle import compile_policy
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import UnknownField
from roadworthy.guard.policy.model import FailMode, Route
from roadworthy.guard.ports import DetectorError
from roadworthy.guard.verdict import Action

WATCH = Watch()


def slow(_):
    WATCH.wait(1_000)
    return ()


SITUATIONS = [
    pytest.param(bundle(), {}, id="an empty policy"),
    pytest.param(bundle(rule("r", "abra", mode="shadow")), {}, id="only shadow rules"),
    pytest.param(bundle(rule("r", "abra"), routes=(Route(name="other"),)), {}, id="no such route"),
    pytest.param(bundle(rule("r", "abra"), routes=(Route(name="*", max_chars=3),)), {}, id="a text that is too long"),
    pytest.param(
        bundle(rule("r", "abra")),
        {"unknown": (UnknownField(path="/new", protocol="openai.chat", characters=1),)},
        id="an unknown field",
    ),
    pytest.param(bundle(rule("r", "hello", when="principal.purpose == 'x'")), {}, id="a fact that is not stated"),
    *(
        pytest.param(
            bundle(rule("r", rail=ScriptedSettings(**fields)), compiled={"builders": scripted(rail=says)}), {}, id=name
        )
        for name, says, fields in (
            ("a rail that breaks", raises(KeyError("x")), {}),
            ("a rail that lies", lambda _: "nothing", {}),
            ("a detector that breaks", raises(DetectorError()), {}),
            ("a detector that is not there", saying(), {"detector": "ner"}),
        )
    ),
    pytest.param(
        bundle(rule("r", rail=ScriptedSettings(), max_us=999), compiled={"builders": scripted(rail=slow)}),
        {},
        id="a rail that is slow",
    ),
]


@pytest.mark.parametrize("tier", RiskTier)
@pytest.mark.parametrize(("judged", "fields"), SITUATIONS)
def test_the_guard_blocks_in_every_tier_and_says_why(judged, fields, tier):
    settings = [one for one in judged.policy.rules if isinstance(one.rail, ScriptedSettings)]
    if tier is not judged.tier and not settings:
        judged = compile_policy(judged.policy, tier=tier, language=LANGUAGE, stub_key=KEY)
    asked = event("hello", **fields)

    decision = enforce(judged, asked, stopwatch=WATCH)

    assert decision.action is Action.DENY
    assert apply(decision, asked) == ()
    assert decision.message
    (verdict,) = [one for one in decision.verdicts if one.action is Action.DENY]
    assert verdict.rule.startswith("guard/")
    assert verdict.reason


def test_only_a_policy_that_says_so_by_name_goes_on_and_every_decision_shows_it():
    closed = policy(rule("r", "abra"))
    opened = replace(closed, rules=(replace(closed.rules[0], on_failure=FailMode.OPEN),))

    shown = [
        enforce(compile_policy(one, tier=RiskTier.HIGH, language=LANGUAGE), event("hello")).degraded
        for one in (closed, opened)
    ]

    assert shown == [False, True]
