"""What somebody who wants a green gate would try, by the commands and files that they have."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from aiohttp import web

from fakes.local_server import LocalServer
from fakes.small_system import write_system
from roadworthy.cli.main import run

SHIP, BLOCKED, USAGE, CANNOT_TELL = 0, 1, 2, 3


class Desk:
    """A service whose honesty can be switched while it runs."""

    def __init__(self) -> None:
        self.honest = True
        self.stop_after: int | None = None
        self.asked = 0
        self.reached = threading.Event()

    async def handle(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.stop_after is not None and self.asked >= self.stop_after:
            self.reached.set()
        text = (await request.json())["messages"][-1]["content"] if self.honest else "no"
        return web.json_response({"choices": [{"message": {"role": "assistant", "content": text}}]})


@pytest.fixture
def desk():
    service = Desk()
    with LocalServer(service.handle) as server:
        service.url = server.url
        yield service


@pytest.fixture
def root(tmp_path, desk, monkeypatch) -> Path:
    target = f"{{key: desk, kind: openai, url: '{desk.url}/v1', model: m}}"
    folder = write_system(tmp_path / "desk", target=target, num_samples=40)
    monkeypatch.chdir(folder)
    assert run(["assess"]) == 0
    return folder


def replace_in(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_a_loosened_bar_is_not_laundered_by_running_again(root, desk):
    desk.honest = False
    run(["eval", "run"])
    assert run(["gate"]) == BLOCKED
    replace_in(root / "packs" / "desk" / "controls" / "desk.yaml", "threshold: 0.2", "threshold: 1.0")
    run(["eval", "run", "--all"])

    assert run(["gate"]) == BLOCKED


def test_a_rule_that_was_renamed_after_the_run_is_not_answered_by_it(root):
    run(["eval", "run"])
    assert run(["gate"]) == SHIP
    replace_in(root / "packs" / "desk" / "controls" / "desk.yaml", "id: desk/answers-right", "id: desk/answers-fine")

    assert run(["gate"]) == CANNOT_TELL


def test_a_bad_run_cannot_be_walked_away_from(root, desk, capsys, programs):
    desk.honest, desk.stop_after = False, 20
    process = subprocess.Popen(
        [programs / "rw", "eval", "run", "answers", "--concurrency", "1"], cwd=root, stderr=subprocess.PIPE
    )
    assert desk.reached.wait(60)
    process.kill()
    process.communicate()
    desk.honest, desk.stop_after = True, None
    assert run(["gate"]) == CANNOT_TELL
    run(["eval", "run", "--all", "--no-cache"])
    capsys.readouterr()

    assert run(["gate"]) != SHIP
    assert "answers" in capsys.readouterr().out


def test_another_target_cannot_answer_for_this_one(root):
    run(["eval", "run"])
    assert run(["gate"]) == SHIP
    replace_in(root / "roadworthy.yaml", "model: m", "model: other")

    assert run(["gate"]) == CANNOT_TELL


def test_evidence_taken_out_of_the_index_is_noticed(root):
    run(["eval", "run"])
    run(["gate"])
    with sqlite3.connect(root / ".roadworthy" / "ledger.sqlite") as db:
        db.execute("DROP TRIGGER evidence_is_kept")
        db.execute("DELETE FROM evidence WHERE task = 'answers'")

    assert run(["gate"]) == CANNOT_TELL
    assert run(["log", "verify"]) == 1


def test_signatures_that_were_overwritten_are_noticed(root):
    run(["eval", "run"])
    run(["gate"])
    assert run(["log", "verify"]) == 0
    with sqlite3.connect(root / ".roadworthy" / "ledger.sqlite") as db:
        db.execute("DROP TRIGGER envelopes_is_immutable")
        db.execute("UPDATE envelopes SET envelope = x'00'")

    assert run(["log", "verify"]) == 1
    assert run(["gate"]) == CANNOT_TELL


def test_a_new_key_does_not_sign_what_the_old_one_signed(root, tmp_path):
    run(["eval", "run"])
    assert run(["gate"]) == SHIP
    (root / ".roadworthy" / "keys").rename(tmp_path / "keys")

    assert run(["pack", "--output", "desk.zip"]) == CANNOT_TELL
    assert not (root / "desk.zip").exists()


def test_a_document_that_the_manifest_does_not_name_cannot_back_a_declaration(root):
    controls = root / "packs" / "desk" / "controls" / "desk.yaml"
    replace_in(
        controls,
        "require: {kind: fact, condition: \"system.owner != ''\"}",
        "require: {kind: evidence, type: 'document:runbook'}",
    )
    (root / "RUNBOOK.md").write_text("Stop it.")
    declare = ["attest", "document:runbook", "--statement", "it exists", "--document", "RUNBOOK.md"]
    assert run(declare) == USAGE
    replace_in(root / "roadworthy.yaml", "policy:", "documents: {runbook: RUNBOOK.md}\npolicy:")
    assert run(declare) == 0
    run(["eval", "run"])
    assert run(["gate"]) == SHIP
    (root / "RUNBOOK.md").write_text("Stop it twice.")
    assert run(["gate"]) == CANNOT_TELL
    (root / "RUNBOOK.md").unlink()

    assert run(["gate"]) == CANNOT_TELL


def test_output_that_cannot_be_written_is_never_read_as_blocked(root):
    run(["eval", "run"])
    for redirect in ("> /dev/full", ">&-"):
        program = f'"{sys.executable}" -c "from roadworthy.cli.main import main; main()" gate {redirect}'
        done = subprocess.run(program, shell=True, cwd=root, capture_output=True, check=False)  # noqa: S602 - fixed

        assert done.returncode not in (SHIP, BLOCKED), redirect


def test_a_reader_that_goes_away_is_neither_ship_nor_blocked(root):
    run(["eval", "run"])
    rw = f'"{sys.executable}" -c "from roadworthy.cli.main import main; main()"'
    program = f"set -o pipefail; {rw} controls --all | head -c 1"
    done = subprocess.run(["bash", "-c", program], cwd=root, capture_output=True, check=False)

    assert done.returncode in (0, 141)
    assert b"Traceback" not in done.stderr


def test_a_terminal_that_knows_ascii_alone_gets_the_same_answer(root):
    run(["eval", "run"])
    done = subprocess.run(
        [sys.executable, "-c", "from roadworthy.cli.main import main; main()", "gate"],
        cwd=root,
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )

    assert done.returncode == SHIP


def test_a_registered_run_whose_journal_is_gone_stops_the_gate(root, desk, capsys, programs):
    desk.stop_after = 10
    process = subprocess.Popen([programs / "rw", "eval", "run", "answers"], cwd=root, stderr=subprocess.PIPE)
    assert desk.reached.wait(60)
    process.kill()
    process.communicate()
    shutil.rmtree(root / ".roadworthy" / "runs")
    capsys.readouterr()

    assert run(["gate"]) == CANNOT_TELL
    assert "its journal is gone" in capsys.readouterr().err
