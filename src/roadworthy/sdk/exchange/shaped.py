"""Codecs of the small endpoints: embeddings, moderations, completions of a text, counts of tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.event import Usage
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.editing import encoded
from roadworthy.guard.protocols.leaf import facts, flag, name, number, payload, void
from roadworthy.guard.protocols.openai_values import ERROR, INPUT, OUTPUT, STRUCTURED_TEXT, model_of, usage_of
from roadworthy.guard.protocols.shape import Shape, either, fields, items, text
from roadworthy.guard.protocols.strict_json import bounded
from roadworthy.guard.protocols.walk import Place, Walk, kind_of
from roadworthy.guard.verdict import Decision
from roadworthy.sdk.exchange.raising import message_of


class ShapedCodec:
    """A `MessageCodec` that is one shape and one place.

    Args:
        title: Its name, such as ``openai.embeddings.request``.
        shape: Of its messages.
        place: Where a text in them stands, unless the shape says otherwise.
    """

    def __init__(self, title: str, shape: Shape, *, place: Place) -> None:
        self.name = title
        self._shape = shape
        self._place = place

    def decode(self, body: JsonValue) -> Decoded:
        """Return every text of ``body``.

        Raises:
            ConfigError: If it is no such message.
        """
        walk = self._walk(body)
        most = body.get("max_tokens") if isinstance(body, dict) else None
        usage = usage_of(body)
        if isinstance(most, int) and not isinstance(most, bool) and most > 0:
            usage = Usage(output_tokens=most)
        return Decoded(segments=tuple(walk.segments), unknown=tuple(walk.unknown), model=model_of(body), usage=usage)

    def encode(self, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str] = ()) -> JsonValue:
        """Return ``body`` with other texts and without what is stripped."""
        return encoded(body, self._walk(body), texts=texts, stripped=stripped)

    def blocked(self, body: JsonValue, decision: Decision) -> JsonValue:
        """Return an error with the user's message."""
        return {"error": {"message": message_of(decision), "type": "blocked_by_policy", "param": None, "code": None}}

    def _walk(self, body: JsonValue) -> Walk:
        bounded(body, where=self.name)
        walk = Walk(protocol=self.name)
        self._shape(walk, body, "", self._place)
        return walk.settle()


def _no_tokens(shape: Shape) -> Shape:
    """Return ``shape`` for texts that may not come as tokens, which nobody here can read."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if isinstance(value, (list, tuple)) and any(not isinstance(one, (str, dict)) for one in value):
            kind = next(kind_of(one) for one in value if not isinstance(one, (str, dict)))
            raise ConfigError(
                f"a text must be there, got {kind}: tokens cannot be judged", where=path, fix="send the text itself"
            )
        shape(to, value, path, place)

    return walk


_TEXTS = _no_tokens(either(text=text(), array=items(text())))
_ABOUT: Mapping[str, Shape] = {
    **dict.fromkeys(("id", "object", "model", "system_fingerprint"), name),
    "created": number,
    "usage": facts,
    "error": either(text=STRUCTURED_TEXT, record=ERROR),
}


def _numbers(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read a vector: numbers, which say nothing, or their bytes in base64."""
    if isinstance(value, (list, tuple)):
        odd = next((one for one in value if isinstance(one, bool) or not isinstance(one, (int, float))), None)
        if odd is None and value:
            return
        raise to.wrong(path, "numbers", kind_of(odd))
    payload(to, value, path, place)


EMBEDDINGS_REQUEST = ShapedCodec(
    "openai.embeddings.request",
    fields(
        {
            "input": _TEXTS,
            **dict.fromkeys(("model", "encoding_format"), name),
            "dimensions": number,
            "user": STRUCTURED_TEXT,
        },
        required=("input",),
    ),
    place=INPUT,
)
EMBEDDINGS_ANSWER = ShapedCodec(
    "openai.embeddings.response",
    fields({**_ABOUT, "data": items(fields({"object": name, "index": number, "embedding": _numbers}))}),
    place=OUTPUT,
)
MODERATIONS_REQUEST = ShapedCodec(
    "openai.moderations.request",
    fields({"model": name, "input": _TEXTS}, required=("input",)),
    place=INPUT,
)
MODERATIONS_ANSWER = ShapedCodec(
    "openai.moderations.response", fields({**_ABOUT, "results": items(facts)}), place=OUTPUT
)
COMPLETIONS_REQUEST = ShapedCodec(
    "openai.completions.request",
    fields(
        {
            "prompt": _TEXTS,
            "suffix": text(),
            "model": name,
            **dict.fromkeys(
                (
                    *("best_of", "frequency_penalty", "logprobs", "max_tokens", "n", "presence_penalty", "seed"),
                    *("temperature", "top_p"),
                ),
                number,
            ),
            **dict.fromkeys(("echo", "stream"), flag),
            "stop": either(text=STRUCTURED_TEXT, array=items(STRUCTURED_TEXT)),
            "user": STRUCTURED_TEXT,
            "logit_bias": facts,
        },
        required=("prompt",),
    ),
    place=INPUT,
)
COMPLETIONS_ANSWER = ShapedCodec(
    "openai.completions.response",
    fields(
        {
            **_ABOUT,
            "choices": items(fields({"text": text(), "index": number, "finish_reason": name, "logprobs": void})),
        }
    ),
    place=OUTPUT,
)
COUNTED = ShapedCodec(
    "anthropic.count_tokens.response",
    fields(
        {
            "input_tokens": number,
            "context_management": facts,
            "type": name,
            "error": fields({"type": name, "message": STRUCTURED_TEXT}),
            "request_id": name,
        }
    ),
    place=OUTPUT,
)
