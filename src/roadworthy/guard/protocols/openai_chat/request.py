"""Requests for chat completions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from roadworthy.core.digest import JsonValue
from roadworthy.guard.event import Usage
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.definitions import definitions_in
from roadworthy.guard.protocols.editing import (
    encoded,
)
from roadworthy.guard.protocols.leaf import (
    any_value,
    facts,
    flag,
    free,
    name,
    number,
)
from roadworthy.guard.protocols.openai_chat.response import refused
from roadworthy.guard.protocols.openai_chat.turns import CONTENT, turn
from roadworthy.guard.protocols.openai_values import (
    GRAMMAR,
    LOCATION,
    METADATA,
    MODERATION_SETTINGS,
    REQUEST,
    SCHEMA_FORMAT,
    STRUCTURED_TEXT,
    defined,
    model_of,
)
from roadworthy.guard.protocols.shape import (
    Shape,
    either,
    fields,
    items,
    placed,
    tagged,
)
from roadworthy.guard.protocols.strict_json import bounded
from roadworthy.guard.protocols.walk import (
    Walk,
)
from roadworthy.guard.segment import Channel, Role
from roadworthy.guard.verdict import Decision

_FUNCTION = defined(
    fields({"name": STRUCTURED_TEXT, "description": STRUCTURED_TEXT, "parameters": free(), "strict": flag})
)
_CUSTOM = defined(
    fields(
        {
            "name": STRUCTURED_TEXT,
            "description": STRUCTURED_TEXT,
            "format": fields({**GRAMMAR, "grammar": fields(GRAMMAR)}),
        }
    )
)
_TOOL = tagged(
    {"function": fields({"type": name, "function": _FUNCTION}), "custom": fields({"type": name, "custom": _CUSTOM})}
)
_CHOSEN = fields({"name": STRUCTURED_TEXT})
_ONE_TOOL = {"type": name, "function": _CHOSEN, "custom": _CHOSEN}
_TOOL_CHOICE = tagged(
    {
        "function": fields(_ONE_TOOL),
        "custom": fields(_ONE_TOOL),
        "allowed_tools": fields(
            {"type": name, "allowed_tools": fields({"mode": name, "tools": items(fields(_ONE_TOOL))})}
        ),
    }
)
_FORMAT = tagged(
    {
        "text": fields({"type": name}),
        "json_object": fields({"type": name}),
        "json_schema": fields({"type": name, "json_schema": fields(SCHEMA_FORMAT)}),
    }
)
_NUMBERS = (
    "best_of",
    "length_penalty",
    "min_p",
    "min_tokens",
    "priority",
    "random_seed",
    "repetition_penalty",
    "top_k",
    "truncate_prompt_tokens",
    "frequency_penalty",
    "max_completion_tokens",
    "max_tokens",
    "n",
    "presence_penalty",
    "seed",
    "temperature",
    "top_logprobs",
    "top_p",
)
_NAMES = ("model", "prompt_cache_retention", "reasoning_effort", "service_tier", "verbosity")
_FLAGS = (
    "add_generation_prompt",
    "add_special_tokens",
    "cache_prompt",
    "continue_final_message",
    "echo",
    "enable_thinking",
    "ignore_eos",
    "include_reasoning",
    "include_stop_str_in_output",
    "logprobs",
    "parallel_tool_calls",
    "return_token_ids",
    "safe_prompt",
    "skip_special_tokens",
    "store",
    "stream",
)
_SETTINGS = ("thinking", "reasoning", "provider", "usage", "options", "stop_token_ids", "keep_alive")
_TEXTS = ("chat_template", "grammar", "guided_regex", "guided_grammar")
_ANY = any_value(Channel.STRUCTURED_FIELD)
_REQUEST: Mapping[str, Shape] = {
    **dict.fromkeys(_NUMBERS, number),
    **dict.fromkeys(_NAMES, name),
    **dict.fromkeys(_FLAGS, flag),
    **dict.fromkeys(_SETTINGS, facts),
    **dict.fromkeys(_TEXTS, STRUCTURED_TEXT),
    **dict.fromkeys(("guided_json", "guided_choice", "structured_outputs", "chat_template_kwargs"), _ANY),
    **dict.fromkeys(("models", "transforms"), items(name)),
    **dict.fromkeys(("user", "safety_identifier", "prompt_cache_key"), STRUCTURED_TEXT),
    "messages": items(turn),
    "tools": items(_TOOL),
    "functions": items(_FUNCTION),
    "function_call": either(text=name, record=_CHOSEN),
    "tool_choice": either(text=name, record=_TOOL_CHOICE),
    "response_format": _FORMAT,
    "prediction": placed(fields({"type": name, "content": CONTENT}), role=Role.ASSISTANT, channel=Channel.TEXT),
    "metadata": METADATA,
    "stop": either(text=STRUCTURED_TEXT, array=items(STRUCTURED_TEXT)),
    "stream_options": fields(dict.fromkeys(("include_usage", "include_obfuscation", "continuous_usage_stats"), flag)),
    "logit_bias": facts,
    "audio": fields({"format": name, "voice": either(text=name, record=fields({"id": name}))}),
    "modalities": items(name),
    "moderation": MODERATION_SETTINGS,
    "prompt_cache_options": fields({"mode": name, "ttl": name}),
    "web_search_options": fields({"search_context_size": name, "user_location": LOCATION}),
}
_SHAPE = fields(_REQUEST, required=("messages",))


class ChatRequest:
    """Requests for chat completions (`MessageCodec`).

    >>> body = {"model": "m", "messages": [{"role": "user", "content": "Hello"}], "user": "u-17"}
    >>> [(segment.path, segment.role.value) for segment in ChatRequest().decode(body).segments]
    [('/messages/0/content', 'user'), ('/user', 'user')]
    """

    name = "openai.chat.request"

    def decode(self, body: JsonValue) -> Decoded:
        """Return the segments of ``body``; the usage is what it asks for at most, over all choices."""
        walk = self._walk(body)
        return Decoded(
            segments=tuple(walk.segments),
            unknown=tuple(walk.unknown),
            model=model_of(body),
            usage=_asked_for(body),
            definitions=definitions_in(body, "tools", "functions"),
            streamed=isinstance(body, dict) and body.get("stream") is True,
        )

    def encode(self, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str] = ()) -> JsonValue:
        """Return ``body`` with other texts and without what is stripped."""
        return encoded(body, self._walk(body), texts=texts, stripped=stripped)

    def blocked(self, body: JsonValue, decision: Decision) -> JsonValue:
        """Return an answer that says why there is none, as a model that was stopped by a filter gives it."""
        return refused(decision, model=model_of(body))

    def _walk(self, body: JsonValue) -> Walk:
        bounded(body, where=self.name)
        walk = Walk(protocol=self.name)
        _SHAPE(walk, body, "", REQUEST)
        return walk.settle()


def _asked_for(body: JsonValue) -> Usage:
    if not isinstance(body, dict):
        return Usage()
    limits = [body.get("max_completion_tokens"), body.get("max_tokens")]
    most = max((limit for limit in limits if isinstance(limit, int) and limit > 0), default=0)
    choices = body.get("n")
    return Usage(output_tokens=most * (choices if isinstance(choices, int) and choices > 0 else 1))
