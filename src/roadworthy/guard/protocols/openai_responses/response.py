"""Responses, whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.editing import (
    encoded,
)
from roadworthy.guard.protocols.leaf import (
    facts,
    flag,
    name,
    number,
)
from roadworthy.guard.protocols.openai_responses.items import item
from roadworthy.guard.protocols.openai_responses.refusal import refused
from roadworthy.guard.protocols.openai_responses.request import SETTINGS, prompt
from roadworthy.guard.protocols.openai_values import (
    MODERATION,
    OUTPUT,
    REQUEST,
    STRUCTURED,
    STRUCTURED_TEXT,
    error_code,
    model_of,
    usage_of,
)
from roadworthy.guard.protocols.shape import (
    Shape,
    fields,
    items,
    keyed,
    text,
)
from roadworthy.guard.protocols.strict_json import bounded
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
)
from roadworthy.guard.segment import Source, SourceKind
from roadworthy.guard.verdict import Decision

_MISALIGNED = fields(
    {
        "detailed_explanation": text(),
        "error_type": name,
        "review_target": STRUCTURED_TEXT,
        "steer": fields({"message": STRUCTURED_TEXT}),
    }
)
_ERROR = fields(
    {
        "code": error_code,
        "message": STRUCTURED_TEXT,
        "param": STRUCTURED_TEXT,
        "type": name,
        "misalignment": _MISALIGNED,
    }
)


def upstream(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read the error of the model's server."""
    _ERROR(to, value, path, replace(place, channel=STRUCTURED, source=Source(kind=SourceKind.SERVER)))


def _echoed(shape: Shape) -> Shape:
    """Return ``shape`` for what the answer repeats of its request: it is judged as it was there."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        shape(to, value, path, REQUEST)

    return walk


_OUTPUT = keyed(item, "output")


def _output(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    _OUTPUT(to, value, path, place)


_TRANSFORMATION = fields(dict.fromkeys(("id", "action", "reason", "type"), name))
_CACHE = fields({"type": name, "reason": name, "cache_missed_tokens": number, "comparison_reusable_tokens": number})
RESPONSE: Mapping[str, Shape] = {
    **{member: _echoed(shape) for member, shape in SETTINGS.items()},
    **dict.fromkeys(("id", "object", "status", "previous_response_id"), name),
    **dict.fromkeys(("created_at", "completed_at"), number),
    "background": flag,
    "conversation": fields({"id": name}),
    "prompt": _echoed(prompt),
    "output": _output,
    "usage": facts,
    "tool_usage": facts,
    "moderation": MODERATION,
    "incomplete_details": fields({"reason": name}),
    "input_transformations": items(_TRANSFORMATION),
    "prompt_cache_diagnostics": _CACHE,
    "error": upstream,
}
"""Members of a response."""

_ANSWER = fields(RESPONSE, required=("output",))
_FAILED = fields(RESPONSE)


class ResponsesResponse:
    """Responses (`MessageCodec`).

    >>> said = {"type": "output_text", "text": "Hello", "annotations": []}
    >>> body = {"output": [{"type": "message", "id": "m", "role": "assistant", "content": [said]}]}
    >>> [segment.path for segment in ResponsesResponse().decode(body).segments]
    ['/output/0/content/0/text']
    """

    name = "openai.responses.response"

    def decode(self, body: JsonValue) -> Decoded:
        """Return the segments of ``body``, a response or the error that came in its place."""
        walk = self._walk(body)
        return Decoded(
            segments=tuple(walk.segments), unknown=tuple(walk.unknown), model=model_of(body), usage=usage_of(body)
        )

    def encode(self, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str] = ()) -> JsonValue:
        """Return ``body`` with other texts; log probabilities of a changed text are emptied."""
        return encoded(body, self._walk(body), texts=texts, stripped=stripped)

    def blocked(self, body: JsonValue, decision: Decision) -> JsonValue:
        """Return a response that was stopped by a filter, with the user's message as a refusal."""
        return refused(decision, model=model_of(body), answer=body)

    def _walk(self, body: JsonValue) -> Walk:
        bounded(body, where=self.name)
        walk = Walk(protocol=self.name)
        failed = isinstance(body, dict) and body.get("error") is not None
        (_FAILED if failed else _ANSWER)(walk, body, "", OUTPUT)
        return walk.settle()
