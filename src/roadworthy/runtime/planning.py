"""What the release in the making still needs, with what that will cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from roadworthy.core.digest import Digest
from roadworthy.evals.estimate import AskedModel, Estimate, estimate
from roadworthy.evals.judging.scorer import judges_among
from roadworthy.evals.model import SampleResult, Task
from roadworthy.gates.ahead import BindsByThen
from roadworthy.gates.model import Verdict
from roadworthy.gates.plan import OtherNeed, TaskNeed
from roadworthy.runtime.candidate import Candidate
from roadworthy.runtime.evaluation.runs import DEFAULT_CONCURRENCY
from roadworthy.runtime.foreseeing import judge_ahead
from roadworthy.runtime.gating import judge_candidate, plan_candidate
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTask:
    """A task, whether it must be run, and what that costs."""

    need: TaskNeed
    estimate: Estimate | None
    """None for a task whose evidence is valid: nothing is run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaskedTask:
    """A task that serves no rule in force, and what running it costs."""

    task: str
    category: str
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What stands between this release and a decision."""

    release: Digest
    version: str
    verdict: Verdict
    """What the gate would say now, or on the planned date."""

    run: tuple[PlannedTask, ...]
    """Tasks to run: missing or stale."""

    more: tuple[PlannedTask, ...]
    """Tasks whose valid evidence is too little to decide."""

    valid: tuple[PlannedTask, ...]
    other: tuple[OtherNeed, ...]
    """Facts to state and declarations to make."""

    unasked: tuple[UnaskedTask, ...] = ()
    """Tasks that no rule in force asks for: they may be run, and decide nothing."""

    at: datetime | None = None
    """End of the planned ship date, where the plan is for one; None: it is for now."""

    binds_by_then: tuple[BindsByThen, ...] = ()
    """What the planned date asks that today does not."""


def make_plan(workspace: Workspace, *, at: str | None = None) -> Plan:
    """Plan for the release in the making. Nothing is stored and nothing is asked.

    Args:
        workspace: The repository.
        at: Planned ship date, ``YYYY-MM-DD``: what is needed to ship on that day; None is now.
    """
    outlook, bench = (None, judge_candidate(workspace)) if at is None else judge_ahead(workspace, at)
    needed, other = plan_candidate(bench)
    history = _history(workspace)
    tasks = {task.id: task for task in bench.candidate.tasks}
    planned = [
        PlannedTask(
            need=need,
            estimate=None if need.need == "valid" else _estimate(tasks[need.task], bench.candidate, history),
        )
        for need in needed
    ]
    return Plan(
        release=bench.candidate.release.digest,
        version=bench.candidate.release.version,
        verdict=bench.decision.verdict,
        run=tuple(p for p in planned if p.need.need in ("missing", "stale")),
        more=tuple(p for p in planned if p.need.need == "underpowered"),
        valid=tuple(p for p in planned if p.need.need == "valid"),
        other=other,
        unasked=tuple(
            UnaskedTask(task=task.id, category=task.category, estimate=_estimate(task, bench.candidate, history))
            for task in sorted(tasks.values(), key=lambda task: task.id)
            if task.id not in {need.task for need in needed}
        ),
        at=None if outlook is None else outlook.at,
        binds_by_then=() if outlook is None else outlook.binds_by_then,
    )


def _history(workspace: Workspace) -> dict[str, tuple[SampleResult, ...]]:
    """The results of the newest run of each task."""
    newest = {plan.task: plan.id for plan in workspace.runs.plans()}
    return {task: workspace.runs.read(run) for task, run in newest.items()}


def _estimate(task: Task, candidate: Candidate, history: dict[str, tuple[SampleResult, ...]]) -> Estimate:
    spec = next(target for target in candidate.manifest.targets if target.key == task.target)
    return estimate(
        task,
        history=history,
        concurrency=DEFAULT_CONCURRENCY,
        price_per_million_input_tokens=spec.price_per_million_input_tokens,
        price_per_million_output_tokens=spec.price_per_million_output_tokens,
        judges=_asked_models(task, candidate),
    )


def _asked_models(task: Task, candidate: Candidate) -> tuple[AskedModel, ...]:
    specs = {target.key: target for target in candidate.manifest.targets}
    return tuple(
        AskedModel(
            scorer=graded.name,
            target=key,
            questions=2 if graded.judge.swap else 1,
            price_per_million_input_tokens=specs[key].price_per_million_input_tokens,
            price_per_million_output_tokens=specs[key].price_per_million_output_tokens,
        )
        for graded in judges_among(task.scorers)
        for key in graded.judge.targets
    )
