"""What every target promises, against real local servers, callables and files."""

import asyncio
import gzip
import json
import os
import sys
import time

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from roadworthy.adapters.targets import build_target
from roadworthy.adapters.targets.exchange import MAX_REPLY_BYTES
from roadworthy.core.digest import canonical_json, is_digest
from roadworthy.evals.model import Message, NoReply, Reply
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import StreamSpec, TargetSpec

MODULE = """
import asyncio
def answer(request):
    return {"text": "you said " + (request["prompt"] or str(request["raw"]))}
"""


def request(prompt="hello", **changes):
    fields = {
        "sample": "s0", "epoch": 0, "messages": (Message(role="user", content=prompt),), "raw": None, "seed": 5,
        "parameters": {},
    }  # fmt: skip
    return Request(**(fields | changes))


def asked(target, *requests):
    async def ask_all():
        try:
            return [await target.ask(one) for one in requests]
        finally:
            await target.close()
            await target.close()

    return asyncio.run(ask_all())


COMMAND = """
import json, sys
request = json.load(sys.stdin)
print("you said " + (request["prompt"] or str(request["raw"])))
"""


def answer_of(path, text):
    """Return what a server says at ``path``, in the words of its protocol."""
    if path.endswith("/chat/completions"):
        return {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}
    if path.endswith("/responses"):
        return {"status": "completed", "output": [{"type": "message", "content": text}]}
    if path.endswith("/messages"):
        return {"type": "message", "content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}
    return {"answer": text}


def stream_of(path, text):
    """Return the same as events."""
    if path.endswith("/chat/completions"):
        chunk = {"choices": [{"delta": {"content": text}, "finish_reason": "stop"}]}
        return [None, chunk], "[DONE]"
    if path.endswith("/responses"):
        return ["response.completed", {"type": "response.completed", "response": answer_of(path, text)}], None
    if path.endswith("/messages"):
        start = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": text}}
        return [None, start, "message_stop", {"type": "message_stop"}], None
    return [None, answer_of(path, text)], "[DONE]"


async def echo(incoming):
    body = await incoming.json()
    turns = body.get("messages") or body.get("input")
    text = f"you said {turns[-1]['content']}" if turns else f"you said {body.get('q')}"
    if not body.get("stream"):
        return web.json_response(answer_of(incoming.path, text))
    pieces, done = stream_of(incoming.path, text)
    lines = [
        (f"event: {name}\n" if name else "") + f"data: {json.dumps(data)}\n\n"
        for name, data in zip(pieces[::2], pieces[1::2], strict=True)
    ] + ([f"data: {done}\n\n"] if done else [])  # fmt: skip
    return web.Response(text="".join(lines), content_type="text/event-stream")


def over_http(kind, url, *, streamed=False, **changes):
    fields = {"key": "t", "kind": kind, "url": url, "timeout_s": 5.0}
    if kind == "http":
        body = {"q": "{{prompt}}"} | ({"stream": True} if streamed else {})
        how = {"stream": StreamSpec(text_path="/answer")} if streamed else {"reply_path": "/answer"}
        return TargetSpec(**(fields | {"body": body} | how | changes))
    return TargetSpec(**(fields | {"model": "m", "parameters": {"stream": True} if streamed else {}} | changes))


def built(spec, root, **environ):
    return build_target(spec, root=root, environ={"PATH": os.environ["PATH"]} | environ)


OVER_HTTP = [
    (kind, streamed) for kind in ("openai", "responses", "anthropic", "http") for streamed in (False, True)
]  # fmt: skip


@pytest.fixture(params=["precomputed", "python", "command", *OVER_HTTP], ids=str)
def target(request, tmp_path):
    if request.param == "precomputed":
        (tmp_path / "out.jsonl").write_text(json.dumps({"sample": "s0", "epoch": 0, "text": "you said hello"}) + "\n")
        yield built(TargetSpec(key="t", kind="precomputed", outputs="out.jsonl"), tmp_path)
    elif request.param == "python":
        (tmp_path / "contract_target_module.py").write_text(MODULE)
        yield built(TargetSpec(key="t", kind="python", callable="contract_target_module:answer"), tmp_path)
    elif request.param == "command":
        (tmp_path / "app.py").write_text(COMMAND)
        yield built(TargetSpec(key="t", kind="command", command=(sys.executable, "app.py")), tmp_path)
    else:
        kind, streamed = request.param
        with LocalServer(echo) as server:
            yield built(over_http(kind, server.url, streamed=streamed), tmp_path)


def test_a_question_gets_its_reply(target):
    (reply,) = asked(target, request())

    assert isinstance(reply, Reply)
    assert reply.text == "you said hello"
    assert reply.usage.latency_s >= 0


def test_name_and_digest_say_which_target_it_is(target):
    assert target.name == "t"
    assert is_digest(target.digest)
    asked(target)


def test_a_reply_can_be_stored(target):
    (reply,) = asked(target, request())

    assert b"you said hello" in canonical_json(reply)


def test_questions_at_once_do_not_disturb_each_other(target):
    async def together():
        try:
            return await asyncio.gather(*(target.ask(request()) for _ in range(20)))
        finally:
            await target.close()

    started = time.perf_counter()
    replies = asyncio.run(together())

    assert {reply.text for reply in replies} == {"you said hello"}
    assert time.perf_counter() - started < 60


SECRET = "s3cret-key"


def told(kind, streamed, handler, tmp_path, **changes):
    """Ask a server that misbehaves; the target has a credential in its address and in a header."""
    with LocalServer(handler) as server:
        url = server.url.replace("http://", "http://user:${KEY}@") + "/v1?key=${KEY}"
        url = url.split("?")[0] if kind != "http" else url
        spec = over_http(kind, url, streamed=streamed, headers={"X-Api-Key": "${KEY}"}, **changes)
        (response,) = asked(built(spec, tmp_path, KEY=SECRET), request())
        return response, server.hits


def saying(body, *, status=200, content_type="application/json", **headers):
    async def handler(_request):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, body=body, content_type=content_type, headers=named)

    return handler


async def hang(_request):
    await asyncio.sleep(30)
    raise AssertionError("waited for")


async def flood(request):
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write(b" " * 1_000_000)


async def break_off(request):
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Content-Length": "1000000"})
    await response.prepare(request)
    await response.write(b'data: {"answer": "half"')
    request.transport.abort()
    return response


MISBEHAVIOUR = {
    "not JSON": (saying(SECRET.encode(), content_type="text/html"), False, "HTTP 200, but the body is text/html"),
    "empty": (saying(b""), False, "HTTP 200, but the body is application/json"),
    "a number": (saying(b"7"), False, None),
    "a list": (saying(b"[]"), False, None),
    "null": (saying(b"null"), False, None),
    "another object": (saying(json.dumps({SECRET: SECRET}).encode()), False, None),
    "half JSON": (saying(b'{"answer": "hal'), False, "HTTP 200, but the body is application/json"),
    "a redirect": (saying(b"", status=302, Location="http://127.0.0.1:9/"), False, "redirects are not followed"),
    "refused": (saying(SECRET.encode(), status=401), False, "HTTP 401"),
    "broken": (saying(SECRET.encode(), status=500), True, "HTTP 500"),
    "limited": (saying(b"{}", status=429, Retry_After="7"), True, "HTTP 429"),
    "a bomb": (
        saying(gzip.compress(bytes(50_000_000), 1, mtime=0), Content_Encoding="gzip"),
        False,
        f"larger than {MAX_REPLY_BYTES}",
    ),
    "a flood": (flood, False, f"the reply is larger than {MAX_REPLY_BYTES} bytes"),
    "broken off": (break_off, True, "connection lost"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "streamed"), OVER_HTTP)
@pytest.mark.parametrize("name", MISBEHAVIOUR)
def test_a_server_that_misbehaves_is_no_reply_and_nothing_of_it_is_quoted(kind, streamed, name, tmp_path):
    handler, retryable, reason = MISBEHAVIOUR[name]

    response, hits = told(kind, streamed, handler, tmp_path)

    assert isinstance(response, NoReply)
    assert hits == 1
    assert response.retryable is retryable
    assert SECRET not in repr(response)
    assert reason is None or reason in response.reason
    assert response.retry_after_s == (7.0 if name == "limited" else None)


@pytest.mark.parametrize(("kind", "streamed"), OVER_HTTP)
def test_a_server_that_hangs_is_given_up_in_time(kind, streamed, tmp_path):
    started = time.perf_counter()

    response, _ = told(kind, streamed, hang, tmp_path, timeout_s=0.2)

    assert response == NoReply(reason="timeout after 0.2 s", retryable=True)
    assert time.perf_counter() - started < 25


def test_a_question_that_is_cancelled_leaves_the_target_usable(target):
    async def cancel_one():
        try:
            asking = asyncio.ensure_future(target.ask(request()))
            await asyncio.sleep(0)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            return await target.ask(request())
        finally:
            await target.close()

    assert asyncio.run(cancel_one()).text == "you said hello"
