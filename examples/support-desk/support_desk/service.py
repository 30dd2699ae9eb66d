"""The HTTP service: OpenAI's chat completions on top of the assistant."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from support_desk.assistant import Assistant, Outcome
from support_desk.language_model import LanguageModel, ModelError
from support_desk.orders import load_shop
from support_desk.prompts import load_prompts
from support_desk.request import HELP, MODELS, ChatRequest, RequestError, read_request
from support_desk.requests_log import RequestsLog
from support_desk.retrieval import Index, load_passages
from support_desk.sessions import HEADER, customer_of

MAX_BODY_BYTES = 256 * 1024
_ASSISTANT: web.AppKey[Assistant] = web.AppKey("assistant", Assistant)
_LOG: web.AppKey[RequestsLog] = web.AppKey("log", RequestsLog)
_SESSION_KEY: web.AppKey[bytes] = web.AppKey("session_key", bytes)
_GUARDED: web.AppKey[Any] = web.AppKey("guarded", object)
"""`support_desk.guarded.GuardedAssistant`; it is imported only where there is a policy."""


def build_app(
    *,
    root: Path,
    model_url: str,
    model_key: str = "",
    guard: Path | None = None,
    session_key: bytes = b"",
    log: Path | None = None,
) -> web.Application:
    """Make the service.

    Args:
        root: Folder that holds ``prompts``, ``kb`` and ``data``.
        model_url: Address of the language model's server, without ``/v1``.
        model_key: What that server asks for as a bearer token; empty for none.
        guard: File of the guard policy by which everything is judged; None: nothing is.
        session_key: Under which the web site signs customers' sessions; empty: nobody is signed in.
        log: File to which each request adds a line with its figures, without content; None: none is kept.
    """
    app = web.Application(client_max_size=MAX_BODY_BYTES)

    async def assistant(app: web.Application) -> AsyncIterator[None]:
        async with LanguageModel(model_url, key=model_key) as model:
            app[_ASSISTANT] = Assistant(
                model=model,
                prompts=load_prompts(root / "prompts"),
                index=Index(load_passages(root / "kb")),
                shop=load_shop(root / "data" / "orders.json"),
            )
            yield

    app[_LOG] = RequestsLog(log)
    app[_SESSION_KEY] = session_key
    app.cleanup_ctx.append(assistant)
    if guard is not None:
        app.cleanup_ctx.append(_guarded_by(guard))
    app.router.add_get("/healthz", _health)
    app.router.add_get("/v1/models", _models)
    app.router.add_post("/v1/chat/completions", _chat)
    return app


def _guarded_by(policy: Path) -> Callable[[web.Application], AsyncIterator[None]]:
    async def guarded(app: web.Application) -> AsyncIterator[None]:
        from support_desk.guarded import GuardedAssistant

        app[_GUARDED] = GuardedAssistant(app[_ASSISTANT], policy=policy)
        yield

    return guarded


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _models(_: web.Request) -> web.Response:
    return web.json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]})


async def _chat(request: web.Request) -> web.Response:
    try:
        asked = read_request(json.loads(await request.read()))
    except web.HTTPRequestEntityTooLarge:
        return _error(413, f"the body is larger than {MAX_BODY_BYTES} bytes")
    except ValueError:
        return _error(400, "the body is not JSON")
    except RequestError as fault:
        return _error(fault.status, str(fault), param=fault.param)
    if _GUARDED in request.app:
        return await _guarded_chat(request, asked)
    assistant = request.app[_ASSISTANT]
    answer = assistant.help if asked.model == HELP else assistant.account
    began = time.monotonic()
    try:
        outcome = await answer(asked.turns, asked.sampling)
    except ModelError as fault:
        return _error(502, str(fault), kind="server_error")
    model_calls = 1 + ("act-prompt" in outcome.components)
    request.app[_LOG].add(asked.model, seconds=time.monotonic() - began, model_calls=model_calls)
    return web.json_response(_body(asked, outcome, digests=assistant.prompts.digests))


async def _guarded_chat(request: web.Request, asked: ChatRequest) -> web.Response:
    guarded = request.app[_GUARDED]
    session = request.headers.get(HEADER, "")
    customer = customer_of(session, key=request.app[_SESSION_KEY], now=time.time())
    answer = guarded.help if asked.model == HELP else guarded.account
    began = time.monotonic()
    try:
        outcome, figures = await answer(asked.turns, asked.sampling, customer=customer)
    except ModelError as fault:
        return _error(502, str(fault), kind="server_error")
    except Exception as fault:  # noqa: BLE001 - whatever breaks, the answer stays closed
        # What could not be judged is not told, and what broke may hold what a customer said.
        print(f"error: a request could not be judged: {type(fault).__name__}", file=sys.stderr)
        return _error(500, "the request could not be judged, so it is not answered", kind="server_error")
    request.app[_LOG].add(asked.model, seconds=time.monotonic() - began, **figures)
    digests = {**request.app[_ASSISTANT].prompts.digests, "guard": guarded.digest}
    return web.json_response(_body(asked, outcome, digests=digests))


def _error(status: int, message: str, *, param: str | None = None, kind: str = "invalid_request_error") -> web.Response:
    error = {"message": message, "type": kind, "param": param, "code": None}
    return web.json_response({"error": error}, status=status)


def _body(asked: ChatRequest, outcome: Outcome, *, digests: dict[str, str]) -> dict[str, Any]:
    content = json.dumps([asked.model, asked.turns, outcome.text])
    return {
        "id": "chatcmpl-" + hashlib.sha256(content.encode()).hexdigest()[:24],
        "object": "chat.completion",
        "created": 0,
        "model": asked.model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": outcome.text},
                "finish_reason": outcome.finish_reason,
            }
        ],
        "usage": {
            "prompt_tokens": outcome.input_tokens,
            "completion_tokens": outcome.output_tokens,
            "total_tokens": outcome.input_tokens + outcome.output_tokens,
        },
        "roadworthy": {
            "components": list(outcome.components),
            "digests": {key: digest for key, digest in digests.items() if key in outcome.components},
            "contexts": [{"source": passage.source, "text": passage.text} for passage in outcome.passages],
            "tool_calls": [{"name": name, "arguments": dict(given)} for name, given in outcome.tool_calls],
        },
    }
