"""People, their keys and roles, and the rules of consent, as an organisation states them in ``governance.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import Day, require_aware
from roadworthy.core.roles import APPROVING_ROLES, ROLES
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.core.subject import STRICT

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class ActorKind(StrEnum):
    """What acts. Only a human approves, waives or accepts."""

    HUMAN = "human"
    SERVICE = "service"
    AGENT = "agent"


class ConsentKind(StrEnum):
    """What is consented to."""

    RELEASE = "release"
    EXCEPTION = "exception"
    RISK_ACCEPTANCE = "risk_acceptance"
    BUILD = "build"
    CLASSIFICATION = "classification"
    POLICY_CHANGE = "policy_change"
    REINSTATEMENT = "reinstatement"


class RevocationReason(StrEnum):
    """Why a key may not be used any more."""

    SUPERSEDED = "superseded"
    """A new key took its place: what it signed before stands."""

    LEFT = "left"
    """Its holder left: what it signed before stands."""

    COMPROMISED = "compromised"
    """Somebody else may have had it: nothing that it signed counts, whatever time it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A key that a person signs with, and when it counts.

    Raises:
        ValueError: If the window is empty, a time is naive, or a revocation has no reason.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    """Name of the key, unique in the file, e.g. ``ada-2026``."""

    public: str
    """One line of an OpenSSH public key, or a PEM public key."""

    valid_from: datetime
    valid_until: datetime
    revoked_at: datetime | None = None
    revoked_because: RevocationReason | None = None

    def __post_init__(self) -> None:
        for name in ("valid_from", "valid_until"):
            object.__setattr__(self, name, require_aware(getattr(self, name), name=name))
        if self.revoked_at is not None:
            object.__setattr__(self, "revoked_at", require_aware(self.revoked_at, name="revoked_at"))
        if self.valid_until <= self.valid_from:
            raise ValueError(f"key {self.id}: `valid_until` is not after `valid_from`")
        if (self.revoked_at is None) != (self.revoked_because is None):
            raise ValueError(f"key {self.id}: `revoked_at` and `revoked_because` go together")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody, or something, that acts under an id that never changes hands.

    Raises:
        ValueError: If the id is malformed, a role is unknown, or a service or agent holds a role that approves.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    """1 to 64 of ``a-z``, ``0-9``, ``.``, ``_`` and ``-``. Records name people by it alone, so that a name can be
    erased from this file without touching a record."""

    kind: ActorKind = ActorKind.HUMAN
    roles: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other names of theirs: account names and commit addresses. By these the author of a change is known."""

    keys: tuple[PublicKey, ...] = ()
    independent: bool = False
    """Works for nobody who builds, runs or sells the system. What they find and sign is independent evidence, and they
    have no say in anything: their only role, if they have one, is ``auditor``."""

    def __post_init__(self) -> None:
        if _ID.fullmatch(self.id) is None:
            raise ValueError(f"person id {self.id[:80]!r}: use 1 to 64 of a-z, 0-9, '.', '_' and '-'")
        unknown = sorted(set(self.roles) - ROLES)
        if unknown:
            raise ValueError(f"person {self.id}: unknown role {unknown[0]!r}; known are {', '.join(sorted(ROLES))}")
        forbidden = sorted(set(self.roles) & APPROVING_ROLES)
        if self.kind is not ActorKind.HUMAN and forbidden:
            raise ValueError(f"{self.kind.value} {self.id} holds {forbidden[0]!r}: only a human may approve")
        if self.independent and (self.kind is not ActorKind.HUMAN or not {"auditor"}.issuperset(self.roles)):
            raise ValueError(f"{self.id} cannot be independent: only a person who holds no role but auditor is")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One part of a quorum: so many people who hold a role."""

    __pydantic_config__: ClassVar = STRICT

    role: str
    count: int = 1

    def __post_init__(self) -> None:
        if self.role not in APPROVING_ROLES:
            raise ValueError(f"{self.role!r} is no role that approves; known are {', '.join(sorted(APPROVING_ROLES))}")
        if self.count < 1:
            raise ValueError(f"quorum of {self.role}: `count` must be at least 1, got {self.count}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRule:
    """Whose consent one kind of thing needs in some tiers, and for how long it holds."""

    __pydantic_config__: ClassVar = STRICT

    kind: ConsentKind
    tiers: tuple[RiskTier, ...]
    quorum: tuple[Seat, ...]
    people: int = 1
    """How many different people at least, whatever seats one of them fills."""

    valid_days: int = 90
    """How long an approval holds at most; 1 or more."""

    remind_after_days: int | None = None
    escalate_after_days: int | None = None
    reject_after_days: int | None = None
    """A request that nobody answered is rejected then, never approved."""

    def __post_init__(self) -> None:
        if not self.tiers or not self.quorum:
            raise ValueError(f"the rule for {self.kind.value} needs `tiers` and a `quorum`")
        if self.people < 1 or self.valid_days < 1:
            raise ValueError(f"the rule for {self.kind.value}: `people` and `valid_days` must be at least 1")


class Separation(StrEnum):
    """Duties that one person may not have together."""

    REQUESTER_NOT_APPROVER = "requester_not_approver"
    AUTHOR_NOT_APPROVER = "author_not_approver"
    """Who wrote what is approved may not approve it."""

    EVIDENCE_AUTHOR_NOT_SOLE_APPROVER = "evidence_author_not_sole_approver"
    EXCEPTION_APPROVER_NOT_RELEASE_APPROVER = "exception_approver_not_release_approver"
    """Who accepted an exception that a release ships on may not approve that release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparationRule:
    """A separation of duties, and from which tier on it binds."""

    __pydantic_config__: ClassVar = STRICT

    separation: Separation
    tiers: tuple[RiskTier, ...] = tuple(RiskTier)


DEFAULT_SEPARATIONS = (
    SeparationRule(separation=Separation.REQUESTER_NOT_APPROVER),
    SeparationRule(separation=Separation.AUTHOR_NOT_APPROVER),
    SeparationRule(separation=Separation.EVIDENCE_AUTHOR_NOT_SOLE_APPROVER),
    SeparationRule(
        separation=Separation.EXCEPTION_APPROVER_NOT_RELEASE_APPROVER,
        tiers=(RiskTier.HIGH, RiskTier.CRITICAL, RiskTier.PROHIBITED),
    ),
)
"""What binds where a file says nothing. A file can add; `Governance` refuses one that leaves out the first two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionTerms:
    """How long an exception may last, how often it may be renewed, and what it needs beside."""

    __pydantic_config__: ClassVar = STRICT

    max_days: dict[RiskTier, int] = field(
        default_factory=lambda: {
            RiskTier.MINIMAL: 180,
            RiskTier.LIMITED: 90,
            RiskTier.HIGH: 30,
            RiskTier.CRITICAL: 14,
        }
    )
    """Longest life by tier, in days. A tier that is not named allows none."""

    max_renewals: int = 2
    compensated_tiers: tuple[RiskTier, ...] = (RiskTier.HIGH, RiskTier.CRITICAL)
    """Tiers in which an exception counts only with a compensating control that passes."""

    expiring_days: int = 14
    """How long before its end an exception is shown as expiring soon."""

    def __post_init__(self) -> None:
        if any(days < 1 for days in self.max_days.values()) or self.max_renewals < 0 or self.expiring_days < 0:
            raise ValueError("exceptions: days must be at least 1, renewals and warning time not negative")
        if RiskTier.PROHIBITED in self.max_days:
            raise ValueError("exceptions: nothing can be excepted in the prohibited tier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When people work. Clocks of reviews and findings run in working time only.

    Raises:
        ValueError: If no hour of the week is worked.
    """

    __pydantic_config__: ClassVar = STRICT

    timezone: str = "UTC"
    """IANA name, e.g. ``Europe/Berlin``."""

    country: str | None = None
    """ISO 3166 code (``DE`` or ``DE-BY``) whose public holidays are closed days; None: only ``closed``."""

    weekend: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ("sat", "sun")
    closed: tuple[Day, ...] = ()
    opens: str = "09:00"
    closes: str = "17:00"

    def __post_init__(self) -> None:
        clock = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
        if clock.fullmatch(self.opens) is None or clock.fullmatch(self.closes) is None or self.opens >= self.closes:
            raise ValueError("calendar: `opens` and `closes` are written HH:MM, and `closes` is later")
        if len(set(self.weekend)) == 7:
            raise ValueError("calendar: every day of the week is closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTerms:
    """How many working days the steps of a review may take, by tier, and findings, by severity."""

    __pydantic_config__: ClassVar = STRICT

    triage_days: int = 2
    decision_days: dict[RiskTier, int] = field(
        default_factory=lambda: {
            RiskTier.MINIMAL: 5,
            RiskTier.LIMITED: 10,
            RiskTier.HIGH: 20,
            RiskTier.CRITICAL: 30,
            RiskTier.PROHIBITED: 30,
        }
    )
    finding_days: dict[Severity, int] = field(
        default_factory=lambda: {Severity.BLOCK: 10, Severity.WARN: 30, Severity.INFO: 90}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """Who decides on a team's AI systems, and by which rules.

    Raises:
        ValueError: If ids, keys or aliases repeat, two rules cover one kind in one tier, a basic separation of
            duties is left out, or a quorum asks for more holders of a role than there are people.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/governance/v1"] = "roadworthy/governance/v1"
    organisation: str
    people: tuple[Person, ...]
    consent: tuple[ConsentRule, ...] = ()
    separation: tuple[SeparationRule, ...] = DEFAULT_SEPARATIONS
    exceptions: ExceptionTerms = field(default_factory=ExceptionTerms)
    calendar: Calendar = field(default_factory=Calendar)
    reviews: ReviewTerms = field(default_factory=ReviewTerms)
    unknown_authors_allowed: tuple[RiskTier, ...] = (RiskTier.MINIMAL, RiskTier.LIMITED)
    """Tiers in which people may consent to what somebody wrote whom this file does not know. In the others no approval
    counts until every author stands under ``people``: who is unknown cannot be told apart from who approves."""

    clock_skew_s: int = 300
    """How far two honest clocks may be apart, in seconds; 0 to 3600. What is dated later than that is in the future."""

    def __post_init__(self) -> None:
        if not 0 <= self.clock_skew_s <= 3600:
            raise ValueError(f"`clock_skew_s` must be in 0..3600, got {self.clock_skew_s}")
        _require_unique("person id", [person.id for person in self.people])
        _require_unique("key id", [key.id for person in self.people for key in person.keys])
        _require_unique("public key", [key.public.strip() for person in self.people for key in person.keys])
        _require_unique(
            "name",
            [name for person in self.people for name in {person.id, *person.aliases}],
        )
        _require_unique("rule", [f"{rule.kind.value} in {tier.value}" for rule in self.consent for tier in rule.tiers])
        self._require_basic_separation()
        self._require_enough_people()

    def person(self, name: str) -> Person | None:
        """Return who has ``name`` as id or alias; None: nobody known."""
        return next((p for p in self.people if name == p.id or name in p.aliases), None)

    def consent_rule(self, kind: ConsentKind, tier: RiskTier) -> ConsentRule | None:
        """Return whose consent ``kind`` needs in ``tier``; None: the file asks for nobody's."""
        return next((r for r in self.consent if r.kind is kind and tier in r.tiers), None)

    def separations(self, tier: RiskTier) -> frozenset[Separation]:
        """Return the separations of duties that bind in ``tier``."""
        return frozenset(rule.separation for rule in self.separation if tier in rule.tiers)

    def _require_basic_separation(self) -> None:
        for needed in (Separation.REQUESTER_NOT_APPROVER, Separation.AUTHOR_NOT_APPROVER):
            loose = [tier.value for tier in RiskTier if needed not in self.separations(tier)]
            if loose:
                raise ValueError(
                    f"`separation` leaves out {needed.value} in tier {loose[0]}: nobody approves their own"
                )

    def _require_enough_people(self) -> None:
        for rule in self.consent:
            for seat in rule.quorum:
                holders = sum(seat.role in p.roles for p in self.people if p.kind is ActorKind.HUMAN)
                if holders < seat.count:
                    raise ValueError(
                        f"the rule for {rule.kind.value} needs {seat.count} {seat.role}, and {holders} people are that"
                    )


def _require_unique(what: str, names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"{what} {repeated[0][:80]!r} is there more than once")
