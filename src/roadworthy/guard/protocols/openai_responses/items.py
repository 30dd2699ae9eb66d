"""Items of a conversation: what is said, thought, called and given back, in requests and in answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.leaf import (
    facts,
    flag,
    free,
    name,
    number,
    payload,
    reference,
)
from roadworthy.guard.protocols.openai_responses.tool_item import ENVIRONMENT, TOOLS
from roadworthy.guard.protocols.openai_values import BREAKPOINT, STRUCTURED_TEXT, cited, defined, error_code, tokens
from roadworthy.guard.protocols.pointer import child
from roadworthy.guard.protocols.shape import (
    Shape,
    either,
    fields,
    items,
    keyed,
    tagged,
    text,
)
from roadworthy.guard.protocols.walk import (
    Place,
    Tie,
    Walk,
    kind_of,
)
from roadworthy.guard.segment import Channel, Role, Source, SourceKind, Stage

_CITED = text(Channel.CITATION)
ANNOTATION = tagged(
    {
        "url_citation": fields(
            {"type": name, "url": _CITED, "title": _CITED, "start_index": number, "end_index": number}
        ),
        "file_citation": fields({"type": name, "file_id": name, "filename": _CITED, "index": number}),
        "container_file_citation": fields(
            {
                "type": name,
                "container_id": name,
                "file_id": name,
                "filename": _CITED,
                "start_index": number,
                "end_index": number,
            }
        ),
        "file_path": fields({"type": name, "file_id": name, "index": number}),
    }
)
"""What a stretch of an answer points at."""


def _annotations(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    items(ANNOTATION)(to, value, path, place)
    to.ties.append(Tie(of=path.removesuffix("annotations") + "text", at=path, then=cited))


def _logprobs(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    tokens(of=path.removesuffix("logprobs") + "text")(to, value, path, place)


_TYPE: Mapping[str, Shape] = {"type": name, "prompt_cache_breakpoint": BREAKPOINT}
_IMAGE = fields({**_TYPE, "detail": name, "file_id": reference, "image_url": reference})
_CONTENT: Mapping[str, Shape] = {
    **dict.fromkeys(("input_text", "text"), fields({**_TYPE, "text": text()})),
    "output_text": fields(
        {"type": name, "text": text(part="text"), "annotations": _annotations, "logprobs": _logprobs}
    ),
    "refusal": fields({"type": name, "refusal": text(Channel.REFUSAL, part="refusal")}),
    "reasoning_text": fields({"type": name, "text": text(Channel.REASONING, part="text")}),
    "summary_text": fields({"type": name, "text": text(Channel.REASONING, part="text")}),
    "input_image": _IMAGE,
    "computer_screenshot": _IMAGE,
    "input_audio": fields({**_TYPE, "input_audio": fields({"data": payload, "format": name})}),
    "input_file": fields(
        {
            **_TYPE,
            "detail": name,
            "file_data": reference,
            "file_id": reference,
            "file_url": reference,
            "filename": STRUCTURED_TEXT,
        }
    ),
}
PART = tagged(_CONTENT)
"""One part of what is said, thought or given back."""

_PARTS = either(text=text(), array=keyed(PART, "content"))
_SPEAKERS = {
    "system": (Role.SYSTEM, SourceKind.OPERATOR),
    "developer": (Role.DEVELOPER, SourceKind.OPERATOR),
    "user": (Role.USER, SourceKind.USER),
    "assistant": (Role.ASSISTANT, SourceKind.MODEL),
}
_ABOUT = dict.fromkeys(("id", "type", "status", "created_by", "call_id", "namespace", "execution"), name) | {
    "caller": fields({"type": name, "caller_id": name}),
    "async": flag,
}
_MESSAGE = fields({**_ABOUT, "role": name, "phase": name, "content": _PARTS})


def _said(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    role = value.get("role") if isinstance(value, dict) else None
    if not isinstance(role, str):
        raise to.wrong(child(path, "role"), "text", kind_of(role))
    if role not in _SPEAKERS:
        to.foreign(value, path)
        return
    speaker, kind = _SPEAKERS[role]
    place = replace(place, role=speaker, source=Source(kind=kind), channel=Channel.TEXT)
    _MESSAGE(to, value, path, _remembered(place) if speaker is Role.ASSISTANT else place)


def _remembered(place: Place) -> Place:
    return place if place.stage is Stage.OUTPUT else replace(place, labels=("history",))


def _by_model(shape: Shape) -> Shape:
    """Return ``shape`` for what the model said or thought."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        place = replace(place, role=Role.ASSISTANT, source=Source(kind=SourceKind.MODEL))
        shape(to, value, path, _remembered(place))

    return walk


def _call(known: Mapping[str, Shape]) -> Shape:
    """Return the shape of a call with these members. In an answer it is judged as a call, in a history as input."""
    shape = fields({**_ABOUT, **known})

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        call, tool = named(value)
        if call and tool:
            to.tools[call] = tool
        stage = Stage.TOOL_CALL if place.stage is Stage.OUTPUT else place.stage
        source = Source(kind=SourceKind.MODEL)
        place = replace(_remembered(place), stage=stage, role=Role.ASSISTANT, source=source, call=call, tool=tool)
        shape(to, value, path, place)

    return walk


def named(item: JsonValue) -> tuple[str, str]:
    """Return the id of a call and its tool, by the tool's name or else by the kind of the item."""
    if not isinstance(item, dict):
        return "", ""
    call = item.get("call_id") or item.get("id")
    tool = item.get("name")
    if not isinstance(tool, str):
        kind = item.get("type")
        tool = kind.removesuffix("_output").removesuffix("_call") if isinstance(kind, str) else ""
    return call if isinstance(call, str) else "", tool


def _result(known: Mapping[str, Shape]) -> Shape:
    """Return the shape of what a tool gave back."""
    shape = fields({**_ABOUT, **known})

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        call, stated = named(value)
        shape(to, value, path, _from_tool(place, call=call, tool=to.tools.get(call, stated)))

    return walk


def _from_tool(place: Place, *, call: str, tool: str) -> Place:
    source = Source(kind=SourceKind.TOOL, name=tool)
    return replace(
        place,
        stage=Stage.TOOL_RESULT,
        role=Role.TOOL,
        channel=Channel.TOOL_RESULT,
        source=source,
        call=call,
        tool=tool,
        labels=(),
    )


def _given_back(shape: Shape, *, is_error: bool = False) -> Shape:
    """Return ``shape`` for a tool's words within the item of the call."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        place = _from_tool(place, call=place.call, tool=place.tool)
        shape(to, value, path, place.failed() if is_error else place)

    return walk


def _found(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read what a search found in the files of a store."""
    stated = value.get("filename") if isinstance(value, dict) else None
    source = Source(kind=SourceKind.DOCUMENT, name=stated if isinstance(stated, str) else "")
    place = replace(place, stage=Stage.RETRIEVAL, channel=Channel.RETRIEVED_CHUNK, source=source, role=Role.TOOL)
    known = {"attributes": free(), "file_id": name, "filename": STRUCTURED_TEXT, "score": number, "text": text()}
    fields(known)(to, value, path, replace(place, labels=()))


def _referred(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Note an item that is kept at the server: nobody here has seen it."""
    to.foreign(value, path)


ARGUMENT = text(Channel.TOOL_ARGUMENT)
_TOOL_NAME = text(Channel.TOOL_NAME, part="name")
_ARGUMENTS = text(Channel.TOOL_ARGUMENT, part="arguments")
_SAFETY = items(fields({"id": name, "code": name, "message": STRUCTURED_TEXT}))
_POINT = dict.fromkeys(("x", "y", "scroll_x", "scroll_y"), number)
_ACTION = fields(
    {"type": ARGUMENT, "button": name, "keys": items(ARGUMENT), "text": ARGUMENT, "path": items(facts), **_POINT}
)
_SEARCH = fields(
    {
        "type": name,
        "query": ARGUMENT,
        "queries": items(ARGUMENT),
        "url": ARGUMENT,
        "pattern": ARGUMENT,
        "sources": items(fields({"type": name, "url": _CITED, "name": _CITED})),
    }
)
_LOGS = fields({"type": name, "logs": text(Channel.TOOL_RESULT), "url": reference})
_EXEC = fields(
    {
        "type": name,
        "command": items(ARGUMENT),
        "env": free(Channel.TOOL_ARGUMENT),
        "timeout_ms": number,
        "user": ARGUMENT,
        "working_directory": ARGUMENT,
    }
)


def _command(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    text(Channel.TOOL_ARGUMENT, part="command")(to, value, path, place)


_COMMANDS = fields({"commands": keyed(_command, "commands"), "max_output_length": number, "timeout_ms": number})
SHELL_OUTPUT = fields(
    {
        "stdout": text(Channel.TOOL_RESULT),
        "stderr": text(Channel.TOOL_RESULT),
        "outcome": fields({"type": name, "exit_code": number}),
        "created_by": name,
    }
)
_LISTED = fields(
    {"name": STRUCTURED_TEXT, "description": STRUCTURED_TEXT, "input_schema": free(), "annotations": free()}
)
_TOLD = either(text=text(), record=free(Channel.TOOL_RESULT), array=free(Channel.TOOL_RESULT))
_FROM_SERVER = {"name": _TOOL_NAME, "arguments": _ARGUMENTS, "server_label": STRUCTURED_TEXT}
_IMAGE_ERROR = fields(
    {
        "code": error_code,
        "message": STRUCTURED_TEXT,
        "param": STRUCTURED_TEXT,
        "type": name,
        "moderation_details": fields({"categories": items(name), "moderation_stage": name}),
    }
)
_PICTURE = {
    **dict.fromkeys(("action", "background", "output_format", "quality", "size"), name),
    "result": payload,
    "revised_prompt": ARGUMENT,
    "error": _IMAGE_ERROR,
    "svg_usage": fields(
        {"model": name, **dict.fromkeys(("input_tokens", "output_tokens", "reasoning_tokens", "total_tokens"), number)}
    ),
}
_TOOL_ITEMS: Mapping[str, Shape] = {
    "function_call": _call({"name": _TOOL_NAME, "arguments": _ARGUMENTS}),
    "function_call_output": _result({"output": _PARTS, "name": STRUCTURED_TEXT}),
    "custom_tool_call": _call({"name": _TOOL_NAME, "input": _ARGUMENTS}),
    "custom_tool_call_output": _result({"output": _PARTS, "name": STRUCTURED_TEXT}),
    "mcp_call": _call(
        {
            **_FROM_SERVER,
            "approval_request_id": name,
            "output": _given_back(_TOLD),
            "error": _given_back(_TOLD, is_error=True),
        }
    ),
    "mcp_approval_request": _call(_FROM_SERVER),
    "mcp_approval_response": fields(
        {**_ABOUT, "approval_request_id": name, "approve": flag, "reason": STRUCTURED_TEXT, "request_id": name}
    ),
    "mcp_list_tools": _result({"server_label": STRUCTURED_TEXT, "tools": items(defined(_LISTED)), "error": _TOLD}),
    "file_search_call": _call({"queries": items(ARGUMENT), "results": items(_found)}),
    "web_search_call": _call({"action": _SEARCH}),
    "computer_call": _call({"action": _ACTION, "actions": items(_ACTION), "pending_safety_checks": _SAFETY}),
    "computer_call_output": _result({"output": PART, "acknowledged_safety_checks": _SAFETY}),
    "code_interpreter_call": _call(
        {
            "code": text(Channel.TOOL_ARGUMENT, part="code"),
            "container_id": name,
            "outputs": _given_back(items(_LOGS)),
        }
    ),
    "image_generation_call": _call(_PICTURE),
    "local_shell_call": _call({"action": _EXEC}),
    "local_shell_call_output": _result({"output": text()}),
    "shell_call": _call({"action": _COMMANDS, "environment": ENVIRONMENT}),
    "shell_call_output": _result({"output": items(SHELL_OUTPUT), "max_output_length": number}),
    "apply_patch_call": _call({"operation": fields({"type": name, "path": ARGUMENT, "diff": ARGUMENT})}),
    "apply_patch_call_output": _result({"output": text()}),
    "tool_search_call": _call({"arguments": free(Channel.TOOL_ARGUMENT)}),
    "tool_search_output": _result({"tools": TOOLS}),
    "program": _call({"code": ARGUMENT, "fingerprint": name}),
    "program_output": _result({"result": text()}),
}
_SUMMARIES = keyed(PART, "summary")
_OTHER_ITEMS: Mapping[str, Shape] = {
    "message": _said,
    "reasoning": _by_model(
        fields({**_ABOUT, "summary": _SUMMARIES, "content": keyed(PART, "content"), "encrypted_content": payload})
    ),
    "additional_tools": fields({**_ABOUT, "role": name, "tools": TOOLS}),
    "configuration_update": fields(
        {**_ABOUT, "reasoning": fields({"effort": name}), "text": fields({"verbosity": name})}
    ),
    "compaction": fields({**_ABOUT, "encrypted_content": payload}),
    "compaction_summary": fields({**_ABOUT, "encrypted_content": payload}),
    "compaction_trigger": fields(_ABOUT),
    "item_reference": _referred,
}
_ITEM = tagged({**_TOOL_ITEMS, **_OTHER_ITEMS}, default="message")


def item(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read one item. One of a kind that is not known is unknown as a whole."""
    if isinstance(value, dict) and value.get("type") is None and "role" not in value and "id" in value:
        to.foreign(value, path)
    else:
        _ITEM(to, value, path, place)
