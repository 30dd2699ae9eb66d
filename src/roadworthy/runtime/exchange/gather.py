"""Gathers what an export is made from: the decision, and everything that it rests on, as it was signed."""

from __future__ import annotations

import roadworthy
from roadworthy.core.errors import EvidenceError
from roadworthy.core.evidence import Evidence
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.gates.model import GateDecision
from roadworthy.gates.oversight.in_force import DecisionState
from roadworthy.runtime.candidate import read_candidate
from roadworthy.runtime.gating import signature_holds
from roadworthy.runtime.oversight.relying import standing_now
from roadworthy.runtime.rendering import decision_of, evidence_of
from roadworthy.runtime.workspace import Workspace


def decided_release(workspace: Workspace, reference: str | None) -> DecidedRelease:
    """Return a decision with the manifest, policy and evidence that it is about.

    Args:
        workspace: The repository.
        reference: Id or digest of a decision, or a version or digest of a release; None is the last decision.

    Raises:
        NotFoundError: If nothing was decided.
        EvidenceError: If the decision is not in force, the working tree is not the release that was decided on, or
            the store no longer holds what the decision was made from.
    """
    decision = decision_of(workspace, reference)
    standing = standing_now(workspace, decision)
    if standing.state is not DecisionState.IN_FORCE:
        # Other people's formats have no word for a claim that was true once, so none is made.
        raise EvidenceError(
            f"decision {decision.id} is {standing.state.value.replace('_', ' ')}: {standing.reason}",
            where=f"{decision.system} {decision.version}",
            fix="decide again with `rw gate`, then export that decision",
        )
    candidate = read_candidate(workspace)
    if candidate.release.digest != decision.release:
        raise EvidenceError(
            f"the working tree is not the release that decision {decision.id} is about",
            where=str(workspace.root),
            fix="check out the revision that was decided on, or decide on this one with `rw gate`",
        )
    evidence = evidence_of(workspace, decision)
    return DecidedRelease(
        manifest=candidate.manifest,
        release=workspace.releases.get(decision.release).record,
        decision=decision,
        policy=workspace.policies.get(decision.policy).record,
        evidence=evidence,
        envelopes=_envelopes(workspace, decision, evidence),
        program=roadworthy.__version__,
    )


def _envelopes(workspace: Workspace, decision: GateDecision, evidence: tuple[Evidence, ...]) -> dict[str, bytes]:
    """Return the statement of each piece that was verified when it was decided on and still is."""
    verified = {ref.digest for ref in workspace.inputs.get(decision.id).record.evidence if ref.verified}
    stored = [workspace.evidence.get(item.id) for item in evidence]
    keys = workspace.keyring
    return {
        item.record.id: next(iter(item.envelopes.values()))
        for item in stored
        if item.digest in verified and item.envelopes and signature_holds(item, keys)
    }
