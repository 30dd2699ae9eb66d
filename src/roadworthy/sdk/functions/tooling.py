"""Functions that are tools: a call is made once the policy lets it, and its result is read as the tool's word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from roadworthy.core.errors import ConfigError
from roadworthy.sdk.functions.settings import Settings, guard_of
from roadworthy.sdk.functions.values import Given, Signature, as_json, put_back
from roadworthy.sdk.speaking import within_tool

if TYPE_CHECKING:
    from roadworthy.guard.session.ticket import Ticket


class ToolCall:
    """One call of a tool, from its arguments to its result."""

    def __init__(self, settings: Settings, signature: Signature, args: Any, kwargs: Any) -> None:
        self._given: Given = signature.bound(*args, **kwargs)
        self.run, self._within = settings.run(guard_of(settings.policy))
        self._settings = settings
        self.ticket: Ticket | None = None
        self._is_begun = False

    def begin(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments as they may go on.

        Raises:
            CallRefusedError: If the call may not be made.
        """
        self.ticket = self.run.call(self._settings.tool, self._given.read)
        given = self._given.with_values(self.ticket.arguments)
        self._is_begun = True
        return given

    def returned(self, value: Any) -> Any:
        """Return the result as the model may see it."""
        ticket, self.ticket = self.ticket, None
        if ticket is None:
            raise ValueError("the call has no ticket")
        try:
            read = as_json(value, where="the tool's result")
        except ConfigError:
            # It was done all the same, so that what was set aside for it is spent.
            self.run.returned(ticket, "")
            raise
        return put_back(value, read, self.run.returned(ticket, read))

    def close(self) -> None:
        """Say that the call failed, unless it returned."""
        ticket, self.ticket = self.ticket, None
        if ticket is not None:
            self.run.failed(ticket, happened=None if self._is_begun else False)
        if not self._within:
            self.run.abort()


def tool(function: Callable[..., Any], signature: Signature, settings: Settings) -> Callable[..., Any]:
    """Return a tool, guarded."""

    def guarded(*args: Any, **kwargs: Any) -> Any:
        call = ToolCall(settings, signature, args, kwargs)
        try:
            given, named = call.begin()
            with within_tool():
                value = function(*given, **named)
            return call.returned(value)
        finally:
            call.close()

    return guarded


def tool_async(function: Callable[..., Any], signature: Signature, settings: Settings) -> Callable[..., Any]:
    """Return an asynchronous tool, guarded."""

    async def guarded(*args: Any, **kwargs: Any) -> Any:
        call = ToolCall(settings, signature, args, kwargs)
        try:
            given, named = call.begin()
            with within_tool():
                value = await function(*given, **named)
            return call.returned(value)
        finally:
            call.close()

    return guarded
