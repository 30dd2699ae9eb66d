"""Requests to Anthropic Messages: what goes to the model, and who said it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.event import Usage
from roadworthy.guard.protocols.anthropic.blocks import CONTENT, TEXTS, calls_in, message_object
from roadworthy.guard.protocols.anthropic.refusal import refusal
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.definitions import definitions_in
from roadworthy.guard.protocols.editing import encoded
from roadworthy.guard.protocols.leaf import (
    STRUCTURED,
    facts,
    flag,
    json_text,
    name,
    number,
    unfamiliar,
)
from roadworthy.guard.protocols.shape import (
    fields,
    items,
    names,
    placed,
    tagged,
    with_place,
    word,
)
from roadworthy.guard.protocols.strict_json import bounded
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
    named,
)
from roadworthy.guard.segment import Channel, Role, Source, SourceKind, Stage
from roadworthy.guard.verdict import Decision

PROTOCOL = "anthropic.messages"

OPERATOR = Place(stage=Stage.INPUT, role=Role.SYSTEM, source=Source(kind=SourceKind.OPERATOR))
USER = Place(stage=Stage.INPUT, role=Role.USER, source=Source(kind=SourceKind.USER))
ASSISTANT = Place(stage=Stage.INPUT, role=Role.ASSISTANT, source=Source(kind=SourceKind.MODEL), labels=("history",))
_WHO = {"user": USER, "assistant": ASSISTANT, "system": OPERATOR}


def _of_message(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    return _WHO[word(value, "role")]


def _of_tool(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    name = word(value, "name")
    return replace(place, source=Source(kind=SourceKind.SERVER, name=name[:128]), tool=name)


_TURN = with_place(fields({"role": name, "content": CONTENT}), _of_message)
_MESSAGE = tagged(names(_WHO, _TURN), by="role")
_SCHEMA = json_text(Channel.STRUCTURED_FIELD)
_TOOL = with_place(
    fields(
        {
            "name": STRUCTURED,
            "description": STRUCTURED,
            "input_schema": _SCHEMA,
            "input_examples": items(_SCHEMA),
            **names(("type", "cache_control", "allowed_callers"), facts),
        },
        open_to=unfamiliar,
    ),
    _of_tool,
)
_AS_OPERATOR = Source(kind=SourceKind.OPERATOR)
_REQUEST = fields(
    {
        **names(("model", "service_tier", "inference_geo", "speed", "user_profile_id", "workspace_id"), name),
        **names(("max_tokens", "temperature", "top_k", "top_p"), number),
        **names(("cache_control", "container", "diagnostics", "thinking", "context_management"), facts),
        "stream": flag,
        "system": TEXTS,
        "messages": items(_MESSAGE),
        "metadata": placed(fields({"user_id": STRUCTURED}), role=Role.USER, source=Source(kind=SourceKind.USER)),
        "stop_sequences": items(STRUCTURED),
        "tools": items(_TOOL),
        "tool_choice": fields({"type": name, "name": STRUCTURED, "disable_parallel_tool_use": flag}),
        "output_config": fields({"effort": name, "format": fields({"type": name, "schema": _SCHEMA})}),
    }
)


class AnthropicRequest:
    """Requests to Messages, and to the counting of their tokens.

    A tool's result stands in a user's message and is the tool's; a tool's description is its server's, not the
    operator's. ``mcp_servers`` are not known on purpose: what the service does with them never comes by here.
    """

    name = "anthropic.messages.request"

    def decode(self, body: JsonValue) -> Decoded:
        """Return every text that goes to the model.

        Raises:
            ConfigError: If ``body`` is no request.
        """
        with named(self.name):
            bounded(body, where="the message")
            walk = _walked(body)
            request = message_object(body, wanted="an object")
            if not request.get("messages"):
                raise ConfigError("at least one message must be there", where="/messages", fix="send one")
        wanted = request.get("max_tokens")
        return Decoded(
            segments=tuple(walk.segments),
            unknown=tuple(walk.unknown),
            model=word(body, "model"),
            usage=Usage(output_tokens=wanted if isinstance(wanted, int) and wanted > 0 else 0),
            definitions=definitions_in(body, "tools"),
            streamed=request.get("stream") is True,
        )

    def encode(self, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str] = ()) -> JsonValue:
        """Return ``body`` with other texts and without what is stripped. A signed block is left out, not edited."""
        return encoded(body, _walked(body), texts=texts, stripped=stripped)

    def blocked(self, body: JsonValue, decision: Decision) -> JsonValue:
        """Return an answer that refuses, as the service itself does."""
        return refusal(decision, model=word(body, "model"))


def _walked(body: JsonValue) -> Walk:
    request = message_object(body, wanted="an object")
    walk = Walk(protocol=PROTOCOL, tools=calls_in(request.get("messages")))
    _REQUEST(walk, body, "", OPERATOR)
    return walk
