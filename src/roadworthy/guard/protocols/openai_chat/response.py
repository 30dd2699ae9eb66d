"""Answers of chat completions, whole."""

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
    is_word,
    name,
    number,
    void,
)
from roadworthy.guard.protocols.openai_chat.turns import ANSWER
from roadworthy.guard.protocols.openai_values import (
    ERROR,
    METADATA,
    MODERATION,
    OUTPUT,
    STRUCTURED,
    STRUCTURED_TEXT,
    model_of,
    tokens,
    usage_of,
    words_of,
)
from roadworthy.guard.protocols.pointer import child
from roadworthy.guard.protocols.shape import (
    Shape,
    either,
    fields,
    items,
    text,
)
from roadworthy.guard.protocols.strict_json import bounded
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
    kind_of,
)
from roadworthy.guard.segment import Channel, Source, SourceKind
from roadworthy.guard.verdict import Decision

MAX_CHOICES = 128
"""Most choices of one answer, as the API has it."""

_MESSAGE = fields(ANSWER)
CHOICE: Mapping[str, Shape] = {
    "index": number,
    "finish_reason": name,
    "stop_reason": either(text=STRUCTURED_TEXT, scalar=number),
    "native_finish_reason": name,
    **dict.fromkeys(("content_filter_results", "content_filter_result", "content_filter_offsets", "seed"), facts),
    **dict.fromkeys(("token_ids", "routed_experts", "provider_specific_fields"), void),
}


def place_of(to: Walk, value: JsonValue, path: str, *, seen: set[int], place: Place) -> Place:
    """Return the place of the texts of a choice.

    Raises:
        ConfigError: If its index is none, is too large, or is another choice's as well.
    """
    index = value.get("index", 0) if isinstance(value, dict) else None
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < MAX_CHOICES:
        raise to.wrong(child(path, "index"), f"a whole number in 0..{MAX_CHOICES - 1}", kind_of(index))
    if index in seen:
        raise to.wrong(child(path, "index"), "no other choice's", "the same twice")
    seen.add(index)
    return replace(place, choice=index)


def upstream(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read the error of the model's server."""
    place = replace(place, channel=STRUCTURED, source=Source(kind=SourceKind.SERVER))
    either(text=STRUCTURED_TEXT, record=ERROR)(to, value, path, place)


def _choices(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    seen: set[int] = set()

    def one(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        place = place_of(to, value, path, seen=seen, place=place)
        if not isinstance(value, dict) or value.get("message") is None:
            raise to.wrong(child(path, "message"), "an object", "nothing")
        message = child(path, "message")
        _MESSAGE(to, value["message"], message, place)
        logprobs = fields({"content": tokens(of=f"{message}/content"), "refusal": tokens(of=f"{message}/refusal")})
        fields({**CHOICE, "error": upstream, "message": lambda *_: None, "logprobs": logprobs})(to, value, path, place)

    items(one)(to, value, path, place)


_FOUND = fields(
    {
        **dict.fromkeys(("title", "url", "snippet"), text(Channel.CITATION)),
        "date": name,
        "last_updated": name,
        "source": name,
    }
)
ABOUT: Mapping[str, Shape] = {
    **dict.fromkeys(("id", "object", "model", "system_fingerprint", "service_tier"), name),
    "created": number,
    "usage": facts,
    "moderation": MODERATION,
    "metadata": METADATA,
    "error": upstream,
    **dict.fromkeys(("provider", "request_id"), name),
    **dict.fromkeys(("prompt_filter_results", "x_groq", "timings", "time_info", "cost", "nvext"), facts),
    **dict.fromkeys(("prompt_logprobs", "prompt_token_ids", "kv_transfer_params", "provider_specific_fields"), void),
    "citations": items(text(Channel.CITATION)),
    "search_results": items(_FOUND),
}
"""Members of an answer that are about it."""

_ANSWER = fields({**ABOUT, "choices": _choices}, required=("choices",))
_FAILED = fields({**ABOUT, "choices": _choices})


class ChatResponse:
    """Answers of chat completions (`MessageCodec`).

    >>> body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}}]}
    >>> ChatResponse().encode(body, {"/choices/0/message/content": "Good day"})["choices"][0]["message"]["content"]
    'Good day'
    """

    name = "openai.chat.response"

    def decode(self, body: JsonValue) -> Decoded:
        """Return the segments of ``body``, an answer or the error that came in its place."""
        walk = self._walk(body)
        return Decoded(
            segments=tuple(walk.segments), unknown=tuple(walk.unknown), model=model_of(body), usage=usage_of(body)
        )

    def encode(self, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str] = ()) -> JsonValue:
        """Return ``body`` with other texts; log probabilities and audio of a changed text are emptied."""
        return encoded(body, self._walk(body), texts=texts, stripped=stripped)

    def blocked(self, body: JsonValue, decision: Decision) -> JsonValue:
        """Return ``body`` with one choice that says why there is none, as a filter's stop has it."""
        return refused(decision, model=model_of(body), answer=body)

    def _walk(self, body: JsonValue) -> Walk:
        bounded(body, where=self.name)
        walk = Walk(protocol=self.name)
        failed = isinstance(body, dict) and body.get("error") is not None
        (_FAILED if failed else _ANSWER)(walk, body, "", OUTPUT)
        return walk.settle()


def refused(decision: Decision, *, model: str, answer: JsonValue = None) -> JsonValue:
    """Return an answer with the user's message in it and the reason ``content_filter``.

    Args:
        decision: What was decided.
        model: The model that was asked.
        answer: The answer that it stands for, whose id, time and usage are kept; None: there was none.
    """
    kept = answer if isinstance(answer, dict) else {}
    body: dict[str, JsonValue] = {
        "id": _name_of(kept.get("id")) or f"chatcmpl-{decision.event}",
        "object": "chat.completion",
        "created": created if isinstance(created := kept.get("created"), int) else 0,
        "model": model if is_word(model) else "",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": words_of(decision), "refusal": None},
                "logprobs": None,
                "finish_reason": "content_filter",
            }
        ],
    }
    used = usage_of(answer)
    body["usage"] = {
        "prompt_tokens": used.input_tokens,
        "completion_tokens": used.output_tokens,
        "total_tokens": used.input_tokens + used.output_tokens,
    }
    return body


def _name_of(value: JsonValue) -> str:
    return value if isinstance(value, str) and is_word(value) else ""
