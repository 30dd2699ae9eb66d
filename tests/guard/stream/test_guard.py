"""One stream from its first piece to its decision: order, ends, stops, tool calls, foreign events, limits."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from fakes.guard_rails import ScriptedSettings, scripted
from fakes.guard_world import KEY, rule, segment
from fakes.stream_world import begun, cut, pattern_rule, run, said, streamed
from roadworthy.core.errors import VaultFullError
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.engine.finding import Finding
from roadworthy.guard.engine.judgement import SegmentJudgement
from roadworthy.guard.engine.stub import keyed_digest
from roadworthy.guard.event import ConversationState, Stub
from roadworthy.guard.policy.model import Buffer, Holdback, Observe, Streaming, UnknownBehaviour, Unknowns
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.rails.rail import Scene
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Channel, Role, Segment, Span, Stage
from roadworthy.guard.stream.flow import Flow
from roadworthy.guard.stream.guard import MAX_OPEN, StreamGuard
from roadworthy.guard.stream.model import Closed, Foreign, Opened, Piece, Released, Stripped, Text
from roadworthy.guard.stream.settling import Stretch, settle
from roadworthy.guard.stream.so_far import exceeded
from roadworthy.guard.stream.terms import terms_of
from roadworthy.guard.verdict import Action, Detection, Edit, EditKind, Mode, Verdict

BOMB = pattern_rule("bomb", "bomb", action=Action.DENY, reach=5, encoded=False)
NAME = pattern_rule("name", "ada lovelace", action=Action.TRANSFORM, reach=13, encoded=False)
HOLD = Holdback(chars=13)
MAIL = replace(
    pattern_rule("mail", "x", action=Action.TRANSFORM, reach=1), rail=ScriptedSettings(reach=30, triggers=("@",))
)


def addresses(segment: Segment) -> list[Detection]:
    spans = [Span(start=match.start(), end=match.end()) for match in re.finditer(r"[a-z]+@example\.org", segment.text)]
    return [
        Detection(kind="mail", span=span, edit=Edit(span=span, replacement="[mail]", kind=EditKind.PLACEHOLDER))
        for span in spans
    ]


def opened(key: str = "a", channel: Channel = Channel.TEXT, **fields: object) -> Opened:
    return Opened(key=key, segment=said(key, channel, **fields))


def letters(text: str, key: str = "a") -> list[Piece]:
    return [opened(key), *(Text(key=key, text=letter) for letter in text), Closed(key=key)]


def guard_of(*rules: object, streaming: Streaming = HOLD, **fields: object) -> StreamGuard:
    return StreamGuard(streamed(streaming, *rules, **fields), begun())


OPEN = [opened(), Text(key="a", text="hello ")]


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([*OPEN, opened()], id="a field begins twice"),
        pytest.param([Text(key="b", text="hello")], id="text of no field"),
        pytest.param([*OPEN, Closed(key="a"), Text(key="a", text="x")], id="text after the end"),
        pytest.param([*OPEN, Closed(key="b")], id="an end of no field"),
        pytest.param([*OPEN, Closed(key="a"), Closed(key="a")], id="two ends"),
        pytest.param([*OPEN, Closed(key="a"), opened()], id="a field begins again"),
    ],
)
def test_pieces_out_of_order_stop_the_stream(pieces: list[Piece]) -> None:
    guard = guard_of(BOMB)
    run(guard, pieces)
    assert guard.stopped
    assert [v.rule for v in guard.decision.verdicts if v.action is Action.DENY] == ["guard/stream-order"]
    assert guard.decision.message


@pytest.mark.parametrize("streaming", [Buffer(), HOLD, Observe(), Holdback(chars=3, boundary="sentence")])
@pytest.mark.parametrize("text", ["", " ", "x", "ada lovelace", "bom", "é\u0301\u200b"])
def test_a_field_leaves_once_and_wholly_with_its_end(streaming: Streaming, text: str) -> None:
    guard = guard_of(BOMB, streaming=streaming)
    seen = run(guard, letters(text))
    assert (seen["a"].text, seen["a"].consumed, seen["a"].closed) == (text, len(text), True)
    assert guard.decision.action is Action.ALLOW
    assert not guard.stopped


def test_a_text_without_an_end_is_judged_when_the_stream_ends() -> None:
    guard = guard_of(BOMB, NAME)
    assert run(guard, letters("I am ada lovelace")[:-1])["a"].text == "I am [pattern]"
    stopped = guard_of(BOMB)
    run(stopped, letters("a bomb")[:-1])
    assert stopped.decision.action is Action.DENY


def test_tool_arguments_without_an_end_stop_the_stream() -> None:
    guard = guard_of(BOMB)
    seen = run(guard, [*OPEN, opened("t", Channel.TOOL_ARGUMENT, call="c"), Text(key="t", text='{"a": ')])
    assert "t" not in seen
    assert [v.rule for v in guard.decision.verdicts] == ["guard/stream-incomplete"]


def test_a_redaction_across_pieces_leaves_no_character_of_what_it_hides() -> None:
    for size in range(1, 20):
        guard = guard_of(NAME)
        parts = cut("hello ada lovelace, hello ada lovelac", [size] * 40)
        seen = run(guard, [opened(), *(Text(key="a", text=part) for part in parts), Closed(key="a")])
        assert seen["a"].text == "hello [pattern], hello ada lovelac"


def test_what_left_too_early_is_not_contradicted_and_the_rest_is_hidden() -> None:
    guard = guard_of(NAME, streaming=Holdback(chars=5))
    seen = run(guard, letters("it is ada lovelace who wrote the first program of all"))
    assert seen["a"].text.startswith("it is ad")
    assert "lovelace" not in seen["a"].text
    (verdict,) = guard.decision.verdicts
    assert 0 < verdict.exposure_chars <= guard.decision.exposure.bound == 8


@pytest.mark.parametrize(
    ("streaming", "left", "bound"),
    [(Buffer(), 0, 0), (Holdback(chars=5), 0, 0), (Holdback(chars=2), 0, 3), (Observe(), 4, 5)],
)
def test_the_bound_is_stated_before_anything_comes_and_holds(streaming: Streaming, left: int, bound: int) -> None:
    guard = guard_of(BOMB, streaming=streaming)
    guard.push(opened())
    assert guard.decision.exposure.bound == bound
    seen = run(guard, letters("bomb and more")[1:])
    assert (seen["a"].consumed if seen else 0) == left
    assert guard.decision.exposure.mode is Mode(streaming.kind)
    assert guard.decision.exposure.released == left


def test_a_stop_in_one_choice_stops_all_of_them_and_nothing_leaves_after() -> None:
    guard = guard_of(BOMB)
    other = [opened("b", choice=1), Text(key="b", text="some harmless text that goes on")]
    before = run_without_end(guard, [*other, opened(), Text(key="a", text="a bomb here")])
    assert before == {"b": "some harmless text "}
    assert guard.stopped
    assert run(guard, [Text(key="b", text=" and on"), Closed(key="b"), Closed(key="a"), opened("c")]) == {}
    assert guard.decision.verdicts[0].rule == "t/bomb"


def run_without_end(guard: StreamGuard, pieces: list[Piece]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for piece in pieces:
        for release in guard.push(piece):
            assert isinstance(release, Released)
            seen[release.key] = seen.get(release.key, "") + release.text
    return seen


def test_a_stop_comes_as_soon_as_nothing_can_undo_it_and_not_before() -> None:
    guard = guard_of(BOMB, streaming=Observe())
    guard.push(opened())
    for came, letter in enumerate("a bomb in", start=1):
        guard.push(Text(key="a", text=letter))
        assert guard.stopped == (came >= 7)


def test_an_early_stop_says_what_the_text_so_far_says() -> None:
    guard = guard_of(BOMB, NAME, pattern_rule("end", "never.*$", action=Action.DENY, reach=None))
    run(guard, letters("ada lovelace has a bomb, never mind"))
    so_far = replace(begun(), segments=(segment("ada lovelace has a bomb, never mind"[:28]),))
    assert [v.rule for v in guard.decision.verdicts] == ["t/bomb", "t/name"]
    assert {v.rule for v in guard.decision.verdicts} <= {
        v.rule for v in enforce(streamed(HOLD, BOMB, NAME), so_far).verdicts
    }


def test_a_tool_call_leaves_whole_or_not_at_all() -> None:
    name, arguments = opened("n", Channel.TOOL_NAME, call="c"), opened("t", Channel.TOOL_ARGUMENT, call="c")
    pieces = [name, Text(key="n", text="search"), Closed(key="n"), arguments]
    body = [Text(key="t", text=part) for part in ('{"q": ', '"', "cats", '"}')]
    good = guard_of(BOMB, streaming=Observe())
    assert run_without_end(good, [*pieces, *body]) == {}
    assert [release.key for release in good.push(Closed(key="t"))] == ["n", "t"]
    bad = guard_of(BOMB, streaming=Observe())
    assert run(bad, [*pieces, *body[:2], Text(key="t", text='bomb"}'), Closed(key="t")]) == {}
    assert bad.decision.action is Action.DENY


@pytest.mark.parametrize("known", ["", "sh", "shell"])
@pytest.mark.parametrize("name_first", [True, False])
def test_rules_for_a_tool_look_at_its_call_whenever_its_name_is_known(known: str, name_first: bool) -> None:
    only = replace(BOMB, id="t/shell", where=replace(BOMB.where, tools=("shell",)))
    parts = {
        "n": [opened("n", Channel.TOOL_NAME, call="c", tool=known), *(Text(key="n", text=c) for c in "shell")],
        "t": [opened("t", Channel.TOOL_ARGUMENT, call="c", tool=known, index=1), Text(key="t", text="a bomb")],
    }
    order = ["n", "t"] if name_first else ["t", "n"]
    guard = guard_of(NAME, only, streaming=Observe())
    assert run(guard, [*parts["n"], *parts["t"], *(Closed(key=key) for key in order)]) == {}
    assert [v.rule for v in guard.decision.verdicts] == ["t/shell"]
    harmless = guard_of(NAME, only, streaming=Observe())
    good = [*parts["n"], *parts["t"][:1], Text(key="t", text="a cat"), *(Closed(key=key) for key in order)]
    assert {key: one.text for key, one in run(harmless, good).items()} == {"n": "shell", "t": "a cat"}
    assert harmless.decision.action is Action.ALLOW


def test_a_tool_call_that_goes_on_after_it_left_stops_the_stream() -> None:
    guard = guard_of(BOMB)
    call = opened("t", Channel.TOOL_ARGUMENT, call="c", tool="search")
    assert guard.push(call) == ()
    assert [release.key for release in guard.push(Closed(key="t"))] == ["t"]
    guard.push(opened("more", Channel.TOOL_ARGUMENT, call="c", tool="search"))
    assert guard.decision.verdicts[0].rule == "guard/stream-order"


def test_a_field_that_has_the_number_of_another_gets_its_own() -> None:
    guard = guard_of(NAME)
    seen = run(guard, [*letters("ada lovelace", "a"), *letters("a cat", "b"), *letters("ada lovelace", "c")])
    assert [one.text for one in seen.values()] == ["[pattern]", "a cat", "[pattern]"]
    assert [verdict.segment for verdict in guard.decision.verdicts] == [0, 2]


def test_calls_without_ids_are_told_apart_by_where_they_stand() -> None:
    guard = guard_of(BOMB)
    keys = ["calls/0/name", "calls/0/arguments", "calls/1/name", "calls/1/arguments"]
    channels = [Channel.TOOL_NAME, Channel.TOOL_ARGUMENT] * 2
    pieces = [
        *(opened(key, channel, index=index) for index, (key, channel) in enumerate(zip(keys, channels, strict=True))),
        *(Closed(key=key) for key in ("calls/1/name", "calls/0/name", "calls/1/arguments", "calls/0/arguments")),
    ]
    left = [[release.key for release in guard.push(piece)] for piece in pieces]
    assert left[-2:] == [["calls/1/name", "calls/1/arguments"], ["calls/0/name", "calls/0/arguments"]]
    assert not any(left[:-2])


def test_a_quarantine_holds_the_rest_of_its_field_and_no_other() -> None:
    guard = guard_of(pattern_rule("cage", "evil", action=Action.QUARANTINE, reach=5, encoded=False))
    seen = run(guard, [*letters("this is long enough, evil and more")[:-1], *letters("other", "b"), Closed(key="a")])
    assert seen["b"].text == "other"
    assert seen["a"].text.startswith("this is")
    assert "evil" not in seen["a"].text
    assert seen["a"].text.endswith("]")
    assert seen["a"].consumed == 34
    assert guard.decision.action is Action.QUARANTINE


def test_an_escalation_stops_the_stream() -> None:
    guard = guard_of(pattern_rule("ask", "pay", action=Action.ESCALATE, reach=4, encoded=False))
    run(guard, letters("please pay now"))
    assert guard.stopped
    assert guard.decision.action is Action.ESCALATE


@pytest.mark.parametrize("behaviour", list(UnknownBehaviour))
def test_foreign_events_are_treated_as_the_policy_says(behaviour: UnknownBehaviour) -> None:
    guard = guard_of(BOMB, policy={"unknown": Unknowns(default=behaviour)})
    releases = guard.push(Foreign(path="/ping", characters=9))
    assert releases == ((Stripped(path="/ping"),) if behaviour is UnknownBehaviour.STRIP else ())
    assert guard.stopped == (behaviour is UnknownBehaviour.DENY)
    guard.push(Foreign(path="/ping", characters=9))
    guard.finish()
    assert [v.rule for v in guard.decision.verdicts] == ["guard/unknown-field"]


def test_a_field_that_is_too_long_is_stopped_when_it_becomes_so() -> None:
    guard = guard_of(BOMB, streaming=Observe(), max_chars=20)
    seen = run(guard, letters("x" * 30))
    assert seen["a"].consumed == 20
    assert [v.rule for v in guard.decision.verdicts] == ["guard/too-long"]


def test_streams_of_too_many_fields_or_characters_are_stopped() -> None:
    wide = guard_of(BOMB)
    run(wide, [opened(str(number), index=number) for number in range(MAX_OPEN + 1)])
    assert {v.rule for v in wide.decision.verdicts if v.action.stops} == {"guard/stream-too-wide"}
    long = guard_of(BOMB, max_chars=1_000_000, streaming=Buffer())
    for key in map(str, range(8)):
        run_without_end(long, [opened(key), Text(key=key, text="x" * 1_000_000)])
    assert not long.stopped
    run_without_end(long, [opened("more"), Text(key="more", text="x")])
    assert {v.rule for v in long.decision.verdicts if v.action.stops} == {"guard/stream-too-wide"}


def test_fields_that_have_ended_do_not_count_as_open() -> None:
    guard = guard_of(BOMB, max_chars=10)
    keys = [str(number) for number in range(MAX_OPEN + 1)]
    seen = run(guard, [piece for key in keys for piece in (opened(key), Text(key=key, text="x"), Closed(key=key))])
    assert guard.decision.action is Action.ALLOW
    assert list(seen) == keys


@pytest.mark.parametrize("after", range(3))
def test_whatever_breaks_ends_the_stream_closed(after: int) -> None:
    given: list[str] = []

    def full(beneath: Segment, edit: Edit) -> str:
        if len(given) == after:
            raise VaultFullError(f"no room for {beneath.text}")
        given.append(beneath.text)
        return "<1>"

    made = {"compiled": {"builders": scripted(rail=addresses)}}
    guard = StreamGuard(streamed(Holdback(chars=400), MAIL, policy=made), begun(), substitute=full)
    text = "ada@example.org and bob@example.org and eve@example.org " + "and so on " * 90
    seen = run(guard, [opened(), *(Text(key="a", text=part) for part in cut(text, [90] * 99)), Closed(key="a")])
    assert guard.stopped
    (failed,) = (v for v in guard.decision.verdicts if v.action is Action.DENY)
    assert (failed.rule, failed.reason) == ("guard/stream-failed", "it broke on the way (VaultFullError)")
    assert not any("@" in one.text for one in seen.values())
    assert guard.decision.exposure.released == sum(one.consumed for one in seen.values())
    assert "@" not in repr(guard.decision)


def test_nothing_in_a_stream_is_taken_for_a_text_of_the_history() -> None:
    bundle = streamed(HOLD, NAME)
    blocked = keyed_digest("hello", key=KEY)
    state = ConversationState(stubs=(Stub(id="stub-1", rule="t/x", digest=blocked),))
    guard = StreamGuard(bundle, begun(), state)
    field = {"stage": Stage.TOOL_RESULT, "role": Role.TOOL}
    one, other = opened("result/content", **field), opened("params/data", index=1, **field)
    pieces = [one, Text(key=one.key, text="hello"), Closed(key=one.key), other, Closed(key=other.key)]
    assert run(guard, pieces)[one.key].text == "hello"
    assert (guard.decision.action, guard.decision.state.stubs) == (Action.ALLOW, state.stubs)


class Echoes:
    """Finds a text in a field only beside another field that says it too."""

    reach = 20
    triggers = None
    operating_point = None

    def __init__(self, settings: ScriptedSettings) -> None: ...

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> list[Detection]:
        beside = any(one is not segment and one.text == "twice" for one in scene.event.segments)
        place = segment.text.find("twice")
        return [Detection(kind="echo", span=Span(start=place, end=place + 5))] if beside and place >= 0 else []


ECHO = replace(MAIL, id="t/echo")
ECHOES = {"compiled": {"builders": {ScriptedSettings: lambda settings, _: Echoes(settings)}}}


def test_what_is_found_only_beside_a_later_field_stops_the_stream() -> None:
    guard = StreamGuard(streamed(Holdback(chars=128), ECHO, policy=ECHOES), begun())
    run(guard, [*letters("twice and more", "a"), *letters("twice", "b")])
    assert [v.rule for v in guard.decision.verdicts if v.action.stops] == ["guard/reach-exceeded"]


def test_what_is_found_beside_an_earlier_field_is_hidden_while_it_comes() -> None:
    guard = StreamGuard(streamed(Holdback(chars=128), ECHO, policy=ECHOES), begun())
    run_without_end(guard, letters("twice", "a"))
    text = "it is said twice " + "and more " * 40
    left = run_without_end(guard, [opened("b", index=1), Text(key="b", text=text)])
    assert left["b"].startswith("it is said [echo] and more")


def test_what_a_short_rule_hides_leaves_without_waiting_for_what_a_long_one_decides() -> None:
    far = pattern_rule("far", "some very long thing", action=Action.TRANSFORM, reach=2_000, encoded=False)
    alone, both = (guard_of(NAME, *more, streaming=Holdback(chars=50)) for more in ((), (far,)))
    text = "it is ada lovelace. " + "And so on. " * 30
    left = [run_without_end(guard, letters(text)[:-1])["a"] for guard in (alone, both)]
    assert left[1].startswith("it is [pattern]. And")
    assert len(left[0]) - len(left[1]) < 2_000 // 16
    assert both.decision.exposure.bound == 1_950


def test_a_client_that_goes_away_is_in_the_decision() -> None:
    guard = guard_of(BOMB)
    run_without_end(guard, [opened(), Text(key="a", text="some text that is long")])
    guard.cancel()
    assert guard.stopped
    assert guard.finish() == ()
    assert guard.push(Closed(key="a")) == ()
    assert (guard.decision.action, guard.decision.verdicts[0].rule) == (Action.ALLOW, "guard/cancelled")
    assert guard.decision.exposure.released > 0


def test_a_stage_without_a_rule_fails_as_its_tier_does_before_anything_leaves() -> None:
    guard = guard_of(replace(BOMB, where=replace(BOMB.where, channels=(Channel.TEXT,), routes=("other",))))
    assert run(guard, letters("hello")) == {}
    assert guard.decision.verdicts[0].rule == "guard/no-rule"


def test_a_condition_alone_stops_a_field_when_it_begins() -> None:
    guard = guard_of(rule("all", when="principal.tenant == 'acme'"))
    guard.push(opened())
    assert guard.stopped


def test_two_streams_at_a_time_give_what_each_gives_alone() -> None:
    bundle = streamed(HOLD, BOMB, NAME)
    texts = ("I am ada lovelace, hello", "there is a bomb there")
    alone = [StreamGuard(bundle, begun()) for _ in texts]
    expected = [run_without_end(guard, letters(text)) for guard, text in zip(alone, texts, strict=True)]
    together = [StreamGuard(bundle, begun()) for _ in texts]
    seen: list[dict[str, str]] = [{}, {}]
    for both in zip(*(letters(text.ljust(24)) for text in texts), strict=True):
        for number, piece in enumerate(both):
            for key, text in run_without_end(together[number], [piece]).items():
                seen[number][key] = seen[number].get(key, "") + text
    assert [one["a"].rstrip() if one else one for one in seen] == [
        one["a"].rstrip() if one else one for one in expected
    ]
    assert [guard.stopped for guard in together] == [False, True]


def test_placeholders_are_given_for_the_text_beneath_them() -> None:
    asked: list[str] = []

    def substitute(beneath: Segment, edit: Edit) -> str:
        asked.append(beneath.text[edit.span.start : edit.span.end])
        return f"<{len(asked)}>"

    bundle = streamed(HOLD, NAME)
    terms = terms_of(bundle, said("a"), begun(), route=bundle.policy.routes[0])
    flow = Flow("a", said("a"), terms, substitute=substitute)
    for part in cut("mail ada@example.org or bob@example.org", [3] * 20):
        flow.tape.add(part)
    edits = tuple(
        Edit(span=Span(start=start, end=start + 15), replacement="[email]", kind=EditKind.PLACEHOLDER)
        for start in (5, 24)
    )
    verdict = Verdict(action=Action.TRANSFORM, rule="t/name", rail="x", segment=0, reason="", edits=edits)
    flow.end(SegmentJudgement(verdicts=(verdict,)))
    assert flow.rest().text == "mail <1> or <2>"
    assert asked == ["ada@example.org", "bob@example.org"]


@pytest.mark.parametrize("before", range(8))
@pytest.mark.parametrize("streaming", [Holdback(chars=5), Holdback(chars=1), Observe()])
def test_what_the_last_character_within_reach_undoes_is_neither_hidden_nor_stopped(
    before: int, streaming: Streaming
) -> None:
    hide, stop = (
        pattern_rule("word", r"bomb\b", action=action, reach=5, encoded=False)
        for action in (Action.TRANSFORM, Action.DENY)
    )
    text = "x " * (before // 2) + " " * (before % 2) + "bombs away and on and on"
    for one in (hide, stop):
        guard = guard_of(one, streaming=streaming)
        assert run(guard, letters(text))["a"].text == text
        assert guard.decision.action is Action.ALLOW


@pytest.mark.parametrize("streaming", [Buffer(), Holdback(chars=20), Holdback(chars=200), Observe()])
@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.TOOL_ARGUMENT])
def test_the_bundle_the_stream_and_its_paces_state_one_bound(streaming: Streaming, channel: Channel) -> None:
    encoded = replace(BOMB, id="t/encoded", rail=PatternSettings(patterns=("bomb",)))
    bundle = streamed(streaming, NAME, encoded)
    guard = StreamGuard(bundle, begun())
    guard.push(opened("a", channel))
    terms = terms_of(bundle, said("a", channel), begun(), route=bundle.policy.routes[0])
    bounds = {guard.decision.exposure.bound, bundle.exposure_bound(said("a", channel), begun()), terms.bound}
    assert bounds == {max(pace.slack for pace in terms.paces)}


def test_the_time_that_a_stream_took_is_in_its_decision() -> None:
    ticks = iter(range(0, 10**12, 10_000))
    guard = StreamGuard(streamed(HOLD, NAME), begun(), stopwatch=lambda: next(ticks))
    run(guard, letters("hello"))
    assert guard.decision.cost_us > 0


def test_an_event_with_segments_is_no_stream() -> None:
    with pytest.raises(ValueError, match="no segments yet, got 1"):
        StreamGuard(streamed(HOLD, NAME), replace(begun(), segments=(segment("x"),)))


def test_no_repr_shows_content() -> None:
    guard = guard_of(NAME)
    run_without_end(guard, [opened(), Text(key="a", text="a canary sings")])
    shown = repr(guard) + repr(guard.decision) + repr(list(guard._fields)) + repr(Text(key="a", text="a canary sings"))
    assert "canary" not in shown


def test_what_is_no_piece_ends_the_stream_closed() -> None:
    guard = guard_of(BOMB)
    assert guard.push("text") == ()
    assert [v.rule for v in guard.decision.verdicts] == ["guard/stream-failed"]


def test_invisible_characters_bring_the_end_of_a_reach_no_nearer() -> None:
    guard = guard_of(NAME)
    seen = run(guard, letters("I am ada l" + "\u200b" * 80 + "ovelace, and so on, and so on"))
    assert seen["a"].text == "I am [pattern], and so on, and so on"
    assert guard.decision.action is Action.TRANSFORM
    assert [verdict.exposure_chars for verdict in guard.decision.verdicts] == [0]


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def in_base64_between_wide_letters(text: str) -> str:
    # Cut within a letter of several bytes it is no text, and from the next character on it is one again.
    return base64.b64encode("".join(f"{c}\u4e2d" if c == " " else c for c in text).encode()).decode()


def in_base32(text: str) -> str:
    return base64.b32encode(text.encode()).decode()


def in_percent(text: str) -> str:
    return " ".join("".join(f"%{ord(c):02x}" for c in word) for word in text.split())


@pytest.mark.parametrize("hide", [in_base64, in_base64_between_wide_letters, in_base32, in_percent])
@pytest.mark.parametrize("streaming", [Holdback(chars=128), Observe()])
def test_no_more_of_an_encoded_text_leaves_than_the_bound_however_long_it_is(
    streaming: Streaming, hide: Callable[[str], str]
) -> None:
    hidden = hide("some harmless words, " * 40 + "and a bomb")
    guard = guard_of(replace(BOMB, rail=PatternSettings(patterns=("bomb",))), streaming=streaming)
    seen = run(guard, letters(f"This is it: {hidden} and so on. " + "and so on. " * 20))
    assert guard.stopped
    bound = guard.decision.exposure.bound
    assert bound == (0 if isinstance(streaming, Holdback) else 128)
    assert sum(one.consumed for one in seen.values()) <= len("This is it: ") + bound
    assert [v.rule for v in guard.decision.verdicts] == ["t/bomb"]
    assert guard.decision.verdicts[0].exposure_chars <= bound


def test_what_may_still_be_undone_is_held_until_it_is_settled() -> None:
    late = pattern_rule("name", "ada lovelace", action=Action.TRANSFORM, reach=40, encoded=False)
    guard = guard_of(late, streaming=Holdback(chars=5))
    seen = run(guard, letters("x ada lovelace and then a good deal more of it follows here"))
    assert seen["a"].text == "x ad[pattern] and then a good deal more of it follows here"


def test_nothing_of_a_quarantined_field_leaves_before_its_end() -> None:
    guard = guard_of(pattern_rule("cage", "evil", action=Action.QUARANTINE, reach=5, encoded=False))
    left = run_without_end(guard, letters("this is long enough, evil and more and more and more")[:-1])
    assert left == {"a": "this is long enough, "}


def test_what_shows_only_after_its_beginning_was_settled_holds_the_field_and_stops_it_if_its_rule_does() -> None:
    bundle = streamed(HOLD, BOMB)
    (rule_,) = bundle.rules_for(said("a"), begun())
    span = Span(start=4, end=30)
    finding = Finding(rule=rule_, detections=(Detection(kind="pattern", span=span),))
    stretch = Stretch(start=100, head=200, first=110, settled=190, encoded=frozenset((span,)))
    told = settle(bundle, (finding,), stretch, segment=said("a"), event=begun())
    assert (told.stops, told.hold_from) == (True, 110)
    plain = replace(stretch, encoded=frozenset())
    assert not settle(bundle, (finding,), plain, segment=said("a"), event=begun()).hold_from


def test_a_rail_that_breaks_its_reach_stops_the_stream() -> None:
    bundle = streamed(Holdback(chars=5), NAME)
    terms = terms_of(bundle, said("a"), begun(), route=bundle.policy.routes[0])
    flow = Flow("a", said("a"), terms)
    flow.tape.add("x" * 40)
    flow.left = 30
    late = Verdict(
        action=Action.TRANSFORM, rule="t/name", rail="pattern", segment=0, reason="", spans=(Span(start=2, end=9),)
    )
    flow.end(SegmentJudgement(verdicts=(late,)))
    scene = Scene(event=begun(), state=ConversationState(), final=False)
    assert [verdict.rule for verdict in exceeded(bundle, flow, scene)] == ["guard/reach-exceeded"]


def test_a_rail_that_broke_on_a_stretch_has_failed_even_if_it_works_on_the_text_so_far() -> None:
    def breaks(segment: Segment) -> list[Detection]:
        if segment.span is not None and segment.text:
            raise RuntimeError(segment.text)
        return []

    made = {"compiled": {"builders": scripted(rail=breaks)}}
    always = replace(MAIL, rail=ScriptedSettings(reach=30))
    guard = StreamGuard(streamed(Holdback(chars=128), always, policy=made), begun())
    run_without_end(guard, [opened(), Text(key="a", text="and so on " * 10)])
    assert [v.rule for v in guard.decision.verdicts] == ["guard/rail-failed"]
    assert guard.stopped


def test_a_stop_says_nothing_that_may_still_be_undone() -> None:
    bang = pattern_rule("bang", "bang", action=Action.DENY, reach=9, encoded=False)
    word = pattern_rule("word", r"bomb\b", action=Action.TRANSFORM, reach=5, encoded=False)
    guard = guard_of(bang, word, streaming=Observe())
    run_without_end(guard, letters("bang bombs")[:10])
    assert [v.rule for v in guard.decision.verdicts] == ["t/bang"]


def test_calls_of_two_choices_with_one_id_are_two_calls() -> None:
    guard = guard_of(BOMB)
    fields = [
        opened(f"{choice}/{part}", channel, index=2 * choice + number, choice=choice, call="c")
        for choice in (0, 1)
        for number, (part, channel) in enumerate((("n", Channel.TOOL_NAME), ("t", Channel.TOOL_ARGUMENT)))
    ]
    run_without_end(guard, fields)
    left = [[release.key for release in guard.push(Closed(key=one.key))] for one in fields]
    assert left == [[], ["0/n", "0/t"], [], ["1/n", "1/t"]]


def test_a_rule_that_breaks_on_the_way_fails_as_it_is_declared() -> None:
    broken = rule("broken", when="segment.role > 3")
    guard = guard_of(NAME, broken)
    guard.push(opened())
    assert guard.decision.action is Action.DENY
    assert guard.decision.degraded
