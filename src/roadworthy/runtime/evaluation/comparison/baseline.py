"""Pins the run of a task that later ones are held against. Every pin is a record in the log; none is changed."""

from __future__ import annotations

from pydantic import TypeAdapter

from roadworthy.adapters.store.records import LedgerRecords
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.evals.comparison.baseline import BaselinePin
from roadworthy.evals.model import RunPlan
from roadworthy.runtime.evaluation.comparison.rows import remember_rows
from roadworthy.runtime.interruption import unfinished
from roadworthy.runtime.workspace import Workspace


def pins(workspace: Workspace) -> LedgerRecords[BaselinePin]:
    """Return the store of pins; the newest of a task is in force."""
    return LedgerRecords(
        workspace.ledger, kind="baseline", adapter=TypeAdapter(BaselinePin), name_of=lambda pin: pin.task
    )


def baseline_of(workspace: Workspace, task: str) -> BaselinePin | None:
    """Return the pin in force of ``task``, or None where none was set or the last one was cleared."""
    found = [stored.record for stored in pins(workspace).all() if stored.record.task == task]
    return found[-1] if found and found[-1].run is not None else None


def baselines(workspace: Workspace) -> tuple[BaselinePin, ...]:
    """Return every pin in force, by task."""
    newest = {stored.record.task: stored.record for stored in pins(workspace).all()}
    return tuple(newest[task] for task in sorted(newest) if newest[task].run is not None)


def set_baseline(workspace: Workspace, run: str) -> BaselinePin:
    """Pin a finished run as the baseline of its task.

    Raises:
        NotFoundError: If there is no such run.
        ConfigError: If the run is not finished: what is left of it could change the baseline.
    """
    plan = workspace.runs.plan(run)
    if any(open_run.id == plan.id for open_run in unfinished(workspace)):
        raise ConfigError(
            f"run {plan.id} is not finished",
            where="rw eval baseline set",
            fix=f"finish it with `rw eval run {plan.task} --resume`, or pin another run",
        )
    remember_rows(workspace, plan)
    return _record(workspace, plan.task, run=plan.id)


def clear_baseline(workspace: Workspace, task: str) -> BaselinePin:
    """Leave ``task`` without a baseline from here on.

    Raises:
        NotFoundError: If it has none.
    """
    if baseline_of(workspace, task) is None:
        raise NotFoundError(f"task {task!r} has no baseline", fix="see `rw eval baseline show`")
    return _record(workspace, task, run=None)


def base_plan(workspace: Workspace, plan: RunPlan, named: str | None) -> RunPlan | None:
    """Return the run to compare ``plan`` with: the named one, else its task's baseline unless that is itself.

    Raises:
        NotFoundError: If there is no such run.
    """
    if named is not None:
        return workspace.runs.plan(named)
    pinned = baseline_of(workspace, plan.task)
    return workspace.runs.plan(pinned.run) if pinned and pinned.run and pinned.run != plan.id else None


def _record(workspace: Workspace, task: str, *, run: str | None) -> BaselinePin:
    pin = BaselinePin(task=task, run=run, pinned_at=workspace.clock.now(), pinned_by=workspace.actor)
    pins(workspace).add(pin)
    return pin
