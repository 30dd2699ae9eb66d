"""Any endpoint that streams, keeps sessions or takes rows of a table."""

import asyncio
import json
import time

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from roadworthy.adapters.targets import build_target
from roadworthy.adapters.targets.exchange import MAX_EVENTS, MAX_REPLY_BYTES, MAX_STREAM_BYTES
from roadworthy.core.errors import ManifestError
from roadworthy.evals.execution.conversation import converse
from roadworthy.evals.model import Message, NoReply, Reply, Sample, ToolCall
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import StreamSpec, TargetSpec

STREAM = StreamSpec(text_path="/delta")


def question(*texts, **changes):
    messages = tuple(Message(role="user", content=text) for text in texts or ("hi",))
    fields = {"sample": "s0", "epoch": 0, "messages": messages, "raw": None, "seed": 5, "parameters": {}}
    return Request(**(fields | changes))


def spec(url, **changes):
    fields = {"key": "t", "kind": "http", "url": url, "body": {"q": "{{prompt}}"}, "timeout_s": 5.0}
    return TargetSpec(**(fields | changes))


def ask(entry, request=None):
    target = build_target(entry, root=None, environ={})

    async def once():
        try:
            return await target.ask(request or question())
        finally:
            await target.close()

    return asyncio.run(once())


def streaming(*chunks, content_type="text/event-stream", stays_open=False):
    async def handler(request):
        response = web.StreamResponse(headers={"Content-Type": content_type})
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
            await asyncio.sleep(0.001)
        if stays_open:
            await asyncio.sleep(30)
        return response

    return LocalServer(handler)


def data(**body):
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


def streamed(*chunks, stream=STREAM, **options):
    with streaming(*chunks, **options) as server:
        return ask(spec(server.url, stream=stream))


DONE = b"data: [DONE]\n\n"


def test_the_text_of_a_stream_is_put_together():
    reply = streamed(data(delta="Hel"), b": keep-alive\n\n", data(other=1), data(delta="lo"), data(delta=None), DONE)

    assert (reply.text, reply.status) == ("Hello", 200)
    assert reply.usage.latency_s > 0


def test_a_character_that_chunks_cut_in_two_stays_whole():
    stream = data(delta="grüße 🦊") + DONE

    assert streamed(*(bytes([byte]) for byte in stream)).text == "grüße 🦊"


def test_carriage_returns_and_several_data_lines_are_read():
    assert streamed(b'data: {"delta":\r\ndata:  "x"}\r\n\r\n', DONE).text == "x"


def test_nothing_is_waited_for_after_the_end():
    started = time.perf_counter()

    assert streamed(data(delta="x"), DONE, stays_open=True).text == "x"
    assert time.perf_counter() - started < 25


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([data(delta="half")], NoReply(reason="the stream was cut off before its end", retryable=True)),
        ([], NoReply(reason="the stream was cut off before its end", retryable=True)),
        ([data(delta="x"), b"data: {\n\n", DONE], NoReply(reason="event 2 of the stream is not JSON")),
        ([data(delta="x"), b"event: error\ndata: s3cret\n\n"], NoReply(
            reason="the stream reports an error", retryable=True)),
        ([data(delta="x", roadworthy=7), DONE], NoReply(
            reason="the reply's `roadworthy` object does not read: dataclass_type")),
    ],
)  # fmt: skip
def test_a_stream_that_is_not_whole_is_no_reply(chunks, expected):
    assert streamed(*chunks) == expected


def test_what_several_events_report_adds_up():
    reply = streamed(
        data(delta="x", roadworthy={"tool_calls": [{"name": "a"}], "components": ["p"]}),
        data(roadworthy={"tool_calls": [{"name": "b", "result": "ok"}], "effects": {"sent": 1}}),
        DONE,
    )

    assert reply.tool_calls == (ToolCall(name="a"), ToolCall(name="b", result="ok"))
    assert (reply.components, reply.effects) == (("p",), {"sent": 1})


def test_without_a_last_event_the_connections_end_is_the_end():
    assert streamed(data(delta="a"), data(delta="b"), stream=StreamSpec(text_path="/delta", done="")).text == "ab"


def test_data_that_is_plain_text_is_the_text():
    chunks = (b"data: a\n\n", b"data:  b\n\n", b"data: END\n\n")

    assert streamed(*chunks, stream=StreamSpec(text_path="", done="END")).text == "a b"


def test_an_answer_that_is_no_stream_is_no_reply():
    assert streamed(b'{"delta": "x"}', content_type="application/json") == NoReply(
        reason="HTTP 200, but the body is application/json, not a stream of events"
    )


def test_plain_text_in_chunks_needs_no_stream():
    with streaming(b"gr\xc3", b"\xbc\xc3\x9fe", content_type="text/plain") as server:
        assert ask(spec(server.url)).text == "grüße"


def test_an_endless_stream_is_cut_off_by_its_size():
    async def handler(request):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        comment = b": " + b"x" * 1_000_000 + b"\n\n"
        while True:
            await response.write(comment)

    with LocalServer(handler) as server:
        got = ask(spec(server.url, stream=STREAM, timeout_s=30))

    assert got == NoReply(reason=f"the stream is larger than {MAX_STREAM_BYTES} bytes")


def test_an_endless_stream_that_drips_is_cut_off_by_the_time():
    async def handler(request):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        while True:
            await response.write(b": keep-alive\n\n")
            await asyncio.sleep(0.02)

    with LocalServer(handler) as server:
        assert ask(spec(server.url, stream=STREAM, timeout_s=0.3)) == NoReply(
            reason="timeout after 0.3 s", retryable=True
        )


def test_a_streamed_text_may_not_be_larger_than_any_other():
    chunk = data(delta="x" * 1_000_000)

    assert streamed(*[chunk] * 5, DONE) == NoReply(reason=f"the reply is larger than {MAX_REPLY_BYTES} bytes")


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"stream": StreamSpec(text_path="delta")}, "'delta' is not a JSON Pointer"),
        ({"stream": STREAM, "reply_path": "/a"}, "a streamed reply has its text in the events"),
        ({"turns": "session"}, "no place for the session's name"),
        ({"body": {"s": "{{session}}"}}, "no place for the question"),
    ],
)
def test_an_entry_that_could_not_work_is_refused(changes, match):
    with pytest.raises(ManifestError, match=match):
        build_target(spec("http://127.0.0.1:9", **changes), root=None, environ={})


def test_what_identifies_a_target_covers_how_it_is_asked():
    body = {"q": "{{prompt}}", "s": "{{session}}"}
    entries = [
        spec("http://127.0.0.1:9", body=body),
        spec("http://127.0.0.1:9", body=body, turns="session"),
        spec("http://127.0.0.1:9", body=body, stream=STREAM),
        spec("http://127.0.0.1:9", body=body, stream=StreamSpec(text_path="/delta", done="")),
    ]

    assert len({build_target(entry, root=None, environ={}).digest for entry in entries}) == 4


# --- rows and conversations


class Desk(LocalServer):
    """Answers with how often it was asked, and keeps the bodies."""

    def __init__(self):
        self.bodies = []

        async def handler(request):
            self.bodies.append(await request.json())
            return web.json_response({"answer": f"answer {len(self.bodies)}"})

        super().__init__(handler)


def test_a_row_of_a_table_fills_its_place():
    body = {"row": "{{features}}", "note": "row {{features}}"}
    with Desk() as desk:
        reply = ask(spec(desk.url, body=body, reply_path="/answer"), question(messages=(), features={"age": 40}))
        refused = ask(spec(desk.url, body=body), question("hello"))
        other = ask(spec(desk.url), question(messages=(), features={"age": 40}))

    assert reply.text == "answer 1"
    assert desk.bodies == [{"row": {"age": 40}, "note": 'row {"age":40}'}]
    assert refused == NoReply(reason="the target takes rows of a table, the sample is a conversation")
    assert other == NoReply(reason="the target's body has no place for {{features}}")


SAMPLE = Sample(
    id="a", messages=(Message(role="system", content="be kind"), Message(role="user", content="1")), turns=("2", "3")
)


def held(entry):
    target = build_target(entry, root=None, environ={})
    request = question(messages=SAMPLE.messages, session="abc")

    async def once():
        try:
            return await converse(SAMPLE, request, ask=target.ask)
        finally:
            await target.close()

    return asyncio.run(once())


def test_a_conversation_is_sent_whole_each_time():
    with Desk() as desk:
        reply = held(spec(desk.url, body={"m": "{{messages}}", "n": "{{turn}}"}, reply_path="/answer"))

    assert isinstance(reply, Reply)
    assert reply.text == "answer 3"
    assert [[m["content"] for m in body["m"]] for body in desk.bodies] == [
        ["be kind", "1"],
        ["be kind", "1", "answer 1", "2"],
        ["be kind", "1", "answer 1", "2", "answer 2", "3"],
    ]
    assert [body["n"] for body in desk.bodies] == [0, 1, 2]


def test_a_session_is_sent_what_is_new_and_its_name():
    body = {"m": "{{messages}}", "s": "{{session}}", "last": "{{prompt}}"}
    with Desk() as desk:
        reply = held(spec(desk.url, body=body, reply_path="/answer", turns="session"))

    assert reply.text == "answer 3"
    assert [[m["content"] for m in body["m"]] for body in desk.bodies] == [["be kind", "1"], ["2"], ["3"]]
    assert {body["s"] for body in desk.bodies} == {"abc"}
    assert [body["last"] for body in desk.bodies] == ["1", "2", "3"]


def test_a_target_of_one_prompt_cannot_hold_a_conversation():
    with Desk() as desk:
        reply = held(spec(desk.url))

    assert reply == NoReply(reason="turn 1 of 3: the target takes one prompt, the sample has 2 messages")


def test_a_stream_of_countless_small_events_is_cut_off_before_it_fills_the_memory():
    chunk = b"data: {}\n\n" * 10_000

    got = streamed(*[chunk] * (MAX_EVENTS // 10_000 + 2))

    assert got == NoReply(reason=f"the stream has more than {MAX_EVENTS} events")
