"""People of an organisation, what they ask for and what they say, as values. Nothing is signed: `Signed` says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from fakes.gate_world import NOW, release
from roadworthy.approvals.model import (
    Answer,
    Approval,
    ApprovalPayload,
    ApprovalRequest,
    Condition,
    Consents,
    HeldApproval,
    HeldWithdrawal,
    Signed,
    Withdrawal,
)
from roadworthy.core.digest import digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.exceptions.model import ExceptionEnd, HeldException, PolicyException, ReasonCode, ReleaseScope
from roadworthy.exceptions.standing import exception_payload
from roadworthy.governance.model import (
    ActorKind,
    ConsentKind,
    ConsentRule,
    ExceptionTerms,
    Governance,
    Person,
    PublicKey,
    Seat,
)

EARLIER = NOW - timedelta(days=2)


def person(id: str, *roles: str, kind: ActorKind = ActorKind.HUMAN) -> Person:
    key = PublicKey(
        id=f"{id}-key",
        public=f"ssh-ed25519 key-of-{id}",
        valid_from=NOW - timedelta(days=300),
        valid_until=NOW + timedelta(days=300),
    )
    return Person(id=id, kind=kind, roles=roles, keys=(key,))


PEOPLE = (
    person("ada", "ai_owner", "developer"),
    person("ben", "risk_reviewer", "security"),
    person("cleo", "release_manager"),
    person("dora", "risk_reviewer", "board_member"),
    person("robot", kind=ActorKind.SERVICE),
)


def consent_rule(kind: ConsentKind, *roles: str, people: int = 1) -> ConsentRule:
    return ConsentRule(kind=kind, tiers=tuple(RiskTier), quorum=tuple(Seat(role=role) for role in roles), people=people)


def governance(
    *, rules: tuple[ConsentRule, ...] | None = None, people: tuple[Person, ...] = PEOPLE, **changes: object
) -> Governance:
    consent = rules if rules is not None else (consent_rule(ConsentKind.EXCEPTION, "risk_reviewer"),)
    values: dict[str, object] = {"exceptions": ExceptionTerms(compensated_tiers=())}
    return Governance(organisation="desk makers", people=people, consent=consent, **(values | changes))


RELEASE_NEEDS_CLEO = consent_rule(ConsentKind.RELEASE, "release_manager")
EXCEPTION_NEEDS_RISK = consent_rule(ConsentKind.EXCEPTION, "risk_reviewer")


def exception(*rules: str, id: str = "exception_1", **changes: object) -> PolicyException:
    values: dict[str, object] = {
        "system": "desk",
        "scope": ReleaseScope(release=release().digest),
        "reason_code": ReasonCode.COMPENSATED,
        "justification": "the rail comes next month",
        "tier": RiskTier.HIGH,
        "requested_by": "ada",
        "requested_at": EARLIER,
        "starts_at": EARLIER,
        "expires_at": EARLIER + timedelta(days=20),
    }
    return PolicyException(id=id, rules=rules or ("base/injection",), **(values | changes))


def held_exception(one: PolicyException, *, end: ExceptionEnd | None = None) -> HeldException:
    return HeldException(exception=one, digest=digest_of(one), end=end)


def ended(one: PolicyException, *, by: str = "cleo", end: str = "revoked", at: datetime = NOW) -> HeldException:
    record = ExceptionEnd(id=f"end_{one.id}", exception=one.id, end=end, by=by, at=at, reason="no longer")
    return held_exception(one, end=record)


def request(
    payload: ApprovalPayload, *, by: str = "ada", id: str = "request_1", at: datetime = EARLIER, **changes: object
) -> ApprovalRequest:
    values: dict[str, object] = {"about": "desk 1", "authors": ()}
    return ApprovalRequest(id=id, payload=payload, requested_by=by, requested_at=at, **(values | changes))


def answer(
    asked: ApprovalRequest,
    by: str,
    role: str,
    *,
    says: Answer = Answer.APPROVE,
    at: datetime = EARLIER,
    until: datetime = NOW + timedelta(days=60),
    conditions: tuple[Condition, ...] = (),
    holds: bool = True,
) -> HeldApproval:
    approval = Approval(
        id=f"approval_{asked.id}_{by}_{at:%d%H%M%S}",
        request=asked.id,
        payload=asked.payload.digest,
        kind=asked.payload.kind,
        role=role,
        approver=by,
        asked=digest_of(asked),
        asked_by=asked.requested_by,
        authors=asked.authors,
        answer=says,
        conditions=conditions,
        decided_at=at,
        valid_until=until,
    )
    signed = Signed(holds=holds, key=f"{by}-key" if holds else None, recorded_at=at)
    return HeldApproval(approval=approval, digest=digest_of(approval), signed=signed)


def withdrawal(of: str, *, by: str, at: datetime = NOW - timedelta(hours=1)) -> HeldWithdrawal:
    record = Withdrawal(id=f"withdrawal_{of}", of=of, by=by, at=at, reason="thought again")
    return HeldWithdrawal(
        withdrawal=record, digest=digest_of(record), signed=Signed(holds=True, key=f"{by}-key", recorded_at=at)
    )


def approved(*exceptions: PolicyException, by: str = "ben", role: str = "risk_reviewer") -> Consents:
    """Consent to each exception, by one person."""
    requests, approvals = [], []
    for one in exceptions:
        asked = request(
            exception_payload(one, digest_of(one)), by=one.requested_by, id=f"request_{one.id}", about=one.id
        )
        requests.append(asked)
        approvals.append(answer(asked, by, role))
    return Consents(requests=tuple(requests), approvals=tuple(approvals))


def both(*consents: Consents) -> Consents:
    return Consents(
        requests=tuple(r for c in consents for r in c.requests),
        approvals=tuple(a for c in consents for a in c.approvals),
        withdrawals=tuple(w for c in consents for w in c.withdrawals),
    )
