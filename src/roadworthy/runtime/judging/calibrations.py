"""What the store knows of a judge's errors, and how it gets into what a run measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from roadworthy.adapters.judges import self_judging_targets
from roadworthy.core.calibration import Calibration, JudgeUse
from roadworthy.core.evidence import Evidence, RunResult
from roadworthy.core.records import Stored
from roadworthy.evals.judging.model import Judge
from roadworthy.evals.judging.scorer import ModelGraded, judges_among
from roadworthy.evals.model import Task
from roadworthy.inventory.families import target_family
from roadworthy.inventory.model import Manifest
from roadworthy.runtime.gating import signature_holds
from roadworthy.runtime.workspace import Workspace


def calibrations_of(workspace: Workspace, judge: Judge) -> tuple[Stored[Evidence], ...]:
    """Return every calibration of the judge with this id, of whatever version of it, oldest first."""
    return tuple(stored for stored in workspace.evidence.all() if stored.record.type == judge.calibrations)


def newest_calibration(workspace: Workspace, graded: ModelGraded, *, family: str) -> Calibration | None:
    """Return what is known best of a judge's errors; None where nobody counted them.

    One of this very judge for this family goes before any other; where there is none, the newest of
    another version or family, by which a gate can say what changed. Those whose signature does not hold do not
    count, and those that are dated in the future only where there is no other.
    """
    keys, now = workspace.keyring, workspace.clock.now()
    found = [
        stored.record.calibration
        for stored in calibrations_of(workspace, graded.judge)
        if stored.record.calibration is not None and signature_holds(stored, keys)
    ]
    return max(
        found,
        key=lambda c: (c.judge == graded.digest, c.target_family == family, c.calibrated_at <= now, c.calibrated_at),
        default=None,
    )


def judge_uses(workspace: Workspace, manifest: Manifest, task: Task) -> dict[str, JudgeUse]:
    """Return what is known now of each of a task's judges, by metric."""
    target = next((target for target in manifest.targets if target.key == task.target), None)
    family = target_family(manifest, target) if target is not None else manifest.system.key
    targets = {target.key: target for target in manifest.targets}
    return {
        graded.name: JudgeUse(
            judge=graded.judge.id,
            digest=graded.digest,
            target_family=family,
            calibration=newest_calibration(workspace, graded, family=family),
            judges_itself=bool(self_judging_targets(graded.judge, task.target, targets)),
        )
        for graded in judges_among(task.scorers)
    }


def with_uses(result: RunResult, uses: Mapping[str, JudgeUse]) -> RunResult:
    """Return ``result`` with each measurement of a judge saying which it was and how often it errs."""
    if not uses:
        return result
    measurements = tuple(replace(m, judge=uses.get(m.metric)) for m in result.measurements)
    return replace(result, measurements=measurements)
