"""Calls of tools in LangChain's messages: with other arguments, and those that were not made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, ToolMessage

from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.editing import parsed_object

REPEATED = ("tool_calls", "function_call")
"""What a service adds to a message that repeats its calls."""

WORDLESS = frozenset(("tool_call", "tool_use", "function_call", "server_tool_call", "invalid_tool_call"))
"""Types of content blocks that repeat a call."""

_REFUSED = {"roadworthy": "refused"}
"""Artifact of the result of a call that was not made."""


def refused(call: Any, stub: str) -> ToolMessage:
    """Return the result of a call that was not made."""
    return ToolMessage(
        content=stub, name=call["name"], tool_call_id=call["id"] or "", status="error", artifact=dict(_REFUSED)
    )


def without_refused(messages: Sequence[Any]) -> list[Any]:
    """Return a history in which calls that were not made have no arguments: what was refused there is not read again.

    Else a call that says what no message may say would block every later turn of the conversation.
    """
    names = {one.tool_call_id for one in messages if isinstance(one, ToolMessage) and one.artifact == _REFUSED}
    return [_without_arguments(one, names) if names and isinstance(one, AIMessage) else one for one in messages]


def _without_arguments(message: AIMessage, names: Collection[str]) -> AIMessage:
    given: dict[int, dict[str, Any]] = {
        place: {} for place, one in enumerate(message.tool_calls) if one["id"] in names and one["args"]
    }
    return _with_arguments(message, given) if given else message


def _with_arguments(message: AIMessage, given: Mapping[int, dict[str, Any]]) -> AIMessage:
    """Return ``message`` with other arguments of some of its calls, wherever they are repeated in it."""
    calls = [{**one, "args": given[place]} if place in given else one for place, one in enumerate(message.tool_calls)]
    args = {message.tool_calls[place]["id"]: new for place, new in given.items()}
    content = message.content
    if not isinstance(content, str):
        content = [_without_call(block) if _call_of(block) in args else block for block in content]
    added = {name: value for name, value in message.additional_kwargs.items() if name not in REPEATED}
    return message.model_copy(update={"tool_calls": calls, "content": content, "additional_kwargs": added})


def _call_of(block: Any) -> object:
    if not isinstance(block, dict) or block.get("type") not in WORDLESS:
        return None
    return block.get("call_id") or block.get("id")


def _without_call(block: Any) -> dict[str, Any]:
    # The packages of the services take the arguments from the message's own list of calls.
    emptied: dict[str, Any] = {"input": {}, "args": {}, "arguments": "{}", "partial_json": "{}"}
    return {name: emptied.get(name, value) for name, value in block.items()}


def with_calls(message: Any, path: str, texts: Mapping[str, str]) -> Any:
    """Return ``message`` with what is changed in the calls of the history: arguments as they may stand there."""
    if not isinstance(message, AIMessage):
        return message
    names = {place: f"{path}/tool_calls/{place}" for place in range(len(message.tool_calls))}
    if any(f"{at}/name" in texts for at in names.values()):
        raise ConfigError(
            "the policy changes the name of a tool in the history", where=path, fix="begin the conversation anew"
        )
    given = {place: parsed_object(texts[f"{at}/args"]) for place, at in names.items() if f"{at}/args" in texts}
    return _with_arguments(message, given) if given else message
