"""Every field of every protocol that carries text, with a message or a stream that has a given text there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fakes import anthropic_messages as am
from fakes import mcp_messages as mm
from guard.matrix import openai_fields
from guard.matrix.field import Make, field
from roadworthy.guard.protocols.anthropic.request import AnthropicRequest
from roadworthy.guard.protocols.anthropic.response import AnthropicResponse
from roadworthy.guard.protocols.anthropic.stream import AnthropicStream
from roadworthy.guard.protocols.mcp.message import McpMessage, Side
from roadworthy.guard.protocols.mcp.stream import McpStream
from roadworthy.guard.protocols.plain import Call, PlainCall, PlainStream
from roadworthy.guard.segment import Channel

_field = field

# --- Anthropic Messages


def _asked(*blocks: Any, role: str = "user", **more: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": role, "content": list(blocks)}], **more}


def _answered(*blocks: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": list(blocks),
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
        **more,
    }


_B = am.block
_ANSWERS: dict[str, tuple[Channel, Callable[[str], dict[str, Any]]]] = {
    "text": (Channel.TEXT, lambda t: _B("text", text=t)),
    "thinking": (Channel.REASONING, lambda t: _B("thinking", thinking=t, signature="c2ln")),
    "tool name": (Channel.TOOL_NAME, lambda t: _B("tool_use", id="c1", name=t, input={"a": 1})),
    "tool arguments": (Channel.TOOL_ARGUMENT, lambda t: _B("tool_use", id="c1", name="f", input={"a": t})),
    "citation": (Channel.CITATION, lambda t: _B("text", text="x", citations=[_B("char_location", cited_text=t)])),
    "cited document": (
        Channel.CITATION,
        lambda t: _B("text", text="x", citations=[_B("char_location", cited_text="y", document_title=t)]),
    ),
    "server tool result's address": (
        Channel.TOOL_RESULT,
        lambda t: _B("web_search_tool_result", tool_use_id="s", content=[_B("web_search_result", title="x", url=t)]),
    ),
    "server tool result": (
        Channel.TOOL_RESULT,
        lambda t: _B("web_search_tool_result", tool_use_id="s", content=[_B("web_search_result", title=t, url="u")]),
    ),
}
_ASKS: dict[str, tuple[Channel, Make]] = {
    "system": (Channel.TEXT, lambda t: _asked(system=t)),
    "user text": (Channel.TEXT, lambda t: _asked(_B("text", text=t))),
    "assistant history": (Channel.TEXT, lambda t: _asked(_B("text", text=t), role="assistant")),
    "tool result": (Channel.TOOL_RESULT, lambda t: _asked(_B("tool_result", tool_use_id="c", content=t))),
    "tool result block": (
        Channel.TOOL_RESULT,
        lambda t: _asked(_B("tool_result", tool_use_id="c", content=[_B("text", text=t)])),
    ),
    "document": (
        Channel.RETRIEVED_CHUNK,
        lambda t: _asked(_B("document", source=_B("text", media_type="text/plain", data=t))),
    ),
    "search result": (
        Channel.RETRIEVED_CHUNK,
        lambda t: _asked(_B("search_result", source="u", title="t", content=[_B("text", text=t)])),
    ),
    "image url": (Channel.IMAGE_REFERENCE, lambda t: _asked(_B("image", source=_B("url", url=t)))),
    "tool result image url": (
        Channel.IMAGE_REFERENCE,
        lambda t: _asked(_B("tool_result", tool_use_id="c", content=[_B("image", source=_B("url", url=t))])),
    ),
    "tool result image file": (
        Channel.IMAGE_REFERENCE,
        lambda t: _asked(_B("tool_result", tool_use_id="c", content=[_B("image", source=_B("file", file_id=t))])),
    ),
    "plain user text": (Channel.TEXT, lambda t: _asked() | {"messages": [{"role": "user", "content": t}]}),
    "system block": (Channel.TEXT, lambda t: _asked(system=[_B("text", text=t)])),
    "system citation": (
        Channel.CITATION,
        lambda t: _asked(system=[_B("text", text="x", citations=[_B("char_location", cited_text=t)])]),
    ),
    "cited system document": (
        Channel.CITATION,
        lambda t: _asked(system=[_B("text", text="x", citations=[_B("char_location", document_title=t)])]),
    ),
    "image file": (Channel.IMAGE_REFERENCE, lambda t: _asked(_B("image", source=_B("file", file_id=t)))),
    "document title": (
        Channel.STRUCTURED_FIELD,
        lambda t: _asked(_B("document", title=t, source=_B("text", media_type="text/plain", data="x"))),
    ),
    "source of a search result": (
        Channel.STRUCTURED_FIELD,
        lambda t: _asked(_B("search_result", source=t, title="t", content=[])),
    ),
    "title of a search result": (
        Channel.STRUCTURED_FIELD,
        lambda t: _asked(_B("search_result", source="u", title=t, content=[])),
    ),
    "search result in a tool result": (
        Channel.RETRIEVED_CHUNK,
        lambda t: _asked(
            _B(
                "tool_result",
                tool_use_id="c",
                content=[_B("search_result", source="u", title="t", content=[_B("text", text=t)])],
            )
        ),
    ),
    "source of a search result in a tool result": (
        Channel.STRUCTURED_FIELD,
        lambda t: _asked(
            _B("tool_result", tool_use_id="c", content=[_B("search_result", source=t, title="t", content=[])])
        ),
    ),
    "title of a search result in a tool result": (
        Channel.STRUCTURED_FIELD,
        lambda t: _asked(
            _B("tool_result", tool_use_id="c", content=[_B("search_result", source="u", title=t, content=[])])
        ),
    ),
    "tool name": (Channel.STRUCTURED_FIELD, lambda t: _asked(tools=[{"name": t, "input_schema": {}}])),
    "tool description": (
        Channel.STRUCTURED_FIELD,
        lambda t: _asked(tools=[{"name": "f", "description": t, "input_schema": {}}]),
    ),
    "tool schema": (
        Channel.STRUCTURED_FIELD,
        lambda t: _asked(tools=[{"name": "f", "input_schema": {"properties": {"a": {"description": t}}}}]),
    ),
    "metadata": (Channel.STRUCTURED_FIELD, lambda t: _asked(metadata={"user_id": t})),
    "stop sequence": (Channel.STRUCTURED_FIELD, lambda t: _asked(stop_sequences=[t])),
}
_ASKS |= {
    f"history of {n}": (c, lambda t, m=m: _asked(m(t), role="assistant"))
    for n, (c, m) in _ANSWERS.items()
    if n != "text"
}
_ANTHROPIC = [_field("anthropic.messages", f"request {n}", c, AnthropicRequest, m) for n, (c, m) in _ASKS.items()]
_ANTHROPIC += [
    _field("anthropic.messages", f"answer {n}", c, AnthropicResponse, lambda t, m=m: _answered(m(t)))
    for n, (c, m) in _ANSWERS.items()
]
_ANTHROPIC += [
    _field(
        "anthropic.messages",
        f"answer {n}",
        c,
        AnthropicStream,
        lambda t, m=m: am.streamed(_answered(m(t)), size=5),
        form="streamed",
    )
    for n, (c, m) in _ANSWERS.items()
]

# --- MCP

_SERVES: dict[str, tuple[Channel, Make]] = {
    "result content": (Channel.TOOL_RESULT, lambda t: mm.result(content=[mm.said(t)])),
    "result structuredContent": (Channel.TOOL_RESULT, lambda t: mm.result(content=[], structuredContent={"a": t})),
    "tool description": (Channel.STRUCTURED_FIELD, lambda t: mm.result(tools=[{"name": "f", "description": t}])),
    "prompt message": (Channel.TEXT, lambda t: mm.result(messages=[{"role": "user", "content": mm.said(t)}])),
    "resource": (Channel.RETRIEVED_CHUNK, lambda t: mm.result(contents=[{"uri": "file:///a", "text": t}])),
    "resource link": (
        Channel.IMAGE_REFERENCE,
        lambda t: mm.result(content=[{"type": "resource_link", "name": "r", "uri": t}]),
    ),
    "resource in a result": (
        Channel.TOOL_RESULT,
        lambda t: mm.result(content=[{"type": "resource", "resource": {"uri": "u", "text": t}}]),
    ),
    "address of a resource in a result": (
        Channel.IMAGE_REFERENCE,
        lambda t: mm.result(content=[{"type": "resource", "resource": {"uri": t, "text": "x"}}]),
    ),
    "name of a resource link": (
        Channel.STRUCTURED_FIELD,
        lambda t: mm.result(content=[{"type": "resource_link", "name": t, "uri": "u"}]),
    ),
    "tool name": (Channel.STRUCTURED_FIELD, lambda t: mm.result(tools=[{"name": t}])),
    "tool schema": (
        Channel.STRUCTURED_FIELD,
        lambda t: mm.result(tools=[{"name": "f", "inputSchema": {"properties": {"a": {"description": t}}}}]),
    ),
    "tool annotation": (
        Channel.STRUCTURED_FIELD,
        lambda t: mm.result(tools=[{"name": "f", "annotations": {"title": t}}]),
    ),
    "error data": (
        Channel.TOOL_RESULT,
        lambda t: {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "x", "data": {"why": t}}},
    ),
    "elicitation": (Channel.TEXT, lambda t: mm.request("elicitation/create", message=t, requestedSchema={})),
    "input required": (
        Channel.TEXT,
        lambda t: mm.result(
            resultType="input_required",
            inputRequests={"q": {"method": "elicitation/create", "params": {"message": t}}},
        ),
    ),
    "sampling": (Channel.TEXT, lambda t: mm.request("sampling/createMessage", systemPrompt=t, messages=[])),
    "progress": (
        Channel.TEXT,
        lambda t: mm.notification("notifications/progress", progressToken=1, progress=1, message=t),
    ),
    "log": (Channel.TEXT, lambda t: mm.notification("notifications/message", level="info", data=t)),
    "error": (Channel.TOOL_RESULT, lambda t: {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": t}}),
    "instructions": (Channel.TEXT, lambda t: mm.result(instructions=t)),
}
_CALLS: dict[str, tuple[Channel, Make]] = {
    "tool name": (Channel.TOOL_NAME, lambda t: mm.request("tools/call", name=t, arguments={"a": 1})),
    "tool arguments": (Channel.TOOL_ARGUMENT, lambda t: mm.request("tools/call", name="f", arguments={"a": t})),
    "_meta": (Channel.STRUCTURED_FIELD, lambda t: mm.request("tools/list", _meta={"a": t})),
    "resource address": (Channel.TOOL_ARGUMENT, lambda t: mm.request("resources/read", uri=t)),
    "elicited": (Channel.STRUCTURED_FIELD, lambda t: mm.result(action="accept", content={"a": t})),
    "sampled": (Channel.TEXT, lambda t: mm.result(role="assistant", model="m", content=mm.said(t))),
}
_MCP = [_field("mcp", f"client {n}", c, lambda: McpMessage(Side.CLIENT), m) for n, (c, m) in _CALLS.items()]
_MCP += [_field("mcp", f"server {n}", c, lambda: McpMessage(Side.SERVER), m) for n, (c, m) in _SERVES.items()]
_MCP += [
    _field("mcp", f"server {n}", c, McpStream, lambda t, m=m: mm.streamed(m(t)), form="streamed")
    for n, (c, m) in _SERVES.items()
]

# --- plain calls

_PLAIN = [
    _field("plain", "arguments", Channel.TEXT, lambda: PlainCall(Call.ARGUMENTS), lambda t: {"question": t}),
    _field("plain", "result", Channel.TEXT, lambda: PlainCall(Call.RESULT), lambda t: t),
    _field(
        "plain",
        "tool arguments",
        Channel.TOOL_ARGUMENT,
        lambda: PlainCall(Call.ARGUMENTS, tool="f"),
        lambda t: {"a": t},
    ),
    _field("plain", "tool result", Channel.TOOL_RESULT, lambda: PlainCall(Call.RESULT, tool="f"), lambda t: {"a": t}),
    _field("plain", "result", Channel.TEXT, PlainStream, lambda t: t.encode(), form="streamed"),
]

FIELDS = [*_ANTHROPIC, *_MCP, *_PLAIN, *openai_fields.FIELDS]
