"""What records say of the graph."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from fakes.gate_world import NOW, component, declared, held, judge, policy, release, rule, run_evidence
from roadworthy.approvals.model import Answer, Approval, ApprovalPayload, ApprovalRequest, Bound, Withdrawal
from roadworthy.core.calibration import Calibration, JudgeUse, LabelCount
from roadworthy.core.digest import digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.evidence.graph.edges import traces_of
from roadworthy.evidence.graph.model import EdgeKind
from roadworthy.exceptions.model import (
    ComponentScope,
    ExceptionEnd,
    PolicyException,
    ReasonCode,
    ReleaseScope,
    VersionScope,
)
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.governance.model import ConsentKind


def said(record: object) -> set[tuple[str, str, str]]:
    """Return ``source kind, edge, target kind:key-or-label`` of each edge."""
    edges = traces_of(record, digest_of(record)).edges
    return {(e.source.kind, e.kind.value, f"{e.target.kind}:{e.target.label or e.target.key}") for e in edges}


def test_a_release_consists_of_its_components_and_its_stated_facts():
    found = said(release())

    assert ("release", "consists_of", "component:answer") in found
    assert ("release", "consists_of", "component:system") in found
    assert ("component", "uses", "component:model") in found


def test_a_release_is_named_by_its_digest_its_label_and_its_version():
    traces = traces_of(release(version="7"), digest_of("record"))

    assert (traces.node.key, traces.node.label, traces.names) == (release(version="7").digest, "desk 7", ("7",))


def test_evidence_of_a_run_names_what_it_is_about_and_what_it_was_made_with():
    found = said(run_evidence())

    assert {target for _, kind, target in found if kind == "about"} == {
        "component:agent",
        "component:answer",
        "component:model",
    }
    assert {target.partition(":")[0] for _, kind, target in found if kind == "made_with"} == {
        "collector",
        "run",
        "target",
    }
    assert ("evidence", "executes", "task:injection-docs") in found


def test_evidence_that_a_judge_graded_names_the_judge_and_the_labels_it_was_calibrated_on():
    calibration = Calibration(
        judge=digest_of("judge"),
        gold=digest_of("gold"),
        target_family="m",
        counts=(LabelCount(slice="all", bad_flagged=9, bad_missed=1, good_passed=9, good_flagged=1),),
        unreadable=0,
        calibrated_at=NOW,
    )
    use = JudgeUse(judge="strict", digest=digest_of("judge"), target_family="m", calibration=calibration)
    plain = run_evidence()
    (measured,) = plain.result.measurements
    graded = dataclasses.replace(
        plain, result=dataclasses.replace(plain.result, measurements=(dataclasses.replace(measured, judge=use),))
    )

    assert ("evidence", "made_with", "judge:strict") in said(graded)
    assert ("evidence", "made_with", f"dataset:{digest_of('gold')}") in said(graded)


def test_evidence_with_a_document_names_the_document():
    piece = declared()
    backed = dataclasses.replace(
        piece, declaration=dataclasses.replace(piece.declaration, document_digest=digest_of("runbook"))
    )

    assert ("evidence", "made_with", f"document:{digest_of('runbook')}") in said(backed)


def test_a_policy_binds_controls_that_serve_requirements_and_are_checked_by_rules():
    found = said(policy(rule()))

    assert ("policy", "binds", "control:control of base/injection") in found
    assert ("control", "checked_by", "rule:base/injection") in found
    assert any(kind == "mapped_to" and target.endswith("LLM01:2025") for _, kind, target in found)


def test_a_decision_rests_on_what_counted_and_on_nothing_else():
    counted, too_old = run_evidence(), run_evidence(id="ev_old", age=timedelta(days=400))
    traces = traces_of(judge(rule(), evidence=held(counted, too_old)), digest_of("d"))
    rests_on = {(e.target.kind, e.target.key) for e in traces.edges if e.kind is EdgeKind.RESTS_ON}
    cited = {e.target.key for e in traces.edges if e.kind is EdgeKind.CITES}

    assert ("evidence", "ev_1") in rests_on
    assert ("evidence", "ev_old") not in rests_on
    assert {kind for kind, _ in rests_on} == {"evidence", "policy", "assessment", "result"}
    assert cited == {"ev_1"}


def test_a_decision_decides_its_release_and_its_results_judge_their_rules():
    found = said(judge(rule(), evidence=held(run_evidence())))

    assert ("decision", "decides", "release:desk 1") in found
    assert ("result", "judges", "rule:base/injection") in found


@pytest.mark.parametrize(
    ("scope", "about"),
    [
        (ReleaseScope(release=digest_of("r")), f"release:{digest_of('r')}"),
        (ComponentScope(component="answer", digest=digest_of("c")), "component:answer"),
        (VersionScope(system="desk", first="1", last="2"), "system:desk"),
    ],
)
def test_an_exception_waives_rules_within_its_scope(scope, about):
    found = said(exception(scope=scope))

    assert {("exception", "waives", "rule:base/a"), ("exception", "about", about)} <= found
    assert ("exception", "rests_on", "rule:base/b") in found


def test_a_renewal_supersedes_what_it_goes_on_from():
    renewed = exception(id="exception_2", renews="exception_1", renewal=1, review_note="still needed")
    end = ExceptionEnd(id="end_1", exception="exception_1", end="revoked", by="ana", at=NOW, reason="over")

    assert ("exception", "supersedes", "exception:exception_1") in said(renewed)
    assert said(end) == {("exception-end", "about", "exception:exception_1")}


def test_an_approval_answers_a_request_that_is_about_exactly_what_is_bound():
    payload = ApprovalPayload(
        kind=ConsentKind.RELEASE,
        tier=RiskTier.HIGH,
        bound=(Bound(name="release", digest=digest_of("r")), Bound(name="evidence", digest=digest_of("e"))),
    )
    request = ApprovalRequest(
        id="request_1", about="desk 1", payload=payload, requested_by="ana", authors=(), requested_at=NOW
    )
    approval = Approval(
        id="approval_1",
        request="request_1",
        payload=payload.digest,
        kind=ConsentKind.RELEASE,
        role="legal",
        approver="ben",
        asked=digest_of(request),
        asked_by="ana",
        answer=Answer.APPROVE,
        decided_at=NOW,
        valid_until=NOW + timedelta(days=9),
        delegation="delegation_1",
    )

    assert ("approval-request", "about", f"release:{digest_of('r')}") in said(request)
    assert ("approval", "rests_on", "delegation:delegation_1") in said(approval)
    assert any(kind == "answers" for _, kind, _ in said(approval))
    for of, kind in (("request_1", "approval-request"), ("approval_1", "approval")):
        taken_back = Withdrawal(id="withdrawal_1", of=of, by="ben", at=NOW, reason="no")
        assert said(taken_back) == {("withdrawal", "about", f"{kind}:{of}")}


def test_a_recall_names_collectors_subjects_and_pieces():
    recall = Recall(
        id="recall_1",
        cause=RecallCause.JUDGE_FAULTY,
        reason="wrong",
        producer="eval",
        versions=("1",),
        subject=digest_of("judge"),
        evidence=("ev_1",),
        recorded_by="ana",
        recorded_at=NOW,
    )
    edges = traces_of(recall, digest_of(recall)).edges

    assert {(e.kind.value, e.target.kind, e.target.key) for e in edges} == {
        ("about", "collector", "eval@1"),
        ("about", "judge", digest_of("judge")),
        ("recalls", "evidence", "ev_1"),
    }


def test_a_noun_that_the_graph_does_not_know_says_nothing():
    assert traces_of(component("a"), digest_of("a")).edges == ()
    assert traces_of("text", digest_of("a")).node is None


def exception(**changes: object) -> PolicyException:
    values: dict[str, object] = {
        "id": "exception_1",
        "system": "desk",
        "rules": ("base/a",),
        "scope": ReleaseScope(release=digest_of("r")),
        "reason_code": ReasonCode.NOT_YET_FEASIBLE,
        "justification": "no time",
        "compensating": ("base/b",),
        "tier": RiskTier.HIGH,
        "requested_by": "ana",
        "requested_at": NOW,
        "starts_at": NOW,
        "expires_at": NOW + timedelta(days=30),
    }
    return PolicyException(**(values | changes))
