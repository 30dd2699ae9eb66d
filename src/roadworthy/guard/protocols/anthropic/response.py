"""Answers of Anthropic Messages, and its errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.event import Usage
from roadworthy.guard.protocols.anthropic.blocks import BLOCK, blocks_of, calls_in, message_object
from roadworthy.guard.protocols.anthropic.refusal import refusal
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.editing import encoded
from roadworthy.guard.protocols.leaf import (
    STRUCTURED,
    facts,
    name,
    unfamiliar,
)
from roadworthy.guard.protocols.shape import (
    Shape,
    fields,
    names,
    text,
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

MODEL = Place(stage=Stage.OUTPUT, role=Role.ASSISTANT, source=Source(kind=SourceKind.MODEL))

STOP: Mapping[str, Shape] = {
    "stop_reason": name,
    "stop_sequence": STRUCTURED,
    "stop_details": fields({"type": name, "category": name, "explanation": text(Channel.REFUSAL)}),
    "container": facts,
}
"""How an answer ended."""

MESSAGE = fields(
    {
        **names(("id", "type", "role", "model"), name),
        **STOP,
        **names(("usage", "diagnostics", "context_management"), facts),
        "content": blocks_of(BLOCK),
    }
)
"""A whole answer."""

ERROR = fields(
    {"type": name, "request_id": name, "error": fields({"type": name, "message": STRUCTURED}, open_to=unfamiliar)}
)
"""An error, whole or as an event of a stream."""


class AnthropicResponse:
    """Answers of Messages, and errors."""

    name = "anthropic.messages.response"

    def decode(self, body: JsonValue) -> Decoded:
        """Return every text that came back: text, reasoning, calls of tools, results of the service's own tools.

        Raises:
            ConfigError: If ``body`` is no answer.
        """
        with named(self.name):
            bounded(body, where="the message")
            walk = _walked(body)
            answer = message_object(body, wanted="an object")
            if "content" not in answer and answer.get("type") != "error":
                raise ConfigError("a list of content blocks must be there", where="/content", fix="pass a whole answer")
        model = answer.get("model")
        return Decoded(
            segments=tuple(walk.segments),
            unknown=tuple(walk.unknown),
            model=model if isinstance(model, str) else "",
            usage=used(answer.get("usage"), calls=len(calls_in([body]))),
        )

    def encode(self, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str] = ()) -> JsonValue:
        """Return ``body`` with other texts and without what is stripped. A signed block is left out, not edited."""
        return encoded(body, _walked(body), texts=texts, stripped=stripped)

    def blocked(self, body: JsonValue, decision: Decision) -> JsonValue:
        """Return an answer that refuses, with the id, the model and the usage of the one that it stands for."""
        answer = body if isinstance(body, dict) else {}
        known = {name: one for name in ("id", "model") if isinstance(one := answer.get(name), str)}
        usage = answer.get("usage")
        return refusal(
            decision,
            model=known.get("model", ""),
            id_=known.get("id", ""),
            usage=counts(usage) if isinstance(usage, dict) else None,
        )


def counts(usage: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the counts of tokens in ``usage`` and nothing else of it."""
    found: dict[str, JsonValue] = {"input_tokens": 0, "output_tokens": 0}
    found |= {name: one for name in usage if isinstance(one := usage[name], int) and name.endswith("_tokens")}
    return found


def used(usage: JsonValue, *, calls: int) -> Usage:
    """Return what an answer used."""
    found = {name: one for name, one in usage.items() if isinstance(one, int)} if isinstance(usage, dict) else {}
    tokens_in = sum(
        found.get(name, 0) for name in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    )
    return Usage(input_tokens=tokens_in, output_tokens=found.get("output_tokens", 0), tool_calls=calls)


def _walked(body: JsonValue) -> Walk:
    answer = message_object(body, wanted="an object")
    walk = Walk(protocol=PROTOCOL)
    if answer.get("type") == "error":
        ERROR(walk, body, "", MODEL)
        return walk
    MESSAGE(walk, body, "", MODEL)
    return walk
