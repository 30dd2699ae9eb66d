"""Files that were made to stop a look are looked at in a moment, or told as unread; nothing fails."""

from datetime import date

import pytest

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.lint.engine import Engine

ENGINE = Engine(read_rules())
SIZE = 200_000
PATTERNS = {
    "spaces": " ",
    "lines": "\n",
    "open comments": "<!--",
    "open code comments": "/*",
    "quotes": '"',
    "backslashes": '"\\',
    "braces": "{{",
    "brackets": "[",
    "openings": "<p hidden>",
    "styles": "<p style='color:",
    "letters": "A",
    "base64": "QUJD",
    "digits": "7",
    "signs": "- ",
    "addresses": "a@b.co ",
    "urls": "x://a:b",
    "assignments": "password=",
    "suppressions": "# roadworthy: ignore ",
    "always": "always ",
    "keys": "a: ",
    "hidden": "\u200b\u202e",
    "subscripts": "[0]",
    "calls": "f(",
    "minus": "-",
    "prompts": "You are an AI. {context} ",
    "tokens": "ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF2hJ5 ",
    "json": '{"a":',
}
PLACES = (
    "app/prompts/a.txt",
    "docs/kb/a.md",
    "a.py",
    "a.json",
    "a.yaml",
    ".env",
    ".mcp.json",
    "b.toml",
    "data/a.jsonl",
)


@pytest.mark.slow
@pytest.mark.parametrize("unit", [pytest.param(unit, id=name) for name, unit in PATTERNS.items()])
@pytest.mark.timeout(90)
def test_a_file_of_one_thing_over_and_over_is_read_to_its_end(unit):
    text = (unit * (SIZE // len(unit)))[:SIZE]
    files = dict.fromkeys(PLACES, f'SYSTEM_PROMPT = "You are an AI." {text}')
    report = ENGINE.check(repository_of(files), today=date(2026, 11, 21))

    assert report.files == len(PLACES)


@pytest.mark.parametrize("depth", [90, 900, 5000])
@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(lambda n: 'PROMPT = f"You are an AI. {x' + "[0]" * n + '}"', id="subscripts"),
        pytest.param(lambda n: 'PROMPT = "You are an AI." + ' + "f(" * n + "x" + ")" * n, id="calls"),
        pytest.param(lambda n: "import logging\nlog.info(prompt" + ".strip()" * n + ")", id="methods"),
        pytest.param(lambda n: "log.info(" + "[" * n + "prompt" + "]" * n + ")", id="lists"),
    ],
)
def test_source_that_is_nested_deep_is_read_or_told_as_unread(shape, depth):
    report = ENGINE.check(repository_of({"a.py": shape(depth)}), today=date(2026, 11, 21))

    assert report.files == 1


def test_data_that_is_nested_deep_is_told_as_unread():
    text = '{"mcpServers": ' * 300 + "1" + "}" * 300
    report = ENGINE.check(repository_of({".mcp.json": text}), today=date(2026, 11, 21))

    assert report.unread == (".mcp.json: is not JSON: it is nested deeper than 100 levels",)
