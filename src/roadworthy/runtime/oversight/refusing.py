"""Refuses, and leaves a trace of it in the log."""

from __future__ import annotations

from typing import Literal, NoReturn, TypeAlias

from roadworthy.approvals.refusal import Refusal, RefusedBecause
from roadworthy.core.digest import Digest, digest_of_bytes
from roadworthy.core.errors import NotPermittedError
from roadworthy.runtime.workspace import Workspace

Action: TypeAlias = Literal[
    "request",
    "approve",
    "reject",
    "abstain",
    "withdraw",
    "delegate",
    "met",
    "except",
    "recall",
    "vendor",
    "risk",
    "attest",
]


def refuse(
    workspace: Workspace,
    *,
    action: Action,
    because: RefusedBecause,
    problem: str,
    of: Digest | None = None,
    fix: str = "ask somebody who may; `rw governance check` says who that is",
) -> NoReturn:
    """Write the refusal to the log, without any text, and raise.

    Raises:
        NotPermittedError: Always.
    """
    person = workspace.person
    refusal = Refusal(
        id=workspace.ids.new("refusal"),
        action=action,
        by=person.id if person is not None else digest_of_bytes(workspace.actor.encode("utf-8")),
        of=of,
        because=because,
        at=workspace.clock.now(),
    )
    workspace.refusals.add(refusal)
    raise NotPermittedError(problem, where=f"refused and logged as {refusal.id}", fix=fix)
