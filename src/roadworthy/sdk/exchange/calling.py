"""Asks a run about a tool call that a model wants made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from roadworthy.core.errors import ConfigError, ConflictError
from roadworthy.guard.protocols.strict_json import parsed
from roadworthy.guard.protocols.walk import dumped
from roadworthy.guard.segment import Channel, Segment
from roadworthy.guard.session.run import Run
from roadworthy.guard.session.ticket import Ticket
from roadworthy.sdk.exchange.calls import CallPlace

_MAX_ID = 256
_TEXT = "input"
"""Name of the argument that stands for a call whose input is a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A call as a message has it."""

    id: str
    tool: str
    given: str = field(repr=False)
    """Its arguments as the message has them."""

    arguments: dict[str, object] = field(repr=False)
    is_text: bool
    """Whether its input is a text and no JSON object."""


def wanted(call: CallPlace) -> Wanted:
    """Return a call of one message, of which copies may stand in several places.

    Raises:
        ConfigError: If its parts contradict each other, or it has no name.
    """
    names = _different(call.segments, Channel.TOOL_NAME)
    given = _different(call.segments, Channel.TOOL_ARGUMENT)
    tool = next(iter(names), "") or call.tool
    if len(names) > 1 or len(given) > 1 or not tool:
        raise ConfigError(
            "a tool call has no name, or says two things", where=call.pointer[:80], fix="ask the model again"
        )
    text = given[0] if given else "{}"
    arguments = _object(text)
    name = call.segments[0].call.partition("#")[0]
    return Wanted(
        id=name,
        tool=tool,
        given=text,
        arguments={_TEXT: text} if arguments is None else arguments,
        is_text=arguments is None,
    )


def ticket_for(run: Run, call: Wanted) -> Ticket:
    """Return the ticket of a call that may be made.

    Raises:
        CallRefusedError: If it may not.
    """
    return ticket_of(run, call.tool, call.arguments, id=call.id)


def ticket_of(run: Run, tool: str, arguments: Mapping[str, Any], *, id: str) -> Ticket:
    """Return the ticket of a call whose id the model chose.

    Raises:
        CallRefusedError: If it may not be made.
    """
    try:
        return run.call(tool, arguments, id=id if len(id) <= _MAX_ID and id.isprintable() else "")
    except ConflictError:
        # A model that makes the same call twice with one id: the second is judged as a call of its own. With the id of
        # another call it is refused, as nobody could tell which of them a result is of.
        return run.call(tool, arguments)


def changed_text(call: Wanted, ticket: Ticket) -> str | None:
    """Return the arguments of a call as they may go on where they are not as they were; None: they are."""
    if ticket.arguments == call.arguments:
        return None
    return str(ticket.arguments.get(_TEXT, "")) if call.is_text else dumped(ticket.arguments)


def _different(segments: tuple[Segment, ...], channel: Channel) -> list[str]:
    return list(dict.fromkeys(one.text for one in segments if one.channel is channel and one.text))


def _object(text: str) -> dict[str, object] | None:
    try:
        read = parsed(text or "{}", where="the arguments of a call")
    except ConfigError:
        return None
    return dict(read) if isinstance(read, dict) else None
