"""JSON, YAML and TOML are read with the line of each value, comments of editors included, and never fail loudly."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.lint.data import parse
from roadworthy.adapters.lint.memory import repository_of

PLAIN = st.none() | st.booleans() | st.text() | st.integers()
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@pytest.mark.parametrize(
    ("path", "text", "step", "line"),
    [
        ("a.yaml", "tools:\n  - name: x\n  - name: y\n", ("tools", 1, "name"), 3),
        ("a.json", '{\n "tools": [\n  {"name": "x"},\n  {"name": "y"}\n ]\n}', ("tools", 1, "name"), 4),
        ("a.toml", '[tool]\nname = "x"\n[tool.deep]\nsize = 3\n', ("tool", "deep", "size"), 4),
        ("a.json", '{\n "a": 1\n}', ("no", "such"), 1),
    ],
)
def test_the_line_of_a_value_is_known(path, text, step, line):
    assert parse(text, path=path).line_of(step) == line


def test_json_may_have_comments_and_trailing_commas_and_addresses_keep_their_slashes():
    text = '{\n // a comment\n "url": "https://x.example/a", /* another */ "list": [1, 2,],\n}'

    assert parse(text, path="mcp.json").data == {"url": "https://x.example/a", "list": [1, 2]}


@given(value=VALUES)
def test_json_reads_as_it_was_written(value):
    assert parse(json.dumps(value), path="a.json").data == value


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"a":', "a: [", "a: 1\na: 2 b: ]", "[}"])
@pytest.mark.parametrize("path", ["a.json", "a.yaml", "a.toml"])
def test_what_is_broken_is_none_and_no_crash(path, text):
    assert repository_of({path: text}).files[path].parsed() is None


def test_a_file_that_its_name_says_to_be_data_and_is_not_is_unread():
    file = repository_of({".mcp.json": '{"mcpServers": '}).files[".mcp.json"]

    assert file.parsed() is None
    assert file.problem.startswith("is not JSON: ")
