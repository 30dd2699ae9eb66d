"""Messages of MCP, made up: what each side sends, in both live revisions."""

from __future__ import annotations

import json
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
ids = st.integers(-5, 10**6) | st.text("abc-01", min_size=1, max_size=8)
STATELESS = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "app", "version": "1"},
}


def request(method: str, *, id_: Any = 1, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": params}


def notification(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params}


def result(*, id_: Any = 1, **fields: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id_, "result": fields}


def said(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def strategies(words: st.SearchStrategy[str], *, names: st.SearchStrategy[str] | None = None) -> SimpleNamespace:
    """Return strategies for messages whose texts are of ``words``."""
    json_values = st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | words,
        lambda below: (
            st.lists(below, max_size=3) | st.dictionaries(words if names is None else names, below, max_size=3)
        ),
        max_leaves=6,
    )
    objects = st.dictionaries(words if names is None else names, json_values, max_size=3)
    metas = st.sampled_from([{}, {"_meta": STATELESS}, {"_meta": {"progressToken": 7}}])
    blocks = (
        st.builds(said, words)
        | st.builds(lambda uri: {"type": "resource_link", "uri": uri, "name": "r"}, words)
        | st.builds(lambda text: {"type": "resource", "resource": {"uri": "file:///a", "text": text}}, words)
        | st.just({"type": "image", "mimeType": "image/png", "data": "iVBORw0KGgo="})
    )
    requests = st.builds(
        lambda call, name, given, meta: {**request("tools/call", id_=call, name=name, arguments=given, **meta)},
        ids,
        words,
        objects,
        metas,
    )
    tools = st.builds(
        lambda name, about, schema: {
            "name": name,
            "description": about,
            "inputSchema": schema,
            "annotations": {"title": about},
        },
        words,
        words,
        objects,
    )
    calls = st.builds(
        lambda call, content, data: result(id_=call, content=content, structuredContent=data),
        ids,
        st.lists(blocks, max_size=3),
        objects,
    )
    results = (
        st.builds(
            lambda call, content, data: result(id_=call, content=content, structuredContent=data),
            ids,
            st.lists(blocks, max_size=3),
            objects,
        )
        | st.builds(
            lambda call, listed: result(id_=call, tools=listed, ttlMs=5, cacheScope="private"),
            ids,
            st.lists(tools, max_size=2),
        )
        | st.builds(lambda text: notification("notifications/message", level="info", data=text), words)
        | st.builds(
            lambda text: notification("notifications/progress", progressToken=1, progress=0.5, message=text), words
        )
        | st.builds(
            lambda text: {"jsonrpc": "2.0", "id": 1, "error": {"code": -32603, "message": text, "data": {"why": text}}},
            words,
        )
    )
    # Copies, because who draws a message may change it, and constants in it are the same object each time.
    return SimpleNamespace(
        requests=requests.map(deepcopy),
        results=results.map(deepcopy),
        json_values=json_values,
        calls=calls.map(deepcopy),
    )


_made = strategies(words)
requests, results, json_values = _made.requests, _made.results, _made.json_values


def streamed(*messages: Any) -> bytes:
    """Return a stream of messages, one an event."""
    return b"".join(
        f"event: message\nid: {number}\ndata: {json.dumps(one)}\n\n".encode() for number, one in enumerate(messages)
    )
