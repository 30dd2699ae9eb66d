"""A decision's edits come back into the fields that the text was taken from."""

import pytest

from fakes.guard_world import bundle, event, rule, segment
from roadworthy.guard.engine.applying import apply, texts
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.segment import Span
from roadworthy.guard.verdict import Action, Edit, EditKind, Verdict

CUT = bundle(rule("cut", "x+", action=Action.TRANSFORM))


def test_only_changed_fields_are_given_back():
    asked = event("abxxcd", "clean")

    assert texts(enforce(CUT, asked), asked) == {"/messages/0/content": "ab[pattern]cd"}


def test_a_field_that_came_in_parts_is_put_together_in_order():
    first = segment("ab ", path="/f", span=Span(start=0, end=3))
    second = segment("xx cd", path="/f", span=Span(start=3, end=8))
    asked = event(second, first)

    assert texts(enforce(CUT, asked), asked) == {"/f": "ab [pattern] cd"}


@pytest.mark.parametrize("start", [2, 4])
def test_parts_that_do_not_follow_on_each_other_are_refused(start):
    asked = event(
        segment("ab ", path="/f", span=Span(start=0, end=3)),
        segment("xx", path="/f", span=Span(start=start, end=start + 2)),
    )
    decision = enforce(CUT, asked)

    with pytest.raises(ValueError, match="do not follow on each other at character 3"):
        texts(decision, asked)


def test_nothing_goes_on_and_nothing_is_rewritten_where_the_decision_stops():
    judged = bundle(rule("cut", "x+", action=Action.TRANSFORM), rule("stop", "y", action=Action.ESCALATE))
    asked = event("xx", "y")
    decision = enforce(judged, asked)

    assert apply(decision, asked) == ()
    assert texts(decision, asked) == {}


def test_a_segment_that_is_wholly_quarantined_says_so():
    judged = bundle(rule("hold", "x", action=Action.QUARANTINE))
    asked = event("x", "y")

    first, second = apply(enforce(judged, asked), asked)

    assert (first.labels, second.labels) == (("quarantined",), ())


def test_placeholders_come_from_the_vault_and_from_nowhere_else():
    asked = event("my name is Ada and mail")
    decision = enforce(bundle(rule("none", "zzz")), asked)
    edits = (
        Edit(span=Span(start=11, end=14), replacement="[name]", kind=EditKind.PLACEHOLDER),
        Edit(span=Span(start=19, end=23), replacement="[mail]", kind=EditKind.REDACT),
    )
    verdict = Verdict(action=Action.TRANSFORM, rule="t/x", rail="", segment=0, reason="", edits=edits)
    changed = type(decision)(
        event=decision.event,
        route="chat",
        policy=decision.policy,
        tier=decision.tier,
        action=Action.TRANSFORM,
        verdicts=(verdict,),
    )

    def vault(part, edit):
        return f"<{part.text[edit.span.start : edit.span.end][::-1]}>"

    assert texts(changed, asked, substitute=vault) == {"/messages/0/content": "my name is <adA> and [mail]"}
    assert texts(changed, asked) == {"/messages/0/content": "my name is [name] and [mail]"}


def test_an_error_about_a_field_does_not_show_a_name_that_a_sender_chose():
    secret = "sk-Ab12Cd34Ef56"
    parts = (
        segment("one", path=f"/metadata/{secret}", span=Span(start=0, end=3)),
        segment("abra", path=f"/metadata/{secret}", span=Span(start=9, end=13)),
    )
    asked = event(*parts)
    decision = enforce(bundle(rule("magic", "abra", action=Action.TRANSFORM)), asked)

    with pytest.raises(ValueError, match="came in parts") as told:
        texts(decision, asked)

    assert secret not in str(told.value) + repr(asked) + repr(decision)
