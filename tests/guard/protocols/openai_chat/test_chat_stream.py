import json

import pytest

from fakes.codecs import MESSAGE, Releasing, denial
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.openai_chat.stream import ChatStream
from roadworthy.guard.stream.model import Closed, Foreign, Released, Text


def chunk(delta=None, *, index=0, reason=None, **more):
    choice = {"index": index, "delta": delta or {}, "finish_reason": reason}
    return f"data: {json.dumps({'choices': [choice], **more})}\n\n".encode()


def call(index, **function):
    return chunk({"tool_calls": [{"index": index, "id": f"c{index}", "type": "function", "function": function}]})


DONE = b"data: [DONE]\n\n"


def test_choices_and_calls_that_interleave_are_fields_of_their_own():
    stream = (
        chunk({"content": "a"})
        + chunk({"content": "b"}, index=1)
        + call(0, name="f", arguments="{")
        + call(1, name="g", arguments="[")
        + call(0, arguments="}")
        + chunk({"content": "c"})
        + chunk(reason="tool_calls")
        + chunk(index=1, reason="stop")
        + DONE
    )

    releasing = Releasing(ChatStream(), at_once=True).feed(stream).end()

    assert releasing.left == stream
    assert releasing.texts == {
        "choices/0/content": "ac",
        "choices/1/content": "b",
        "choices/0/tool_calls/0/name": "f",
        "choices/0/tool_calls/0/arguments": "{}",
        "choices/0/tool_calls/1/name": "g",
        "choices/0/tool_calls/1/arguments": "[",
    }
    assert releasing.segments["choices/0/tool_calls/0/arguments"].tool == "f"
    assert releasing.segments["choices/0/tool_calls/1/arguments"].call == "c1"


def test_a_call_leaves_only_when_its_name_and_all_of_its_arguments_are_released():
    codec = ChatStream()
    codec.feed(call(0, name="f", arguments="{") + call(0, arguments="}") + chunk(reason="tool_calls"))
    base = "choices/0/tool_calls/0"

    first = codec.emit([Released(key=f"{base}/name", text="f", consumed=1, closes=True)])
    second = codec.emit([Released(key=f"{base}/arguments", text="{", consumed=1)])
    third = codec.emit([Released(key=f"{base}/arguments", text="}", consumed=1, closes=True)])

    assert first == second == b""
    assert third.count(b"data:") == 3


def test_a_stop_in_a_call_leaves_nothing_of_it_and_ends_every_choice():
    stream = (
        chunk({"role": "assistant", "content": "Hi"})
        + chunk({"content": "x"}, index=1)
        + call(0, name="rm", arguments="-r")
    )
    releasing = Releasing(ChatStream(), at_once=True).feed(stream)

    left = (releasing.left + releasing.codec.stop(denial())).decode()

    assert "rm" not in left
    assert left.count('"finish_reason":"content_filter"') == 2
    assert left.count(json.dumps(f"\n\n{MESSAGE}")) == 2
    assert left.endswith("data: [DONE]\n\n")


def test_a_stop_shows_what_was_released_of_the_event_that_waits():
    codec = ChatStream()
    codec.feed(chunk({"content": "Hello secret"}))

    left = codec.emit([Released(key="choices/0/content", text="Hello ", consumed=6)])
    left += codec.stop(denial())

    assert b'"Hello "' in left
    assert b"secret" not in left


def test_a_replacement_over_several_chunks_goes_into_the_first():
    pieces = ["Call 030", " 12", "34 now"]
    releasing = Releasing(ChatStream(), edit=lambda text: text.replace("030 1234", "[PHONE]"))
    releasing.feed(b"".join(chunk({"content": one}) for one in pieces) + chunk(reason="stop") + DONE)

    said = [json.loads(line[6:])["choices"][0] for line in releasing.left.decode().split("\n\n")[:-2]]

    assert [one["delta"].get("content") for one in said] == ["Call [PHONE]", "", " now", None]


def test_padding_and_probabilities_go_with_a_changed_text_and_stay_elsewhere():
    def tokens(token):
        return {"content": [{"token": token, "bytes": None, "logprob": -1, "top_logprobs": []}]}

    events = [
        {"index": 0, "delta": {"content": one}, "logprobs": tokens(one), "finish_reason": None} for one in ("a", "b")
    ]
    stream = b"".join(f"data: {json.dumps({'choices': [one], 'obfuscation': 'xyz'})}\n\n".encode() for one in events)

    first, second = (
        Releasing(ChatStream(), edit=lambda t: t.replace("b", "X")).feed(stream).end().left.split(b"\n\n")[:2]
    )

    assert b"xyz" in first
    assert b"obfuscation" not in second
    assert json.loads(second[6:])["choices"][0]["logprobs"] == {"content": []}


def test_thoughts_are_over_when_the_model_speaks_and_later_ones_are_flagged():
    codec = ChatStream()

    first = codec.feed(chunk({"reasoning_content": "a"}) + chunk({"content": "b"}))
    second = codec.feed(chunk({"reasoning_content": "c"}))

    assert Closed(key="choices/0/reasoning_content") in first
    assert [piece.path for piece in second if isinstance(piece, Foreign)] == ["/choices/0/delta/reasoning_content"]
    assert Text(key="choices/0/reasoning_content/2", text="c") in second


def test_sound_waits_for_what_it_says_and_falls_silent_where_that_was_changed():
    stream = (
        chunk({"audio": {"id": "a", "data": "aGVsbG8="}})
        + chunk({"audio": {"transcript": "my secret"}})
        + chunk(reason="stop")
    )
    kept = Releasing(ChatStream()).feed(stream).end()
    changed = Releasing(ChatStream(), edit=lambda text: "[GONE]").feed(stream).end()

    assert kept.left == stream
    assert b"aGVsbG8=" not in changed.left
    assert b"secret" not in changed.left


def test_an_error_in_the_middle_is_judged_and_passed_on():
    stream = (
        chunk({"content": "a"}) + b'data: {"error": {"message": "overloaded", "type": "server_error", "code": 503}}\n\n'
    )

    releasing = Releasing(ChatStream()).feed(stream).end()

    assert releasing.left == stream
    assert "overloaded" in releasing.texts.values()


@pytest.mark.parametrize(
    ("stream", "says"),
    [
        pytest.param(chunk(reason="stop") + chunk({"content": "more"}), "more text after its end", id="after finish"),
        pytest.param(DONE + chunk({"content": "more"}), "goes on after its end", id="after done"),
        pytest.param(b'data: {"object": "x"}\n\n', "/choices .* must be there", id="no choices"),
        pytest.param(chunk({"tool_calls": [{"index": -1}]}), "whole number in 0..1023", id="a call's index"),
        pytest.param(chunk({"tool_calls": [{"index": 10**9}]}), "whole number in 0..1023", id="a huge index"),
        pytest.param(chunk({"content": 7}), "/choices/0/delta/content .* must be text", id="no text"),
    ],
)
def test_a_stream_that_breaks_its_protocol_is_refused(stream, says):
    with pytest.raises(ConfigError, match=says):
        ChatStream().feed(stream)


def test_what_was_never_opened_cannot_be_released():
    with pytest.raises(ValueError, match="never opened"):
        ChatStream().emit([Released(key="choices/0/content", text="x", consumed=1)])
    codec = ChatStream()
    codec.feed(chunk({"content": "a"}))
    with pytest.raises(ValueError, match="have not come"):
        codec.emit([Released(key="choices/0/content", text="ab", consumed=2)])
