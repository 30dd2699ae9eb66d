"""Which methods and results each side of MCP may send, and what is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.leaf import (
    STRUCTURED,
    any_value,
    facts,
    flag,
    json_text,
    name,
    number,
    payload,
)
from roadworthy.guard.protocols.mcp.content import (
    CONTENTS,
    ICONS,
    IMPLEMENTATION,
    META,
    PROMPT,
    RESOURCE,
    SAMPLED,
    TEMPLATE,
    TOOL,
    TURN,
    blocks,
    mapping,
)
from roadworthy.guard.protocols.shape import (
    Shape,
    fields,
    items,
    names,
    placed,
    tagged,
    text,
    with_place,
)
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
)
from roadworthy.guard.segment import Channel, Role, Source, SourceKind, Stage

_USER = Source(kind=SourceKind.USER)
_MODEL = Source(kind=SourceKind.MODEL)
_TEXT = text(Channel.TEXT)
_SCHEMA = json_text(Channel.STRUCTURED_FIELD)
_ASKED = json_text(Channel.TOOL_ARGUMENT)
_ADDRESS = text(Channel.TOOL_ARGUMENT)
_TASK: Mapping[str, Shape] = {
    **names(("taskId", "status", "createdAt", "lastUpdatedAt"), name),
    **names(("ttl", "pollInterval"), number),
    "statusMessage": _TEXT,
}


def _params(**members: Shape) -> Shape:
    return fields({"_meta": META, "task": facts, **members})


# --- what a client answers to what a server asked

_ELICITED = placed(
    fields({"action": name, "content": json_text(Channel.STRUCTURED_FIELD), "_meta": META}),
    role=Role.USER,
    source=_USER,
)
_ANSWERED = placed(
    fields(
        {
            **_TASK,
            **names(("role", "model", "stopReason", "resultType"), name),
            "content": SAMPLED,
            "roots": items(fields({"uri": _ADDRESS, "name": STRUCTURED, "_meta": META})),
            "task": fields(_TASK),
            "tasks": items(fields(_TASK)),
            "nextCursor": payload,
            "_meta": META,
        }
    ),
    stage=Stage.OUTPUT,
    role=Role.ASSISTANT,
    source=_MODEL,
)


def client_result(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Look at what a client answers: what its model or its user said, or what it has."""
    (_ELICITED if isinstance(value, dict) and "action" in value else _ANSWERED)(to, value, path, place)


# --- what a server asks of a client

_QUESTION = _params(
    message=_TEXT, mode=name, url=text(Channel.IMAGE_REFERENCE), elicitationId=name, requestedSchema=_SCHEMA
)
_SAMPLING = placed(
    _params(
        messages=items(TURN),
        systemPrompt=_TEXT,
        tools=items(TOOL),
        stopSequences=items(STRUCTURED),
        metadata=any_value(Channel.STRUCTURED_FIELD),
        includeContext=name,
        maxTokens=number,
        temperature=number,
        modelPreferences=facts,
        toolChoice=facts,
    ),
    stage=Stage.INPUT,
)
_LISTING = _params(cursor=payload)
_TASK_ASKED = _params(taskId=name)
_SHARED: Mapping[str, Shape] = {
    "ping": _params(),
    "notifications/cancelled": _params(requestId=facts, reason=_TEXT),
    "notifications/progress": _params(progressToken=facts, progress=number, total=number, message=_TEXT),
    "notifications/tasks/status": _params(**_TASK),
    **names(("tasks/get", "tasks/result", "tasks/cancel"), _TASK_ASKED),
    "tasks/list": _LISTING,
}
SERVER_METHODS: Mapping[str, Shape] = {
    **_SHARED,
    "sampling/createMessage": _SAMPLING,
    "elicitation/create": _QUESTION,
    "roots/list": _params(),
    "notifications/message": _params(level=name, logger=STRUCTURED, data=any_value(Channel.TEXT)),
    "notifications/resources/updated": _params(uri=text(Channel.IMAGE_REFERENCE), title=STRUCTURED),
    "notifications/elicitation/complete": _params(elicitationId=name),
    "notifications/subscriptions/acknowledged": _params(notifications=facts),
    **names((f"notifications/{kind}/list_changed" for kind in ("tools", "prompts", "resources")), _params()),
}
"""Requests and notifications of a server, by method."""

# --- what a client asks of a server

_AGAIN: Mapping[str, Shape] = {"inputResponses": mapping(client_result), "requestState": payload}
_READING = _params(uri=_ADDRESS, **_AGAIN)
_NAME = text(Channel.TOOL_NAME)


def _of_call(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    name = value.get("name")
    return replace(place, tool=name if isinstance(name, str) else "")


def _as_call(method: str) -> Callable[[dict[str, JsonValue], Place, Walk], Place]:
    """Return what names a request that is no call of a tool, so that a policy's grants can name it."""

    def named(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
        prompt = value.get("name")
        return replace(place, tool=f"mcp:{method}" + (f":{prompt}" if isinstance(prompt, str) else ""))

    return named


CLIENT_METHODS: Mapping[str, Shape] = {
    **_SHARED,
    "initialize": _params(protocolVersion=name, capabilities=facts, clientInfo=IMPLEMENTATION),
    "notifications/initialized": _params(),
    "notifications/roots/list_changed": _params(),
    "tools/call": with_place(_params(name=_NAME, arguments=_ASKED, **_AGAIN), _of_call),
    "prompts/get": with_place(_params(name=STRUCTURED, arguments=_ASKED, **_AGAIN), _as_call("prompts/get")),
    **{
        method: with_place(_READING, _as_call(method))
        for method in ("resources/read", "resources/subscribe", "resources/unsubscribe")
    },
    **names(("tools/list", "prompts/list", "resources/list", "resources/templates/list"), _LISTING),
    "completion/complete": placed(
        _params(
            ref=fields({"type": name, **names(("name", "title", "uri"), STRUCTURED)}),
            argument=fields({"name": STRUCTURED, "value": _TEXT}),
            context=fields({"arguments": _SCHEMA}),
        ),
        role=Role.USER,
        source=_USER,
    ),
    "logging/setLevel": _params(level=name),
    "server/discover": _params(),
    "subscriptions/listen": _params(notifications=facts),
}
"""Requests and notifications of a client, by method."""

# --- what a server answers

_ASKING = tagged(
    {
        method: fields({"method": name, "params": SERVER_METHODS[method]})
        for method in ("sampling/createMessage", "elicitation/create", "roots/list")
    },
    by="method",
)
_SAID = any_value(Channel.TOOL_RESULT)


def _of_tool(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    """A tool's result is the tool's where it is known which; a server's else."""
    return replace(place, source=Source(kind=SourceKind.TOOL, name=place.tool or place.source.name))


def _as_tool(shape: Shape) -> Shape:
    def look(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        shape(to, value, path, _of_tool({}, place, to))

    return look


def _about(shape: Shape) -> Shape:
    return placed(shape, stage=Stage.INPUT, role=Role.SYSTEM)


def _of_failed(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    return place.failed() if value.get("isError") is True else place


SERVER_RESULT = with_place(
    fields(
        {
            **_TASK,
            "content": _as_tool(items(blocks(Channel.TOOL_RESULT))),
            "structuredContent": _as_tool(_SAID),
            "isError": flag,
            "tools": items(TOOL),
            "prompts": items(PROMPT),
            "resources": _about(items(RESOURCE)),
            "resourceTemplates": _about(items(TEMPLATE)),
            "messages": items(TURN),
            "contents": items(CONTENTS),
            "description": _about(STRUCTURED),
            "completion": fields({"values": items(_TEXT), "total": number, "hasMore": flag}),
            "capabilities": _about(facts),
            "instructions": _about(_TEXT),
            "serverInfo": _about(IMPLEMENTATION),
            "icons": ICONS,
            **names(("protocolVersion", "cacheScope", "resultType"), name),
            "supportedVersions": items(name),
            "nextCursor": payload,
            "ttlMs": number,
            "inputRequests": mapping(_ASKING),
            "requestState": payload,
            "task": fields(_TASK),
            "tasks": items(fields(_TASK)),
            "_meta": META,
        }
    ),
    _of_failed,
)
"""Any result of a server: no member means two things, so that the method it answers need not be known."""

ERROR = fields({"code": number, "message": text(Channel.TOOL_RESULT), "data": _SAID})
"""An error of either side."""
