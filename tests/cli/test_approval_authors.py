"""Who wrote a release is read from the repository: those people do not approve it."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.governed_system import write_governed_system
from roadworthy.approvals.model import Answer
from roadworthy.core.errors import ConflictError, NotPermittedError
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.oversight.approving import Answering, answer_request
from roadworthy.runtime.oversight.authorship import authors_of_release
from roadworthy.runtime.oversight.requesting import request_release
from roadworthy.runtime.oversight.signing import KeyChoice
from roadworthy.runtime.workspace import Workspace


def as_person(root: Path, who: str) -> Workspace:
    return Workspace(root=root, environ={"ROADWORTHY_ACTOR": who})


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def commit(root: Path, message: str, *, author: str = "ada <ada@example.org>") -> str:
    (root / "prompts" / "answer.txt").write_text(message)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message, "--author", author)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_governed_system(tmp_path / "desk", keys=tmp_path / "keys")
    (root / ".gitignore").write_text(".roadworthy\n__pycache__\n")
    git(root, "init", "-q")
    commit(root, "first")
    return root


def test_authors_co_authors_and_committers_are_known_by_their_names_and_addresses(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    commit(root, "second\n\nCo-authored-by: ben <someone@example.org>", author="Someone Else <else@example.org>")
    workspace = as_person(root, "dora")
    assert workspace.governance is not None

    everybody = authors_of_release(workspace, workspace.governance, since=None)
    since_first = authors_of_release(workspace, workspace.governance, since=first)

    assert everybody.known == ("ada", "ben")
    assert len(everybody.unknown) == 1
    assert "else@example.org" not in everybody.unknown[0]
    assert since_first.known == ("ada", "ben")
    assert since_first.commit == git(root, "rev-parse", "HEAD")


def test_only_who_wrote_something_since_then_is_an_author(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    workspace = as_person(root, "dora")
    assert workspace.governance is not None

    assert authors_of_release(workspace, workspace.governance, since=first).known == ()
    assert authors_of_release(workspace, workspace.governance, since="0" * 40).known == ("ada",)
    assert authors_of_release(workspace, workspace.governance, since="HEAD; rm -rf /").known == ("ada",)


def test_changes_in_no_commit_are_whose_account_it_is(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    (root / "prompts" / "answer.txt").write_text("not committed")
    workspace = as_person(root, "dora")
    assert workspace.governance is not None

    assert authors_of_release(workspace, workspace.governance, since=first).known == ("dora",)


def test_an_author_may_not_approve_what_they_wrote(root: Path) -> None:
    commit(root, "by cleo", author="cleo <cleo@example.org>")
    assess_now(as_person(root, "ada"))
    request = request_release(as_person(root, "ben"), reason="").request
    key = KeyChoice(key=root.parent / "keys" / "cleo.pem")

    wanted = Answering(request=request.id, answer=Answer.APPROVE, role="release_manager")
    assert request.authors == ("ada", "cleo")
    with pytest.raises(NotPermittedError, match="cleo wrote what it is about"):
        answer_request(as_person(root, "cleo"), wanted, key=key)


def ask_and_answer(root: Path, *, who: str = "cleo", **changes: object) -> None:
    """Have what ben asks for, with ``changes`` slipped into the ledger in its place, approved by ``who``."""
    request = request_release(as_person(root, "ben"), reason="").request
    if changes:
        request = replace(request, id="request_FORGED", **changes)  # type: ignore[arg-type] # any field
        as_person(root, "ben").requests.add(request)
    key = KeyChoice(key=root.parent / "keys" / f"{who}.pem")
    wanted = Answering(request=request.id, answer=Answer.APPROVE, role="release_manager")
    answer_request(as_person(root, who), wanted, key=key)


def test_a_request_that_leaves_out_an_author_is_not_signed(root: Path) -> None:
    assess_now(as_person(root, "ada"))

    with pytest.raises(ConflictError, match="leaves out who wrote what it is about: ada"):
        ask_and_answer(root, authors=())
    assert not as_person(root, "ada").approvals.all()


def test_who_slips_in_a_request_without_authors_gains_nothing(root: Path) -> None:
    assess_now(as_person(root, "ada"))
    commit(root, "by a stranger", author="Someone <else@example.org>")

    with pytest.raises(ConflictError, match="1 whom the governance file does not know"):
        ask_and_answer(root, unknown_authors=(), authors=("ada",))


def test_case_hides_nobody(root: Path) -> None:
    commit(root, "by cleo", author="CLEO <nobody@example.org>")
    workspace = as_person(root, "dora")
    assert workspace.governance is not None

    assert "cleo" in authors_of_release(workspace, workspace.governance, since=None).known


def test_history_that_was_not_fetched_has_an_unknown_author(root: Path, tmp_path: Path) -> None:
    commit(root, "second")
    git(root, "clone", "-q", "--depth", "1", root.as_uri(), str(tmp_path / "clone"))
    workspace = as_person(tmp_path / "clone", "dora")
    assert workspace.governance is not None

    assert len(authors_of_release(workspace, workspace.governance, since=None).unknown) == 1
    assert not authors_of_release(as_person(root, "dora"), workspace.governance, since=None).unknown


def test_an_author_whom_the_file_does_not_know_stops_consent_in_the_tiers_that_ask_for_everybody(root: Path) -> None:
    commit(root, "by a stranger", author="Someone <else@example.org>")
    assess_now(as_person(root, "ada"))
    file = root / "governance.yaml"
    stated = file.read_text()
    file.write_text(f"{stated}unknown_authors_allowed: []\n")

    with pytest.raises(NotPermittedError, match="does not know 1 author"):
        ask_and_answer(root)
    file.write_text(f"{stated}unknown_authors_allowed: [minimal, limited, high, critical]\n")
    ask_and_answer(root)
    assert len(as_person(root, "ada").approvals.all()) == 1


def test_somebody_may_say_no_to_what_a_stranger_wrote(root: Path) -> None:
    commit(root, "by a stranger", author="Someone <else@example.org>")
    (root / "governance.yaml").write_text((root / "governance.yaml").read_text() + "unknown_authors_allowed: []\n")
    assess_now(as_person(root, "ada"))
    request = request_release(as_person(root, "ben"), reason="").request
    wanted = Answering(request=request.id, answer=Answer.REJECT, role="release_manager")

    said = answer_request(as_person(root, "cleo"), wanted, key=KeyChoice(key=root.parent / "keys" / "cleo.pem"))
    assert (said.record.asked_by, said.record.authors) == ("ben", request.authors)
