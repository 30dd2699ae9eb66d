import json

import pytest

from fakes.codecs import MESSAGE, Releasing, denial
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.openai_responses.request import ResponsesRequest
from roadworthy.guard.protocols.openai_responses.response import ResponsesResponse
from roadworthy.guard.protocols.openai_responses.stream import ResponsesStream


def events(*several):
    numbered = ({**event, "sequence_number": number} for number, event in enumerate(several))
    return b"".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode() for one in numbered)


def read(data):
    return [json.loads(part.split(b"data: ", 1)[1]) for part in data.split(b"\n\n") if part]


RESPONSE = {"id": "resp_1", "object": "response", "output": [], "instructions": "be kind"}
AT = {"item_id": "m", "output_index": 0, "content_index": 0}
ITEM = {"id": "m", "type": "message", "role": "assistant", "status": "in_progress", "content": []}


def message(*deltas, text=None):
    text = "".join(deltas) if text is None else text
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    done = {**ITEM, "status": "completed", "content": [part]}
    return [
        {"type": "response.created", "response": RESPONSE},
        {"type": "response.in_progress", "response": RESPONSE},
        {"type": "response.output_item.added", "output_index": 0, "item": ITEM},
        {"type": "response.content_part.added", **AT, "part": {**part, "text": ""}},
        *({"type": "response.output_text.delta", **AT, "delta": one, "logprobs": []} for one in deltas),
        {"type": "response.output_text.done", **AT, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **AT, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": done},
        {"type": "response.completed", "response": {**RESPONSE, "output": [done]}},
    ]


@pytest.mark.parametrize(
    ("members", "path"),
    [
        pytest.param({"previous_response_id": "resp_0"}, "/previous_response_id", id="an earlier response"),
        pytest.param({"conversation": {"id": "conv_1"}}, "/conversation", id="a conversation"),
        pytest.param({"prompt": {"id": "pmpt_1"}}, "/prompt", id="a prompt"),
        pytest.param({"background": True}, "/background", id="an answer for later"),
        pytest.param({"input": [{"type": "item_reference", "id": "x"}]}, "/input/0", id="an item by its id"),
        pytest.param({"input": [{"id": "x"}]}, "/input/0", id="an item by its id alone"),
        pytest.param({"input": [{"type": "hologram"}]}, "/input/0", id="an item"),
        pytest.param({"guardrails": []}, "/guardrails", id="guardrails that the client names"),
    ],
)
def test_what_nobody_here_has_seen_is_told(members, path):
    decoded = ResponsesRequest().decode({"input": "x", **members})

    assert [one.path for one in decoded.unknown] == [path]


def test_what_a_tool_gave_back_is_the_tools_and_not_the_users():
    items = [
        {"type": "function_call", "call_id": "c1", "name": "lookup", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "found"},
        {"type": "file_search_call", "id": "f", "queries": ["q"], "results": [{"filename": "a.pdf", "text": "chunk"}]},
    ]

    found = {one.text: one for one in ResponsesRequest().decode({"input": items}).segments}

    assert (found["found"].source.kind.value, found["found"].source.name) == ("tool", "lookup")
    assert (found["found"].stage.value, found["found"].role.value) == ("tool_result", "tool")
    assert (found["{}"].labels, found["{}"].stage.value) == (("history",), "input")
    assert (found["chunk"].stage.value, found["chunk"].source.name) == ("retrieval", "a.pdf")


def test_what_an_answer_repeats_of_its_request_is_judged_as_there():
    body = {"output": [], "instructions": "be kind", "tools": [{"type": "function", "name": "f", "description": "d"}]}

    found = {one.path: one for one in ResponsesResponse().decode(body).segments}

    assert (found["/instructions"].stage.value, found["/instructions"].role.value) == ("input", "system")
    assert found["/tools/0/description"].source.kind.value == "server"


def test_all_copies_of_a_text_change_and_numbers_go_up():
    stream = events(*message("My number is 030", " 1234", " ok"))

    releasing = Releasing(ResponsesStream(), edit=lambda text: text.replace("030 1234", "[PHONE]")).feed(stream).end()

    said = read(releasing.left)
    assert json.dumps(said).count("[PHONE]") == 5
    assert "1234" not in json.dumps(said)
    assert [one["sequence_number"] for one in said] == list(range(len(said)))
    assert list(releasing.texts.values()).count("My number is 030 1234 ok") == 1


def test_words_that_are_put_in_at_the_end_are_an_event_of_their_own():
    codec = ResponsesStream()
    releasing = Releasing(codec, at_once=True).feed(events(*message("Hi")[:5]))
    key = "response/output/0/content/0/text"

    codec.feed(b"".join(events(*message("Hi")).partition(b"event: response.output_text.done")[1:]))
    left = releasing.left + codec.emit([_closing(key, " (by a machine)")]) + codec.finish()

    said = read(left)
    assert [one["delta"] for one in said if one["type"].endswith("delta")] == ["Hi", " (by a machine)"]
    assert said[-1]["response"]["output"][0]["content"][0]["text"] == "Hi (by a machine)"
    numbers = [one["sequence_number"] for one in said]
    assert numbers == sorted(set(numbers))


def _closing(key, text):
    from roadworthy.guard.stream.model import Released

    return Released(key=key, text=text, consumed=0, closes=True)


def test_a_last_word_that_differs_from_what_came_is_judged_itself():
    stream = events(*message("fine", text="secret"))

    releasing = Releasing(ResponsesStream(), edit=lambda text: text.replace("secret", "[GONE]")).feed(stream).end()

    assert "secret" in releasing.texts.values()
    assert b"secret" not in releasing.left


def test_what_every_event_repeats_is_judged_once():
    releasing = (
        Releasing(ResponsesStream(), edit=lambda text: text.replace("kind", "[X]")).feed(events(*message("a"))).end()
    )

    assert list(releasing.texts.values()).count("be kind") == 1
    assert releasing.left.count(b"be [X]") == 3
    assert b"kind" not in releasing.left


def test_a_call_leaves_with_its_name_once_its_arguments_are_whole():
    item = {"id": "f", "type": "function_call", "call_id": "c", "name": "rm", "arguments": ""}
    at = {"item_id": "f", "output_index": 0}
    first = events(
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.function_call_arguments.delta", **at, "delta": "-r"},
    )
    releasing = Releasing(ResponsesStream(), at_once=True).feed(first)
    before = releasing.left

    last = events(
        {"type": "response.function_call_arguments.done", **at, "arguments": "-r"},
        {"type": "response.output_item.done", "output_index": 0, "item": {**item, "arguments": "-r"}},
    )
    assert before == b""
    assert releasing.feed(last).left == first + last
    assert (releasing.segments["response/output/0/arguments"].tool) == "rm"


def test_a_stop_ends_what_is_open_and_refuses_with_the_users_words():
    releasing = Releasing(ResponsesStream(), at_once=True).feed(events(*message("Hello", " you")[:5]))

    said = read(releasing.left + releasing.codec.stop(denial()))

    kinds = [one["type"].removeprefix("response.") for one in said]
    assert kinds[5:] == [
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "output_item.added",
        "content_part.added",
        "refusal.delta",
        "refusal.done",
        "content_part.done",
        "output_item.done",
        "incomplete",
    ]
    response = said[-1]["response"]
    assert (response["id"], response["incomplete_details"]) == ("resp_1", {"reason": "content_filter"})
    assert response["output"][0]["content"][0]["text"] == "Hello"
    assert response["output"][1]["content"] == [{"type": "refusal", "refusal": MESSAGE}]
    assert [one["sequence_number"] for one in said] == list(range(len(said)))


@pytest.mark.parametrize(
    ("several", "says"),
    [
        pytest.param([*message("a"), message("a")[0]], "goes on after its end", id="after completed"),
        pytest.param([*message("a")[:6], message("a")[4]], "more text after its end", id="after done"),
        pytest.param([message("a")[2]] * 2, "no other item's", id="an index twice"),
        pytest.param([{**message("a")[4], "output_index": -1}], "whole number", id="an index below 0"),
        pytest.param([{**message("a")[4], "content_index": "0"}], "whole number", id="an index that is text"),
        pytest.param([{**message("a")[4], "delta": None}], "/delta .* must be there", id="no text"),
    ],
)
def test_a_stream_that_breaks_its_protocol_is_refused(several, says):
    with pytest.raises(ConfigError, match=says):
        ResponsesStream().feed(events(*several))


def test_an_event_of_a_new_type_is_told_and_can_be_left_out():
    stream = events(message("a")[0], {"type": "response.hologram.delta", "delta": "x"}, message("a")[1])

    kept = Releasing(ResponsesStream()).feed(stream).end()
    stripped = Releasing(ResponsesStream(), strip=True).feed(stream).end()

    assert kept.foreign == ["response.hologram.delta"]
    assert kept.left == stream
    assert [one["type"] for one in read(stripped.left)] == ["response.created", "response.in_progress"]
