"""What changed in a release since consent to it was asked for, in words that an approver can go and look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from roadworthy.approvals.model import ApprovalRequest
from roadworthy.approvals.payload import changed_names
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.errors import NotFoundError
from roadworthy.core.subject import STRICT
from roadworthy.gates.inputs import GateInputs
from roadworthy.gates.oversight.consenting import payload_of
from roadworthy.inventory.diff import diff, summary
from roadworthy.runtime.gating import Bench
from roadworthy.runtime.workspace import Workspace

_NOT_KEPT = "what it was then is not in the store"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One bound thing that is another one now."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    details: tuple[str, ...]
    """What of it changed, one line each."""


def changed_since(workspace: Workspace, request: ApprovalRequest, bench: Bench) -> tuple[Changed, ...]:
    """Return what is another one now than when ``request`` was made, by the names that consent is bound to."""
    names = changed_names(request.payload, payload_of(bench.decision))
    if not names:
        return ()
    before = _inputs(workspace, request)
    return tuple(
        Changed(
            name=name, details=(_NOT_KEPT,) if before is None else _details(workspace, name, before=before, bench=bench)
        )
        for name in names
    )


def _inputs(workspace: Workspace, request: ApprovalRequest) -> GateInputs | None:
    try:
        return None if request.inputs is None else workspace.inputs.get(request.inputs).record
    except NotFoundError:
        return None


def _details(workspace: Workspace, name: str, *, before: GateInputs, bench: Bench) -> tuple[str, ...]:
    match name:
        case "release":
            return _release(workspace, before, bench)
        case "evidence":
            return _of_evidence(workspace, before, bench)
        case "policy":
            return _policy(workspace, before, bench)
        case "exceptions":
            then, now = (
                {h.exception.id: h.digest for h in held} for held in (before.exceptions, bench.inputs.exceptions)
            )
            return _named(then, now)
        case "tasks":
            then, now = ({task.id: task.digest for task in tasks} for tasks in (before.tasks, bench.inputs.tasks))
            return _named(then, now)
        case "facts":
            then, now = ({k: digest_of(v) for k, v in facts.items()} for facts in (before.facts, bench.inputs.facts))
            return _named(then, now)
    return (_SAID.get(name, "another one now").format(tier=bench.decision.tier.value, id=bench.assessment.record.id),)


_SAID = {"assessment": "now {id}, tier {tier}", "tier": "now {tier}"}


def _of_evidence(workspace: Workspace, before: GateInputs, bench: Bench) -> tuple[str, ...]:
    then, now = ({ref.digest for ref in refs} for refs in (before.evidence, bench.inputs.evidence))
    new = [f"new {_evidence(workspace, digest)}" for digest in sorted(now - then)]
    return (*new, *(f"gone {_evidence(workspace, digest)}" for digest in sorted(then - now)))


def _release(workspace: Workspace, before: GateInputs, bench: Bench) -> tuple[str, ...]:
    try:
        old = workspace.releases.get(before.release).record
    except NotFoundError:
        return (_NOT_KEPT,)
    return tuple(line for line in summary(diff(old, bench.candidate.release)).splitlines() if line.strip())


def _policy(workspace: Workspace, before: GateInputs, bench: Bench) -> tuple[str, ...]:
    try:
        old = workspace.policies.get(before.policy).record
    except NotFoundError:
        return (_NOT_KEPT,)
    return _named(
        {rule.id: digest_of(rule) for rule in old.rules}, {rule.id: digest_of(rule) for rule in bench.policy.rules}
    )


def _evidence(workspace: Workspace, digest: Digest) -> str:
    try:
        record = workspace.evidence.get(digest).record
    except NotFoundError:
        return digest[:19]
    return f"{record.id} ({record.type})"


def _named(old: dict[str, Digest], new: dict[str, Digest]) -> tuple[str, ...]:
    new_names = [f"new {key}" for key in sorted(new.keys() - old.keys())]
    gone = [f"gone {key}" for key in sorted(old.keys() - new.keys())]
    other = [f"changed {key}" for key in sorted(new.keys() & old.keys()) if new[key] != old[key]]
    return (*new_names, *gone, *other) or ("what it comes to changed, its parts are the same",)
