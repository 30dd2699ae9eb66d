"""LangChain's messages as texts that are judged, and with other texts in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.walk import dumped
from roadworthy.sdk.agents.langchain_calls import REPEATED, WORDLESS, with_calls
from roadworthy.sdk.agents.turns import Said, has_text, written

_ADDED = ("additional_kwargs", "response_metadata")
_PUT = "roadworthy_put_by"
_KNOWN = frozenset((*REPEATED, "logprobs", "model", "model_name", "model_provider", "finish_reason", "lc_source", _PUT))
"""What repeats the calls and the words, which are judged where they stand, or is a name of the service's."""


def said_in(message: BaseMessage, path: str, *, by: str = "") -> list[Said]:
    """Return the texts of a message.

    Raises:
        ConfigError: If it holds what cannot be judged, such as a picture.
    """
    speaker = by or speaker_of(message)
    called = _called(message, path) if isinstance(message, AIMessage) and not by else []
    tool = message.name or "" if isinstance(message, ToolMessage) else ""
    call = message.tool_call_id if isinstance(message, ToolMessage) else ""
    failed = isinstance(message, ToolMessage) and message.status == "error"
    called += _beside(message, path, by=speaker)
    content = message.content
    if isinstance(content, str):
        own = [Said(by=speaker, text=content, path=path, tool=tool, call=call, failed=failed)] if content else []
        return own + called
    found = []
    for place, block in enumerate(content):
        text = _text_of(block, message)
        if text:
            found.append(Said(by=speaker, text=text, path=f"{path}/{place}", tool=tool, call=call, failed=failed))
    return found + called


def _called(message: AIMessage, path: str) -> list[Said]:
    """Return the calls of a message of the history, which explain the results behind it."""
    found = []
    for place, one in enumerate(message.tool_calls):
        tool, call, at = one["name"], one["id"] or "", f"{path}/tool_calls/{place}"
        found.append(Said(by="called", text=tool, path=f"{at}/name", tool=tool, call=call))
        found.append(Said(by="called_with", text=dumped(one["args"]), path=f"{at}/args", tool=tool, call=call))
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
            if key not in _KNOWN and has_text(value):
                found.append(Said(by=by, text=written(value), path=f"{path}/{part}/{key}"))
    return found


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


def put_there(message: Any, by: str) -> Any:
    """Return a message that somebody else than the user put into the conversation, so that it is known as such."""
    return message.model_copy(update={"response_metadata": {**message.response_metadata, _PUT: by}})


def with_texts(message: Any, path: str, texts: Mapping[str, str]) -> Any:
    """Return ``message`` with the texts of ``texts`` in it, itself where it is not changed."""
    message = with_calls(message, path, texts)
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
    update: dict[str, Any] = {"content": text, "additional_kwargs": {}}
    if not isinstance(message, ToolMessage):
        update["name"] = None
    if isinstance(message, AIMessage):
        update |= {"tool_calls": [], "invalid_tool_calls": []}
    return message.model_copy(update=update)


def said_by_all(messages: Sequence[BaseMessage], *, users: Collection[str] | None = None) -> list[Said]:
    """Return the texts of all messages.

    Args:
        messages: Of a conversation.
        users: Ids of the person's own messages; others that look like one were put there. None: nobody has noted them.
    """
    return [
        said
        for place, one in enumerate(messages)
        for said in said_in(one, f"/messages/{place}", by="" if _is_own(one, users) else "inserted")
    ]


def of_user(messages: Sequence[BaseMessage], before: Collection[str] | None) -> list[str]:
    """Return the ids of the messages that the person said.

    Args:
        messages: Of a conversation, as a turn begins.
        before: What this gave when the turn before began; None: it is the first. What has come since is the person's
            where it stands at the end: what stands before an answer was put there while the agent was at work.
    """
    newest = len(messages)
    while newest and isinstance(messages[newest - 1], HumanMessage):
        newest -= 1
    return [
        str(one.id)
        for place, one in enumerate(messages)
        if isinstance(one, HumanMessage) and (before is None or place >= newest or one.id in before)
    ]


def _is_own(message: BaseMessage, users: Collection[str] | None) -> bool:
    return users is None or not isinstance(message, HumanMessage) or message.id in users


def speaker_of(message: BaseMessage) -> str:
    """Return who says a message, by the words of `Said`.

    Raises:
        ConfigError: If it is of a kind that cannot be judged.
    """
    put = message.response_metadata.get(_PUT)
    if put is not None or (isinstance(message, HumanMessage) and "lc_source" in message.additional_kwargs):
        # Put there by a tool, or by a middleware, such as a summary.
        return "model" if put == "model" else "inserted"
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
    if kind in WORDLESS and isinstance(message, AIMessage):
        return ""
    raise ConfigError(
        f"content of type {str(kind)[:40]!r} cannot be judged", where="messages", fix="send text, or judge it before"
    )


def _with_text(block: Any, text: str) -> Any:
    if isinstance(block, str):
        return text
    name = next((one for one in ("text", "thinking", "reasoning") if block.get(one)), "text")
    return {**block, name: text}
