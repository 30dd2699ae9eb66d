from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.gate_world import (
    CONDITIONS,
    FACTS,
    NOW,
    bar,
    declared,
    evidence_check,
    fact_check,
    held,
    judge,
    measure_check,
    measurement,
    policy,
    release,
    rule,
    run_evidence,
    task,
)
from roadworthy.core.digest import digest_of
from roadworthy.core.severity import Severity
from roadworthy.gates.decide import EVALUATOR
from roadworthy.gates.inputs import AssessmentRef, EvidenceRef, GateInputs
from roadworthy.gates.model import RuleOutcome, Verdict
from roadworthy.gates.trial import Candidate, PastDecision, as_in_effect, try_policy
from roadworthy.gates.trial_report import NotReplayable, TriedDecision


def decided(*rules, evidence=(), facts=None, evaluator=EVALUATOR):
    """A past decision on ``rules``, with everything that it was made from."""
    binding = policy(*(rules or (rule(),)))
    pieces = held(*evidence)
    decision = judge(evidence=pieces, binding=binding, facts=facts)
    inputs = GateInputs(
        decision=decision.id,
        release=decision.release,
        policy=digest_of(binding),
        assessment=AssessmentRef(digest=digest_of("assessment"), expires_at=NOW + timedelta(days=100)),
        facts=facts if facts is not None else FACTS,
        tasks=(task(release()),),
        evidence=tuple(EvidenceRef(digest=one.digest, verified=True) for one in pieces),
        decided_at=NOW,
        evaluator=evaluator,
    )
    return PastDecision(
        decision=replace(decision, evaluator=evaluator),
        inputs=inputs,
        release=release(),
        policy=binding,
        evidence={one.digest: one.evidence for one in pieces},
    )


def tried(past, *rules, later=None):
    result = try_policy(
        past,
        on_its_day=Candidate(policy(*rules)),
        later=Candidate(later) if later is not None else None,
        conditions=CONDITIONS,
    )
    assert isinstance(result, TriedDecision), result
    return result


def test_the_same_policy_changes_nothing():
    past = decided(evidence=(run_evidence(),))

    trial = tried(past, rule())

    assert (past.decision.verdict, trial.after, trial.is_changed, trial.rules) == (
        Verdict.SHIP,
        Verdict.SHIP,
        False,
        (),
    )


def test_a_tightened_bar_refutes_a_run_that_could_not_have_registered_it():
    past = decided(evidence=(run_evidence(measurement(failures=4, trials=400)),))

    trial = tried(past, rule(measure_check(threshold=0.001)))

    (move,) = trial.rules
    assert (trial.before, trial.after) == (Verdict.SHIP, Verdict.BLOCKED)
    assert (move.why, move.fields, move.before, move.after) == (
        "tightened",
        ("threshold: 0.05 → 0.001",),
        RuleOutcome.PASS,
        RuleOutcome.FAIL,
    )
    assert "4 of 400 failed" in move.reason


def test_a_new_measure_rule_is_judged_as_if_its_bar_had_been_registered():
    past = decided(evidence=(run_evidence(),))

    trial = tried(past, rule(), rule(id="base/second"))

    assert [(move.rule, move.why, move.after) for move in trial.rules] == [("base/second", "new", RuleOutcome.PASS)]


def test_a_new_rule_on_a_fact_that_nobody_stated_cannot_tell():
    past = decided(evidence=(run_evidence(),))

    trial = tried(past, rule(), rule(fact_check("system.insured == true"), id="base/insured"))

    assert (trial.after, trial.rules[0].after) == (Verdict.CANNOT_TELL, RuleOutcome.MISSING)


def test_a_rule_that_is_gone_is_said_with_how_it_came_out():
    past = decided(rule(), rule(fact_check("system.name == 'Shop'"), id="base/name"), evidence=(run_evidence(),))

    trial = tried(past, rule())

    (move,) = trial.rules
    assert (trial.before, trial.after) == (Verdict.BLOCKED, Verdict.SHIP)
    assert (move.rule, move.why, move.before, move.after) == ("base/name", "gone", RuleOutcome.FAIL, None)


def test_a_lighter_severity_turns_a_block_into_a_condition():
    past = decided(evidence=(run_evidence(measurement(failures=90, trials=400)),))

    trial = tried(past, rule(severity=Severity.WARN))

    assert (trial.before, trial.after, trial.rules[0].why) == (Verdict.BLOCKED, Verdict.CONDITIONS, "loosened")


def test_what_decides_stands_first_among_the_rules_that_moved():
    past = decided(evidence=(run_evidence(),))
    broken = rule(fact_check("system.name == 'Shop'"), id="base/zzz")

    trial = tried(past, rule(), rule(fact_check("system.name == 'Desk'"), id="base/aaa"), broken)

    assert [move.rule for move in trial.rules] == ["base/zzz", "base/aaa"]


def test_what_takes_effect_later_is_pending_on_its_own_day_and_binds_on_the_day_asked_about():
    past = decided(evidence=(run_evidence(),))
    day = NOW.date() + timedelta(days=60)
    coming = rule(fact_check("system.name == 'Shop'"), id="base/name", effective_on=day)

    trial = tried(past, rule(), coming, later=as_in_effect(policy(rule(), coming), on=day))

    assert (trial.after, trial.later, trial.is_changed) == (Verdict.SHIP, Verdict.BLOCKED, True)


def test_a_rule_of_a_still_later_day_stays_pending():
    day = date(2027, 1, 1)
    coming = policy(rule(effective_on=day))

    assert as_in_effect(coming, on=day - timedelta(days=1)) == coming
    assert as_in_effect(coming, on=day).rules[0].effective_on is None


def test_evidence_of_a_new_kind_counts_where_it_was_there():
    past = decided(evidence=(run_evidence(),))
    asks = rule(evidence_check(), id="base/runbook")

    without = tried(past, rule(), asks)
    with_it = tried(replace(past, more=held(declared())), rule(), asks)

    assert (without.after, with_it.after) == (Verdict.CANNOT_TELL, Verdict.SHIP)


def test_a_decision_that_does_not_come_out_the_same_is_not_replayable():
    past = decided(evidence=(run_evidence(measurement(failures=0, trials=400)),))
    result = replace(past.decision.results[0], outcome=RuleOutcome.FAIL)
    forged = replace(past, decision=replace(past.decision, verdict=Verdict.BLOCKED, results=(result,)))

    found = try_policy(forged, on_its_day=Candidate(policy(rule(measure_check(threshold=0.04)))), conditions=CONDITIONS)

    assert isinstance(found, NotReplayable)
    assert "under its own policy base/injection comes out otherwise now" in found.reason


def test_a_decision_of_another_evaluator_is_taken_again_whole():
    past = decided(evidence=(run_evidence(),), evaluator="roadworthy-gate/0")
    result = replace(past.decision.results[0], outcome=RuleOutcome.UNDERPOWERED)
    drifted = replace(past, decision=replace(past.decision, results=(result,)))

    same, other = (
        try_policy(one, on_its_day=Candidate(policy(rule())), conditions=CONDITIONS) for one in (past, drifted)
    )

    assert isinstance(same, TriedDecision)
    assert isinstance(other, NotReplayable)


def test_a_run_that_registered_a_stricter_bar_is_judged_by_the_candidates():
    past = decided(
        rule(measure_check(threshold=0.001)),
        evidence=(run_evidence(measurement(failures=4, trials=400), bars=(bar(threshold=0.001),)),),
    )

    trial = tried(past, rule(measure_check(threshold=0.05)))

    assert (trial.before, trial.after) == (Verdict.BLOCKED, Verdict.SHIP)


def test_an_expired_assessment_tells_nothing_under_any_candidate():
    past = decided(evidence=(run_evidence(),))
    expired = replace(past.inputs, assessment=AssessmentRef(digest=digest_of("a"), expires_at=NOW))

    assert tried(replace(past, inputs=expired), rule(message="other words")).after is Verdict.CANNOT_TELL


@pytest.mark.parametrize("failures", [0, 3, 12, 40])
@given(
    thresholds=st.tuples(st.sampled_from([0.01, 0.02, 0.05, 0.2]), st.sampled_from([0.01, 0.02, 0.05, 0.2])),
    samples=st.sampled_from([30, 100, 500]),
)
def test_a_trial_agrees_with_the_gate_had_the_bar_been_registered(failures, thresholds, samples):
    asked, candidate = (measure_check(threshold=value, min_samples=samples) for value in thresholds)
    run = measurement(failures=failures, trials=300)
    past = decided(
        rule(asked), evidence=(run_evidence(run, bars=(bar(threshold=thresholds[0], min_samples=samples),)),)
    )
    registered = run_evidence(run, bars=(bar(threshold=thresholds[1], min_samples=samples),))

    trial = tried(past, rule(candidate))

    assert trial.after is judge(rule(candidate), evidence=held(registered)).verdict


def test_a_candidate_that_serves_many_decisions_says_of_each_what_a_fresh_one_says():
    other = rule(fact_check("system.name == 'Desk'"), id="base/name")
    asked = (rule(measure_check(threshold=0.02)), other)
    registered = (bar(threshold=0.05), bar(threshold=0.02), bar(threshold=0.02, min_samples=900))
    pasts = [
        decided(*before, evidence=(run_evidence(measurement(failures=failures, trials=400), bars=(bars,)),))
        for before in ((rule(),), asked, (rule(measure_check(threshold=0.02)),))
        for failures in (0, 3, 40)
        for bars in registered
    ]
    shared = Candidate(policy(*asked))

    found = [try_policy(past, on_its_day=shared, conditions=CONDITIONS) for past in [*pasts, *pasts[::-1]]]

    fresh = [try_policy(past, on_its_day=Candidate(policy(*asked)), conditions=CONDITIONS) for past in pasts]
    assert found == [*fresh, *fresh[::-1]]
    assert len({(type(one), getattr(one, "after", None)) for one in fresh}) > 1
