"""Takes back requests and approvals, lends roles, and says that conditions are met: each signed by who says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from roadworthy.approvals.conditions import end_of
from roadworthy.approvals.model import Approval, ApprovalRequest, ConditionMet, Delegation, Withdrawal
from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.approvals.separation import duties_of
from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.core.records import Stored
from roadworthy.core.roles import APPROVING_ROLES
from roadworthy.governance.model import ActorKind, ConsentKind, Person
from roadworthy.runtime.oversight.acting import acting_human, acting_person, require_governance
from roadworthy.runtime.oversight.approving import Key, rule_for
from roadworthy.runtime.oversight.refusing import refuse
from roadworthy.runtime.oversight.signing import counting_signer, sign_as
from roadworthy.runtime.oversight.stating import plain_text
from roadworthy.runtime.workspace import Workspace


def withdraw(workspace: Workspace, reference: str, *, reason: str, key: Key | None) -> Stored[Withdrawal]:
    """Take back a request, an approval or a delegation of who is acting.

    A rejection is not taken back: whoever said no answers again, so that they say what they say now.

    Args:
        workspace: The repository.
        reference: Id of the request, the approval or the delegation.
        reason: Why.
        key: How they sign; None only for a request, which nobody signed.

    Raises:
        NotFoundError: If there is no such record.
        NotPermittedError: If it is somebody else's; that is logged.
        ConfigError: If there is no governance file, or the key cannot be used.
    """
    owner, digest, needs_key = _owner_of(workspace, reference)
    person = acting_person(workspace, action="withdraw", of=digest)
    if person.id != owner:
        refuse(
            workspace,
            action="withdraw",
            because=RefusedBecause.NOT_THEIRS,
            problem=f"{reference} is {owner}'s, and you are {person.id}",
            of=digest,
        )
    plain_text(reason, where="--reason")
    withdrawal = Withdrawal(
        id=workspace.ids.new("withdrawal"), of=reference, by=person.id, at=workspace.clock.now(), reason=reason
    )
    envelopes = {}
    if needs_key:
        if key is None:
            raise ConfigError("an approval is taken back with a signature", where="--key", fix="say how you sign")
        signer = counting_signer(workspace, person, key, action="withdraw", of=digest)
        envelopes = sign_as(person, withdrawal, signer=signer, about=digest)
    workspace.withdrawals.add(withdrawal, envelopes=envelopes)
    return workspace.withdrawals.get(withdrawal.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lending:
    """What somebody wants to lend."""

    borrower: str
    role: str
    kinds: tuple[ConsentKind, ...]
    starts_at: datetime
    ends_at: datetime
    reason: str


def delegate(workspace: Workspace, wanted: Lending, *, key: Key) -> Stored[Delegation]:
    """Lend a role of who is acting to somebody else for a while.

    Raises:
        NotFoundError: If the governance file does not know the borrower.
        NotPermittedError: If who is acting does not hold the role, or the borrower is no human; that is logged.
        ConfigError: If there is no governance file, the time has passed, or the key cannot be used.
    """
    person = acting_human(workspace, action="delegate")
    borrower = require_governance(workspace).person(wanted.borrower)
    if borrower is None:
        raise NotFoundError(
            f"the governance file does not know {wanted.borrower!r}", where="--to", fix="see `rw governance check`"
        )
    _require_may_lend(workspace, wanted, person=person, borrower=borrower)
    plain_text(wanted.reason, where="--reason")
    if wanted.ends_at <= workspace.clock.now():
        raise ConfigError("the delegation would have ended already", where="--until", fix="give a later time")
    try:
        delegation = Delegation(
            id=workspace.ids.new("delegation"),
            lender=person.id,
            borrower=borrower.id,
            role=wanted.role,
            kinds=wanted.kinds,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            reason=wanted.reason,
        )
    except ValueError as error:
        raise ConfigError(str(error), where="rw approval delegate", fix="lend to somebody else, for a time") from error
    signer = counting_signer(workspace, person, key, action="delegate", of=None)
    workspace.delegations.add(delegation, envelopes=sign_as(person, delegation, signer=signer))
    return workspace.delegations.get(delegation.id)


def meet(workspace: Workspace, approval: str, *, condition: int, note: str, key: Key) -> Stored[ConditionMet]:
    """Say that a condition of an approval is met.

    Args:
        workspace: The repository.
        approval: Id of the approval.
        condition: Position among its conditions, from 0.
        note: What shows it.
        key: How they sign.

    Raises:
        NotFoundError: If there is no such approval or condition.
        NotPermittedError: If who is acting could not have approved the same; that is logged.
        ConfigError: If a rule decides on the condition, its day is over, or the key cannot be used.
    """
    stored = workspace.approvals.get(approval)
    _require_open_condition(workspace, stored.record, condition)
    person = acting_human(workspace, action="met", of=stored.digest)
    _require_may_say(workspace, stored, person=person)
    plain_text(note, where="--note")
    met = ConditionMet(
        id=workspace.ids.new("met"),
        approval=stored.record.id,
        condition=condition,
        by=person.id,
        at=workspace.clock.now(),
        note=note,
    )
    signer = counting_signer(workspace, person, key, action="met", of=stored.digest)
    workspace.conditions_met.add(met, envelopes=sign_as(person, met, signer=signer, about=stored.digest))
    return workspace.conditions_met.get(met.id)


def _owner_of(workspace: Workspace, reference: str) -> tuple[str, Digest, bool]:
    """Return whose a record is, its digest, and whether taking it back needs a signature."""
    kind = reference.partition("_")[0]
    if kind == "approval":
        approval = workspace.approvals.get(reference)
        if approval.record.answer.value in ("reject", "abstain"):
            raise ConfigError(
                f"{reference} is no approval: {approval.record.answer.value}",
                where="rw approval withdraw",
                fix="answer the request again",
            )
        return approval.record.approver, approval.digest, True
    if kind == "delegation":
        delegation = workspace.delegations.get(reference)
        return delegation.record.lender, delegation.digest, True
    request = workspace.requests.get(reference)
    return request.record.requested_by, request.digest, False


def _require_may_lend(workspace: Workspace, wanted: Lending, *, person: Person, borrower: Person) -> None:
    if wanted.role not in APPROVING_ROLES or wanted.role not in person.roles:
        refuse(
            workspace,
            action="delegate",
            because=RefusedBecause.NOT_IN_ROLE,
            problem=f"{person.id} does not hold {wanted.role}, and what was lent cannot be lent on",
            fix="lend a role of your own",
        )
    if borrower.kind is not ActorKind.HUMAN:
        refuse(
            workspace,
            action="delegate",
            because=RefusedBecause.NOT_HUMAN,
            problem=f"{borrower.id} is a {borrower.kind.value}: only people consent",
            fix="lend it to a person",
        )


def _require_open_condition(workspace: Workspace, approval: Approval, condition: int) -> None:
    if not 0 <= condition < len(approval.conditions):
        raise NotFoundError(
            f"{approval.id} has no condition {condition}", where="rw approval met", fix="see `rw approval show`"
        )
    stated = approval.conditions[condition]
    if stated.rule is not None:
        raise ConfigError(
            f"rule {stated.rule} decides whether it is met", where="rw approval met", fix="make the rule pass"
        )
    if end_of(stated.due) <= workspace.clock.now():
        raise ConfigError(
            f"the condition was due on {stated.due}: the approval has ended",
            where="rw approval met",
            fix="have it approved again",
        )


def _require_may_say(workspace: Workspace, stored: Stored[Approval], *, person: Person) -> None:
    """Refuse who could not have approved the same thing."""
    request: ApprovalRequest = workspace.requests.get(stored.record.request).record
    governance, rule = require_governance(workspace), rule_for(workspace, request)
    same = [one.record for one in workspace.requests.all() if one.record.payload == request.payload]
    apart = duties_of(request.payload, requests=same, governance=governance).why_not(person.id)
    if apart:
        refuse(
            workspace,
            action="met",
            because=RefusedBecause.SEPARATION_OF_DUTIES,
            problem=apart,
            of=stored.digest,
        )
    if not {seat.role for seat in rule.quorum} & set(person.roles):
        refuse(
            workspace,
            action="met",
            because=RefusedBecause.NO_SEAT,
            problem=f"{person.id} holds no role that has a say in this",
            of=stored.digest,
        )
