"""Requests, answers and streams of Anthropic Messages, made up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
ids = st.text("abcdefXYZ0189_", min_size=1, max_size=12)


def block(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, **fields}


def strategies(
    words: st.SearchStrategy[str], *, names: st.SearchStrategy[str] | None = None, thinking: bool = True
) -> SimpleNamespace:
    """Return strategies for messages whose texts are of ``words``."""
    json_values = st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | words,
        lambda below: (
            st.lists(below, max_size=3) | st.dictionaries(words if names is None else names, below, max_size=3)
        ),
        max_leaves=6,
    )
    inputs = st.dictionaries(words if names is None else names, json_values, max_size=3)

    citations = st.fixed_dictionaries(
        {
            "type": st.just("char_location"),
            "cited_text": words,
            "document_index": st.integers(0, 9),
            "document_title": words,
        }
    )
    text_blocks = st.builds(lambda text: block("text", text=text), words) | st.builds(
        lambda text, cited: block("text", text=text, citations=cited), words, st.lists(citations, max_size=2)
    )
    images = st.sampled_from(
        [
            block("image", source=block("url", url="https://example.org/a.png")),
            block("image", source=block("file", file_id="file_1")),
            block("image", source=block("base64", media_type="image/png", data="iVBORw0KGgo=")),
        ]
    )
    documents = st.builds(
        lambda text, title: block("document", title=title, source=block("text", media_type="text/plain", data=text)),
        words,
        words,
    )
    search_results = st.builds(
        lambda text, title: block(
            "search_result", source="https://example.org", title=title, content=[block("text", text=text)]
        ),
        words,
        words,
    )
    thoughts = st.builds(lambda text: block("thinking", thinking=text, signature="c2ln"), words)
    calls = st.builds(lambda call, name, given: block("tool_use", id=call, name=name, input=given), ids, ids, inputs)
    results = st.builds(
        lambda call, content: block("tool_result", tool_use_id=call, content=content),
        ids,
        words | st.lists(text_blocks | images | documents | search_results, max_size=3),
    )
    searches = st.builds(
        lambda title: block(
            "web_search_tool_result",
            tool_use_id="s1",
            content=[block("web_search_result", title=title, url="https://example.org", encrypted_content="eA==")],
        ),
        words,
    )
    user_blocks = text_blocks | images | documents | search_results | results
    model_blocks = (
        text_blocks
        | (thoughts if thinking else text_blocks)
        | calls
        | searches
        | st.just(block("redacted_thinking", data="eA=="))
    )
    messages = st.builds(
        lambda content: {"role": "user", "content": content}, words | st.lists(user_blocks, max_size=3)
    ) | st.builds(lambda content: {"role": "assistant", "content": content}, words | st.lists(model_blocks, max_size=3))
    requests = st.fixed_dictionaries(
        {
            "model": st.just("claude-x"),
            "max_tokens": st.integers(1, 9),
            "messages": st.lists(messages, min_size=1, max_size=4),
        },
        optional={
            "system": words | st.lists(text_blocks, max_size=2),
            "stream": st.booleans(),
            "metadata": st.fixed_dictionaries({"user_id": words}),
            "stop_sequences": st.lists(words, max_size=2),
            "tools": st.lists(
                st.fixed_dictionaries({"name": ids, "description": words, "input_schema": inputs}), max_size=2
            ),
        },
    )
    answers = st.fixed_dictionaries(
        {
            "id": st.just("msg_1"),
            "type": st.just("message"),
            "role": st.just("assistant"),
            "model": st.just("claude-x"),
            "content": st.lists(model_blocks, max_size=4),
            "stop_reason": st.just("end_turn"),
            "stop_sequence": st.none(),
            "usage": st.just({"input_tokens": 3, "output_tokens": 5}),
        }
    )
    # Copies, because who draws a message may change it, and constants in it are the same object each time.
    return SimpleNamespace(requests=requests.map(deepcopy), answers=answers.map(deepcopy), json_values=json_values)


_made = strategies(words)
requests, answers, json_values = _made.requests, _made.answers, _made.json_values


def sent(body: dict[str, Any]) -> bytes:
    """Return an event as the service writes it."""
    return f"event: {body['type']}\ndata: {json.dumps(body)}\n\n".encode()


def streamed(answer: dict[str, Any], *, size: int = 3) -> bytes:
    """Return the stream of an answer, in deltas of ``size`` characters."""
    start = {**answer, "content": [], "stop_reason": None, "usage": {"input_tokens": 3, "output_tokens": 1}}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": start}, {"type": "ping"}]
    for index, one in enumerate(answer["content"]):
        events += block_events(one, index=index, size=size)
    events.append(
        {
            "type": "message_delta",
            "delta": {"stop_reason": answer["stop_reason"], "stop_sequence": None},
            "usage": {"output_tokens": 5},
        }
    )
    return b"".join(map(sent, [*events, {"type": "message_stop"}]))


def block_events(one: dict[str, Any], *, index: int, size: int = 3) -> list[dict[str, Any]]:
    """Return the events of one content block."""
    begun, deltas = dict(one), []
    if one["type"] == "text":
        begun = {"type": "text", "text": ""}
        deltas = [{"type": "text_delta", "text": part} for part in cut(one["text"], size)]
        deltas += [{"type": "citations_delta", "citation": cited} for cited in one.get("citations", ())]
    elif one["type"] == "thinking":
        begun = {"type": "thinking", "thinking": "", "signature": ""}
        deltas = [{"type": "thinking_delta", "thinking": part} for part in cut(one["thinking"], size)]
        deltas.append({"type": "signature_delta", "signature": one["signature"]})
    elif one["type"].endswith("tool_use"):
        begun["input"] = {}
        deltas = [{"type": "input_json_delta", "partial_json": part} for part in cut(json.dumps(one["input"]), size)]
    return [
        {"type": "content_block_start", "index": index, "content_block": begun},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def cut(text: str, size: int) -> Sequence[str]:
    """Return ``text`` in parts of ``size`` characters."""
    return [text[start : start + size] for start in range(0, len(text), size)]


def read_back(data: bytes) -> dict[str, Any]:
    """Return the message that a client makes of a stream, as the service's own client does.

    Raises:
        AssertionError: If a client would not take it.
    """
    message: dict[str, Any] = {}
    open_blocks: dict[int, str] = {}
    for event in data.decode().split("\n\n"):
        lines = [line.removeprefix("data: ") for line in event.split("\n") if line.startswith("data: ")]
        if not lines:
            continue
        body = json.loads("\n".join(lines))
        kind = body["type"]
        if kind == "message_start":
            message = body["message"]
        elif kind == "content_block_start":
            assert body["index"] == len(message["content"]), "a client appends blocks and finds them by index"
            message["content"].append(dict(body["content_block"]))
            open_blocks[body["index"]] = ""
        elif kind == "content_block_delta":
            assert body["index"] in open_blocks, "the block is open"
            _grow(message["content"][body["index"]], body["delta"], open_blocks, body["index"])
        elif kind == "content_block_stop":
            raw = open_blocks.pop(body["index"])
            if raw:
                message["content"][body["index"]]["input"] = json.loads(raw)
        elif kind == "message_delta":
            message |= {name: value for name, value in body["delta"].items() if value is not None}
        elif kind == "message_stop":
            assert not open_blocks, "every block was closed"
            message["ended"] = True
    return message


def _grow(content: dict[str, Any], delta: dict[str, Any], raw: dict[int, str], index: int) -> None:
    match delta["type"]:
        case "text_delta":
            content["text"] += delta["text"]
        case "thinking_delta":
            content["thinking"] += delta["thinking"]
        case "signature_delta":
            content["signature"] = delta["signature"]
        case "citations_delta":
            content.setdefault("citations", []).append(delta["citation"])
        case "input_json_delta":
            raw[index] += delta["partial_json"]
