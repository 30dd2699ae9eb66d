"""The standing questions, and the auditor's question, on small worlds that each have one thing open."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from fakes.gate_world import (
    NOW,
    component,
    declared,
    evidence_check,
    fact_check,
    held,
    judge,
    policy,
    release,
    rule,
    run_evidence,
    task,
)
from roadworthy.approvals.standing import ConsentStanding, ConsentState
from roadworthy.core.digest import digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.evidence.graph.auditing import Decided, requirement_rows
from roadworthy.evidence.graph.questions import QUESTIONS, Basis, Circumstance
from roadworthy.exceptions.model import ExceptionEnd, HeldException, PolicyException, ReasonCode, ReleaseScope
from roadworthy.gates.inputs import AssessmentRef, EvidenceRef, GateInputs
from roadworthy.gates.model import Verdict
from roadworthy.gates.oversight.in_force import DecisionStanding, DecisionState
from roadworthy.governance.model import ConsentKind

CONSENT = ConsentStanding(
    kind=ConsentKind.RELEASE,
    state=ConsentState.VOIDED,
    payload=digest_of("payload"),
    request="request_1",
    reason="the release is another one now",
)


def seen(*rules, evidence=(), of=None, tasks=None, now=NOW, state=DecisionState.IN_FORCE, exceptions=(), **changes):
    """Return the circumstance of one decision."""
    candidate = of or release()
    binding = policy(*(rules or (rule(),)))
    refs = tasks if tasks is not None else (task(candidate),)
    decision = judge(evidence=held(*evidence), of=candidate, tasks=refs, binding=binding)
    decision = dataclasses.replace(decision, **changes)
    basis = Basis(
        decision=decision,
        digest=digest_of(decision),
        standing=DecisionStanding(decision=decision.id, state=state, reason="because"),
        release=candidate,
        policy=binding,
        inputs=GateInputs(
            decision=decision.id,
            release=candidate.digest,
            policy=digest_of(binding),
            assessment=AssessmentRef(digest=digest_of("a"), expires_at=NOW + timedelta(days=9)),
            facts={},
            tasks=refs,
            evidence=tuple(EvidenceRef(digest=digest_of(e), verified=True) for e in evidence),
            decided_at=NOW,
            evaluator="x",
        ),
        evidence=tuple(evidence),
    )
    return Circumstance(now=now, production=(basis,), last=(basis,), exceptions=tuple(exceptions))


def found(name, circumstance):
    (question,) = [question for question in QUESTIONS if question.name == name]
    return [one.what for one in question.answer(circumstance)]


def test_a_requirement_without_a_passing_control_is_named_and_one_with_is_not():
    assert found("requirements", seen()) == ["owasp-llm LLM01:2025"]
    assert found("requirements", seen(evidence=(run_evidence(),))) == []


def test_one_passing_control_is_enough_for_a_requirement():
    both = (rule(), rule(evidence_check(), id="base/runbook"))

    assert found("requirements", seen(*both, evidence=(run_evidence(),))) == []


def test_a_requirement_whose_controls_do_not_apply_is_not_open():
    assert found("requirements", seen(rule(applies_when="false"))) == []


def test_a_control_whose_measurement_no_task_makes_is_named():
    assert found("controls", seen(tasks=())) == ["base/injection-control"]
    assert found("controls", seen()) == []
    assert found("controls", seen(rule(fact_check("system.key != ''")), tasks=())) == []


def test_a_task_that_was_not_run_on_this_release_is_named():
    after = release(component("agent", type="agent", uses=("answer",)), component("answer", content="v2"))

    assert found("tests", seen()) == ["injection-docs"]
    assert found("tests", seen(evidence=(run_evidence(),))) == []
    assert found("tests", seen(of=after, evidence=(run_evidence(),))) == ["injection-docs"]


@pytest.mark.parametrize(("age", "named"), [(1, []), (15, []), (17, ["ev_1"]), (29, ["ev_1"])])
def test_evidence_that_is_soon_too_old_is_named_two_weeks_before(age, named):
    assert found("stale", seen(evidence=(run_evidence(age=timedelta(days=age)),))) == named


def test_evidence_that_is_too_old_by_now_is_named_as_well():
    (one,) = next(q for q in QUESTIONS if q.name == "stale").answer(
        seen(evidence=(run_evidence(),), now=NOW + timedelta(days=60))
    )

    assert "too old since 2026-06-30" in one.why


def test_exceptions_come_the_oldest_first_and_those_that_ended_do_not():
    def excepted(id, *, age, end=None, days=90):
        asked = NOW - timedelta(days=age)
        exception = PolicyException(
            id=id,
            system="desk",
            rules=("base/a",),
            scope=ReleaseScope(release=digest_of("r")),
            reason_code=ReasonCode.LEGACY,
            justification="old",
            tier=RiskTier.HIGH,
            requested_by="ana",
            requested_at=asked,
            starts_at=asked,
            expires_at=asked + timedelta(days=days),
        )
        over = ExceptionEnd(id="end_1", exception=id, end="revoked", by="ana", at=NOW, reason="over") if end else None
        return HeldException(exception=exception, digest=digest_of(exception), end=over)

    exceptions = (
        excepted("new", age=1),
        excepted("old", age=80),
        excepted("ended", age=3, end=True),
        excepted("past", age=9, days=2),
    )

    assert found("exceptions", seen(exceptions=exceptions)) == ["old", "new"]


def test_a_decision_that_no_longer_holds_is_named_where_the_release_is_in_production():
    shipped = {"evidence": (run_evidence(),), "verdict": Verdict.SHIP}

    assert found("decisions", seen(**shipped)) == []
    for state in (DecisionState.EXPIRED, DecisionState.VOIDED):
        assert len(found("decisions", seen(**shipped, state=state))) == 1
    assert len(found("decisions", seen(verdict=Verdict.BLOCKED))) == 1


def test_components_that_can_change_behind_their_name_are_named():
    parts = (
        dataclasses.replace(component("by-alias", type="hosted_model"), pin="alias"),
        dataclasses.replace(component("dated", type="hosted_model"), pin="dated"),
        component("unsaid", type="hosted_model"),
        component("own", type="model"),
    )

    assert found("unpinned", seen(of=release(*parts), tasks=())) == ["by-alias", "unsaid"]


@pytest.mark.parametrize("state", list(ConsentState))
def test_consent_that_was_given_and_is_gone_is_named(state):
    gone = state in (ConsentState.VOIDED, ConsentState.EXPIRED, ConsentState.WITHDRAWN)

    named = found("approvals", seen(consent=dataclasses.replace(CONSENT, state=state)))

    assert named == (["request_1"] if gone else [])


def test_every_question_has_another_name_and_ends_with_a_question_mark():
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS) == 8
    assert all(question.asks.endswith("?") for question in QUESTIONS)


REQUIREMENT = frozenset({"owasp-llm LLM01:2025"})


def rows(*releases, decisions=(), start=NOW - timedelta(days=1), end=NOW + timedelta(days=1), requirements=REQUIREMENT):
    decided = [
        Decided(
            decision=decision,
            digest=digest_of(decision),
            standing=DecisionStanding(decision=decision.id, state=DecisionState.IN_FORCE),
        )
        for decision in decisions
    ]
    return list(requirement_rows(releases, decided, requirements=requirements, start=start, end=end))


def test_a_release_that_was_tested_shows_evidence_with_digests_and_who_approved():
    piece = run_evidence()
    consent = dataclasses.replace(CONSENT, state=ConsentState.APPROVED, approvers=("ana", "ben"))
    decision = dataclasses.replace(judge(rule(), evidence=held(piece)), consent=consent)

    (row,) = rows(release(), decisions=[decision])

    assert (row.outcome, row.is_gap) == ("pass", False)
    assert (row.evidence, row.evidence_digests) == (("ev_1",), (digest_of(piece),))
    assert (row.approved_by, row.consent, row.decision_digest) == (("ana", "ben"), "approved", digest_of(decision))


def test_a_release_that_nobody_decided_on_is_a_gap_of_its_own():
    (row,) = rows(release())

    assert (row.outcome, row.is_gap, row.decision) == ("not decided", True, "")


def test_a_release_whose_policy_did_not_ask_is_a_gap_as_well():
    (row,) = rows(release(), decisions=[judge(rule())], requirements=frozenset({"iso-42001 A.1"}))

    assert (row.outcome, row.is_gap) == ("not in the policy", True)


def test_evidence_that_did_not_count_is_not_shown_as_an_answer():
    (row,) = rows(release(), decisions=[judge(rule(), evidence=held(declared("document:runbook")))])

    assert (row.outcome, row.evidence) == ("missing", ())


def test_of_two_decisions_in_the_window_the_last_one_counts():
    first = judge(rule())
    second = dataclasses.replace(judge(rule(), evidence=held(run_evidence())), id="decision_2")

    assert [row.outcome for row in rows(release(), decisions=[first, second])] == ["pass"]


def test_only_what_happened_in_the_window_is_told():
    later = {"start": NOW + timedelta(seconds=1), "end": NOW + timedelta(days=1)}

    assert rows(release(), decisions=[judge(rule())], **later) == []
    assert len(rows(release(), start=NOW, end=NOW + timedelta(seconds=1))) == 1
    assert rows(release(), start=NOW - timedelta(days=1), end=NOW) == []


def test_the_same_content_frozen_twice_is_one_release():
    again = dataclasses.replace(release(), frozen_at=NOW + timedelta(hours=1))

    (row,) = rows(release(), again)

    assert row.frozen_at == "2026-06-01T12:00:00Z"
