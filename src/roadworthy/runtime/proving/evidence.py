"""The evidence that a clean copy has: what people would have declared, and figures that meet a bar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import roadworthy
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.evidence import (
    PROOFS,
    Assurance,
    ControlProof,
    Declaration,
    Evidence,
    Origin,
    Producer,
    RunResult,
)
from roadworthy.core.ids import IdSource
from roadworthy.core.result import ClusterCount, Interval, Measurement
from roadworthy.core.subject import Subject
from roadworthy.evals.model import Task
from roadworthy.gates.inputs import Controls, TaskRef
from roadworthy.gates.validity import SYSTEM, component_digests
from roadworthy.inventory.release import Release
from roadworthy.policy.model import EvidenceCheck
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.runtime.candidate import Candidate
from roadworthy.runtime.evaluation.runs import bars_of
from roadworthy.runtime.proving.tasks import Sized

PROOF = "proof:controls"
"""Type of the evidence that says which planted faults the controls caught."""

PRODUCER = Producer(name="roadworthy-prove", version=roadworthy.__version__)
"""Makes the proof, and what stands in for evidence in a copy."""


def asked_for(policy: ResolvedPolicy) -> dict[str, tuple[EvidenceCheck, ...]]:
    """Return the checks of ``policy`` that ask for a declaration or an attestation, by its type."""
    found: dict[str, list[EvidenceCheck]] = defaultdict(list)
    for rule in policy.rules:
        if isinstance(rule.require, EvidenceCheck):
            found[rule.require.type].append(rule.require)
    return {type_: tuple(checks) for type_, checks in found.items()}


def declared(
    type_: str,
    checks: Sequence[EvidenceCheck],
    *,
    candidate: Candidate,
    controls: Controls,
    ids: IdSource,
    now: datetime,
) -> Evidence:
    """Return evidence of ``type_`` that answers every one of ``checks``, as if somebody had made it.

    Args:
        type_: Its type.
        checks: What is asked of it.
        candidate: The release that it is about.
        controls: What a proof among it says that it tried.
        ids: Where its id comes from.
        now: When it is made.
    """
    origins = [origin for origin in Origin if all(origin in check.origins for check in checks)] or [*checks[0].origins]
    proof = _good(controls) if type_.startswith(PROOFS) else None
    wanted = Origin.MACHINE_RUN if proof is not None else Origin.HUMAN_DECLARED
    about = {kind for check in checks for kind in check.about}
    name = type_.partition(":")[2]
    statement = Declaration(
        statement="Stands in for what a person would have declared.",
        author="stand-in",
        document_digest=candidate.documents.get(name) if type_.startswith("document:") else None,
    )
    return Evidence(
        id=ids.new("ev"),
        type=type_,
        origin=wanted if wanted in origins else origins[0],
        assurance=max((check.min_assurance for check in checks), key=lambda level: level.rank),
        subjects=subjects_of(candidate.release, about if proof is None else None),
        producer=PRODUCER,
        observed_at=now,
        recorded_at=now,
        declaration=None if proof is not None else statement,
        proof=proof,
    )


def _good(controls: Controls) -> ControlProof:
    return ControlProof(faults=controls.faults or digest_of(()), policy=controls.policy, caught=("stand-in",))


def subjects_of(release: Release, types: set[str] | None = None) -> tuple[Subject, ...]:
    """Return the stated facts of ``release`` and its components of ``types``, of None all of them, as subjects."""
    digests = component_digests(release)
    keys = {SYSTEM} | {part.key for part in release.components if types is None or part.type in types}
    return tuple(Subject(kind="component", name=key, digest=digests[key]) for key in sorted(keys))


def summary(task: Task, ref: TaskRef, *, size: Sized, policy: ResolvedPolicy, ids: IdSource, now: datetime) -> Evidence:
    """Return figures of ``task`` without a failure that nobody measured: where no stand-in answers it well."""
    slices = (
        "all",
        *sorted({f"{name}={s.slices[name]}" for s in task.samples for name in size.slices if name in s.slices}),
    )
    return Evidence(
        id=ids.new("ev"),
        type=f"eval:{task.category}",
        origin=Origin.MACHINE_RUN,
        assurance=Assurance.SELF_ATTESTED,
        subjects=ref.subjects,
        producer=PRODUCER,
        observed_at=now,
        recorded_at=now,
        result=RunResult(
            run=ids.new("run"),
            task=task.id,
            task_digest=ref.digest,
            target_digest=ref.target,
            category=task.category,
            measurements=tuple(
                measured(spec.kind, slice_, failures=0, trials=size.samples)
                for spec in task.scorers
                for slice_ in slices
            ),
            registered_policy=digest_of(policy),
            registered_at=now,
            bars=bars_of(policy, task),
            journal_digest=_NO_JOURNAL,
            errors=0,
        ),
    )


_NO_JOURNAL: Digest = digest_of("figures that nobody measured")


def measured(metric: str, slice_: str, *, failures: int, trials: int) -> Measurement:
    """Return a measurement of ``trials`` independent samples of which ``failures`` failed."""
    clusters = tuple(
        ClusterCount(cluster=f"c{i:06}", successes=0 if i < failures else 1, trials=1) for i in range(trials)
    )
    return Measurement(
        metric=metric,
        slice=slice_,
        numerator=trials - failures,
        denominator=trials,
        attempted=trials,
        clusters=clusters,
        # The gate works its own bound out from the counts.
        interval=Interval(low=0.0, high=1.0, confidence=0.95, method="none"),
    )
