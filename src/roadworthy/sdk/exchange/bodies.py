"""Bodies of requests and answers as bytes of JSON: judged, and the same bytes where nothing is changed."""

from __future__ import annotations

import json

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.strict_json import parsed
from roadworthy.sdk.exchange.exchange import Exchange

MAX_BODY_BYTES = 64_000_000
"""Most bytes of a request or of a whole answer."""


def request_body(exchange: Exchange, content: bytes) -> bytes:
    """Return the body of a request as it may go on, the same bytes where nothing is changed.

    Raises:
        BlockedError: If it may not.
        ConfigError: If it cannot be read.
    """
    if exchange.surface.request is None:
        if content.strip() not in (b"", b"{}"):
            raise ConfigError("a request without a body was expected", where=exchange.surface.protocol, fix="send none")
        return content
    body = json_of(content, where="the request")
    sent = exchange.sent(body)
    return content if sent is body else written(sent)


def answer_body(exchange: Exchange, content: bytes, *, status: int) -> bytes:
    """Return the body of an answer as the application may have it.

    An error of the server's that is not in the protocol's form is put into few words: nobody has read it.

    Raises:
        BlockedError: If it may not.
        ConfigError: If it cannot be read.
    """
    if status >= 400:
        exchange.failed()
    try:
        body = json_of(content, where="the answer")
        came = exchange.came(body)
    except ConfigError:
        if status < 400:
            raise
        return written({"error": {"message": f"the server answered with status {status}", "type": "server_error"}})
    return content if came is body else written(came)


def json_of(content: bytes, *, where: str) -> JsonValue:
    """Return what ``content`` says.

    Raises:
        ConfigError: If it is too long, no JSON, or could be read as two things.
    """
    if len(content) > MAX_BODY_BYTES:
        raise ConfigError(f"{where} has more than {MAX_BODY_BYTES:,} bytes", where=where, fix="send less at a time")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise ConfigError(f"{where} is not UTF-8", where=where, fix="send JSON as UTF-8") from None
    return parsed(text, where=where)


def written(body: JsonValue) -> bytes:
    """Return ``body`` as the bytes of JSON."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
