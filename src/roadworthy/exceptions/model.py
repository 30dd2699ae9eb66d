"""Exceptions as values: what is asked for, and how one stands at one time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias

from roadworthy.approvals.standing import ConsentStanding
from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, is_digest
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT
from roadworthy.core.tagged import TaggedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseScope:
    """One release and no other."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["release"] = "release"
    release: Digest

    def __post_init__(self) -> None:
        if not is_digest(self.release):
            raise ValueError(f"{self.release!r} is not a sha256 digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionScope:
    """Releases whose version lies in a range, in the order of their version labels."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["versions"] = "versions"
    system: str
    first: str
    last: str
    """Included. Versions are compared number by number; see `roadworthy.exceptions.versions`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentScope:
    """Releases that have one component at one digest."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["component"] = "component"
    component: str
    digest: Digest

    def __post_init__(self) -> None:
        if not is_digest(self.digest):
            raise ValueError(f"{self.digest!r} is not a sha256 digest")


Scope: TypeAlias = Annotated[ReleaseScope | VersionScope | ComponentScope, TaggedBy("kind")]


class ReasonCode(StrEnum):
    """Why an exception is asked for: a closed list, so that its distribution says something."""

    FALSE_POSITIVE = "false_positive"
    COMPENSATED = "compensated"
    NOT_YET_FEASIBLE = "not_yet_feasible"
    VENDOR_LIMITATION = "vendor_limitation"
    TEST_UNAVAILABLE = "test_unavailable"
    EMERGENCY_FIX = "emergency_fix"
    LEGACY = "legacy"
    RISK_ACCEPTED = "risk_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyException:
    """A request that some rules may go unmet in a scope until a time. Immutable; a change is another one.

    Raises:
        ValueError: If it names no rule, justifies nothing, or does not end after it starts.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/exception/v1"] = "roadworthy/exception/v1"
    id: str
    system: str
    rules: tuple[str, ...]
    """Ids of the rules that may go unmet, sorted."""

    scope: Scope
    reason_code: ReasonCode
    justification: str
    risks: tuple[str, ...] = ()
    """Ids of risks that are accepted with it."""

    compensating: tuple[str, ...] = ()
    """Ids of rules that must pass, not waived themselves, for it to count, sorted."""

    tier: RiskTier
    """Of the system when it was asked for. It does not count in a higher one."""

    requested_by: str
    """Id of a person of the governance file."""

    authors: tuple[str, ...] = ()
    """Ids of those who wrote what it is about, as far as known, sorted."""

    requested_at: datetime
    starts_at: datetime
    expires_at: datetime
    renews: str | None = None
    """Id of the exception that it goes on from; None: the first."""

    renewal: int = 0
    """How often it was renewed before and with this; 0 for the first."""

    review_note: str = ""
    """For a renewal: what was looked at, and why it is still needed."""

    def __post_init__(self) -> None:
        for name in ("requested_at", "starts_at", "expires_at"):
            object.__setattr__(self, name, require_aware(getattr(self, name), name=name))
        object.__setattr__(self, "rules", tuple(sorted(set(self.rules))))
        object.__setattr__(self, "compensating", tuple(sorted(set(self.compensating))))
        if not self.rules:
            raise ValueError(f"exception {self.id} names no rule")
        if not self.justification.strip():
            raise ValueError(f"exception {self.id} justifies nothing: say why the rule cannot be met now")
        if self.expires_at <= self.starts_at:
            raise ValueError(f"exception {self.id}: `expires_at` is not after `starts_at`")
        if set(self.rules) & set(self.compensating):
            raise ValueError(f"exception {self.id} compensates a rule with itself")
        if (self.renews is None) != (self.renewal == 0):
            raise ValueError(f"exception {self.id}: `renews` and `renewal` go together")
        if self.renews is not None and not self.review_note.strip():
            raise ValueError(f"exception {self.id} renews another: its `review_note` says what was looked at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionEnd:
    """An exception is ended before its time."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/exception-end/v1"] = "roadworthy/exception-end/v1"
    id: str
    exception: str
    end: Literal["revoked", "resolved"]
    """*Resolved*: the rule is met now and nothing needs to be excepted."""

    by: str
    at: datetime
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))


class ExceptionState(StrEnum):
    """How an exception stands at one time. Computed, never stored as truth."""

    REQUESTED = "requested"
    UNDER_REVIEW = "under_review"
    REJECTED = "rejected"
    APPROVED = "approved"
    """Its time has not come yet."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    RESOLVED = "resolved"
    VOIDED = "voided"
    """Something that its approval was bound to is another one now."""

    UNREADABLE = "unreadable"
    """Its record or its dates do not hold; it never counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldException:
    """An exception as the store gave it, with what ended it."""

    __pydantic_config__: ClassVar = STRICT

    exception: PolicyException
    digest: Digest
    end: ExceptionEnd | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionStanding:
    """How one exception bears on one release at one time."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    digest: Digest
    state: ExceptionState
    in_scope: bool
    effective: bool
    """It is active, in scope, and all its compensating rules pass."""

    reason: str
    """Why it is not effective, in one sentence; empty where it is."""

    rules: tuple[str, ...]
    waived: tuple[str, ...] = ()
    """Rules that did not hold and that it let through in this decision, sorted. A rule that held is not here."""

    reason_code: ReasonCode
    expires_at: datetime
    requested_by: str
    consent: ConsentStanding
    compensating: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    """Compensating rules that do not pass, sorted."""

    justification: str = ""
    """Why it was asked for, in the words of who asked."""

    scope: str = ""
    """What it is about, for people."""

    renewal: int = 0
    """How often it was renewed before and with this."""
