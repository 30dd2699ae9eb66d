"""The smallest world in which the gate's judge can be asked about one case: a release, a task, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from roadworthy.core.calibration import Calibration, JudgeUse, LabelCount
from roadworthy.core.digest import Digest, JsonValue, plain
from roadworthy.core.evidence import (
    PROOFS,
    Assurance,
    ControlProof,
    Declaration,
    Evidence,
    Imported,
    Origin,
    Producer,
    RunResult,
)
from roadworthy.core.result import ClusterCount, Interval, Measurement
from roadworthy.core.subject import Subject
from roadworthy.gates.inputs import Controls, HeldEvidence, TaskRef
from roadworthy.gates.rules import Known
from roadworthy.gates.validity import SYSTEM
from roadworthy.policy.cases import Case, CaseDeclaration, CaseRun, CaseSlice
from roadworthy.policy.model import EvidenceCheck, MeasureCheck, Rule
from roadworthy.policy.ports import ConditionLanguage
from roadworthy.policy.strictness import bar_of

IN_EFFECT = date(9000, 1, 1)
"""The day of a case that names none: whatever takes effect some day has done so."""

_TASK = "tried-task"
_METRIC = "checked"
_PRODUCER = Producer(name="case", version="1")
_EVER = Interval(low=0.0, high=1.0, confidence=0.95, method="not read by the gate")
_LABELS = LabelCount(slice="all", bad_flagged=5_000, bad_missed=0, good_passed=5_000, good_flagged=0)
"""In each slice, of a judge that errs so rarely that only the age of its calibration matters."""

_HERE: Digest = "sha256:" + "1" * 64
_ELSEWHERE: Digest = "sha256:" + "2" * 64
_TASK_DIGEST: Digest = "sha256:" + "3" * 64
_TARGET_DIGEST: Digest = "sha256:" + "4" * 64
_OTHER_DIGEST: Digest = "sha256:" + "5" * 64


def world_of(case: Case, *, rule: Rule, conditions: ConditionLanguage) -> Known:
    """Return what the gate knows in ``case``, arranged for judging ``rule``.

    The release has the components that the case's facts name, or one where they name none.
    A run was registered with the bar of ``rule`` as it is judged, so that the rule itself is
    tried and not what some earlier version asked.

    Raises:
        ValueError: If the case's facts are no plain values.
    """
    facts = _plain_facts(case)
    types = _components(facts)
    now = datetime.combine(case.on or IN_EFFECT, time(12), tzinfo=UTC)
    tasks, runs, imports = _ran(case.run, rule=rule, types=types, now=now)
    documents = facts.get("documents")
    return Known(
        components=dict.fromkeys((*types, SYSTEM), _HERE),
        component_types=types,
        facts=facts,
        documents={k: str(v) for k, v in documents.items()} if isinstance(documents, dict) else {},
        tasks=tasks,
        runs=runs,
        imports=imports,
        others=_declared(case.declaration, rule=rule, types=types, now=now),
        conditions=conditions,
        now=now,
        controls=Controls(policy=_HERE, faults=_HERE),
    )


def _plain_facts(case: Case) -> dict[str, JsonValue]:
    try:
        facts = plain(case.facts)
    except TypeError as error:
        raise ValueError(f"its facts are no plain values: {error}") from error
    return facts if isinstance(facts, dict) else {}


def _components(facts: Mapping[str, JsonValue]) -> dict[str, str]:
    """Return the type of each component by key; what has no type or key is no component."""
    stated = facts.get("components")
    found: dict[str, str] = {}
    for item in stated if isinstance(stated, list | tuple) else ():
        if isinstance(item, dict) and isinstance(item.get("type"), str):
            key = item.get("key")
            found[key if isinstance(key, str) and key else f"component-{len(found)}"] = str(item["type"])
    return found or {"component": "application"}


def _ran(
    run: CaseRun | None, *, rule: Rule, types: Mapping[str, str], now: datetime
) -> tuple[dict[str, tuple[TaskRef, ...]], dict[str, list[HeldEvidence]], dict[str, list[HeldEvidence]]]:
    if run is None or not isinstance(rule.require, MeasureCheck):
        return {}, {}, {}
    category = run.category or rule.require.category
    held = [_held(_run_evidence(run, rule=rule, check=rule.require, category=category, types=types, now=now), run)]
    if run.imported:
        return {}, {}, {category: held}
    task = TaskRef(
        id=_TASK, category=category, digest=_TASK_DIGEST, subjects=_subjects(types, _HERE), target=_TARGET_DIGEST
    )
    return {category: (task,)}, {_TASK: held}, {}


def _run_evidence(
    run: CaseRun, *, rule: Rule, check: MeasureCheck, category: str, types: Mapping[str, str], now: datetime
) -> Evidence:
    at = now - timedelta(days=run.age_days)
    imported = Imported(tool=_PRODUCER, format="case", files=(), rows=_OTHER_DIGEST, model=None)
    return Evidence(
        id="run",
        type=f"eval:{category}",
        origin=Origin.IMPORTED_ATTESTATION if run.imported else Origin.MACHINE_RUN,
        assurance=Assurance.SELF_ATTESTED,
        subjects=_subjects(types, _HERE if run.about == "this_release" else _ELSEWHERE),
        producer=_PRODUCER,
        observed_at=at,
        recorded_at=at,
        result=RunResult(
            run="run",
            task=_TASK,
            task_digest=_TASK_DIGEST,
            target_digest=_TARGET_DIGEST,
            category=category,
            measurements=_measurements(run, metric=run.metric or _asked_for(check), now=now),
            registered_policy=_OTHER_DIGEST,
            registered_at=at,
            bars=() if run.imported else (bar_of(rule, check),),
            journal_digest=_OTHER_DIGEST,
            errors=(run.attempted or run.assessed) - run.assessed,
            imported=imported if run.imported else None,
        ),
    )


def _asked_for(check: MeasureCheck) -> str:
    return _METRIC if check.metric == "*" else check.metric


def _measurements(run: CaseRun, *, metric: str, now: datetime) -> tuple[Measurement, ...]:
    slices = tuple(sorted(f"{part.name}={part.value}" for part in run.slices))
    judge = None if run.judge_age_days is None else _judge(now - timedelta(days=run.judge_age_days), slices=slices)
    attempted = run.attempted if run.attempted is not None else run.assessed
    whole = CaseSlice(name="", value="", assessed=run.assessed, failures=run.failures)
    parts = [_measurement(part, metric=metric, attempted=part.assessed, judge=judge) for part in run.slices]
    return (_measurement(whole, metric=metric, attempted=attempted, judge=judge), *parts)


def _measurement(part: CaseSlice, *, metric: str, attempted: int, judge: JudgeUse | None) -> Measurement:
    """Return what was measured on ``part``; one without a name is the whole."""
    return Measurement(
        metric=metric,
        slice=f"{part.name}={part.value}" if part.name else "all",
        numerator=part.assessed - part.failures,
        denominator=part.assessed,
        attempted=attempted,
        clusters=_clusters(part.failures, part.assessed),
        interval=_EVER if part.assessed else None,
        judge=judge,
    )


@lru_cache(maxsize=512)
def _clusters(failures: int, assessed: int) -> tuple[ClusterCount, ...]:
    return tuple(
        ClusterCount(cluster=f"{number:05}", successes=int(number >= failures), trials=1) for number in range(assessed)
    )


def _judge(calibrated_at: datetime, *, slices: tuple[str, ...]) -> JudgeUse:
    calibration = Calibration(
        judge=_OTHER_DIGEST,
        gold=_OTHER_DIGEST,
        target_family="tried",
        counts=(_LABELS, *(replace(_LABELS, slice=name) for name in slices)),
        unreadable=0,
        calibrated_at=calibrated_at,
    )
    return JudgeUse(judge="judge", digest=_OTHER_DIGEST, target_family="tried", calibration=calibration)


def _declared(
    declared: CaseDeclaration | None, *, rule: Rule, types: Mapping[str, str], now: datetime
) -> dict[str, Sequence[HeldEvidence]]:
    if declared is None or not isinstance(rule.require, EvidenceCheck):
        return {}
    at = now - timedelta(days=declared.age_days)
    covered = {key: kind for key, kind in types.items() if kind not in declared.leaves_out}
    type_ = declared.type or rule.require.type
    is_proof = type_.startswith(PROOFS)
    evidence = Evidence(
        id="declaration",
        type=type_,
        origin=declared.origin,
        assurance=declared.assurance,
        subjects=_subjects((*covered, SYSTEM), _HERE if declared.about == "this_release" else _ELSEWHERE),
        producer=_PRODUCER,
        observed_at=at,
        recorded_at=at,
        declaration=None if is_proof else _looked_at(supports=declared.supports),
        proof=_proof(declared) if is_proof else None,
    )
    return {evidence.type: [_held(evidence, declared)]}


def _looked_at(*, supports: bool) -> Declaration:
    return Declaration(statement="It was looked at.", author="case", supports=supports)


def _proof(declared: CaseDeclaration) -> ControlProof:
    return ControlProof(
        faults=_ELSEWHERE if declared.tried == "other_faults" else _HERE,
        policy=_ELSEWHERE if declared.tried == "another_policy" else _HERE,
        caught=("caught",),
        escaped=() if declared.supports else ("escaped",),
    )


def _held(evidence: Evidence, stated: CaseRun | CaseDeclaration) -> HeldEvidence:
    return HeldEvidence(evidence=evidence, digest=_OTHER_DIGEST, verified=stated.verified)


def _subjects(keys: Mapping[str, str] | Sequence[str], digest: Digest) -> tuple[Subject, ...]:
    return tuple(Subject(kind="component", name=key, digest=digest) for key in sorted(keys))
