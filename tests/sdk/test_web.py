"""The ASGI middleware around real Starlette and FastAPI applications, and bare ones that misbehave."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from fakes.guard_world import NOW
from fakes.sdk_world import ADA, ASKING, BLOCKED_WORDS, SECRET, chat_answer, chat_chunks, guard
from roadworthy.core.errors import ConfigError
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.budget.model import Budget, Unit
from roadworthy.sdk.web import GuardASGI

PATHS = {"/chat": "openai.chat", "/ask": "json"}


def guarded(app, *, using=None, **settings):
    return GuardASGI(app, guard=using or guard(), principal=lambda scope: ADA, paths=PATHS, **settings)


def asked(app, path="/ask", *, method="POST", **settings):
    async def main():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.request(method, path, **settings)

    return asyncio.run(main())


async def ask(request: Request) -> Response:
    question = await request.json()
    return JSONResponse({"answer": f"you said {question['q']}"})


async def stream(request: Request) -> Response:
    async def words():
        for word in ("all is well, ", f"the key is {SECRET[:8]}", f"{SECRET[8:]}, ", "and so on and on and on"):
            yield word

    return StreamingResponse(words(), media_type="text/plain")


def of(endpoint, path="/ask"):
    return guarded(Starlette(routes=[Route(path, endpoint, methods=["POST", "GET"])]), route="live")


def test_requests_and_answers_are_judged_and_edited():
    found = asked(of(ask), json={"q": f"hello {SECRET}"})

    assert found.status_code == 200
    assert found.json()["answer"].startswith("you said hello")
    assert SECRET not in found.text


def test_a_blocked_request_says_so_in_the_protocols_shape_with_an_id():
    found = asked(of(ask), json={"q": "a bomb"})

    assert found.status_code == 403
    assert found.json()["error"]["message"] == BLOCKED_WORDS
    assert found.headers["x-request-id"] == found.json()["error"]["request_id"]
    assert found.headers["cache-control"] == "no-store"


def test_a_chat_endpoint_is_guarded_whole_and_as_a_stream():
    async def chat(request: Request) -> Response:
        body = await request.json()
        if body.get("stream"):
            return StreamingResponse(iter([chat_chunks(f"so {SECRET}!")]), media_type="text/event-stream")
        return JSONResponse(chat_answer("a bomb" if len(body["messages"]) > 1 else "fine"))

    hello = {"role": "user", "content": "hello"}
    app = of(chat, "/chat")

    assert (
        asked(app, "/chat", json={"model": "m", "messages": [hello]}).json()["choices"][0]["message"]["content"]
        == "fine"
    )
    assert asked(app, "/chat", json={"model": "m", "messages": [hello, hello]}).status_code == 403
    found = asked(app, "/chat", json={"model": "m", "messages": [hello], "stream": True})
    assert found.text.endswith("data: [DONE]\n\n")
    assert SECRET not in found.text


def test_plain_text_streams_are_judged_bit_by_bit():
    found = asked(of(stream), json={"q": "hello"})

    assert found.text.startswith("all is well")
    assert "sk-live" not in found.text


def test_a_stream_that_is_stopped_ends_with_the_words_for_the_person():
    async def bad(request: Request) -> Response:
        words = ["all is well and so on and on and on and on, ", "and then a bomb ", "and more"]
        return StreamingResponse(iter(words), media_type="text/plain")

    found = asked(of(bad), json={"q": "hello"})

    assert found.text.startswith("all is well")
    assert found.text.endswith(BLOCKED_WORDS)
    assert "bomb" not in found.text


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"content": b"{}", "headers": {"content-type": "application/json", "content-encoding": "gzip"}}, 415),
        ({"content": b"<a/>", "headers": {"content-type": "application/xml"}}, 415),
        ({"content": b'{"a": 1, "a": 2}', "headers": {"content-type": "application/json"}}, 400),
        ({"content": b"\xff", "headers": {"content-type": "text/plain"}}, 400),
        ({"json": {"q": "x" * 2_000}}, 413),
        ({"json": {"q": "hello"}, "params": {"also": "bomb"}}, 400),
    ],
)
def test_a_request_that_cannot_be_judged_is_refused_clearly(settings, status):
    app = guarded(Starlette(routes=[Route("/ask", ask, methods=["POST"])]), max_body_bytes=1_000)
    found = asked(app, **settings)

    assert found.status_code == status
    assert found.json()["error"]["message"]


@pytest.mark.parametrize(
    "answer",
    [
        Response(b"bytes", media_type="application/octet-stream"),
        Response(b"x", media_type="text/plain", headers={"content-encoding": "gzip"}),
        PlainTextResponse("x", media_type="text/html"),
        Response(b"{", media_type="application/json"),
    ],
)
def test_an_answer_that_cannot_be_judged_is_not_given(answer):
    async def give(request: Request) -> Response:
        return answer

    found = asked(of(give), json={"q": "hello"})

    assert found.status_code == 502
    assert found.json()["error"]["message"] == "The answer could not be checked, so it was not sent."


def test_a_budget_that_is_used_up_says_when_to_come_again():
    using = guard(budgets=(Budget(name="calls", unit=Unit.REQUESTS, limit=1, window_s=60),))
    app = guarded(Starlette(routes=[Route("/ask", ask, methods=["POST"])]), using=using)

    assert asked(app, json={"q": "hello"}).status_code == 200
    found = asked(app, json={"q": "hello"})
    assert found.status_code == 429
    assert int(found.headers["retry-after"]) > 0


def test_other_paths_go_by_untouched():
    async def other(request: Request) -> Response:
        return PlainTextResponse("a bomb", headers={"etag": "x"})

    app = guarded(Starlette(routes=[Route("/other", other)]))

    assert asked(app, "/other", method="GET").text == "a bomb"


def test_fastapi_reads_what_was_judged():
    class Question(BaseModel):
        q: str

    made = FastAPI()
    seen = []

    @made.post("/ask")
    async def answer(question: dict) -> dict:
        seen.append(question["q"])
        return {"answer": Question(q=question["q"]).q}

    made.add_middleware(GuardASGI, guard=guard(), principal=lambda scope: ADA, paths={"/ask": "json"})

    assert asked(made, json={"q": f"hello {SECRET}"}).status_code == 200
    assert SECRET not in seen[0]


def bare(app, *messages):
    """Return what an application sends that was sent ``messages``."""
    sent = []
    waiting = list(messages)

    async def receive():
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/ask", "query_string": b"",
             "headers": [(b"content-type", b"application/json")]}  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent


def test_who_goes_before_the_end_of_the_body_reaches_nothing():
    reached = []

    async def app(scope, receive, send):
        reached.append(scope)

    assert bare(guarded(app), {"type": "http.request", "body": b"{", "more_body": True}) == []
    assert reached == []


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [
            {"type": "http.response.start", "status": 200, "headers": []},
            {"type": "http.response.pathsend", "path": "/x"},
        ],
        [{"type": "http.response.body", "body": b"x"}],
    ],
)
def test_an_application_that_misbehaves_gives_nothing(messages):
    async def app(scope, receive, send):
        for message in messages:
            await send(message)

    sent = bare(guarded(app), {"type": "http.request", "body": json.dumps({"q": "hello"}).encode()})

    assert sent[0]["status"] == 502


def test_an_exception_of_the_application_passes_and_its_place_becomes_free():
    using = guard(budgets=(Budget(name="at-once", unit=Unit.CONCURRENT, limit=1),))

    async def app(scope, receive, send):
        raise KeyError("its own")

    for _ in range(2):
        with pytest.raises(KeyError, match="its own"):
            bare(guarded(app, using=using), {"type": "http.request", "body": b'{"q": "hello"}'})


def test_a_socket_on_a_guarded_path_is_closed():
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(guarded(None)({"type": "websocket", "path": "/ask", "headers": []}, None, send))

    assert sent[0]["type"] == "websocket.close"


def test_paths_must_be_named_with_a_kind_that_is_known():
    with pytest.raises(ConfigError, match="no path is guarded"):
        GuardASGI(None, guard=guard(), principal=lambda scope: ADA, paths={})
    with pytest.raises(ConfigError, match="no kind of message"):
        GuardASGI(None, guard=guard(), principal=lambda scope: ADA, paths={"/x": "xml"})


async def says_bomb(request: Request) -> Response:
    return JSONResponse({"text": "a bomb"})


@pytest.mark.parametrize("path", ["/app/ask", "/app/ask/"])
def test_a_path_is_guarded_where_the_server_puts_a_prefix_before_it(path):
    async def main():
        transport = httpx.ASGITransport(app=of(says_bomb), root_path="/app")
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.post(path.rstrip("/"), json={"q": "hello"})

    assert asyncio.run(main()).status_code == 403


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD"])
def test_a_request_for_headers_carries_no_text_in_or_out(method):
    seen = []

    async def echo(request: Request) -> Response:
        seen.append(await request.body())
        return JSONResponse({"text": "a bomb"}, headers={"allow": "POST"})

    app = guarded(Starlette(routes=[Route("/ask", echo, methods=["GET", "OPTIONS"])]))

    found = asked(app, method=method, content=b"a bomb")
    assert (found.status_code, found.content, found.headers["allow"]) == (200, b"", "POST")
    assert seen == [b""]
    assert asked(app, method=method, params={"q": "a bomb"}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("content-type", "application/json; charset=utf-7")], 415),
        ([("content-type", "application/x-www-form-urlencoded"), ("content-type", "application/json")], 400),
        ([("content-type", "application/json"), ("content-encoding", "gzip"), ("content-encoding", "identity")], 400),
    ],
)
def test_a_body_that_could_be_read_in_two_ways_is_refused(headers, status):
    assert asked(of(ask), content=b'{"q": "hello"}', headers=headers).status_code == status


def test_an_answer_in_another_encoding_is_not_sent():
    async def other(request: Request) -> Response:
        return Response(b'{"t": "+AGIAbwBtAGI-"}', headers={"content-type": "application/json; charset=utf-7"})

    assert asked(of(other), json={"q": "hello"}).status_code == 502


def test_an_answer_without_a_body_passes():
    async def nothing(request: Request) -> Response:
        return Response(status_code=204)

    assert asked(of(nothing), json={"q": "hello"}).status_code == 204


def test_who_does_not_say_for_whom_is_told_so():
    app = GuardASGI(Starlette(), guard=guard(), principal=lambda scope: None, paths=PATHS)

    assert asked(app, json={"q": "hello"}).status_code == 401


def test_pictures_are_refused():
    part = {"type": "image_url", "image_url": {"url": "https://x.org/a.png"}}
    body = {"model": "m", "messages": [{"role": "user", "content": [part]}]}

    found = asked(of(ask, "/chat"), "/chat", json=body)
    assert found.status_code == 400
    assert "cannot be judged" in found.json()["error"]["message"]


def test_what_waits_for_a_person_says_which_question():
    book = InProcessApprovals()
    using = guard(tools=ASKING, approvals=book)

    async def calls(request: Request) -> Response:
        return JSONResponse(chat_answer("", [("c1", "send", {"to": "bob@x.org"})]))

    app = guarded(Starlette(routes=[Route("/chat", calls, methods=["POST"])]), using=using)
    found = asked(app, "/chat", json={"model": "m", "messages": [{"role": "user", "content": "hello"}]})

    assert found.status_code == 409
    assert found.json()["error"]["question"] == book.pending(tenant="acme", at=NOW)[0].id
