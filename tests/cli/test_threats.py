"""``rw threats`` by what people type: open first, forms that stand alone, what changed since the last decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from fakes.small_system import write_system
from fakes.typed_commands import Done, commands
from roadworthy.gates.model import GateDecision
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.gating import judge_candidate, record_decision
from roadworthy.runtime.threats.modelling import model_now
from roadworthy.runtime.workspace import Workspace

THREATS = "  threats: [T01]\n  rules:\n    - id: desk/owner-named"
REVIEW = """\
- id: desk/threats
  title: Threats are gone through
  objective: Verify that the threat model was gone through.
  why: What nobody looked at surprises.
  area: oversight
  type: directive
  stage: design
  tiers: [minimal, limited, high, critical]
  rules:
    - id: desk/threats-reviewed
      message: nobody went through the threats
      remediation: go through them
      require: {kind: evidence, type: "review:threat-model"}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_system(tmp_path)
    controls = tmp_path / "packs" / "desk" / "controls" / "desk.yaml"
    text = controls.read_text().replace("  rules:\n    - id: desk/owner-named", THREATS)
    controls.write_text(text + REVIEW)
    return tmp_path


@pytest.fixture
def rw(root: Path, capsys, monkeypatch) -> Callable[..., Done]:
    return commands(root, capsys=capsys, monkeypatch=monkeypatch)


def workspace(root: Path) -> Workspace:
    return Workspace(root=root, environ={"ROADWORTHY_ACTOR": "ada"})


def decide(root: Path) -> GateDecision:
    if workspace(root).assessments.latest() is None:
        assess_now(workspace(root))
    return record_decision(workspace(root), judge_candidate(workspace(root))).record


def states(root: Path) -> dict[str, str]:
    return {threat.id: threat.state.value for threat in model_now(workspace(root)).threats}


def test_without_a_decision_every_threat_is_open(rw, root):
    done = rw("threats")

    assert done.code == 1
    assert set(states(root).values()) == {"open"}
    assert "nothing was decided yet" in done.out


def test_a_threat_is_countered_by_what_the_decision_found_and_not_longer_than_that(root):
    decide(root)
    assert states(root)["T01"] == "mitigated"

    (root / "prompts" / "answer.txt").write_text("Answer otherwise.\n")

    assert states(root)["T01"] == "open"


def test_what_changed_since_the_decision_is_named(rw, root):
    decide(root)
    assert "nothing in the threat model changed" in rw("threats", "diff").out
    manifest = root / "roadworthy.yaml"
    text = manifest.read_text().replace("uses: [answer-prompt, model]", "uses: [answer-prompt, model, files]")
    files = "  - {type: mcp_server, key: files, uri: https://files.example}\n"
    manifest.write_text(
        text.replace("  - {type: agent, key: answer-route", files + "  - {type: agent, key: answer-route")
    )

    done = rw("threats", "diff")

    assert done.code == 1
    assert "+ element  files (mcp_server" in done.out
    assert "answer-route > files: arguments, across a trust boundary" in done.out
    assert re.search(r"\+ threat   T\d\d ", done.out)


def test_a_diff_without_a_decision_cannot_be_told(rw):
    assert rw("threats", "diff").code == 3


class Page(HTMLParser):
    """Notes what a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.fetched += [f"{name}={value}" for name, value in attrs if name in ("src", "href") and value[:1] != "#"]


def test_the_page_stands_alone(rw, root):
    done = rw("threats", "--format", "html", "--output", "threats.html")
    page = Page()
    page.feed((root / "threats.html").read_text(encoding="utf-8"))

    assert done.out.strip() == "threats.html"
    assert {"svg", "table", "h1"} <= page.tags
    assert "script" not in page.tags
    assert page.fetched == []


def test_the_picture_and_the_text_name_every_component(rw):
    keys = ("answer-route", "refuse-route", "answer-prompt", "model")

    for form in ("svg", "markdown"):
        shown = rw("threats", "--format", form).out.replace("\\", "")
        assert [key for key in keys if key not in shown] == []


def test_going_through_the_model_is_evidence_that_ends_with_a_change(rw, root):
    assess_now(workspace(root))
    done = rw("threats", "attest", "--statement", "gone through by the team", "--format", "json")
    digest = model_now(workspace(root)).digest
    outcome = outcome_of(root, "desk/threats-reviewed")
    (root / "prompts" / "answer.txt").write_text("Answer otherwise.\n")

    assert done.code == 0, done.err
    assert f"(threat model {digest}, " in done.out
    assert (outcome, outcome_of(root, "desk/threats-reviewed")) == ("pass", "stale")


def outcome_of(root: Path, rule: str) -> str:
    return next(result.outcome.value for result in decide(root).results if result.rule == rule)
