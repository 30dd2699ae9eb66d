"""What the guard says of an event, case by case."""

from dataclasses import replace

import pytest

from fakes.guard_rails import ScriptedSettings, Watch, found, saying, scripted
from fakes.guard_world import NOW, bundle, event, rule, segment
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.applying import apply, stripped, texts
from roadworthy.guard.engine.enforce import enforce, judge_segment
from roadworthy.guard.event import ConversationState, Principal, UnknownField
from roadworthy.guard.policy.model import (
    Completion,
    FailMode,
    Route,
    TierFailMode,
    UnknownBehaviour,
    Unknowns,
    Where,
)
from roadworthy.guard.rails.rail import Scene
from roadworthy.guard.segment import Channel, Provenance, Role, Source, SourceKind, Span, Stage
from roadworthy.guard.verdict import Action, Edit, EditKind


def edit(start, end, replacement="*", kind=EditKind.ENCODE):
    return Edit(span=Span(start=start, end=end), replacement=replacement, kind=kind)


@pytest.mark.parametrize(
    ("action", "want", "text"),
    [
        pytest.param(Action.TRANSFORM, Action.TRANSFORM, "say [pattern] now", id="transform"),
        pytest.param(Action.QUARANTINE, Action.QUARANTINE, "[content removed by policy: stub-", id="quarantine"),
        pytest.param(Action.ESCALATE, Action.ESCALATE, None, id="escalate"),
        pytest.param(Action.DENY, Action.DENY, None, id="deny"),
    ],
)
def test_a_rule_that_finds_something_acts_as_it_says(action, want, text):
    asked = event("say abra now", "and this")

    decision = enforce(bundle(rule("magic", "abra", action=action)), asked)

    assert decision.action is want
    assert [verdict.rule for verdict in decision.verdicts] == ["t/magic"]
    released = [one.text for one in apply(decision, asked)]
    assert released == [] if text is None else (released[0].startswith(text) and released[1] == "and this")


def test_nothing_found_is_allowed_and_says_which_policy_said_so():
    judged = bundle(rule("magic", "abra"))

    decision = enforce(judged, event("hello"))

    assert (decision.action, decision.verdicts, decision.degraded) == (Action.ALLOW, (), False)
    assert decision.policy == judged.digest
    assert decision.tier is RiskTier.HIGH


@pytest.mark.parametrize(
    ("where", "fields"),
    [
        pytest.param(Where(stages=(Stage.OUTPUT,)), {"stage": Stage.OUTPUT}, id="stage"),
        pytest.param(Where(roles=(Role.TOOL,)), {"role": Role.TOOL}, id="role"),
        pytest.param(Where(channels=(Channel.REASONING,)), {"channel": Channel.REASONING}, id="channel"),
        pytest.param(Where(sources=(SourceKind.TOOL,)), {"source": Source(kind=SourceKind.TOOL)}, id="source"),
        pytest.param(Where(tools=("pay",)), {"tool": "pay"}, id="tool"),
        pytest.param(Where(labels=("tainted", "odd")), {"labels": ("tainted",)}, id="label"),
    ],
)
def test_a_rule_looks_only_where_it_says(where, fields):
    judged = bundle(rule("magic", "abra", where=where), rule("other", "zzz"))

    inside, outside = (enforce(judged, event(segment("abra", **given))) for given in (fields, {}))

    assert inside.action is Action.DENY
    assert outside.action is Action.ALLOW


@pytest.mark.parametrize(("route", "want"), [("chat", Action.DENY), ("batch", Action.ALLOW)])
def test_a_rule_binds_on_the_routes_that_it_names(route, want):
    judged = bundle(rule("magic", "abra", where=Where(routes=("chat",))), rule("other", "zzz"))

    assert enforce(judged, event("abra", route=route)).action is want


@pytest.mark.parametrize("mode", FailMode)
def test_a_stage_that_a_route_does_not_serve_is_denied_whatever_rules_and_fail_modes_there_are(mode):
    judged = bundle(
        rule("magic", "abra"),
        routes=(Route(name="*", stages=(Stage.OUTPUT,)),),
        fail_modes=(TierFailMode(tier=RiskTier.HIGH, mode=mode, reason="r"),),
    )

    outside, inside = (
        enforce(judged, event(segment("hello", stage=stage))) for stage in (Stage.RETRIEVAL, Stage.OUTPUT)
    )

    assert [verdict.rule for verdict in outside.verdicts] == ["guard/not-served"]
    assert (outside.action, inside.action) == (Action.DENY, Action.ALLOW)


def test_a_stage_that_is_served_and_has_no_rule_fails_as_its_tier_does():
    judged = bundle(
        rule("magic", "abra", where=Where(stages=(Stage.INPUT,))), routes=(Route(name="*", stages=(Stage.OUTPUT,)),)
    )

    decision = enforce(judged, event(segment("hello", stage=Stage.OUTPUT)))

    assert [verdict.rule for verdict in decision.verdicts] == ["guard/no-rule"]
    assert decision.action is Action.DENY


def test_a_rule_of_another_tier_does_not_bind():
    judged = bundle(rule("magic", "abra", tiers=(RiskTier.CRITICAL,)), rule("other", "zzz"))

    assert enforce(judged, event("abra")).action is Action.ALLOW


@pytest.mark.parametrize(
    ("detection", "want"),
    [
        pytest.param(found(2, 4), "ab[thing]ef", id="without an edit it is redacted"),
        pytest.param(found(2, 4, edit=edit(2, 4)), "ab*ef", id="with an edit that is made"),
        pytest.param(found(2, 4, edit=edit(2, 4), offered=True), "ab[thing]ef", id="an offer is not taken"),
        pytest.param(found(3, 3), "[redacted]", id="nothing to take out redacts all"),
        pytest.param(found(3, 3, edit=edit(3, 3, "!", EditKind.INSERT)), "abc!def", id="an insertion"),
    ],
)
def test_a_transformation_makes_the_rails_edit_or_redacts(detection, want):
    made = {"builders": scripted(rail=saying(detection))}
    judged = bundle(rule("edit", action=Action.TRANSFORM, rail=ScriptedSettings()), compiled=made)
    asked = event("abcdef")

    assert texts(enforce(judged, asked), asked) == {"/messages/0/content": want}


def test_a_quarantine_takes_out_spans_where_the_rail_knows_them_and_else_the_segment():
    marked = found(2, 4, edit=edit(2, 4, "", EditKind.QUARANTINE))

    def text_after(*detections):
        made = {"builders": scripted(rail=saying(*detections))}
        judged = bundle(rule("hold", action=Action.QUARANTINE, rail=ScriptedSettings()), compiled=made)
        return apply(enforce(judged, event("abcdef")), event("abcdef"))[0].text

    assert text_after(marked).startswith("ab[content removed")
    assert text_after(marked).endswith("]ef")
    assert text_after(marked, found(0, 1)).startswith("[content removed")
    assert text_after(marked, found(0, 1)).endswith("]")
    neutral = found(4, 5, edit=edit(4, 5, "", EditKind.NEUTRALISE))
    assert text_after(marked, neutral).startswith("ab[content removed")
    assert text_after(neutral).endswith("]f")
    assert text_after(neutral, found(0, 1, edit=edit(0, 1, "x"))).startswith("[content removed")


def test_verdicts_never_repeat_the_text():
    text = "my password is hunter2"
    judged = bundle(rule("words", "hunter2", action=Action.QUARANTINE), rule("more", "passw", action=Action.DENY))

    assert "hunter2" not in repr(enforce(judged, event(text))) + repr(event(text))


@pytest.mark.parametrize(
    ("tier_mode", "action", "reason"),
    [
        pytest.param((), Action.DENY, "fails closed", id="closed when nothing is said"),
        pytest.param(
            (TierFailMode(tier=RiskTier.HIGH, mode=FailMode.OPEN, reason="a pilot"),),
            Action.ALLOW,
            "a pilot",
            id="open by name",
        ),
        pytest.param(
            (TierFailMode(tier=RiskTier.LIMITED, mode=FailMode.OPEN, reason="a pilot"),),
            Action.DENY,
            "fails closed",
            id="open in another tier",
        ),
    ],
)
@pytest.mark.parametrize(
    "rules",
    [
        pytest.param((), id="an empty policy"),
        pytest.param((rule("magic", "abra", where=Where(stages=(Stage.OUTPUT,))),), id="no rule at the stage"),
        pytest.param((rule("magic", "abra", mode="shadow"),), id="only a shadow rule"),
        pytest.param((rule("magic", "abra", where=Where(routes=("batch",))),), id="only on another route"),
        pytest.param((rule("magic", "abra", tiers=(RiskTier.LIMITED,)),), id="only in another tier"),
    ],
)
def test_where_no_rule_is_enforced_the_tiers_fail_mode_decides(rules, tier_mode, action, reason):
    decision = enforce(bundle(*rules, fail_modes=tier_mode), event("hello"))

    (verdict,) = decision.verdicts
    assert (decision.action, decision.degraded) == (action, True)
    assert (verdict.rule, verdict.degraded) == ("guard/no-rule", True)
    assert reason in verdict.reason


def test_a_route_that_the_policy_has_not_is_closed_whatever_the_fail_mode():
    opened = (TierFailMode(tier=RiskTier.HIGH, mode=FailMode.OPEN, reason="a pilot"),)
    judged = bundle(rule("magic", "abra"), routes=(Route(name="chat"),), fail_modes=opened)

    assert enforce(judged, event("hello", route="other")).action is Action.DENY
    assert enforce(judged, event("hello", route="chat")).action is Action.ALLOW


@pytest.mark.parametrize(("length", "want"), [(10, Action.ALLOW), (11, Action.DENY)])
def test_a_field_that_is_longer_than_its_route_takes_is_denied(length, want):
    judged = bundle(rule("magic", "abra"), routes=(Route(name="*", max_chars=10),))

    assert enforce(judged, event("x" * length)).action is want


@pytest.mark.parametrize(
    ("behaviour", "action", "degraded", "gone"),
    [
        (UnknownBehaviour.DENY, Action.DENY, False, ()),
        (UnknownBehaviour.STRIP, Action.TRANSFORM, False, ("/a/0/b",)),
        (UnknownBehaviour.PASS_AND_FLAG, Action.ALLOW, True, ()),
    ],
)
def test_an_unknown_field_is_treated_as_the_first_pattern_that_fits_says(behaviour, action, degraded, gone):
    paths = (("/a/*", UnknownBehaviour.DENY), ("/a/*/b", behaviour), ("/a/*/b", UnknownBehaviour.DENY))
    judged = bundle(rule("magic", "abra"), unknown=Unknowns(default=UnknownBehaviour.DENY, paths=paths))
    asked = event("hello", unknown=(UnknownField(path="/a/0/b", protocol="openai.chat", characters=5),))

    decision = enforce(judged, asked)

    assert (decision.action, decision.degraded) == (action, degraded)
    assert decision.verdicts[0].rule == "guard/unknown-field"
    assert stripped(judged, asked) == gone


def test_an_unknown_field_is_denied_where_nothing_is_said():
    asked = event("hello", unknown=(UnknownField(path="/x\x1b[2J", protocol="mcp", characters=5),))

    decision = enforce(bundle(rule("magic", "abra")), asked)

    assert decision.action is Action.DENY
    assert "\x1b" not in decision.verdicts[0].reason


@pytest.mark.parametrize(
    ("when", "want"),
    [
        pytest.param("segment.role == 'user'", Action.DENY, id="holds"),
        pytest.param("segment.role == 'tool'", Action.ALLOW, id="does not hold"),
        pytest.param("principal.tenant == 'acme' && event.route == 'chat'", Action.DENY, id="facts of the event"),
        pytest.param("conversation.turns > 3", Action.ALLOW, id="facts of the conversation"),
        pytest.param("usage.input_tokens == 0", Action.DENY, id="facts of the usage"),
        pytest.param("size(detections) > 1", Action.DENY, id="facts of what was found"),
        pytest.param("detections.exists(d, d.kind == 'other')", Action.ALLOW, id="kinds of what was found"),
    ],
)
def test_a_rule_with_a_condition_acts_only_where_it_holds(when, want):
    assert enforce(bundle(rule("magic", "abra", when=when)), event("abra abra")).action is want


def test_a_rule_without_a_rail_acts_on_the_segments_for_which_its_condition_holds():
    judged = bundle(rule("tools", action=Action.QUARANTINE, when="segment.source.kind == 'tool'"))
    asked = event("fine", segment("from a tool", source=Source(kind=SourceKind.TOOL, name="search")))

    assert [verdict.segment for verdict in enforce(judged, asked).verdicts] == [1]


@pytest.mark.parametrize(
    ("when", "failure", "why"),
    [
        ("principal.purpose == 'support'", "guard/condition-missing", "`principal.purpose` is not stated"),
        ("segment.characters > 'x'", "guard/condition-broken", "cannot be evaluated"),
        ("principal.attributes[principal.id] == 'x'", "guard/condition-missing", "a fact is not stated"),
    ],
)
def test_a_condition_that_cannot_be_told_is_a_failure_of_its_rule(when, failure, why):
    closed, opened = (
        enforce(bundle(rule("magic", "abra", when=when, on_failure=mode)), event("abra"))
        for mode in (FailMode.CLOSED, FailMode.OPEN)
    )

    assert (closed.action, closed.degraded) == (Action.DENY, True)
    assert (opened.action, opened.degraded) == (Action.ALLOW, True)
    assert closed.verdicts[0].rule == opened.verdicts[0].rule == failure
    assert why in closed.verdicts[0].reason
    assert "ada" not in closed.verdicts[0].reason


def test_a_condition_is_not_asked_where_its_rail_found_nothing():
    judged = bundle(rule("magic", "abra", when="principal.purpose == 'support'"))

    assert enforce(judged, event("hello")).verdicts == ()


GERMAN = Completion(category="magic", locale="de", text="Das geht nicht. ({stub})")
ANY = Completion(category="magic", locale="*", text="Not this.")


@pytest.mark.parametrize(
    ("locale", "want"), [("de-AT", "Das geht nicht. (stub-"), ("fr", "Not this."), ("", "Not this.")]
)
def test_a_user_is_told_in_the_own_language_and_without_content(locale, want):
    judged = bundle(rule("magic", "abra", message="magic"), completions=(GERMAN, ANY))
    asked = event("abrakadabra", principal=Principal(id="ada", tenant="acme", locale=locale))

    decision = enforce(judged, asked)

    assert decision.message.startswith(want)
    assert decision.completion.startswith("magic/")
    assert "abra" not in decision.message


def test_a_route_names_the_words_for_rules_that_name_none():
    judged = bundle(rule("magic", "abra"), routes=(Route(name="*", completion="magic"),), completions=(ANY,))

    assert enforce(judged, event("abra")).message == "Not this."


def test_an_allowed_event_has_no_message():
    judged = bundle(rule("magic", "abra", message="magic", action=Action.TRANSFORM), completions=(ANY,))

    assert enforce(judged, event("abra")).message == ""


def test_the_state_takes_on_labels_and_sources_of_what_went_on():
    chunk = segment(
        "a fact",
        stage=Stage.RETRIEVAL,
        channel=Channel.RETRIEVED_CHUNK,
        labels=("tainted",),
        provenance=Provenance(document="doc-1"),
    )
    dropped = replace(chunk, text="abra", provenance=Provenance(document="doc-2"), labels=("odd",))
    judged = bundle(rule("magic", "abra", action=Action.QUARANTINE))

    state = enforce(judged, event("hello", chunk, dropped), ConversationState(conversation="c", canaries=("k",))).state

    assert (state.turns, state.labels, state.sources) == (1, ("tainted",), ("doc-1",))
    assert (state.conversation, state.canaries) == ("c", ("k",))


def test_what_an_answer_cites_does_not_become_a_source_by_being_cited():
    cited = segment(
        "as the report says",
        stage=Stage.OUTPUT,
        role=Role.ASSISTANT,
        channel=Channel.CITATION,
        provenance=Provenance(document="invented"),
    )

    assert enforce(bundle(rule("magic", "abra")), event(cited)).state.sources == ()


def test_costs_are_counted_in_microseconds_where_there_is_a_stopwatch():
    watch = Watch()

    def says(asked):
        watch.wait(70)
        return (found(0, 1),)

    judged = bundle(rule("slow", rail=ScriptedSettings()), compiled={"builders": scripted(rail=says)})

    assert enforce(judged, event("abc"), stopwatch=watch).verdicts[0].cost_us == 70
    assert enforce(judged, event("abc"), stopwatch=watch).cost_us == 70
    assert enforce(judged, event("abc")).cost_us == 0


def test_rules_that_need_the_whole_text_wait_for_it():
    whole = ScriptedSettings()
    near = replace(whole, reach=5)
    judged = bundle(
        rule("whole", rail=whole),
        rule("near", rail=near),
        rule("counts", rail=near, when="size(detections) == 1"),
        compiled={"builders": scripted(rail=saying(found(0, 1)))},
    )

    def rules_at(*, final):
        scene = Scene(event=event("abc"), state=ConversationState(), final=final)
        return [verdict.rule for verdict in judge_segment(judged, segment("abc"), scene).verdicts]

    assert rules_at(final=False) == ["t/near"]
    assert rules_at(final=True) == ["t/counts", "t/near", "t/whole"]


def test_the_time_of_the_event_is_a_fact():
    judged = bundle(rule("late", action=Action.DENY, when="timestamp(event.at) > timestamp('2026-01-01T00:00:00Z')"))

    assert enforce(judged, event("x", at=NOW)).action is Action.DENY
    assert enforce(judged, event("x", at=NOW.replace(year=2025))).action is Action.ALLOW
