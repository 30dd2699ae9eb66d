"""Collects what documents about a decision rest on, and holds signatures and recalls against it as they are now."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from roadworthy.adapters.datasets.datasheet_file import SUFFIX, load_datasheet
from roadworthy.core.digest import digest_of, digest_of_bytes
from roadworthy.core.evidence import Evidence
from roadworthy.core.severity import Severity
from roadworthy.evidence.documents.dossier import Dossier, OpenFinding, Sheet, dossier_of
from roadworthy.gates.model import GateDecision
from roadworthy.gates.oversight.recalled import is_recalled
from roadworthy.inventory.diff import ReleaseDiff, diff
from roadworthy.inventory.release import Release
from roadworthy.runtime.findings.moving import all_findings
from roadworthy.runtime.gating import signature_holds
from roadworthy.runtime.oversight.relying import standing_now
from roadworthy.runtime.rendering import decision_of, evidence_of, release_of
from roadworthy.runtime.trust.bearing import recalls_known
from roadworthy.runtime.workspace import Workspace

MOST_SHEETS = 100
_WORST = (Severity.BLOCK, Severity.WARN, Severity.INFO)
MOST_CHANGES = 20
"""How many changes from release to release a document tells of, the newest first."""


def dossier_for(workspace: Workspace, reference: str | None, *, allow_lapsed: bool = False) -> Dossier:
    """Return what documents are written from.

    Args:
        workspace: The repository.
        reference: Id or digest of a decision, or a version; None takes the last decision.
        allow_lapsed: Write about a decision that is no longer in force.

    Raises:
        EvidenceError: If something is missing, is another than the decision names, or holds no more.
        NotFoundError: If nothing was decided.
    """
    decision = decision_of(workspace, reference)
    inputs = workspace.inputs.get(decision.id).record
    evidence = evidence_of(workspace, decision)
    earlier = _earlier(workspace, decision)
    release = release_of(workspace, decision)
    return dossier_of(
        decision,
        release=release,
        inputs=inputs,
        policy=workspace.policies.get(inputs.policy).record,
        assessment=workspace.assessments.get(decision.assessment).record,
        evidence=evidence,
        previous=earlier[-1] if earlier else None,
        changes=_changes(workspace, [*earlier, decision]),
        sheets=_sheets(workspace),
        voided=_voided(workspace, decision, evidence),
        fallen=standing_now(workspace, decision).reason,
        written_at=workspace.clock.now(),
        allow_lapsed=allow_lapsed,
        before=_before(workspace, decision),
        findings=_findings(workspace, decision, release),
    )


def _earlier(workspace: Workspace, decision: GateDecision) -> list[GateDecision]:
    """Return the last decision on each other release of the system before this one, oldest first."""
    by_release: dict[str, GateDecision] = {}
    for stored in workspace.decisions.all():
        one = stored.record
        if one.id == decision.id:
            break
        if one.system == decision.system and one.release != decision.release:
            by_release.pop(one.release, None)
            by_release[one.release] = one
    return list(by_release.values())


def _before(workspace: Workspace, decision: GateDecision) -> GateDecision | None:
    """Return the decision before this one on the same release."""
    last: GateDecision | None = None
    for stored in workspace.decisions.all():
        if stored.record.id == decision.id:
            break
        if stored.record.system == decision.system and stored.record.release == decision.release:
            last = stored.record
    return last


def _findings(workspace: Workspace, decision: GateDecision, release: Release) -> tuple[OpenFinding, ...]:
    """Return the open findings about this release, or about no component in particular, the worst first."""
    here = {decision.release, *(component.digest for component in release.components)}
    states = [
        state
        for state, _ in all_findings(workspace)
        if state.finding.system == decision.system
        and state.status.is_open
        and (not state.about or here & {subject.digest for subject in state.about})
    ]
    return tuple(
        OpenFinding(
            id=state.finding.id,
            title=state.finding.title,
            severity=state.severity.value,
            status=state.status.value.replace("_", " "),
            about=(state.finding.rule, *state.finding.controls),
        )
        for state in sorted(states, key=lambda one: (_WORST.index(one.severity), one.finding.id))
    )


def _changes(workspace: Workspace, decisions: Sequence[GateDecision]) -> tuple[ReleaseDiff, ...]:
    releases: list[Release] = [release_of(workspace, one) for one in decisions[-MOST_CHANGES - 1 :]]
    return tuple(reversed([diff(old, new) for old, new in itertools.pairwise(releases)]))


def _voided(workspace: Workspace, decision: GateDecision, evidence: Sequence[Evidence]) -> dict[str, str]:
    """Return why evidence that the decision looked at counts no more: its signature does not hold, or a recall."""
    recalls = recalls_known(workspace)
    looked_at = {used.id for result in decision.results for used in result.evidence}
    found = {}
    for piece in evidence:
        if piece.id not in looked_at:
            continue
        recall = next((one for one in recalls if is_recalled(one, piece)), None)
        if recall is not None:
            found[piece.id] = f"recall {recall.id} voids it: {recall.reason}"
        elif not signature_holds(workspace.evidence.get(digest_of(piece)), workspace.keyring):
            found[piece.id] = "its signature does not hold"
    return found


def _sheets(workspace: Workspace) -> tuple[Sheet, ...]:
    """Return the datasheets that lie in the repository.

    Raises:
        TaskError: If one does not read: a document must not pass it over.
    """
    found = []
    root = workspace.root.resolve()
    for path in sorted(root.glob(f"**/*{SUFFIX}"))[:MOST_SHEETS]:
        inside = path.resolve().is_relative_to(root) and path.is_file()
        if not inside or any(part.startswith(".") for part in path.relative_to(root).parts):
            continue
        sheet = load_datasheet(path)
        digest = digest_of_bytes(path.read_bytes())
        found.append(Sheet(file=path.relative_to(root).as_posix(), digest=digest, datasheet=sheet))
    return tuple(found)
