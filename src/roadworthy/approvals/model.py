"""Requests for consent, and approvals as the records that people sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import Day, require_aware
from roadworthy.core.digest import Digest, digest_of, is_digest
from roadworthy.core.roles import APPROVING_ROLES
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT
from roadworthy.governance.model import ConsentKind


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Bound:
    """One thing that consent is bound to: change it, and the consent is void."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    """What it is, e.g. ``release``, ``assessment``, ``evidence``, ``exceptions``, ``policy``."""

    digest: Digest

    def __post_init__(self) -> None:
        if not self.name or not is_digest(self.digest):
            raise ValueError(f"{self.name!r}: {self.digest!r} is not a sha256 digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPayload:
    """What is consented to: digests only, in one canonical form. Its digest is what an approval names.

    Raises:
        ValueError: If nothing is bound, or a name is bound twice.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/approval-payload/v1"] = "roadworthy/approval-payload/v1"
    kind: ConsentKind
    tier: RiskTier
    bound: tuple[Bound, ...]
    """Sorted by name."""

    def __post_init__(self) -> None:
        names = [item.name for item in self.bound]
        if not names or len(set(names)) != len(names):
            raise ValueError("an approval payload binds at least one thing, and each name once")
        object.__setattr__(self, "bound", tuple(sorted(self.bound)))

    @property
    def digest(self) -> Digest:
        """Digest of the canonical form."""
        return digest_of(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """Somebody asks for consent to exactly these digests."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/approval-request/v1"] = "roadworthy/approval-request/v1"
    id: str
    about: str
    """What people call it: ``support-desk 2026.11.3``, or an exception's id."""

    payload: ApprovalPayload
    requested_by: str
    """Id of a person of the governance file."""

    authors: tuple[str, ...]
    """Ids of those who wrote what is asked about, as far as known, sorted."""

    unknown_authors: tuple[str, ...] = ()
    """Digests of author names that the governance file does not know: shown, and nobody can be told apart by them."""

    evidence_authors: tuple[str, ...] = ()
    """Ids of those who declared evidence that it rests on, sorted."""

    commit: str | None = None
    """Commit that was checked out when it was asked for: authors of what is asked for next are counted from there.
    None: there was none."""

    inputs: Digest | None = None
    """Of what was judged when consent to a release was asked for: by it one can say what changed since. None: it is
    no release."""

    requested_at: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "requested_at", require_aware(self.requested_at, name="requested_at"))


class Answer(StrEnum):
    """What somebody says to a request."""

    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    REJECT = "reject"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must be done by a day for an approval to go on holding."""

    __pydantic_config__: ClassVar = STRICT

    text: str
    due: Day
    """Last day on which it may be open, in UTC."""

    rule: str | None = None
    """Rule that must pass for it to be met; None: somebody says that it is met, see `ConditionMet`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's signed answer. Several people's consent is several of these."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/approval/v1"] = "roadworthy/approval/v1"
    id: str
    request: str
    """Id of the request that was answered."""

    payload: Digest
    """Digest of the payload that the person looked at."""

    kind: ConsentKind
    role: str
    """In which role; one that the person holds, or that was delegated to them."""

    approver: str
    """Id of a person of the governance file."""

    asked: Digest
    """Digest of the request as it was shown: nobody signs a request, so whoever answers signs what it says."""

    asked_by: str
    """Who asked, in the words of who answers."""

    authors: tuple[str, ...] = ()
    """Ids of those who wrote what it is about, in the words of who answers, sorted."""

    answer: Answer
    conditions: tuple[Condition, ...] = ()
    comment: str = ""
    decided_at: datetime
    valid_until: datetime
    delegation: str | None = None
    """Id of the delegation under which the role is held; None: their own."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "decided_at", require_aware(self.decided_at, name="decided_at"))
        object.__setattr__(self, "valid_until", require_aware(self.valid_until, name="valid_until"))
        if self.role not in APPROVING_ROLES:
            raise ValueError(f"{self.role!r} is no role that approves")
        if (self.answer is Answer.APPROVE_WITH_CONDITIONS) != bool(self.conditions):
            raise ValueError("conditions go with `approve_with_conditions`, and with nothing else")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionMet:
    """Somebody who may approve says, signed, that a condition of an approval is met."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/condition-met/v1"] = "roadworthy/condition-met/v1"
    id: str
    approval: str
    condition: int
    """Position among the approval's conditions, from 0."""

    by: str
    at: datetime
    note: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class IndependentReview:
    """Somebody who is independent of the team says, signed with their own key, that a piece of evidence is theirs."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/independent-review/v1"] = "roadworthy/independent-review/v1"
    id: str
    evidence: Digest
    """Of the record, word for word as they have it."""

    by: str
    """Id of a person of the governance file who is `independent` there."""

    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
        if not is_digest(self.evidence):
            raise ValueError(f"{self.evidence!r} is not a sha256 digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Somebody lends a role of theirs to somebody else for a while, signed by who lends it. It cannot be lent on."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/delegation/v1"] = "roadworthy/delegation/v1"
    id: str
    lender: str
    borrower: str
    role: str
    kinds: tuple[ConsentKind, ...]
    starts_at: datetime
    ends_at: datetime
    reason: str

    def __post_init__(self) -> None:
        for name in ("starts_at", "ends_at"):
            object.__setattr__(self, name, require_aware(getattr(self, name), name=name))
        if self.ends_at <= self.starts_at or self.lender == self.borrower or not self.kinds:
            raise ValueError("a delegation lends a role to somebody else, for kinds of consent and for a while")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A request is taken back, or an approval is, by who gave it. Signed where it takes back an approval."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/withdrawal/v1"] = "roadworthy/withdrawal/v1"
    id: str
    of: str
    """Id of the request or approval."""

    by: str
    at: datetime
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What the store says of a signed record's signature: whether it held when it was looked at, and with which key."""

    __pydantic_config__: ClassVar = STRICT

    holds: bool
    """A key of the governance file made the signature over exactly this record."""

    key: str | None
    """Id of that key; None where none did."""

    recorded_at: datetime
    """When the log took it in. What a record says of its own time is the signer's word; this is the log's."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "recorded_at", require_aware(self.recorded_at, name="recorded_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldApproval:
    """An approval as the store gave it."""

    __pydantic_config__: ClassVar = STRICT

    approval: Approval
    digest: Digest
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDelegation:
    """A delegation as the store gave it."""

    __pydantic_config__: ClassVar = STRICT

    delegation: Delegation
    digest: Digest
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldConditionMet:
    """A word that a condition is met, as the store gave it."""

    __pydantic_config__: ClassVar = STRICT

    met: ConditionMet
    digest: Digest
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldIndependentReview:
    """An independent review as the store gave it."""

    __pydantic_config__: ClassVar = STRICT

    review: IndependentReview
    digest: Digest
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWithdrawal:
    """A withdrawal as the store gave it."""

    __pydantic_config__: ClassVar = STRICT

    withdrawal: Withdrawal
    digest: Digest
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    """Everything that people said and that may bear on one decision."""

    __pydantic_config__: ClassVar = STRICT

    requests: tuple[ApprovalRequest, ...] = ()
    approvals: tuple[HeldApproval, ...] = ()
    delegations: tuple[HeldDelegation, ...] = ()
    conditions_met: tuple[HeldConditionMet, ...] = ()
    withdrawals: tuple[HeldWithdrawal, ...] = ()
    independent_reviews: tuple[HeldIndependentReview, ...] = ()
