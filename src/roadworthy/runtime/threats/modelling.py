"""Makes the threat model of the system as its manifest states it, and the one of the release decided on last."""

from __future__ import annotations

from dataclasses import dataclass, replace

from roadworthy.adapters.catalogues import load_regimes, load_threats
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.core.errors import EvidenceError
from roadworthy.core.evidence import Evidence
from roadworthy.core.records import Stored
from roadworthy.gates.facts import risk_facts
from roadworthy.risk.answers import answered
from roadworthy.risk.facts import Facts
from roadworthy.risk.threat_model.difference import ThreatModelDifference, difference
from roadworthy.risk.threat_model.model import HandledRisk, ThreatModel, ThreatState
from roadworthy.risk.threat_model.modelling import threat_model
from roadworthy.runtime.attesting import Attestation, attest
from roadworthy.runtime.threats.controls import ControlStanding, latest_decision, standing_controls
from roadworthy.runtime.workspace import Workspace


def model_now(
    workspace: Workspace, *, handled: tuple[HandledRisk, ...] = (), controls: ControlStanding | None = None
) -> ThreatModel:
    """Return the threat model of the system as it is stated now. Nothing is stored.

    Args:
        workspace: The repository.
        handled: What the risk register says of threats.
        controls: How the controls stand; None: it is looked up.
    """
    manifest = load_manifest(workspace.manifest_path)
    return _model(workspace, risk_facts(manifest), controls or standing_controls(workspace, manifest), handled)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChange:
    """What differs between the threat model of the release decided on last and the one as stated now."""

    version: str
    """Of the release decided on last."""

    decision: str
    before: str
    """Digest of the threat model then."""

    now: str
    difference: ThreatModelDifference


def change_since_decision(
    workspace: Workspace, *, handled: tuple[HandledRisk, ...] = (), controls: ControlStanding | None = None
) -> ModelChange:
    """Return what changed in the threat model since the latest decision.

    Both are held against the controls as they stand now: what differs is what the change of the system does.

    Raises:
        EvidenceError: If nothing was decided yet.
    """
    manifest = load_manifest(workspace.manifest_path)
    latest = latest_decision(workspace, manifest.system.key)
    if latest is None:
        raise EvidenceError("nothing was decided yet, so there is nothing to compare with", fix="run `rw gate`")
    controls = controls or standing_controls(workspace, manifest)
    inputs = workspace.inputs.get(latest.id).record
    then = {key: inputs.facts[key] for key in ("system", "components")}
    before = _model(workspace, then, controls, handled)
    now = _model(workspace, risk_facts(manifest), controls, handled)
    return ModelChange(
        version=latest.version,
        decision=latest.id,
        before=before.digest,
        now=now.digest,
        difference=difference(before, now),
    )


def attest_model(workspace: Workspace, model: ThreatModel, *, statement: str, author: str) -> Stored[Evidence]:
    """Sign that the threat model was gone through: evidence of type ``review:threat-model`` with the model's digest."""
    open_now = len(model.in_state(ThreatState.OPEN))
    return attest(
        workspace,
        Attestation(
            type="review:threat-model",
            statement=f"{statement.strip()} (threat model {model.digest}, {open_now} open)"
            if statement.strip()
            else "",
            author=author,
            document=None,
            about=tuple(e.id for e in model.diagram.elements if e.type),
            supports=True,
            observed_at=None,
        ),
    )


def _model(
    workspace: Workspace, facts: Facts, controls: ControlStanding, handled: tuple[HandledRisk, ...]
) -> ThreatModel:
    made = threat_model(
        answered(facts, load_regimes()).facts,
        catalogue=load_threats(),
        conditions=workspace.conditions,
        countermeasures=controls.countermeasures,
        now=workspace.clock.now(),
        handled=handled,
        decision=None if controls.decision is None else controls.decision.id,
    )
    return replace(made, notes=(*controls.notes, *made.notes))
