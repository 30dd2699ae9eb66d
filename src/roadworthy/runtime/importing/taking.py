"""Takes results of other tools in as evidence: counted as our own, signed, and never taken for a registered run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.errors import ConfigError
from roadworthy.core.evidence import Assurance, Evidence, Imported, Origin, RunResult
from roadworthy.core.result import Measurement
from roadworthy.core.subject import Subject
from roadworthy.evals.imports.count import CountedRow, measurements_of, quantities_of, task_digest_of
from roadworthy.evals.imports.figures import figures_of
from roadworthy.evals.imports.naming import key_of, shown
from roadworthy.evals.model import NoReply, Reply, RunPlan, SampleResult, Score, Usage
from roadworthy.evidence.redact import Redaction
from roadworthy.inventory.freeze import target_digest
from roadworthy.inventory.target import TargetSpec
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.runtime.assessing import assessment_in_force
from roadworthy.runtime.candidate import Candidate, read_candidate
from roadworthy.runtime.gating import sign_evidence
from roadworthy.runtime.importing.binding import (
    known_as,
    require_declared_model,
    require_unchanged,
    subjects_of,
    target_named,
)
from roadworthy.runtime.importing.reading import Read
from roadworthy.runtime.importing.reading import read as read_files
from roadworthy.runtime.importing.wanted import Taken, Wanted
from roadworthy.runtime.policy.reading import read_packs, resolve_policy
from roadworthy.runtime.workspace import Workspace

_AT_ONCE = 500
"""Results that are made durable together."""


def take_in(workspace: Workspace, wanted: Wanted, *, dry_run: bool = False) -> Taken:
    """Read results of another tool, count them as our own, and sign them as an imported attestation.

    Nothing is stored unless every file reads. The same rows are one piece of evidence however
    often and from whichever file they are taken in, and are never evidence about two builds.

    Raises:
        ConfigError: If a file does not read, says another model than was declared, or no time; or the rows
            are evidence about other components already.
        NotFoundError: If a component or target does not exist.
    """
    candidate = read_candidate(workspace)
    _policy(workspace, candidate)  # Whoever has no assessment in force learns it before a large file is read.
    read = read_files(wanted, now=workspace.clock.now())
    subjects = subjects_of(candidate, wanted.covers)
    changed = require_unchanged(workspace, subjects, since=read.observed_at, covers=wanted.covers)
    read = replace(read, said=(*read.said, *changed))
    target = target_named(candidate, wanted.target)
    require_declared_model(candidate, target, read.results, covers=wanted.covers)
    name = f"{read.results.format}.{key_of(wanted.task or read.results.name, default='results')}"
    if any(task.id == name for task in candidate.tasks):
        raise ConfigError(f"a task of yours is called {name!r}", where="--task", fix="give another name")
    plan = _plan(workspace, candidate, wanted, read, name=name, subjects=subjects, target=target)
    measurements = measurements_of(read.rows, results=read.results)
    known = known_as(workspace, plan, rows=read.digest, measurements=measurements)
    if known is not None:
        return _taken(known, read, is_new=False, is_stored=True)
    if dry_run:
        evidence = _evidence(workspace, plan, read, measurements=measurements, journal=digest_of("not stored"))
        return _taken(evidence, read, is_new=True, is_stored=False)
    return _taken(
        _stored(workspace, candidate, plan, read, measurements=measurements), read, is_new=True, is_stored=True
    )


def _plan(
    workspace: Workspace,
    candidate: Candidate,
    wanted: Wanted,
    read: Read,
    *,
    name: str,
    subjects: tuple[Subject, ...],
    target: TargetSpec | None,
) -> RunPlan:
    return RunPlan(
        id=workspace.ids.new("run"),
        task=name,
        category=wanted.category,
        task_digest=task_digest_of(read.results, read.rows),
        release=candidate.release.digest,
        target=target.key if target else "imported",
        target_digest=target_digest(target) if target else digest_of({"imported": read.results.models}),
        subjects=subjects,
        epochs=max(row.epoch for row in read.rows) + 1,
        seed=0,
        num_samples=len({row.sample for row in read.rows}),
        policy_digest=digest_of(_policy(workspace, candidate)),
        bars=(),
        registered_at=workspace.clock.now(),
    )


def _policy(workspace: Workspace, candidate: Candidate) -> ResolvedPolicy:
    tier = assessment_in_force(workspace, candidate.manifest).record.tier
    packs = read_packs(workspace, candidate.manifest)
    return resolve_policy(packs, tier, on=workspace.clock.now().date())


def _stored(
    workspace: Workspace, candidate: Candidate, plan: RunPlan, read: Read, *, measurements: tuple[Measurement, ...]
) -> Evidence:
    workspace.releases.add(candidate.release)
    workspace.policies.add(_policy(workspace, candidate))
    journal = workspace.runs.register(plan)
    try:
        asyncio.run(_record(journal.append, read))
    finally:
        journal.close()
    redaction = Redaction(where=plan.id)
    for line in workspace.runs.lines(plan.id):
        redaction.read(line)
    evidence = _evidence(workspace, plan, read, measurements=measurements, journal=redaction.original)
    sign_evidence(workspace, evidence, redacted_journal=redaction.digest(workspace.runs.lines(plan.id)))
    return evidence


async def _record(append: Callable[[SampleResult], Awaitable[None]], read: Read) -> None:
    results = [_result(row, read) for row in read.rows]
    for start in range(0, len(results), _AT_ONCE):
        await asyncio.gather(*(append(result) for result in results[start : start + _AT_ONCE]))


def _result(counted: CountedRow, read: Read) -> SampleResult:
    row = counted.row
    usage = Usage(input_tokens=row.input_tokens, output_tokens=row.output_tokens, latency_s=row.latency_s)
    return SampleResult(
        sample=counted.sample,
        epoch=counted.epoch,
        cluster=counted.cluster,
        slices=counted.slices,
        request_digest=row.question,
        response=NoReply(reason=row.no_reply) if row.no_reply else Reply(text="", usage=usage, transcript="none"),
        scores=tuple(
            Score(scorer=metric, version=read.results.tool.version, outcome=outcome)
            for metric, outcome in counted.outcomes
        ),
        cached=False,
        finished_at=row.at or read.results.dated_at or read.observed_at,
        calls=0,
    )


def _evidence(
    workspace: Workspace, plan: RunPlan, read: Read, *, measurements: tuple[Measurement, ...], journal: Digest
) -> Evidence:
    results = read.results
    return Evidence(
        id=workspace.ids.new("ev"),
        type=f"eval:{plan.category}",
        origin=Origin.IMPORTED_ATTESTATION,
        assurance=Assurance.SELF_ATTESTED,
        subjects=plan.subjects,
        producer=replace(results.tool, version=shown(results.tool.version)),
        observed_at=read.observed_at,
        recorded_at=workspace.clock.now(),
        result=RunResult(
            run=plan.id,
            task=plan.task,
            task_digest=plan.task_digest,
            target_digest=plan.target_digest,
            category=plan.category,
            measurements=measurements,
            registered_policy=plan.policy_digest,
            registered_at=plan.registered_at,
            bars=(),
            journal_digest=journal,
            errors=sum(not row.is_assessed for row in read.rows),
            quantities=quantities_of(read.rows),
            imported=Imported(
                tool=replace(results.tool, version=shown(results.tool.version)),
                format=results.format,
                files=results.files,
                rows=read.digest,
                model=shown(results.models[0]) if results.models else None,
                figures=figures_of(results, measurements),
                notes=(*results.notes, *_notes(read)),
            ),
        ),
    )


def _notes(read: Read) -> list[str]:
    notes = ["no bar was registered before it was run", *read.said]
    if read.left_out:
        notes.append(f"{', '.join(read.left_out)}: grades without a limit, so nothing of them passes or fails")
    if read.results.judges:
        metrics = ", ".join(sorted(read.results.judges))
        notes.append(f"{metrics}: a model judged, and nobody counted how often it errs, so no gate decides on it")
    if not read.results.models:
        notes.append("the files do not say which model answered")
    return notes


def _taken(evidence: Evidence, read: Read, *, is_new: bool, is_stored: bool) -> Taken:
    return Taken(
        evidence=evidence,
        is_new=is_new,
        is_stored=is_stored,
        num_rows=len(read.rows),
        num_unassessed=sum(not row.is_assessed for row in read.rows),
    )
