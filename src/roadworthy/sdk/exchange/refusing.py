"""What a client is told over HTTP where the guard stops a request or an answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError, RoadworthyError
from roadworthy.guard.session.errors import ApprovalRequiredError, BlockedError, BudgetExhaustedError
from roadworthy.guard.verdict import Action
from roadworthy.sdk.exchange.bodies import written

Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_EVENTS = "text/event-stream"


class HttpError(ConfigError):
    """What is wrong with the form of a request."""

    code = "roadworthy.http"

    def __init__(self, problem: str, *, status: int, fix: str) -> None:
        super().__init__(problem, where="the request", fix=fix)
        self.status = status


def event_of(error: RoadworthyError) -> str:
    """Return the id of the event that was stopped; empty: none was."""
    return error.decision.event if isinstance(error, BlockedError) else ""


def _status(error: RoadworthyError) -> int:
    match error:
        case BudgetExhaustedError():
            return 429
        case ApprovalRequiredError():
            return 409
        case BlockedError():
            return 403 if error.decision.action is not Action.ESCALATE else 409
        case HttpError():
            return error.status
        case _:
            return 502


def _error(error: RoadworthyError) -> JsonValue:
    """Return what a client is told. The innards of a fault are not a client's to see."""
    status = _status(error)
    said = error.message if isinstance(error, BlockedError) else error.problem
    if status == 502:
        said = "The answer could not be checked, so it was not sent."
    kind = "blocked_by_policy" if isinstance(error, BlockedError) else "invalid_request_error"
    told: dict[str, JsonValue] = {"message": said, "type": kind, "param": None, "code": error.code}
    if isinstance(error, ApprovalRequiredError):
        told["question"] = error.asked.id
    return {"error": {**told, "request_id": event_of(error)}}


async def refuse(send: Send, error: RoadworthyError, *, event: str) -> None:
    """Send ``error`` as the whole answer."""
    content = written(_error(error))
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if event:
        headers.append((b"x-request-id", event.encode()))
    wait = error.retry_after_s if isinstance(error, BudgetExhaustedError) else None
    if wait is not None:
        headers.append((b"retry-after", str(max(1, int(wait) + 1)).encode()))
    await send({"type": "http.response.start", "status": _status(error), "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})


def said_in_stream(kind: str, error: RoadworthyError) -> bytes:
    """Return what ends a stream of type ``kind`` that has begun."""
    body = _error(error)
    if kind == _EVENTS:
        return f"event: error\ndata: {json.dumps(body, ensure_ascii=False)}\n\n".encode()
    return f"\n{body['error']['message']}".encode()  # type: ignore[index,call-overload]  # made just above
