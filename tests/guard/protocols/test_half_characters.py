"""Servers that cut a character between two events: what is judged is whole, and no half of one leaves."""

import json

import pytest

from fakes.codecs import Releasing
from roadworthy.guard.protocols.anthropic.stream import AnthropicStream
from roadworthy.guard.protocols.half import whole_characters
from roadworthy.guard.protocols.openai_chat.stream import ChatStream
from roadworthy.guard.protocols.openai_responses.stream import ResponsesStream
from roadworthy.guard.protocols.sse import EventReader

HALVES = ["Hi \ud83d", "\ude00", " the\ud83d", "\ud83d\ude00 end\ud83d"]


def chat(parts):
    events = [{"choices": [{"index": 0, "delta": {"content": one}, "finish_reason": None}]} for one in parts]
    return [*events, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}]


def responses(parts):
    at = {"item_id": "m", "output_index": 0, "content_index": 0}
    return [{"type": "response.output_text.delta", **at, "delta": one} for one in parts]


def anthropic(parts):
    deltas = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": one}} for one in parts
    ]
    start = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": []}
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    return [{"type": "message_start", "message": start}, block, *deltas, {"type": "content_block_stop", "index": 0}]


CASES = [(ChatStream, chat), (ResponsesStream, responses), (AnthropicStream, anthropic)]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(("codec", "make"), CASES)
def test_half_a_character_waits_for_the_other_half(codec, make, at_once):
    stream = b"".join(f"data: {json.dumps(one)}\n\n".encode() for one in make(HALVES))

    releasing = Releasing(codec(), at_once=at_once).feed(stream).end()

    assert "Hi \U0001f600 the\ufffd\U0001f600 end" in releasing.texts.values()
    reader = EventReader()
    for event in (*reader.feed(releasing.left), *reader.end()):
        json.dumps(json.loads(event.data), ensure_ascii=False).encode()
    again = Releasing(codec()).feed(releasing.left).end()
    assert list(again.texts.values()) == list(releasing.texts.values())


def test_arguments_whose_character_was_cut_are_judged_whole():
    parts = ['{"a": "\ud83d', '\ude00"}']
    deltas = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": one}}
        for one in parts
    ]
    start = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": []}
    block = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
    events = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": block},
        *deltas,
        {"type": "content_block_stop", "index": 0},
    ]
    stream = b"".join(f"data: {json.dumps(one)}\n\n".encode() for one in events)

    releasing = Releasing(AnthropicStream()).feed(stream).end()

    assert releasing.texts["content/0/input"] == '{"a": "\U0001f600"}'


def test_halves_that_never_meet_stand_for_nothing():
    assert whole_characters("", "\ude00 x") == ("\ufffd x", "")
    assert whole_characters("\ud83d", "x") == ("\ufffdx", "")
    assert whole_characters("\ud83d", "") == ("", "\ud83d")
