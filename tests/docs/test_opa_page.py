"""What the page on Open Policy Agent says, the commands and the modules do."""

import json
import re
from pathlib import Path

from fakes.rego_engine import ask
from roadworthy.cli.main import run
from roadworthy.policy.rego.library import library

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "use-opa.md").read_text()


def test_every_option_on_the_page_exists(capsys):
    for command in ("export-rego", "ask-opa"):
        shown = re.findall(rf"rw policy {command}(.*)", PAGE)
        used = {option for line in shown for option in re.findall(r"--[a-z-]+", line)}
        assert used
        assert run(["policy", command, "--help"]) == 0
        assert used <= set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


def test_the_export_writes_the_files_that_the_page_names(tmp_path, capsys):
    assert run(["policy", "export-rego", "base", "--tier", "high", "--out", str(tmp_path), "--format", "json"]) == 0
    written = json.loads(capsys.readouterr().out)["files"]

    named = re.findall(r"^\| `([^|]*)` \|", PAGE.split("## Ask")[0], re.MULTILINE)
    found = {part.strip("` ").replace("<pack>", "base") for cell in named for part in cell.split(",")}
    assert found == set(written)


def test_a_denial_over_an_absent_fact_does_not_fire_and_ours_says_missing():
    (rule,) = re.findall(r"```rego\n(.*?)```", PAGE, re.DOTALL)
    modules = [f"package page\nimport rego.v1\n{rule}", library()]
    asked = 'x := data.roadworthy.cel.field(data.roadworthy.cel.variable(input, "system"), "owner").kind'
    modules.append(f"package ours\nimport rego.v1\n{asked}")

    fired, silent, ours = ask(
        modules,
        [
            ("data.page.deny", {"input": {"system": {"owner": ""}}}),
            ("data.page.deny", {"input": {"system": {}}}),
            ("data.ours.x", {"input": {"system": {}}}),
        ],
    )

    assert fired == {"result": True}
    assert silent == {}
    assert ours == {"result": "missing"}


def test_the_decision_has_the_fields_that_the_page_names():
    table = PAGE.split("The decision:")[1].split("## What OPA decides")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == {
        "allow",
        "verdict",
        "denied",
        "missing",
        "errors",
        "warnings",
        "is_readable",
    }
