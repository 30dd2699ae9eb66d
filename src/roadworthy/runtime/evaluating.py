"""Runs evaluation tasks: registers the run, asks the target, keeps the journal, signs what was measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import roadworthy
from roadworthy.adapters.targets.build import build_target
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.core.evidence import Assurance, Bar, Evidence, Origin, Producer
from roadworthy.core.result import Unassessed
from roadworthy.core.subject import Subject
from roadworthy.evals.model import RunPlan, SampleResult, Task
from roadworthy.evals.runner import RetryPolicy, run
from roadworthy.evals.scorers.registry import build
from roadworthy.evals.summary import summarise
from roadworthy.evidence.redact import redact_journal
from roadworthy.gates.inputs import TaskRef
from roadworthy.inventory.model import TargetSpec
from roadworthy.inventory.release import closure
from roadworthy.policy.model import MeasureCheck
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.policy.strictness import bar_of
from roadworthy.runtime.candidate import Candidate
from roadworthy.runtime.gating import sign_evidence
from roadworthy.runtime.workspace import Workspace

DEFAULT_CONCURRENCY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a run is carried out; nothing here changes what is asked."""

    concurrency: int = DEFAULT_CONCURRENCY
    """Questions in flight at most; 1 or more."""

    use_cache: bool = True
    retry_unassessed: bool = False
    """On resume, ask again what could not be assessed."""


def tasks_named(candidate: Candidate, names: Sequence[str]) -> tuple[tuple[Task, TaskRef], ...]:
    """Return the tasks with these ids or categories, in the candidate's order; every task for no name.

    Raises:
        NotFoundError: If a name is neither.
    """
    pairs = tuple(zip(candidate.tasks, candidate.refs, strict=True))
    if not names:
        return pairs
    known = {task.id for task in candidate.tasks} | {task.category for task in candidate.tasks}
    unknown = sorted(set(names) - known)
    if unknown:
        raise NotFoundError(
            f"no evaluation task or category is called {unknown[0]!r}",
            where="rw eval run",
            fix=f"choose from {', '.join(sorted(task.id for task in candidate.tasks)) or 'tasks that you add'}",
        )
    return tuple((task, ref) for task, ref in pairs if task.id in names or task.category in names)


def register(
    workspace: Workspace, candidate: Candidate, task: Task, ref: TaskRef, *, policy: ResolvedPolicy
) -> RunPlan:
    """Fix, before anything is asked, what the run will measure and the bars that it will be held against."""
    workspace.releases.add(candidate.release)
    policy_digest = workspace.policies.add(policy)
    target = build_target(_target_spec(candidate, task), root=workspace.root, environ=workspace.environ)
    plan = RunPlan(
        id=workspace.ids.new("run"),
        task=task.id,
        category=task.category,
        task_digest=ref.digest,
        release=candidate.release.digest,
        target=target.name,
        target_digest=target.digest,
        subjects=ref.subjects,
        epochs=task.epochs,
        seed=task.seed,
        num_samples=len(task.samples),
        policy_digest=policy_digest,
        bars=bars_of(policy, task),
        registered_at=workspace.clock.now(),
    )
    workspace.runs.register(plan).close()
    return plan


def bars_of(policy: ResolvedPolicy, task: Task) -> tuple[Bar, ...]:
    """Return the bars of every rule that ``task`` serves, by rule."""
    return tuple(
        bar_of(rule, rule.require)
        for rule in sorted(policy.rules, key=lambda r: r.id)
        if isinstance(rule.require, MeasureCheck) and rule.require.category == task.category
    )


async def carry_out(
    workspace: Workspace,
    candidate: Candidate,
    plan: RunPlan,
    *,
    options: Options,
    on_result: Callable[[SampleResult], None],
) -> Evidence:
    """Carry out a registered run, or go on with it, and sign what it measured.

    Raises:
        ConfigError: If the task or the components changed since the run was registered.
    """
    task, ref = _registered_task(candidate, plan)
    target = build_target(_target_spec(candidate, task), root=workspace.root, environ=workspace.environ)
    _, journal = workspace.runs.open(plan.id)
    try:
        await run(
            task,
            plan=plan,
            target=target,
            scorers=tuple(build(spec) for spec in task.scorers),
            journal=journal,
            cache=workspace.cache if options.use_cache else None,
            clock=workspace.clock,
            concurrency=options.concurrency,
            retries=RetryPolicy(),
            on_result=on_result,
            retry_unassessed=options.retry_unassessed,
        )
        results = tuple(journal.results())
        digest = journal.digest()
    finally:
        journal.close()
        await target.close()
    evidence = _evidence(workspace, candidate, plan, ref, results=results, journal_digest=digest)
    redacted = redact_journal(workspace.runs.content(plan.id), where=plan.id)
    sign_evidence(workspace, evidence, redacted_journal=redacted.digest)
    return evidence


def unfinished(workspace: Workspace) -> tuple[RunPlan, ...]:
    """Return the registered runs that yielded no evidence, oldest first."""
    done = {stored.record.result.run for stored in workspace.evidence.all() if stored.record.result}
    return tuple(plan for plan in workspace.runs.plans() if plan.id not in done)


def count_unassessed(result: SampleResult) -> bool:
    """Return whether some scorer could not judge this sample."""
    return any(isinstance(score.outcome, Unassessed) for score in result.scores)


def _registered_task(candidate: Candidate, plan: RunPlan) -> tuple[Task, TaskRef]:
    for task, ref in zip(candidate.tasks, candidate.refs, strict=True):
        if task.id == plan.task:
            if ref.digest != plan.task_digest:
                raise ConfigError(
                    f"task {task.id} changed since run {plan.id} was registered",
                    fix=f"start a new run: rw eval run {task.id}",
                )
            if {(s.name, s.digest) for s in ref.subjects} != {(s.name, s.digest) for s in plan.subjects}:
                raise ConfigError(
                    f"components of task {task.id} changed since run {plan.id} was registered",
                    fix=f"start a new run: rw eval run {task.id}",
                )
            return task, ref
    raise NotFoundError(f"run {plan.id} is of task {plan.task!r}, which is not there now")


def _target_spec(candidate: Candidate, task: Task) -> TargetSpec:
    return next(spec for spec in candidate.manifest.targets if spec.key == task.target)


def _evidence(
    workspace: Workspace,
    candidate: Candidate,
    plan: RunPlan,
    ref: TaskRef,
    *,
    results: tuple[SampleResult, ...],
    journal_digest: str,
) -> Evidence:
    result, observed = summarise(plan, results, journal_digest=journal_digest)
    return Evidence(
        id=workspace.ids.new("ev"),
        type=f"eval:{plan.category}",
        origin=Origin.MACHINE_RUN,
        assurance=Assurance.SELF_ATTESTED,
        subjects=_subjects(candidate, ref, observed),
        producer=Producer(name="roadworthy-eval", version=roadworthy.__version__),
        observed_at=max((r.finished_at for r in results), default=plan.registered_at),
        recorded_at=workspace.clock.now(),
        result=result,
    )


def _subjects(candidate: Candidate, ref: TaskRef, observed: Sequence[str]) -> tuple[Subject, ...]:
    """What the task says it exercises and what the target said it used: evidence depends on both.

    A component that the target names and the release has not stays out: there is no digest to bind to.
    """
    known = {component.key for component in candidate.release.components}
    seen = closure(candidate.release, [key for key in observed if key in known]) if observed else ()
    return tuple(sorted({*ref.subjects, *seen}))
