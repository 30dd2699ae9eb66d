"""Gathers what a decision rests on and writes the pack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.store.records import LedgerRecords
from roadworthy.core.digest import JsonValue, digest_of_bytes, plain
from roadworthy.core.errors import EvidenceError
from roadworthy.core.evidence import Evidence
from roadworthy.core.records import Stored
from roadworthy.evals.scorers.registry import build
from roadworthy.evidence.consent import (
    APPROVAL,
    CONDITION_MET,
    DELEGATION,
    INDEPENDENT_REVIEW,
    WITHDRAWAL,
    statement_of_consent,
)
from roadworthy.evidence.pack import PackContents, build_pack, suggested_name
from roadworthy.evidence.redact import RedactedJournal
from roadworthy.evidence.said import words_of
from roadworthy.gates.inputs import GateInputs
from roadworthy.gates.model import GateDecision
from roadworthy.runtime.candidate import Candidate, read_candidate
from roadworthy.runtime.evaluation.forgetting import signed_journals
from roadworthy.runtime.gating import signature_holds
from roadworthy.runtime.rendering import (
    card_documents,
    decision_of,
    evidence_of,
    release_of,
    report_documents,
)
from roadworthy.runtime.workspace import Workspace

PUBLIC_KEY = "signing-key.pub.pem"


def write_pack(workspace: Workspace, reference: str | None, out: Path | None) -> tuple[Path, int, Path]:
    """Write the pack of a decision.

    Returns:
        Path of the archive, its size in bytes, and the path of the public key.

    Raises:
        EvidenceError: If the repository or the store no longer holds what was decided on.
    """
    decision = decision_of(workspace, reference)
    content = build_pack(_contents(workspace, decision), signer=workspace.signer)
    path = out or Path(suggested_name(decision))
    write_atomically(path.resolve(), content)
    return path, len(content), workspace.state / "keys" / PUBLIC_KEY


def _contents(workspace: Workspace, decision: GateDecision) -> PackContents:
    inputs = workspace.inputs.get(decision.id).record
    _require_our_signatures(workspace, decision, inputs)
    candidate = _candidate(workspace, decision)
    evidence = evidence_of(workspace, decision)
    report, _ = report_documents(workspace, decision)
    card, card_data = card_documents(workspace, decision)
    return PackContents(
        release=release_of(workspace, decision),
        manifest=workspace.manifest_path.read_bytes(),
        policy=workspace.policies.get(decision.policy).record,
        assessment=plain(workspace.assessments.get(decision.assessment).record),
        inputs=inputs,
        decision=decision,
        evidence=evidence,
        log=tuple(workspace.ledger.entries()),
        report_html=report,
        system_card_html=card,
        system_card=card_data,
        created_at=workspace.clock.now(),
        tasks=_tasks(candidate, inputs),
        journals=_journals(workspace, evidence),
        redacted_journals=_redacted_journals(workspace, evidence),
        said=_said(workspace, inputs),
    )


def _said(workspace: Workspace, inputs: GateInputs) -> dict[str, bytes]:
    """Return what people signed, byte for byte: their own signatures, which nobody here could make again."""
    stores: dict[str, LedgerRecords[Any]] = {
        APPROVAL: workspace.approvals,
        DELEGATION: workspace.delegations,
        CONDITION_MET: workspace.conditions_met,
        WITHDRAWAL: workspace.withdrawals,
        INDEPENDENT_REVIEW: workspace.independent_reviews,
    }
    found = {}
    for word in words_of(inputs.consents):
        predicate = statement_of_consent(word.record).predicate_type
        envelope = stores[predicate].get(word.digest).envelopes.get(predicate)
        if envelope is not None:
            found[word.record.id] = envelope
    return found


def _require_our_signatures(workspace: Workspace, decision: GateDecision, inputs: GateInputs) -> None:
    """Refuse to sign anew what this key did not sign when it was made."""
    keys = workspace.keyring
    stored: list[Stored[Any]] = [workspace.decisions.get(decision.id)]
    stored += [workspace.evidence.get(ref.digest) for ref in inputs.evidence if ref.verified]
    foreign = [item.record.id for item in stored if not signature_holds(item, keys)]
    if foreign:
        raise EvidenceError(
            f"{foreign[0]} was not signed with a key of ours that counts",
            where=f"key {keys.current.key_id[:16]}…",
            fix="restore the key that signed it, or run the evaluations again and decide with `rw gate`",
        )


def _candidate(workspace: Workspace, decision: GateDecision) -> Candidate:
    """The working tree, which must still be what was decided on: the pack holds its manifest and tasks."""
    candidate = read_candidate(workspace)
    if candidate.release.digest != decision.release:
        raise EvidenceError(
            f"the working tree is not the release that decision {decision.id} is about",
            where=str(workspace.root),
            fix="check out the revision that was decided on, or decide on this one with `rw gate`",
        )
    return candidate


def _tasks(candidate: Candidate, inputs: GateInputs) -> dict[str, JsonValue]:
    wanted = {ref.id for ref in inputs.tasks}
    return {
        task.id: {"task": plain(task), "scorers": {s.name: s.version for s in map(build, task.scorers)}}
        for task in candidate.tasks
        if task.id in wanted
    }


def _journals(workspace: Workspace, evidence: tuple[Evidence, ...]) -> dict[str, bytes]:
    return {run: workspace.runs.content(run) for run in _runs(evidence) if workspace.runs.forgotten(run) is None}


def _redacted_journals(workspace: Workspace, evidence: tuple[Evidence, ...]) -> dict[str, RedactedJournal]:
    """What is left of the runs whose texts were forgotten, as it was signed while they were there."""
    left = {}
    signed = signed_journals(workspace)
    for run in _runs(evidence):
        if (note := workspace.runs.forgotten(run)) is None:
            continue
        content = workspace.runs.content(run)
        left[run] = RedactedJournal(original=note.original, content=content, digest=digest_of_bytes(content))
        if signed.get(run) != (note.original, left[run].digest):
            raise EvidenceError(
                f"the redacted journal of run {run} is not the one that was signed",
                where=str(workspace.state / "runs" / run),
                fix="restore it from a backup, or run the evaluation again",
            )
    return left


def _runs(evidence: tuple[Evidence, ...]) -> list[str]:
    return [item.result.run for item in evidence if item.result is not None]
