"""Which evidence a recall voids: exactly what it matches, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from roadworthy.core.calibration import Calibration
from roadworthy.core.digest import Digest
from roadworthy.core.evidence import Evidence, RunResult
from roadworthy.gates.inputs import HeldEvidence
from roadworthy.gates.recall import Recall


def is_recalled(recall: Recall, evidence: Evidence) -> bool:
    """Return whether ``recall`` voids ``evidence``: every part of it that is given matches."""
    return (
        (recall.producer is None or recall.producer == evidence.producer.name)
        and (not recall.versions or evidence.producer.version in recall.versions)
        and (recall.subject is None or recall.subject in digests_behind(evidence))
        and (not recall.evidence or evidence.id in recall.evidence)
        and (recall.observed_from is None or evidence.observed_at >= recall.observed_from)
        and (recall.observed_until is None or evidence.observed_at < recall.observed_until)
    )


def digests_behind(evidence: Evidence) -> frozenset[Digest]:
    """Return the digest of everything that ``evidence`` is about or was made with.

    Components, the task, the target, judges and the labelled replies on which their errors were counted,
    documents, files of another tool, and what a proof tried.
    """
    found = {subject.digest for subject in evidence.subjects}
    if evidence.result is not None:
        found |= _behind_run(evidence.result)
    if evidence.declaration is not None and evidence.declaration.document_digest is not None:
        found.add(evidence.declaration.document_digest)
    if evidence.calibration is not None:
        found |= _behind_calibration(evidence.calibration)
    if evidence.proof is not None:
        found |= {evidence.proof.faults, evidence.proof.policy}
    return frozenset(found)


def recalls_among(recalls: Iterable[Recall], evidence: Iterable[Evidence]) -> tuple[Recall, ...]:
    """Return the recalls that void something among ``evidence``, by id."""
    pieces = tuple(evidence)
    found = (recall for recall in recalls if any(is_recalled(recall, piece) for piece in pieces))
    return tuple(sorted(found, key=lambda recall: recall.id))


def with_recalls(evidence: Sequence[HeldEvidence], recalls: Sequence[Recall]) -> list[HeldEvidence]:
    """Return ``evidence`` with what each piece is recalled for; the first recall of a piece says why."""
    if not recalls:
        return list(evidence)
    ordered = sorted(recalls, key=lambda recall: (recall.recorded_at, recall.id))

    def why(held: HeldEvidence) -> str:
        first = next((recall for recall in ordered if is_recalled(recall, held.evidence)), None)
        return "" if first is None else f"it was recalled ({first.id}, {_words(first)}): {first.reason}"

    return [replace(held, recalled=why(held)) for held in evidence]


def _words(recall: Recall) -> str:
    return recall.cause.value.replace("_", " ")


def _behind_run(result: RunResult) -> set[Digest]:
    found = {result.task_digest, result.target_digest, result.journal_digest}
    for measured in result.measurements:
        if measured.judge is not None:
            found.add(measured.judge.digest)
            if measured.judge.calibration is not None:
                found |= _behind_calibration(measured.judge.calibration)
    if result.imported is not None:
        found |= {result.imported.rows, *(file.digest for file in result.imported.files)}
    return found


def _behind_calibration(calibration: Calibration) -> set[Digest]:
    return {calibration.judge, calibration.gold}
