"""A policy is compiled whole or refused with everything that is wrong; what lies over it can only tighten."""

import re
from dataclasses import FrozenInstanceError, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.guard_rails import ScriptedSettings, saying, scripted
from fakes.guard_world import KEY, LANGUAGE, NOW, bundle, containment, event, policy, rule, segment
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.bundle import NEVER_EARLY, compile_policy
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import Principal
from roadworthy.guard.policy.model import (
    Buffer,
    Completion,
    FailMode,
    Holdback,
    Observe,
    Route,
    TenantOverlay,
    TierFailMode,
    Tighten,
    Where,
)
from roadworthy.guard.segment import Stage
from roadworthy.guard.verdict import Action

BASE = (rule("cut", "abra", action=Action.TRANSFORM), rule("stop", "zzz", action=Action.DENY))


def overlay(*rules, tenant="acme", tighten=(), **fields):
    return TenantOverlay(tenant=tenant, version="1", rules=rules, tighten=tuple(tighten), **fields)


def line(name, **fields):
    return Tighten(rule=name, reason="r", **fields)


def of(tenant, text, **fields):
    return event(text, principal=Principal(id="ada", tenant=tenant), **fields)


@pytest.mark.parametrize(
    ("rules", "compiled", "where", "problem"),
    [
        pytest.param((rule("a", "b", when="segment.role =="),), {}, "rules[0].when", "does not compile", id="syntax"),
        pytest.param((rule("a", "b", when="secret.role == 'x'"),), {}, "rules[0].when", "secret", id="no such fact"),
        pytest.param((rule("a", "b", when="1 + 1"),), {}, "rules[0].when", "not true or false", id="no truth"),
        pytest.param(
            (rule("a", when="size(detections) > 1"),), {}, "rules[0].when", "nothing is detected", id="no rail"
        ),
        pytest.param(
            (rule("a", "b", where=Where(routes=("other",))),),
            {"routes": (Route(name="chat"),)},
            "rules[0].where.routes",
            "no route is named 'other'",
            id="no such route",
        ),
        pytest.param(
            (),
            {"fail_modes": (TierFailMode(tier=RiskTier.HIGH, mode=FailMode.OPEN, reason=" "),)},
            "fail_modes[0].reason",
            "needs a reason",
            id="open without a reason",
        ),
        pytest.param(
            (),
            {"fail_modes": (TierFailMode(tier=RiskTier.HIGH, mode=FailMode.CLOSED, reason="r"),) * 2},
            "fail_modes[1].tier",
            "is there twice",
            id="two fail modes",
        ),
    ],
)
def test_what_is_wrong_with_a_policy_is_said_with_its_place(rules, compiled, where, problem):
    with pytest.raises(ConfigError, match="correct the fields") as caught:
        bundle(*rules, **compiled)

    assert caught.value.where == f"policy: {where}"
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("over", "where", "problem"),
    [
        (overlay(tighten=[line("t/stop", action=Action.TRANSFORM)]), "tighten[0].action", "looser than `deny`"),
        (overlay(tighten=[line("t/none", action=Action.DENY)]), "tighten[0].rule", "no rule of that id"),
        (overlay(tighten=[line("t/stop")]), "tighten[0]", "tightens nothing"),
        (overlay(rule("other/x", "a")), "rules[0].id", "must start with 'acme/'"),
        (overlay(rule("acme/x", "a"), rule("acme/x", "b")), "rules[1].id", "that id already"),
        (overlay(rule("acme/x", "a", on_failure=FailMode.OPEN)), "rules[0].on_failure", "can only tighten"),
        (overlay(rule("t/x", "a"), tenant="t"), "tenant", "is taken"),
    ],
)
def test_an_overlay_that_would_loosen_is_refused_with_the_line_that_would(over, where, problem):
    with pytest.raises(ConfigError, match=re.escape(problem)) as caught:
        bundle(*BASE, compiled={"overlays": [over]})

    assert where in str(caught.value)
    assert problem in str(caught.value)


def test_all_problems_are_said_at_once():
    with pytest.raises(ConfigError, match="does not compile") as caught:
        bundle(
            rule("a", "b", when="("),
            rule("c", "d", when="("),
            compiled={"overlays": [overlay(tighten=[line("t/none", action=Action.DENY)])]},
        )

    assert len(caught.value.details) == 2


def test_an_overlay_tightens_for_its_tenant_and_for_nobody_else():
    judged = bundle(*BASE, compiled={"overlays": [overlay(tighten=[line("t/cut", action=Action.DENY)])]})

    assert enforce(judged, of("acme", "abra")).action is Action.DENY
    assert enforce(judged, of("other", "abra")).action is Action.TRANSFORM


def test_text_of_another_tenant_brings_that_tenants_rules_along():
    judged = bundle(*BASE, compiled={"overlays": [overlay(rule("acme/own", "hush"))]})

    assert enforce(judged, event(segment("hush", tenant="acme"), principal=Principal(id="e", tenant="o"))).stops
    assert not enforce(judged, of("o", "hush")).stops


def test_a_shadow_rule_can_be_enforced_for_a_tenant():
    shadowed = (*BASE, rule("trial", "hush", mode="shadow"))
    judged = bundle(*shadowed, compiled={"overlays": [overlay(tighten=[line("t/trial", mode="enforce")])]})

    assert enforce(judged, of("acme", "hush")).stops
    assert not enforce(judged, of("other", "hush")).stops


def test_a_further_rule_of_a_tenant_does_not_open_a_stage_that_nothing_else_guards():
    only_out = rule("out", "abra", where=Where(stages=(Stage.OUTPUT,)))
    judged = bundle(only_out, compiled={"overlays": [overlay(rule("acme/in", "hush"))]})

    assert enforce(judged, of("acme", "hello")).action is Action.DENY


def test_a_rule_that_fails_open_can_be_closed_for_a_tenant():
    made = {
        "builders": scripted(rail=lambda _: None),
        "overlays": [overlay(tighten=[line("t/r", on_failure=FailMode.CLOSED)])],
    }
    judged = bundle(rule("r", rail=ScriptedSettings(), on_failure=FailMode.OPEN), compiled=made)

    assert enforce(judged, of("acme", "x")).action is Action.DENY
    assert enforce(judged, of("other", "x")).action is Action.ALLOW


STOP = containment("c1", rule("containment/stop", "hush"), tighten=[line("t/cut", action=Action.ESCALATE)])


@pytest.mark.parametrize(
    ("at", "action"),
    [
        pytest.param(NOW, Action.DENY, id="in force"),
        pytest.param(STOP.expires_at - timedelta(microseconds=1), Action.DENY, id="just before the end"),
        pytest.param(STOP.expires_at, Action.ALLOW, id="at the end"),
        pytest.param(STOP.expires_at + timedelta(days=9), Action.ALLOW, id="long over"),
        pytest.param(STOP.issued_at - timedelta(days=9), Action.DENY, id="a clock that was set back ends nothing"),
        pytest.param(NOW.replace(tzinfo=None), Action.DENY, id="a time without a zone ends nothing"),
    ],
)
def test_a_containment_ends_by_itself_and_not_before(at, action):
    judged = bundle(*BASE, compiled={"containments": [STOP]})

    assert enforce(judged, event("hush", at=at)).action is action


def test_a_containment_names_its_incident_and_can_be_for_some_tenants():
    stop = replace(STOP, tenants=("acme", "beta"))
    judged = bundle(*BASE, compiled={"containments": [stop]})

    assert "inc-1" in enforce(judged, of("beta", "hush")).verdicts[0].reason
    assert enforce(judged, of("acme", "abra")).action is Action.ESCALATE
    assert enforce(judged, of("other", "abra")).action is Action.TRANSFORM


@pytest.mark.parametrize("times", [("issued_at",), ("expires_at",)])
def test_a_containment_without_time_zone_is_refused(times):
    with pytest.raises(ValueError, match="need a time zone"):
        replace(STOP, **{name: NOW.replace(tzinfo=None) for name in times})


@pytest.mark.parametrize("names", [("c1", "c2"), ("c2", "c1")])
def test_of_several_lines_about_one_rule_the_strictest_counts(names):
    lines = (line("t/cut", action=Action.DENY), line("t/cut", action=Action.ESCALATE))
    stops = [containment(name, tighten=[one]) for name, one in zip(names, lines, strict=True)]

    assert enforce(bundle(*BASE, compiled={"containments": stops}), event("abra")).action is Action.DENY


def test_two_containments_of_one_id_are_refused():
    with pytest.raises(ConfigError, match="is there twice"):
        bundle(*BASE, compiled={"containments": [STOP, replace(STOP, rules=())]})


def test_the_digest_tells_policies_apart_and_nothing_else():
    over, other = overlay(rule("acme/own", "x")), overlay(rule("beta/own", "x"), tenant="beta")
    stops = [STOP, replace(STOP, id="c2", rules=())]

    def digest(*rules, tier=RiskTier.HIGH, key=KEY, **compiled):
        return bundle(*rules, tier=tier, compiled={"stub_key": key, **compiled}).digest

    assert digest(*BASE) == digest(*BASE)
    assert digest(*BASE) == digest(*BASE, key=b"another key that is long")
    assert digest(*BASE, overlays=[over, other]) == digest(*BASE, overlays=[other, over])
    assert digest(*BASE, containments=stops) == digest(*BASE, containments=stops[::-1])
    others = [
        digest(*BASE[:1]),
        digest(*BASE, tier=RiskTier.LIMITED),
        digest(*BASE, overlays=[over]),
        digest(*BASE, containments=[STOP]),
        digest(*BASE),
    ]
    assert len(set(others)) == len(others)


def test_a_detector_that_comes_or_goes_changes_the_digest():
    rules = [rule("names", rail=ScriptedSettings(detector="ner"))]
    made = {"builders": scripted(rail=saying())}
    absent = bundle(*rules, compiled=made)
    present = bundle(*rules, compiled={"builders": {**made["builders"], ScriptedSettings: made_without_detector}})

    assert absent.digest != present.digest


def made_without_detector(settings, detectors):
    return scripted(rail=saying())[ScriptedSettings](replace(settings, detector=""), detectors)


def test_the_key_is_in_no_repr_and_a_short_one_is_refused():
    assert "only for tests" not in repr(bundle(*BASE))
    with pytest.raises(ValueError, match="at least 16 bytes, got 3"):
        bundle(*BASE, compiled={"stub_key": b"abc"})


def test_rules_are_found_by_where_they_look():
    judged = bundle(
        rule("in", "a", where=Where(stages=(Stage.INPUT,))),
        rule("out", "a", where=Where(stages=(Stage.OUTPUT,))),
        rule("tool", "a", where=Where(tools=("pay",))),
    )

    def ids(**fields):
        return [one.id for one in judged.rules_for(segment("", **fields), event())]

    assert ids() == ["t/in"]
    assert ids(stage=Stage.OUTPUT, tool="pay") == ["t/out", "t/tool"]


REACHES = {"near": 5, "far": 150, "whole": None}


def reaching(*names, **fields):
    rules = [rule(name, rail=ScriptedSettings(reach=REACHES[name])) for name in names]
    return bundle(*rules, compiled={"builders": scripted(rail=saying())}, **fields)


@pytest.mark.parametrize(
    ("names", "streaming", "bound"),
    [
        pytest.param(("near", "far"), Buffer(), 0, id="buffer"),
        pytest.param(("near", "far"), Observe(), 150, id="observe"),
        pytest.param(("near", "whole"), Observe(), 500, id="observe, the whole text decides"),
        pytest.param(("near", "far"), Holdback(chars=10), 140, id="holdback shorter than the reach"),
        pytest.param(("near", "far"), Holdback(chars=150), 0, id="holdback as long as the reach"),
        pytest.param(("near",), Observe(), 128, id="a rail that may look into encoded text reaches as far as one"),
        pytest.param(("near",), Holdback(chars=400), 0, id="holdback longer than the reach"),
        pytest.param(("whole",), Holdback(chars=400), 500, id="holdback, the whole text decides"),
    ],
)
def test_the_exposure_is_computed_from_the_policy(names, streaming, bound):
    judged = reaching(*names, routes=(Route(name="*", streaming=streaming, max_chars=500),))

    assert judged.exposure_bound(segment(""), event()) == bound


@pytest.mark.parametrize("channel", sorted(NEVER_EARLY))
def test_tool_calls_and_structured_fields_are_never_exposed(channel):
    judged = reaching("whole", routes=(Route(name="*", streaming=Observe()),))

    assert judged.exposure_bound(segment("", channel=channel), event()) == 0


def test_a_condition_that_counts_needs_the_whole_text_and_a_shadow_rule_counts_for_nothing():
    counting = bundle(rule("a", when="segment.characters > 5"), rule("b", when="segment.role == 'user'"))
    shadowed = bundle(rule("a", when="segment.characters > 5", mode="shadow"), rule("b", when="segment.role == 'user'"))

    assert counting.reach(segment(""), event()) is None
    assert shadowed.reach(segment(""), event()) == 0


@given(st.sets(st.sampled_from(sorted(REACHES))), st.sampled_from(sorted(REACHES)), st.integers(1, 60))
def test_a_further_rule_never_lowers_the_stated_exposure(names, further, held):
    routes = (Route(name="*", streaming=Holdback(chars=held), max_chars=500),)
    fewer, more = (reaching(*sorted(some), routes=routes) for some in (names, names | {further}))

    assert fewer.exposure_bound(segment(""), event()) <= more.exposure_bound(segment(""), event())


def test_a_tenants_own_words_come_first():
    said = [Completion(category="magic", locale="*", text=text) for text in ("Ours.", "Theirs.")]
    over = overlay(completions=(said[1],))
    judged = bundle(rule("a", "abra", message="magic"), completions=(said[0],), compiled={"overlays": [over]})

    assert enforce(judged, of("acme", "abra")).message == "Theirs."
    assert enforce(judged, of("other", "abra")).message == "Ours."


def test_a_route_of_its_own_comes_before_the_one_for_all():
    judged = bundle(*BASE, routes=(Route(name="*", max_chars=9), Route(name="chat", max_chars=3)))

    assert judged.route("chat").max_chars == 3
    assert judged.route("other").max_chars == 9


def test_nothing_of_a_compiled_rule_can_be_changed():
    (first, *_) = bundle(*BASE).rules_for(segment(""), event())

    with pytest.raises(FrozenInstanceError, match="cannot assign"):
        first.action = Action.ALLOW


def test_many_tenants_and_routes_do_not_fill_the_memory():
    overlays = [overlay(tenant=f"tenant-{number}", tighten=[line("t/cut", action=Action.DENY)]) for number in range(40)]
    judged = compile_policy(policy(*BASE), tier=RiskTier.HIGH, language=LANGUAGE, overlays=overlays)

    for number in range(6_000):
        asked = of(f"tenant-{number % 40}", "abra", route=f"route-{number}")
        assert judged.plan(asked.segments[0], asked).rules[0].action is Action.DENY

    assert judged.num_plans <= 4_096


def test_a_stage_that_a_route_names_twice_is_refused():
    with pytest.raises(ValueError, match="route chat: stage 'input' is there twice"):
        Route(name="chat", stages=(Stage.INPUT, Stage.OUTPUT, Stage.INPUT))
