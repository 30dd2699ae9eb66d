"""Evidence counts as independent only where somebody signed for it whom the governance file calls so."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.governed_system import write_governed_system
from roadworthy.cli.main import run
from roadworthy.core.errors import ConfigError, NotPermittedError
from roadworthy.core.evidence import Assurance
from roadworthy.gates.model import GateDecision, RuleOutcome
from roadworthy.gates.oversight.in_force import DecisionState
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.attesting import Attestation, attest
from roadworthy.runtime.gating import judge_candidate, record_decision
from roadworthy.runtime.oversight.relying import standing_now
from roadworthy.runtime.oversight.reviewing import attest_independently
from roadworthy.runtime.oversight.signing import KeyChoice
from roadworthy.runtime.packing import write_pack
from roadworthy.runtime.verifying import verify_pack
from roadworthy.runtime.workspace import Workspace

RULE = """\
    - id: desk/audited
      message: nobody from outside looked for bias
      remediation: have it audited
      require: {kind: evidence, type: "review:bias-audit", min_assurance: independent, max_age_days: 365}
"""
WANTED = Attestation(
    type="review:bias-audit",
    statement="no group fares worse",
    author="whoever",
    document=None,
    about=(),
    supports=True,
    observed_at=None,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A governed system whose policy asks for an independent audit, with ada as the auditor."""
    root = write_governed_system(tmp_path / "desk", keys=tmp_path / "keys", release_needs=None)
    controls = root / "packs" / "desk" / "controls" / "desk.yaml"
    controls.write_text(controls.read_text().replace("    - id: desk/owner-named", f"{RULE}    - id: desk/owner-named"))
    named(root, "roles: [developer]", "roles: [auditor]\n    independent: true")
    assess_now(as_person(root, "ben"))
    return root


def named(root: Path, before: str, after: str) -> None:
    text = (root / "governance.yaml").read_text()
    assert before in text
    (root / "governance.yaml").write_text(text.replace(before, after, 1))


def as_person(root: Path, who: str) -> Workspace:
    return Workspace(root=root, environ={"ROADWORTHY_ACTOR": who})


def key(root: Path, who: str) -> KeyChoice:
    return KeyChoice(key=root.parent / "keys" / f"{who}.pem")


def outcome(decision: GateDecision) -> RuleOutcome:
    return next(result.outcome for result in decision.results if result.rule == "desk/audited")


def test_an_auditor_whom_the_file_names_signs_and_the_gate_takes_it_as_independent(root, capsys, monkeypatch) -> None:
    monkeypatch.setenv("ROADWORTHY_ACTOR", "ada")
    command = ["attest", WANTED.type, "--statement", WANTED.statement, "--root", str(root), "--format", "json"]

    assert run([*command, "--independent", "--key", str(root.parent / "keys" / "ada.pem")]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["assurance"], made["declaration"]["author"]) == ("independent", "ada")
    assert outcome(judge_candidate(as_person(root, "ben")).decision) is RuleOutcome.PASS


def test_what_the_team_claims_of_itself_is_not_independent(root: Path) -> None:
    claimed = attest(as_person(root, "ben"), WANTED, assurance=Assurance.INDEPENDENT)

    assert claimed.record.assurance is Assurance.INDEPENDENT
    assert outcome(judge_candidate(as_person(root, "ben")).decision) is RuleOutcome.MISSING


@pytest.mark.parametrize(
    ("who", "match"),
    [("ben", "does not call ben independent"), ("robot", "only people"), ("nobody", "nobody of the governance file")],
)
def test_who_is_not_independent_is_refused_and_nothing_is_written(root: Path, who: str, match: str) -> None:
    with pytest.raises(NotPermittedError, match=match):
        attest_independently(as_person(root, who), WANTED, key=key(root, "ben"))
    assert not as_person(root, "ben").evidence.all()


def test_the_key_must_be_the_auditors_own(root: Path) -> None:
    with pytest.raises(NotPermittedError, match="no key of ada"):
        attest_independently(as_person(root, "ada"), WANTED, key=key(root, "ben"))
    with pytest.raises(ConfigError, match="which key"):
        attest_independently(as_person(root, "ada"), WANTED, key=KeyChoice())
    assert not as_person(root, "ben").evidence.all()


LOST: dict[str, Callable[[Path], None]] = {
    "is no longer called independent": lambda root: named(root, "    independent: true\n", ""),
    "lost the key to somebody": lambda root: named(
        root,
        "      - id: ada-key\n",
        "      - id: ada-key\n        revoked_at: 2026-01-01T00:00:00Z\n        revoked_because: compromised\n",
    ),
}


@pytest.mark.parametrize("lost", LOST)
def test_a_decision_falls_with_the_auditor_who(root: Path, lost: str) -> None:
    attest_independently(as_person(root, "ada"), WANTED, key=key(root, "ada"))
    workspace = as_person(root, "ben")
    before = judge_candidate(workspace)
    assert outcome(before.decision) is RuleOutcome.PASS
    LOST[lost](root)

    assert outcome(judge_candidate(as_person(root, "ben")).decision) is RuleOutcome.MISSING


def test_a_pack_holds_the_auditors_own_signature_and_a_decision_falls_with_the_auditor(root: Path) -> None:
    run(["eval", "run", "--root", str(root)])
    attest_independently(as_person(root, "ada"), WANTED, key=key(root, "ada"))
    workspace = as_person(root, "ben")
    decision = record_decision(workspace, judge_candidate(workspace)).record
    path, _, public = write_pack(workspace, None, root / "desk.rwpack.zip")

    assert verify_pack(path, key=public, at=None, checkpoint=None).intact
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    (word,) = [name for name in files if name.startswith("independent-reviews/")]
    assert b"signatures" in files[word]

    LOST["is no longer called independent"](root)
    later = as_person(root, "ben")
    standing = standing_now(later, decision)
    assert standing.state is DecisionState.VOIDED
    assert "nobody independent stands behind" in standing.reason
