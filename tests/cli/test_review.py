"""`rw review …` as people type it: an intake form, triage, questions, a decision, a queue; and what is refused."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
from datetime import date

import pytest

from fakes.review_people import GOVERNANCE_YAML
from fakes.small_system import write_system
from roadworthy.cli.main import run
from roadworthy.core.errors import ConfigError, ConflictError, NotPermittedError, VerificationError
from roadworthy.core.severity import RiskTier
from roadworthy.reviews.model import (
    Answered,
    Asked,
    Decided,
    Outcome,
    Reopened,
    ReviewChange,
    ReviewKind,
    Submitted,
    Triaged,
    Withdrawn,
)
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.log import verify_log
from roadworthy.runtime.reviews.moving import all_reviews, review_named, take
from roadworthy.runtime.reviews.opening import Wanted, intake, open_review, write_form
from roadworthy.runtime.workspace import Workspace

DUE = "2099-01-01"


@pytest.fixture
def root(tmp_path, monkeypatch):
    root = write_system(tmp_path / "desk")
    (root / "governance.yaml").write_text(GOVERNANCE_YAML)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def rw(root, capsys, monkeypatch):
    def call(*arguments, by="ada", code=0):
        monkeypatch.setenv("ROADWORTHY_ACTOR", by)
        capsys.readouterr()
        done = run([str(argument) for argument in arguments])
        found = capsys.readouterr()
        assert done == code, found.out + found.err
        return found

    return call


def workspace_of(root, actor):
    return Workspace(root=root, environ={"ROADWORTHY_ACTOR": actor})


def submitted(root, **given):
    """Open a review as ada and hand it in; by the services, for a command takes longer to be looked up."""
    wanted = Wanted(**({"kind": ReviewKind.RELEASE, "title": "Echo desk 1.0.0"} | given))
    review = open_review(workspace_of(root, "ada"), wanted).review.id
    take(workspace_of(root, "ada"), review, Submitted())
    return review


def in_review(root, **given):
    """Have bea look at a review of ada's."""
    review = submitted(root, **given)
    step = Triaged(tier=RiskTier.LIMITED, reviewer="bea", reason="answers only")
    take(workspace_of(root, "bea"), review, step)
    return review


def asked(root, review):
    """Have bea ask ada something: q1."""
    take(workspace_of(root, "bea"), review, Asked(question="q1", text="Why?", to="ada", due=date(2099, 1, 1)))


def test_an_intake_form_is_answered_by_the_manifest_where_the_team_says_nothing(rw, root):
    rw("review", "intake", "form.yaml", "--empty")
    form = root / "form.yaml"
    text = form.read_text().replace("title:\n", "title: Echo desk\n", 1)
    form.write_text(text.replace("  benefit:\n", "  benefit: people wait less\n"))

    state = json.loads(rw("review", "intake", "form.yaml", "--format", "json").out)

    answers = {question["id"]: question["answer"] for question in state["questions"]}
    assert state["status"] == "submitted"
    assert answers["purpose"] == {
        "kind": "given",
        "text": "Answers two kinds of question.",
        "source": "manifest",
        "evidence": [],
    }
    assert answers["benefit"]["source"] == "form"
    assert answers["worst-case"] == {"kind": "unanswered"}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("title:\n", "title: ''\n", "the title is empty"),
        ("  benefit:\n", "  benefits: more\n", "'benefits' is no question of the template intake"),
        ("  minors:\n", "  minors: perhaps\n", "answer one of yes, no, got 'perhaps'"),
        ("tier_claimed:", "tier_claimed: huge #", "'huge' is not a valid RiskTier"),
        ("template: intake", "template: ../../etc/passwd", "lies outside of the folder"),
        ("  users:\n", "  users: {a: b}\n", "answers.users"),
    ],
)
def test_a_form_that_does_not_read_is_an_error_and_opens_nothing(root, old, new, problem):
    form, workspace = root / "form.yaml", workspace_of(root, "ada")
    write_form(workspace, form)
    text = form.read_text().replace(old, new, 1)
    form.write_text(text.replace("\ntitle:\n", "\ntitle: Desk\n"))

    with pytest.raises(ConfigError, match=problem):
        intake(workspace, form, submit=True)
    assert all_reviews(workspace) == ()


def test_a_review_is_asked_about_answered_and_decided(rw, root):
    rw("freeze")
    review = in_review(root, about=("1.0.0",))
    rw("review", "ask", review, "Who reads the log?", "--due", DUE, by="bea")
    assert "q1 has no answer" in rw("review", "queue").out
    assert (
        "1 questions have no answer (q1)"
        in rw("review", "decide", review, "approve", "--as", "risk_reviewer", "--reason", "fine", by="bea", code=2).err
    )
    rw("review", "answer", review, "q1", "The desk team.")
    decided = ("review", "decide", review, "approve_with_conditions", "--as", "risk_reviewer", "--reason", "fine")
    rw(*decided, "--condition", f"mask names; due {DUE}; rule desk/owner-named", by="bea")

    shown = rw("review", "show", review).out
    assert "approved_with_conditions" in shown
    assert f"condition: mask names, due {DUE}, told by rule desk/owner-named" in shown
    assert review not in rw("review", "list").out
    assert review in rw("review", "list", "--all").out


def test_the_queue_says_what_is_new_on_what_it_rests_and_what_is_missing(rw, root):
    rw("freeze")
    first = in_review(root, about=("1.0.0",))
    rw("review", "decide", first, "reject", "--as", "risk_reviewer", "--reason", "too early", by="bea")
    (root / "prompts" / "answer.txt").write_text("Answer kindly.\n")
    manifest = root / "roadworthy.yaml"
    manifest.write_text(manifest.read_text().replace("version: 1.0.0", "version: 1.1.0"))
    rw("assess")
    rw("gate", code=3)
    second = submitted(root, about=("1.1.0",))

    (item,) = json.loads(rw("review", "queue", "--format", "json").out)["items"]
    text = rw("review", "queue").out

    assert item["state"]["review"]["previous"] == first
    assert {"name": "prompt answer-prompt", "change": "changed"} in item["differences"]
    assert item["basis"]["decision"].startswith("decision_")
    assert "rule desk/answers-right: missing" in item["missing"]
    assert "nobody has triaged it" in item["missing"]
    assert second in text
    assert re.search(r"triage running: 0 of 2 working days, due \d{4}-", text)


def test_the_queue_is_ordered_by_risk_and_an_unknown_tier_is_not_last(rw, root):
    minimal = submitted(root, tier=RiskTier.MINIMAL)
    unknown = submitted(root)
    high = submitted(root, tier=RiskTier.HIGH)

    items = json.loads(rw("review", "queue", "--format", "json").out)["items"]

    assert [item["state"]["review"]["id"] for item in items] == [unknown, high, minimal]
    assert len(json.loads(rw("review", "queue", "--mine", "--format", "json", by="eve").out)["items"]) == 0


def committed(root, author):
    identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    (root / ".gitignore").write_text(".roadworthy\n__pycache__\n")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x", "--author", author]):
        subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True, timeout=60)


def test_who_wrote_what_is_reviewed_is_read_from_the_repository_and_does_not_decide(rw, root):
    committed(root, "bea <bea@example.org>")

    review = submitted(root)
    vendor = submitted(root, kind=ReviewKind.VENDOR)

    assert review_named(workspace_of(root, "ada"), review).review.authors == ("ada", "bea")
    assert review_named(workspace_of(root, "ada"), vendor).review.authors == ()
    step = Triaged(tier=RiskTier.CRITICAL, reviewer="cem", reason="x")
    with pytest.raises(NotPermittedError, match="bea wrote what is reviewed"):
        take(workspace_of(root, "bea"), review, step)
    assert take(workspace_of(root, "cem"), review, step).reviewer == "cem"
    (root / "prompts" / "answer.txt").write_text("By nobody known.\n")
    committed(root, "Some One <one@example.org>")
    again = submitted(root)
    assert len(review_named(workspace_of(root, "ada"), again).review.unknown_authors) == 1
    assert "and 1 unknown to the governance file" in rw("review", "show", again).out


def test_a_rejection_that_was_reopened_and_withdrawn_is_still_the_review_before(root):
    review = in_review(root)
    take(workspace_of(root, "bea"), review, REJECTED)
    with pytest.raises(NotPermittedError, match="ada asked for the review"):
        take(workspace_of(root, "ada"), review, Reopened(reason="we disagree"))
    take(workspace_of(root, "cem"), review, Reopened(reason="look again"))
    take(workspace_of(root, "ada"), review, Withdrawn(reason="never mind"))

    assert review_named(workspace_of(root, "ada"), submitted(root)).review.previous == review


REJECTED = Decided(outcome=Outcome.REJECT, role="risk_reviewer", reason="x")


@pytest.mark.parametrize(
    ("by", "step", "why"),
    [
        ("ada", REJECTED, "ada asked for the review"),
        ("eve", REJECTED, "eve wrote what is reviewed"),
        ("dan", REJECTED, "holds no role"),
        ("bot", REJECTED, "only a human"),
        ("zoe", REJECTED, "knows nobody called 'zoe'"),
        ("cem", REJECTED, "cem is no risk_reviewer"),
        ("bea", Withdrawn(reason="x"), "only ada"),
        ("bea", Answered(question="q1", text="x"), "bea was not asked that"),
    ],
)
def test_who_may_not_is_refused_and_only_that_is_written(root, by, step, why):
    review = in_review(root, authors=("eve",))
    asked(root, review)
    before = len(workspace_of(root, "ada").ledger.entries())

    with pytest.raises(NotPermittedError, match=why):
        take(workspace_of(root, by), review, step)

    entries = workspace_of(root, "ada").ledger.entries()
    assert [entry.kind for entry in entries[before:]] == ["refusal"]
    assert review_named(workspace_of(root, "ada"), review).number == 3


def test_the_command_of_who_may_not_exits_with_2(rw, root):
    review = in_review(root)

    found = rw("review", "decide", review, "approve", "--as", "developer", "--reason", "mine", code=2)
    assert "[roadworthy.not_permitted] ada asked for the review" in found.err


def test_without_a_governance_file_nobody_can_ask_for_a_review(rw, root):
    (root / "governance.yaml").unlink()

    assert "there is no governance file" in rw("review", "open", "Desk", code=2).err


def test_a_review_is_not_triaged_below_the_newest_risk_assessment(root):
    assessed = assess_now(workspace_of(root, "ada"), author=None).record.tier
    review = submitted(root)
    assert assessed.rank > RiskTier.MINIMAL.rank

    with pytest.raises(NotPermittedError, match=f"the risk assessment says {assessed.value}"):
        take(workspace_of(root, "bea"), review, Triaged(tier=RiskTier.MINIMAL, reviewer="bea", reason="x"))
    state = take(workspace_of(root, "bea"), review, Triaged(tier=assessed, reviewer="bea", reason="x"))
    assert state.tier is assessed


CONDITIONALLY = ("decide", "approve_with_conditions", "--as", "risk_reviewer", "--reason", "x")


WRONG = [
    (CONDITIONALLY, "conditions go with"),
    (("decide", "approve", "--as", "wizard", "--reason", "x"), "'wizard' is no role that decides"),
    (("decide", "reject", "--as", "risk_reviewer", "--reason", " "), "the reason is empty"),
    (
        (*CONDITIONALLY, "--condition", "mask"),
        "'mask' is no condition",
    ),
    (
        (*CONDITIONALLY, "--condition", "mask; due 2020-01-01"),
        "which is past",
    ),
    (("ask", "Why?", "--due", "tomorrow"), "'tomorrow' is no day"),
    (("ask", "Why?", "--due", "2020-01-01"), "is past"),
    (("ask", "Why?", "--due", DUE, "--again", "q7"), "nobody asked 'q7'"),
    (("resume",), "its clock is not paused"),
    (("triage", "--tier", "high", "--reviewer", "bea", "--reason", "x", "--seen", "9"), "has 2 changes, not 9"),
]


def test_what_is_asked_wrongly_is_said_and_nothing_is_written(rw, root):
    review = in_review(root)
    for (verb, *rest), problem in WRONG:
        assert problem in rw("review", verb, review, *rest, by="bea", code=2).err
    assert review_named(workspace_of(root, "ada"), review).number == 2


def test_evidence_of_an_answer_must_be_there(rw, root):
    review = in_review(root)
    asked(root, review)

    assert (
        "no evidence is called 'ev_0'" in rw("review", "answer", review, "q1", "So.", "--evidence", "ev_0", code=2).err
    )


def test_who_looked_at_an_older_state_is_told_and_changes_nothing(rw, root):
    review = in_review(root)
    asked(root, review)

    decide = ("review", "decide", review, "reject", "--as", "ai_owner", "--reason", "x", "--seen", "2")
    assert "was changed since you looked" in rw(*decide, by="cem", code=2).err
    assert review_named(workspace_of(root, "ada"), review).decision is None


def test_of_two_who_decide_at_once_one_is_told_that_the_other_was_faster(rw, root):
    for _ in range(3):
        review = in_review(root)
        barrier = threading.Barrier(2)
        came: dict[str, object] = {}

        def decide(actor, role, *, review=review, barrier=barrier, came=came):
            workspace = workspace_of(root, actor)
            barrier.wait()
            try:
                step = Decided(outcome=Outcome.REJECT, role=role, reason=f"says {actor}")
                came[actor] = take(workspace, review, step, seen=2).decision.by
            except ConflictError as fault:
                came[actor] = fault

        threads = [
            threading.Thread(target=decide, args=pair) for pair in (("bea", "risk_reviewer"), ("cem", "ai_owner"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        winners = [actor for actor, outcome in came.items() if outcome == actor]
        assert len(winners) == 1
        assert sum(isinstance(outcome, ConflictError) for outcome in came.values()) == 1
        state = review_named(workspace_of(root, "ada"), review)
        assert (state.decision.by, state.number) == (winners[0], 3)


def test_a_killed_process_leaves_whole_steps_only(rw, root):
    review = in_review(root)
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from roadworthy.runtime.workspace import Workspace\n"
        "from roadworthy.runtime.reviews.moving import take\n"
        "from roadworthy.reviews.model import Paused, Resumed\n"
        "w = Workspace(root=Path(sys.argv[1]), environ={'ROADWORTHY_ACTOR': 'bea'})\n"
        "print('begun', flush=True)\n"
        "while True:\n"
        "    take(w, sys.argv[2], Paused(reason='x' * 5000))\n"
        "    take(w, sys.argv[2], Resumed())\n"
        "    print('again', flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(root), review], stdout=subprocess.PIPE) as process:
        assert [process.stdout.readline() for _ in range(4)] == [b"begun\n"] + [b"again\n"] * 3
        time.sleep(0.01)
        process.send_signal(signal.SIGKILL)

    workspace = workspace_of(root, "ada")
    verify_log(workspace, None)
    state = review_named(workspace, review)
    assert state.number > 2
    assert take(workspace_of(root, "bea"), review, Decided(outcome=Outcome.REJECT, role="risk_reviewer", reason="x"))


def test_a_change_written_past_the_commands_makes_the_history_unreadable_and_not_approved(rw, root):
    review = in_review(root)
    workspace = workspace_of(root, "ada")
    state = review_named(workspace, review)
    forged = Decided(outcome=Outcome.APPROVE, role="risk_reviewer", reason="x")
    workspace.review_changes.add(ReviewChange(of=review, number=3, by="ada", at=state.last_at, step=forged))

    with pytest.raises(VerificationError, match=r"change 3 of .* does not hold: ada asked for the review"):
        all_reviews(workspace)
    assert "does not hold" in rw("review", "queue", code=3).err


def test_what_people_wrote_cannot_move_the_cursor(rw):
    review = json.loads(rw("review", "open", "a\x1b[2Jb", "--format", "json").out)["review"]["id"]

    assert "\x1b" not in rw("review", "show", review).out + rw("review", "queue").out + rw("review", "list").out


def test_reviews_are_in_the_graph(rw, root):
    rw("freeze")
    review = submitted(root, about=("1.0.0",))
    rows = workspace_of(root, "ada").reviews.traced()

    ((_, _, traces),) = list(rows)
    assert traces.node.key == review
    assert [(edge.kind.value, edge.target.kind) for edge in traces.edges] == [("about", "release")]
