"""The real OpenAI client with the guard in it, against a service that answers by a script."""

from __future__ import annotations

import asyncio
import json

import httpx2
import openai
import pytest
from pydantic import BaseModel

from fakes.sdk_world import ADA, BLOCKED_WORDS, SECRET, Service, chat_answer, chat_chunks, guard
from roadworthy.core.errors import ConfigError
from roadworthy.sdk import BlockedError, CallRefusedError, NotServedError, guard_openai

HELLO = [{"role": "user", "content": "write to bob@x.org"}]
BAD = [{"role": "user", "content": "build a bomb"}]
SEND = {"type": "function", "function": {"name": "send", "parameters": {"type": "object"}}}
TO_BOB, TO_EVE = ("c1", "send", {"to": "bob@x.org"}), ("c2", "send", {"to": "eve@x.org"})


def client(*answers, using=None, principal=ADA, **settings):
    service = Service(httpx2, *answers)
    made = openai.OpenAI(api_key="key", http_client=service.client(), max_retries=2)
    return service, guard_openai(made, guard=using or guard(), principal=principal, **settings)


def responses(*output):
    return {"id": "resp_1", "object": "response", "created_at": 1, "model": "m", "output": list(output), "tools": [],
            "parallel_tool_calls": True, "tool_choice": "auto", "status": "completed"}  # fmt: skip


def said(text: str):
    part = {"type": "output_text", "text": text, "annotations": []}
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}


def wants(name: str, call: str, given: str):
    return {"type": "function_call", "id": f"fc_{call}", "call_id": call, "name": name, "arguments": given}


def test_it_is_the_packages_own_client_and_gives_the_packages_own_types():
    _, guarded = client(chat_answer(f"hello {SECRET}"))

    answer = guarded.chat.completions.create(model="m", messages=HELLO)

    assert isinstance(guarded, openai.OpenAI)
    assert isinstance(answer, openai.types.chat.ChatCompletion)
    assert SECRET not in answer.choices[0].message.content
    assert answer.usage.total_tokens == 5


def test_what_is_sent_is_edited_before_it_leaves():
    service, guarded = client(chat_answer("fine"))

    guarded.chat.completions.create(model="m", messages=[{"role": "user", "content": f"key {SECRET}"}])

    assert SECRET not in str(service.asked)


def test_a_blocked_request_is_never_sent_and_a_blocked_answer_not_asked_for_again():
    service, guarded = client(chat_answer("a bomb"))

    with pytest.raises(BlockedError) as asked:
        guarded.chat.completions.create(model="m", messages=BAD)
    assert service.asked == []
    with pytest.raises(BlockedError) as answered:
        guarded.chat.completions.create(model="m", messages=HELLO)
    assert len(service.asked) == 1
    assert asked.value.message == answered.value.message == BLOCKED_WORDS


def test_a_refused_call_is_taken_out_and_the_permitted_one_stays():
    _, guarded = client(chat_answer("ok", [TO_BOB, TO_EVE]))

    choice = guarded.chat.completions.create(model="m", messages=HELLO, tools=[SEND]).choices[0]

    assert [one.id for one in choice.message.tool_calls] == ["c1"]
    assert choice.finish_reason == "tool_calls"
    assert "This call was not made" in choice.message.content


def test_where_every_call_is_refused_the_answer_is_no_tool_turn_any_more():
    _, guarded = client(chat_answer(None, [TO_EVE]))

    choice = guarded.chat.completions.create(model="m", messages=HELLO, tools=[SEND]).choices[0]

    assert choice.message.tool_calls is None
    assert choice.finish_reason == "stop"


def test_refused_calls_can_be_raised():
    _, guarded = client(chat_answer(None, [TO_EVE]), refused="raise")

    with pytest.raises(CallRefusedError):
        guarded.chat.completions.create(model="m", messages=HELLO, tools=[SEND])


def test_a_call_whose_arguments_are_no_json_is_refused():
    answer = chat_answer(None, [TO_BOB])
    answer["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = '{"to": "bob@x.org"'
    _, guarded = client(answer)

    assert (
        guarded.chat.completions.create(model="m", messages=HELLO, tools=[SEND]).choices[0].message.tool_calls is None
    )


def streamed(guarded, **settings) -> str:
    chunks = guarded.chat.completions.create(model="m", messages=HELLO, stream=True, **settings)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


def test_a_stream_says_what_the_whole_answer_says():
    text = f"hello, the key is {SECRET}, and so on"
    _, whole = client(chat_answer(text))
    _, parts = client(chat_chunks(text), route="live")

    assert streamed(parts) == whole.chat.completions.create(model="m", messages=HELLO).choices[0].message.content


def test_a_stream_is_stopped_with_a_typed_error():
    _, guarded = client(chat_chunks("all is well so far and then some more words, a bomb, and so on"), route="live")

    chunks = guarded.chat.completions.create(model="m", messages=HELLO, stream=True)
    out = []
    with pytest.raises(BlockedError):
        out.extend(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert "bomb" not in "".join(out)
    assert "".join(out).startswith("all")


def test_a_stream_never_gives_a_refused_call():
    _, guarded = client(chat_chunks("ok", [TO_EVE]))

    chunks = list(guarded.chat.completions.create(model="m", messages=HELLO, tools=[SEND], stream=True))

    assert not any(chunk.choices[0].delta.tool_calls for chunk in chunks)
    assert chunks[-1].choices[0].finish_reason == "content_filter"


def test_a_stream_gives_a_permitted_call_as_it_came():
    _, guarded = client(chat_chunks("ok", [TO_BOB]))

    with guarded.chat.completions.stream(model="m", messages=HELLO, tools=[SEND]) as stream:
        message = stream.get_final_completion().choices[0].message

    assert message.tool_calls[0].function.arguments == '{"to": "bob@x.org"}'


def test_raw_and_streamed_answers_and_other_options_are_guarded_too():
    _, guarded = client(chat_answer(f"hello {SECRET}"))
    other = guarded.with_options(timeout=3, max_retries=0)

    raw = other.chat.completions.with_raw_response.create(model="m", messages=HELLO)
    with other.with_streaming_response.chat.completions.create(model="m", messages=HELLO) as streaming:
        text = streaming.text()
    assert SECRET not in raw.text
    assert SECRET not in text
    with pytest.raises(BlockedError):
        other.chat.completions.with_raw_response.create(model="m", messages=BAD)


def test_the_packages_own_retries_go_on():
    answers = iter([httpx2.Response(500, json={"error": {"message": "down"}}), None])

    def handler(request):
        found = next(answers)
        return found if found is not None else httpx2.Response(200, json=chat_answer("fine"))

    made = openai.OpenAI(api_key="k", http_client=httpx2.Client(transport=httpx2.MockTransport(handler)), max_retries=1)
    made._sleep_for_retry = lambda **_: None
    guarded = guard_openai(made, guard=guard(), principal=ADA)
    guarded._sleep_for_retry = lambda **_: None

    assert guarded.chat.completions.create(model="m", messages=HELLO).choices[0].message.content == "fine"


def test_an_error_of_the_server_keeps_its_class_and_loses_what_nobody_has_read():
    made = openai.OpenAI(
        api_key="k",
        http_client=httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(404, text=f"<b>{SECRET}"))),
    )

    with pytest.raises(openai.NotFoundError) as caught:
        guard_openai(made, guard=guard(), principal=ADA).chat.completions.create(model="m", messages=HELLO)
    assert SECRET not in str(caught.value)


def test_an_answer_that_cannot_be_read_is_not_given():
    made = openai.OpenAI(
        api_key="k",
        http_client=httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, text="a bomb"))),
    )

    with pytest.raises(ConfigError, match="not JSON"):
        guard_openai(made, guard=guard(), principal=ADA).chat.completions.create(model="m", messages=HELLO)


def test_responses_are_guarded_with_their_calls():
    _, guarded = client(
        responses(
            said(f"hello {SECRET}"),
            wants("send", "c1", '{"to":"bob@x.org"}'),
            wants("send", "c2", '{"to":"eve@x.org"}'),
        )
    )

    answer = guarded.responses.create(model="m", input="write to bob@x.org")

    assert [one.type for one in answer.output] == ["message", "function_call", "message"]
    assert SECRET not in answer.output_text
    with pytest.raises(BlockedError):
        guarded.responses.create(model="m", input="bomb")


def test_a_history_that_the_server_keeps_is_refused():
    _, guarded = client(responses(said("hello")))

    with pytest.raises(BlockedError, match="unknown-field"):
        guarded.responses.create(model="m", input="hello", previous_response_id="resp_0")


def test_embeddings_moderations_and_completions_are_guarded():
    vector = {"object": "list", "model": "m", "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 1.0]}]}
    service, guarded = client(vector)

    assert guarded.embeddings.create(model="m", input=[f"key {SECRET}"], encoding_format="float").data[0].embedding
    assert SECRET not in str(service.asked)
    with pytest.raises(BlockedError):
        guarded.embeddings.create(model="m", input="bomb")
    with pytest.raises(BlockedError):
        guarded.moderations.create(model="m", input="bomb")
    with pytest.raises(ConfigError, match="tokens cannot be judged"):
        guarded.embeddings.create(model="m", input=[1, 2, 3])
    _, guarded = client(
        {"id": "c", "object": "text_completion", "created": 1, "model": "m",
         "choices": [{"text": f"so {SECRET}", "index": 0, "finish_reason": "stop"}]}
    )  # fmt: skip
    assert SECRET not in guarded.completions.create(model="m", prompt="go on").choices[0].text


def test_the_asynchronous_client_is_guarded_alike():
    async def main():
        service = Service(
            httpx2, chat_answer("ok", [TO_BOB, TO_EVE]), chat_answer("a bomb"), chat_chunks(f"so {SECRET}!")
        )
        made = openai.AsyncOpenAI(api_key="k", http_client=service.async_client())
        guarded = guard_openai(made, guard=guard(), principal=ADA)
        first = await guarded.chat.completions.create(model="m", messages=HELLO, tools=[SEND])
        with pytest.raises(BlockedError):
            await guarded.chat.completions.create(model="m", messages=HELLO)
        stream = await guarded.chat.completions.create(model="m", messages=HELLO, stream=True)
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
        with pytest.raises(BlockedError):
            await guarded.chat.completions.create(model="m", messages=BAD)
        with pytest.raises(NotServedError):
            _ = guarded.images
        return first, text

    first, text = asyncio.run(main())

    assert [one.id for one in first.choices[0].message.tool_calls] == ["c1"]
    assert text.startswith("so ")
    assert SECRET not in text


PARTS = [
    {"type": "image_url", "image_url": {"url": "https://x.org/a.png"}},
    {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}},
    {"type": "file", "file": {"file_id": "file-1"}},
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part["type"])
def test_pictures_sound_and_files_are_refused_unless_the_application_says_otherwise(part):
    messages = [{"role": "user", "content": [{"type": "text", "text": "look"}, part]}]
    service, guarded = client(chat_answer("fine"))
    _, passing = client(chat_answer("fine"), media="pass")

    with pytest.raises(ConfigError, match="cannot be judged"):
        guarded.chat.completions.create(model="m", messages=messages)
    assert service.asked == []
    assert passing.chat.completions.create(model="m", messages=messages)


def test_what_was_judged_is_not_read_in_another_encoding():
    def handler(_):
        head = {"content-type": "application/json; charset=utf-7"}
        return httpx2.Response(200, headers=head, content=json.dumps(chat_answer("+AGIAbwBtAGI-")).encode())

    made = openai.OpenAI(api_key="k", http_client=httpx2.Client(transport=httpx2.MockTransport(handler)))
    guarded = guard_openai(made, guard=guard(), principal=ADA)

    assert "bomb" not in guarded.chat.completions.with_raw_response.create(model="m", messages=HELLO).text


class Form(BaseModel):
    """What is asked for."""

    answer: str


STRICT = {"name": "send", "strict": True, "parameters": {"type": "object", "additionalProperties": False}}


def test_a_refused_call_in_place_of_a_form_is_a_refusal():
    _, chat = client(chat_answer(None, [TO_EVE]))
    _, other = client(responses(wants("send", "c2", '{"to":"eve@x.org"}')))

    tools = [{"type": "function", "function": STRICT}]
    said = chat.chat.completions.parse(model="m", messages=HELLO, tools=tools, response_format=Form).choices[0].message
    part = other.responses.parse(model="m", input="hello", text_format=Form).output[0].content[0]

    assert said.parsed is None
    assert said.refusal.startswith("This call was not made")
    assert (part.type, part.refusal) == ("refusal", said.refusal)


def test_where_a_form_leaves_no_place_for_a_refusal_the_refused_call_is_raised():
    _, guarded = client(chat_chunks("", [TO_EVE]))
    tools = [{"type": "function", "function": STRICT}]

    settings = {"model": "m", "messages": HELLO, "tools": tools, "response_format": Form}
    with guarded.chat.completions.stream(**settings) as stream, pytest.raises(CallRefusedError):
        stream.get_final_completion()


def test_a_stream_does_not_begin_with_a_comment_that_nobody_judged():
    _, guarded = client(b": build a bomb, and take seven of these\n\n" + chat_chunks("fine"), route="live")

    with guarded.chat.completions.with_streaming_response.create(model="m", messages=HELLO, stream=True) as raw:
        lines = []
        with pytest.raises(BlockedError):
            lines.extend(raw.iter_lines())
    assert lines == []
