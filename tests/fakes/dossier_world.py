"""A decision with everything that documents are written from. Every part can be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fakes.gate_world import (
    CONDITIONS,
    NOW,
    bar,
    declared,
    evidence_check,
    fact_check,
    measure_check,
    measurement,
    release,
    rule,
    run_evidence,
    task,
)
from roadworthy.approvals.standing import ConsentStanding, ConsentState
from roadworthy.core.digest import digest_of
from roadworthy.core.evidence import Evidence
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.evidence.documents.dossier import Dossier, OpenFinding, dossier_of
from roadworthy.exceptions.model import ExceptionStanding, ExceptionState, ReasonCode
from roadworthy.gates.decide import EVALUATOR, decide_from
from roadworthy.gates.inputs import AssessmentRef, EvidenceRef, GateInputs
from roadworthy.gates.model import GateDecision, Verdict
from roadworthy.governance.model import ConsentKind
from roadworthy.policy.model import Area, Control, Rule
from roadworthy.policy.resolved import ResolvedControl, ResolvedPolicy
from roadworthy.risk.method import Harm
from roadworthy.risk.model import ApplicableThreat, OpenQuestion, OpenRisk, Risk, RiskAssessment

FACTS = {
    "system": {
        "key": "desk", "name": "Desk", "version": "1", "purpose": "answers questions",
        "intended_use": ["questions about orders"], "owner": "the desk team", "human_oversight": "over",
        "data_classes": ["personal"],
    },
    "components": [
        {"type": "hosted_model", "key": "model", "provider": "somebody", "model": "m-1"},
        {"type": "tool", "key": "refund", "description": "pays", "side_effects": ["pay"]},
    ],
    "release": {"system": "desk", "version": "1"},
    "assessment": {"tier": "high", "legal_classes": ["minimal"], "expires_at": "2026-12-01T00:00:00Z"},
    "documents": {"runbook": "sha256:" + "a" * 64},
}  # fmt: skip


def control(name: str, area: Area, *rules: Rule, threats: tuple[str, ...] = ()) -> ResolvedControl:
    made = Control(
        id=f"base/{name}", title=f"Title of {name}", objective=f"Verify that {name} is so.", why="It might not.",
        area=area, type="preventive", stage="release", tiers=tuple(RiskTier), rules=rules, threats=threats,
    )  # fmt: skip
    return ResolvedControl(control=made, rules=rules)


def policy() -> ResolvedPolicy:
    injection = rule(id="base/injection")
    quality = rule(measure_check(category="quality", threshold=0.2), id="base/quality", severity=Severity.WARN)
    owner = rule(fact_check("system.owner != ''"), id="base/owner")
    runbook = rule(evidence_check(), id="base/runbook")
    return ResolvedPolicy(
        tier=RiskTier.HIGH,
        packs=(),
        controls=(
            control("eval-injection-direct", Area.EVALUATION, injection, threats=("T01",)),
            control("eval-quality", Area.EVALUATION, quality),
            control("incident-runbook", Area.INCIDENT, runbook, threats=("T01",)),
            control("oversight-owner", Area.OVERSIGHT, owner),
        ),
    )


def assessment(**changes: object) -> RiskAssessment:
    values: dict[str, object] = {
        "id": "asm_1", "system": "desk", "facts": digest_of("facts"), "author": "ada", "assessed_at": NOW,
        "expires_at": NOW + timedelta(days=100), "tier": RiskTier.HIGH, "headline": "high: it pays", "legal": (),
        "legal_unknown": False, "steps": (),
        "threats": (
            ApplicableThreat(threat="T01", title="Injection", components=(), flows=(), because="it reads text"),
        ),
        "risks": (
            OpenRisk(
                risk=Risk(
                    id="R-T01", statement="Somebody steers it", harms=(next(iter(Harm)),), severity=4, likelihood=4,
                    exposure=4, detectability=3, threat="T01",
                ),
                tier=RiskTier.HIGH, path="4 x 4",
            ),
        ),
        "questions": (OpenQuestion(fact="system.legal_facts.biometrics", text="Does it use biometrics?", decides=()),),
        "warnings": (), "data": (), "method": "tier/1",
    }  # fmt: skip
    return RiskAssessment(**(values | changes))


def pieces(*, failures: int = 0) -> tuple[Evidence, ...]:
    quality = task(id="quality", category="quality")
    return (
        run_evidence(measurement(failures=failures, trials=200), id="ev_injection"),
        run_evidence(
            measurement(failures=10, trials=200, metric="right"), id="ev_quality", task_ref=quality,
            bars=(bar(rule="base/quality", threshold=0.2, severity=Severity.WARN),),
        ),
        declared(id="ev_runbook"),
    )  # fmt: skip


def decided(
    *, evidence: tuple[Evidence, ...], facts: dict[str, object] | None = None, of: RiskAssessment | None = None
) -> tuple[GateDecision, GateInputs, ResolvedPolicy, RiskAssessment]:
    assessed, bound, candidate = of or assessment(), policy(), release()
    inputs = GateInputs(
        decision="decision_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        release=candidate.digest,
        policy=digest_of(bound),
        assessment=AssessmentRef(digest=digest_of(assessed), expires_at=assessed.expires_at),
        facts=FACTS if facts is None else facts,
        tasks=(task(), task(id="quality", category="quality")),
        evidence=tuple(EvidenceRef(digest=digest_of(e), verified=True) for e in evidence),
        decided_at=NOW,
        evaluator=EVALUATOR,
    )
    decision = decide_from(
        inputs,
        release=candidate,
        policy=bound,
        evidence={digest_of(e): e for e in evidence},
        conditions=CONDITIONS,
    )
    return decision, inputs, bound, assessed


def dossier(
    *,
    evidence: tuple[Evidence, ...] | None = None,
    facts: dict[str, object] | None = None,
    now: object = NOW,
    given: tuple[Evidence, ...] | None = None,
    allow_lapsed: bool = False,
    voided: dict[str, str] | None = None,
    of: RiskAssessment | None = None,
    change: dict[str, object] | None = None,
    before: GateDecision | None = None,
    findings: tuple[OpenFinding, ...] = (),
) -> Dossier:
    """Return a dossier; ``given`` stands for what the store has now, ``change`` alters the decision after the fact."""
    looked_at = pieces() if evidence is None else evidence
    decision, inputs, bound, assessed = decided(evidence=looked_at, facts=facts, of=of)
    return dossier_of(
        replace(decision, **(change or {})),
        release=release(),
        inputs=inputs,
        policy=bound,
        assessment=assessed,
        evidence=looked_at if given is None else given,
        written_at=now,
        allow_lapsed=allow_lapsed,
        voided=voided,
        before=before,
        findings=findings,
    )


def excepted(rule_id: str = "base/injection") -> dict[str, object]:
    """Return changes by which an effective exception lets ``rule_id`` through, although it is refuted."""
    decision, *_ = decided(evidence=pieces(failures=100))
    standing = ExceptionStanding(
        id="exception_1", digest=digest_of("exception"), state=ExceptionState.ACTIVE, in_scope=True, effective=True,
        reason="", rules=(rule_id,), waived=(rule_id,), reason_code=ReasonCode.NOT_YET_FEASIBLE,
        expires_at=NOW + timedelta(days=10), requested_by="bea",
        consent=ConsentStanding(
            kind=ConsentKind.EXCEPTION, state=ConsentState.APPROVED, payload=digest_of("payload"), request="request_1",
            reason="approved", approvers=("ada",),
        ),
    )  # fmt: skip
    results = tuple(replace(r, exceptions=("exception_1",)) if r.rule == rule_id else r for r in decision.results)
    return {"exceptions": (standing,), "results": results, "verdict": Verdict.CONDITIONS}
