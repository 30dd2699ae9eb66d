"""Runs that were registered and yielded no evidence: which there are, and which can be gone on with."""

from __future__ import annotations

from roadworthy.core.errors import EvidenceError, NotFoundError
from roadworthy.evals.model import RunPlan, SampleResult
from roadworthy.evals.provenance import foreign_components
from roadworthy.gates.inputs import TaskRef
from roadworthy.runtime.candidate import Candidate
from roadworthy.runtime.workspace import Workspace


def unfinished(workspace: Workspace) -> tuple[RunPlan, ...]:
    """Return the registered runs that yielded no evidence, oldest first."""
    done = {stored.record.result.run for stored in workspace.evidence.all() if stored.record.result}
    return tuple(s.record for s in workspace.run_plans.all() if s.record.id not in done)


def why_not(ref: TaskRef | None, plan: RunPlan) -> str | None:
    """Return why ``plan`` is not a run of the task as it is now, or None when it is."""
    if ref is None:
        return f"task {plan.task} is gone"
    if ref.id != plan.task:
        return f"it is a run of {plan.task}"
    if ref.digest != plan.task_digest:
        return f"task {plan.task} changed"
    before, now = {s.name: s.digest for s in plan.subjects}, {s.name: s.digest for s in ref.subjects}
    changed = sorted(key for key in before | now if before.get(key) != now.get(key))
    return f"{', '.join(changed)} changed" if changed else None


def is_of_this_build(workspace: Workspace, candidate: Candidate, plan: RunPlan) -> bool:
    """Return whether something was answered, and by the build that the run was registered for."""
    results = _answers(workspace, plan)
    return bool(results) and not foreign_components(candidate.release, results)


def resumable(workspace: Workspace, candidate: Candidate) -> tuple[RunPlan, ...]:
    """Return the unfinished runs that can be gone on with: same task, same components, same build answering."""
    refs = {ref.id: ref for ref in candidate.refs}
    return tuple(
        plan
        for plan in unfinished(workspace)
        if why_not(refs.get(plan.task), plan) is None
        and not foreign_components(candidate.release, _answers(workspace, plan))
    )


def _answers(workspace: Workspace, plan: RunPlan) -> tuple[SampleResult, ...]:
    try:
        return workspace.runs.read(plan.id)
    except NotFoundError as error:
        raise EvidenceError(
            f"run {plan.id} of {plan.task} was registered and its journal is gone",
            where=str(workspace.state / "runs"),
            fix="restore the folder from a backup: what was asked cannot be left out",
        ) from error
