"""The risk register by the commands that people type, up to an acceptance that people consent to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.governed_system import TIERS, write_governed_system
from fakes.typed_commands import Done, commands
from roadworthy.core.errors import ConfigError, ConflictError, NotFoundError
from roadworthy.risk.register.model import Treatment
from roadworthy.risk.register.standing import RiskStanding
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.gating import judge_candidate, record_decision
from roadworthy.runtime.register.changing import TreatmentWish, review
from roadworthy.runtime.register.changing import treat as treat_risk
from roadworthy.runtime.register.handling import threats_now
from roadworthy.runtime.register.rating import day_of, rating_of, treatment_of
from roadworthy.runtime.register.reading import read_register
from roadworthy.runtime.register.stores import RegisterStores, change_traces
from roadworthy.runtime.workspace import Workspace

RATED = ["--rating", "4,3,3,2", "--rationale", "seen elsewhere"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_governed_system(tmp_path / "desk", keys=tmp_path / "keys")
    with (root / "governance.yaml").open("a") as file:
        file.write(f"  - {{kind: risk_acceptance, tiers: {TIERS}, quorum: [{{role: ai_owner}}]}}\n")
    return root


@pytest.fixture
def rw(root: Path, capsys, monkeypatch) -> Callable[..., Done]:
    """The commands, as somebody: ``rw("risk", "list", by="ada")``; the risk is assessed."""
    assess_now(workspace(root))
    return commands(root, capsys=capsys, monkeypatch=monkeypatch)


def workspace(root: Path) -> Workspace:
    return Workspace(root=root, environ={"ROADWORTHY_ACTOR": "ada"})


def standing(root: Path, name: str) -> RiskStanding:
    return read_register(workspace(root)).standing(name)


def decide(root: Path) -> None:
    record_decision(workspace(root), judge_candidate(workspace(root)))


def treat(rw, risk: str, *more: str) -> Done:
    return rw("risk", "treat", risk, "--owner", "desk team", "--plan", "check in code", *more)


MITIGATE = ["--treatment", "mitigate", "--control", "desk/owner"]
LEFT = ["--residual", "1,1,1,1", "--rationale", "checked in code"]


def test_the_risks_of_the_assessment_are_there_without_being_entered(rw):
    done = rw("risk", "list")

    assert done.code == 1
    assert "R-T01" in done.out
    assert "S = severity" in done.out


def test_what_is_left_is_unsupported_until_the_gate_found_the_control_to_hold(rw, root):
    assert treat(rw, "R-T01", *MITIGATE, *LEFT).code == 0
    before = standing(root, "R-T01")
    decide(root)

    after = standing(root, "R-T01")

    assert (before.support, before.residual.severity > 1) == ("unsupported", True)
    assert before.failing == ("desk/owner",)
    assert (after.support, after.residual.severity) == ("supported", 1)


def test_an_edit_after_the_decision_takes_the_support_away(rw, root):
    treat(rw, "R-T01", *MITIGATE, *LEFT)
    decide(root)
    (root / "prompts" / "answer.txt").write_text("Answer otherwise.\n")

    assert standing(root, "R-T01").support == "unsupported"
    assert "is about another release" in rw("risk", "list").out


def test_an_acceptance_is_asked_for_approved_and_shown_in_the_threat_model(rw, root):
    added = rw(
        *("risk", "add", "--id", "R-refunds", "--cause", "customers talk well", "--event", "a refund is paid twice"),
        *("--consequence", "money is lost", "--threat", "T01", *RATED),
    )
    asked = rw(
        *("risk", "accept", "R-refunds", "--until", "2060-01-01", "--justification", "small sums", "--owner", "desk"),
    )
    assert (added.code, asked.code) == (0, 0), added.err + asked.err
    assert standing(root, "R-refunds").state == "deviation_requested"

    request = asked.err.split("asked as ")[1].split(";")[0]
    key = str(root.parent / "keys" / "dora.pem")
    approved = rw("approval", "approve", request, "--role", "ai_owner", "--key", key, by="dora")

    assert approved.code == 0, approved.err
    assert standing(root, "R-refunds").state == "deviation_approved"
    model = threats_now(workspace(root))
    (threat,) = (t for t in model.threats if t.id == "T01")
    assert (threat.state, threat.accepted_by) == ("accepted", ("R-refunds",))


def test_who_entered_a_risk_cannot_consent_to_it(rw, root):
    rw("risk", "add", "--id", "R-1", "--cause", "a", "--event", "b", "--consequence", "c", *RATED, by="ben")
    asked = rw("risk", "accept", "R-1", "--until", "2060-01-01", "--justification", "x", "--owner", "y")
    request = asked.err.split("asked as ")[1].split(";")[0]

    key = str(root.parent / "keys" / "ben.pem")
    refused = rw("approval", "approve", request, "--role", "ai_owner", "--key", key, by="ben")

    assert refused.code == 2
    assert "not_permitted" in refused.err
    assert standing(root, "R-1").state == "deviation_requested"


def test_a_risk_is_closed_by_a_reviewer_once_its_controls_hold(rw, root):
    treat(rw, "R-T01", *MITIGATE)
    early = rw("risk", "close", "R-T01", "--reason", "done", by="ben")
    decide(root)
    stranger = rw("risk", "close", "R-T01", "--reason", "done", by="ada")
    done = rw("risk", "close", "R-T01", "--reason", "done", by="ben")

    assert (early.code, stranger.code, done.code) == (3, 2, 0)
    assert "not shown to hold: desk/owner" in early.err
    assert standing(root, "R-T01").state == "closed"
    assert "closed: done" in rw("risk", "show", "R-T01").out


def test_a_risk_is_rated_lower_only_by_a_reviewer_with_no_part_in_it(rw, root):
    lower = ["risk", "review", "R-T01", "--note", "looked", "--rating", "1,1,1,1", "--rationale", "small"]
    treat(rw, "R-T01", *MITIGATE)

    developer, agent = rw(*lower), rw(*lower, by="robot")
    entered = ["risk", "add", "--cause", "a", "--event", "b", "--consequence", "c", *RATED]
    own = rw(*entered, "--id", "R-own", by="ben")
    lowered_own = rw(*[*lower[:2], "R-own", *lower[3:]], by="ben")
    assert [done.code for done in (developer, agent, lowered_own)] == [2, 2, 2]
    assert "only those rate a risk lower" in developer.err
    assert "only people do this" in agent.err
    assert (own.code, "somebody else rates it lower" in lowered_own.err) == (0, True)
    assert standing(root, "R-T01").inherent.severity > 1
    assert rw(*lower, by="ben").code == 0
    assert standing(root, "R-T01").inherent.severity == 1


def test_who_treats_a_risk_does_not_close_it(rw, root):
    rw(*("risk", "treat", "R-T01", "--owner", "x", "--plan", "y", *MITIGATE), by="ben")
    decide(root)

    assert "somebody else closes it" in rw("risk", "close", "R-T01", "--reason", "done", by="ben").err


def test_a_decision_that_fell_away_shows_no_control_to_hold(rw, root):
    rw("eval", "run", "refusals")
    control = ["--treatment", "mitigate", "--control", "desk/refusals"]
    treat(rw, "R-T01", *control, *LEFT)
    decide(root)
    before = standing(root, "R-T01").support
    evidence = workspace(root).evidence.all()[-1].record.id
    rw("evidence", "recall", evidence, "--reason", "it read the wrong log", by="ben")

    assert (before, standing(root, "R-T01").support) == ("supported", "unsupported")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["risk", "add", "--cause", "a", "--event", "b", "--consequence", "c", "--id", "R-T77", *RATED],
            "kept for risks that an assessment derives",
        ),
        (["risk", "show", "R-none"], "no risk is called"),
        (
            [
                *("risk", "treat", "R-T01", *MITIGATE, "--owner", "x", "--plan", "y"),
                *("--residual", "5,5,5,5", "--rationale", "z"),
            ],
            "claimed to be worse",
        ),
        (["risk", "accept", "R-T01", "--until", "2020-01-01", "--justification", "x", "--owner", "y"], "ends after"),
        (
            ["risk", "add", "--cause", "a", "--event", "b", "--consequence", "c", "--evidence", "ev_none", *RATED],
            "no evidence is called",
        ),
    ],
)
def test_what_is_asked_wrongly_exits_2_and_writes_nothing(rw, root, arguments, said):
    done = rw(*arguments)

    assert (done.code, said in done.err) == (2, True), done.err
    assert standing(root, "R-T01").changes == 0


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (lambda: rating_of("9,1,1,1", rationale="x", where="--rating"), "is no rating"),
        (lambda: rating_of("1,1,1", rationale="x", where="--rating"), "is no rating"),
        (lambda: rating_of("1,1,1,1", rationale=" ", where="--rating"), "needs its rationale"),
        (lambda: treatment_of("accept"), "no treatment that can be stated"),
        (lambda: day_of("soon", where="--until"), "is no day"),
        (lambda: day_of("2026-02-30", where="--until"), "is no day"),
    ],
)
def test_what_is_written_wrongly_is_named(read, said):
    with pytest.raises(ConfigError, match=said):
        read()


def test_a_control_that_does_not_bind_treats_nothing(root):
    wish = TreatmentWish(treatment=Treatment.MITIGATE, owner="x", plan="y", controls=("no/such",))
    assess_now(workspace(root))

    with pytest.raises(NotFoundError, match="no control of the policy in force"):
        treat_risk(workspace(root), "R-T01", wish)


def test_two_people_who_change_a_risk_at_once_get_one_change_and_one_conflict(root):
    assess_now(workspace(root))
    start, came = threading.Barrier(2), []

    def run() -> None:
        mine = workspace(root)
        _ = mine.ledger
        start.wait()
        try:
            came.append(review(mine, "R-T01", note="looked").changes)
        except ConflictError:
            came.append("conflict")

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    done = [number for number in came if number != "conflict"]
    assert standing(root, "R-T01").changes == len(done) >= 1


def test_the_graph_says_which_control_treats_a_risk(root):
    assess_now(workspace(root))
    wish = TreatmentWish(treatment=Treatment.MITIGATE, owner="x", plan="y", controls=("desk/owner",))
    treat_risk(workspace(root), "R-T01", wish)
    (stored,) = RegisterStores(workspace(root)).changes.all()

    (edge,) = change_traces(stored.record, stored.digest).edges

    assert (edge.source.key, edge.kind.value, edge.target.key) == ("echo-desk/R-T01", "treated_by", "desk/owner")
