"""With every rail as it comes, over every protocol: a stream is judged as its text is when it is whole."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from fakes.railed_streams import STATE, came_of, check, random_bundle, random_text, sizes
from fakes.stream_world import begun, cut, said
from guard.matrix.field import Field
from guard.matrix.fields import FIELDS
from roadworthy.guard.segment import Channel
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.stream.model import Closed, Opened, Text

STREAMED = [one for one in FIELDS if one.form == "streamed"]


def test_streams_of_any_text_cut_anywhere_are_judged_as_the_whole_text_is() -> None:
    draw = random.Random(20_260_304)  # noqa: S311 - a seeded generator, so that a failure can be run again
    for _ in range(16):
        bundle = random_bundle(draw)
        for _ in range(10):
            texts = [random_text(draw) for _ in range(draw.choice((1, 1, 2)))]
            opened = [Opened(key=str(at), segment=said(str(at), index=at, choice=at)) for at in range(len(texts))]
            parts = [[Text(key=str(at), text=part) for part in cut(text, sizes(draw))] for at, text in enumerate(texts)]
            mixed = _mixed(draw, parts)
            ends = [Closed(key=one.key) for one in opened]
            came = came_of(StreamGuard(bundle, begun(), STATE), [*opened, *mixed, *ends])
            check(bundle, came, texts=texts)


def _mixed(draw: random.Random, lanes: list[list[Text]]) -> list[Text]:
    waiting = [lane[::-1] for lane in lanes if lane]
    mixed = []
    while waiting:
        lane = draw.choice(waiting)
        mixed.append(lane.pop())
        waiting = [one for one in waiting if one]
    return mixed


@pytest.mark.parametrize("field", STREAMED, ids=lambda field: field.id)
def test_streams_of_a_protocol_cut_at_any_byte_are_judged_as_the_whole_text_is(field: Field) -> None:
    draw = random.Random(field.id)  # noqa: S311 - a seeded generator, so that a failure can be run again
    bundles = [random_bundle(draw) for _ in range(2)]
    for _ in range(8):
        bundle, codec = draw.choice(bundles), field.codec()
        text = random_text(draw) or "Hello"
        data = field.make(text)
        edges = [0, *sorted(draw.sample(range(len(data)), min(len(data), draw.choice((0, 3, 20))))), len(data)]
        pieces = [piece for start, end in pairwise(edges) for piece in codec.feed(data[start:end])]
        came = came_of(StreamGuard(bundle, begun(), STATE), [*pieces, *codec.end()])
        check(bundle, came)
        if came.decision.stops and field.channel in (Channel.TOOL_ARGUMENT, Channel.TOOL_NAME):
            assert not any(one.channel is field.channel and came.left.get(one.index) for one in came.fields)
