"""The threat model with what the risk register says of threats; the register is read once for both."""

from __future__ import annotations

from roadworthy.risk.register.standing import RiskState
from roadworthy.risk.threat_model.model import HandledRisk, ThreatModel
from roadworthy.runtime.register.reading import Register, read_register
from roadworthy.runtime.threats.modelling import ModelChange, change_since_decision, model_now
from roadworthy.runtime.workspace import Workspace


def threats_now(workspace: Workspace) -> ThreatModel:
    """Return the threat model of the system as it is stated now. Nothing is stored."""
    register = read_register(workspace)
    return model_now(workspace, handled=handled_risks(register), controls=register.controls)


def threats_since_decision(workspace: Workspace) -> ModelChange:
    """Return what changed in the threat model since the latest decision.

    Raises:
        EvidenceError: If nothing was decided yet.
    """
    register = read_register(workspace)
    return change_since_decision(workspace, handled=handled_risks(register), controls=register.controls)


def handled_risks(register: Register) -> tuple[HandledRisk, ...]:
    """Return the risks that somebody entered or did something about, and that are not closed."""
    return tuple(
        HandledRisk(
            risk=standing.risk,
            threats=standing.threats,
            controls=standing.controls,
            accepted_until=standing.accepted_until,
        )
        for standing in register.standings
        if standing.risk in register.stored and standing.state is not RiskState.CLOSED
    )
