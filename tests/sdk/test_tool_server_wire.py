"""MCP servers that answer by hand, late, twice, not at all, or with what is no message; and clients that leave."""

from __future__ import annotations

import asyncio

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCMessage
from pydantic import TypeAdapter

from fakes.sdk_world import ADA, SECRET, guard
from roadworthy.core.errors import ConfigError
from roadworthy.sdk.tool_server import GuardTransport

MESSAGE: TypeAdapter = TypeAdapter(JSONRPCMessage)
FINE = {"content": [{"type": "text", "text": "fine"}], "isError": False}


def message(body):
    return body if isinstance(body, Exception) else SessionMessage(MESSAGE.validate_python({"jsonrpc": "2.0", **body}))


class ByHand:
    """A server that answers each call of a tool with whatever it is told to."""

    def __init__(self, *answers, closes: bool = False):
        self._answers, self._closes = answers, closes
        self.got: list[dict] = []

    async def __aenter__(self):
        self._to, self._asked = anyio.create_memory_object_stream(0)
        self._answer, self._from = anyio.create_memory_object_stream(0)
        self._tasks = await anyio.create_task_group().__aenter__()
        self._tasks.start_soon(self._serve)
        return self._from, self._to

    async def __aexit__(self, *_):
        self._tasks.cancel_scope.cancel()
        await self._tasks.__aexit__(None, None, None)
        for stream in (self._to, self._asked, self._answer, self._from):
            stream.close()

    async def _serve(self):
        async for item in self._asked:
            body = item.message.model_dump(by_alias=True, mode="json", exclude_unset=True)
            self.got.append(body)
            self._tasks.start_soon(self._reply, body)

    async def _reply(self, body):
        about = {"protocolVersion": "2025-11-25", "capabilities": {}, "serverInfo": {"name": "s", "version": "1"}}
        known = {"initialize": about, "tools/list": {"tools": [{"name": "lookup", "inputSchema": {"type": "object"}}]}}
        method = body.get("method")
        answers = [{"result": known[method]}] if method in known else []
        if method == "tools/call":
            answers = list(self._answers)
            if self._closes:
                await self._answer.aclose()
                return
        for one in answers:
            named = one if isinstance(one, Exception) or "method" in one else {"id": body["id"], **one}
            try:
                await self._answer.send(message(named))
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                return


def talked(server, act=None, **settings):
    async def ask(client):
        return await client.call_tool("lookup", {"name": "x"})

    async def main():
        using = guard()
        run = using.run(ADA)
        transport = GuardTransport(server, guard=using, run=run, server="desk")
        async with Client(transport, mode="legacy", **settings) as client:
            found = await (act or ask)(client)
        return found, run

    return asyncio.run(asyncio.wait_for(main(), 20))


DEEP: dict = {}
for _ in range(300):
    DEEP = {"a": DEEP}


@pytest.mark.parametrize(
    "answer",
    [
        {"result": {"content": [{"type": "text", "text": "a bomb"}]}},
        {"result": {"content": [], "structuredContent": {"said": "a bomb"}}},
        {"error": {"code": 1, "message": "no", "data": ["a bomb"]}},
        {"result": {"content": [], "structuredContent": DEEP}},
    ],
    ids=["without a flag", "structured", "error", "too deep"],
)
def test_a_result_that_may_not_be_read_is_a_result_that_says_so(answer):
    found, _ = talked(ByHand(answer))

    assert found.is_error
    assert "bomb" not in str(found)


def test_an_error_of_the_server_stays_one_and_loses_what_may_not_be_seen():
    async def ask(client):
        with pytest.raises(MCPError) as caught:
            await client.call_tool("lookup", {"name": "x"})
        return caught.value.error

    found, _ = talked(ByHand({"error": {"code": 7, "message": f"no {SECRET}", "data": {"key": SECRET}}}), ask)

    assert (found.code, found.message, found.data) == (7, "no [pattern]", {"key": "[pattern]"})


def test_a_number_and_its_digits_are_one_id_and_what_comes_twice_is_dropped():
    found, run = talked(ByHand(*({"id": one, "result": FINE} for one in (99, "2", "2", 2))))

    assert "fine" in str(found)
    assert [made.status.value for made in run.state.run.calls] == ["returned"]


def test_a_call_that_nobody_waits_for_any_more_is_over():
    async def ask(client):
        for _ in range(2):
            with pytest.raises(MCPError, match="timed out"):
                await client.call_tool("lookup", {"name": "x"}, read_timeout_seconds=0.02)
        with anyio.move_on_after(0.02):
            await client.call_tool("lookup", {"name": "y"})

    server = ByHand()
    _, run = talked(server, ask)

    assert [one.get("method") for one in server.got].count("notifications/cancelled") == 3
    assert [made.status.value for made in run.state.run.calls] == ["failed"] * 3
    assert "open=0" in repr(run)


def test_calls_that_are_under_way_at_the_end_are_over_with_the_connection():
    using = guard()
    run = using.run(ADA)

    async def main():
        transport = GuardTransport(ByHand(), guard=using, run=run)
        async with transport as (_, write):
            call = {"id": 1, "method": "tools/call", "params": {"name": "lookup", "arguments": {"name": "x"}}}
            await write.send(message(call))
            assert "open=1" in repr(run)

    asyncio.run(asyncio.wait_for(main(), 20))
    assert "open=0" in repr(run)


def test_a_server_that_goes_away_leaves_nobody_waiting():
    async def ask(client):
        with pytest.raises(MCPError, match="closed"):
            await client.call_tool("lookup", {"name": "x"})

    assert talked(ByHand(closes=True), ask)[0] is None


def test_a_client_may_leave_while_the_server_still_talks():
    asks = [{"id": f"q{n}", "method": "sampling/createMessage", "params": {"odd": n}} for n in range(100)]
    notes = [{"method": "notifications/message", "params": {"level": "info", "data": f"n{n}"}} for n in range(100)]

    assert "fine" in str(talked(ByHand({"result": FINE}, *asks, *notes))[0])


def test_what_is_no_message_is_not_shown():
    seen = []

    async def note(item):
        seen.append(item)

    talked(ByHand(ValueError(f"input: {SECRET}"), {"result": FINE}), message_handler=note)

    assert [type(one) for one in seen] == [ConfigError]
    assert SECRET not in str(seen)
