"""A tool call as it is judged, the digest that names it exactly, and what a run remembers of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from roadworthy.core.digest import Digest, JsonValue, digest_of
from roadworthy.core.subject import STRICT
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.run.effect import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A tool's name and arguments, before it runs."""

    id: str
    """Of the call, as the protocol has it; unique in a run."""

    tool: str
    arguments: dict[str, Any] = field(repr=False)
    """A JSON object."""

    depth: int = 0
    """0: called by the agent that the user speaks to; 1: by one that it called; …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A tool's definition as a model or a server stated it."""

    __pydantic_config__: ClassVar = STRICT

    tool: str
    digest: Digest
    """As `definition_digest` gives it."""


class Status(StrEnum):
    """What became of a call."""

    LET_THROUGH = "let_through"
    """It may be under way; nobody has told what came of it."""

    RETURNED = "returned"
    """It came back, and its outcome is not known to be one thing or the other."""

    CONFIRMED = "confirmed"
    """Its outcome holds."""

    FAILED = "failed"
    """Its outcome does not hold, or it came back with an error or was aborted and is known to have done nothing."""

    BROKEN_OFF = "broken_off"
    """It came back with an error or was aborted, and may have been done all the same."""

    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A call that was asked for in this run."""

    call: Call
    action: Digest
    """As `action_digest` gives it."""

    repeated: Digest
    """Of tool and arguments alone: two calls with the same are a repetition."""

    step: int
    """From 1, in order of asking."""

    effects: tuple[Effect, ...]
    status: Status
    explained: bool = True
    """Whether every text in its arguments was explained by what is trusted (`Result.trusted`)."""

    given: Secrecy = Secrecy.PUBLIC
    """How secret what it was given may be, where its result may say that again (`Result.secrecy`)."""


def definition_digest(definition: JsonValue) -> Digest:
    """Return the digest of a tool's definition: name, description, schema and all, whatever the order of its members.

    >>> definition_digest({"name": "a", "x": 1}) == definition_digest({"x": 1, "name": "a"})
    True
    """
    return digest_of({"schema": "roadworthy/tool-definition/v1", "definition": definition})


def action_digest(
    call: Call, *, tenant: str, principal: str, run: str, route: str, definition: Digest | None
) -> Digest:
    """Return what names exactly this action: one who approves it approves nothing else.

    Args:
        call: Its tool, arguments and depth count; its id does not.
        tenant: Of the principal.
        principal: For whom it is done.
        run: Id of the run (`ConversationState.conversation`).
        route: Of the event.
        definition: Of the tool as it was stated in this run; None: it was not.
    """
    return digest_of(
        {
            "schema": "roadworthy/action/v1",
            "tool": call.tool,
            "arguments": call.arguments,
            "depth": call.depth,
            "tenant": tenant,
            "principal": principal,
            "run": run,
            "route": route,
            "definition": definition,
        }
    )


def repetition_digest(call: Call) -> Digest:
    """Return what two calls of one tool with equal arguments have in common.

    Members that say nothing are left out: whether one is null, empty or not there makes no other call.

    >>> call, same = ({"order": 17, **more} for more in ({}, {"note": None, "tags": [""]}))
    >>> repetition_digest(Call(id="1", tool="pay", arguments=call)) == repetition_digest(
    ...     Call(id="2", tool="pay", arguments=same)
    ... )
    True
    """
    return digest_of({"tool": call.tool, "arguments": said(call.arguments)})


def said(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return ``arguments`` without the members, at any depth, that are null or hold nothing but empty values.

    >>> said({"a": 0, "b": "", "c": [None, 1], "d": {"e": {}}})
    {'a': 0, 'c': [None, 1]}
    """
    if all(map(_says_all, arguments.values())):
        return arguments
    return {name: value for name, value in ((name, _said(value)) for name, value in arguments.items()) if _says(value)}


def _says_all(value: Any) -> bool:
    """Return whether nothing in ``value`` is left out by `said`."""
    kind = type(value)
    if kind is dict:
        return bool(value) and all(map(_says_all, value.values()))
    if kind is list or kind is tuple:
        return bool(value) and all(map(_says_all, value))
    return value is not None and value != ""


def _said(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        return said(value)
    if kind is list or kind is tuple:
        found = [_said(item) for item in value]
        return found if any(map(_says, found)) else []
    return value


def _says(value: Any) -> bool:
    """Return whether a value that `said` went through says anything."""
    return value is not None and value != "" and not (type(value) in _HOLDING and not value)


_HOLDING = frozenset((dict, list, tuple))
