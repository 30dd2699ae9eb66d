"""Who may do what to a risk."""

from __future__ import annotations

from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.governance.model import Person
from roadworthy.risk.register.model import Treated
from roadworthy.risk.register.standing import RiskStanding
from roadworthy.runtime.oversight.acting import acting_human, acting_person
from roadworthy.runtime.oversight.refusing import refuse
from roadworthy.runtime.register.reading import Register
from roadworthy.runtime.workspace import Workspace

REVIEWS = "risk_reviewer"
"""Role of those who close risks and rate them lower."""


def actor(workspace: Workspace, *, is_human: bool = False) -> str:
    """Return who acts: somebody of the governance file where there is one, else as they say."""
    if workspace.governance is None:
        return workspace.actor
    act = acting_human if is_human else acting_person
    return act(workspace, action="risk").id


def reviewer(workspace: Workspace, *, what: str) -> Person:
    """Return who acts, where that is a person who reviews risks.

    Raises:
        ConfigError: If there is no governance file.
        NotPermittedError: If they are not; that is logged.
    """
    person = acting_human(workspace, action="risk")
    if REVIEWS not in person.roles:
        refuse(
            workspace,
            action="risk",
            because=RefusedBecause.NOT_IN_ROLE,
            problem=f"{person.id} is no {REVIEWS}: only those {what}",
        )
    return person


def require_others(
    workspace: Workspace, register: Register, standing: RiskStanding, person: Person, *, what: str
) -> None:
    """Refuse who answers for a risk, entered it or said how it is treated: another pair of eyes is asked for."""
    risk = register.risk(standing.risk)
    treating = {change.by for change in register.changes if change.of == risk.id and isinstance(change, Treated)}
    entering = {risk.by} if risk.origin == "person" else set()
    if person.id in {standing.owner, *treating, *entering}:
        refuse(
            workspace,
            action="risk",
            because=RefusedBecause.SEPARATION_OF_DUTIES,
            problem=f"{person.id} entered, treats or answers for {risk.id}: somebody else {what}",
        )
