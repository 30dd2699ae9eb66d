"""Remembers what a task's samples were, so that runs of two versions of a task can be paired row by row."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import TypeAdapter

from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.store.records import LedgerRecords
from roadworthy.adapters.tasks import load_tasks
from roadworthy.core.errors import NotFoundError
from roadworthy.evals.comparison.rows import TaskRows, rows_of_task
from roadworthy.evals.model import RunPlan, Task, task_digest
from roadworthy.evals.scorers.registry import build
from roadworthy.runtime.workspace import Workspace


def task_rows(workspace: Workspace) -> LedgerRecords[TaskRows]:
    """Return the store of rows, by the digest of the task's version."""
    return LedgerRecords(
        workspace.ledger, kind="task-rows", adapter=TypeAdapter(TaskRows), name_of=lambda rows: rows.task_digest
    )


def remember_rows(workspace: Workspace, plan: RunPlan) -> None:
    """Record the rows of the task that ``plan`` was registered for, where it still is what it was then."""
    task = registered_task_text(workspace, plan)
    if task is not None and rows_of(workspace, plan) is None:
        task_rows(workspace).add(rows_of_task(task, task_digest=plan.task_digest))


def rows_of(workspace: Workspace, plan: RunPlan) -> Mapping[str, str] | None:
    """Return the digests of a run's rows by sample, or None where they were not recorded."""
    try:
        return task_rows(workspace).get(plan.task_digest).record.rows
    except NotFoundError:
        return None


def registered_task_text(workspace: Workspace, plan: RunPlan) -> Task | None:
    """Return the task with its samples if it is the very one that ``plan`` was registered for, else None.

    Raises:
        ManifestError: If the manifest does not read.
        TaskError: If a task does not.
    """
    tasks = load_tasks(workspace.root, load_manifest(workspace.manifest_path).tasks)
    task = next((task for task in tasks if task.id == plan.task), None)
    if task is None:
        return None
    versions = {scorer.name: scorer.version for scorer in map(build, task.scorers)}
    return task if task_digest(task, scorer_versions=versions) == plan.task_digest else None
