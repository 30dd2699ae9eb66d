"""Promise: what is cut short, done twice at once or done by a wrong clock is not lost, and never half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fakes.databases import ENGINES, Place
from fakes.governed_system import write_governed_system
from fakes.mortal import KILLED, at_once, ends_after
from roadworthy.adapters.clock import FixedClock, SystemClock
from roadworthy.adapters.signing import PUBLIC_NAME
from roadworthy.approvals.model import Answer
from roadworthy.approvals.standing import ConsentState
from roadworthy.core.errors import ConflictError, NotPermittedError
from roadworthy.exceptions.model import ExceptionState
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.governance.model import ConsentKind
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.gating import judge_candidate, record_decision
from roadworthy.runtime.log import verify_log
from roadworthy.runtime.oversight.amending import Lending, delegate, withdraw
from roadworthy.runtime.oversight.approving import Answering, answer_request
from roadworthy.runtime.oversight.excepted import ensure_request, list_exceptions
from roadworthy.runtime.oversight.excepting import (
    answer_exception,
    end_exception,
    renew_exception,
    request_exception,
    wish_of,
)
from roadworthy.runtime.oversight.recalling import record_recall
from roadworthy.runtime.oversight.requesting import request_release
from roadworthy.runtime.oversight.signing import KeyChoice
from roadworthy.runtime.packing import write_pack
from roadworthy.runtime.trust.bearing import exceptions_known
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.trust.rotating import rotate
from roadworthy.runtime.verifying import verify_pack
from roadworthy.runtime.workspace import DATABASE, Workspace

DAY, SKEW = timedelta(days=1), timedelta(seconds=300)


@dataclass(frozen=True)
class Office:
    """A governed system with its ledger in some database."""

    root: Path
    address: str = ""

    def of(self, who: str, *, at: datetime | None = None) -> Workspace:
        environ = {"ROADWORTHY_ACTOR": who, DATABASE: self.address}
        return Workspace(root=self.root, environ=environ, **({} if at is None else {"clock": FixedClock(at=at)}))

    def key(self, who: str) -> KeyChoice:
        return KeyChoice(key=self.root.parent / "keys" / f"{who}.pem")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """On SQLite."""
    made = Office(root=write_governed_system(tmp_path / "desk", keys=tmp_path / "keys"))
    assess_now(made.of("ada"))
    return made


def key(workspace: Workspace) -> KeyChoice:
    return KeyChoice(key=workspace.root.parent / "keys" / f"{workspace.actor}.pem")


def ask_for_exception(workspace: Workspace) -> object:
    wish = wish_of(
        rules=["desk/answers-right"],
        reason_code="legacy",
        justification="mended next week",
        expires_at=workspace.clock.now() + 3 * DAY,
    )
    return request_exception(workspace, wish)


def last_exception(workspace: Workspace) -> str:
    return workspace.exceptions.all()[-1].record.id


def approve(workspace: Workspace) -> object:
    wanted = Answering(request=workspace.requests.all()[-1].record.id, answer=Answer.APPROVE, role="release_manager")
    return answer_request(workspace, wanted, key=key(workspace))


def approve_exception(workspace: Workspace) -> object:
    return answer_exception(workspace, last_exception(workspace), approving=True, role="ai_owner", key=key(workspace))


def renew(workspace: Workspace) -> object:
    until = workspace.clock.now() + 4 * DAY
    return renew_exception(workspace, last_exception(workspace), expires_at=until, review_note="looked at it")


def lend(workspace: Workspace) -> object:
    now = workspace.clock.now()
    wanted = Lending(
        borrower="dora",
        role="release_manager",
        kinds=(ConsentKind.RELEASE,),
        starts_at=now,
        ends_at=now + DAY,
        reason="away",
    )
    return delegate(workspace, wanted, key=key(workspace))


def take_back(workspace: Workspace) -> object:
    mine = workspace.approvals.all()[0].record.id
    return withdraw(workspace, mine, reason="thought again", key=key(workspace))


def recall(workspace: Workspace) -> object:
    now = workspace.clock.now()
    record = Recall(
        id=workspace.ids.new("recall"),
        cause=RecallCause.COLLECTOR_FAULTY,
        reason="it skipped answers",
        producer="some collector",
        recorded_by="ben",
        recorded_at=now,
    )
    return record_recall(workspace, record)


STORY: tuple[tuple[str, str, Callable[[Workspace], object]], ...] = (
    ("approval-request", "ada", lambda w: request_release(w, reason="")),
    ("approval", "cleo", approve),
    ("delegation", "cleo", lend),
    ("withdrawal", "cleo", take_back),
    ("exception", "ada", ask_for_exception),
    ("approval", "ben", approve_exception),
    ("exception", "ada", renew),
    ("exception-end", "dora", lambda w: end_exception(w, last_exception(w), end="revoked", reason="enough")),
    ("recall", "ben", recall),
    ("key-transition", "ada", rotate),
    ("decision", "ada", lambda w: record_decision(w, judge_candidate(w))),
)
"""What is done, one after the other: which kind of record it makes, who does it, and how."""


JUDGING = {("approval-request", "ada"), ("exception", "ada"), ("decision", "ada"), ("approval", "cleo")}
"""What judges the release first, which takes long, so that it dies at every fifth write. That no statement leaves half
a record behind is tried for each one in the tests of the store."""


@pytest.fixture(params=ENGINES)
def any_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    place = Place(request.param, tmp_path)
    root = write_governed_system(tmp_path / "desk", keys=tmp_path / "keys")
    made = Office(root=root, address=place.address if request.param == "postgres" else "")
    assess_now(made.of("ada"))
    yield made
    place.close()


@pytest.mark.slow
def test_what_is_killed_at_any_write_is_done_wholly_or_not_at_all_and_can_be_done_again(any_office: Office) -> None:
    kills, every = 0, 2 if any_office.address else 1
    for kind, who, do in STORY:
        before = num_records(any_office, kind)
        for writes in range(0, 100, 5 if (kind, who) in JUDGING else every):
            ended = ends_after(writes, any_office.root, who=who, do=do, address=any_office.address)
            assert ended in (0, KILLED), (kind, writes)
            kills += ended == KILLED
            now = require_whole(any_office, kind)
            assert now - before in ((1,) if ended == 0 else (0, 1))
            if now > before:
                break
        assert num_records(any_office, kind) == before + 1
    assert kills > 3 * len(STORY)


def num_records(office: Office, kind: str) -> int:
    workspace = office.of("ada")
    return sum(entry.kind == kind for entry in workspace.ledger.entries())


def require_whole(office: Office, kind: str) -> int:
    """Require that log, records and signatures hold, and return how many records of a kind there are."""
    workspace = office.of("ada")
    verify_log(workspace)
    said = consents_of(workspace)
    signed = (*said.approvals, *said.delegations, *said.withdrawals)
    assert all(item.signed.holds for item in signed)
    for held in exceptions_known(workspace):
        assert ensure_request(workspace, held).about == held.exception.id
    found = sum(entry.kind == kind for entry in workspace.ledger.entries())
    workspace.ledger.close()
    return found


@pytest.mark.slow
def test_a_pack_that_is_killed_at_any_write_is_there_whole_or_not_at_all(office: Office) -> None:
    workspace = office.of("ada")
    record_decision(workspace, judge_candidate(workspace))
    workspace.ledger.close()
    target = office.root / "desk.rwpack.zip"

    for writes in range(30):
        ended = ends_after(writes, office.root, who="ada", do=lambda w: write_pack(w, None, target))
        public = office.root / ".roadworthy" / "keys" / PUBLIC_NAME
        if target.exists():
            assert verify_pack(target, key=public, at=None, checkpoint=None).intact
        if ended == 0:
            break
    assert writes >= 1
    assert target.exists()
    assert ended == 0


def test_two_who_approve_at_once_are_both_heard_and_of_two_who_end_one_is_told(office: Office) -> None:
    ask_for_exception(office.of("ada"))
    workspace = office.of("ada")
    exception = last_exception(workspace)

    workspace.ledger.close()

    def approving(who: str) -> Callable[[], object]:
        return lambda: answer_exception(office.of(who), exception, approving=True, role="ai_owner", key=office.key(who))

    def ending(who: str) -> Callable[[], object]:
        return lambda: end_exception(office.of(who), exception, end="revoked", reason="enough")

    assert at_once(approving("ben"), approving("dora")) == ["done", "done"]
    assert {held.approval.approver for held in consents_of(office.of("ada")).approvals} == {"ben", "dora"}
    assert at_once(ending("ben"), ending("dora")) == ["ConflictError", "done"]
    assert len(office.of("ada").exception_ends.all()) == 1
    verify_log(office.of("ada"))


def test_an_approval_that_comes_in_while_what_was_said_is_read_is_read_whole(office: Office) -> None:
    request_release(office.of("ada"), reason="")
    reader = office.of("ada")

    class ApprovedMeanwhile:
        """The reader's own store of requests; somebody approves right after it was read."""

        store = reader.requests

        def all(self) -> object:
            yield from self.store.all()
            approve(office.of("cleo"))

    vars(reader)["requests"] = ApprovedMeanwhile()
    assert [held.approval.approver for held in consents_of(reader).approvals] == ["cleo"]


def test_an_edit_between_asking_and_approving_signs_nothing(office: Office) -> None:
    request_release(office.of("ada"), reason="")
    (office.root / "prompts" / "answer.txt").write_text("Answer otherwise.")

    with pytest.raises(ConflictError, match="release changed"):
        approve(office.of("cleo"))
    assert not office.of("ada").approvals.all()


@pytest.mark.parametrize(
    ("off", "state"),
    [
        pytest.param(SKEW / 2, ConsentState.APPROVED, id="a little behind"),
        pytest.param(2 * SKEW, ConsentState.IN_REVIEW, id="far behind"),
    ],
)
def test_a_clock_that_is_behind_is_forgiven_only_within_the_skew(office: Office, off: timedelta, state) -> None:
    now = SystemClock().now()
    request_release(office.of("ada", at=now), reason="")
    if state is ConsentState.APPROVED:
        approve(office.of("cleo", at=now - off))
    else:
        with pytest.raises(NotPermittedError, match="dated before the request"):
            approve(office.of("cleo", at=now - off))

    assert judge_candidate(office.of("ada", at=now)).decision.consent.state is state


def test_a_clock_that_is_set_back_brings_no_ended_consent_back(office: Office) -> None:
    now = SystemClock().now()
    ask_for_exception(office.of("ada", at=now))
    approve_exception(office.of("ben", at=now))
    end_exception(office.of("dora", at=now + DAY), last_exception(office.of("ada")), end="revoked", reason="enough")

    (back,) = list_exceptions(office.of("ada", at=now - DAY), everything=True)
    assert back.state is ExceptionState.REVOKED


def changed_key(office: Office, who: str, before: str, after: str) -> None:
    file = office.root / "governance.yaml"
    head, rest = file.read_text().split(f"- id: {who}-key", 1)
    assert before in rest
    file.write_text(f"{head}- id: {who}-key{rest.replace(before, after, 1)}")


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("valid_until: 2025-01-01T00:00:00Z", "had expired"),
        (
            "valid_until: 2060-01-01T00:00:00Z\n        revoked_at: 2026-01-01T00:00:00Z\n        "
            "revoked_because: left",
            "had been revoked",
        ),
        (
            "valid_until: 2060-01-01T00:00:00Z\n        revoked_at: 2026-01-01T00:00:00Z\n        "
            "revoked_because: compromised",
            "was compromised",
        ),
    ],
)
def test_a_key_that_ended_signs_nothing_that_is_stored(office: Office, line: str, match: str) -> None:
    request_release(office.of("ada"), reason="")
    changed_key(office, "cleo", "valid_until: 2060-01-01T00:00:00Z", line)

    with pytest.raises(NotPermittedError, match=match):
        approve(office.of("cleo"))
    assert not office.of("ada").approvals.all()


def test_what_a_stolen_key_signed_before_counts_no_more_and_what_a_retired_one_signed_does(office: Office) -> None:
    request_release(office.of("ada"), reason="")
    approve(office.of("cleo"))
    valid = "valid_until: 2060-01-01T00:00:00Z"
    soon = SystemClock().now() + timedelta(seconds=1)
    end = f"\n        revoked_at: {soon:%Y-%m-%dT%H:%M:%SZ}\n        revoked_because: "

    assert judge_candidate(office.of("ada")).decision.consent.state is ConsentState.APPROVED
    changed_key(office, "cleo", valid, f"{valid}{end}superseded")
    assert judge_candidate(office.of("ada")).decision.consent.state is ConsentState.APPROVED
    changed_key(office, "cleo", "revoked_because: superseded", "revoked_because: compromised")
    assert judge_candidate(office.of("ada")).decision.consent.state is not ConsentState.APPROVED
