import pytest

from fakes.codecs import denial
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.openai_chat.request import ChatRequest
from roadworthy.guard.protocols.openai_chat.response import ChatResponse
from roadworthy.guard.protocols.openai_values import refusal_error

CALL = {"id": "call_1", "type": "function", "function": {"name": "lookup", "arguments": '{"a": 1}'}}


def test_each_field_has_its_speaker_its_source_and_its_stage():
    body = {
        "model": "m",
        "messages": [
            {"role": "system", "content": "a"},
            {"role": "developer", "content": "b"},
            {"role": "user", "content": [{"type": "text", "text": "c"}], "name": "d"},
            {"role": "assistant", "content": "e", "reasoning_content": "f", "tool_calls": [CALL]},
            {"role": "tool", "tool_call_id": "call_1", "content": "g"},
        ],
        "tools": [{"type": "function", "function": {"name": "lookup", "description": "h"}}],
        "user": "i",
    }

    found = [
        (
            one.text,
            one.stage.value,
            one.role.value,
            one.channel.value,
            one.source.kind.value,
            one.source.name,
            one.labels,
        )
        for one in ChatRequest().decode(body).segments
    ]

    assert found == [
        ("a", "input", "system", "text", "operator", "", ()),
        ("b", "input", "developer", "text", "operator", "", ()),
        ("c", "input", "user", "text", "user", "", ()),
        ("d", "input", "user", "structured_field", "user", "", ()),
        ("e", "input", "assistant", "text", "model", "", ("history",)),
        ("f", "input", "assistant", "reasoning", "model", "", ("history",)),
        ("lookup", "input", "assistant", "tool_name", "model", "", ("history",)),
        ('{"a": 1}', "input", "assistant", "tool_argument", "model", "", ("history",)),
        ("g", "tool_result", "tool", "tool_result", "tool", "lookup", ()),
        ("lookup", "input", "developer", "structured_field", "server", "lookup", ()),
        ("h", "input", "developer", "structured_field", "server", "lookup", ()),
        ("i", "input", "user", "structured_field", "unknown", "", ()),
    ]


def test_a_call_in_an_answer_is_judged_as_a_call_of_its_choice_and_tool():
    body = {"choices": [{"index": 3, "message": {"role": "assistant", "content": None, "tool_calls": [CALL]}}]}

    name, arguments = ChatResponse().decode(body).segments

    assert (name.stage.value, name.channel.value, name.choice) == ("tool_call", "tool_name", 3)
    assert (arguments.channel.value, arguments.call, arguments.tool) == ("tool_argument", "call_1", "lookup")


@pytest.mark.parametrize(
    ("members", "paths"),
    [
        pytest.param({"guardrails": ["mine"]}, ["/guardrails"], id="guardrails that the client names"),
        pytest.param({"messages": [{"role": "wizard", "content": "x"}]}, ["/messages/0"], id="a role"),
        pytest.param(
            {"messages": [{"role": "user", "content": [{"type": "video"}]}]}, ["/messages/0/content/0"], id="part"
        ),
        pytest.param({"tools": [{"type": "teleport"}]}, ["/tools/0"], id="a tool"),
        pytest.param({"user": None, "x/y~z": None}, ["/x~1y~0z"], id="a name with a slash"),
    ],
)
def test_what_is_not_known_is_told_with_its_path(members, paths):
    decoded = ChatRequest().decode({"messages": [], **members})

    assert [one.path for one in decoded.unknown] == paths


def test_an_image_within_the_message_is_judged_by_its_head_and_a_text_within_it_whole():
    urls = [
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/png;base64,aGVsbG8=",
        "data:image/png;base64,<not base64>",
        "data:text/plain,hello",
    ]
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in urls]

    found = ChatRequest().decode({"messages": [{"role": "user", "content": parts}]}).segments

    assert [one.text for one in found] == ["data:image/png;base64,", "hello", *urls[2:]]
    assert [one.channel.value for one in found] == ["image_reference", "text", "image_reference", "image_reference"]


def test_names_in_a_schema_are_judged_and_can_be_renamed():
    schema = {"properties": {"api_key_sk123": {"type": "string"}}}
    body = {"messages": [], "functions": [{"name": "f", "parameters": schema}]}
    path = "/functions/0/parameters"
    names = next(one.text for one in ChatRequest().decode(body).segments if one.path == path)

    renamed = ChatRequest().encode(body, {path: names.replace("api_key_sk123", "[KEY]")})
    emptied = ChatRequest().encode(body, {path: "[QUARANTINED]"})

    assert renamed["functions"][0]["parameters"] == {"properties": {"[KEY]": {"type": "string"}}}
    assert emptied["functions"][0]["parameters"] == {}


def test_a_long_number_in_a_schema_is_judged_and_can_be_redacted():
    body = {"messages": [], "metadata": {"card": 4111111111111111, "n": 17}}

    edited = ChatRequest().encode(body, {"/metadata/card": "[CARD]"})

    assert edited["metadata"] == {"card": "[CARD]", "n": 17}


def test_what_repeats_a_changed_text_goes_with_it():
    said = "Call me on 030 1234567 today"
    token = {"token": said, "bytes": None, "logprob": -1.0, "top_logprobs": []}
    links = [
        {"type": "url_citation", "url_citation": {"start_index": 0, "end_index": end, "title": "t", "url": "u"}}
        for end in (4, 25)
    ]
    message = {
        "role": "assistant",
        "content": said,
        "annotations": links,
        "audio": {"id": "a", "data": "aGVsbG8=", "expires_at": 1, "transcript": said},
    }
    body = {"choices": [{"index": 0, "message": message, "logprobs": {"content": [token], "refusal": None}}]}
    new = "Call me on [PHONE] today"

    edited = ChatResponse().encode(
        body, {"/choices/0/message/content": new, "/choices/0/message/audio/transcript": new}
    )

    choice = edited["choices"][0]
    assert choice["logprobs"]["content"] == []
    assert choice["message"]["annotations"] == links[:1]
    assert choice["message"]["audio"] == {"id": "a", "data": "", "expires_at": 1, "transcript": new}


def test_tokens_that_do_not_repeat_the_text_are_judged_themselves():
    token = {"token": "secret", "bytes": None, "logprob": -1.0, "top_logprobs": []}
    choice = {"index": 0, "message": {"content": "fine"}, "logprobs": {"content": [token]}}

    texts = {one.path: one.text for one in ChatResponse().decode({"choices": [choice]}).segments}

    assert texts["/choices/0/logprobs/content"] == "secret"


@pytest.mark.parametrize("index", [-1, 128, 10**30, True, "0", 1.0, None])
def test_an_index_that_is_none_is_refused(index):
    with pytest.raises(ConfigError, match=r"/choices/0/index .* whole number in 0..127"):
        ChatResponse().decode({"choices": [{"index": index, "message": {}}]})


def test_two_choices_of_one_index_are_refused():
    choices = [{"index": 0, "message": {"content": "a"}}, {"index": 0, "message": {"content": "b"}}]

    with pytest.raises(ConfigError, match=r"/choices/1/index .* no other choice's"):
        ChatResponse().decode({"choices": choices})


def test_half_of_a_surrogate_pair_is_refused():
    with pytest.raises(ConfigError, match="half of a surrogate pair"):
        ChatRequest().decode({"messages": [{"role": "user", "content": "\ud83d"}]})


def test_a_very_large_message_is_read_or_refused_in_one_go():
    messages = [{"role": "user", "content": "x"}] * 20_000

    assert len(ChatRequest().decode({"messages": messages}).segments) == 20_000
    with pytest.raises(ConfigError, match="more than 500,000 values"):
        ChatRequest().decode({"messages": messages * 9})


def test_an_error_in_place_of_an_answer_is_judged():
    body = {"error": {"message": "prompt was: x", "type": "server_error", "code": 500, "param": None}}

    (found,) = ChatResponse().decode(body).segments

    assert (found.path, found.source.kind.value) == ("/error/message", "server")


def test_the_usage_and_what_is_asked_for_are_told():
    asked = ChatRequest().decode({"messages": [], "max_tokens": 5, "max_completion_tokens": 7, "n": 3, "stream": True})
    used = ChatResponse().decode({"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 9}})

    assert (asked.usage.output_tokens, asked.streamed) == (21, True)
    assert (used.usage.input_tokens, used.usage.output_tokens) == (4, 9)


def test_a_block_keeps_the_id_and_the_usage_of_the_answer_and_none_of_its_text():
    usage = {"prompt_tokens": 4, "completion_tokens": 9}
    body = {"id": "chatcmpl-9", "created": 17, "model": "m", "choices": [], "usage": usage, "system_fingerprint": "x"}

    answer = ChatResponse().blocked(body, denial("No."))

    assert (answer["id"], answer["created"], answer["usage"]["total_tokens"]) == ("chatcmpl-9", 17, 13)
    assert answer["choices"][0]["finish_reason"] == "content_filter"
    assert answer["choices"][0]["message"]["content"] == "No."


def test_a_refusal_over_http_has_the_users_message():
    refusal = refusal_error(denial("No."))

    assert (refusal.status, refusal.body["error"]["message"]) == (400, "No.")
