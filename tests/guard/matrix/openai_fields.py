"""Every field of chat completions and responses that carries text, with a message that has a given text there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from fakes.anthropic_messages import cut
from guard.matrix.field import Field, Make, field
from roadworthy.guard.protocols.openai_chat.request import ChatRequest
from roadworthy.guard.protocols.openai_chat.response import ChatResponse
from roadworthy.guard.protocols.openai_chat.stream import ChatStream
from roadworthy.guard.protocols.openai_responses.request import ResponsesRequest
from roadworthy.guard.protocols.openai_responses.response import ResponsesResponse
from roadworthy.guard.protocols.openai_responses.stream import ResponsesStream
from roadworthy.guard.segment import Channel

_C = Channel
Table = dict[str, tuple[Channel, Make]]


def _json(text: str) -> str:
    return json.dumps({"a": text}, ensure_ascii=False)


def _call(name: str = "f", arguments: str = "{}") -> dict[str, Any]:
    return {"id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}}


# --- chat completions


def _chat(message: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [message or {"role": "user", "content": "x"}], **more}


def _part(kind: str, value: Any) -> dict[str, Any]:
    return _chat({"role": "user", "content": [{"type": kind, kind: value}]})


def _past(**members: Any) -> dict[str, Any]:
    return _chat({"role": "assistant", "content": None, **members})


def _tool(**members: Any) -> dict[str, Any]:
    return _chat(tools=[{"type": "function", "function": {"name": "f", **members}}])


def _custom(definition: str) -> dict[str, Any]:
    grammar = {"type": "grammar", "grammar": {"definition": definition, "syntax": "lark"}}
    return _chat(tools=[{"type": "custom", "custom": {"name": "f", "format": grammar}}])


def _in_schema(text: str) -> dict[str, Any]:
    return {"properties": {"a": {"description": text}}}


_ASKED: Table = {
    "user text": (_C.TEXT, lambda t: _chat({"role": "user", "content": t})),
    "user text part": (_C.TEXT, lambda t: _part("text", t)),
    "user name": (_C.STRUCTURED_FIELD, lambda t: _chat({"role": "user", "name": t, "content": "x"})),
    "system": (_C.TEXT, lambda t: _chat({"role": "system", "content": t})),
    "developer": (_C.TEXT, lambda t: _chat({"role": "developer", "content": t})),
    "assistant history": (_C.TEXT, lambda t: _past(content=t)),
    "assistant history name": (_C.STRUCTURED_FIELD, lambda t: _past(name=t)),
    "assistant history refusal": (_C.REFUSAL, lambda t: _past(refusal=t)),
    "assistant history refusal part": (_C.REFUSAL, lambda t: _past(content=[{"type": "refusal", "refusal": t}])),
    "assistant history reasoning": (_C.REASONING, lambda t: _past(reasoning_content=t)),
    "assistant history tool name": (_C.TOOL_NAME, lambda t: _past(tool_calls=[_call(t)])),
    "assistant history tool arguments": (_C.TOOL_ARGUMENT, lambda t: _past(tool_calls=[_call(arguments=_json(t))])),
    "assistant history custom tool input": (
        _C.TOOL_ARGUMENT,
        lambda t: _past(tool_calls=[{"id": "c1", "type": "custom", "custom": {"name": "f", "input": t}}]),
    ),
    "assistant history function call": (
        _C.TOOL_ARGUMENT,
        lambda t: _past(function_call={"name": "f", "arguments": _json(t)}),
    ),
    "tool result": (_C.TOOL_RESULT, lambda t: _chat({"role": "tool", "tool_call_id": "c", "content": t})),
    "tool result part": (
        _C.TOOL_RESULT,
        lambda t: _chat({"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": t}]}),
    ),
    "tool call id": (
        _C.STRUCTURED_FIELD,
        lambda t: _chat({"role": "tool", "tool_call_id": f"{t} is no id", "content": "x"}),
    ),
    "function result": (_C.TOOL_RESULT, lambda t: _chat({"role": "function", "name": "f", "content": t})),
    "image url": (_C.IMAGE_REFERENCE, lambda t: _part("image_url", {"url": t})),
    "video url": (_C.IMAGE_REFERENCE, lambda t: _part("video_url", {"url": t})),
    "file name": (_C.STRUCTURED_FIELD, lambda t: _part("file", {"file_id": "f", "filename": t})),
    "file id": (_C.IMAGE_REFERENCE, lambda t: _part("file", {"file_id": t})),
    "tool name": (_C.STRUCTURED_FIELD, lambda t: _tool(name=t)),
    "tool description": (_C.STRUCTURED_FIELD, lambda t: _tool(description=t)),
    "tool schema": (_C.STRUCTURED_FIELD, lambda t: _tool(parameters=_in_schema(t))),
    "custom tool grammar": (_C.STRUCTURED_FIELD, _custom),
    "function description": (_C.STRUCTURED_FIELD, lambda t: _chat(functions=[{"name": "f", "description": t}])),
    "chosen tool": (
        _C.STRUCTURED_FIELD,
        lambda t: _chat(tool_choice={"type": "function", "function": {"name": t}}),
    ),
    "answer format": (
        _C.STRUCTURED_FIELD,
        lambda t: _chat(response_format={"type": "json_schema", "json_schema": {"name": "s", "schema": _in_schema(t)}}),
    ),
    "answer format description": (
        _C.STRUCTURED_FIELD,
        lambda t: _chat(response_format={"type": "json_schema", "json_schema": {"name": "s", "description": t}}),
    ),
    "prediction": (_C.TEXT, lambda t: _chat(prediction={"type": "content", "content": t})),
    "metadata": (_C.STRUCTURED_FIELD, lambda t: _chat(metadata={"a": t})),
    "user id": (_C.STRUCTURED_FIELD, lambda t: _chat(user=t)),
    "safety identifier": (_C.STRUCTURED_FIELD, lambda t: _chat(safety_identifier=t)),
    "cache key": (_C.STRUCTURED_FIELD, lambda t: _chat(prompt_cache_key=t)),
    "stop string": (_C.STRUCTURED_FIELD, lambda t: _chat(stop=[t])),
    "model": (_C.STRUCTURED_FIELD, lambda t: _chat() | {"model": f"{t} is no name of a model"}),
    "place of the user": (
        _C.STRUCTURED_FIELD,
        lambda t: _chat(web_search_options={"user_location": {"type": "approximate", "approximate": {"city": t}}}),
    ),
    "assistant history function call name": (
        _C.TOOL_NAME,
        lambda t: _past(function_call={"name": t, "arguments": "{}"}),
    ),
    "assistant history custom tool name": (
        _C.TOOL_NAME,
        lambda t: _past(tool_calls=[{"id": "c1", "type": "custom", "custom": {"name": t, "input": ""}}]),
    ),
    "function name": (_C.STRUCTURED_FIELD, lambda t: _chat(functions=[{"name": t}])),
    "function schema": (_C.STRUCTURED_FIELD, lambda t: _chat(functions=[{"name": "f", "parameters": _in_schema(t)}])),
    "custom tool name": (_C.STRUCTURED_FIELD, lambda t: _chat(tools=[{"type": "custom", "custom": {"name": t}}])),
    "custom tool description": (
        _C.STRUCTURED_FIELD,
        lambda t: _chat(tools=[{"type": "custom", "custom": {"name": "f", "description": t}}]),
    ),
    "answer format name": (
        _C.STRUCTURED_FIELD,
        lambda t: _chat(response_format={"type": "json_schema", "json_schema": {"name": t}}),
    ),
    "logit bias": (_C.STRUCTURED_FIELD, lambda t: _chat(logit_bias={"50256": t})),
    "chat template": (_C.STRUCTURED_FIELD, lambda t: _chat(chat_template=t)),
}


def _choice(logprobs: Any = None, **message: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": None, **message}, "finish_reason": "stop"}
    if logprobs is not None:
        choice["logprobs"] = logprobs
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}


def _chunks(logprobs: Any = None, **delta: Any) -> bytes:
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    first: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": None}
    if logprobs is not None:
        first["logprobs"] = logprobs
    several = [first, {"index": 0, "delta": {}, "finish_reason": "stop"}]
    lines = [f"data: {json.dumps({**head, 'choices': [one]})}\n\n".encode() for one in several]
    return b"".join(lines) + b"data: [DONE]\n\n"


def _tokens(text: str) -> dict[str, Any]:
    return {"content": [{"token": "x", "logprob": -1, "top_logprobs": [{"token": text, "logprob": -2}]}]}


def _cited(title: str, url: str = "u") -> list[dict[str, Any]]:
    return [{"type": "url_citation", "url_citation": {"url": url, "title": title, "start_index": 0, "end_index": 1}}]


_SAID: dict[str, tuple[Channel, Callable[[str], dict[str, Any]]]] = {
    "text": (_C.TEXT, lambda t: {"content": t}),
    "refusal": (_C.REFUSAL, lambda t: {"refusal": t}),
    "reasoning": (_C.REASONING, lambda t: {"reasoning_content": t}),
    "reasoning of another name": (_C.REASONING, lambda t: {"reasoning": t}),
    "reasoning details": (_C.REASONING, lambda t: {"reasoning_details": [{"type": "reasoning.text", "text": t}]}),
    "tool name": (_C.TOOL_NAME, lambda t: {"tool_calls": [{"index": 0, **_call(t)}]}),
    "tool arguments": (_C.TOOL_ARGUMENT, lambda t: {"tool_calls": [{"index": 0, **_call(arguments=_json(t))}]}),
    "custom tool input": (
        _C.TOOL_ARGUMENT,
        lambda t: {"tool_calls": [{"index": 0, "id": "c", "type": "custom", "custom": {"name": "f", "input": t}}]},
    ),
    "function call name": (_C.TOOL_NAME, lambda t: {"function_call": {"name": t, "arguments": "{}"}}),
    "function call arguments": (_C.TOOL_ARGUMENT, lambda t: {"function_call": {"name": "f", "arguments": _json(t)}}),
    "citation": (_C.CITATION, lambda t: {"content": "x", "annotations": _cited(t)}),
    "cited address": (_C.CITATION, lambda t: {"content": "x", "annotations": _cited("x", t)}),
    "audio transcript": (_C.TEXT, lambda t: {"audio": {"id": "a", "data": "", "transcript": t}}),
    "log probabilities": (_C.STRUCTURED_FIELD, lambda t: {"content": "x", "logprobs": _tokens(t)}),
}


def _failed(text: str) -> dict[str, Any]:
    return {"error": {"message": text, "type": "server_error", "code": "x"}}


def _sent(*events: dict[str, Any]) -> bytes:
    return b"".join(
        f"event: {one['type']}\ndata: {json.dumps({**one, 'sequence_number': number})}\n\n".encode()
        for number, one in enumerate(events)
    )


_CHAT = [field("openai.chat", f"request {n}", c, ChatRequest, m) for n, (c, m) in _ASKED.items()]
_CHAT += [
    field("openai.chat", f"answer {n}", c, ChatResponse, lambda t, m=m: _choice(**m(t))) for n, (c, m) in _SAID.items()
]
_CHAT += [
    field("openai.chat", "answer error", _C.STRUCTURED_FIELD, ChatResponse, _failed),
    field(
        "openai.chat", "answer list of citations", _C.CITATION, ChatResponse, lambda t: _choice() | {"citations": [t]}
    ),
]
_CHAT += [
    field("openai.chat", f"answer {n}", c, ChatStream, lambda t, m=m: _chunks(**m(t)), form="streamed")
    for n, (c, m) in _SAID.items()
]
_CHAT += [
    field(
        "openai.chat",
        "answer error",
        _C.STRUCTURED_FIELD,
        ChatStream,
        lambda t: f"data: {json.dumps(_failed(t))}\n\ndata: [DONE]\n\n".encode(),
        form="streamed",
    )
]

# --- responses


def _asks(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"model": "m", "input": list(items) or "x", **more}


def _says(role: str, part: dict[str, Any]) -> dict[str, Any]:
    return _asks({"type": "message", "role": role, "content": [part]})


def _gives(kind: str, **members: Any) -> dict[str, Any]:
    return {"id": f"{kind[:8]}_1", "type": kind, **members}


def _function(**members: Any) -> list[dict[str, Any]]:
    return [{"type": "function", "name": "f", **members}]


def _server(**members: Any) -> list[dict[str, Any]]:
    return [{"type": "mcp", "server_label": "s", **members}]


# In requests, and echoed in answers.
_TOOLS: dict[str, Callable[[str], list[dict[str, Any]]]] = {
    "tool name": lambda t: _function(name=t),
    "tool description": lambda t: _function(description=t),
    "tool schema": lambda t: _function(parameters=_in_schema(t)),
    "custom tool grammar": lambda t: [{"type": "custom", "name": "f", "format": {"type": "grammar", "definition": t}}],
    "tool server": lambda t: _server(server_url=t),
    "tool server's label": lambda t: _server(server_label=t),
    "tool server's description": lambda t: _server(server_description=t),
    "tool server's header": lambda t: _server(headers={"X-A": t}),
    "tool server's tool": lambda t: _server(allowed_tools=[t]),
    "tool of a namespace": lambda t: [{"type": "namespace", "name": "n", "tools": _function(name=t)}],
    "searched domain": lambda t: [{"type": "web_search", "filters": {"allowed_domains": [t]}}],
    "place of the user": lambda t: [{"type": "web_search", "user_location": {"type": "approximate", "city": t}}],
}
_REQUESTS: Table = {
    "input": (_C.TEXT, lambda t: {"model": "m", "input": t}),
    "instructions": (_C.TEXT, lambda t: _asks(instructions=t)),
    "user text": (_C.TEXT, lambda t: _says("user", {"type": "input_text", "text": t})),
    "system": (_C.TEXT, lambda t: _asks({"role": "system", "content": t})),
    "assistant history": (_C.TEXT, lambda t: _says("assistant", {"type": "output_text", "text": t})),
    "assistant history refusal": (_C.REFUSAL, lambda t: _says("assistant", {"type": "refusal", "refusal": t})),
    "image url": (_C.IMAGE_REFERENCE, lambda t: _says("user", {"type": "input_image", "image_url": t})),
    "file name": (
        _C.STRUCTURED_FIELD,
        lambda t: _says("user", {"type": "input_file", "file_id": "f", "filename": t}),
    ),
    "file url": (_C.IMAGE_REFERENCE, lambda t: _says("user", {"type": "input_file", "file_url": t})),
    "history tool arguments": (
        _C.TOOL_ARGUMENT,
        lambda t: _asks(_gives("function_call", call_id="c", name="f", arguments=_json(t))),
    ),
    "tool result": (_C.TOOL_RESULT, lambda t: _asks(_gives("function_call_output", call_id="c", output=t))),
    "custom tool result": (_C.TOOL_RESULT, lambda t: _asks(_gives("custom_tool_call_output", call_id="c", output=t))),
    "shell result": (
        _C.TOOL_RESULT,
        lambda t: _asks(_gives("shell_call_output", call_id="c", output=[{"stdout": t, "stderr": ""}])),
    ),
    "patch result": (_C.TOOL_RESULT, lambda t: _asks(_gives("apply_patch_call_output", call_id="c", output=t))),
    "approval": (
        _C.STRUCTURED_FIELD,
        lambda t: _asks(_gives("mcp_approval_response", approval_request_id="a", approve=True, reason=t)),
    ),
    "chosen tool": (_C.STRUCTURED_FIELD, lambda t: _asks(tool_choice={"type": "function", "name": t})),
    "answer format": (
        _C.STRUCTURED_FIELD,
        lambda t: _asks(text={"format": {"type": "json_schema", "name": "s", "schema": _in_schema(t)}}),
    ),
    "answer format name": (
        _C.STRUCTURED_FIELD,
        lambda t: _asks(text={"format": {"type": "json_schema", "name": t}}),
    ),
    "metadata": (_C.STRUCTURED_FIELD, lambda t: _asks(metadata={"a": t})),
    "user id": (_C.STRUCTURED_FIELD, lambda t: _asks(user=t)),
    "result part": (
        _C.TOOL_RESULT,
        lambda t: _asks(_gives("function_call_output", call_id="c", output=[{"type": "input_text", "text": t}])),
    ),
    "shell result's errors": (
        _C.TOOL_RESULT,
        lambda t: _asks(_gives("shell_call_output", call_id="c", output=[{"stdout": "", "stderr": t}])),
    ),
    "program's result": (_C.TOOL_RESULT, lambda t: _asks(_gives("program_output", call_id="c", result=t))),
    **{name: (_C.STRUCTURED_FIELD, lambda t, m=make: _asks(tools=m(t))) for name, make in _TOOLS.items()},
}


def _message(part: dict[str, Any]) -> dict[str, Any]:
    return _gives("message", role="assistant", status="completed", content=[part])


def _output_text(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], **more}


def _calls(kind: str, member: str) -> Callable[[str], dict[str, Any]]:
    return lambda t: _gives(kind, call_id="c", name="f", **{member: t if member == "input" else _json(t)})


_ITEMS: dict[str, tuple[Channel, Callable[[str], dict[str, Any]]]] = {
    "text": (_C.TEXT, lambda t: _message(_output_text(t))),
    "refusal": (_C.REFUSAL, lambda t: _message({"type": "refusal", "refusal": t})),
    "citation": (
        _C.CITATION,
        lambda t: _message(
            _output_text(
                "x",
                annotations=[{"type": "url_citation", "url": "u", "title": t, "start_index": 0, "end_index": 1}],
            )
        ),
    ),
    "cited address": (
        _C.CITATION,
        lambda t: _message(
            _output_text("x", annotations=[{"type": "url_citation", "url": t, "start_index": 0, "end_index": 1}])
        ),
    ),
    "server tool's label": (
        _C.STRUCTURED_FIELD,
        lambda t: _gives("mcp_call", name="f", arguments="{}", server_label=t),
    ),
    "server tool's name": (
        _C.STRUCTURED_FIELD,
        lambda t: _gives("mcp_list_tools", server_label="s", tools=[{"name": t}]),
    ),
    "server tool's schema": (
        _C.STRUCTURED_FIELD,
        lambda t: _gives("mcp_list_tools", server_label="s", tools=[{"name": "f", "input_schema": _in_schema(t)}]),
    ),
    "search queries": (
        _C.TOOL_ARGUMENT,
        lambda t: _gives("web_search_call", action={"type": "search", "queries": [t]}),
    ),
    "file search file": (
        _C.STRUCTURED_FIELD,
        lambda t: _gives("file_search_call", queries=[], results=[{"file_id": "f", "filename": t}]),
    ),
    "code output's picture": (
        _C.IMAGE_REFERENCE,
        lambda t: _gives("code_interpreter_call", container_id="k", outputs=[{"type": "image", "url": t}]),
    ),
    "local shell variable": (
        _C.TOOL_ARGUMENT,
        lambda t: _gives("local_shell_call", call_id="c", action={"type": "exec", "command": [], "env": {"A": t}}),
    ),
    "patched file": (
        _C.TOOL_ARGUMENT,
        lambda t: _gives("apply_patch_call", call_id="c", operation={"type": "delete_file", "path": t}),
    ),
    "safety check": (
        _C.STRUCTURED_FIELD,
        lambda t: _gives("computer_call", call_id="c", pending_safety_checks=[{"id": "s", "message": t}]),
    ),
    "approval's tool": (
        _C.TOOL_NAME,
        lambda t: _gives("mcp_approval_request", name=t, arguments="{}", server_label="s"),
    ),
    "tool search": (_C.TOOL_ARGUMENT, lambda t: _gives("tool_search_call", call_id="c", arguments={"query": t})),
    "program": (_C.TOOL_ARGUMENT, lambda t: _gives("program", call_id="c", code=t)),
    "log probabilities": (
        _C.STRUCTURED_FIELD,
        lambda t: _message(_output_text("x", logprobs=_tokens(t)["content"])),
    ),
    "reasoning": (_C.REASONING, lambda t: _gives("reasoning", content=[{"type": "reasoning_text", "text": t}])),
    "reasoning summary": (_C.REASONING, lambda t: _gives("reasoning", summary=[{"type": "summary_text", "text": t}])),
    "tool name": (_C.TOOL_NAME, lambda t: _gives("function_call", call_id="c", name=t, arguments="{}")),
    "tool arguments": (_C.TOOL_ARGUMENT, _calls("function_call", "arguments")),
    "custom tool input": (_C.TOOL_ARGUMENT, _calls("custom_tool_call", "input")),
    "server tool arguments": (_C.TOOL_ARGUMENT, _calls("mcp_call", "arguments")),
    "server tool result": (
        _C.TOOL_RESULT,
        lambda t: _gives("mcp_call", name="f", arguments="{}", server_label="s", output=t),
    ),
    "server tool description": (
        _C.STRUCTURED_FIELD,
        lambda t: _gives("mcp_list_tools", server_label="s", tools=[{"name": "f", "description": t}]),
    ),
    "search query": (_C.TOOL_ARGUMENT, lambda t: _gives("web_search_call", action={"type": "search", "query": t})),
    "search source": (
        _C.CITATION,
        lambda t: _gives("web_search_call", action={"type": "search", "sources": [{"type": "url", "url": t}]}),
    ),
    "file search query": (_C.TOOL_ARGUMENT, lambda t: _gives("file_search_call", queries=[t])),
    "file search result": (
        _C.RETRIEVED_CHUNK,
        lambda t: _gives("file_search_call", queries=[], results=[{"file_id": "f", "filename": "n", "text": t}]),
    ),
    "file search attribute": (
        _C.STRUCTURED_FIELD,
        lambda t: _gives("file_search_call", queries=[], results=[{"file_id": "f", "attributes": {"a": t}}]),
    ),
    "code": (_C.TOOL_ARGUMENT, lambda t: _gives("code_interpreter_call", container_id="k", code=t)),
    "code output": (
        _C.TOOL_RESULT,
        lambda t: _gives("code_interpreter_call", container_id="k", outputs=[{"type": "logs", "logs": t}]),
    ),
    "shell command": (_C.TOOL_ARGUMENT, lambda t: _gives("shell_call", call_id="c", action={"commands": [t]})),
    "local shell command": (
        _C.TOOL_ARGUMENT,
        lambda t: _gives("local_shell_call", call_id="c", action={"type": "exec", "command": [t]}),
    ),
    "patch": (
        _C.TOOL_ARGUMENT,
        lambda t: _gives("apply_patch_call", call_id="c", operation={"type": "update_file", "path": "p", "diff": t}),
    ),
    "screen action": (
        _C.TOOL_ARGUMENT,
        lambda t: _gives("computer_call", call_id="c", action={"type": "type", "text": t}),
    ),
    "screen action kind": (_C.TOOL_ARGUMENT, lambda t: _gives("computer_call", call_id="c", action={"type": t})),
    "image prompt": (_C.TOOL_ARGUMENT, lambda t: _gives("image_generation_call", revised_prompt=t)),
}


def _response(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    known = {"id": "r1", "object": "response", "created_at": 1, "status": "completed", "model": "m"}
    return {**known, "output": list(items), **more}


def _whole(*items: dict[str, Any], **more: Any) -> bytes:
    """A stream whose items come whole."""
    events = [{"type": "response.created", "response": _response(status="in_progress", **more)}]
    for index, item in enumerate(items):
        events.append({"type": "response.output_item.added", "output_index": index, "item": item})
        events.append({"type": "response.output_item.done", "output_index": index, "item": item})
    return _sent(*events, {"type": "response.completed", "response": _response(*items, **more)})


def _grown(kind: str, item: dict[str, Any], begun: dict[str, Any], text: str, done: dict[str, str], **at: Any) -> bytes:
    """A stream with an item whose text comes in deltas."""
    place = {"item_id": item["id"], "output_index": 0, **at}
    return _sent(
        {"type": "response.output_item.added", "output_index": 0, "item": begun},
        *({"type": f"response.{kind}.delta", **place, "delta": one} for one in cut(text, 5)),
        {"type": f"response.{kind}.done", **place, **done},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": _response(item)},
    )


def _said_in_parts(kind: str, part: Callable[[str], dict[str, Any]], among: str = "content") -> Make:
    def make(text: str) -> bytes:
        of = "message" if part("")["type"] in ("output_text", "refusal") else "reasoning"
        item = _gives(of, **({"role": "assistant"} if of == "message" else {}), **{among: [part(text)]})
        member = "refusal" if kind == "refusal" else "text"
        index = {"summary_index" if among == "summary" else "content_index": 0}
        return _grown(kind, item, {**item, among: []}, text, {member: text}, **index)

    return make


def _called_in_parts(kind: str, event: str, member: str) -> Make:
    def make(text: str) -> bytes:
        said = _json(text) if member == "arguments" else text
        item = _gives(kind, call_id="c", name="f", **{member: said})
        if kind == "code_interpreter_call":
            item = _gives(kind, container_id="k", code=said)
        return _grown(event, item, {**item, member: ""}, said, {member: said})

    return make


def _transcript(text: str) -> bytes:
    deltas = ({"type": "response.audio.transcript.delta", "delta": one} for one in cut(text, 5))
    return _sent(
        *deltas, {"type": "response.audio.transcript.done"}, {"type": "response.completed", "response": _response()}
    )


def _annotated(text: str) -> bytes:
    item = _message(_output_text("x"))
    citation = {"type": "url_citation", "url": "u", "title": text, "start_index": 0, "end_index": 1}
    place = {"item_id": item["id"], "output_index": 0, "content_index": 0}
    return _sent(
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {"type": "response.output_text.delta", **place, "delta": "x"},
        {"type": "response.output_text.annotation.added", **place, "annotation_index": 0, "annotation": citation},
        {"type": "response.output_text.done", **place, "text": "x"},
        {"type": "response.completed", "response": _response(item)},
    )


def _shell_output(text: str) -> bytes:
    place = {"item_id": "o1", "output_index": 0, "command_index": 0}
    return _sent(
        {"type": "response.shell_call_output_content.delta", **place, "delta": {"stdout": text, "stderr": ""}},
        {"type": "response.completed", "response": _response()},
    )


_EVENTS: Table = {
    "text delta": (_C.TEXT, _said_in_parts("output_text", _output_text)),
    "refusal delta": (_C.REFUSAL, _said_in_parts("refusal", lambda t: {"type": "refusal", "refusal": t})),
    "reasoning delta": (
        _C.REASONING,
        _said_in_parts("reasoning_text", lambda t: {"type": "reasoning_text", "text": t}),
    ),
    "reasoning summary delta": (
        _C.REASONING,
        _said_in_parts("reasoning_summary_text", lambda t: {"type": "summary_text", "text": t}, "summary"),
    ),
    "tool arguments delta": (
        _C.TOOL_ARGUMENT,
        _called_in_parts("function_call", "function_call_arguments", "arguments"),
    ),
    "custom tool input delta": (
        _C.TOOL_ARGUMENT,
        _called_in_parts("custom_tool_call", "custom_tool_call_input", "input"),
    ),
    "server tool arguments delta": (_C.TOOL_ARGUMENT, _called_in_parts("mcp_call", "mcp_call_arguments", "arguments")),
    "code delta": (_C.TOOL_ARGUMENT, _called_in_parts("code_interpreter_call", "code_interpreter_call_code", "code")),
    "annotation": (_C.CITATION, _annotated),
    "audio transcript delta": (_C.TEXT, _transcript),
    "shell output delta": (_C.TOOL_RESULT, _shell_output),
    "echoed instructions": (_C.TEXT, lambda t: _whole(instructions=t)),
    "echoed tool description": (
        _C.STRUCTURED_FIELD,
        lambda t: _whole(tools=[{"type": "function", "name": "f", "description": t}]),
    ),
    "error": (_C.STRUCTURED_FIELD, lambda t: _sent({"type": "error", "message": t, "code": "x", "param": None})),
}

_RESPONSES = [field("openai.responses", f"request {n}", c, ResponsesRequest, m) for n, (c, m) in _REQUESTS.items()]
_RESPONSES += [
    field("openai.responses", f"answer {n}", c, ResponsesResponse, lambda t, m=m: _response(m(t)))
    for n, (c, m) in _ITEMS.items()
]
_RESPONSES += [
    field(
        "openai.responses",
        "answer echoed instructions",
        _C.TEXT,
        ResponsesResponse,
        lambda t: _response(instructions=t),
    ),
    field(
        "openai.responses",
        "answer error",
        _C.STRUCTURED_FIELD,
        ResponsesResponse,
        lambda t: _response(status="failed", error={"code": "x", "message": t}),
    ),
]
_RESPONSES += [
    field("openai.responses", f"request history of {n}", c, ResponsesRequest, lambda t, m=m: _asks(m(t)))
    for n, (c, m) in _ITEMS.items()
]
_RESPONSES += [
    field(
        "openai.responses",
        f"answer echoed {n}",
        _C.STRUCTURED_FIELD,
        ResponsesResponse,
        lambda t, m=m: _response(tools=m(t)),
    )
    for n, m in _TOOLS.items()
]
_RESPONSES += [
    field("openai.responses", f"answer {n}", c, ResponsesStream, lambda t, m=m: _whole(m(t)), form="streamed")
    for n, (c, m) in _ITEMS.items()
]
_RESPONSES += [
    field("openai.responses", f"event {n}", c, ResponsesStream, m, form="streamed") for n, (c, m) in _EVENTS.items()
]

FIELDS: list[Field] = [*_CHAT, *_RESPONSES]
