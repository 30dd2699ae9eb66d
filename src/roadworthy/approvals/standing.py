"""How consent stands: what is asked for, what counts, what does not and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.clock import Day, require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.governance.model import ConsentKind


class ConsentState(StrEnum):
    """How a request for consent stands at one time. Computed, never stored as truth."""

    NOT_ASKED_FOR = "not_asked_for"
    """The governance file asks for nobody's consent to this."""

    NOT_REQUESTED = "not_requested"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    """It was approved, and the approvals or their conditions ran out; or nobody answered in time."""

    VOIDED = "voided"
    """It was approved, and what was approved is another one now."""

    @property
    def is_consent(self) -> bool:
        """Whether it lets through."""
        return self in (ConsentState.APPROVED, ConsentState.NOT_ASKED_FOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedApproval:
    """An approval, and whether it counts."""

    __pydantic_config__: ClassVar = STRICT

    approval: str
    approver: str
    role: str
    counts: bool
    reason: str = ""
    """Why it does not count; empty where it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCondition:
    """A condition that is not met yet."""

    __pydantic_config__: ClassVar = STRICT

    approval: str
    text: str
    due: Day
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentStanding:
    """How consent to one payload stands at one time."""

    __pydantic_config__: ClassVar = STRICT

    kind: ConsentKind
    state: ConsentState
    payload: Digest
    request: str | None
    """Id of the request that it is about; None: nobody asked."""

    reason: str
    """One sentence: what is missing, who said no, what changed."""

    approvals: tuple[CountedApproval, ...] = ()
    missing: tuple[str, ...] = ()
    """Roles that still have to approve, one entry for each seat, sorted."""

    conditions: tuple[OpenCondition, ...] = ()
    changed: tuple[str, ...] = ()
    """Names of the bound things that are others than those which the approvers looked at, sorted."""

    approvers: tuple[str, ...] = ()
    """Ids of those whose approval counts, sorted."""

    valid_until: datetime | None = None
    """When the consent ends at the latest; None: there is none, or none is asked for."""

    def __post_init__(self) -> None:
        if self.valid_until is not None:
            object.__setattr__(self, "valid_until", require_aware(self.valid_until, name="valid_until"))
