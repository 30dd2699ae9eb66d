"""A candidate policy on decisions that shipped on exceptions, consent and recalls: as they were then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fakes.consenting_people import (
    EXCEPTION_NEEDS_RISK,
    RELEASE_NEEDS_CLEO,
    answer,
    approved,
    exception,
    governance,
    held_exception,
)
from fakes.consenting_people import request as asked_for
from fakes.gate_world import CONDITIONS, FACTS, NOW, fact_check, held, judge, policy, release, rule, run_evidence, task
from roadworthy.approvals.model import Consents
from roadworthy.core.digest import digest_of
from roadworthy.gates.decide import EVALUATOR, decide_from
from roadworthy.gates.inputs import AssessmentRef, EvidenceRef, GateInputs
from roadworthy.gates.model import RuleOutcome, Verdict
from roadworthy.gates.oversight.consenting import Oversight, payload_of
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.gates.replay import differences
from roadworthy.gates.trial import Candidate, PastDecision, try_policy
from roadworthy.gates.trial_report import TriedDecision

UNMET, HOLDS = rule(fact_check("false"), id="base/unmet"), rule(fact_check("true"), id="base/holds")
ONE = exception("base/unmet", compensating=("base/holds",))
RULES = governance(rules=(RELEASE_NEEDS_CLEO, EXCEPTION_NEEDS_RISK))


def inputs_of(*rules, evidence=(), oversight) -> GateInputs:
    return GateInputs(
        decision="decision_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        release=release().digest,
        policy=digest_of(policy(*rules)),
        assessment=AssessmentRef(digest=digest_of("assessment"), expires_at=NOW + timedelta(days=100)),
        facts=FACTS,
        tasks=(task(release()),),
        evidence=tuple(EvidenceRef(digest=one.digest, verified=True) for one in evidence),
        decided_at=NOW,
        evaluator=EVALUATOR,
        governance=oversight.governance,
        exceptions=oversight.exceptions,
        consents=oversight.consents,
        recalls=oversight.recalls,
    )


def past(*rules, evidence=(), oversight) -> PastDecision:
    return PastDecision(
        decision=judge(*rules, evidence=evidence, oversight=oversight),
        inputs=inputs_of(*rules, evidence=evidence, oversight=oversight),
        release=release(),
        policy=policy(*rules),
        evidence={one.digest: one.evidence for one in evidence},
    )


@pytest.fixture
def shipped() -> PastDecision:
    known = Oversight(governance=RULES, exceptions=(held_exception(ONE),), consents=approved(ONE))
    asked = asked_for(payload_of(judge(UNMET, HOLDS, oversight=known)), id="request_release")
    consents = Consents(
        requests=(*known.consents.requests, asked),
        approvals=(*known.consents.approvals, answer(asked, "cleo", "release_manager")),
    )
    made = past(UNMET, HOLDS, oversight=replace(known, consents=consents))
    assert made.decision.verdict is Verdict.CONDITIONS
    return made


def tried(one, *rules) -> TriedDecision:
    found = try_policy(one, on_its_day=Candidate(policy(*rules)), conditions=CONDITIONS)
    assert isinstance(found, TriedDecision), found
    return found


def test_a_decision_on_exceptions_and_consent_is_taken_again_from_its_inputs(shipped):
    again = decide_from(
        shipped.inputs, release=shipped.release, policy=shipped.policy, evidence=shipped.evidence, conditions=CONDITIONS
    )

    assert differences(shipped.decision, again) == ()


def test_the_same_policy_changes_nothing_of_a_decision_that_shipped_on_an_exception(shipped):
    assert tried(shipped, UNMET, HOLDS).after is Verdict.CONDITIONS


def test_a_candidate_that_lets_nobody_waive_the_rule_would_have_blocked_it(shipped):
    assert tried(shipped, replace(UNMET, who_may_waive=()), HOLDS).after is Verdict.BLOCKED


def test_a_candidate_under_which_the_compensation_fails_would_have_blocked_it(shipped):
    assert tried(shipped, UNMET, replace(HOLDS, require=fact_check("1 > 2"))).after is Verdict.BLOCKED


def test_a_new_rule_that_does_not_hold_is_not_excepted(shipped):
    assert tried(shipped, UNMET, HOLDS, rule(fact_check("1 > 2"), id="base/new")).after is Verdict.BLOCKED


def test_a_decision_that_lacked_consent_lacks_it_under_every_candidate():
    made = past(HOLDS, oversight=Oversight(governance=RULES))

    assert tried(made, HOLDS, rule(fact_check("true"), id="base/new")).after is Verdict.CANNOT_TELL


def test_what_was_recalled_then_counts_for_no_candidate():
    recall = Recall(
        id="recall_1",
        cause=RecallCause.COLLECTOR_FAULTY,
        reason="it slept",
        producer="eval",
        recorded_by="ben",
        recorded_at=NOW,
    )
    made = past(rule(), evidence=held(run_evidence()), oversight=Oversight(recalls=(recall,)))
    found = tried(made, rule(message="said otherwise"), rule(id="base/second"))

    assert made.decision.verdict is Verdict.CANNOT_TELL
    assert found.after is Verdict.CANNOT_TELL
    assert next(move for move in found.rules if move.rule == "base/second").after is RuleOutcome.STALE
