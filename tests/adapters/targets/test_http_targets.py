"""How the HTTP targets meet what real servers do."""

import asyncio
import gzip
import json
import resource
import socket
import struct
import time
from email.utils import formatdate

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from fakes.local_server import LocalServer
from roadworthy.adapters.targets import build_target
from roadworthy.adapters.targets.exchange import MAX_REPLY_BYTES, retry_after
from roadworthy.adapters.targets.reply import storable
from roadworthy.core.digest import canonical_json
from roadworthy.core.errors import ConfigError, ManifestError
from roadworthy.evals.model import Context, Message, NoReply, Reply, ToolCall, Usage
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import TargetSpec


def question(**changes):
    fields = {
        "sample": "s0", "epoch": 0, "messages": (Message(role="user", content="hi"),), "raw": None, "seed": 5,
        "parameters": {},
    }  # fmt: skip
    return Request(**(fields | changes))


def ask(url, request=None, *, environ=None, tmp_path=None, **spec):
    fields = {"key": "t", "kind": "openai", "url": url, "model": "m", "timeout_s": 5.0} | spec
    target = build_target(TargetSpec(**fields), root=tmp_path, environ=environ or {})

    async def once():
        try:
            return await target.ask(request or question())
        finally:
            await target.close()

    return asyncio.run(once())


def answering(body=None, *, status=200, headers=None, text=None, content_type="application/json"):
    async def handler(_request):
        return web.Response(
            status=status, headers=headers, text=json.dumps(body) if text is None else text, content_type=content_type
        )

    return LocalServer(handler)


def completion(**message):
    return {"choices": [{"message": message, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        (completion(content="yes"), Reply(text="yes", finish_reason="stop")),
        (completion(content=None), Reply(text="", finish_reason="stop")),
        (completion(content=None, refusal="I will not"), Reply(text="I will not", finish_reason="stop")),
        (
            completion(content=[{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]),
            Reply(text="ab", finish_reason="stop"),
        ),
        (
            completion(content=None, tool_calls=[{"function": {"name": "refund", "arguments": '{"amount": 5}'}}]),
            Reply(text="", finish_reason="stop", tool_calls=(ToolCall(name="refund", arguments={"amount": 5}),)),
        ),
        (
            completion(content="", tool_calls=[{"function": {"name": "refund", "arguments": "not json"}}]),
            Reply(
                text="", finish_reason="stop", tool_calls=(ToolCall(name="refund", arguments={"unparsed": "not json"}),)
            ),
        ),
        (
            completion(content="x")
            | {"usage": {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}, "id": "1", "model": "m"},
            Reply(text="x", finish_reason="stop", usage=Usage(input_tokens=11, output_tokens=3)),
        ),
        (
            completion(content="x", tool_calls=[{"function": {"name": "a"}}])
            | {
                "roadworthy": {
                    "components": ["prompt", "index"],
                    "contexts": [{"source": "doc", "text": "passage"}],
                    "tool_calls": [{"name": "search", "arguments": {"q": "x"}}],
                }
            },
            Reply(
                text="x",
                finish_reason="stop",
                components=("prompt", "index"),
                contexts=(Context(source="doc", text="passage"),),
                tool_calls=(ToolCall(name="a"), ToolCall(name="search", arguments={"q": "x"})),
            ),
        ),
    ],
)
def test_a_chat_completion_is_read_with_all_that_it_reports(body, reply):
    with answering(body) as server:
        got = ask(server.url)

    assert got.usage.latency_s > 0
    assert got.status == 200
    expected = {**_fields(reply), "status": 200}
    assert {**_fields(got), "usage": None} == {**expected, "usage": None}
    assert (got.usage.input_tokens, got.usage.output_tokens) == (reply.usage.input_tokens, reply.usage.output_tokens)


def _fields(reply):
    return {name: getattr(reply, name) for name in Reply.__dataclass_fields__}


def test_what_is_sent_is_the_conversation_with_parameters_seed_and_headers():
    seen = {}

    async def handler(request):
        seen.update(body=await request.json(), path=request.path, auth=request.headers.get("Authorization"))
        return web.json_response(completion(content="ok"))

    with LocalServer(handler) as server:
        ask(
            f"{server.url}/v1/",
            question(parameters={"temperature": 0.5, "stream": False}),
            parameters={"temperature": 1, "max_tokens": 9},
            headers={"Authorization": "Bearer ${TOKEN}"},
            environ={"TOKEN": "s3cret"},
        )

    assert seen["path"] == "/v1/chat/completions"
    assert seen["auth"] == "Bearer s3cret"
    assert seen["body"] == {
        "model": "m", "messages": [{"role": "user", "content": "hi"}], "temperature": 0.5, "max_tokens": 9, "seed": 5,
    }  # fmt: skip


def test_a_seed_of_null_is_left_out():
    seen = {}

    async def handler(request):
        seen.update(await request.json())
        return web.json_response(completion(content="ok"))

    with LocalServer(handler) as server:
        ask(server.url, parameters={"seed": None})

    assert "seed" not in seen


@pytest.mark.parametrize(
    ("status", "retryable", "reason"),
    [
        (400, False, "HTTP 400"),
        (401, False, "HTTP 401"),
        (404, False, "HTTP 404"),
        (408, True, "HTTP 408"),
        (429, True, "HTTP 429"),
        (500, True, "HTTP 500"),
        (503, True, "HTTP 503"),
        (302, False, "HTTP 302: redirects are not followed"),
    ],
)
def test_a_failed_status_is_no_reply_and_only_passing_ones_are_retried(status, retryable, reason):
    with answering({"error": "the user said: secret"}, status=status, headers={"Retry-After": "7"}) as server:
        got = ask(server.url)

    assert got == NoReply(reason=reason, retryable=retryable, retry_after_s=7.0 if retryable else None)


@pytest.mark.parametrize("status", [200, 400, 404, 422, 500, 503])
def test_to_a_malformed_request_any_answer_is_a_reply(status):
    with answering({"error": "no messages"}, status=status) as server:
        got = ask(server.url, question(messages=(), raw={"nonsense": True}))

    assert isinstance(got, Reply)
    assert (got.status, got.text) == (status, '{"error": "no messages"}')


def test_a_malformed_request_is_sent_as_it_is_and_a_rate_limit_is_no_answer_to_it():
    seen = []

    async def handler(request):
        seen.append(await request.json())
        return web.Response(status=429)

    with LocalServer(handler) as server:
        got = ask(server.url, question(messages=(), raw={"messages": 3}), parameters={"temperature": 1})

    assert seen == [{"messages": 3}]
    assert got == NoReply(reason="HTTP 429", retryable=True)


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        (lambda: answering(text="<html>Welcome</html>", content_type="text/html"), "body is text/html, not JSON"),
        (lambda: answering(text='{"choices": [', content_type="application/json"), "not JSON"),
        (lambda: answering(text="[" * 5000), "not JSON"),
        (lambda: answering([]), "the chat completion does not read"),
        (lambda: answering({"choices": []}), "has no choice"),
        (lambda: answering({"choices": [{"message": {"content": 7}}]}), "choices.0.message.content"),
        (lambda: answering(completion(content="x") | {"roadworthy": {"tool_calls": [{"nam": "x"}]}}), "`roadworthy`"),
        (lambda: answering(completion(content="x") | {"roadworthy": "refund"}), "`roadworthy`"),
        (lambda: answering(text="x" * (MAX_REPLY_BYTES + 1)), f"larger than {MAX_REPLY_BYTES} bytes"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_reply_and_is_not_asked_again(server, reason):
    with server() as running:
        got = ask(running.url)

    assert isinstance(got, NoReply)
    assert reason in got.reason
    assert not got.retryable


def test_a_slow_server_times_out_in_time():
    async def handler(_request):
        await asyncio.sleep(30)

    with LocalServer(handler) as server:
        started = time.perf_counter()
        got = ask(server.url, timeout_s=0.2)

    assert got == NoReply(reason="timeout after 0.2 s", retryable=True)
    assert time.perf_counter() - started < 25


def test_a_server_that_drips_for_ever_times_out_too():
    async def handler(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    with LocalServer(handler) as server:
        got = ask(server.url, timeout_s=0.3)

    assert got == NoReply(reason="timeout after 0.3 s", retryable=True)


def test_a_closed_port_is_refused_and_may_be_tried_again():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

    got = ask(f"http://127.0.0.1:{port}")

    assert got == NoReply(reason="connection refused", retryable=True)


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", b"garbage\r\n\r\n"])
def test_a_connection_that_breaks_is_no_reply_and_may_be_tried_again(sent):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def breaking():
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(sent)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        import threading

        thread = threading.Thread(target=breaking)
        thread.start()
        got = ask(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread.join(5)

    assert isinstance(got, NoReply)
    assert got.retryable
    assert "127.0.0.1" not in got.reason


def test_only_the_configured_address_is_contacted(monkeypatch):
    with answering(completion(content="elsewhere")) as elsewhere:
        monkeypatch.setenv("HTTP_PROXY", elsewhere.url)
        monkeypatch.setenv("http_proxy", elsewhere.url)
        with answering({}, status=307, headers={"Location": elsewhere.url}) as server:
            got = ask(server.url)

        assert elsewhere.hits == 0
    assert got.reason == "HTTP 307: redirects are not followed"


def test_cookies_do_not_carry_one_sample_into_the_next():
    seen = []

    async def handler(request):
        seen.append(dict(request.cookies))
        response = web.json_response(completion(content="ok"))
        response.set_cookie("session", "1")
        return response

    with LocalServer(handler) as server:
        target = build_target(TargetSpec(key="t", kind="openai", url=server.url, model="m"), root=None, environ={})

        async def twice():
            await target.ask(question())
            await target.ask(question())
            await target.close()

        asyncio.run(twice())

    assert seen == [{}, {}]


def test_credentials_are_in_no_repr_error_or_digest():
    def build(token, key="k"):
        spec = TargetSpec(
            key="t", kind="openai", url="http://user:${TOKEN}@127.0.0.1:1/v1?key=${TOKEN}", model="m",
            headers={"Authorization": "Bearer ${TOKEN}"},
        )  # fmt: skip
        return build_target(spec, root=None, environ={"TOKEN": token})

    target = build("s3cret")

    assert "s3cret" not in repr(target) + repr(vars(target)) + repr(vars(target._exchange).keys())
    assert target.digest == build("rotated").digest


def test_a_header_with_a_line_break_is_refused_without_showing_it():
    spec = TargetSpec(key="t", kind="openai", url="http://a", model="m", headers={"X-Key": "${K}"})

    with pytest.raises(ConfigError, match="control character") as caught:
        build_target(spec, root=None, environ={"K": "s3cret\r\nX: y"})

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "match"),
    [
        ({"kind": "openai", "url": "http://a"}, "has no `model`"),
        ({"kind": "openai", "model": "m"}, "has no `url`"),
        ({"kind": "http", "url": "http://a"}, "has no `body`"),
        ({"kind": "http", "url": "http://a", "body": {"q": "fixed"}}, "no place for the question"),
        (
            {"kind": "http", "url": "http://a", "body": {"q": "{{prompt}}"}, "reply_path": "answer"},
            "not a JSON Pointer",
        ),
        ({"kind": "openai", "model": "m", "url": "http://a", "headers": {"a b": "x"}}, "not a header's name"),
        ({"kind": "python", "callable": "module"}, "the callable 'module' is not the name of one"),
        ({"kind": "precomputed"}, "has no `outputs`"),
        ({"kind": "precomputed", "outputs": "../other.jsonl"}, "outside the manifest's folder"),
    ],
)
def test_an_incomplete_entry_is_refused_with_its_field(spec, match, tmp_path):
    with pytest.raises(ManifestError, match=match):
        build_target(TargetSpec(key="t", **spec), root=tmp_path, environ={})


@pytest.mark.parametrize("url", ["ftp://a/b", "http://", "127.0.0.1:8080", "http://a:port", "http://a\n/b"])
def test_what_is_no_http_address_is_refused(url):
    with pytest.raises(ConfigError, match="not an http or https address"):
        build_target(TargetSpec(key="t", kind="openai", url=url, model="m"), root=None, environ={})


def test_missing_environment_variables_are_named():
    spec = TargetSpec(key="t", kind="openai", url="${BASE}/v1", model="m", headers={"A": "${KEY}", "B": "${KEY}"})

    with pytest.raises(ConfigError, match="BASE, KEY, which is not set"):
        build_target(spec, root=None, environ={})


def http(url, **spec):
    fields = {"kind": "http", "model": None, "body": {"q": "{{prompt}}"}, "reply_path": "/answer"} | spec
    return {"url": url} | fields


def test_a_template_is_filled_by_type_and_only_once():
    seen = {}

    async def handler(request):
        seen.update(await request.json())
        return web.json_response({"data": [{"a/b": 42}], "roadworthy": {"components": ["index"]}})

    body = {"q": "say: {{prompt}} ({{ seed }})", "turns": "{{messages}}", "n": ["{{seed}}"], "p": "{{parameters}}"}
    turns = (Message(role="system", content="be {{seed}}"), Message(role="user", content="{{messages}}"))
    with LocalServer(handler) as server:
        got = ask(
            request=question(messages=turns, parameters={"k": 1}),
            **http(server.url, body=body, reply_path="/data/0/a~1b", parameters={"t": 2}),
        )

    assert seen == {
        "q": "say: {{messages}} (5)",
        "turns": [{"role": "system", "content": "be {{seed}}"}, {"role": "user", "content": "{{messages}}"}],
        "n": [5],
        "p": {"t": 2, "k": 1},
    }
    assert (got.text, got.components) == ("42", ("index",))


@pytest.mark.parametrize(
    ("spec", "request_", "reason"),
    [
        (
            {},
            question(messages=(Message(role="user", content="a"),) * 2),
            "takes one prompt, the sample has 2 messages",
        ),
        ({}, question(parameters={"temperature": 0}), "no place for {{parameters}}"),
        ({"reply_path": "/missing"}, question(), "no text at /missing"),
    ],
)
def test_what_a_template_cannot_say_is_no_reply(spec, request_, reason):
    with answering({"answer": "x"}) as server:
        got = ask(request=request_, **http(server.url, **spec))

    assert isinstance(got, NoReply)
    assert reason in got.reason


def test_without_a_pointer_the_whole_body_is_the_reply():
    with answering(text="plain words", content_type="text/plain") as server:
        assert ask(**http(server.url, reply_path=None)).text == "plain words"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("-4", 0.0),
        ("999999", 3600.0),
        ("inf", 3600.0),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Mon, 01 Jan 2020 00:00:00 +99999999999999", None),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
    ],
)
def test_retry_after_in_seconds_is_bounded(header, seconds):
    assert retry_after(header) == seconds


def test_retry_after_as_a_date_is_the_time_until_then():
    assert 50 < retry_after(formatdate(time.time() + 60, usegmt=True)) <= 61


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_whatever_a_target_reports_can_be_stored(value):
    assert canonical_json(storable(value))


def test_what_no_json_says_can_be_stored_too():
    deep: object = "bottom"
    for _ in range(500):
        deep = [deep]

    assert canonical_json(storable({"deep": deep, "half": "\ud800", "object": object(), "\udfff": 2**70}))


def test_a_compressed_bomb_is_cut_off_before_it_fills_the_memory():
    bomb = gzip.compress(bytes(300 * 1024 * 1024), compresslevel=1)

    async def handler(_request):
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})

    with LocalServer(handler) as server:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        got = ask(server.url)
        grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert got == NoReply(reason=f"the reply is larger than {MAX_REPLY_BYTES} bytes")
    assert grown_kib < 200 * 1024


def test_a_reason_repeats_no_words_of_the_server():
    error = {"type": "error", "error": {"type": "You asked: who is Ana?", "message": "s3cret"}}
    with answering(error) as server:
        got = ask(server.url, kind="anthropic")
    with answering(text="x", content_type="text/html") as server:
        other = ask(server.url)
    with answering(completion(content="x") | {"roadworthy": {"s3cret": 1, "tool_calls": [{"s3cret": 1}]}}) as server:
        third = ask(server.url)

    assert got == NoReply(reason="the provider reports [withheld]")
    assert other == NoReply(reason="HTTP 200, but the body is text/html, not JSON")
    assert (isinstance(third, NoReply), "s3cret" in third.reason) == (True, False)
