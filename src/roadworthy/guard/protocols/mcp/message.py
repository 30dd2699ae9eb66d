"""Messages of MCP, one or a batch: requests, notifications, results and errors, of either side and either revision."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.event import Usage
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.definitions import definitions_of
from roadworthy.guard.protocols.editing import (
    EMPTIED,
    encoded,
)
from roadworthy.guard.protocols.leaf import (
    facts,
)
from roadworthy.guard.protocols.mcp.tables import (
    CLIENT_METHODS,
    ERROR,
    SERVER_METHODS,
    SERVER_RESULT,
    client_result,
)
from roadworthy.guard.protocols.pointer import child
from roadworthy.guard.protocols.shape import (
    Shape,
    word,
)
from roadworthy.guard.protocols.strict_json import bounded
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
    kind_of,
    named,
)
from roadworthy.guard.run.call import Definition
from roadworthy.guard.segment import Role, Source, SourceKind, Stage
from roadworthy.guard.verdict import Decision

PROTOCOL = "mcp"
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
"""Where a request of the stateless revisions says which it is, in ``_meta``."""

BLOCKED_CODE = -32050
"""Code of the error that says that policy stopped a message; of those that JSON-RPC leaves to servers."""

_MEMBERS = frozenset({"jsonrpc", "id", "method", "params", "result", "error"})
_FIX = "send one JSON-RPC 2.0 message, or a list of them"


class Side(StrEnum):
    """Who sends a message."""

    CLIENT = "client"
    SERVER = "server"


class McpMessage:
    """Messages of one side.

    Nothing of a session is needed: the two revisions differ in which messages come, not in how one is read. What a
    server says of its tools, and what it asks the user or the model, is the server's whatever role it claims.

    Args:
        side: Who sends them.
        server: Name of the server, for where its words come from.
        tools: For a server's results: names of tools by the id of the request, as `call_of` writes it.
    """

    def __init__(self, side: Side, *, server: str = "", tools: Mapping[str, str] | None = None) -> None:
        self.name = f"mcp.{side.value}"
        self._tools = dict(tools or {})
        self._is_server = side is Side.SERVER
        self._methods = CLIENT_METHODS if side is Side.CLIENT else SERVER_METHODS
        self._result: Shape = client_result if side is Side.CLIENT else SERVER_RESULT
        if side is Side.CLIENT:
            source = Source(kind=SourceKind.MODEL)
            self._place = Place(stage=Stage.TOOL_CALL, role=Role.ASSISTANT, source=source)
        else:
            source = Source(kind=SourceKind.SERVER, name=server)
            self._place = Place(stage=Stage.TOOL_RESULT, role=Role.TOOL, source=source)

    def decode(self, body: JsonValue) -> Decoded:
        """Return every text of the message, or of all messages of a batch.

        Raises:
            ConfigError: If ``body`` is no message, or could be read as two things.
        """
        with named(self.name):
            bounded(body, where="the message")
            walk = self.walked(body)
        calls = sum(1 for one in _messages(body) if isinstance(one, dict) and one.get("method") == "tools/call")
        return Decoded(
            segments=tuple(walk.segments),
            unknown=tuple(walk.unknown),
            usage=Usage(tool_calls=calls),
            definitions=_definitions(body) if self._is_server else (),
        )

    def encode(self, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str] = ()) -> JsonValue:
        """Return ``body`` with other texts and without what is stripped; None where nothing of it is left to send."""
        return encoded(body, self.walked(body), texts=texts, stripped=stripped)

    def blocked(self, body: JsonValue, decision: Decision) -> JsonValue:
        """Return what answers ``body``, or stands for it: for a tool a result that says so, so that the agent goes on.

        None where nobody waits for an answer.
        """
        if isinstance(body, (list, tuple)):
            answers: list[JsonValue] = [answer for one in body if (answer := self.blocked(one, decision)) is not None]
            return answers or None
        if not isinstance(body, dict) or body.get("id") is None:
            return None
        said = decision.message if decision.message.strip() else EMPTIED
        head: dict[str, JsonValue] = {"jsonrpc": "2.0", "id": body["id"]}
        if _is_of_tool(body):
            result: dict[str, JsonValue] = {"content": [{"type": "text", "text": said}], "isError": True}
            return {**head, "result": {"resultType": "complete", **result} if _is_stateless(body) else result}
        return {**head, "error": {"code": BLOCKED_CODE, "message": said}}

    def walked(self, body: JsonValue) -> Walk:
        """Return what is in ``body``.

        Raises:
            ConfigError: If it is no message.
        """
        walk = Walk(protocol=PROTOCOL, tools=self._tools)
        if not isinstance(body, (list, tuple)):
            self._look(body, "", walk)
            return walk
        if not body:
            raise ConfigError("at least one message must be there", where="/", fix=_FIX)
        for number, one in enumerate(body):
            self._look(one, f"/{number}", walk)
        return walk

    def _look(self, message: JsonValue, path: str, walk: Walk) -> None:
        if not isinstance(message, dict):
            raise walk.wrong(path, "an object", kind_of(message))
        kinds = [kind for kind in ("method", "result", "error") if kind in message]
        if message.get("jsonrpc") != "2.0" or len(kinds) != 1:
            raise ConfigError("a message must be one of JSON-RPC 2.0, and one alone", where=path or "/", fix=_FIX)
        method = message.get("method")
        shape = self._methods.get(method) if isinstance(method, str) else None
        if kinds == ["method"] and shape is None:
            walk.foreign(message, path)
            return
        call = call_of(message)
        place = replace(self._place, call=call, tool=self._tools.get(call, "") if kinds == ["result"] else "")
        facts(walk, message.get("id"), f"{path}/id", place)
        if kinds == ["error"] and self._is_server:
            place = place.failed()
        for name, value in message.items():
            if name not in _MEMBERS:
                walk.foreign(value, child(path, name))
        known = {"method": "params", "result": "result", "error": "error"}[kinds[0]]
        if kinds != ["method"] and "params" in message:
            walk.foreign(message["params"], f"{path}/params")
        if message.get(known) is not None:
            looking = shape or (self._result if kinds == ["result"] else ERROR)
            looking(walk, message[known], f"{path}/{known}", place)


def call_of(message: JsonValue) -> str:
    """Return the id of a request or an answer as text, in which ``1`` and ``"1"`` differ; empty for none.

    >>> call_of({"id": 1}), call_of({"id": "1"}), call_of({})
    ('1', '"1"', '')
    """
    found = message.get("id") if isinstance(message, dict) else None
    return json.dumps(found) if found is not None else ""


def tools_of(body: JsonValue) -> dict[str, str]:
    """Return the names of the tools that a client's message calls, by the id of the call.

    >>> tools_of({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "search"}})
    {'7': 'search'}
    """
    return {
        call_of(one): word(one.get("params"), "name")
        for one in _messages(body)
        if isinstance(one, dict) and one.get("method") == "tools/call"
    }


def _messages(body: JsonValue) -> Sequence[JsonValue]:
    return body if isinstance(body, (list, tuple)) else (body,)


def _is_of_tool(message: dict[str, JsonValue]) -> bool:
    result = message.get("result")
    found = isinstance(result, dict) and ("content" in result or "structuredContent" in result)
    return message.get("method") == "tools/call" or (found and "role" not in result and "action" not in result)  # type: ignore[operator]


def _is_stateless(message: dict[str, JsonValue]) -> bool:
    params, result = message.get("params"), message.get("result")
    meta = params.get("_meta") if isinstance(params, dict) else None
    return (isinstance(meta, dict) and VERSION_KEY in meta) or (isinstance(result, dict) and "resultType" in result)


def _definitions(body: JsonValue) -> tuple[Definition, ...]:
    """Return the definitions of the tools that a server lists."""
    results = [one.get("result") for one in _messages(body) if isinstance(one, dict)]
    lists = [tools for one in results if isinstance(one, dict) and isinstance(tools := one.get("tools"), (list, tuple))]
    return definitions_of([tool for tools in lists for tool in tools])
