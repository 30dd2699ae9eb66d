"""`rw policy draft` as a person types it."""

import json
from pathlib import Path

import pytest

from fakes.small_system import write_system
from roadworthy.cli.main import run

POLICY = """# House rules

1.1 Staff must not paste client data into public AI tools.

1.2 At least 95 % of answers must be correct.

1.3 All assistants must be fair.

1.4 Staff may use approved tools.
"""
MODEL = '''"""A stand-in for a model that proposes controls."""

import json
import re


def propose(request):
    text = request["messages"][-1]["content"]
    return json.dumps(
        {
            "code": re.match(r"<<<(\\w+)", text).group(1), "testable": True, "area": "evaluation",
            "objective": "Verify that all assistants treat like people alike.", "type": "detective",
            "stage": "evaluate", "tiers": ["high"],
            "check": {"kind": "measure", "category": "fairness_text", "failure_rate": 0.05},
        }
    )
'''


@pytest.fixture
def policy(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "rules.md"
    path.write_text(POLICY)
    return path


def test_a_draft_is_shown_and_written_and_is_proposed(policy, capsys):
    assert run(["policy", "draft", "rules.md", "--name", "acme"]) == 0

    shown = capsys.readouterr()
    assert "acme/1-2-accuracy-of-answers" in shown.out
    assert "not translated" in shown.out
    assert "1.4" not in shown.out
    assert "1 not translated" in shown.err
    header = Path("packs/acme/pack.yaml").read_text()
    assert "status: proposed" in header
    run(["policy", "check", "packs/acme"])
    problems = [line for line in capsys.readouterr().out.splitlines() if "links to no framework" not in line]
    assert problems == []


def test_a_dry_run_writes_nothing_and_json_has_every_statement(policy, capsys):
    assert run(["policy", "draft", "rules.md", "--name", "acme", "--dry-run", "--format", "json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert sorted(policy.parent.iterdir()) == [policy]
    assert said["counts"] == {"statements": 5, "translated": 2, "not_translated": 1, "not_requirements": 2}
    assert {row["disposition"]["kind"] for row in said["statements"]} == {
        "proposed", "not_translated", "not_a_requirement",
    }  # fmt: skip


def test_a_second_draft_is_refused_and_an_update_shows_what_changed(policy, capsys):
    run(["policy", "draft", "rules.md", "--name", "acme"])
    assert run(["policy", "draft", "rules.md", "--name", "acme"]) == 2
    assert run(["policy", "draft", "rules.md", "--update", "packs/acme"]) == 0
    policy.write_text(POLICY.replace("95 %", "97 %"))
    before = {path: path.read_bytes() for path in Path("packs").rglob("*") if path.is_file()}
    capsys.readouterr()

    assert run(["policy", "draft", "rules.md", "--update", "packs/acme"]) == 1
    shown = capsys.readouterr().out
    assert "97 %" in shown
    assert "see: acme/1-2-accuracy-of-answers" in shown
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["absent.md", "--name", "acme"], 2, id="no document"),
        pytest.param([".", "--name", "acme"], 2, id="a folder"),
        pytest.param(["rules.md", "--name", "../acme"], 2, id="a name that leads out"),
        pytest.param(["rules.md", "--name", "base"], 2, id="a shipped pack's name"),
        pytest.param(["rules.md", "--name", "acme", "--out", "."], 2, id="a place that is taken"),
        pytest.param(["rules.md", "--name", "acme", "--against", "nothing"], 2, id="no such pack"),
        pytest.param(["rules.md", "--name", "acme", "--model", "m"], 2, id="a model without a manifest"),
        pytest.param(["rules.md", "--update", "nowhere"], 2, id="no draft to compare with"),
        pytest.param(["poem.md", "--name", "acme"], 3, id="nothing to translate"),
    ],
)
def test_what_cannot_be_drafted_is_told_by_its_exit_code_and_leaves_nothing(policy, capsys, arguments, code):
    Path("poem.md").write_text("The sea is wide.\n")
    assert run(["policy", "draft", *arguments]) == code
    assert capsys.readouterr().err
    assert not Path("packs").exists()


def test_a_model_is_asked_about_the_rest_after_its_cost_was_told(policy, capsys, monkeypatch):
    root = write_system(policy.parent / "desk")
    (root / "proposer.py").write_text(MODEL)
    manifest = root / "roadworthy.yaml"
    target = "targets:\n  - {key: proposer, kind: python, callable: 'proposer:propose'}"
    manifest.write_text(manifest.read_text().replace("targets:", target, 1))
    monkeypatch.chdir(root)

    assert run(["policy", "draft", str(policy), "--name", "acme", "--model", "proposer"]) == 0
    shown = capsys.readouterr()
    assert shown.err.index("asking proposer: 1 calls") < shown.err.index("1 proposed")
    assert "acme/1-3-suggested  model" in shown.out
    assert "proposed by a model" in Path("packs/acme/SOURCES.md").read_text()
    assert run(["policy", "draft", str(policy), "--name", "acme", "--model", "nobody"]) == 2
