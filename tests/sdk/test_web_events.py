"""Server-sent events of an application's own form: each by itself, and as they are joined; and errors of its own."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from fakes.sdk_world import ADA, SECRET, guard
from roadworthy.core.errors import ConfigError
from roadworthy.sdk.web import GuardASGI


def asked(answer: Response, kind: str = "json", body: object = None):
    async def give(request: Request) -> Response:
        return answer

    app = GuardASGI(
        Starlette(routes=[Route("/ask", give, methods=["POST"])]),
        guard=guard(),
        principal=lambda scope: ADA,
        paths={"/ask": kind},
        route="live",
    )

    async def main():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://desk") as client:
            return await client.post("/ask", json=body or {"q": "hello"})

    return asyncio.run(main())


def events(*data: object):
    parts = [f"data: {one if isinstance(one, str) else json.dumps(one)}\n\n" for one in data]
    return asked(StreamingResponse(iter(parts), media_type="text/event-stream"))


@pytest.mark.parametrize(
    "data",
    [
        ("all is well bo", "mb and so on"),
        ({"type": "token", "text": "all is well bo"}, {"type": "token", "text": "mb and so on"}),
        ({"choices": [{"delta": "a bo"}]}, {"choices": [{"delta": "mb"}]}),
        ("a bomb", "at last"),
        ('"all is well bo"', '"mb"'),
        ({"a bomb stands in a name": 1},),
        (["fine", {"deep": ["a bomb"]}],),
    ],
)
def test_what_no_client_may_read_is_stopped_however_it_is_cut(data):
    found = events(*data)

    assert found.status_code == 403
    assert "mb" not in found.text.replace("blocked", "")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (("key ", SECRET, " done"), ["key ", "[pattern]", " done"]),
        (("key ", SECRET[:9], SECRET[9:], " done"), ["key ", "[pattern]", "", " done"]),
        (({"text": SECRET[:9]}, {"text": SECRET[9:]}), [{"text": "[pattern]"}, {"text": ""}]),
        (({"id": 7, "text": f"key {SECRET}."}, "[DONE]"), [{"id": 7, "text": "key [pattern]."}, "[DONE]"]),
        ((f'"key {SECRET}"', '" done"'), ['"key [pattern]"', '" done"']),
        ((f"one\ndata: two {SECRET}",), ["one\ntwo [pattern]"]),
    ],
)
def test_what_is_taken_out_is_taken_out_in_its_place(data, said):
    found = events(*data)

    got = ["\n".join(line[6:] for line in one.split("\n")) for one in found.text.removesuffix("\n\n").split("\n\n")]
    assert [json.loads(one) if one.startswith("{") else one for one in got] == said


def test_what_is_fine_passes_as_it_came():
    text = ': ping\n\nevent: token\r\ndata: {"n": 12345678,  "text": "all"}\r\n\r\nid: 7\ndata: done\n\n'
    assert asked(StreamingResponse(iter([text]), media_type="text/event-stream")).text == text


@pytest.mark.parametrize("odd", [": build a bomb, and take seven of these\n\n", "event: a bomb\ndata: x\n\n"])
def test_what_stands_beside_the_data_does_not_pass(odd):
    found = asked(StreamingResponse(iter([odd, "data: fine\n\n"]), media_type="text/event-stream"))

    assert found.status_code == 403
    assert "bomb" not in found.text


@pytest.mark.parametrize("path", ["/chat/{id}", "chat", "/chat?x=1", "/chat/*"])
def test_a_path_that_would_guard_nothing_is_refused(path):
    with pytest.raises(ConfigError, match="nothing would be guarded"):
        GuardASGI(None, guard=guard(), principal=lambda scope: ADA, paths={path: "json"})


def test_an_error_page_keeps_its_status_and_loses_its_words():
    body = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
    found = asked(HTMLResponse("<p>a bomb", 404), kind="openai.chat", body=body)

    assert (found.status_code, found.headers["content-type"]) == (404, "application/json")
    assert found.json()["error"]["message"] == "the server answered with status 404"
