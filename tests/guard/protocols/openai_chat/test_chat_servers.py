"""What servers of chat completions send beyond the API's own: known where it is harmless, judged where it is text."""

import json

import pytest

from fakes.codecs import Releasing
from roadworthy.guard.protocols.openai_chat.request import ChatRequest
from roadworthy.guard.protocols.openai_chat.response import ChatResponse
from roadworthy.guard.protocols.openai_chat.stream import ChatStream

SAFE = {"hate": {"filtered": False, "severity": "safe"}, "jailbreak": {"filtered": False, "detected": False}}
USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "prompt_tokens_details": None, "cost": 0.1, "is_byok": False}


def chunk(delta=None, *, reason=None, choice=None, **more):
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    one = {"index": 0, "delta": {} if delta is None else delta, "finish_reason": reason, **(choice or {})}
    return {**head, "choices": [one], **more}


def sent(*chunks):
    return b"".join(f"data: {json.dumps(one)}\n\n".encode() for one in chunks) + b"data: [DONE]\n\n"


END = chunk(reason="stop")
SERVERS = {
    "usage in every chunk": [chunk({"content": "Hello"}, usage=USAGE), chunk({"content": " you"}, usage=USAGE), END],
    "a role in every chunk": [chunk({"role": "assistant", "content": w}) for w in ("Hello", " you")] + [END],
    "filters of prompts and answers": [
        {"id": "", "object": "", "model": "", "created": 0, "choices": [], "prompt_filter_results": [
            {"prompt_index": 0, "content_filter_results": SAFE}
        ]},
        chunk({"content": "Hello"}, choice={"content_filter_results": {}}),
        chunk(
            {"content": " you"},
            choice={"content_filter_results": SAFE, "content_filter_offsets": {"start_offset": 1}},
        ),
        END,
    ],
    "members that are null": [
        chunk(
            {
                "role": "assistant", "content": "Hello", "tool_calls": None, "function_call": None, "refusal": None,
                "audio": None, "reasoning_content": None, "name": None, "provider_specific_fields": None,
            },
            choice={"logprobs": None, "stop_reason": None, "token_ids": None},
            usage=None, system_fingerprint=None, service_tier=None, citations=None, prompt_token_ids=None,
        ),
        chunk({"content": " you", "tool_calls": []}),
        END,
    ],
    "an empty reason to finish": [chunk({"content": w}, reason="") for w in ("Hello", " you")] + [END],
    "members of routers": [
        chunk({"content": "Hello"}, provider="Some-Provider", choice={"native_finish_reason": None}, cost=0.2),
        chunk({"content": " you", "reasoning_details": []}, x_groq={"id": "req_1"}, timings={"predicted_ms": 7.5}),
        chunk(reason="stop", choice={"native_finish_reason": "STOP"}, x_groq={"id": "r", "usage": {"queue_time": 0.1}}),
    ],
    "an empty delta, and none": [chunk({"content": "Hello"}), chunk({}), {**chunk(), "choices": [{"index": 0}]},
                                 chunk({"content": " you"}), END],
    "usage alone": [chunk({"content": "Hello you"}), END, {"id": "c", "choices": [], "usage": USAGE},
                    {"id": "c", "usage": USAGE}],
    "a text beside the delta": [chunk({"content": "Hello you"}, choice={"text": "Hello you", "seed": 7}), END],
}  # fmt: skip


@pytest.mark.parametrize("chunks", SERVERS.values(), ids=SERVERS)
def test_what_widely_used_servers_stream_is_known_and_leaves_as_it_came(chunks):
    releasing = Releasing(ChatStream()).feed(sent(*chunks)).end()

    assert releasing.left == sent(*chunks)
    assert not releasing.foreign
    assert releasing.texts.pop("choices/0/content") == "Hello you"
    assert set(releasing.texts.values()) <= {"", "Hello you"}


@pytest.mark.parametrize("member", ["reasoning", "reasoning_content"])
def test_what_a_model_thought_is_judged_as_reasoning(member):
    stream = sent(chunk({member: "it "}), chunk({member: "may"}), chunk({"content": "Yes"}), END)

    releasing = Releasing(ChatStream()).feed(stream).end()

    assert releasing.texts[f"choices/0/{member}"] == "it may"
    assert releasing.segments[f"choices/0/{member}"].channel.value == "reasoning"


def test_details_of_reasoning_are_one_text_however_they_are_cut():
    parts = [{"type": "reasoning.text", "text": one, "format": "x-v1", "index": 0} for one in ("REF 12", "34")]
    releasing = Releasing(ChatStream(), edit=lambda text: text.replace("REF 1234", "[REF]"))

    left = releasing.feed(sent(*(chunk({"reasoning_details": [one]}) for one in parts), END)).end().left

    assert releasing.texts["choices/0/reasoning_details"] == "REF 1234"
    assert b"[REF]" in left
    assert b"34" not in left


def called(call, name, arguments, **more):
    return {"id": call, "type": "function", "function": {"name": name, "arguments": arguments}, **more}


def test_calls_that_a_server_does_not_number_are_judged_one_by_one():
    stream = sent(
        chunk({"tool_calls": [called("c1", "look", '{"a":1}')]}),
        chunk({"tool_calls": [called("c2", "send", "{}")]}),
        END,
    )

    releasing = Releasing(ChatStream()).feed(stream).end()

    calls = [(one.call, one.tool) for key, one in releasing.segments.items() if key.endswith("/arguments")]
    assert calls == [("c1", "look"), ("c2", "send")]
    assert sorted(releasing.texts.values()) == ["look", "send", '{"a":1}', "{}"]
    assert releasing.left == stream


def test_a_call_whose_id_comes_in_every_fragment_is_one_call():
    stream = sent(
        chunk({"tool_calls": [{"index": 0, **called("c1", "look", '{"a"')}]}),
        chunk({"tool_calls": [{"index": 0, "id": "c1", "function": {"name": None, "arguments": ":1}"}}]}),
        chunk({"tool_calls": [{"index": 0, "id": "", "function": {"arguments": " "}}]}),
        END,
    )

    releasing = Releasing(ChatStream()).feed(stream).end()

    assert releasing.texts["choices/0/tool_calls/0/arguments"] == '{"a":1} '
    assert releasing.left == stream


@pytest.mark.parametrize("streamed", [True, False])
def test_arguments_as_an_object_are_judged_as_their_json_and_stay_an_object(streamed):
    call = called("c1", "look", {"a": "REF 1234"})
    if streamed:
        edit = Releasing(ChatStream(), edit=lambda text: text.replace("REF 1234", "[REF]"))
        left = edit.feed(sent(chunk({"tool_calls": [{"index": 0, **call}]}), END)).end().left.decode()
        edited = json.loads(left.split("\n\n")[0].removeprefix("data: "))["choices"][0]["delta"]["tool_calls"][0]
    else:
        body = {"choices": [{"index": 0, "message": {"role": "assistant", "tool_calls": [call]}}]}
        path = "/choices/0/message/tool_calls/0/function/arguments"
        changed = ChatResponse().encode(body, {path: '{"a": "[REF]"}'})
        edited = changed["choices"][0]["message"]["tool_calls"][0]

    assert edited["function"]["arguments"] == {"a": "[REF]"}


@pytest.mark.parametrize(
    "answer",
    [
        {"prompt_filter_results": [{"prompt_index": 0, "content_filter_results": SAFE}], "x_groq": {"id": "req_1"}},
        {"provider": "Some-Provider", "usage": USAGE, "timings": {"predicted_n": 7}, "prompt_logprobs": None},
        {"service_tier": None, "kv_transfer_params": None, "prompt_token_ids": None, "system_fingerprint": None},
    ],
)
def test_what_widely_used_servers_answer_is_known(answer):
    message = {"role": "assistant", "content": "Hello", "tool_calls": None, "annotations": [], "reasoning": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "native_finish_reason": "stop", "logprobs": None}

    decoded = ChatResponse().decode({"choices": [choice], **answer})

    assert not decoded.unknown
    assert [one.text for one in decoded.segments] == ["Hello"]


def test_what_widely_used_servers_take_is_known():
    body = {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}]}
        ],
        "top_k": 5, "min_p": 0.1, "repetition_penalty": 1.1, "ignore_eos": True, "thinking": {"type": "enabled"},
        "provider": {"order": ["a"], "allow_fallbacks": False}, "reasoning": {"effort": "low"},
        "usage": {"include": True},
        "guided_json": {"type": "object"}, "chat_template_kwargs": {"enable_thinking": False}, "cache_prompt": True,
        "stream_options": {"include_usage": True, "continuous_usage_stats": True},
    }  # fmt: skip

    assert not ChatRequest().decode(body).unknown


@pytest.mark.parametrize("member", ["guardrails", "data_sources", "plugins", "extra_body", "mcp_servers", "documents"])
def test_what_works_out_of_sight_or_weakens_the_guard_stays_unknown(member):
    decoded = ChatRequest().decode({"messages": [], member: [{"a": 1}]})

    assert [one.path for one in decoded.unknown] == [f"/{member}"]


@pytest.mark.parametrize("said", ["new", {"a": "new"}, ["new"], 7])
def test_a_member_that_is_only_known_empty_is_unknown_where_it_says_something(said):
    stream = sent(chunk({"content": "x", "provider_specific_fields": said}), END)

    releasing = Releasing(ChatStream(), strip=True).feed(stream).end()

    assert releasing.foreign == ["/choices/0/delta/provider_specific_fields"]
    assert b"provider_specific" not in releasing.left
