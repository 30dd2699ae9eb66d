"""Assesses the risk of the system as its manifest states it, and finds the assessment that is in force."""

from __future__ import annotations

from roadworthy.adapters.catalogues import load_regimes, load_threats
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import EvidenceError
from roadworthy.core.records import Stored
from roadworthy.gates.facts import risk_facts
from roadworthy.inventory.model import Manifest
from roadworthy.risk.assess import assess
from roadworthy.risk.model import FindingStatus, RiskAssessment
from roadworthy.runtime.workspace import Workspace


def assess_now(workspace: Workspace, *, author: str | None = None) -> Stored[RiskAssessment]:
    """Assess the system as its manifest states it now, store the result and return it."""
    assessment = assess(
        risk_facts(load_manifest(workspace.manifest_path)),
        regimes=load_regimes(),
        catalogue=load_threats(),
        conditions=workspace.conditions,
        now=workspace.clock.now(),
        author=author or workspace.actor,
        id=workspace.ids.new("assessment"),
    )
    workspace.assessments.add(assessment)
    return workspace.assessments.get(assessment.id)


def assessment_in_force(workspace: Workspace, manifest: Manifest) -> Stored[RiskAssessment]:
    """Return the newest assessment of the facts as they are stated now.

    Raises:
        EvidenceError: If there is none, or the facts changed since.
    """
    latest = workspace.assessments.latest()
    if latest is None:
        raise EvidenceError("the system's risk was never assessed", fix="run `rw assess`")
    if latest.record.facts != digest_of(risk_facts(manifest)):
        raise EvidenceError(
            f"the facts in the manifest changed since assessment {latest.record.id}",
            fix="run `rw assess` again",
        )
    return latest


def legal_classes(assessment: RiskAssessment) -> tuple[str, ...] | None:
    """Return every legal class that applies or is presumed, sorted, each once.

    None while some law's class cannot be told: then the fact is not stated, and a rule
    that asks for it is *missing*.
    """
    if assessment.legal_unknown:
        return None
    applies = (FindingStatus.APPLIES, FindingStatus.PRESUMED)
    classes = {regime.outcome for regime in assessment.legal}
    classes |= {f.outcome for regime in assessment.legal for f in regime.findings if f.status in applies}
    return tuple(sorted(classes))
