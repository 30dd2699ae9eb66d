"""What a client of responses is told in place of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.leaf import is_word
from roadworthy.guard.protocols.openai_values import usage_of, words_of
from roadworthy.guard.verdict import Decision


def refused(decision: Decision, *, model: str, answer: JsonValue = None) -> JsonValue:
    """Return a response that is incomplete because of a filter, with the user's message as the model's refusal.

    Args:
        decision: What was decided.
        model: The model that was asked.
        answer: The response that it stands for, whose id, time and usage are kept; None: there was none.
    """
    kept = answer if isinstance(answer, dict) else {}
    used = usage_of(answer)
    body = stopped_response(kept, model=model, event=decision.event, output=[refusal_item(decision)])
    body["usage"] = {
        "input_tokens": used.input_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": used.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": used.input_tokens + used.output_tokens,
    }
    return body


def refusal_item(decision: Decision) -> dict[str, JsonValue]:
    """Return the message that refuses, with the user's words."""
    return {
        "id": f"msg_stopped_{decision.event}",
        "type": "message",
        "role": "assistant",
        "status": "incomplete",
        "content": [{"type": "refusal", "refusal": words_of(decision)}],
    }


def stopped_response(
    kept: Mapping[str, JsonValue], *, model: str, event: str, output: Sequence[JsonValue]
) -> dict[str, JsonValue]:
    """Return a response that a filter stopped, with what had left of it.

    Args:
        kept: What is known of the response; its texts are not taken over.
        model: The model that was asked, where the response names none.
        event: Id of the event, where the response has none.
        output: Its items.
    """
    stated, created = kept.get("id"), kept.get("created_at")
    named = isinstance(stated, str) and is_word(stated)
    stated_model = kept.get("model")
    answered = stated_model if isinstance(stated_model, str) else model
    return {
        "id": stated if named else f"resp_{event}",
        "object": "response",
        "created_at": created if isinstance(created, (int, float)) and not isinstance(created, bool) else 0,
        "status": "incomplete",
        "error": None,
        "incomplete_details": {"reason": "content_filter"},
        "instructions": None,
        "metadata": {},
        "model": answered if is_word(answered) else "",
        "output": list(output),
        "parallel_tool_calls": True,
        "temperature": None,
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
    }
