"""Which endpoints of the model services are served. What is not here is refused: nobody would judge what it carries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from roadworthy.guard.protocols.anthropic.request import AnthropicRequest
from roadworthy.guard.protocols.anthropic.response import AnthropicResponse
from roadworthy.guard.protocols.anthropic.stream import AnthropicStream
from roadworthy.guard.protocols.openai_chat.request import ChatRequest
from roadworthy.guard.protocols.openai_chat.response import ChatResponse
from roadworthy.guard.protocols.openai_chat.stream import ChatStream
from roadworthy.guard.protocols.openai_responses.request import ResponsesRequest
from roadworthy.guard.protocols.openai_responses.response import ResponsesResponse
from roadworthy.guard.protocols.openai_responses.stream import ResponsesStream
from roadworthy.sdk.exchange.calls import OF_BLOCKS, OF_CHAT, OF_RESPONSES
from roadworthy.sdk.exchange.shaped import (
    COMPLETIONS_ANSWER,
    COMPLETIONS_REQUEST,
    COUNTED,
    EMBEDDINGS_ANSWER,
    EMBEDDINGS_REQUEST,
    MODERATIONS_ANSWER,
    MODERATIONS_REQUEST,
)
from roadworthy.sdk.exchange.surface import Surface

CHAT = Surface(
    protocol="openai.chat",
    request=ChatRequest(),
    has_messages=True,
    answer=ChatResponse(),
    stream=lambda model: ChatStream(model=model),
    calls=OF_CHAT,
)
RESPONSES = Surface(
    protocol="openai.responses",
    request=ResponsesRequest(),
    has_messages=True,
    answer=ResponsesResponse(),
    stream=lambda model: ResponsesStream(model=model),
    calls=OF_RESPONSES,
)
MESSAGES = Surface(
    protocol="anthropic.messages",
    request=AnthropicRequest(),
    has_messages=True,
    answer=AnthropicResponse(),
    stream=lambda model: AnthropicStream(model=model),
    calls=OF_BLOCKS,
)
EMBEDDINGS = Surface(protocol="openai.embeddings", request=EMBEDDINGS_REQUEST, answer=EMBEDDINGS_ANSWER)
MODERATIONS = Surface(protocol="openai.moderations", request=MODERATIONS_REQUEST, answer=MODERATIONS_ANSWER)
COMPLETIONS = Surface(protocol="openai.completions", request=COMPLETIONS_REQUEST, answer=COMPLETIONS_ANSWER)
COUNT_TOKENS = Surface(protocol="anthropic.count_tokens", request=AnthropicRequest(), answer=COUNTED, has_messages=True)
_FETCHED = Surface(
    protocol="openai.responses",
    request=None,
    answer=ResponsesResponse(),
    stream=lambda model: ResponsesStream(model=model),
    calls=OF_RESPONSES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A method and path of a service."""

    method: str
    path: re.Pattern[str]
    """Of the whole path, whatever host and prefix a gateway puts before it."""

    surface: Surface | None
    """None: its messages carry no text of the application's, and it passes as it is."""


def _endpoint(method: str, path: str, surface: Surface | None) -> Endpoint:
    return Endpoint(method=method, path=re.compile(rf"(?:/[A-Za-z0-9._~-]+)*{path}/?"), surface=surface)


_ID = r"/[A-Za-z0-9._:-]+"
OPENAI = (
    _endpoint("POST", "/chat/completions", CHAT),
    _endpoint("POST", "/responses", RESPONSES),
    _endpoint("GET", f"/responses/resp{_ID[1:]}", _FETCHED),
    _endpoint("POST", f"/responses{_ID}/cancel", _FETCHED),
    _endpoint("POST", "/embeddings", EMBEDDINGS),
    _endpoint("POST", "/moderations", MODERATIONS),
    _endpoint("POST", "/completions", COMPLETIONS),
    _endpoint("GET", f"/models(?:{_ID})?", None),
)
ANTHROPIC = (
    _endpoint("POST", "/messages", MESSAGES),
    _endpoint("POST", "/messages/count_tokens", COUNT_TOKENS),
    _endpoint("GET", f"/models(?:{_ID})?", None),
)


def endpoint_of(endpoints: Sequence[Endpoint], *, method: str, path: str) -> Endpoint | None:
    """Return the endpoint that serves a request; None: it is not served.

    >>> endpoint_of(OPENAI, method="POST", path="/v1/chat/completions").surface.protocol
    'openai.chat'
    >>> endpoint_of(OPENAI, method="POST", path="/v1/images/generations") is None
    True
    """
    return next((one for one in endpoints if one.method == method and one.path.fullmatch(path)), None)
