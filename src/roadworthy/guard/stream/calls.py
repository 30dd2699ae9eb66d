"""Tool calls of a stream: each leaves whole, its name with its arguments, or not at all."""

from __future__ import annotations

from roadworthy.guard.segment import Channel, Segment
from roadworthy.guard.stream.flow import Flow
from roadworthy.guard.stream.model import Released

_OF_CALLS = frozenset((Channel.TOOL_ARGUMENT, Channel.TOOL_NAME))


class ToolCall:
    """The fields of one tool call, in the order in which they began."""

    __slots__ = ("_flows", "_has_left")

    def __init__(self) -> None:
        self._flows: list[Flow] = []
        self._has_left = False

    def add(self, flow: Flow) -> bool:
        """Take in a field of the call, and return whether the call has not left yet."""
        self._flows.append(flow)
        return not self._has_left

    @property
    def is_whole(self) -> bool:
        """Whether its name and arguments are there, and every field that began has ended."""
        channels = {flow.segment.channel for flow in self._flows}
        has_name = Channel.TOOL_NAME in channels or all(flow.segment.tool for flow in self._flows)
        return has_name and Channel.TOOL_ARGUMENT in channels and all(flow.is_closed for flow in self._flows)

    def renamed(self) -> tuple[Flow, ...]:
        """Return the fields that were judged as those of another tool, with the name that the whole call has."""
        names = [flow.tape.whole() for flow in self._flows if flow.segment.channel is Channel.TOOL_NAME]
        return tuple(flow for flow in self._flows if names and flow.is_of_tool(names[0]))

    @property
    def has_left(self) -> bool:
        """Whether all of it left, so that it may be under way."""
        return self._has_left

    @property
    def flows(self) -> tuple[Flow, ...]:
        """Its fields, in the order in which they began."""
        return tuple(self._flows)

    def leave(self) -> tuple[Released, ...]:
        """Return all of it, once; nothing if it has left."""
        if self._has_left:
            return ()
        self._has_left = True
        return tuple(flow.rest() for flow in self._flows)


class ToolCalls:
    """All tool calls of one stream, in the order in which they began."""

    __slots__ = ("_calls",)

    def __init__(self) -> None:
        self._calls: dict[tuple[int, str], ToolCall] = {}

    def of(self, segment: Segment) -> ToolCall | None:
        """Return the call that a field is of; None: it is of none."""
        if segment.channel not in _OF_CALLS:
            return None
        # Where a protocol gives no id the fields of a call stand side by side.
        name = segment.call or segment.path.rpartition("/")[0]
        return self._calls.setdefault((segment.choice, name), ToolCall())

    def whole(self) -> tuple[Flow, ...]:
        """Return the fields of all calls that are whole."""
        return tuple(flow for call in self._calls.values() if call.is_whole for flow in call.flows)

    def left(self) -> frozenset[int]:
        """Return `Segment.index` of the fields of all calls that left."""
        return frozenset(flow.segment.index for call in self._calls.values() if call.has_left for flow in call.flows)

    def leave(self) -> tuple[Released, ...]:
        """Return what is left of all of them, every field having ended."""
        return tuple(one for call in self._calls.values() for one in call.leave())
