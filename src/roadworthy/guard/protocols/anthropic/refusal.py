"""What a client of Anthropic Messages is told in place of what was blocked: the service's own form of a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.editing import (
    EMPTIED,
)
from roadworthy.guard.protocols.leaf import is_word
from roadworthy.guard.verdict import Decision

_ID_CHARS = 64

DETAILS: Mapping[str, JsonValue] = {"type": "refusal", "category": None, "explanation": None}
"""What says in the service's own fields that it was refused. Why stands in the text, once."""


def refusal(
    decision: Decision, *, model: str = "", id_: str = "", usage: dict[str, JsonValue] | None = None
) -> dict[str, JsonValue]:
    """Return a message that says why, with the stop reason of a refusal.

    Args:
        decision: What was decided; its message is for the user.
        model: As the request or the answer names it.
        id_: Of the answer that it stands for; empty: made from the event's id.
        usage: Of the answer that it stands for; None: nothing was used.
    """
    return {
        "id": id_ if id_ and is_word(id_) else f"msg_{decision.event[:_ID_CHARS]}",
        "type": "message",
        "role": "assistant",
        "model": model if is_word(model) else "",
        "content": [{"type": "text", "text": said(decision)}],
        "stop_reason": "refusal",
        "stop_sequence": None,
        "stop_details": dict(DETAILS),
        "usage": usage if usage is not None else {"input_tokens": 0, "output_tokens": 0},
    }


def said(decision: Decision) -> str:
    """Return the words for the user, which are never empty: an empty text block makes the next turn fail."""
    return decision.message if decision.message.strip() else EMPTIED
