"""Answers requests for consent: who answers is checked, what they answer is read again, and their own key signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from roadworthy.approvals.model import (
    Answer,
    Approval,
    ApprovalRequest,
    Condition,
    Consents,
    HeldDelegation,
)
from roadworthy.approvals.permission import why_not_permitted
from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import ConfigError, ConflictError
from roadworthy.core.records import Stored
from roadworthy.evidence.ports import Signer
from roadworthy.governance.model import ActorKind, ConsentKind, ConsentRule, Governance, Person
from roadworthy.runtime.oversight.acting import acting_person, require_governance
from roadworthy.runtime.oversight.authorship import authors_left_out
from roadworthy.runtime.oversight.payloads import require_unchanged
from roadworthy.runtime.oversight.refusing import Action, refuse
from roadworthy.runtime.oversight.requesting import approved_commit
from roadworthy.runtime.oversight.signing import KeyChoice, key_of, sign_as, signer_for
from roadworthy.runtime.oversight.stating import plain_text
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.workspace import Workspace

_ACTIONS: dict[Answer, Action] = {
    Answer.APPROVE: "approve",
    Answer.APPROVE_WITH_CONDITIONS: "approve",
    Answer.REJECT: "reject",
    Answer.ABSTAIN: "abstain",
}
Key: TypeAlias = KeyChoice | Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What somebody wants to answer."""

    request: str
    """Id of the request, or what it is about: then the newest of that name."""

    answer: Answer
    role: str
    conditions: tuple[Condition, ...] = ()
    comment: str = ""
    until: datetime | None = None
    """When the approval ends at the latest; None: as late as the governance file lets it."""

    delegation: str | None = None
    """Id of the delegation under which the role is held; None looks for one where the role is not their own."""


def answer_request(workspace: Workspace, wanted: Answering, *, key: Key) -> Stored[Approval]:
    """Sign an answer as who is acting, and store it.

    What the request is about is worked out again right before the signature. Where it is another one than was asked
    about, nothing is signed: nobody consents to what they were not shown.

    Args:
        workspace: The repository.
        wanted: The answer.
        key: How they sign.

    Raises:
        NotFoundError: If there is no such request.
        NotPermittedError: If who is acting may not answer it. Nothing is written but that, in the log.
        ConflictError: If what it is about changed since it was asked for.
        ConfigError: If there is no governance file, the key cannot be used, or the answer is not sound.
    """
    action = _ACTIONS[wanted.answer]
    request = workspace.requests.get(wanted.request).record
    person = acting_person(workspace, action=action, of=request.payload.digest)
    rule = rule_for(workspace, request)
    consents = consents_of(workspace)
    _require_open(request, consents)
    approval = _approval(workspace, wanted, request=request, person=person, rule=rule, consents=consents)
    # A service or an agent is refused whatever it signs with, so its key is not even looked for.
    signer = _signer(person, key) if person.kind is ActorKind.HUMAN else None
    key_id = None if signer is None else key_of(person, signer)
    require_permitted(workspace, approval, request=request, key=key_id, consents=consents)
    if signer is None:
        raise ConfigError("only people sign", where=person.id, fix="answer as a person")
    accepted = require_unchanged(workspace, request)
    require_permitted(workspace, approval, request=request, key=key_id, consents=consents, exception_approvers=accepted)
    if wanted.answer is not Answer.REJECT:
        _require_authors(workspace, request)
    envelopes = sign_as(person, approval, signer=signer)
    workspace.approvals.add(approval, envelopes=envelopes)
    return workspace.approvals.get(approval.id)


def _require_authors(workspace: Workspace, request: ApprovalRequest) -> None:
    """Refuse to sign a request that names fewer authors than the repository of who answers does.

    Raises:
        ConflictError: If it does. Nothing was written.
        ConfigError: If git cannot say.
    """
    if request.payload.kind not in (ConsentKind.RELEASE, ConsentKind.EXCEPTION):
        return
    governance, payload = require_governance(workspace), request.payload
    own = payload if payload.kind is ConsentKind.RELEASE else None
    since = approved_commit(workspace, governance, own)
    left_out = authors_left_out(workspace, governance, request, since=since)
    if left_out:
        raise ConflictError(
            f"{request.id} leaves out who wrote what it is about: {', '.join(left_out)}",
            where=request.about,
            fix="compare with `git log`, and have consent asked for again with `rw approval request`",
        )


def _signer(person: Person, key: Key) -> Signer:
    return signer_for(person, key) if isinstance(key, KeyChoice) else key


def rule_for(workspace: Workspace, request: ApprovalRequest) -> ConsentRule:
    """Return whose consent ``request`` needs.

    Raises:
        ConfigError: If the governance file has no rule for it.
    """
    rule = require_governance(workspace).consent_rule(request.payload.kind, request.payload.tier)
    if rule is None:
        raise ConfigError(
            f"the governance file has no rule for {request.payload.kind.value} in tier {request.payload.tier.value}",
            where=str(workspace.governance_path),
            fix="add one under `consent`; without it nobody can answer",
        )
    return rule


def require_permitted(
    workspace: Workspace,
    approval: Approval,
    *,
    request: ApprovalRequest,
    key: str | None,
    consents: Consents,
    exception_approvers: tuple[str, ...] = (),
) -> None:
    """Refuse an answer that would not count.

    Raises:
        NotPermittedError: If it would not; that is logged.
    """
    found = why_not_permitted(
        approval,
        payload=request.payload,
        key=key,
        consents=consents,
        governance=require_governance(workspace),
        rule=rule_for(workspace, request),
        now=workspace.clock.now(),
        exception_approvers=exception_approvers,
    )
    if found is not None:
        because, problem = found
        refuse(
            workspace,
            action=_ACTIONS[approval.answer],
            because=because,
            problem=problem,
            of=request.payload.digest,
            fix=_FIXES.get(because, "ask somebody who may; `rw governance check` says who that is"),
        )


_FIXES = {
    RefusedBecause.KEY_DOES_NOT_COUNT: "sign with a key that governance.yaml names for you and that is valid now",
    RefusedBecause.SEPARATION_OF_DUTIES: "somebody else has to answer; `rw governance check` says who may",
}


def _require_open(request: ApprovalRequest, consents: Consents) -> None:
    back = any(
        item.withdrawal.of == request.id and item.withdrawal.by == request.requested_by for item in consents.withdrawals
    )
    if back:
        raise ConfigError(
            f"{request.requested_by} took the request back", where=request.id, fix="answer the one that is open"
        )


def _approval(
    workspace: Workspace,
    wanted: Answering,
    *,
    request: ApprovalRequest,
    person: Person,
    rule: ConsentRule,
    consents: Consents,
) -> Approval:
    now = workspace.clock.now()
    latest = now + timedelta(days=rule.valid_days)
    if wanted.until is not None and not now < wanted.until <= latest:
        raise ConfigError(
            "an approval ends after now, and not later than the governance file lets it",
            where="--until",
            fix=f"give a time before {latest:%Y-%m-%dT%H:%M:%SZ}, or leave it out",
        )
    _require_sound(wanted, today=now)
    plain_text(wanted.comment, where="--comment")
    try:
        return Approval(
            id=workspace.ids.new("approval"),
            request=request.id,
            payload=request.payload.digest,
            kind=request.payload.kind,
            role=wanted.role,
            approver=person.id,
            asked=digest_of(request),
            asked_by=request.requested_by,
            authors=request.authors,
            answer=wanted.answer,
            conditions=wanted.conditions,
            comment=wanted.comment,
            decided_at=now,
            valid_until=wanted.until or latest,
            delegation=wanted.delegation or _lent(wanted.role, person, request, consents.delegations, now=now),
        )
    except ValueError as error:
        raise ConfigError(str(error), where="--role", fix="give a role that you hold") from error


def _require_sound(wanted: Answering, *, today: datetime) -> None:
    for condition in wanted.conditions:
        plain_text(condition.text, where="--condition")
        if not condition.text.strip():
            raise ConfigError("a condition without a text", where="--condition", fix="say what has to be done")
        if condition.due < today.date():
            raise ConfigError(
                f"the condition was due before today: {condition.due}", where="--condition", fix="give a later day"
            )


def _lent(
    role: str,
    person: Person,
    request: ApprovalRequest,
    delegations: tuple[HeldDelegation, ...],
    *,
    now: datetime,
) -> str | None:
    """Return the delegation by which ``person`` holds ``role``; None where it is their own, or none is in force."""
    if role in person.roles:
        return None
    for item in delegations:
        lent = item.delegation
        fits = (lent.borrower, lent.role) == (person.id, role) and request.payload.kind in lent.kinds
        if fits and lent.starts_at <= now < lent.ends_at and item.signed.holds:
            return lent.id
    return None


def may_answer(governance: Governance, request: ApprovalRequest, person: Person) -> tuple[str, ...]:
    """Return the roles in which ``person`` could fill a seat of ``request``, by the governance file alone."""
    rule = governance.consent_rule(request.payload.kind, request.payload.tier)
    seats = () if rule is None else tuple(seat.role for seat in rule.quorum)
    return tuple(sorted(set(seats) & set(person.roles)))
