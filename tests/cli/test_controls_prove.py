"""`rw controls prove` as people type it: what it prints, how it ends, what it records."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fakes.provable_system import ESCAPES, FAULTS, HOMELESS, snapshot, write_provable
from roadworthy.cli.main import run

EXAMPLE = Path(__file__).parents[2] / "examples" / "support-desk"
ALL_CAUGHT, ESCAPED, ASKED_WRONGLY, NOTHING = 0, 1, 2, 3
KEYS = {"planted", "caught", "escaped", "false_alarms", "faults", "assumed", "seconds"}
FAULT_KEYS = {"id", "title", "control", "rules", "outcome", "caught_by", "also", "ms", "reason"}


def prove(root, *arguments):
    return run(["controls", "prove", "--root", str(root), *arguments])


def test_json_has_the_counts_and_what_came_of_each_fault(tmp_path, capsys):
    code = prove(write_provable(tmp_path), "--format", "json")

    record = json.loads(capsys.readouterr().out)
    assert code == ALL_CAUGHT
    assert set(record) >= KEYS
    assert (record["planted"], record["caught"], record["escaped"], record["false_alarms"]) == (7, 7, 0, 0)
    assert all(set(fault) == FAULT_KEYS for fault in record["faults"])
    assert record["assumed"]


def test_text_says_first_what_got_through(tmp_path, capsys):
    code = prove(write_provable(tmp_path, faults=FAULTS + ESCAPES), "--fault", "purpose-bent", "--fault", "leaks")

    lines = capsys.readouterr().out.splitlines()
    assert code == ESCAPED
    assert lines[0].startswith("1 of 2 planted faults were caught, 1 escaped; 0 false alarms; 0 had no place")
    assert lines[2] == "ESCAPED  purpose-bent: The purpose was bent"
    assert any(line.startswith("leaks") and "desk/refusals-hold" in line for line in lines)
    assert "In the copy, other than in the system:" in lines


def test_nothing_planted_cannot_tell_and_says_why(tmp_path, capsys):
    code = prove(write_provable(tmp_path, faults=HOMELESS))

    out = capsys.readouterr().out
    assert code == NOTHING
    assert "server-unpinned: no component has type=mcp_server" in out
    assert not (tmp_path / ".roadworthy").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--fault", "never"], "no pack of this system has a fault 'never'", id="an unknown fault"),
        pytest.param(["--pack", "never"], "there is no pack 'never'", id="an unknown pack"),
        pytest.param(["--keep", "."], "inside the repository", id="a copy inside the repository"),
        pytest.param(["--record", "--fault", "leaks"], "leave out `--fault` to record", id="a part as evidence"),
        pytest.param(["--record", "--pack", "desk"], "leave out `--pack` to record", id="another pack as evidence"),
    ],
)
def test_a_wrong_question_is_refused_and_nothing_is_written(tmp_path, capsys, monkeypatch, arguments, words):
    root = write_provable(tmp_path)
    monkeypatch.chdir(root)
    before = snapshot(root)

    code = prove(root, *arguments)

    assert (code, words in capsys.readouterr().err) == (ASKED_WRONGLY, True)
    assert snapshot(root) == before


def test_only_with_record_does_the_ledger_get_the_proof(tmp_path, capsys):
    root = write_provable(tmp_path)

    prove(root, "--fault", "owner-dropped")
    assert not (root / ".roadworthy").exists()
    run(["assess", "--root", str(root)])
    prove(root, "--record")
    capsys.readouterr()
    run(["list", "evidence", "--root", str(root), "--format", "json"])

    listed = capsys.readouterr().out
    assert "proof:controls" in listed
    assert "eval:" not in listed


def test_a_kept_copy_is_left_where_it_was_asked_for(tmp_path):
    root = write_provable(tmp_path / "system")

    assert prove(root, "--fault", "owner-dropped", "--keep", str(tmp_path / "copy")) == ALL_CAUGHT
    assert (tmp_path / "copy" / "system" / "roadworthy.yaml").is_file()


def test_a_proof_is_not_declared_by_hand(tmp_path, capsys):
    root = write_provable(tmp_path)

    code = run(["attest", "proof:controls", "--statement", "all of it was tried", "--root", str(root)])

    assert (code, "it is what came of trying the controls" in capsys.readouterr().err) == (ASKED_WRONGLY, True)
    assert not (root / ".roadworthy").exists()


class Ended:
    """`rw controls prove` in a process of its own, ended by a signal while its copy is there."""

    def __init__(self, root, temporary):
        self.temporary = temporary
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from roadworthy.cli.main import main; main()", "controls", "prove"],
            cwd=root, env={**os.environ, "TMPDIR": str(temporary)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def by(self, number):
        ends = time.monotonic() + 60
        while not list(self.temporary.glob("rw-prove-*/state")) and time.monotonic() < ends:
            time.sleep(0.02)
        assert self.process.poll() is None, "it ended before it was told to"
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ended_from_outside_it_removes_its_copy_and_leaves_the_repository_as_it_was(tmp_path, number):
    root = write_provable(tmp_path / "system")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    before = snapshot(root)

    code = Ended(root, temporary).by(number)

    assert code == 128 + number
    assert list(temporary.iterdir()) == []
    assert snapshot(root) == before


@pytest.mark.slow
def test_killed_it_leaves_a_copy_that_nobody_else_can_read(tmp_path):
    root = write_provable(tmp_path / "system")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    before = snapshot(root)

    Ended(root, temporary).by(signal.SIGKILL)

    (left,) = temporary.iterdir()
    assert left.stat().st_mode & 0o077 == 0
    assert snapshot(root) == before


OF_EACH_KIND = (
    "task-weakened", "tool-scope-wildcard", "hosted-model-alias", "model-pickled", "guard-removed", "revision-lost",
    "runbook-edited-after-approval", "review-forged", "threshold-loosened-after-run", "personal-data-leaked",
    "document-poisoned", "licence-conflict", "prohibited-practice", "assessment-expired",
)  # fmt: skip


@pytest.mark.slow
def test_on_the_reference_application_faults_of_every_kind_are_caught_and_nothing_else_raises(tmp_path, capsys):
    root = tmp_path / "support-desk"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".model", ".roadworthy", "__pycache__"))
    before = snapshot(root)

    code = prove(root, "--format", "json", *(part for id in OF_EACH_KIND for part in ("--fault", id)))

    record = json.loads(capsys.readouterr().out)
    assert {f["id"]: f["outcome"] for f in record["faults"]} == dict.fromkeys(
        (f["id"] for f in record["faults"]), "caught"
    )
    assert (code, record["planted"], record["alarms"]) == (ALL_CAUGHT, len(OF_EACH_KIND), [])
    assert snapshot(root) == before
