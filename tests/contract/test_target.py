"""What every target promises, against real local servers, callables and files."""

import asyncio
import json
import time

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from roadworthy.adapters.targets import build_target
from roadworthy.core.digest import canonical_json, is_digest
from roadworthy.evals.model import Message, Reply
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import TargetSpec

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


async def echo(incoming):
    body = await incoming.json()
    text = f"you said {body['messages'][-1]['content']}" if "messages" in body else f"you said {body.get('q')}"
    if incoming.path.endswith("/chat/completions"):
        return web.json_response({"choices": [{"message": {"content": text}}]})
    return web.json_response({"answer": text})


@pytest.fixture(params=["openai", "http", "python", "precomputed"])
def target(request, tmp_path):
    if request.param == "precomputed":
        (tmp_path / "out.jsonl").write_text(json.dumps({"sample": "s0", "epoch": 0, "text": "you said hello"}) + "\n")
        yield build_target(TargetSpec(key="t", kind="precomputed", outputs="out.jsonl"), root=tmp_path, environ={})
        return
    if request.param == "python":
        (tmp_path / "contract_target_module.py").write_text(MODULE)
        spec = TargetSpec(key="t", kind="python", callable="contract_target_module:answer")
        yield build_target(spec, root=tmp_path, environ={})
        return
    with LocalServer(echo) as server:
        spec = (
            TargetSpec(key="t", kind="openai", url=f"{server.url}/v1", model="m")
            if request.param == "openai"
            else TargetSpec(key="t", kind="http", url=server.url, body={"q": "{{prompt}}"}, reply_path="/answer")
        )
        yield build_target(spec, root=tmp_path, environ={})


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
    assert time.perf_counter() - started < 10
