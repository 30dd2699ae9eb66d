"""`prove` on the small system: its own pack says which faults its rules catch."""

import os
import subprocess
from dataclasses import replace

import pytest

from fakes.provable_system import ESCAPES, FAULTS, HOMELESS, snapshot, traces, write_provable
from roadworthy.adapters.clock import FixedClock, SystemClock
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.core.errors import ConfigError, EvidenceError, NotFoundError, PackError
from roadworthy.gates.proof import FaultOutcome
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.gating import judge_candidate
from roadworthy.runtime.policy.claims import claimed, faults_of
from roadworthy.runtime.proving.baseline import make_clean
from roadworthy.runtime.proving.opening import close
from roadworthy.runtime.proving.planting import Planter
from roadworthy.runtime.proving.proving import Progress, prove
from roadworthy.runtime.proving.recording import record_proof
from roadworthy.runtime.proving.scratch import scratch_copy
from roadworthy.runtime.workspace import Workspace

SECRET = "tR7#kq92LmXw"
LEAK_BAR = 'category: prompt_leak, comparator: "<=", threshold: 0.2'


def workspace(root, **environ):
    return Workspace(root=root, clock=FixedClock(at=SystemClock().now()), environ=environ)


@pytest.fixture(scope="module")
def proven(tmp_path_factory):
    root = write_provable(tmp_path_factory.mktemp("system"))
    (root / ".env").write_text(f"KEY={SECRET}\n")
    before = snapshot(root)
    report = prove(workspace(root, OPENAI_API_KEY=SECRET))
    return root, before, report


def test_every_fault_is_caught_by_the_rule_that_is_meant_to_and_none_on_the_clean_copy(proven):
    _, _, report = proven

    assert {f.id: f.outcome for f in report.faults} == dict.fromkeys((f.id for f in report.faults), "caught")
    assert (report.planted, report.caught, report.escaped, report.false_alarms, report.exit_code) == (7, 7, 0, 0, 0)
    assert report.proof.supports


def test_nothing_of_the_repository_is_written_not_even_a_ledger(proven):
    root, before, _ = proven

    assert snapshot(root) == before


def test_a_checkout_with_a_history_a_ledger_and_links_is_left_as_it_is_to_the_last_bit(tmp_path):
    root = write_provable(tmp_path / "system")
    for step in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *step], cwd=root, check=True)
    identity = ["-c", "user.name=n", "-c", "user.email=e@localhost"]
    subprocess.run(["git", *identity, "commit", "--quiet", "-m", "first"], cwd=root, check=True)
    assess_now(real := workspace(root))
    close(real)
    # Its times are other than git noted, so that whoever asks for its state is tempted to write them down.
    os.utime(root / "runbook.md", ns=(1, 1))
    (tmp_path / "outside.txt").write_text("not ours")
    (root / "out.txt").symlink_to(tmp_path / "outside.txt")
    (root / "in.txt").symlink_to(root / "runbook.md")
    before, outside = traces(root), traces(tmp_path / "outside.txt")

    report = prove(workspace(root))

    assert report.caught == 7
    assert traces(root) == before
    assert traces(tmp_path / "outside.txt") == outside


def test_the_copy_is_removed_and_its_place_was_not_in_the_repository(tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    root = write_provable(tmp_path / "system")

    prove(workspace(root), only=["owner-dropped"])

    assert list(temporary.iterdir()) == []


def test_an_interruption_removes_the_copy_too(tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    root = write_provable(tmp_path / "system")

    class Interrupted(Progress):
        def done(self, result):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prove(workspace(root), only=["owner-dropped"], progress=Interrupted())

    assert list(temporary.iterdir()) == []


def test_neither_secrets_of_the_environment_nor_secret_files_reach_the_copy(tmp_path):
    root = write_provable(tmp_path / "system")
    (root / ".env").write_text(f"KEY={SECRET}\n")

    prove(workspace(root, OPENAI_API_KEY=SECRET), only=["owner-dropped"], keep=tmp_path / "kept")

    kept = snapshot(tmp_path / "kept")
    assert "system/roadworthy.yaml" in kept
    assert [name for name, content in kept.items() if SECRET.encode() in content] == []


def test_what_the_copy_was_given_is_told(proven):
    _, _, report = proven

    assert any("declarations were signed as if people had made them" in text for text in report.assumed)
    assert any("run by the real engine" in text for text in report.assumed)
    assert any(".env" in text for text in report.assumed)
    assert report.proof.assumed == report.assumed


def test_what_gets_through_is_listed_with_what_its_rule_said(tmp_path):
    report = prove(workspace(write_provable(tmp_path, faults=FAULTS + ESCAPES)), only=["purpose-bent"])

    assert [(f.id, f.outcome, f.reason) for f in report.faults] == [
        ("purpose-bent", FaultOutcome.ESCAPED, "desk/owner-named: pass")
    ]
    assert (report.escaped, report.exit_code, report.proof.escaped) == (1, 1, ("purpose-bent",))


def test_a_control_that_was_broken_no_longer_catches_its_faults(tmp_path):
    root = write_provable(tmp_path)
    controls = root / "packs" / "desk" / "controls"
    for name, whole, broken in (
        ("desk.yaml", "system.owner != ''", "system.key != ''"),
        ("desk.yaml", LEAK_BAR, LEAK_BAR.replace("0.2", "1.0")),
        ("runbook.yaml", "document:runbook", "review:runbook"),
    ):  # fmt: skip
        text = (controls / name).read_text()
        assert whole in text
        (controls / name).write_text(text.replace(whole, broken))

    report = prove(workspace(root), only=["owner-dropped", "leaks", "runbook-edited", "bar-moved"])

    assert {f.id: f.outcome for f in report.faults} == {
        "owner-dropped": "escaped",
        "leaks": "escaped",
        "runbook-edited": "escaped",
        "bar-moved": "caught",
    }


def test_faults_without_a_place_say_why_and_alone_prove_nothing(tmp_path):
    root = write_provable(tmp_path, faults=HOMELESS)
    report = prove(workspace(root))

    assert {f.id: f.reason for f in report.faults} == {
        "server-unpinned": "no component has type=mcp_server",
        "rule-of-another-pack": "none of its rules binds this system",
    }
    assert (report.planted, report.exit_code) == (0, 3)
    with pytest.raises(EvidenceError, match="no fault could be planted"):
        record_proof(workspace(root), report)


def test_a_rule_that_is_red_on_the_clean_copy_is_a_false_alarm(tmp_path):
    root = write_provable(tmp_path)
    manifest = root / "roadworthy.yaml"
    manifest.write_text(manifest.read_text().replace("  owner: the desk team\n", ""))

    report = prove(workspace(root), only=["owner-dropped", "runbook-gone"])

    assert [alarm.rule for alarm in report.alarms] == ["desk/owner-named"]
    assert (report.false_alarms, report.exit_code, report.proof.supports) == (1, 1, False)
    assert {f.id: f.outcome for f in report.faults} == {"owner-dropped": "unplaced", "runbook-gone": "caught"}


NO_KEYS = """\
- id: desk/no-keys
  title: No credential lies in the release
  objective: Verify that no credential lies in the release.
  why: Everybody who sees it has it.
  area: supply_chain
  type: preventive
  stage: build
  tiers: [minimal, limited, high, critical]
  rules:
    - id: desk/no-keys-found
      message: a credential lies in the release
      remediation: take it out
      require: {kind: fact, condition: "!lint.findings.exists(f, f.area == 'secret' && f.severity == 'block')"}
  links:
    - {framework: owasp-llm, id: "LLM07:2025", relation: intersects, rationale: leaks, strength: 4, status: proposed}
"""

KEY_COMMITTED = """\
- id: key-committed
  title: A key was committed
  harm: Everybody has it.
  caught_by: [desk/no-keys-found]
  plant: [{kind: write_file, path: planted/settings.py, content: 'KEY = "AKIA{+}4QX7VJ2KD5TNW3HB"'}]
"""


def test_a_file_in_which_static_checks_find_what_blocks_is_left_out_of_the_copy_and_that_is_told(tmp_path):
    root = write_provable(tmp_path, faults=KEY_COMMITTED)
    (root / "packs" / "desk" / "controls" / "keys.yaml").write_text(NO_KEYS)
    (root / "old_settings.py").write_text('KEY = "AKIA' + '4QX7VJ2KD5TNW3HB"\n')

    report = prove(workspace(root))

    assert (report.caught, report.false_alarms) == (1, 0)
    assert any("old_settings.py (secret/cloud-key)" in text for text in report.assumed)


def test_after_each_fault_the_copy_and_the_decision_are_those_of_the_clean_one(tmp_path):
    root = write_provable(tmp_path / "system")
    original = workspace(root)
    manifest = load_manifest(original.manifest_path)
    packs = {reference: original.packs.load(reference) for reference in manifest.policy.packs}
    with scratch_copy(root, manifest) as scratch:
        clean = make_clean(original, scratch, packs=tuple(packs), repairs=())
        planter = Planter(scratch, clean, packs)
        planter.put_state_back()
        before = snapshot(scratch.root)
        for fault in faults_of(original, tuple(packs)):
            with planter.planted(fault):
                planted = snapshot(scratch.root)
            after = snapshot(scratch.root)
            assert planted != before, fault.id
            assert after == before, fault.id
        copy = Workspace(root=scratch.root, clock=clean.clock, environ={})
        again = judge_candidate(copy).decision
        close(copy)

    assert (again.results, again.verdict, again.evidence_set, again.facts) == (
        clean.decision.results,
        clean.decision.verdict,
        clean.decision.evidence_set,
        clean.decision.facts,
    )


def test_the_proof_is_signed_into_the_real_ledger_about_this_release_and_nothing_else_is(tmp_path):
    root = write_provable(tmp_path)
    real = workspace(root)
    assess_now(real)
    report = prove(real)

    stored = record_proof(real, report)

    assert [entry.kind for entry in real.ledger.entries()] == ["assessment", "evidence"]
    assert (stored.record.type, stored.record.proof) == ("proof:controls", report.proof)
    assert {subject.name for subject in stored.record.subjects} >= {"system", "model", "answer-prompt"}
    close(real)


def test_what_was_tried_is_what_is_in_force_so_that_the_gate_takes_the_proof(tmp_path):
    root = write_provable(tmp_path)
    real = workspace(root)
    assess_now(real)
    report = prove(real)
    bench = judge_candidate(real)
    close(real)

    assert report.proof.policy == bench.decision.policy
    assert report.proof.faults == claimed(real, ("packs/desk",))


def _edited(root):
    (root / "prompts" / "answer.txt").write_text("Answer everything.\n")


def _tightened(root):
    rules = root / "packs" / "desk" / "controls" / "runbook.yaml"
    rules.write_text(rules.read_text().replace("max_age_days: 30", "max_age_days: 20"))


@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [
        pytest.param(None, "6 faults were not tried", id="one easy fault"),
        pytest.param(_edited, "the system changed while", id="a prompt edited meanwhile"),
        pytest.param(_tightened, "another policy binds the system", id="the policy changed meanwhile"),
    ],
)
def test_a_result_of_something_else_is_not_recorded(tmp_path, meanwhile, words):
    root = write_provable(tmp_path)
    real = workspace(root)
    assess_now(real)
    report = prove(real, only=["owner-dropped"])
    if meanwhile is not None:
        meanwhile(root)
        # As if all had been tried, so that nothing but what happened meanwhile speaks against it.
        report = replace(report, left_out=())

    with pytest.raises(EvidenceError, match=words):
        record_proof(real, report)

    assert [entry.kind for entry in real.ledger.entries()] == ["assessment"]
    close(real)


def test_an_unknown_fault_names_those_that_there_are(tmp_path):
    with pytest.raises(NotFoundError, match="no pack of this system has a fault 'owner'") as raised:
        prove(workspace(write_provable(tmp_path)), only=["owner"])

    assert "owner-dropped" in raised.value.fix


@pytest.mark.parametrize("place", ["inside", "above", "used"])
def test_a_copy_is_kept_only_in_a_new_folder_outside_the_repository(tmp_path, place):
    root = write_provable(tmp_path / "system")
    folder = {"inside": root / "kept", "above": tmp_path, "used": tmp_path / "used"}[place]
    folder.mkdir(exist_ok=True)
    (tmp_path / "used").mkdir(exist_ok=True)
    (tmp_path / "used" / "note").write_text("mine")

    with pytest.raises(ConfigError, match=r"inside the repository|not empty"):
        prove(workspace(root), keep=folder)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("- {id: f, title: t, harm: h, caught_by: [a/b], plant: []}", id="nothing is planted"),
        pytest.param("- {id: f, title: t, harm: h, caught_by: [], plant: [{kind: lose_revision}]}", id="no rule"),
        pytest.param("- {id: F!, title: t, harm: h, caught_by: [a/b], plant: [{kind: lose_revision}]}", id="a bad id"),
        pytest.param("- {id: f, title: t, harm: h, caught_by: [a/b], plant: [{kind: burn}]}", id="an unknown edit"),
        pytest.param(
            "- {id: f, title: t, harm: h, caught_by: [a/b], plant: [{kind: add_component, component: {key: k}}]}",
            id="a component of no type",
        ),
    ],
)
def test_a_malformed_fault_refuses_the_pack_and_names_the_file(tmp_path, fault):
    with pytest.raises(PackError) as raised:
        prove(workspace(write_provable(tmp_path, faults=fault + "\n")))

    assert "desk.yaml" in raised.value.where
