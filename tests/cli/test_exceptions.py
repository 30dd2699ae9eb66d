"""Exceptions, consent and recalls by the commands that people type, up to a verified pack."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from fakes.consenting_people import exception, held_exception
from fakes.gate_world import NOW
from fakes.governed_system import write_governed_system
from roadworthy.adapters.clock import SystemClock
from roadworthy.approvals.model import Consents
from roadworthy.cli.main import run
from roadworthy.cli.oversight.exception_text import view_lines
from roadworthy.exceptions.model import ExceptionState
from roadworthy.exceptions.standing import consent_to
from roadworthy.runtime.oversight.excepted import ExceptionView


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def data(self):
        return json.loads(self.out)


SHIP, BLOCKED, USAGE, CANNOT_TELL = 0, 1, 2, 3
ASK = ["--reason-code", "not_yet_feasible", "--justification", "the samples come next week"]


def in_days(days: int) -> str:
    return (SystemClock().now() + timedelta(days=days)).date().isoformat()


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory) -> Path:
    """The system after one of two evaluations was run: made once, copied by each test."""
    folder = tmp_path_factory.mktemp("governed")
    root = write_governed_system(folder / "desk", keys=folder / "keys")
    for arguments in (["assess"], ["eval", "run", "refusals"]):
        assert run([*arguments, "-C", str(root)]) == 0
    return folder


@pytest.fixture
def root(tmp_path: Path, evaluated: Path) -> Path:
    for name in ("desk", "keys"):
        shutil.copytree(evaluated / name, tmp_path / name)
    return tmp_path / "desk"


@pytest.fixture
def rw(root: Path, capsys, monkeypatch) -> Callable[..., Done]:
    """The commands, as somebody: ``rw("gate", by="ada")``."""
    monkeypatch.chdir(root)

    def call(*arguments: str, by: str = "ada") -> Done:
        monkeypatch.setenv("ROADWORTHY_ACTOR", by)
        capsys.readouterr()
        code = run(list(arguments))
        shown = capsys.readouterr()
        return Done(code, shown.out, shown.err)

    return call


def key(root: Path, who: str) -> list[str]:
    return ["--key", str(root.parent / "keys" / f"{who}.pem")]


def ask(rw, *rules: str, **how: str) -> Done:
    return rw(
        "exception", "request", *(rules or ("desk/answers-right",)), *ASK, "--compensate", "desk/refusals-hold",
        "--expires", how.get("expires", in_days(10)), "--format", "json",
    )  # fmt: skip


def release_approved(rw, root: Path) -> None:
    asked = rw("approval", "request", "--format", "json")
    assert asked.code == 0, asked.err
    done = rw("approval", "approve", id_of(asked.data), "--role", "release_manager", *key(root, "cleo"), by="cleo")
    assert done.code == 0, done.err


def id_of(data) -> str:
    """The id of a request, wherever it stands in what was printed."""
    text = json.dumps(data)
    start = text.index('"request_') + 1
    return text[start : text.index('"', start)]


@pytest.fixture
def shipped(rw, root) -> Callable[..., Done]:
    """The commands, after a release shipped on an approved exception and with consent; `exception` is its id."""
    asked = ask(rw)
    assert asked.code == 0, asked.err
    found = asked.data["exception"]["id"]
    assert rw("exception", "approve", found, "--role", "ai_owner", *key(root, "ben"), by="ben").code == 0
    release_approved(rw, root)
    assert rw("gate").code == SHIP
    rw.exception = found
    return rw


@pytest.mark.slow
def test_a_release_ships_on_an_exception_that_people_approved_and_the_pack_proves_it(shipped, root, tmp_path):
    why = shipped("why")
    pack, public = tmp_path / "desk.zip", root / ".roadworthy" / "keys" / "signing-key.pub.pem"

    assert why.code == SHIP
    assert "SHIP WITH CONDITIONS" in why.out
    assert f"let through by exception {shipped.exception}" in why.out
    assert "approved by cleo" in why.out
    assert "in force" in why.err
    assert shipped("pack", "-o", str(pack)).code == 0
    checked = shipped("verify", str(pack), "--key", str(public))
    assert checked.code == 0, checked.out
    assert "2 signed by people" in checked.out
    assert shipped("replay", "1.0.0").code == 0
    ahead = shipped("gate", "--at", in_days(220))
    assert ahead.code in (BLOCKED, CANNOT_TELL)

    report = (tmp_path / "report.html", tmp_path / "card.html")
    for command, path in zip(("report", "card"), report, strict=True):
        assert shipped(command, "-o", str(path)).code == 0
        assert shipped.exception in path.read_text()


@pytest.mark.slow
def test_ending_the_exception_voids_the_decision_and_the_gate_is_red(shipped, root):
    ended = shipped("exception", "revoke", shipped.exception, "--reason", "we run it now", by="dora")

    assert ended.code == 0
    assert ended.out.splitlines()[1].strip().startswith("dora revoked it")
    assert shipped("list", "decision", "--format", "json").data[-1]["standing"] == "voided"
    why = shipped("why")
    assert (why.code, "counts no more" in why.err) == (CANNOT_TELL, True)
    assert shipped("gate").code == CANNOT_TELL
    again = shipped("exception", "resolve", shipped.exception, "--reason", "twice", by="ben")
    assert (again.code, "already" in again.err) == (USAGE, True)


@pytest.mark.slow
def test_a_recall_is_shown_before_it_is_recorded_and_voids_what_rests_on_it(shipped):
    evidence = shipped("list", "evidence", "--format", "json").data[0]["id"]
    recall = ["evidence", "recall", evidence, "--cause", "evidence_false", "--reason", "the scorer was asleep"]
    shown = shipped(*recall, "--dry-run", "--format", "json", by="ben")

    assert (shown.data["recorded"], [one["id"] for one in shown.data["evidence"]]) == (False, [evidence])
    assert shown.data["releases"] == ["echo-desk 1.0.0"]
    assert shipped("evidence", "recalls", "--format", "json").data == []
    assert shipped(*recall, by="robot").code == USAGE
    assert shipped(*recall, by="somebody").code == USAGE
    assert shipped(*recall, by="ben").code == 0
    assert shipped("list", "decision", "--format", "json").data[-1]["standing"] == "voided"
    gate = shipped("gate", "--format", "json")
    assert gate.code == CANNOT_TELL
    (used,) = [e for r in gate.data["results"] for e in r["evidence"]]
    assert used["validity"] == "recalled"


@pytest.mark.slow
def test_who_may_not_and_what_is_outside_the_terms_is_refused_and_nothing_is_written(rw, root):
    assert ask(rw).code == 0
    (first,) = rw("exception", "list", "--format", "json").data
    found = first["exception"]["id"]

    def entries(kind: str) -> int:
        return sum(one["kind"] == kind for one in map(json.loads, log(root)))

    for refused in (
        rw("exception", "approve", found, "--role", "ai_owner", *key(root, "ada")),
        rw("exception", "approve", found, "--role", "release_manager", *key(root, "cleo"), by="cleo"),
        rw("exception", "approve", found, "--role", "ai_owner", *key(root, "dora"), by="ben"),
        rw("exception", "approve", found, "--role", "ai_owner", by="ben"),
        rw("exception", "revoke", found, "--reason", "x", by="nobody"),
    ):
        assert refused.code == USAGE
    assert (entries("approval"), entries("exception-end"), entries("refusal")) == (0, 0, 4)

    for wrong, match in (
        (ask(rw), "is requested"),
        (ask(rw, "desk/nothing"), "is not in force"),
        (ask(rw, "desk/owner-named"), "waived by nobody"),
        (ask(rw, expires=in_days(700)), "allows"),
        (ask(rw, expires="2020-01-01"), "after"),
        (ask(rw, expires="soon"), "no time"),
    ):
        assert wrong.code == USAGE
        assert match in wrong.err
    assert entries("exception") == 1


def log(root: Path) -> list[str]:
    from roadworthy.evidence.chain import encode_log
    from roadworthy.runtime.workspace import Workspace

    return encode_log(Workspace(root=root).ledger.entries()).decode().splitlines()


@pytest.mark.slow
def test_a_renewal_is_a_new_request_and_there_is_one_at_a_time(rw, root):
    found = ask(rw).data["exception"]["id"]
    renew = ["exception", "renew", found, "--expires", in_days(20), "--review-note"]

    assert rw(*renew, " ").code == USAGE
    renewed = rw(*renew, "the samples are late", "--format", "json")
    assert (renewed.data["exception"]["renewal"], renewed.data["state"]) == (1, "requested")
    again = rw(*renew, "once more")
    assert (again.code, "renewed already" in again.err) == (USAGE, True)
    other = renewed.data["exception"]["id"]
    assert rw("exception", "reject", other, "--role", "ai_owner", *key(root, "ben"), by="ben").code == 0
    assert rw("exception", "show", other, "--format", "json").data["state"] == "rejected"
    reasons = rw("exception", "reasons", "--format", "json").data
    assert (reasons["live"], reasons["total"], reasons["most_renewals"]) == (0, 2, 1)


def test_what_somebody_typed_cannot_steer_the_terminal_of_who_reads_it():
    one = replace(exception("base/unmet"), justification="fine\x1b[2J\u202eenif")
    view = ExceptionView(
        exception=one,
        digest="",
        state=ExceptionState.REQUESTED,
        reason="",
        scope="",
        consent=consent_to(held_exception(one), consents=Consents(), governance=None, now=NOW),
        end=None,
        renewed_by=(),
        days_left=None,
        is_expiring=False,
        decisions=(),
    )
    shown = "\n".join(view_lines(view))

    assert "fineU+001B[2JU+202Eenif" in shown
    assert "\x1b[2J" not in shown
