"""Evidence spoilt in a copy's ledger: removed, aged, forged, turned, shrunk."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from roadworthy.core.digest import digest_of
from roadworthy.core.evidence import Evidence
from roadworthy.core.records import Stored
from roadworthy.core.result import ClusterCount, Measurement
from roadworthy.policy.faults import SpoilAssessment, SpoilEvidence
from roadworthy.runtime.gating import sign_evidence
from roadworthy.runtime.proving.places import NoPlaceError
from roadworthy.runtime.workspace import Workspace

_SHRUNK = 5
"""Clusters that are left where too few samples are the fault."""

_LONG = timedelta(days=4000)
"""Older than any rule allows."""


def keep_records(old: Workspace, new: Workspace) -> None:
    """Copy to the empty ledger of ``new`` what lies in that of ``old``, evidence excepted."""
    for stored in old.assessments.all():
        new.assessments.add(stored.record)
    for policy in old.policies.all():
        new.policies.add(policy.record)
    for release in old.releases.all():
        new.releases.add(release.record)
    for plan in old.run_plans.all():
        new.run_plans.add(plan.record)


def spoil(old: Workspace, new: Workspace, edits: Sequence[SpoilEvidence]) -> None:
    """Copy the evidence of ``old`` to ``new``, that of the types that ``edits`` name spoilt.

    Raises:
        NoPlaceError: If there is no evidence of a type that is named.
    """
    held = old.evidence.all()
    lacking = sorted({edit.type for edit in edits} - {stored.record.type for stored in held})
    if lacking:
        raise NoPlaceError(f"there is no evidence of type {lacking[0]}")
    keep_records(old, new)
    for stored in held:
        edit = next((one for one in edits if one.type == stored.record.type), None)
        if edit is None:
            new.evidence.add(stored.record, envelopes=stored.envelopes)
        else:
            _add_spoilt(new, stored, edit)


def spoil_assessment(old: Workspace, new: Workspace, edit: SpoilAssessment) -> None:
    """Copy what lies in ``old`` to ``new``, with the risk assessment gone or past its end."""
    latest = old.assessments.latest()
    if latest is not None and edit.how == "expire":
        ended = new.clock.now() - timedelta(days=1)
        new.assessments.add(replace(latest.record, assessed_at=ended - timedelta(days=1), expires_at=ended))
    for stored in old.evidence.all():
        new.evidence.add(stored.record, envelopes=stored.envelopes)
    for plan in old.run_plans.all():
        new.run_plans.add(plan.record)


def _add_spoilt(workspace: Workspace, stored: Stored[Evidence], edit: SpoilEvidence) -> None:
    match edit.how:
        case "remove":
            return
        case "unsigned":
            workspace.evidence.add(stored.record)
        case "forge":
            workspace.evidence.add(_forged(stored.record), envelopes=stored.envelopes)
        case _:
            sign_evidence(workspace, _spoilt(stored.record, edit))


def _forged(evidence: Evidence) -> Evidence:
    """Return what somebody made better than what was signed."""
    if evidence.declaration is not None:
        better = replace(evidence.declaration, statement=f"{evidence.declaration.statement} All of it was checked.")
        return replace(evidence, declaration=better)
    return replace(evidence, observed_at=evidence.observed_at - timedelta(seconds=1))


def _spoilt(evidence: Evidence, edit: SpoilEvidence) -> Evidence:
    match edit.how:
        case "expire":
            return replace(evidence, observed_at=evidence.observed_at - _LONG)
        case "post_date":
            return replace(evidence, observed_at=evidence.observed_at + timedelta(days=2))
        case "other_release":
            others = (replace(s, digest=digest_of({"another": s.digest})) for s in evidence.subjects)
            return replace(evidence, subjects=tuple(others))
        case "other_policy":
            return _of_another_policy(evidence)
        case "shrink":
            return _measuring(evidence, lambda m: _counted(m, m.clusters[:_SHRUNK]))
        case _:
            return _turned(evidence, edit)


def _of_another_policy(evidence: Evidence) -> Evidence:
    if evidence.proof is None:
        raise NoPlaceError(f"evidence of type {evidence.type} tries no controls")
    another = digest_of({"another": evidence.proof.policy})
    return replace(evidence, proof=replace(evidence.proof, policy=another))


def _turned(evidence: Evidence, edit: SpoilEvidence) -> Evidence:
    """Return evidence that speaks against what it spoke for."""
    if evidence.declaration is not None:
        return replace(evidence, declaration=replace(evidence.declaration, supports=False))
    if evidence.proof is not None:
        return replace(evidence, proof=replace(evidence.proof, escaped=("a-fault",)))
    return _measuring(evidence, lambda m: _counted(m, _failing(m.clusters, edit.rate)))


def _failing(clusters: Sequence[ClusterCount], rate: float) -> tuple[ClusterCount, ...]:
    count = math.ceil(rate * len(clusters))
    return tuple(replace(c, successes=0) if i < count else c for i, c in enumerate(clusters))


def _counted(measurement: Measurement, clusters: tuple[ClusterCount, ...]) -> Measurement:
    trials = sum(cluster.trials for cluster in clusters)
    return replace(
        measurement,
        clusters=clusters,
        numerator=sum(cluster.successes for cluster in clusters),
        denominator=trials,
        attempted=trials,
    )


def _measuring(evidence: Evidence, change: Callable[[Measurement], Measurement]) -> Evidence:
    if evidence.result is None:
        raise NoPlaceError(f"evidence of type {evidence.type} measures nothing")
    measurements = tuple(change(one) for one in evidence.result.measurements)
    return replace(evidence, result=replace(evidence.result, measurements=measurements))
