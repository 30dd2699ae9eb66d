"""Who is acting, as the governance file knows them."""

from __future__ import annotations

from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConfigError
from roadworthy.governance.model import ActorKind, Governance, Person
from roadworthy.runtime.oversight.refusing import Action, refuse
from roadworthy.runtime.workspace import ACTOR, Workspace


def require_governance(workspace: Workspace) -> Governance:
    """Return the governance file's content.

    Raises:
        ConfigError: If there is none.
    """
    if workspace.governance is None:
        raise ConfigError(
            "there is no governance.yaml, so nobody may consent to anything",
            where=str(workspace.root),
            fix="write one with `rw governance init`",
        )
    return workspace.governance


def acting_person(workspace: Workspace, *, action: Action, of: Digest | None = None) -> Person:
    """Return who of the governance file is acting.

    Raises:
        ConfigError: If there is no governance file.
        NotPermittedError: If it does not know them; that is logged.
    """
    require_governance(workspace)
    if workspace.person is None:
        refuse(
            workspace,
            action=action,
            because=RefusedBecause.UNKNOWN_PERSON,
            problem=f"{workspace.actor!r} is nobody of the governance file",
            of=of,
            fix=f"say who you are with {ACTOR}, or have yourself added to governance.yaml",
        )
    return workspace.person


def acting_human(workspace: Workspace, *, action: Action, of: Digest | None = None) -> Person:
    """Return who is acting, where that is a person and not a service or an agent.

    Raises:
        ConfigError: If there is no governance file.
        NotPermittedError: If it does not know them, or they are no human; that is logged.
    """
    person = acting_person(workspace, action=action, of=of)
    if person.kind is not ActorKind.HUMAN:
        refuse(
            workspace,
            action=action,
            because=RefusedBecause.NOT_HUMAN,
            problem=f"{person.id} is a {person.kind.value}: only people do this",
            of=of,
        )
    return person
