"""``rw guard draft``: a file of definitions in, a policy out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from roadworthy.cli.app import app
from roadworthy.core.errors import ConfigError, ConflictError
from roadworthy.runtime.guard.drafting import draft_from, keep, read_definitions_file

TOOLS = {
    "tools": [{"name": "send_mail", "inputSchema": {"properties": {"to": {"type": "string"}}, "required": ["to"]}}]
}


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    path = tmp_path / "tools.json"
    path.write_text(json.dumps(TOOLS), encoding="utf-8")
    return path


def test_the_command_prints_a_policy(definitions: Path) -> None:
    done = CliRunner().invoke(app, ["guard", "draft", str(definitions)])

    assert done.exit_code == 0
    assert "- tool: send_mail" in done.stdout


def test_the_command_says_where_nothing_tells(tmp_path: Path) -> None:
    path = tmp_path / "tools.yaml"
    path.write_text("- name: frobnicate\n", encoding="utf-8")

    done = CliRunner().invoke(app, ["guard", "draft", str(path), "--format", "json"])

    assert done.exit_code == 1
    assert json.loads(done.stdout)["untold"] == ["frobnicate"]


def test_a_policy_that_is_there_is_not_written_over_unasked(definitions: Path, tmp_path: Path) -> None:
    out = tmp_path / "guard.yaml"
    out.write_text("mine", encoding="utf-8")

    with pytest.raises(ConflictError, match="is there already"):
        keep(draft_from(definitions), out)
    assert out.read_text(encoding="utf-8") == "mine"
    keep(draft_from(definitions), out, force=True)
    assert "send_mail" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [pytest.param("{", "not JSON", id="no JSON"), pytest.param("[]", "no tool is defined", id="no tools")],
)
def test_a_file_that_defines_nothing_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "tools.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=said):
        read_definitions_file(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_definitions_file(tmp_path / "none.json")


def test_a_name_that_no_policy_may_have_is_refused(definitions: Path) -> None:
    with pytest.raises(ConfigError, match="no policy's name"):
        draft_from(definitions, name="My Policy: x")
