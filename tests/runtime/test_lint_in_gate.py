"""The gate looks at the release's files, keeps what it saw, and lets nothing through that it could not look at."""

import json
import subprocess
from pathlib import Path

import pytest

from fakes.small_system import write_system
from roadworthy.cli.main import run as rw
from roadworthy.gates.model import RuleOutcome
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.gating import judge_candidate, lint_checkout, record_decision, replay_decision
from roadworthy.runtime.workspace import Workspace

EXAMPLES = Path(__file__).parents[2] / "examples"
SERVERS = {"mcpServers": {"notes": {"command": "npx", "args": ["-y", "notes-server"]}}}
CONTROL = """\
- id: desk/static-mcp
  title: Servers are pinned
  objective: Verify that MCP servers are pinned.
  why: They change.
  area: supply_chain
  type: detective
  stage: build
  tiers: [minimal, limited, high, critical]
  rules:
    - id: desk/static-mcp
      require: {kind: fact, condition: "!lint.findings.exists(f, f.area == 'mcp' && f.severity == 'block')"}
      message: a server is not pinned
      remediation: pin it
  links:
    - {framework: owasp-llm, id: "LLM03:2025", relation: intersects, rationale: pins, strength: 4, status: proposed}
"""


@pytest.fixture
def root(tmp_path) -> Path:
    root = write_system(tmp_path / "desk", num_samples=1)
    (root / "packs" / "desk" / "controls" / "static.yaml").write_text(CONTROL)
    assess_now(Workspace(root=root))
    return root


def outcome(root: Path, rule: str = "desk/static-mcp") -> RuleOutcome:
    results = judge_candidate(Workspace(root=root)).decision.results
    return next(result.outcome for result in results if result.rule == rule)


def test_a_fault_in_a_file_is_noticed_and_its_mending_too(root):
    clean = outcome(root)
    (root / ".mcp.json").write_text(json.dumps(SERVERS))
    faulty = outcome(root)
    (root / ".mcp.json").unlink()

    assert (clean, faulty, outcome(root)) == (RuleOutcome.PASS, RuleOutcome.FAIL, RuleOutcome.PASS)


def test_a_suppression_with_reason_and_expiry_is_heeded_and_recorded(root):
    (root / ".mcp.json").write_text(json.dumps(SERVERS))
    (root / ".roadworthy-lint.yaml").write_text(
        "suppressions:\n  - {rule: mcp/unpinned-server, path: .mcp.json, reason: an example, until: LATER}\n".replace(
            "LATER", Workspace(root=root).clock.now().date().isoformat()
        )
    )
    bench = judge_candidate(Workspace(root=root))

    assert outcome(root) is RuleOutcome.PASS
    assert [one["rule"] for one in bench.inputs.facts["lint"]["suppressed"]] == ["mcp/unpinned-server"]


def test_checks_that_cannot_run_leave_the_rule_missing_and_say_why(root):
    (root / ".roadworthy-lint.yaml").write_text("suppressions: [{rule: mcp/unpinned-server}]\n")
    bench = judge_candidate(Workspace(root=root))

    assert outcome(root) is RuleOutcome.MISSING
    assert "lint" not in bench.inputs.facts
    assert ".roadworthy-lint.yaml" in bench.unlinted


def test_the_gate_says_that_the_checks_could_not_run(root, capsys):
    (root / ".roadworthy-lint.yaml").write_text("suppressions: [{rule: mcp/unpinned-server}]\n")
    code = rw(["gate", "--root", str(root)])
    shown = capsys.readouterr()

    assert code == 3
    assert "static checks could not run" in shown.err
    assert "CANNOT TELL" in shown.out


def test_a_decision_is_taken_again_from_what_was_seen_then(root):
    stored = record_decision(Workspace(root=root), judge_candidate(Workspace(root=root))).record
    (root / ".mcp.json").write_text(json.dumps(SERVERS))
    again, found = replay_decision(Workspace(root=root), stored.id)

    assert again == stored
    assert found == ()


EVERYWHERE = CONTROL.replace("static-mcp", "static-everywhere").replace(
    "!lint.findings.exists(f, f.area == 'mcp' && f.severity == 'block')", "size(lint.blind) == 0"
)


def settings_of(pattern):
    return f"paths:\n  exclude:\n    - {{path: '{pattern}', reason: too many findings}}\n"


@pytest.mark.parametrize(
    ("name", "text", "blind"),
    [
        pytest.param("README.md", "# Desk\n", [], id="nothing hidden"),
        pytest.param(".roadworthy-lint.yaml", settings_of("packs/**"), [], id="files of no component excluded"),
        pytest.param(
            ".roadworthy-lint.yaml",
            settings_of("**"),
            ["answer-prompt", "refuse-prompt", "roadworthy.yaml"],
            id="everything excluded",
        ),
        pytest.param(".roadworthy-lint.yaml", settings_of("prompts/answer.txt"), ["answer-prompt"], id="one excluded"),
        pytest.param(".roadworthy-lint.yaml", settings_of("roadworthy.yaml"), ["roadworthy.yaml"], id="the manifest"),
        pytest.param(".gitignore", "prompts/refuse.txt\n", ["refuse-prompt"], id="ignored by git"),
    ],
)
def test_a_component_of_which_nothing_was_looked_at_is_named_and_is_not_green(root, name, text, blind):
    (root / "packs" / "desk" / "controls" / "everywhere.yaml").write_text(EVERYWHERE)
    if name == ".gitignore":
        subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    (root / name).write_text(text)
    bench = judge_candidate(Workspace(root=root))

    assert bench.inputs.facts["lint"]["blind"] == blind
    (said,) = (one.outcome for one in bench.decision.results if one.rule == "desk/static-everywhere")
    assert said is (RuleOutcome.FAIL if blind else RuleOutcome.PASS)


def test_the_gate_says_what_the_checks_were_told_to_let_be(root, capsys):
    (root / ".mcp.json").write_text(json.dumps(SERVERS))
    until = Workspace(root=root).clock.now().date().isoformat()
    (root / ".roadworthy-lint.yaml").write_text(
        "suppressions:\n"
        f"  - {{rule: mcp/unpinned-server, path: .mcp.json, reason: an example, until: {until}}}\n"
        + settings_of("evals/**")
    )
    rw(["gate", "--root", str(root)])
    said = capsys.readouterr().err

    assert "findings suppressed: 1 (mcp/unpinned-server in .mcp.json)" in said
    assert "files left out by the settings: 2 (evals/" in said


def test_what_is_recorded_holds_paths_and_no_content(root):
    servers = {"mcpServers": {"notes": {"command": "notes", "env": {"NOTES_TOKEN": "q7Hz" + "Pm2kX9aaLw"}}}}
    (root / ".mcp.json").write_text(json.dumps(servers))
    stated = json.dumps(judge_candidate(Workspace(root=root)).inputs.facts["lint"])

    assert "mcp/secret-written" in stated
    assert "Pm2kX9aa" not in stated


@pytest.mark.parametrize("name", ["support-desk", "refund-desk", "credit-scoring"])
def test_the_examples_have_no_blocking_finding_and_are_read_whole(name):
    root = EXAMPLES / name
    linted = lint_checkout(Workspace(root=root), today=Workspace(root=root).clock.now().date())

    assert linted.problem == ""
    assert [one for one in linted.facts["findings"] if one["severity"] == "block"] == []
    assert linted.facts["unread"] == []
