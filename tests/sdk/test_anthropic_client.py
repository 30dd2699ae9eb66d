"""The real Anthropic client with the guard in it, against a service that answers by a script."""

from __future__ import annotations

import asyncio
import json

import anthropic
import httpx2
import pytest
from pydantic import BaseModel

from fakes.sdk_world import ADA, SECRET, Service, guard
from roadworthy.sdk import BlockedError, CallRefusedError, NotServedError, guard_anthropic

HELLO = [{"role": "user", "content": "write to bob@x.org"}]
SEND = {"name": "send", "input_schema": {"type": "object"}}
ASKED = {"model": "m", "max_tokens": 9, "messages": HELLO, "tools": [SEND]}


def answer(*content, reason="end_turn"):
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": list(content),
            "stop_reason": reason, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}}  # fmt: skip


def said(text):
    return {"type": "text", "text": text}


def use(name, to):
    return {"type": "tool_use", "id": name, "name": "send", "input": {"to": to}}


def streamed(text, *calls):
    events = [{"type": "message_start", "message": {**answer(), "stop_reason": None}}]
    events.append({"type": "content_block_start", "index": 0, "content_block": said("")})
    for place in range(0, len(text), 6):
        delta = {"type": "text_delta", "text": text[place : place + 6]}
        events.append({"type": "content_block_delta", "index": 0, "delta": delta})
    events.append({"type": "content_block_stop", "index": 0})
    for number, call in enumerate(calls, start=1):
        events.append({"type": "content_block_start", "index": number, "content_block": {**call, "input": {}}})
        delta = {"type": "input_json_delta", "partial_json": json.dumps(call["input"])}
        events.append({"type": "content_block_delta", "index": number, "delta": delta})
        events.append({"type": "content_block_stop", "index": number})
    reason = {"stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None}
    events += [{"type": "message_delta", "delta": reason, "usage": {"output_tokens": 3}}, {"type": "message_stop"}]
    return b"".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode() for one in events)


def client(*answers, **settings):
    service = Service(httpx2, *answers)
    made = anthropic.Anthropic(api_key="key", http_client=service.client())
    return service, guard_anthropic(made, guard=guard(), principal=ADA, **settings)


def test_a_refused_call_is_taken_out_and_the_permitted_one_stays():
    both = answer(said(f"ok {SECRET}"), use("t1", "bob@x.org"), use("t2", "eve@x.org"), reason="tool_use")
    _, guarded = client(both)

    found = guarded.messages.create(**ASKED)

    assert isinstance(found, anthropic.types.Message)
    assert [one.id for one in found.content if one.type == "tool_use"] == ["t1"]
    assert found.stop_reason == "tool_use"
    assert SECRET not in str(found)


def test_where_every_call_is_refused_the_turn_is_over():
    _, guarded = client(answer(use("t2", "eve@x.org"), reason="tool_use"))

    found = guarded.messages.create(**ASKED)

    assert found.stop_reason == "end_turn"
    assert "This call was not made" in found.content[0].text


def test_refused_calls_can_be_raised_in_whole_answers_and_in_streams():
    _, whole = client(answer(use("t2", "eve@x.org"), reason="tool_use"), refused="raise")
    _, parts = client(streamed("ok", use("t2", "eve@x.org")), refused="raise")

    with pytest.raises(CallRefusedError):
        whole.messages.create(**ASKED)
    with parts.messages.stream(**ASKED) as stream, pytest.raises(CallRefusedError):
        stream.get_final_message()


def test_a_stream_gives_what_may_pass_and_ends_as_a_refusal_where_a_call_is_refused():
    _, fine = client(streamed(f"the key is {SECRET}!", use("t1", "bob@x.org")))
    _, bad = client(streamed("hello", use("t1", "bob@x.org"), use("t2", "eve@x.org")))

    with fine.messages.stream(**ASKED) as stream:
        found = stream.get_final_message()
    with bad.messages.stream(**ASKED) as stream:
        refused = stream.get_final_message()

    assert found.content[1].input == {"to": "bob@x.org"}
    assert SECRET not in found.content[0].text
    assert refused.stop_reason == "refusal"
    assert [one.type for one in refused.content if one.type == "tool_use"] == []


def test_blocked_turns_raise_and_a_blocked_request_is_not_sent():
    service, guarded = client(answer(said("a bomb")))

    with pytest.raises(BlockedError):
        guarded.messages.create(model="m", max_tokens=9, messages=[{"role": "user", "content": "bomb"}])
    assert service.asked == []
    with pytest.raises(BlockedError):
        guarded.messages.create(**ASKED)


def test_tokens_are_counted_for_what_may_be_sent_only():
    service, guarded = client({"input_tokens": 5})

    assert guarded.messages.count_tokens(model="m", messages=HELLO).input_tokens == 5
    with pytest.raises(BlockedError):
        guarded.messages.count_tokens(model="m", messages=[{"role": "user", "content": "bomb"}])
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "go",
    [
        lambda one: one.messages.batches.create(requests=[]),
        lambda one: one.messages.batches.results("b1"),
        lambda one: one.files,
        lambda one: one.skills,
        lambda one: one.beta.files.list(),
        lambda one: one.post("/v1/complete", cast_to=object, body={"prompt": "x"}),
    ],
)
def test_everything_else_is_refused(go):
    service, guarded = client(answer(said("fine")))

    with pytest.raises(NotServedError):
        go(guarded)
    assert service.asked == []


def test_the_asynchronous_client_is_guarded_alike():
    async def main():
        service = Service(httpx2, answer(said(f"so {SECRET}")), streamed("a bomb"))
        made = anthropic.AsyncAnthropic(api_key="k", http_client=service.async_client())
        guarded = guard_anthropic(made, guard=guard(), principal=ADA)
        found = await guarded.beta.messages.create(model="m", max_tokens=9, messages=HELLO)
        with pytest.raises(BlockedError):
            async with guarded.messages.stream(model="m", max_tokens=9, messages=HELLO) as stream:
                await stream.get_final_message()
        return found.content[0].text

    assert SECRET not in asyncio.run(main())


def test_a_refused_call_in_place_of_a_form_is_raised():
    class Form(BaseModel):
        """What is asked for."""

        answer: str

    _, guarded = client(answer(use("t2", "eve@x.org"), reason="tool_use"))

    with pytest.raises(CallRefusedError):
        guarded.messages.parse(**ASKED, output_format=Form)
