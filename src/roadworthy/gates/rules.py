"""Judges one rule on the facts and the evidence; one function for each kind of check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from roadworthy.core.calibration import Calibration
from roadworthy.core.digest import Digest, JsonValue
from roadworthy.core.evidence import PROOFS, Bar, RunResult
from roadworthy.core.severity import Severity
from roadworthy.core.subject import Subject
from roadworthy.gates import wording
from roadworthy.gates.imported import judge_imports, not_taken
from roadworthy.gates.inputs import Controls, HeldEvidence, TaskRef
from roadworthy.gates.model import Judged, RuleOutcome, RuleResult, UsedEvidence
from roadworthy.gates.rate import judge_runs, worst
from roadworthy.gates.validity import (
    SYSTEM,
    Standing,
    standing_of_declarations,
    standing_of_task,
    used,
)
from roadworthy.policy.model import Control, EvidenceCheck, FactCheck, MeasureCheck, Rule
from roadworthy.policy.ports import Broken, ConditionLanguage, Fails, Holds, Missing
from roadworthy.policy.strictness import bar_of, looser_fields, severity_rank, strictest


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known when the rules of one release are judged, arranged for look-up."""

    components: dict[str, Digest]
    component_types: dict[str, str]
    facts: Mapping[str, JsonValue]
    documents: Mapping[str, Digest]
    tasks: Mapping[str, tuple[TaskRef, ...]]
    """By category."""

    runs: Mapping[str, Sequence[HeldEvidence]]
    """Evaluation evidence by task id."""

    imports: Mapping[str, Sequence[HeldEvidence]]
    """Results of other tools by category."""

    others: Mapping[str, Sequence[HeldEvidence]]
    """Declarations and attestations by type."""

    conditions: ConditionLanguage
    now: datetime
    controls: Controls
    """What a proof that controls work must have tried."""

    @property
    def calibrations(self) -> tuple[Calibration, ...]:
        """Every calibration of a judge whose signature holds and that was not recalled."""
        held = (one for pieces in self.others.values() for one in pieces if one.verified and not one.recalled)
        return tuple(one.evidence.calibration for one in held if one.evidence.calibration is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of a rule, before it is explained."""

    outcome: RuleOutcome
    reason: str
    evidence: tuple[UsedEvidence, ...] = ()
    judged: tuple[Judged, ...] = ()
    bar_moved: bool = False
    tasks: tuple[str, ...] = ()
    command: str = ""
    severity: Severity | None = None
    """As registered before the run, where that is heavier than the rule's own now; None: the rule's own."""


def judge_rule(rule: Rule, *, control: Control, known: Known) -> RuleResult:
    """Return what the gate finds of ``rule``, with its explanation."""
    found = _found(rule, known=known)
    green = found.outcome in (RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING)
    return RuleResult(
        rule=rule.id,
        control=control.id,
        title=control.title,
        area=control.area,
        severity=found.severity or rule.severity,
        outcome=found.outcome,
        reason=found.reason,
        requirement=control.objective,
        serves=control.links,
        evidence=found.evidence,
        judged=found.judged,
        bar_moved=found.bar_moved,
        remediation="" if green else rule.remediation,
        command="" if green else found.command,
        who_may_waive=rule.who_may_waive,
        category=rule.require.category if isinstance(rule.require, MeasureCheck) else None,
        tasks=found.tasks,
    )


def _found(rule: Rule, *, known: Known) -> Found:
    if rule.effective_on is not None and known.now.date() < rule.effective_on:
        return Found(outcome=RuleOutcome.PENDING, reason=f"takes effect on {rule.effective_on.isoformat()}")
    match known.conditions.evaluate(rule.applies_when, known.facts):
        case Fails():
            return Found(outcome=RuleOutcome.NOT_APPLICABLE, reason=f"does not apply: {rule.applies_when}")
        case Missing(reason=reason):
            return Found(outcome=RuleOutcome.MISSING, reason=f"cannot tell whether it applies: {reason}")
        case Broken(reason=reason):
            return Found(outcome=RuleOutcome.ERROR, reason=f"its condition cannot be evaluated: {reason}")
        case Holds():
            pass
    match rule.require:
        case FactCheck() as fact:
            return _judge_fact(fact, rule=rule, known=known)
        case MeasureCheck() as measure:
            return _judge_measure(measure, bar=bar_of(rule, measure), known=known)
        case EvidenceCheck() as evidence:
            return _judge_evidence(evidence, rule=rule, known=known)


def _judge_fact(check: FactCheck, *, rule: Rule, known: Known) -> Found:
    match known.conditions.evaluate(check.condition, known.facts):
        case Holds():
            return Found(outcome=RuleOutcome.PASS, reason="the stated facts meet it")
        case Fails():
            return Found(outcome=RuleOutcome.FAIL, reason=rule.message)
        case Missing(reason=reason):
            return Found(outcome=RuleOutcome.MISSING, reason=reason)
        case Broken(reason=reason):
            return Found(outcome=RuleOutcome.ERROR, reason=reason)


def _judge_measure(check: MeasureCheck, *, bar: Bar, known: Known) -> Found:
    tasks = known.tasks.get(check.category, ())
    imported = _judge_imports(check, bar=bar, known=known)
    if not tasks:
        if check.imports and imported is not None:
            return imported
        held = not_taken(() if check.imports else known.imports.get(check.category, ()))
        return Found(
            outcome=RuleOutcome.MISSING,
            reason=f"no evaluation task measures {check.category!r}{held}",
        )
    if imported is not None and imported.outcome is RuleOutcome.FAIL:
        # What refutes a rule is not outweighed by what supports it.
        return replace(imported, tasks=tuple(task.id for task in tasks))
    parts = [_judge_task(task, check=check, today=bar, known=known) for task in tasks]
    first = min(parts, key=lambda part: _ORDER[part.outcome])
    return replace(
        first,
        reason="; ".join(p.reason for p in parts if p.outcome is first.outcome),
        evidence=tuple(e for part in parts for e in part.evidence),
        judged=tuple(j for part in parts for j in part.judged),
        bar_moved=any(part.bar_moved for part in parts),
        severity=max((p.severity for p in parts if p.severity), key=severity_rank, default=None),
        tasks=tuple(task.id for task in tasks),
        command=first.command
        or wording.run_command(
            [task.id for task, part in zip(tasks, parts, strict=True) if part.outcome is not RuleOutcome.PASS]
        ),
    )


def _judge_imports(check: MeasureCheck, *, bar: Bar, known: Known) -> Found | None:
    if not check.imports:
        return None
    answer = judge_imports(
        known.imports.get(check.category, ()),
        left=_runs_of_no_task(check.category, known=known),
        check=check,
        bar=bar,
        components=known.components,
        now=known.now,
    )
    if answer is None:
        return None
    return Found(
        outcome=answer.outcome,
        reason=answer.reason,
        evidence=answer.evidence,
        judged=answer.judged,
        command=wording.judge_command(answer.judged),
    )


def _runs_of_no_task(category: str, *, known: Known) -> list[HeldEvidence]:
    """The release's own runs in ``category`` of tasks that it has no longer: who deletes a task keeps its failures."""
    tasks = {task.id for task in known.tasks.get(category, ())}
    return [
        held
        for task, runs in known.runs.items()
        if task not in tasks
        for held in runs
        if held.evidence.result is not None and held.evidence.result.category == category
    ]


_ORDER = {
    outcome: index
    for index, outcome in enumerate(
        (
            RuleOutcome.FAIL,
            RuleOutcome.ERROR,
            RuleOutcome.MISSING,
            RuleOutcome.STALE,
            RuleOutcome.UNDERPOWERED,
            RuleOutcome.PASS,
        )
    )
}


def _judge_task(task: TaskRef, *, check: MeasureCheck, today: Bar, known: Known) -> Found:
    standing = standing_of_task(
        task,
        known.runs.get(task.id, ()),
        components=known.components,
        max_age_days=check.max_age_days,
        now=known.now,
    )
    if not standing.valid:
        return _without_valid(standing, what=f"a run of {task.id}", known=known)
    cited = _cited(standing, known=known)
    if task.unfinished:
        # What was asked counts, also where somebody stopped asking because of the answers.
        reason = f"{task.id}: run {task.unfinished[0]} of these components was registered and not finished"
        return Found(outcome=RuleOutcome.STALE, reason=reason, evidence=cited, command="rw eval run --resume")
    runs = [held.evidence.result for held in standing.valid if held.evidence.result is not None]
    registered = [bar for run in runs for bar in run.bars if bar.rule == today.rule]
    if not any(bar.rule == today.rule for bar in runs[0].bars) or any(
        bar.comparator != today.comparator for bar in registered
    ):
        reason = f"{task.id}: this bar was not registered before the run, so the run cannot answer to it"
        return Found(outcome=RuleOutcome.STALE, reason=reason, evidence=cited, bar_moved=True)
    return _against(
        strictest([today, *registered]), runs, check=check, today=today, task=task, cited=cited, known=known
    )


def _against(
    bar: Bar,
    runs: Sequence[RunResult],
    *,
    check: MeasureCheck,
    today: Bar,
    task: TaskRef,
    cited: tuple[UsedEvidence, ...],
    known: Known,
) -> Found:
    """Judge ``runs`` by the strictest bar that any of them was registered with, and today's."""
    moved = bool(looser_fields(bar, today))
    judged = judge_runs(runs, check=check, bar=bar, now=known.now, calibrations=known.calibrations)
    outcome = worst(judged)
    return Found(
        outcome=outcome,
        reason=wording.of_judged(judged, outcome=outcome, task=task.id, moved=moved),
        evidence=cited,
        judged=judged,
        bar_moved=moved,
        command=wording.judge_command(judged),
        severity=bar.severity,
    )


def _judge_evidence(check: EvidenceCheck, *, rule: Rule, known: Known) -> Found:
    is_proof = check.type.startswith(PROOFS)
    # A proof is about the whole: with one component more, other mistakes are possible.
    covered = [key for key, kind in known.component_types.items() if is_proof or kind in check.about]
    required = [Subject(kind="component", name=key, digest=known.components[key]) for key in (SYSTEM, *covered)]
    candidates = [
        held
        for held in known.others.get(check.type, ())
        if held.evidence.origin in check.origins
        and held.assurance.rank >= check.min_assurance.rank
        # What somebody says of a proof is none.
        and (held.evidence.proof is not None) is is_proof
    ]
    standing = standing_of_declarations(
        candidates,
        components=known.components,
        required=required,
        documents=known.documents,
        max_age_days=check.max_age_days,
        now=known.now,
        controls=known.controls,
    )
    command = wording.attest_command(check.type)
    if not standing.valid:
        return replace(_without_valid(standing, what=check.type, known=known), command=command)
    refuting = [h for h in standing.valid if h.evidence.declaration and not h.evidence.declaration.supports]
    proof = standing.valid[0].evidence.proof
    if proof is not None and not proof.supports:
        # Of proofs the newest counts alone: an older one tried other faults, or controls that were mended since.
        reason = wording.of_refuting_proof(proof)
        return Found(outcome=RuleOutcome.FAIL, reason=reason, evidence=_cited(standing, known=known), command=command)
    cited = _cited(standing, known=known)
    if refuting:
        reason = f"{len(refuting)} of {len(standing.valid)} valid declarations refute it"
        return Found(outcome=RuleOutcome.FAIL, reason=reason, evidence=cited, command=command)
    return Found(
        outcome=RuleOutcome.PASS,
        reason=wording.of_declaration(standing.valid[0], now=known.now),
        evidence=cited,
    )


def _without_valid(standing: Standing, *, what: str, known: Known) -> Found:
    if standing.newest is None:
        return Found(outcome=RuleOutcome.MISSING, reason=f"there is no evidence: {what}")
    held, judgement = standing.newest
    return Found(
        outcome=RuleOutcome.STALE,
        reason=f"no valid evidence: {what}; the newest does not count because {judgement.reason}",
        evidence=(used(held, judgement, now=known.now),),
    )


def _cited(standing: Standing, *, known: Known) -> tuple[UsedEvidence, ...]:
    """The valid pieces; those that do not count are named only where nothing else is there."""
    valid = {held.digest for held in standing.valid}
    return tuple(used(held, j, now=known.now) for held, j in standing.items if held.digest in valid)
