"""A small world in which people consent: who there is, what is asked, and what they said. Everything can be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from roadworthy.approvals.model import (
    Answer,
    Approval,
    ApprovalPayload,
    ApprovalRequest,
    Condition,
    ConditionMet,
    Consents,
    Delegation,
    HeldApproval,
    HeldConditionMet,
    HeldDelegation,
    HeldWithdrawal,
    Signed,
    Withdrawal,
)
from roadworthy.approvals.payload import RELEASE_PARTS, release_payload
from roadworthy.approvals.standing import ConsentStanding, standing_of
from roadworthy.core.digest import digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.governance.model import (
    ActorKind,
    ConsentKind,
    ConsentRule,
    Governance,
    Person,
    PublicKey,
    RevocationReason,
    Seat,
)

ASKED = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
NOW = ASKED + timedelta(days=2)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def key(person: str, **changes: object) -> PublicKey:
    values: dict[str, object] = {
        "id": f"{person}-1",
        "public": f"public key of {person}",
        "valid_from": ASKED - 100 * DAY,
        "valid_until": ASKED + 100 * DAY,
    }
    return PublicKey(**{**values, **changes})  # type: ignore[arg-type] # a builder of test values


def revoked(person: str, reason: RevocationReason, at: datetime) -> PublicKey:
    return key(person, revoked_at=at, revoked_because=reason)


def person(id: str, *roles: str, keys: tuple[PublicKey, ...] | None = None) -> Person:
    return Person(id=id, roles=roles, aliases=(f"{id}@example.org",), keys=(key(id),) if keys is None else keys)


PEOPLE = (
    person("rita", "release_manager"),
    person("ralf", "release_manager", "security"),
    person("sara", "security"),
    person("sven", "security", "legal"),
    person("dora", "developer"),
    Person(id="bot", kind=ActorKind.SERVICE, keys=(key("bot"),)),
    Person(id="agent", kind=ActorKind.AGENT, keys=(key("agent"),)),
)


def rule(**changes: object) -> ConsentRule:
    values: dict[str, object] = {
        "kind": ConsentKind.RELEASE,
        "tiers": tuple(RiskTier),
        "quorum": (Seat(role="release_manager"), Seat(role="security")),
        "people": 2,
        "valid_days": 30,
        "reject_after_days": 20,
    }
    return ConsentRule(**{**values, **changes})  # type: ignore[arg-type] # a builder of test values


def governance(*, people: tuple[Person, ...] = PEOPLE, consent: tuple[ConsentRule, ...] | None = None) -> Governance:
    return Governance(organisation="Acme", people=people, consent=(rule(),) if consent is None else consent)


def payload(*, tier: RiskTier = RiskTier.HIGH, **contents: str) -> ApprovalPayload:
    return release_payload({name: digest_of(contents.get(name, name)) for name in RELEASE_PARTS}, tier=tier)


def request(id: str = "request_1", *, what: ApprovalPayload | None = None, **changes: object) -> ApprovalRequest:
    values: dict[str, object] = {
        "id": id,
        "about": "desk 1",
        "payload": what or payload(),
        "requested_by": "dora",
        "authors": ("dora",),
        "requested_at": ASKED,
    }
    return ApprovalRequest(**{**values, **changes})  # type: ignore[arg-type] # a builder of test values


def signed(who: str, at: datetime, *, holds: bool = True, key_id: str | None = None) -> Signed:
    return Signed(holds=holds, key=(key_id or f"{who}-1") if holds else None, recorded_at=at)


def approval(
    who: str,
    role: str,
    *,
    at: datetime = ASKED + HOUR,
    recorded_at: datetime | None = None,
    holds: bool = True,
    **changes: object,
) -> HeldApproval:
    values: dict[str, object] = {
        "id": f"approval_{who}_{role}_{at:%d%H%M}_{changes.get('answer', 'yes')}",
        "request": "request_1",
        "payload": payload().digest,
        "kind": ConsentKind.RELEASE,
        "role": role,
        "approver": who,
        "asked": digest_of(request()),
        "asked_by": "dora",
        "authors": ("dora",),
        "answer": Answer.APPROVE,
        "decided_at": at,
        "valid_until": at + 90 * DAY,
    }
    record = Approval(**{**values, **changes})  # type: ignore[arg-type] # a builder of test values
    return HeldApproval(approval=record, digest=digest_of(record), signed=signed(who, recorded_at or at, holds=holds))


def rejection(who: str, role: str, **changes: object) -> HeldApproval:
    return approval(who, role, answer=Answer.REJECT, **changes)  # type: ignore[arg-type] # a builder of test values


def conditional(who: str, role: str, *, due_in_days: int = 10, shown_by: str | None = None) -> HeldApproval:
    condition = Condition(text="turn the log off", due=(ASKED + due_in_days * DAY).date(), rule=shown_by)
    return approval(who, role, answer=Answer.APPROVE_WITH_CONDITIONS, conditions=(condition,))


def met(held: HeldApproval, by: str, *, at: datetime = ASKED + 2 * HOUR, condition: int = 0) -> HeldConditionMet:
    record = ConditionMet(id=f"met_{by}", approval=held.approval.id, condition=condition, by=by, at=at, note="seen")
    return HeldConditionMet(met=record, digest=digest_of(record), signed=signed(by, at))


def withdrawal(of: str, by: str, *, at: datetime = ASKED + 3 * HOUR, holds: bool = True) -> HeldWithdrawal:
    record = Withdrawal(id=f"withdrawal_{of}", of=of, by=by, at=at, reason="changed my mind")
    return HeldWithdrawal(withdrawal=record, digest=digest_of(record), signed=signed(by, at, holds=holds))


def delegation(lender: str, borrower: str, role: str, *, holds: bool = True, **changes: object) -> HeldDelegation:
    values: dict[str, object] = {
        "id": f"delegation_{lender}_{borrower}",
        "lender": lender,
        "borrower": borrower,
        "role": role,
        "kinds": (ConsentKind.RELEASE,),
        "starts_at": ASKED - DAY,
        "ends_at": ASKED + 5 * DAY,
        "reason": "holidays",
    }
    record = Delegation(**{**values, **changes})  # type: ignore[arg-type] # a builder of test values
    return HeldDelegation(delegation=record, digest=digest_of(record), signed=signed(lender, ASKED - DAY, holds=holds))


def consents(*approvals: HeldApproval, **changes: object) -> Consents:
    values: dict[str, object] = {"requests": (request(),), **changes}
    asked = {one.id: one for one in values["requests"]}  # type: ignore[attr-defined] # a builder of test values
    shown = tuple(as_shown(one, asked[one.approval.request]) for one in approvals)
    return Consents(**{**values, "approvals": shown})  # type: ignore[arg-type] # a builder of test values


def as_shown(held: HeldApproval, asked: ApprovalRequest) -> HeldApproval:
    """The same answer by somebody who was shown ``asked`` as it is."""
    record = replace(held.approval, asked=digest_of(asked), asked_by=asked.requested_by, authors=asked.authors)
    return replace(held, approval=record, digest=digest_of(record))


RITA = approval("rita", "release_manager")
SARA = approval("sara", "security")


def standing(said: Consents, **changes: object) -> ConsentStanding:
    values: dict[str, object] = {"governance": governance(), "now": NOW}
    what = changes.pop("what", None) or payload()
    return standing_of(what, consents=said, **{**values, **changes})  # type: ignore[arg-type] # a builder of test values
