"""`rw guard lint`: each flaw is found in a policy that has it, and not in one that does not."""

import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.guard_world import bundle, event, rule, segment
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.guard.budget.model import Budget, Per, Unit
from roadworthy.guard.check.checking import check
from roadworthy.guard.check.conditions import ALWAYS, SOMETIMES, facts_asked
from roadworthy.guard.check.places import NEVER
from roadworthy.guard.completions.shipped import shipped
from roadworthy.guard.event import ConversationState, Principal, Usage
from roadworthy.guard.policy.facts import event_facts, segment_facts
from roadworthy.guard.policy.model import (
    Completion,
    FailMode,
    Holdback,
    Observe,
    Route,
    TierFailMode,
    UnknownBehaviour,
    Unknowns,
    Where,
)
from roadworthy.guard.rails.language import LanguageSettings
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.rails.retrieval.entitlement import EntitlementSettings
from roadworthy.guard.rails.retrieval.poisoning import PoisoningSettings
from roadworthy.guard.rails.sink.rail import OutputEncodingSettings
from roadworthy.guard.rails.size import SizeSettings
from roadworthy.guard.segment import Channel, Provenance, Source, SourceKind, Stage
from roadworthy.guard.verdict import Action
from roadworthy.policy.ports import Holds

ROUTE = Route(name="*", completion="unknown")
SIZE = rule("size", rail=SizeSettings(max_chars=10))
"""A rule at every stage, without anything wrong with it."""


def _fields():
    place = Path(__file__).parents[1] / "matrix" / "fields.py"
    spec = importlib.util.spec_from_file_location("fields_of_the_matrix", place)
    fields = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = fields
    spec.loader.exec_module(fields)
    return fields


def found(*rules, tier=RiskTier.HIGH, **fields):
    fields = {"routes": (ROUTE,), **fields}
    made = bundle(*(rules or (SIZE,)), tier=tier, **fields)
    own = fields.get("completions", ())
    return check(made, written=made.policy, served=(*own, *shipped()))


def names(*rules, **fields):
    return {one.check for one in found(*rules, **fields)}


def test_a_policy_without_flaws_is_clean():
    assert found() == ()


@pytest.mark.parametrize(
    ("pattern", "check_name"),
    [
        ("[^company.com]", "domain-in-class"),
        ("https://[evil.example]/x", "domain-in-class"),
        (r"https?://shop.example/p", "dot-not-escaped"),
        ("cdn.shop.com", "dot-not-escaped"),
        (".", "pattern-matches-everything"),
        (r"\w", "pattern-matches-everything"),
        ("^secret", "pattern-anchored"),
        (r"\Asecret", "pattern-anchored"),
        ("secret$", "pattern-anchored"),
    ],
)
def test_each_mistake_in_a_pattern_is_found(pattern, check_name):
    assert check_name in names(SIZE, rule("topic", pattern))


@pytest.mark.parametrize(
    "pattern",
    [r"shop\.example", r"[a-z]+\.example\.com", r"(?m)^secret$", r"price\$", "[.]com", r"key-[0-9]{6}", "end. Then"],
)
def test_a_pattern_that_is_meant_so_is_left_alone(pattern):
    assert names(SIZE, rule("topic", pattern)) == set()


def test_an_exception_that_swallows_everything_is_found():
    swallowing = rule("topic", rail=PatternSettings(patterns=("secret",), unless=(".*.",)))

    assert "pattern-matches-everything" in names(SIZE, swallowing)


@pytest.mark.parametrize(
    ("condition", "check_name"),
    [
        ("segment.stge == 'input'", "unknown-fact"),
        ("principal.role == 'admin'", "unknown-fact"),
        ("event.text.contains('x')", "unknown-fact"),
        ("segment.stage == 'outptu'", "unknown-value"),
        ("segment.role in ['user', 'usr']", "unknown-value"),
        ("principal.purpose == 'support'", "fact-may-be-absent"),
        ("principal.attributes.age_group == 'minor'", "fact-may-be-absent"),
    ],
)
def test_each_mistake_in_a_condition_is_found(condition, check_name):
    assert check_name in names(SIZE, rule("if", when=condition))


@pytest.mark.parametrize(
    "condition",
    [
        "!('cashier' in principal.roles)",
        "event.route.startsWith('desk') && segment.labels.exists(l, l.endsWith('x'))",
        "has(principal.purpose) && principal.purpose == 'support'",
        "has(segment.provenance) && segment.provenance.trust == 'reviewed'",
        "segment.labels.exists(l, l == 'segment.nothing') && segment.role == 'user'",
        "has(principal.attributes.age_group) && principal.attributes.age_group == 'minor'",
    ],
)
def test_a_condition_over_facts_that_there_are_is_left_alone(condition):
    assert names(SIZE, rule("if", when=condition)) == set()


def test_every_fact_of_the_engine_is_a_known_one():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    principal = Principal(id="a", tenant="t", purpose="p", locale="de", roles=("r",), groups=("g",))
    source = Provenance(document="d", chunk="c", uri="u", tenant="t", readers=("*",), purposes=("*",), digest="x",
                        updated_at=now, expires_at=now)  # fmt: skip
    one = segment("x", tool="pay", principal="b", tenant="t", provenance=source,
                  source=Source(kind=SourceKind.TOOL, name="pay"))  # fmt: skip
    facts = event_facts(
        event(one, principal=principal, model="m", usage=Usage()), state=ConversationState(conversation="c")
    )
    facts["segment"] = segment_facts(one)

    def paths(value, above):
        for name, inner in value.items():
            yield f"{above}{name}"
            if isinstance(inner, dict):
                yield from paths(inner, f"{above}{name}.")

    stated = {path for path in paths(facts, "") if "." in path}

    assert stated == ALWAYS | SOMETIMES


def test_facts_in_quoted_texts_are_none():
    assert facts_asked("segment.stage == 'principal.nothing'") == ("segment.stage",)


@pytest.mark.parametrize(
    ("one", "check_name"),
    [
        (rule("x", "a.b", where=Where(stages=(Stage.OUTPUT,), channels=(Channel.TOOL_ARGUMENT,))), "never-there"),
        (rule("x", "a.b", where=Where(stages=(Stage.OUTPUT,), tools=("pay",))), "never-there"),
        (rule("x", rail=EntitlementSettings()), "rail-out-of-place"),
        (rule("x", "a.b", where=Where(routes=("chta",))), "route-not-named"),
        (rule("x", "a.b", tiers=(RiskTier.MINIMAL,)), "other-tier"),
        (rule("x", "a.b", mode="shadow"), "in-shadow"),
        (rule("x", rail=SizeSettings(max_chars=10), where=Where(stages=(Stage.INPUT,))), "never-adds"),
        (rule("x", rail=SizeSettings(max_chars=10), action=Action.TRANSFORM), "never-adds"),
        (rule("x", "a.b", on_failure=FailMode.OPEN), "fails-open"),
        (rule("x", "a.b", message="no-such"), "no-words"),
        (rule("x", rail=PoisoningSettings(detector="ours", threshold=0.5)), "detector-missing"),
        (rule("x", rail=LanguageSettings(allowed=("en",))), "not-measured"),
    ],
)
def test_each_mistake_in_a_rule_is_found(one, check_name):
    assert check_name in names(SIZE, one)


def test_a_rule_that_a_looser_one_covers_is_not_idle():
    strict = rule("x", rail=SizeSettings(max_chars=10), where=Where(stages=(Stage.INPUT,)))
    loose = rule("size", rail=SizeSettings(max_chars=10), action=Action.TRANSFORM)

    assert "never-adds" not in names(loose, strict)


def test_of_two_equal_rules_one_is_idle():
    twice = found(SIZE, rule("same", rail=SizeSettings(max_chars=10)))

    assert [one.subject for one in twice if one.check == "never-adds"] == ["rule t/same"]


def test_a_route_with_a_sink_needs_a_rule_that_encodes_for_it():
    routes = (ROUTE, Route(name="page", sink="html", completion="unknown"))
    html = OutputEncodingSettings(sink="html")
    right = rule("html", rail=html, action=Action.TRANSFORM, where=Where(stages=(Stage.OUTPUT,), routes=("page",)))
    shadow = rule("html", rail=html, where=Where(routes=("page",)), mode="shadow")
    elsewhere = rule("html", rail=html, where=Where(stages=(Stage.INPUT,), routes=("page",)))
    other = rule("csv", rail=OutputEncodingSettings(sink="csv"), where=Where(routes=("page",)))

    assert names(SIZE, right, routes=routes) == set()
    for wrong in (shadow, elsewhere, other):
        assert "sink-not-encoded" in names(SIZE, wrong, routes=routes)
    assert "other-sink" in names(SIZE, right, other, routes=routes)


@pytest.mark.parametrize(
    ("streaming", "tier", "severity"),
    [
        (Observe(), RiskTier.HIGH, Severity.BLOCK),
        (Observe(), RiskTier.LIMITED, Severity.WARN),
        (Holdback(chars=3), RiskTier.HIGH, Severity.INFO),
    ],
)
def test_what_a_route_exposes_is_said_with_its_characters_and_rule(streaming, tier, severity):
    shown = found(tier=tier, routes=(Route(name="*", completion="unknown", streaming=streaming),))

    assert [one.severity for one in shown] == [severity]
    assert "t/size" in shown[0].said
    assert any(word.isdigit() for word in shown[0].said.split())


def test_a_stage_without_an_enforced_rule_is_said():
    only_input = rule("size", rail=SizeSettings(max_chars=10), where=Where(stages=(Stage.INPUT,)))
    open_tier = TierFailMode(tier=RiskTier.HIGH, mode=FailMode.OPEN, reason="A trial.")

    assert [one.severity for one in found(only_input)] == [Severity.WARN]
    assert "stage-without-rule" in names(only_input)
    opened = found(only_input, fail_modes=(open_tier,))
    assert {one.check: one.severity for one in opened} == {
        "stage-without-rule": Severity.BLOCK, "fails-open": Severity.BLOCK
    }  # fmt: skip


def test_users_who_are_told_nothing_are_found():
    assert "no-message" in names(SIZE, routes=(Route(name="*"),))


def test_a_language_that_only_some_completions_have_is_found():
    own = (
        Completion(category="own", locale="en", text="No."),
        Completion(category="own", locale="fi", text="Ei."),
        Completion(category="other", locale="en", text="No."),
    )

    missing = [one for one in found(completions=own) if one.check == "language-missing"]

    assert [one.subject for one in missing] == ["completion other"]


@pytest.mark.parametrize(
    ("inner", "outer", "is_idle"),
    [
        ({"per": Per.PRINCIPAL, "limit": 100}, {"per": Per.TENANT, "limit": 50}, True),
        ({"per": Per.PRINCIPAL, "limit": 10}, {"per": Per.TENANT, "limit": 50}, False),
        ({"per": Per.TENANT, "limit": 100}, {"per": Per.PRINCIPAL, "limit": 50}, False),
        ({"per": Per.PRINCIPAL, "limit": 100, "window_s": 60}, {"per": Per.TENANT, "limit": 50, "window_s": 10}, False),
        ({"per": Per.PRINCIPAL, "limit": 100, "window_s": 10}, {"per": Per.TENANT, "limit": 50, "window_s": 60}, True),
        ({"per": Per.PRINCIPAL, "limit": 100}, {"per": Per.TENANT, "limit": 50, "routes": ("*",)}, False),
    ],
)
def test_a_budget_that_another_always_stops_first_is_found(inner, outer, is_idle):
    budgets = (
        Budget(name="inner", unit=Unit.REQUESTS, **inner),
        Budget(name="outer", unit=Unit.REQUESTS, **outer),
    )

    idle = [one.subject for one in found(budgets=budgets) if one.check == "never-binds"]

    assert idle == (["budget inner"] if is_idle else [])


def test_unknown_fields_that_pass_are_found():
    passing = Unknowns(default=UnknownBehaviour.PASS_AND_FLAG)
    named = Unknowns(paths=(("/x", UnknownBehaviour.PASS_AND_FLAG),))

    assert [one.severity for one in found(unknown=passing)] == [Severity.BLOCK]
    assert [one.severity for one in found(unknown=named)] == [Severity.INFO]


def test_the_worst_comes_first():
    severities = [one.severity for one in found(SIZE, rule("a", "^x"), rule("b", "[^a-b.com]"))]

    assert severities == sorted(severities, key=[Severity.BLOCK, Severity.WARN, Severity.INFO].index)


def test_no_field_of_any_protocol_stands_where_the_check_says_that_none_is():
    fields = _fields()
    whole = [one for one in fields.FIELDS if one.form == "whole"]

    seen = {(s.stage, s.channel) for one in whole for s in one.codec().decode(one.make("hello there")).segments}

    assert len(seen) > 10
    assert not [pair for pair in seen if pair[1] in NEVER[pair[0]]]


def test_the_conditions_of_these_tests_can_be_asked():
    made = bundle(SIZE)

    assert made.asker({"segment": {"role": "user"}})("segment.role == 'user'") == Holds()
