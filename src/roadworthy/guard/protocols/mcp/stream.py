"""Streams of MCP: each event is one message of a server, or a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.mcp.message import McpMessage, Side, call_of, tools_of
from roadworthy.guard.protocols.outbox import Item, Outbox, Section
from roadworthy.guard.protocols.sse import EventReader, ServerSentEvent, written
from roadworthy.guard.protocols.strict_json import parsed
from roadworthy.guard.protocols.walk import (
    dumped,
)
from roadworthy.guard.stream.model import Piece, Release
from roadworthy.guard.verdict import Decision


class McpStream:
    """What a server sends in answer to one request: notifications, questions, and the answer.

    An event leaves once all that it says was released.

    Args:
        request: The client's message that is answered; None: a stream that answers none.
        server: Name of the server.
        tools: Names of tools by the id of further requests that may be answered.
    """

    name = "mcp.server.stream"

    def __init__(self, *, request: JsonValue = None, server: str = "", tools: Mapping[str, str] | None = None) -> None:
        self._request = request
        self._messages = McpMessage(Side.SERVER, server=server, tools={**tools_of(request), **(tools or {})})
        self._reader = EventReader()
        self._is_stopped = False
        self._outbox = Outbox(finished=self._note, said=lambda body: dumped(body["message"]))
        self._is_answered = False

    def feed(self, data: bytes) -> Sequence[Piece]:
        """Take in bytes and return what became whole by them.

        Raises:
            ConfigError: If this is no stream of MCP.
        """
        if self._is_stopped:
            return ()
        return tuple(piece for event in self._reader.feed(data) for piece in self._take(event))

    def end(self) -> Sequence[Piece]:
        """Say that no more bytes come.

        Raises:
            ConfigError: As `feed`.
        """
        if self._is_stopped:
            return ()
        return tuple(piece for event in self._reader.end() for piece in self._take(event))

    def emit(self, releases: Sequence[Release]) -> bytes:
        """Return the bytes that may leave. Call it when all pieces of what was fed have been judged."""
        return self._outbox.take(releases)

    def finish(self) -> bytes:
        """Return the bytes that were still held."""
        return self._outbox.take(())

    def stop(self, decision: Decision) -> bytes:
        """Return the answer to the request that says that it was stopped; none, if it has its answer."""
        self._outbox.drop()
        self._is_stopped = True
        answer = None if self._is_answered else self._messages.blocked(self._request, decision)
        self._is_answered = True
        return written(dumped(answer), event="message") if answer is not None else b""

    def _take(self, event: ServerSentEvent) -> list[Piece]:
        if not event.data:
            return self._outbox.put(Item(event=event))
        try:
            message = parsed(event.data, where="an event of the stream")
        except ConfigError:
            if event.whole:
                raise
            return self._outbox.put(Item(event=event, body={"message": None}, foreign="cut_off"))
        body: dict[str, JsonValue] = {"message": message}
        if event.event not in {"", "message"}:
            return self._outbox.put(Item(event=event, body=body, foreign="event"))
        walk = self._messages.walked(message)
        return self._outbox.put(Item(event=event, body=body, sections=(Section(walk, message, _install),)))

    def _note(self, item: Item, body: dict[str, JsonValue]) -> dict[str, JsonValue]:
        message, asked = body["message"], call_of(self._request)
        for one in message if isinstance(message, list) else [message]:
            if isinstance(one, dict) and "method" not in one and call_of(one) == asked:
                self._is_answered = True
        return body


def _install(_: dict[str, JsonValue], new: JsonValue) -> dict[str, JsonValue]:
    return {"message": new} if new not in (None, []) else {}
