"""Requests for responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.event import Usage
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.definitions import definitions_in
from roadworthy.guard.protocols.editing import (
    encoded,
)
from roadworthy.guard.protocols.leaf import (
    flag,
    name,
    number,
)
from roadworthy.guard.protocols.openai_responses.items import PART, item
from roadworthy.guard.protocols.openai_responses.refusal import refused
from roadworthy.guard.protocols.openai_responses.tool_item import TOOL_CHOICE, TOOLS
from roadworthy.guard.protocols.openai_values import (
    INPUT,
    METADATA,
    MODERATION_SETTINGS,
    OPERATOR,
    REQUEST,
    SCHEMA_FORMAT,
    STRUCTURED_TEXT,
    model_of,
)
from roadworthy.guard.protocols.pointer import child
from roadworthy.guard.protocols.shape import (
    Shape,
    either,
    fields,
    items,
    tagged,
    text,
)
from roadworthy.guard.protocols.strict_json import bounded
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
    kind_of,
)
from roadworthy.guard.verdict import Decision


def _unseen(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Note what brings in text that is kept at the server: nobody here has seen it."""
    to.foreign(value, path)


def _later(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Note that the answer is to be fetched later, past whoever judges this call."""
    flag(to, value, path, place)
    if value is True:
        to.foreign(value, path)


def prompt(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read the values for a prompt that is kept at the server. The prompt itself nobody here has seen."""
    if not isinstance(value, dict):
        raise to.wrong(path, "an object", kind_of(value))
    to.foreign(value, path)
    variables = value.get("variables")
    if isinstance(variables, dict):
        for key, one in variables.items():
            either(text=text(), record=PART)(to, one, child(child(path, "variables"), key), INPUT)


def _operator(shape: Shape) -> Shape:
    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        shape(to, value, path, OPERATOR)

    return walk


def _user(shape: Shape) -> Shape:
    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        shape(to, value, path, INPUT)

    return walk


TEXT_FORMAT = fields(
    {
        "verbosity": name,
        "format": tagged(
            {
                **dict.fromkeys(("text", "json_object"), fields({"type": name})),
                "json_schema": fields({"type": name, **SCHEMA_FORMAT}),
            }
        ),
    }
)
INSTRUCTIONS = _operator(either(text=text(), array=items(item)))
SETTINGS: Mapping[str, Shape] = {
    **dict.fromkeys(("max_output_tokens", "max_tool_calls", "temperature", "top_logprobs", "top_p"), number),
    **dict.fromkeys(("model", "prompt_cache_retention", "service_tier", "truncation"), name),
    **dict.fromkeys(("parallel_tool_calls", "store"), flag),
    **dict.fromkeys(("user", "safety_identifier", "prompt_cache_key"), STRUCTURED_TEXT),
    "instructions": INSTRUCTIONS,
    "metadata": METADATA,
    "reasoning": fields(dict.fromkeys(("effort", "summary", "generate_summary", "mode", "context"), name)),
    "text": TEXT_FORMAT,
    "tools": TOOLS,
    "tool_choice": TOOL_CHOICE,
    "image": fields({"context_compression": name}),
    "access_programs": fields({"cyber": name}),
    "prompt_cache_options": fields({"mode": name, "ttl": name, "comparison_response_id": name, "prewarm": flag}),
}
"""Members that a request and the answer to it share."""

_REQUEST = fields(
    {
        **SETTINGS,
        "input": _user(either(text=text(), array=items(item))),
        "stream": flag,
        "stream_options": fields({"include_obfuscation": flag}),
        "include": items(name),
        "moderation": MODERATION_SETTINGS,
        "background": _later,
        "background_options": fields({"completion_window": name, "continuation_id": name}),
        "context_management": items(fields({"type": name, "compact_threshold": number})),
        "previous_response_id": _unseen,
        "conversation": _unseen,
        "prompt": prompt,
    }
)


class ResponsesRequest:
    """Requests for responses (`MessageCodec`).

    What the server keeps and brings in by itself (an earlier response, a conversation, a prompt, an item by its id),
    and answers that are to be fetched later, are unknown fields: the route's policy says what becomes of them.

    >>> body = {"model": "m", "input": "Hello", "previous_response_id": "resp_1"}
    >>> decoded = ResponsesRequest().decode(body)
    >>> decoded.segments[0].path, decoded.unknown[0].path
    ('/input', '/previous_response_id')
    """

    name = "openai.responses.request"

    def decode(self, body: JsonValue) -> Decoded:
        """Return the segments of ``body``; the usage is what it asks for at most."""
        walk = self._walk(body)
        most = body.get("max_output_tokens") if isinstance(body, dict) else None
        return Decoded(
            segments=tuple(walk.segments),
            unknown=tuple(walk.unknown),
            model=model_of(body),
            usage=Usage(output_tokens=most if isinstance(most, int) and most > 0 else 0),
            definitions=definitions_in(body, "tools"),
            streamed=isinstance(body, dict) and body.get("stream") is True,
        )

    def encode(self, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str] = ()) -> JsonValue:
        """Return ``body`` with other texts and without what is stripped."""
        return encoded(body, self._walk(body), texts=texts, stripped=stripped)

    def blocked(self, body: JsonValue, decision: Decision) -> JsonValue:
        """Return a response that was stopped by a filter, with the user's message as a refusal."""
        return refused(decision, model=model_of(body))

    def _walk(self, body: JsonValue) -> Walk:
        bounded(body, where=self.name)
        walk = Walk(protocol=self.name)
        _REQUEST(walk, body, "", replace(REQUEST))
        return walk.settle()
