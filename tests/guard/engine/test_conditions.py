"""Conditions are asked of facts that were made ready once, and say what they say when asked one by one."""

from datetime import datetime

import pytest

from fakes.guard_world import LANGUAGE, bundle, event, rule, segment
from roadworthy.guard.engine.asking import asker
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.segment import Source, SourceKind
from roadworthy.guard.verdict import Action

FACTS = {
    "segment": {"role": "user", "labels": ["a"], "nothing": None, "deep": [{"x": None}]},
    "event": {"model": "m"},
}
CONDITIONS = [
    "segment.role == 'user'",
    "segment.role != 'user'",
    "segment.nothing == 'x'",
    "has(segment.deep[0].x)",
    "segment.absent == 'x'",
    "principal.id == 'x'",
    "'a' in segment.labels",
    "segment.role > 3",
    "segment.role",
    "1 +",
]


class Plain:
    """A language that makes nothing ready."""

    def problem(self, expression):
        return LANGUAGE.problem(expression)

    def evaluate(self, expression, facts):
        return LANGUAGE.evaluate(expression, facts)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("language", [LANGUAGE, Plain()], ids=["prepared", "plain"])
def test_facts_made_ready_once_give_the_same_answer(language, condition):
    ask = asker(language)(FACTS)

    assert ask(condition) == LANGUAGE.evaluate(condition, FACTS)
    assert ask(condition) == LANGUAGE.evaluate(condition, FACTS)


@pytest.mark.parametrize("bad", ["MIT\x00 no", "half \ud800"], ids=["NUL", "half a character"])
def test_facts_that_cannot_be_said_are_broken_and_never_false(bad):
    facts = {"segment": {"tool": bad}}

    assert type(asker(LANGUAGE)(facts)("segment.tool == 'MIT'")).__name__ == "Broken"
    assert enforce(bundle(rule("r", when="segment.tool == 'pay'")), event(segment("x", tool=bad))).stops


def test_each_segment_is_asked_about_itself():
    judged = bundle(rule("r", action=Action.QUARANTINE, when="segment.source.kind == 'tool' && event.route == 'chat'"))
    parts = [segment("x", source=Source(kind=kind)) for kind in (SourceKind.TOOL, SourceKind.USER, SourceKind.TOOL)]

    assert [verdict.segment for verdict in enforce(judged, event(*parts)).verdicts] == [0, 2]


def test_what_was_found_is_asked_for_each_rule_by_itself():
    judged = bundle(
        rule("one", "a", action=Action.TRANSFORM, when="size(detections) == 1"),
        rule("two", "b", action=Action.TRANSFORM, when="size(detections) == 2"),
    )

    assert [verdict.rule for verdict in enforce(judged, event("abb")).verdicts] == ["t/one", "t/two"]


def test_a_time_without_a_zone_is_not_stated_and_breaks_nothing_else():
    asked = event("abra", at=datetime.fromisoformat("2026-03-04T05:06:07"))
    by_time = enforce(bundle(rule("r", when="event.at < '2027'")), asked)
    by_route = enforce(bundle(rule("r", "abra", when="event.route == 'chat'")), asked)

    assert [verdict.rule for verdict in by_time.verdicts] == ["guard/condition-missing"]
    assert [verdict.rule for verdict in by_route.verdicts] == ["t/r"]
