"""LangChain's messages as texts that are judged, and with other texts in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.walk import dumped
from roadworthy.sdk.agents.turns import Said

_ADDED = ("additional_kwargs", "response_metadata")
_KNOWN = frozenset(
    ("tool_calls", "function_call", "logprobs", "model", "model_name", "model_provider", "finish_reason")
)
"""What repeats the calls and the words, which are judged where they stand, or is a name of the service's."""

_WORDLESS = frozenset(("tool_call", "tool_use", "function_call", "server_tool_call", "invalid_tool_call"))


def said_in(message: BaseMessage, path: str, *, by: str = "") -> list[Said]:
    """Return the texts of a message.

    Raises:
        ConfigError: If it holds what cannot be judged, such as a picture.
    """
    speaker = by or _speaker(message)
    called = _called(message, path) if isinstance(message, AIMessage) and not by else []
    tool = message.name or "" if isinstance(message, ToolMessage) else ""
    call = message.tool_call_id if isinstance(message, ToolMessage) else ""
    called += _beside(message, path, by=speaker)
    content = message.content
    if isinstance(content, str):
        return ([Said(by=speaker, text=content, path=path, tool=tool, call=call)] if content else []) + called
    found = []
    for place, block in enumerate(content):
        text = _text_of(block, message)
        if text:
            found.append(Said(by=speaker, text=text, path=f"{path}/{place}", tool=tool, call=call))
    return found + called


def _called(message: AIMessage, path: str) -> list[Said]:
    """Return the calls of a message of the history, which explain the results behind it."""
    found = []
    for place, one in enumerate(message.tool_calls):
        at = {"tool": one["name"], "call": one["id"] or ""}
        found.append(Said(by="called", text=one["name"], path=f"{path}/tool_calls/{place}/name", **at))
        found.append(Said(by="called_with", text=dumped(one["args"]), path=f"{path}/tool_calls/{place}/args", **at))
    return found


def _beside(message: BaseMessage, path: str, *, by: str) -> list[Said]:
    """Return what a message says beside its content: a name, calls that could not be read, what a service added."""
    found = []
    if message.name and not isinstance(message, ToolMessage):
        found.append(Said(by=by, text=message.name, path=f"{path}/name"))
    for place, one in enumerate(getattr(message, "invalid_tool_calls", ())):
        found.append(Said(by=by, text=dumped(dict(one)), path=f"{path}/invalid_tool_calls/{place}"))
    for part in _ADDED:
        for key, value in getattr(message, part).items():
            if key not in _KNOWN and _has_text(value):
                found.append(Said(by=by, text=_written(value), path=f"{path}/{part}/{key}"))
    return found


def _has_text(value: Any) -> bool:
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, Mapping):
            left.extend(one.values())
        elif isinstance(one, (list, tuple)):
            left.extend(one)
        elif one is not None and not isinstance(one, (bool, int, float)):
            return True
    return False


def _written(value: Any) -> str:
    try:
        return value if isinstance(value, str) else dumped(value)
    except (TypeError, ValueError, RecursionError):
        return str(value)


def _without_beside(message: Any, path: str, texts: Mapping[str, str]) -> Any:
    """Return ``message`` without what is changed beside its content: a part of it would be half a value."""
    update: dict[str, Any] = {}
    if f"{path}/name" in texts:
        update["name"] = None
    unread = getattr(message, "invalid_tool_calls", [])
    kept = [one for place, one in enumerate(unread) if f"{path}/invalid_tool_calls/{place}" not in texts]
    if len(kept) < len(unread):
        update["invalid_tool_calls"] = kept
    for part in _ADDED:
        added = getattr(message, part)
        left = {key: value for key, value in added.items() if f"{path}/{part}/{key}" not in texts}
        left.pop("logprobs", None)  # It repeats the words as they came.
        if len(left) < len(added):
            update[part] = left
    return message.model_copy(update=update) if update else message


def with_texts(message: Any, path: str, texts: Mapping[str, str]) -> Any:
    """Return ``message`` with the texts of ``texts`` in it, itself where it is not changed."""
    if any(one.startswith(f"{path}/tool_calls/") for one in texts):
        raise ConfigError(
            "the policy changes a call of the history", where=path, fix="begin the conversation anew, without it"
        )
    if not any(one == path or one.startswith(f"{path}/") for one in texts):
        return message
    message = _without_beside(message, path, texts)
    if isinstance(message.content, str):
        return message.model_copy(update={"content": texts[path]}) if path in texts else message
    content = [
        _with_text(block, texts[f"{path}/{place}"]) if f"{path}/{place}" in texts else block
        for place, block in enumerate(message.content)
    ]
    return message.model_copy(update={"content": content})


def replaced(message: Any, text: str) -> Any:
    """Return ``message`` with nothing but ``text`` in it; a call in it is gone."""
    update: dict[str, Any] = {"content": text, "name": None, "additional_kwargs": {}}
    if isinstance(message, AIMessage):
        update |= {"tool_calls": [], "invalid_tool_calls": []}
    return message.model_copy(update=update)


def said_by_all(messages: Sequence[BaseMessage]) -> list[Said]:
    """Return the texts of all messages."""
    return [one for place, message in enumerate(messages) for one in said_in(message, f"/messages/{place}")]


def _speaker(message: BaseMessage) -> str:
    for kind, speaker in (
        (SystemMessage, "operator"),
        (HumanMessage, "user"),
        (AIMessage, "model"),
        (ToolMessage, "tool"),
    ):
        if isinstance(message, kind):
            return speaker
    raise ConfigError(
        f"a message of type {message.type[:40]!r} cannot be judged",
        where="messages",
        fix="use system, human, AI and tool messages",
    )


def _text_of(block: Any, message: BaseMessage) -> str:
    if isinstance(block, str):
        return block
    kind = block.get("type", "") if isinstance(block, dict) else ""
    if kind in ("text", "thinking", "reasoning"):
        found = block.get("text") or block.get("thinking") or block.get("reasoning") or ""
        if isinstance(found, str):
            return found
    if kind in _WORDLESS and isinstance(message, AIMessage):
        return ""
    raise ConfigError(
        f"content of type {str(kind)[:40]!r} cannot be judged", where="messages", fix="send text, or judge it before"
    )


def _with_text(block: Any, text: str) -> Any:
    if isinstance(block, str):
        return text
    name = next((one for one in ("text", "thinking", "reasoning") if block.get(one)), "text")
    return {**block, name: text}
