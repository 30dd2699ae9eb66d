"""Messages of the protocols as segments, by the protocol's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.anthropic.request import AnthropicRequest
from roadworthy.guard.protocols.anthropic.response import AnthropicResponse
from roadworthy.guard.protocols.codec import Decoded, MessageCodec
from roadworthy.guard.protocols.mcp.message import McpMessage, Side
from roadworthy.guard.protocols.openai_chat.request import ChatRequest
from roadworthy.guard.protocols.openai_chat.response import ChatResponse
from roadworthy.guard.protocols.openai_responses.request import ResponsesRequest
from roadworthy.guard.protocols.openai_responses.response import ResponsesResponse
from roadworthy.guard.protocols.plain import Call, PlainCall

_CODECS: Mapping[str, Callable[[str], MessageCodec]] = {
    "openai.chat.request": lambda tool: ChatRequest(),
    "openai.chat.response": lambda tool: ChatResponse(),
    "openai.responses.request": lambda tool: ResponsesRequest(),
    "openai.responses.response": lambda tool: ResponsesResponse(),
    "anthropic.messages.request": lambda tool: AnthropicRequest(),
    "anthropic.messages.response": lambda tool: AnthropicResponse(),
    "mcp.client": lambda tool: McpMessage(Side.CLIENT),
    "mcp.server": lambda tool: McpMessage(Side.SERVER),
    "plain.arguments": lambda tool: PlainCall(Call.ARGUMENTS, tool=tool),
    "plain.result": lambda tool: PlainCall(Call.RESULT, tool=tool),
}

PROTOCOLS = tuple(_CODECS)
"""Kinds of messages that can be read."""


def decoded(protocol: str, body: JsonValue, *, tool: str = "") -> Decoded:
    """Return ``body`` as segments.

    Args:
        protocol: One of `PROTOCOLS`.
        body: The message.
        tool: For ``plain``: the tool that is called; empty: it is none.

    Raises:
        ConfigError: If there is no such protocol, or ``body`` is no message of it.
    """
    if protocol not in _CODECS:
        raise ConfigError(f"unknown protocol {protocol!r}", where="protocol", fix=f"use one of {', '.join(PROTOCOLS)}")
    return _CODECS[protocol](tool).decode(body)
