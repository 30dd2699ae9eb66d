"""The same policy says the same of the same text in the same place: whole, streamed, in a task, over every protocol."""

import asyncio
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.guard_world import bundle, event, rule
from guard.matrix.fields import FIELDS
from guard.matrix.samples import STATE
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.policy.model import Buffer, Holdback, Observe, Route
from roadworthy.guard.rails.exfiltration.rail import ExfiltrationSettings
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.rails.prompt_leak import PromptLeakSettings
from roadworthy.guard.rails.secrets import SecretsSettings
from roadworthy.guard.segment import Channel, Role, Stage
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.verdict import Action, EditKind

MODES = [Buffer(), Holdback(chars=8), Holdback(chars=40, boundary="word"), Observe()]
texts = (
    st.lists(
        st.sampled_from(
            [
                "Hello ",
                "the pass",
                "word is here ",
                "password ",
                "REF 1234 ",
                "REF 12",
                "ünï ",
                "a\u200bb ",
                "\n",
                "📎 ",
                "sk-ant-api03-" + "aB3dE6gH9j" * 5 + " ",
                "![x](https://evil.example/a.png?d=x) ",
                "kestrel-4417-quartz ",
                "forbidden ",
                "forb",
                "idden",
            ]
        ),
        min_size=1,
        max_size=8,
    )
    .map("".join)
    .filter(str.strip)
)


@cache
def compiled(mode):
    return bundle(
        rule("reference", rail=PatternSettings(patterns=("ref [0-9]{4}",), reach=8), action=Action.TRANSFORM),
        rule("password", rail=PatternSettings(patterns=("password",), reach=8), action=Action.QUARANTINE),
        rule("forbidden", rail=PatternSettings(patterns=("forbidden",), reach=9)),
        rule("secret", rail=SecretsSettings(), action=Action.TRANSFORM),
        rule("leak", rail=PromptLeakSettings(), action=Action.ESCALATE),
        rule("link", rail=ExfiltrationSettings(), action=Action.TRANSFORM),
        routes=(Route(name="*", streaming=mode),),
    )


def bare(decision):
    """What was decided, without where in the message, at which cost and under which number a stub is kept."""
    said = (
        (one.rule, one.action.rank, one.kinds, one.spans, tuple(map(_edit, one.edits)), one.reason)
        for one in decision.verdicts
    )
    return decision.action, bool(decision.message), sorted(said)


def _edit(edit):
    return edit.span, edit.kind.value, "" if edit.kind is EditKind.QUARANTINE else edit.replacement


def whole(field, text, mode):
    decoded = field.codec().decode(field.make(text))
    return enforce(compiled(mode), event(*(one for one in decoded.segments if one.text == text)), STATE)


def streamed(field, text, mode, *, cuts=()):
    guard, codec, data = StreamGuard(compiled(mode), event(), STATE), field.codec(), field.make(text)
    edges = [0, *sorted({cut % len(data) for cut in cuts}), len(data)]
    pieces = [piece for start, end in pairwise(edges) for piece in codec.feed(data[start:end])]
    for piece in [*pieces, *codec.end()]:
        guard.push(piece)
    guard.finish()
    return guard


def of_place(form):
    """The model's answer in every protocol; where it comes in parts, by those."""
    names = {"openai.responses": "event text delta"} if form == "streamed" else {}
    found = [one for one in FIELDS if one.form == form and one.channel is Channel.TEXT]
    return [one for one in found if one.name in {names.get(one.protocol, "answer text"), "result"}]


def spot(field):
    segment = next(one for one in field.codec().decode(field.make("Hello")).segments if one.text == "Hello")
    return segment.stage, segment.role, segment.channel, segment.source.kind


@settings(max_examples=40)
@given(texts)
def test_every_protocol_says_the_same_of_a_whole_answer(text):
    said = [bare(whole(field, text, MODES[0])) for field in of_place("whole")]

    assert len(said) == 4
    assert all(one == said[0] for one in said)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: f"{mode.kind}-{getattr(mode, 'chars', '')}")
@settings(max_examples=12)
@given(text=texts, cuts=st.lists(st.integers(0, 10_000), max_size=5))
def test_a_stream_is_judged_as_the_whole_answer_is(mode, text, cuts):
    wanted = whole(of_place("whole")[0], text, mode)

    streams = of_place("streamed")
    assert len(streams) == 4
    for field in streams:
        guard = streamed(field, text, mode, cuts=cuts)
        assert guard.decision.action.stops is wanted.action.stops
        if not wanted.stops:
            assert bare(guard.decision) == bare(wanted)
        else:
            assert {one.rule for one in guard.decision.verdicts} <= {one.rule for one in wanted.verdicts}
            assert guard.decision.policy == wanted.policy


@settings(max_examples=20)
@given(st.lists(texts, min_size=1, max_size=4))
def test_tasks_side_by_side_say_what_one_after_the_other_say(several):
    field = of_place("whole")[0]

    async def judged():
        return await asyncio.gather(*(asyncio.to_thread(whole, field, text, MODES[0]) for text in several))

    assert [replace(one, cost_us=0) for one in asyncio.run(judged())] == [
        replace(whole(field, text, MODES[0]), cost_us=0) for text in several
    ]


@pytest.mark.parametrize(
    ("names", "place"),
    [
        ({"answer text", "result"}, (Stage.OUTPUT, Role.ASSISTANT, Channel.TEXT)),
        ({"request user text", "arguments", "request input"}, (Stage.INPUT, Role.USER, Channel.TEXT)),
        (
            {"request tool result", "server result content", "tool result"},
            (Stage.TOOL_RESULT, Role.TOOL, Channel.TOOL_RESULT),
        ),
    ],
)
def test_the_same_place_has_the_same_name_in_every_protocol(names, place):
    found = [one for one in FIELDS if one.form == "whole" and one.name in names and one.name != "tool result"]

    assert len({one.protocol for one in found}) >= 3
    assert {spot(one)[:3] for one in found} == {place}
    assert len({spot(one)[3] for one in found}) == 1


@settings(max_examples=30)
@given(texts)
def test_arguments_of_a_call_are_judged_alike_in_every_protocol(text):
    fields = [one for one in FIELDS if one.channel is Channel.TOOL_ARGUMENT and one.name.endswith("tool arguments")]
    said = []
    for field in fields:
        if field.form == "whole":
            segments = [one for one in field.codec().decode(field.make(text)).segments if one.channel is field.channel]
            said.append(bare(enforce(compiled(MODES[0]), event(*segments), STATE))[0])
        else:
            said.append(streamed(field, text, MODES[0]).decision.action)

    assert len(said) >= 7
    assert len(set(said)) == 1
