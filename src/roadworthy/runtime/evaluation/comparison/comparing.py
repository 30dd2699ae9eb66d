"""Holds one stored run against another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from roadworthy.core.digest import plain
from roadworthy.core.errors import NotFoundError, VerificationError
from roadworthy.core.evidence import Evidence
from roadworthy.evals.comparison.compare import DEFAULT_CONFIDENCE, DEFAULT_MARGIN, compare_runs
from roadworthy.evals.comparison.early import counted_clusters, largest_cluster
from roadworthy.evals.comparison.model import RunComparison, name_of_run
from roadworthy.evals.comparison.pairing import Pairing, comparable_scorers, pair_runs
from roadworthy.evals.comparison.table import RunTable, table_of
from roadworthy.evals.model import RunPlan
from roadworthy.evidence.documents.runs.comparison_text import comparison_markdown
from roadworthy.runtime.evaluation.comparison.baseline import base_plan
from roadworthy.runtime.evaluation.comparison.rows import remember_rows, rows_of
from roadworthy.runtime.evaluation.results import settled_results
from roadworthy.runtime.gating import signature_holds
from roadworthy.runtime.interruption import unfinished
from roadworthy.runtime.workspace import Workspace

PINNED = "baseline"
"""Names the pinned baseline of the candidate's task."""


def compare(
    workspace: Workspace,
    base: RunPlan,
    candidate: RunPlan,
    *,
    metrics: Sequence[str] = (),
    margin: float = DEFAULT_MARGIN,
    confidence: float = DEFAULT_CONFIDENCE,
    candidate_table: RunTable | None = None,
) -> RunComparison:
    """Compare two runs on the samples that both asked.

    Args:
        workspace: Where the journals are.
        base: What is compared with.
        candidate: What is compared.
        metrics: Scorers; empty: all that judged both.
        margin: Largest loss of success rate that still counts as not worse.
        confidence: One-sided.
        candidate_table: The candidate's journal as a table, where it was read already.

    Raises:
        ConfigError: If the runs have no sample or no scorer in common, or a scorer's version differs.
    """
    base_table = table_of(settled_results(workspace, base.id))
    table = candidate_table or table_of(settled_results(workspace, candidate.id))
    return compare_runs(
        pairing_of(workspace, base, candidate, base_table=base_table, candidate_table=table),
        base=name_of_run(base),
        candidate=name_of_run(candidate),
        metrics=comparable_scorers(base_table, table, wanted=tuple(metrics)),
        margin=margin,
        confidence=confidence,
        largest=largest_cluster([base.sequential, candidate.sequential]),
    )


def runs_to_compare(workspace: Workspace, base: str, candidate: str) -> tuple[RunPlan, RunPlan]:
    """Return the runs that two words name: an id, a task for its last run, or ``baseline`` for the pinned one.

    Raises:
        NotFoundError: If there is no such run, or the task has no baseline.
    """
    second = run_named(workspace, candidate)
    if base != PINNED:
        return run_named(workspace, base), second
    first = base_plan(workspace, second, None)
    if first is None:
        raise NotFoundError(
            f"task {second.task!r} has no baseline other than this run", fix="pin one: rw eval baseline set RUN"
        )
    return first, second


def unfinished_among(workspace: Workspace, plans: Sequence[RunPlan]) -> tuple[str, ...]:
    """Return the ids of those runs that are not finished: only what they answered so far is compared."""
    wanted = {plan.id for plan in plans}
    return tuple(plan.id for plan in unfinished(workspace) if plan.id in wanted)


def run_named(workspace: Workspace, reference: str | None) -> RunPlan:
    """Return the run of this id, the last run of this task, or the last of all.

    Raises:
        NotFoundError: If there is none.
    """
    plans = workspace.runs.plans()
    if reference is None and plans:
        return plans[-1]
    of_task = [plan for plan in plans if plan.task == reference]
    if of_task:
        return of_task[-1]
    if reference is None:
        raise NotFoundError("nothing was run yet", fix="run `rw eval run`")
    return workspace.runs.plan(reference)


def evidence_of_run(workspace: Workspace, run: str) -> Evidence | None:
    """Return the signed evidence of a run; None while it is not finished.

    Raises:
        VerificationError: If its signature does not hold.
    """
    for stored in workspace.evidence.all():
        if stored.record.result is None or stored.record.result.run != run:
            continue
        if not signature_holds(stored, workspace.keyring):
            raise VerificationError(
                f"the signature of evidence {stored.record.id} of run {run} does not hold",
                fix="restore the ledger from a backup",
            )
        return stored.record
    return None


def pairing_of(
    workspace: Workspace, base: RunPlan, candidate: RunPlan, *, base_table: RunTable, candidate_table: RunTable
) -> Pairing:
    """Pair two runs by sample; those of two versions of a task by what was recorded of their rows."""
    same_task = base.task_digest == candidate.task_digest
    if not same_task:
        remember_rows(workspace, candidate)
        remember_rows(workspace, base)
    return pair_runs(
        base_table,
        candidate_table,
        same_task=same_task,
        base_rows=None if same_task else rows_of(workspace, base),
        candidate_rows=None if same_task else rows_of(workspace, candidate),
        base_counted=_counted(workspace, base),
        candidate_counted=_counted(workspace, candidate),
    )


def _counted(workspace: Workspace, plan: RunPlan) -> Mapping[str, frozenset[str]] | None:
    """Return what counts of a finished run that may stop early; None where everything does, or nothing is signed."""
    evidence = evidence_of_run(workspace, plan.id) if plan.sequential is not None else None
    return counted_clusters(evidence.result) if evidence is not None and evidence.result is not None else None


def render_comparison(found: RunComparison, form: str) -> str:
    """Return a comparison as ``json`` or ``md``."""
    if form == "md":
        return comparison_markdown(found)
    return json.dumps(plain(found), ensure_ascii=False, indent=2, sort_keys=True)
