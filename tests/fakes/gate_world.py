"""A small world to judge: one release, one policy, evidence by the piece. Everything can be changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from roadworthy.adapters.conditions import CelConditions
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.evidence import Assurance, Bar, Declaration, Evidence, Origin, Producer, RunResult
from roadworthy.core.result import ClusterCount, Interval, Measurement
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.core.subject import Subject
from roadworthy.gates.decide import decide
from roadworthy.gates.inputs import AssessmentRef, HeldEvidence, TaskRef
from roadworthy.gates.oversight.consenting import Oversight
from roadworthy.inventory.release import ComponentVersion, Release, closure, release_digest
from roadworthy.policy.model import Area, Control, EvidenceCheck, FactCheck, Link, MeasureCheck, Rule
from roadworthy.policy.resolved import ResolvedControl, ResolvedPolicy

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
FACTS = {
    "system": {"key": "desk", "name": "Desk", "version": "1", "purpose": "help"},
    "components": [],
    "release": {"system": "desk", "version": "1"},
    "assessment": {"tier": "high", "legal_classes": ["minimal"], "expires_at": "2026-12-01T00:00:00Z"},
    "documents": {},
}
CONDITIONS = CelConditions()


def component(key: str, *, content: str = "v1", type: str = "prompt", uses: tuple[str, ...] = ()) -> ComponentVersion:
    return ComponentVersion(key=key, type=type, digest=digest_of({"key": key, "content": content}), uses=uses)


def release(*components: ComponentVersion, version: str = "1", facts: str = "facts") -> Release:
    parts = components or (
        component("agent", type="agent", uses=("answer", "model")),
        component("answer"),
        component("model", type="hosted_model"),
        component("other"),
    )
    parts = tuple(sorted(parts, key=lambda c: c.key))
    manifest = digest_of({"facts": facts})
    return Release(
        system="desk",
        version=version,
        components=parts,
        manifest_digest=manifest,
        digest=release_digest(system="desk", version=version, components=parts, manifest_digest=manifest),
        frozen_at=NOW,
    )


def measure_check(**changes: object) -> MeasureCheck:
    values: dict[str, object] = {
        "category": "injection_indirect",
        "comparator": "<=",
        "threshold": 0.05,
        "min_samples": 30,
        "max_age_days": 30,
    }
    return MeasureCheck(**(values | changes))


def rule(require: object | None = None, *, id: str = "base/injection", **changes: object) -> Rule:
    values: dict[str, object] = {
        "message": "attacks in documents are obeyed",
        "remediation": "turn on the retrieval rail",
        "who_may_waive": ("risk_reviewer",),
    }
    return Rule(id=id, require=require if require is not None else measure_check(), **(values | changes))


def policy(*rules: Rule, tier: RiskTier = RiskTier.HIGH) -> ResolvedPolicy:
    controls = tuple(
        ResolvedControl(
            control=Control(
                id=f"{r.id}-control",
                title=f"control of {r.id}",
                objective="Verify that it holds.",
                why="It might not.",
                area=Area.GUARD,
                type="preventive",
                stage="release",
                tiers=(RiskTier.HIGH,),
                rules=(r,),
                links=(
                    Link(
                        framework="owasp-llm",
                        id="LLM01:2025",
                        relation="intersects",
                        rationale="it is about this",
                        strength=5,
                        status="proposed",
                    ),
                ),
            ),
            rules=(r,),
        )
        for r in rules
    )
    return ResolvedPolicy(tier=tier, packs=(), controls=controls)


def task(of: Release | None = None, *, id: str = "injection-docs", digest: str = "task", **changes: object) -> TaskRef:
    values: dict[str, object] = {
        "category": "injection_indirect",
        "digest": digest_of({"task": digest}),
        "subjects": closure(of or release(), ["agent"]),
        "target": digest_of("target"),
    }
    return TaskRef(id=id, **(values | changes))


def measurement(
    *, failures: int, trials: int, attempted: int | None = None, metric: str = "canary_leak", slice: str = "all"
) -> Measurement:
    clusters = tuple(
        ClusterCount(cluster=f"c{i:05}", successes=0 if i < failures else 1, trials=1) for i in range(trials)
    )
    return Measurement(
        metric=metric,
        slice=slice,
        numerator=trials - failures,
        denominator=trials,
        attempted=attempted if attempted is not None else trials,
        clusters=clusters,
        interval=Interval(low=0.0, high=1.0, confidence=0.95, method="not used by the gate") if trials else None,
    )


def run_evidence(
    *measurements: Measurement,
    of: Release | None = None,
    task_ref: TaskRef | None = None,
    age: timedelta = timedelta(days=1),
    bars: tuple[Bar, ...] | None = None,
    id: str = "ev_1",
    **changes: object,
) -> Evidence:
    ref = task_ref or task(of)
    values: dict[str, object] = {
        "id": id,
        "type": f"eval:{ref.category}",
        "origin": Origin.MACHINE_RUN,
        "assurance": Assurance.SELF_ATTESTED,
        "subjects": ref.subjects,
        "producer": Producer(name="eval", version="1"),
        "observed_at": NOW - age,
        "recorded_at": NOW - age,
        "result": RunResult(
            run=f"run_{id}",
            task=ref.id,
            task_digest=ref.digest,
            target_digest=ref.target,
            category=ref.category,
            measurements=measurements or (measurement(failures=0, trials=100),),
            registered_policy=digest_of("policy"),
            registered_at=NOW - age,
            bars=bars if bars is not None else (bar(),),
            journal_digest=digest_of("journal"),
            errors=0,
        ),
    }
    return Evidence(**(values | changes))


def bar(**changes: object) -> Bar:
    values: dict[str, object] = {
        "rule": "base/injection",
        "comparator": "<=",
        "threshold": 0.05,
        "confidence": 0.95,
        "min_samples": 30,
        "min_coverage": 0.9,
        "severity": Severity.BLOCK,
    }
    return Bar(**(values | changes))


def declared(
    kind: str = "document:runbook", *, of: Release | None = None, age: timedelta = timedelta(days=1), **changes: object
) -> Evidence:
    values: dict[str, object] = {
        "id": "ev_declared",
        "type": kind,
        "origin": Origin.HUMAN_DECLARED,
        "assurance": Assurance.SELF_ATTESTED,
        "subjects": (Subject(kind="component", name="system", digest=(of or release()).manifest_digest),),
        "producer": Producer(name="attest", version="1"),
        "observed_at": NOW - age,
        "recorded_at": NOW - age,
        "declaration": Declaration(statement="it exists", author="a reviewer"),
    }
    return Evidence(**(values | changes))


def evidence_check(**changes: object) -> EvidenceCheck:
    values: dict[str, object] = {"type": "document:runbook", "max_age_days": 30}
    return EvidenceCheck(**(values | changes))


def fact_check(condition: str) -> FactCheck:
    return FactCheck(condition=condition)


def held(*pieces: Evidence, verified: bool = True) -> tuple[HeldEvidence, ...]:
    return tuple(HeldEvidence(evidence=e, digest=digest_of(e), verified=verified) for e in pieces)


def judge(
    *rules: Rule,
    evidence: tuple[HeldEvidence, ...] = (),
    of: Release | None = None,
    tasks: tuple[TaskRef, ...] | None = None,
    facts: dict[str, object] | None = None,
    now: datetime = NOW,
    expires_at: datetime = NOW + timedelta(days=100),
    binding: ResolvedPolicy | None = None,
    faults: Digest | None = None,
    oversight: Oversight | None = None,
):
    candidate = of or release()
    bound = binding if binding is not None else policy(*(rules or (rule(),)))
    return decide(
        id="decision_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        release=candidate,
        policy=bound,
        policy_digest=digest_of(bound),
        assessment=AssessmentRef(digest=digest_of("assessment"), expires_at=expires_at),
        facts=facts if facts is not None else FACTS,
        tasks=tasks if tasks is not None else (task(candidate),),
        evidence=evidence,
        conditions=CONDITIONS,
        now=now,
        faults=faults,
        oversight=oversight,
    )
