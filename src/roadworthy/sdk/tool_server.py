"""A connection to an MCP server, guarded at its transport: every message of either side passes here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import anyio
from mcp.shared.message import SessionMessage
from pydantic import TypeAdapter, ValidationError

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError, ConflictError, RoadworthyError
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.mcp.message import BLOCKED_CODE, McpMessage, Side, call_of
from roadworthy.guard.segment import Channel
from roadworthy.guard.session.errors import BlockedError
from roadworthy.guard.session.guard import Guard
from roadworthy.guard.session.run import Run
from roadworthy.guard.session.ticket import Ticket
from roadworthy.guard.session.wording import RESULT
from roadworthy.sdk.exchange.raising import blocked_error
from roadworthy.sdk.speaking import Speaker, current_run, principal_of

PROTOCOL = "mcp"
_MAX_WAITING = 10_000
_ROOM = 64
_CALL = (Channel.TOOL_NAME, Channel.TOOL_ARGUMENT)


class GuardTransport(AbstractAsyncContextManager[Any]):
    """A transport of the MCP package with the guard in it: ``Client(GuardTransport(transport, guard=...))``.

    A call of a tool is made once the policy lets it, and its result is judged before anybody reads it; a call that is
    refused comes back as a result with ``isError`` that says so. Definitions of tools are pinned for as long as the
    run lasts. What the server asks the person or the model (elicitation, sampling) is judged before it is shown, and
    the answer before it goes back. What no codec knows is refused.

    Args:
        transport: Of the package, or two streams of one.
        guard: The policy in force.
        principal: For whom, or where to ask for it, once for the connection.
        route: Of the policy.
        server: Name of the server, for where its words come from.
        run: Of the conversation; None: the one that is under way where a message is sent, or one of the connection.
    """

    def __init__(
        self,
        transport: AbstractAsyncContextManager[Any],
        *,
        guard: Guard,
        principal: Speaker = None,
        route: str = "*",
        server: str = "",
        run: Run | None = None,
    ) -> None:
        self._transport = transport
        self._guard = guard
        self._make: Callable[[], Passage] = lambda: Passage(
            guard,
            run if run is not None else guard.run(principal_of(principal), route=route),
            server=server,
            owns_run=run is None,
        )
        self._passage: Passage | None = None
        self._tasks: Any = None
        self._received: Any = None

    async def __aenter__(self) -> tuple[Any, Any]:
        """Connect, and return the guarded streams."""
        passage = self._passage = self._make()
        read, write = await self._transport.__aenter__()
        try:
            inbox, received = anyio.create_memory_object_stream[Any](_ROOM)
            self._received = received
            self._tasks = await anyio.create_task_group().__aenter__()
            self._tasks.start_soon(_pump, passage, read, write, inbox)
        except BaseException as error:
            await self._transport.__aexit__(type(error), error, error.__traceback__)
            raise
        return received, GuardedWriting(passage, write, inbox)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        """Disconnect."""
        try:
            self._tasks.cancel_scope.cancel()
            await self._tasks.__aexit__(None, None, None)
        finally:
            if self._passage is not None:
                self._passage.close()
            self._received.close()
            ended = await self._transport.__aexit__(kind, error, trace)
        return ended


class GuardedWriting:
    """The stream to the server."""

    def __init__(self, passage: Passage, write: Any, inbox: Any) -> None:
        self._passage = passage
        self._write = write
        self._inbox = inbox

    async def send(self, item: SessionMessage, /) -> None:
        """Send a message as it may go on, or answer it here where it may not."""
        body = _head(item)
        try:
            body = _dumped(item)
            now = self._passage.sent(body, headers=getattr(item.metadata, "headers", None) or {})
            passed = item if now is body else replace(item, message=_message(now))
        except RoadworthyError as error:
            await self._stopped(body, error)
            return
        await self._write.send(passed)

    async def aclose(self) -> None:
        """Close both streams."""
        await self._inbox.aclose()
        await self._write.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _stopped(self, body: dict[str, JsonValue], error: RoadworthyError) -> None:
        answer = _answer_to(body, error, is_of_tool=body.get("method") == "tools/call")
        if answer is None:
            return
        if "method" in body:
            await self._inbox.send(SessionMessage(message=_message(answer)))
        else:
            # The person's or the model's answer to what the server asked: the server is told that there is none.
            await self._write.send(SessionMessage(message=_message(answer)))


class Passage:
    """What the guard does to the messages of one connection."""

    def __init__(self, guard: Guard, run: Run, *, server: str, owns_run: bool = False) -> None:
        self._guard = guard
        self._run = run
        self._owns_run = owns_run
        self._server = server
        self._waiting: dict[str, tuple[str, Run, Ticket | None]] = {}

    def sent(self, body: dict[str, JsonValue], *, headers: dict[str, str]) -> dict[str, JsonValue]:
        """Return a message of the client as it may go on.

        Raises:
            BlockedError: If it may not.
            ConfigError: If it cannot be read.
        """
        run = current_run(self._guard) or self._run
        method, call = body.get("method"), _id_of(body)
        decoded = McpMessage(Side.CLIENT).decode(body)
        if method == "notifications/cancelled":
            self._given_up(_id_of({"id": _object(body.get("params")).get("requestId")}))
        if isinstance(method, str) and call in self._waiting:
            raise ConfigError("a request with this id waits for its answer", where="/id", fix="give each its own id")
        if isinstance(method, str) and call and len(self._waiting) >= _MAX_WAITING:
            raise ConfigError("too many requests wait for the server", where=PROTOCOL, fix="wait for some of them")
        ticket: Ticket | None = None
        if method == "tools/call":
            ticket = _ticket(run, body, headers=headers)
            body = {**body, "params": {**_object(body.get("params")), "arguments": ticket.arguments}}
            decoded = replace(decoded, segments=tuple(one for one in decoded.segments if one.channel not in _CALL))
        try:
            now = _judged(run, body, decoded)
        except BaseException:
            if ticket is not None:
                run.failed(ticket, happened=False)
            raise
        if isinstance(method, str) and call:
            self._waiting[call] = (method, run, ticket)
        return now

    def came(self, body: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
        """Return a message of the server as the client may have it; None: it is not for anybody.

        Raises:
            BlockedError: If it may not.
            ConfigError: If it cannot be read.
        """
        method, run, ticket = "", current_run(self._guard) or self._run, None
        if "method" not in body:
            found = self._waiting.pop(_id_of(body), None)
            if found is None:
                return None
            method, run, ticket = found
        result = body.get("result")
        if ticket is not None:
            failed = "error" in body or (isinstance(result, dict) and result.get("isError") is True)
            if failed:
                run.failed(ticket)
            else:
                run.returned(ticket, _content(result))
        if method == "tools/list" and isinstance(result, dict) and isinstance(tools := result.get("tools"), list):
            run.define(tools)
        tools_by_call = {call_of(body): ticket.tool} if ticket is not None else {}
        codec = McpMessage(Side.SERVER, server=self._server, tools=tools_by_call)
        decoded = codec.decode(body)
        if ticket is not None:
            # The id of a request is the connection's; the run knows the call by another.
            own = tuple(replace(one, call=ticket.id if one.call else "") for one in decoded.segments)
            decoded = replace(decoded, segments=own)
        judged = run.judge(decoded, protocol=PROTOCOL)
        if judged.stops:
            raise blocked_error(judged, what="a message of the server")
        if not judged.texts and not judged.stripped:
            return body
        encoded = codec.encode(body, judged.texts, stripped=judged.stripped)
        return None if encoded is None else _object(encoded)

    def answers_tool(self, body: dict[str, JsonValue]) -> bool:
        """Return whether a message of the server answers a call of a tool."""
        return "method" not in body and self._waiting.get(_id_of(body), ("",))[0] == "tools/call"

    def close(self) -> None:
        """Say that nothing comes any more: whether the calls under way were made, nobody knows."""
        for name in list(self._waiting):
            self._given_up(name)
        if self._owns_run:
            self._run.abort()

    def _given_up(self, name: str) -> None:
        """Say that nobody waits for an answer any more."""
        _, run, ticket = self._waiting.pop(name, ("", self._run, None))
        if ticket is not None:
            with suppress(ConflictError):
                run.failed(ticket)


def _ticket(run: Run, body: dict[str, JsonValue], *, headers: dict[str, str]) -> Ticket:
    tool, given = _call(body)
    ticket = run.call(tool, given)
    if ticket.arguments != given and any(name.lower().startswith("mcp-param") for name in headers):
        run.failed(ticket, happened=False)
        raise ConfigError(
            "the policy changes an argument that is repeated in a header",
            where=tool[:80],
            fix="deny such calls",
        )
    return ticket


def _judged(run: Run, body: dict[str, JsonValue], decoded: Decoded) -> dict[str, JsonValue]:
    if not decoded.segments and not decoded.unknown:
        return body
    judged = run.judge(decoded, protocol=PROTOCOL)
    if judged.stops:
        raise blocked_error(judged, what="a message to the server")
    if not judged.texts and not judged.stripped:
        return body
    return _object(McpMessage(Side.CLIENT).encode(body, judged.texts, stripped=judged.stripped))


async def _pump(passage: Passage, read: Any, write: Any, inbox: Any) -> None:
    """Hand what the server sends to the client, as it may go on, until one of them has gone."""
    with suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
        async with read, inbox:
            async for item in read:
                await _handed(passage, item, write=write, inbox=inbox)


async def _handed(passage: Passage, item: Any, *, write: Any, inbox: Any) -> None:
    if isinstance(item, Exception):
        # Its words repeat what the server sent, which nobody has read.
        await inbox.send(
            ConfigError(
                f"the server sent no message ({type(item).__name__})",
                where=PROTOCOL,
                fix="look at its log, and begin the session again",
            )
        )
        return
    body = _head(item)
    is_of_tool = passage.answers_tool(body)
    try:
        body = _dumped(item)
        now = passage.came(body)
        passed = None if now is None else item if now is body else replace(item, message=_message(now))
    except RoadworthyError as error:
        answer = _answer_to(body, error, is_of_tool=is_of_tool)
        if answer is not None:
            # What the server asks is answered to the server; what it answered, to the client.
            await (write if "method" in body else inbox).send(SessionMessage(message=_message(answer)))
        return
    if passed is not None:
        await inbox.send(passed)


def _answer_to(body: dict[str, JsonValue], error: RoadworthyError, *, is_of_tool: bool) -> dict[str, JsonValue] | None:
    """Return what answers a message that is stopped; None: nobody waits for an answer.

    A call of a tool is answered by a result that says so, so that whoever called it goes on.
    """
    if body.get("id") is None:
        return None
    is_blocked = isinstance(error, BlockedError)
    said = error.message if isinstance(error, BlockedError) else error.problem
    head: dict[str, JsonValue] = {"jsonrpc": "2.0", "id": body["id"]}
    if not is_of_tool or not (is_blocked or "method" not in body):
        return {**head, "error": {"code": BLOCKED_CODE, "message": said}}
    text: JsonValue = {"type": "text", "text": error.stub if isinstance(error, BlockedError) else RESULT}
    complete: dict[str, JsonValue] = {"content": [text], "isError": True}
    if "resultType" in _object(body.get("result")) or _is_stateless(body):
        complete["resultType"] = "complete"
    return {**head, "result": complete}


def _is_stateless(body: dict[str, JsonValue]) -> bool:
    meta = _object(_object(body.get("params")).get("_meta"))
    return "io.modelcontextprotocol/protocolVersion" in meta


def _call(body: dict[str, JsonValue]) -> tuple[str, dict[str, JsonValue]]:
    params = _object(body.get("params"))
    tool, given = params.get("name"), params.get("arguments")
    if not isinstance(tool, str) or not (given is None or isinstance(given, dict)):
        raise ConfigError("a call needs a name and arguments", where="/params", fix="call a tool by its name")
    return tool, dict(given or {})


def _content(result: JsonValue) -> JsonValue:
    """Return what a tool said, as the policy's fields name it."""
    found = _object(result)
    structured = found.get("structuredContent")
    if structured is not None:
        return structured
    parts = found.get("content")
    texts = [
        text
        for part in (parts if isinstance(parts, list) else [])
        if isinstance(part, dict) and isinstance(text := part.get("text"), str)
    ]
    return "\n".join(texts)


def _object(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _id_of(body: dict[str, JsonValue]) -> str:
    """Return what an id is known by: the package takes a number and its digits for the same."""
    return call_of(body).strip('"')


def _head(item: Any) -> dict[str, JsonValue]:
    """Return what a message is answered by, whatever else is in it."""
    found = {"id": getattr(item.message, "id", None), "method": getattr(item.message, "method", None)}
    return {name: value for name, value in found.items() if value is not None}


def _dumped(item: Any) -> dict[str, JsonValue]:
    """Return a message as JSON.

    Raises:
        ConfigError: If it is nested too deeply.
    """
    try:
        dumped: dict[str, JsonValue] = item.message.model_dump(by_alias=True, mode="json", exclude_unset=True)
    except (ValueError, RecursionError):
        raise ConfigError("the message is nested too deeply", where=PROTOCOL, fix="send less deep values") from None
    return {"jsonrpc": "2.0", **dumped}


def _message(body: dict[str, JsonValue]) -> Any:
    from mcp.types import JSONRPCMessage

    adapter: TypeAdapter[Any] = TypeAdapter(JSONRPCMessage)
    try:
        return adapter.validate_python(body)
    except ValidationError:
        raise ConfigError("what the policy leaves is no message any more", where=PROTOCOL, fix="deny it") from None
