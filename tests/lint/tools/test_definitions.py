"""Tools are found in every shape in which they are defined, and nowhere else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.lint.tools.definitions import MAX_NODES, tools_in

SCHEMA = {"type": "object", "properties": {"order": {"type": "string"}}}
OPENAI = {"type": "function", "function": {"name": "pay", "description": "Pays.", "parameters": SCHEMA}}
RESPONSES = {"type": "function", "name": "pay", "description": "Pays.", "parameters": SCHEMA}
ANTHROPIC = {"name": "pay", "description": "Pays.", "input_schema": SCHEMA}
MCP = {"name": "pay", "description": "Pays.", "inputSchema": SCHEMA}


def found(text: str, path: str = "tools.json"):
    return list(tools_in(repository_of({path: text}).files[path]))


@pytest.mark.parametrize("shape", [OPENAI, RESPONSES, ANTHROPIC, MCP])
@pytest.mark.parametrize("wrap", [lambda t: [t], lambda t: {"tools": [t]}, lambda t: {"a": {"b": [{"c": t}]}}])
def test_a_tool_is_found_in_each_providers_shape_however_deep(shape, wrap):
    (tool,) = found(json.dumps(wrap(shape)))

    assert (tool.name, tool.description, dict(tool.properties)) == ("pay", "Pays.", {"order": {"type": "string"}})


@pytest.mark.parametrize(
    ("decorator", "is_tool"),
    [
        ("@tool", True), ("@mcp.tool()", True), ("@agent.tool_plain", True), ("@function_tool(strict_mode=True)", True),
        ("@property", False), ("@app.get('/tool')", False), ("@cached", False),
    ],
)  # fmt: skip
def test_a_function_is_a_tool_by_its_decorator(decorator, is_tool):
    tools = found(
        f"{decorator}\ndef pay(self, order: str, amount: int = 1, *, note: str | None = None):\n    pass", "a.py"
    )

    assert [tool.name for tool in tools] == (["pay"] if is_tool else [])
    assert all([name for name, _ in tool.properties] == ["order", "amount", "note"] for tool in tools)


def test_a_literal_in_python_is_read_like_json():
    (tool,) = found(f"TOOLS = [\n    {json.dumps(ANTHROPIC)},\n]\n", "a.py")

    assert (tool.name, tool.line) == ("pay", 2)


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        ("str", {"type": "string"}),
        ("str | None", {"type": "string"}),
        ("Optional[int]", {"type": "integer"}),
        ("list[str]", {"type": "array"}),
        ("Literal['a', 'b']", {"enum": ["a", "b"]}),
        ("Annotated[str, Field(pattern='x')]", {"type": "string", "pattern": True}),
        ("Annotated[float, Field(le=5)]", {"type": "number", "maximum": True}),
        ("Annotated[str, 'a note']", {"type": "string"}),
        ("Order", {"named": "Order"}),
    ],
)
def test_an_annotation_says_what_may_be_passed(annotation, schema):
    (tool,) = found(f"@tool\ndef pay(it: {annotation}):\n    pass\n", "a.py")

    assert dict(tool.properties) == {"it": schema}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        '{"name": 3, "input_schema": {}}',
        '{"name": "x", "input_schema": []}',
        '{"name": "x", "inputSchema": "object"}',
        '{"type": "function", "function": "pay"}',
        '{"type": "function", "function": {"description": "x"}}',
    ],
)
def test_what_is_no_tool_is_not_taken_for_one(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "schema", [None, [], "object", {"properties": []}, {"properties": {"a": None, "b": "string"}}, {}]
)
def test_a_broken_schema_has_no_arguments(schema):
    text = json.dumps([{"type": "function", "function": {"name": "pay", "description": None, "parameters": schema}}])

    assert [(tool.name, list(tool.properties)) for tool in found(text)] == [("pay", [])]


@pytest.mark.parametrize(
    "text", ["@tool\ndef pay(:", "@tool\n" + "(" * 3000, "@tool\n\0", "@tool\ndef f(): " + "x+" * 99999 + "x"]
)
def test_source_that_does_not_parse_holds_no_tool(text):
    assert found(text, "a.py") == []


def test_a_huge_file_is_looked_through_to_a_bound():
    text = json.dumps([{"input_schema": 1}] * MAX_NODES + [ANTHROPIC])

    assert found(text) == []


KEYS = ["name", "type", "function", "input_schema", "inputSchema", "parameters", "properties", "tools"]
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)


@given(DATA)
def test_no_data_makes_it_stumble(data):
    for tool in found(json.dumps({"tool": data, "input_schema": None})):
        assert isinstance(tool.name, str)
        assert all(isinstance(schema, dict) for _, schema in tool.properties)


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        ("class Pay(BaseTool):\n    name: str = 'pay'\n    def _run(self, order: str): ...", ["pay"]),
        ("class Pay(smolagents.Tool):\n    def forward(self, order: str): ...", ["Pay"]),
        ("class Pay(BaseTool):\n    pass", []),
        ("class Pay(Base):\n    def _run(self): ...", []),
        ("x = Tool(name='pay', func=f, description='Pays.')", ["pay"]),
        ("x = StructuredTool.from_function(f, name='pay', description='Pays.')", ["pay"]),
        ("x = Tool(name=NAME, description='Pays.')", []),
        ("x = Tool('pay', f)", []),
        ("x = Runner.from_function(f, name='pay', description='Pays.')", []),
    ],
)
def test_a_class_and_a_wrapped_function_are_tools(text, tools):
    assert [tool.name for tool in found(text, "a.py")] == tools


def test_what_a_decorator_says_counts_before_the_docstring():
    text = "@mcp.tool(name='pay', description='Pays. <IMPORTANT>')\ndef f(order: str):\n    'Harmless.'\n"
    (tool,) = found(text, "a.py")

    assert (tool.name, tool.description) == ("pay", "Pays. <IMPORTANT>")


def test_a_decorators_first_text_is_the_name():
    (tool,) = found("@tool('Make a calculation')\ndef f(it):\n    'Adds.'\n", "a.py")

    assert (tool.name, tool.description) == ("Make a calculation", "Adds.")
