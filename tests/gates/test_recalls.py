"""Recalls void exactly what they match, and decisions that rest on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.consenting_people import (
    EXCEPTION_NEEDS_RISK,
    RELEASE_NEEDS_CLEO,
    answer,
    approved,
    ended,
    exception,
    governance,
    held_exception,
    request,
    withdrawal,
)
from fakes.gate_world import (
    NOW,
    declared,
    evidence_check,
    fact_check,
    held,
    judge,
    release,
    rule,
    run_evidence,
)
from roadworthy.approvals.model import Consents
from roadworthy.core.digest import digest_of
from roadworthy.core.evidence import Declaration, Producer
from roadworthy.gates.model import RuleOutcome, Validity, Verdict
from roadworthy.gates.oversight.consenting import Oversight, payload_of
from roadworthy.gates.oversight.in_force import DecisionState, decision_standing
from roadworthy.gates.oversight.recalled import digests_behind, is_recalled, recalls_among
from roadworthy.gates.recall import Recall, RecallCause


def recall(id: str = "recall_1", **changes: object) -> Recall:
    values: dict[str, object] = {
        "cause": RecallCause.COLLECTOR_FAULTY,
        "reason": "it counted refusals as answers",
        "recorded_by": "ben",
        "recorded_at": NOW,
    }
    return Recall(id=id, **(values | changes))


def piece(id: str, *, version: str = "1", age_days: int = 1):
    return run_evidence(id=id, producer=Producer(name="eval", version=version), age=timedelta(days=age_days))


PIECES = [piece("ev_a"), piece("ev_b", version="2"), piece("ev_c", age_days=9), declared(id="ev_d")]


@pytest.mark.parametrize(
    ("matches", "voided"),
    [
        pytest.param({"producer": "eval"}, {"ev_a", "ev_b", "ev_c"}, id="a producer"),
        pytest.param({"producer": "eval", "versions": ("2",)}, {"ev_b"}, id="one version"),
        pytest.param({"producer": "eval", "versions": ("1", "2")}, {"ev_a", "ev_b", "ev_c"}, id="two versions"),
        pytest.param(
            {"producer": "eval", "observed_from": NOW - timedelta(days=1)}, {"ev_a", "ev_b"}, id="from, included"
        ),
        pytest.param({"producer": "eval", "observed_until": NOW - timedelta(days=1)}, {"ev_c"}, id="until, excluded"),
        pytest.param({"evidence": ("ev_a", "ev_d")}, {"ev_a", "ev_d"}, id="single pieces"),
        pytest.param({"evidence": ("ev_a", "ev_d"), "producer": "attest"}, {"ev_d"}, id="all parts must match"),
        pytest.param({"producer": "eval-2"}, set(), id="another producer"),
        pytest.param({"subject": release().manifest_digest}, {"ev_d"}, id="a subject"),
        pytest.param({"subject": digest_of({"task": "task"})}, {"ev_a", "ev_b", "ev_c"}, id="a task"),
        pytest.param({"subject": digest_of("foreign")}, set(), id="a foreign digest"),
    ],
)
def test_a_recall_voids_exactly_what_it_matches(matches, voided):
    assert {one.id for one in PIECES if is_recalled(recall(**matches), one)} == voided


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        pytest.param({}, "void everything", id="nothing"),
        pytest.param({"versions": ("1",)}, "needs a `producer`", id="versions of nothing"),
        pytest.param({"producer": "e", "observed_from": NOW, "observed_until": NOW}, "empty", id="an empty window"),
        pytest.param({"observed_from": NOW}, "void everything", id="a window alone"),
    ],
)
def test_a_recall_of_everything_or_of_nothing_cannot_be_made(changes, match):
    with pytest.raises(ValueError, match=match):
        recall(**changes)


def test_what_evidence_was_made_with_is_behind_it_too():
    document = digest_of("runbook")
    backed = declared(declaration=Declaration(statement="read", author="ada", document_digest=document))

    assert document in digests_behind(backed)
    assert digest_of("target") in digests_behind(piece("ev_a"))


def test_recalled_evidence_counts_for_no_decision_and_is_shown_with_the_reason():
    evidence = held(piece("ev_a"))
    decision = judge(evidence=evidence, oversight=Oversight(recalls=(recall(producer="eval"),)))

    assert judge(evidence=evidence).verdict is Verdict.SHIP
    assert decision.results[0].outcome is RuleOutcome.STALE
    assert decision.results[0].evidence[0].validity is Validity.RECALLED
    assert "it counted refusals as answers" in decision.results[0].reason
    assert decision.recalls == ("recall_1",)


def test_what_a_recall_does_not_match_goes_on_counting():
    evidence = held(piece("ev_a"), piece("ev_b", version="2"))
    decision = judge(evidence=evidence, oversight=Oversight(recalls=(recall(producer="eval", versions=("2",)),)))

    assert decision.verdict is Verdict.SHIP
    assert [used.id for used in decision.results[0].evidence] == ["ev_a"]


def test_a_refutation_that_is_recalled_refutes_nothing():
    runbook = rule(evidence_check(), id="base/runbook")
    good, bad = declared(id="ev_good"), declared(id="ev_bad", declaration=Declaration(
        statement="it is empty", author="ben", supports=False))  # fmt: skip
    known = Oversight(recalls=(recall(evidence=("ev_bad",), cause=RecallCause.EVIDENCE_FALSE),))

    assert judge(runbook, evidence=held(good, bad)).verdict is Verdict.BLOCKED
    assert judge(runbook, evidence=held(good, bad), oversight=known).verdict is Verdict.SHIP


def test_only_recalls_that_void_something_here_are_kept():
    recalls = (recall("recall_2", producer="eval"), recall("recall_1", producer="other"))

    assert [one.id for one in recalls_among(recalls, PIECES)] == ["recall_2"]


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["eval", "attest", "other"]), max_size=3), st.booleans())
def test_a_recall_never_helps_a_measured_rule(producers, second):
    evidence = held(piece("ev_a"), *([piece("ev_b", version="2")] if second else []))
    recalls = tuple(recall(f"recall_{i}", producer=name) for i, name in enumerate(producers))
    decision = judge(evidence=evidence, oversight=Oversight(recalls=recalls))

    assert (decision.verdict is Verdict.SHIP) == ("eval" not in producers)


# --- whether a decision that was taken may still be relied on

HOLDS, UNMET = rule(fact_check("true"), id="base/holds"), rule(fact_check("false"), id="base/unmet")
RULES = governance(rules=(RELEASE_NEEDS_CLEO, EXCEPTION_NEEDS_RISK))
ONE = exception("base/unmet")


def shipped():
    """A decision that ships on an exception and with consent, and what was known when it was taken."""
    known = Oversight(governance=RULES, exceptions=(held_exception(ONE),), consents=approved(ONE))
    requested = request(payload_of(judge(UNMET, HOLDS, oversight=known)), id="request_release")
    yes = answer(requested, "cleo", "release_manager", until=NOW + timedelta(days=5))
    consents = Consents(requests=(*known.consents.requests, requested), approvals=(*known.consents.approvals, yes))
    known = replace(known, consents=consents)
    decision = judge(UNMET, HOLDS, oversight=known)
    assert decision.verdict is Verdict.CONDITIONS
    return decision, known, yes


LATER = NOW + timedelta(days=1)


def test_a_decision_stands_until_it_ends():
    decision, known, _ = shipped()

    assert decision_standing(decision, now=LATER, oversight=known).state is DecisionState.IN_FORCE
    assert decision_standing(decision, now=decision.valid_until, oversight=known).state is DecisionState.EXPIRED
    before = decision_standing(decision, now=NOW - timedelta(seconds=1), oversight=known)
    assert before.state is DecisionState.NOT_YET


@pytest.mark.parametrize("at", [LATER, NOW + timedelta(days=400)], ids=["next day", "long after it ended"])
def test_an_exception_that_is_revoked_voids_the_decisions_that_ship_on_it(at):
    decision, known, _ = shipped()
    standing = decision_standing(decision, now=at, oversight=replace(known, exceptions=(ended(ONE),)))

    assert standing.state is DecisionState.VOIDED
    assert "exception_1" in standing.reason


def test_an_approval_that_is_taken_back_voids_the_decision():
    decision, known, yes = shipped()
    taken = replace(known.consents, withdrawals=(withdrawal(yes.approval.id, by="cleo", at=LATER),))
    standing = decision_standing(decision, now=LATER, oversight=replace(known, consents=taken))

    assert standing.state is DecisionState.VOIDED
    assert "approved no more" in standing.reason


def test_a_person_who_loses_the_role_voids_what_they_approved():
    decision, known, _ = shipped()
    people = tuple(replace(p, roles=("risk_reviewer",)) if p.id == "cleo" else p for p in RULES.people)
    others = tuple(replace(p, roles=("release_manager",)) if p.id == "ada" else p for p in people)
    gone = replace(known, governance=replace(RULES, people=others))

    assert decision_standing(decision, now=LATER, oversight=gone).state is DecisionState.VOIDED


@pytest.mark.parametrize("what", ["governance", "exceptions", "signature"])
def test_what_is_gone_voids_the_decision(what):
    decision, known, _ = shipped()
    left = {"governance": replace(known, governance=None), "exceptions": replace(known, exceptions=())}
    standing = decision_standing(
        decision, now=LATER, oversight=left.get(what, known), signature_holds=what != "signature"
    )

    assert standing.state is DecisionState.VOIDED


def test_evidence_that_nobody_has_any_more_voids_what_it_let_through():
    decision, known, _ = shipped()
    lost = digest_of("evidence")
    standing = decision_standing(decision, now=LATER, oversight=known, gone=(lost,))

    assert standing.state is DecisionState.VOIDED
    assert lost in standing.reason
    assert (
        decision_standing(replace(decision, verdict=Verdict.BLOCKED), now=LATER, oversight=known, gone=(lost,)).state
        is not DecisionState.VOIDED
    )


def test_a_recall_of_what_a_decision_counted_voids_it_and_any_other_does_not():
    evidence = piece("ev_a")
    decision = judge(evidence=held(evidence))

    def standing(**matches):
        known = Oversight(recalls=(recall(**matches),))
        return decision_standing(decision, now=LATER, oversight=known, evidence=(evidence,))

    assert standing(producer="eval").state is DecisionState.VOIDED
    assert "ev_a" in standing(evidence=("ev_a",)).reason
    assert standing(producer="eval", versions=("2",)).state is DecisionState.IN_FORCE


def test_a_newer_decision_on_the_same_release_takes_its_place():
    decision, known, _ = shipped()
    newer = replace(decision, id="decision_2", decided_at=LATER)
    other = replace(newer, id="decision_3", release=digest_of("another"))
    standing = decision_standing(decision, now=LATER, oversight=known, later=(other, newer))

    assert (standing.state, standing.superseded_by) == (DecisionState.SUPERSEDED, "decision_2")
    assert decision_standing(decision, now=LATER, oversight=known, later=(other, decision)).state is (
        DecisionState.IN_FORCE
    )


def test_a_decision_that_blocked_is_not_voided_by_what_it_did_not_rest_on():
    blocked = judge(UNMET, oversight=Oversight(governance=RULES))

    assert decision_standing(blocked, now=LATER, oversight=Oversight()).state is DecisionState.IN_FORCE
