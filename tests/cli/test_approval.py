"""Consent by the commands that people type: asked for, refused, given, voided, taken back."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.governed_system import write_governed_system
from roadworthy.approvals.model import Answer
from roadworthy.approvals.standing import ConsentState
from roadworthy.cli.main import run
from roadworthy.core.errors import ConflictError, NotPermittedError
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.oversight.approving import Answering, answer_request
from roadworthy.runtime.oversight.requesting import request_release
from roadworthy.runtime.oversight.showing import show
from roadworthy.runtime.oversight.signing import KeyChoice
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def asked_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A governed system that was assessed, and consent to whose release ada asked for; made once, copied by each."""
    folder = tmp_path_factory.mktemp("governed")
    root = write_governed_system(folder / "desk", keys=folder / "keys")
    assess_now(as_person(root, "ada"))
    return folder, request_release(as_person(root, "ada"), reason="").request.id


@pytest.fixture
def root(asked_once: tuple[Path, str], tmp_path: Path) -> Path:
    shutil.copytree(asked_once[0], tmp_path / "copy")
    return tmp_path / "copy" / "desk"


@pytest.fixture
def request_id(asked_once: tuple[Path, str]) -> str:
    return asked_once[1]


@pytest.fixture
def rw(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
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


def as_person(root: Path, who: str) -> Workspace:
    return Workspace(root=root, environ={"ROADWORTHY_ACTOR": who})


def states(rw: Callable[..., Done], by: str = "ada") -> list[str]:
    return [row["state"] for row in json.loads(rw("approval", "list", "--format", "json", by=by).out)]


def kinds(root: Path) -> list[str]:
    return [entry.kind for entry in as_person(root, "ada").ledger.entries()]


def test_a_release_is_asked_for_approved_shown_and_voided_by_an_edit(
    root: Path, rw: Callable[..., Done], request_id: str
) -> None:
    assert "waits for you as release_manager" in rw("approval", "list", by="cleo").out
    assert "waits for you" not in rw("approval", "list", by="ben").out

    given = rw("approval", "approve", request_id, "--role", "release_manager", *key(root, "cleo"), by="cleo")
    assert given.code == 0, given.err
    assert states(rw) == ["approved"]

    (root / "prompts" / "answer.txt").write_text("Answer otherwise.")
    shown = rw("approval", "show", request_id)
    assert "VOIDED  since cleo looked: facts, release changed" in shown.out
    assert "prompt: answer-prompt changed" in shown.out
    assert states(rw) == ["voided"]
    again = rw("approval", "approve", request_id, "--role", "release_manager", *key(root, "cleo"), by="cleo")
    assert again.code == 2
    assert "release changed" in again.err


def test_the_gate_goes_by_consent(root: Path, rw: Callable[..., Done], request_id: str) -> None:
    rejected = rw("approval", "reject", request_id, "--role", "release_manager", *key(root, "cleo"), by="cleo")

    assert rejected.code == 0, rejected.err
    assert rw("gate").code == 1
    decision = as_person(root, "ada").decisions.latest()
    assert decision is not None
    assert decision.record.consent is not None
    assert decision.record.consent.state is ConsentState.REJECTED


@pytest.mark.parametrize(
    ("who", "signs", "role", "because"),
    [
        pytest.param("ada", "ada", "release_manager", "separation_of_duties", id="the requester"),
        pytest.param("ben", "ben", "release_manager", "not_in_role", id="a role that they do not hold"),
        pytest.param("ben", "ben", "ai_owner", "no_seat", id="a role that has no say"),
        pytest.param("cleo", "ben", "release_manager", "key_does_not_count", id="somebody else's key"),
        pytest.param("robot", "cleo", "release_manager", "not_human", id="a service"),
        pytest.param("mallory", "cleo", "release_manager", "unknown_person", id="a stranger"),
    ],
)
def test_who_may_not_answer_is_refused_and_nothing_but_that_is_written(
    root: Path, request_id: str, *, who: str, signs: str, role: str, because: str
) -> None:
    before = kinds(root)
    workspace = as_person(root, who)
    key = KeyChoice(key=root.parent / "keys" / f"{signs}.pem")

    for answer in (Answer.APPROVE, Answer.REJECT, Answer.ABSTAIN):
        wanted = Answering(request=request_id, answer=answer, role=role, comment="let me")
        with pytest.raises(NotPermittedError, match="refused and logged as refusal_"):
            answer_request(workspace, wanted, key=key)

    assert kinds(root) == [*before, "refusal", "refusal", "refusal"]
    refused = [stored.record for stored in workspace.refusals.all()]
    assert [record.action for record in refused] == ["approve", "reject", "abstain"]
    assert {record.because.value for record in refused} == {because}
    assert "mallory" not in {record.by for record in refused}


def test_who_may_not_approve_is_told_so_and_the_command_exits_with_2(
    root: Path, rw: Callable[..., Done], request_id: str
) -> None:
    done = rw("approval", "approve", request_id, "--role", "release_manager", *key(root, "ada"), by="ada")

    assert done.code == 2
    assert "ada asked for it: nobody approves their own request" in done.err


def test_an_approval_with_a_condition_is_met_by_another_person_and_withdrawn_by_its_giver(
    root: Path, rw: Callable[..., Done], request_id: str
) -> None:
    approve = ["approval", "approve", request_id, "--role", "release_manager", *key(root, "cleo"), "--format", "json"]
    given = rw(*approve, "--condition", "turn the log off; due 2059-12-24", by="cleo")
    assert given.code == 0, given.err
    approval = json.loads(given.out)["id"]

    assert rw("approval", "met", approval, "--note", "off", *key(root, "ben"), by="ben").code == 2
    assert rw("approval", "met", approval, "--note", "off", *key(root, "cleo"), by="cleo").code == 0
    assert rw("approval", "withdraw", approval, "--reason", "no", *key(root, "ben"), by="ben").code == 2
    back = rw("approval", "withdraw", approval, "--reason", "no", *key(root, "cleo"), by="cleo")
    assert back.code == 0, back.err
    assert states(rw) == ["in_review"]
    assert rw("approval", "withdraw", request_id, "--reason", "not yet", by="ada").code == 0
    assert states(rw) == ["withdrawn"]


def test_a_lent_role_is_used_without_being_named(root: Path, rw: Callable[..., Done], request_id: str) -> None:
    lend = ["approval", "delegate", "release_manager", "--to", "dora", "--until", "2059-01-01", "--reason", "away"]

    assert rw(*lend, *key(root, "ben"), by="ben").code == 2
    assert rw(*lend, *key(root, "cleo"), by="cleo").code == 0
    given = rw("approval", "approve", request_id, "--role", "release_manager", *key(root, "dora"), by="dora")

    assert given.code == 0, given.err
    assert states(rw) == ["approved"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param([], "with which key you sign", id="no key"),
        pytest.param(["--key", "a", "--ssh-key", "b"], "with which key you sign", id="two keys"),
        pytest.param(["--key", "nowhere.pem"], "not a plain file", id="no such key"),
        pytest.param(["--signer", "nothing"], "NAME:WHAT", id="no signer"),
        pytest.param(["--signer", "other:x"], "no signer is called 'other'", id="unknown signer"),
        pytest.param(["--signer", "command:false"], "failed with exit code 1", id="a command that fails"),
    ],
)
def test_a_key_that_cannot_sign_signs_nothing(
    root: Path, rw: Callable[..., Done], arguments: list[str], problem: str, request_id: str
) -> None:
    before = kinds(root)

    done = rw("approval", "approve", request_id, "--role", "release_manager", *arguments, by="cleo")

    assert done.code == 2
    assert problem in done.err
    assert kinds(root) == before


@pytest.mark.parametrize(
    ("flag", "value", "problem"),
    [
        ("--condition", "no day", "needs a text and a day"),
        ("--condition", "x; due yesterday", "is no day"),
        ("--condition", "x; due 2020-01-01", "due before today"),
        ("--condition", "x; due 2059-01-01; colour red", "says 'colour red'"),
        ("--comment", "fine \x1b[2J", "holds control characters"),
        ("--comment", "x" * 4_001, "a text of 4001 characters"),
        ("--until", "2059-01-01T00:00:00", "is no time"),
        ("--until", "2059-01-01", "not later than the governance file lets it"),
    ],
)
def test_an_answer_that_is_not_sound_is_refused(
    root: Path, rw: Callable[..., Done], request_id: str, *, flag: str, value: str, problem: str
) -> None:

    done = rw(
        "approval", "approve", request_id, "--role", "release_manager", flag, value, *key(root, "cleo"), by="cleo"
    )

    assert done.code == 2
    assert problem in done.err


def test_an_edit_between_looking_and_signing_is_noticed(root: Path, rw: Callable[..., Done], request_id: str) -> None:
    workspace = as_person(root, "cleo")
    assert show(workspace, request_id).standing.state is ConsentState.IN_REVIEW

    (root / "prompts" / "answer.txt").write_text("Edited while somebody was reading.")

    with pytest.raises(ConflictError, match="release changed"):
        answer_request(
            workspace,
            Answering(request=request_id, answer=Answer.APPROVE, role="release_manager"),
            key=KeyChoice(key=root.parent / "keys" / "cleo.pem"),
        )
    assert workspace.approvals.all() == []


def test_two_people_who_answer_at_once_are_both_kept(root: Path) -> None:
    text = (root / "governance.yaml").read_text().replace("{role: release_manager}", "{role: ai_owner, count: 2}")
    (root / "governance.yaml").write_text(text)
    request_id = request_release(as_person(root, "ada"), reason="").request.id
    failed: list[BaseException] = []

    def answer(who: str) -> None:
        try:
            answer_request(
                as_person(root, who),
                Answering(request=request_id, answer=Answer.APPROVE, role="ai_owner"),
                key=KeyChoice(key=root.parent / "keys" / f"{who}.pem"),
            )
        except BaseException as error:  # noqa: BLE001 - handed to the test, which fails on it
            failed.append(error)

    threads = [threading.Thread(target=answer, args=(who,)) for who in ("ben", "dora")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    found = show(as_person(root, "ada"), request_id).standing
    assert (found.state, found.approvers) == (ConsentState.APPROVED, ("ben", "dora"))


def test_an_approval_that_was_changed_in_the_store_does_not_count(
    root: Path, rw: Callable[..., Done], request_id: str
) -> None:
    rw("approval", "approve", request_id, "--role", "release_manager", *key(root, "cleo"), by="cleo")
    workspace = as_person(root, "ada")
    (stored,) = workspace.approvals.all()
    forged = stored.record
    copied = type(forged)(**{**{f: getattr(forged, f) for f in forged.__slots__}, "id": "approval_forged"})
    other = as_person(root, "ada")
    other.approvals.add(copied, envelopes=stored.envelopes)

    counted = {item.approval: item for item in show(as_person(root, "ada"), request_id).standing.approvals}

    assert counted[forged.id].counts
    assert not counted["approval_forged"].counts
    assert "no key of cleo" in counted["approval_forged"].reason


def test_without_a_governance_file_nobody_can_be_asked(root: Path, rw: Callable[..., Done]) -> None:
    (root / "governance.yaml").unlink()

    done = rw("approval", "request")

    assert done.code == 2
    assert "rw governance init" in done.err
    made = rw("governance", "init")
    assert made.code == 0, made.err
    assert rw("governance", "check").code == 0
    assert rw("governance", "init").code == 2


def test_an_organisation_s_file_outside_the_repository_is_used(
    root: Path, rw: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = root.parent / "organisation.yaml"
    (root / "governance.yaml").rename(elsewhere)
    monkeypatch.setenv("ROADWORTHY_GOVERNANCE", str(elsewhere))

    assert rw("governance", "check").code == 0
    assert json.loads(rw("approval", "request", "--format", "json").out)["request"]["requested_by"] == "ada"


def test_an_auditor_reads_and_asks_for_nothing(root: Path, rw: Callable[..., Done]) -> None:
    text = (root / "governance.yaml").read_text().replace("consent:", "  - {id: otto, roles: [auditor]}\nconsent:")
    (root / "governance.yaml").write_text(text)
    assert rw("approval", "request", by="otto").code == 2
    assert rw("approval", "list", by="otto").code == 0


def test_a_refusal_holds_no_name_that_the_file_does_not_know(root: Path, rw: Callable[..., Done]) -> None:
    with pytest.raises(NotPermittedError, match="nobody of the governance file"):
        request_release(as_person(root, "Mallory Smith"), reason="")

    (stored,) = as_person(root, "ada").refusals.all()
    assert stored.record.by.startswith("sha256:")
