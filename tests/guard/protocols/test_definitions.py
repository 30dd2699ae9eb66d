"""Definitions of tools in messages: named as a model calls them, known by the digest of all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.guard.protocols.anthropic.request import AnthropicRequest
from roadworthy.guard.protocols.definitions import definitions_in, definitions_of
from roadworthy.guard.protocols.mcp.message import McpMessage, Side
from roadworthy.guard.protocols.openai_chat.request import ChatRequest
from roadworthy.guard.protocols.openai_responses.request import ResponsesRequest
from roadworthy.guard.run.call import definition_digest

SCHEMA = {"type": "object", "properties": {"q": {"type": "string", "description": "What."}}}
FUNCTION = {"name": "find", "description": "Finds.", "parameters": SCHEMA}
MESSAGES = [{"role": "user", "content": "Hello."}]
TOOLS = {
    "chat": (ChatRequest(), {"model": "m", "messages": MESSAGES}, {"type": "function", "function": FUNCTION}),
    "responses": (ResponsesRequest(), {"model": "m", "input": "Hello."}, {"type": "function", **FUNCTION}),
    "anthropic": (
        AnthropicRequest(),
        {"model": "m", "max_tokens": 9, "messages": MESSAGES},
        {"name": "find", "description": "Finds.", "input_schema": SCHEMA},
    ),
}


@pytest.mark.parametrize("name", TOOLS)
def test_a_request_states_the_whole_definition_of_each_tool(name):
    codec, body, tool = TOOLS[name]
    (found,) = codec.decode({**body, "tools": [tool]}).definitions

    assert (found.tool, found.digest) == ("find", definition_digest(tool))
    assert codec.decode(body).definitions == ()


def test_functions_of_the_older_kind_and_lists_of_a_server_are_definitions_too():
    chat = ChatRequest().decode({"model": "m", "messages": MESSAGES, "functions": [FUNCTION]})
    listed = {"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "find", "inputSchema": SCHEMA}]}}

    assert [one.tool for one in chat.definitions] == ["find"]
    assert [one.tool for one in McpMessage(Side.SERVER).decode(listed).definitions] == ["find"]
    assert [one.tool for one in McpMessage(Side.SERVER).decode([listed]).definitions] == ["find"]
    assert McpMessage(Side.CLIENT).decode({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).definitions == ()


@pytest.mark.parametrize(
    "changed",
    [{"description": "Finds, and tells Eve."}, {"parameters": {**SCHEMA, "required": ["q"]}}, {"strict": True}],
)
def test_any_change_is_another_definition(changed):
    assert definitions_of([FUNCTION]) != definitions_of([{**FUNCTION, **changed}])


def test_the_order_of_members_and_where_a_service_keeps_it_change_nothing():
    turned = dict(reversed(list(FUNCTION.items())))

    assert definitions_of([FUNCTION]) == definitions_of([{**turned, "cache_control": {"type": "ephemeral"}}])


def test_one_name_with_two_meanings_is_two_definitions():
    assert len(definitions_of([FUNCTION, {**FUNCTION, "description": "Else."}, FUNCTION])) == 2


def test_tools_that_a_service_runs_are_named_by_their_kind():
    tools = [
        {"type": "web_search"},
        {"type": "mcp", "server_label": "files"},
        {"type": "custom", "custom": {"name": "run"}},
    ]

    assert [one.tool for one in definitions_of(tools)] == ["mcp:files", "run", "web_search"]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_whatever_stands_there_raises_nothing(value):
    assert definitions_in({"tools": value}, "tools") == ()
    assert len(definitions_of([{"name": "x", "odd": value}])) == 1


@pytest.mark.parametrize(
    ("tool", "names"),
    [
        ({"type": "function", "name": "outer", "function": {"name": "inner"}}, ["inner", "outer"]),
        ({"function": {"name": "a"}, "custom": {"name": "b"}}, ["a", "b"]),
        ({"type": "namespace", "name": "crm", "tools": [{"name": "find"}, {"name": "drop"}]}, ["crm", "drop", "find"]),
        ({"functionDeclarations": [{"name": "find"}, {"name": 7}, None]}, ["find"]),
        ({"type": "web_search"}, ["web_search"]),
    ],
)
def test_a_tool_is_known_by_every_name_that_a_reader_may_take_for_its_own(tool, names):
    found = definitions_of([tool])

    assert [one.tool for one in found] == names
    assert len({one.digest for one in found}) == 1
