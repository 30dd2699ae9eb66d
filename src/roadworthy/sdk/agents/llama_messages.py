"""LlamaIndex's messages as texts that are judged, and with other texts in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, MessageRole, TextBlock, ThinkingBlock, ToolCallBlock

from roadworthy.core.errors import ConfigError
from roadworthy.sdk.agents.turns import Said, has_text, written

_SPEAKERS = {
    MessageRole.SYSTEM: "operator",
    MessageRole.DEVELOPER: "operator",
    MessageRole.USER: "user",
    MessageRole.ASSISTANT: "model",
    MessageRole.MODEL: "model",
    MessageRole.TOOL: "unexplained",
    MessageRole.FUNCTION: "unexplained",
}

_KNOWN = frozenset(("tool_calls", "tool_call_id", "function_call"))
"""What repeats a call, which is judged when it is made, or is its id."""

_SEALED = frozenset(("id", "type", "status", "signature", "encrypted_content", "data"))
"""What only the service itself can read."""


def said_in(message: ChatMessage, path: str, *, by: str = "") -> list[Said]:
    """Return the texts of a message.

    Raises:
        ConfigError: If it holds what cannot be judged, such as a picture.
    """
    speaker = by or _SPEAKERS.get(message.role, "")
    if not speaker:
        raise ConfigError(
            f"a message of role {message.role.value!r} cannot be judged",
            where="messages",
            fix="use system, user, assistant and tool messages",
        )
    found = []
    for place, block in enumerate(message.blocks):
        if isinstance(block, ToolCallBlock):
            continue
        for part, text in (("", _text_of(block)), ("/more", _more(block))):
            if text:
                found.append(Said(by=speaker, text=text, path=f"{path}/{place}{part}"))
    added = _added(message).items()
    return found + [Said(by=speaker, text=text, path=f"{path}/added/{name}") for name, text in added]


def result_of(message: ChatMessage) -> str:
    """Return what a tool's result is known again by; empty: the message is none."""
    is_result = _SPEAKERS.get(message.role) == "unexplained" and not _added(message)
    return f"result\x00{message.content!r}" if is_result else ""


def with_texts(message: ChatMessage, path: str, texts: Mapping[str, str]) -> ChatMessage:
    """Return ``message`` with the texts of ``texts`` in it, itself where it is not changed."""
    if not any(one.startswith(f"{path}/") for one in texts):
        return message
    blocks = [_with_text(block, f"{path}/{place}", texts) for place, block in enumerate(message.blocks)]
    # A part of what was added would be half a value.
    added = {name: one for name, one in message.additional_kwargs.items() if f"{path}/added/{name}" not in texts}
    return message.model_copy(update={"blocks": blocks, "additional_kwargs": added})


def name_of(message: ChatMessage) -> str:
    """Return what a message is known again by."""
    call = message.additional_kwargs.get("tool_call_id", "")
    beside = ["" if isinstance(block, TextBlock) else repr(block) for block in message.blocks]
    return f"{message.role.value}\x00{call}\x00{message.content!r}\x00{message.additional_kwargs!r}\x00{beside}"


def said_by_all(messages: Sequence[ChatMessage]) -> list[Said]:
    """Return the texts of all messages."""
    return [one for place, message in enumerate(messages) for one in said_in(message, f"/messages/{place}")]


def _text_of(block: object) -> str:
    if isinstance(block, TextBlock):
        return block.text
    if isinstance(block, ThinkingBlock):
        return block.content or ""
    raise ConfigError(
        f"content of type {type(block).__name__} cannot be judged",
        where="messages",
        fix="send text, or judge it before",
    )


def _with_text(block: Any, path: str, texts: Mapping[str, str]) -> Any:
    update: dict[str, Any] = {"additional_information": {}} if f"{path}/more" in texts else {}
    if path in texts:
        update["content" if isinstance(block, ThinkingBlock) else "text"] = texts[path]
    return block.model_copy(update=update) if update else block


def _more(block: object) -> str:
    """Return what a block of thoughts says beside them."""
    found = (block.additional_information or {}) if isinstance(block, ThinkingBlock) else {}
    return "\n".join(written(value) for name, value in found.items() if name not in _SEALED and has_text(value))


def _added(message: ChatMessage) -> dict[str, str]:
    """Return what a service or an application added to a message, as texts by name."""
    found = message.additional_kwargs
    return {name: written(value) for name, value in found.items() if name not in _KNOWN and has_text(value)}
