"""Definitions are read out of every shape in which APIs and servers state them."""

from __future__ import annotations

from typing import Any

import pytest

from roadworthy.core.errors import ConfigError
from roadworthy.guard.drafting.definition import ToolDefinition, read_definitions

SCHEMA = {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]}
NEEDED = {"required": True}
ONE = ToolDefinition(name="send", description="Sends it.", parameters=SCHEMA)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            {
                "tools": [
                    {"type": "function", "function": {"name": "send", "description": "Sends it.", "parameters": SCHEMA}}
                ]
            },
            id="openai chat",
        ),
        pytest.param(
            [{"type": "function", "name": "send", "description": "Sends it.", "parameters": SCHEMA}],
            id="openai responses",
        ),
        pytest.param({"tools": [{"name": "send", "description": "Sends it.", "input_schema": SCHEMA}]}, id="anthropic"),
        pytest.param(
            [
                {
                    "tool_name": "send",
                    "summary": "Sends it.",
                    "parameters": [{"name": "to", "type": "string", "required": True}],
                }
            ],
            id="a list with parameters in turn",
        ),
        pytest.param(
            {"result": {"tools": [{"name": "send", "description": "Sends it.", "inputSchema": SCHEMA}]}},
            id="mcp answer",
        ),
        pytest.param(
            {"tools": [{"functionDeclarations": [{"name": "send", "description": "Sends it.", "parameters": SCHEMA}]}]},
            id="gemini",
        ),
        pytest.param(
            [
                {
                    "name": "send",
                    "summary": "Sends it.",
                    "parameters": [{"name": "to", "type": "string", "required": True}],
                }
            ],
            id="list of parameters",
        ),
    ],
)
def test_each_shape_says_the_same(document: Any) -> None:
    assert read_definitions(document) == (ONE,)


def test_parameters_by_name_are_a_schema() -> None:
    found = read_definitions([{"name": "send", "parameters": {"to": {"description": "who", "required": True}}}])

    assert found[0].parameters["required"] == ["to"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        pytest.param([], "no tool is defined", id="nothing"),
        pytest.param("send", "an object, not str", id="text"),
        pytest.param([{"description": "x"}], "no `name`", id="no name"),
        pytest.param([{"name": "a b"}], "no tool's name", id="a space in the name"),
        pytest.param([{"name": "*"}], "no tool's name", id="a name that would grant everything"),
        pytest.param([{"name": "a"}, {"name": "a", "description": "other"}], "defined twice", id="two of one name"),
        pytest.param([{"name": "a", "parameters": 3}], "not int", id="parameters that are none"),
        pytest.param([{"name": "a", "parameters": [{"type": "string"}]}], "no `name`", id="parameter without name"),
    ],
)
def test_what_defines_no_tool_is_refused(document: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_definitions(document)
