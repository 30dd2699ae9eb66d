"""LlamaIndex's messages as texts that are judged, and with other texts in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llama_index.core.base.llms.types import ChatMessage, MessageRole, TextBlock, ThinkingBlock, ToolCallBlock

from roadworthy.core.errors import ConfigError
from roadworthy.sdk.agents.turns import Said

_SPEAKERS = {
    MessageRole.SYSTEM: "operator",
    MessageRole.DEVELOPER: "operator",
    MessageRole.USER: "user",
    MessageRole.ASSISTANT: "model",
    MessageRole.MODEL: "model",
    MessageRole.TOOL: "unexplained",
    MessageRole.FUNCTION: "unexplained",
}


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
        text = _text_of(block)
        if text:
            found.append(Said(by=speaker, text=text, path=f"{path}/{place}"))
    return found


def result_of(message: ChatMessage) -> str:
    """Return what a tool's result is known again by; empty: the message is none."""
    return f"result\x00{message.content!r}" if _SPEAKERS.get(message.role) == "unexplained" else ""


def with_texts(message: ChatMessage, path: str, texts: Mapping[str, str]) -> ChatMessage:
    """Return ``message`` with the texts of ``texts`` in it, itself where it is not changed."""
    changed = {place: texts[f"{path}/{place}"] for place in range(len(message.blocks)) if f"{path}/{place}" in texts}
    if not changed:
        return message
    blocks = [
        _with_text(block, changed[place]) if place in changed else block for place, block in enumerate(message.blocks)
    ]
    return message.model_copy(update={"blocks": blocks})


def name_of(message: ChatMessage) -> str:
    """Return what a message is known again by."""
    call = message.additional_kwargs.get("tool_call_id", "")
    return f"{message.role.value}\x00{call}\x00{message.content!r}"


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


def _with_text(block: object, text: str) -> TextBlock | ThinkingBlock:
    if isinstance(block, ThinkingBlock):
        return block.model_copy(update={"content": text})
    return TextBlock(text=text)
