"""How a vendor stands: what was decided of it, what changed since, and what may be decided next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.history import in_order
from roadworthy.core.subject import STRICT
from roadworthy.vendors.changes import ChangeKind, VendorChange


class VendorState(StrEnum):
    """Where a vendor stands. Computed, never stored as truth."""

    PROSPECTIVE = "prospective"
    ASSESSING = "assessing"
    APPROVED = "approved"
    CONDITIONAL = "conditional"
    """Approved, and something is owed."""

    REJECTED = "rejected"
    ACTIVE = "active"
    """Approved and in use."""

    UNDER_REVIEW = "under_review"
    """Something changed since it was approved, or the approval ran out: it has to be decided again."""

    OFFBOARDING = "offboarding"
    ENDED = "ended"

    @property
    def may_be_relied_on(self) -> bool:
        """Whether a person decided that the vendor may be relied on, and that still holds."""
        return self in (VendorState.APPROVED, VendorState.CONDITIONAL, VendorState.ACTIVE)


DECIDED = frozenset({VendorState.APPROVED, VendorState.CONDITIONAL, VendorState.REJECTED})
"""States that only a person who manages vendors brings about."""

TRANSITIONS: dict[VendorState, frozenset[VendorState]] = {
    VendorState.PROSPECTIVE: frozenset({VendorState.ASSESSING, VendorState.REJECTED, VendorState.ENDED}),
    VendorState.ASSESSING: DECIDED | {VendorState.ENDED},
    VendorState.APPROVED: frozenset({VendorState.ACTIVE, VendorState.UNDER_REVIEW, VendorState.OFFBOARDING}),
    VendorState.CONDITIONAL: frozenset(
        {VendorState.ACTIVE, VendorState.APPROVED, VendorState.UNDER_REVIEW, VendorState.OFFBOARDING}
    ),
    VendorState.REJECTED: frozenset({VendorState.ASSESSING, VendorState.ENDED}),
    VendorState.ACTIVE: frozenset({VendorState.UNDER_REVIEW, VendorState.OFFBOARDING}),
    VendorState.UNDER_REVIEW: DECIDED | {VendorState.ASSESSING, VendorState.OFFBOARDING},
    VendorState.OFFBOARDING: frozenset({VendorState.ENDED, VendorState.ASSESSING}),
    VendorState.ENDED: frozenset({VendorState.ASSESSING}),
}
"""What may follow what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorRecord:
    """A vendor was put on the list."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/vendor/v1"] = "roadworthy/vendor/v1"
    id: str
    system: str
    vendor: str
    """Key of its entry."""

    by: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorStep:
    """Somebody moved a vendor on.

    Raises:
        ValueError: If a decision names no assessment or no end, or conditions go with another state than conditional.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/vendor-step/v1"] = "roadworthy/vendor-step/v1"
    of: str
    """Id of the vendor's record."""

    number: int
    to: VendorState
    by: str
    at: datetime
    reason: str
    entry: Digest
    """Of the vendor's entry at that time."""

    assessment: str | None = None
    """Id of the assessment that the decision rests on."""

    conditions: tuple[str, ...] = ()
    valid_until: datetime | None = None
    """When a decision ends; None for a step that decides nothing."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
        if self.valid_until is not None:
            object.__setattr__(self, "valid_until", require_aware(self.valid_until, name="valid_until"))
        if not self.reason.strip():
            raise ValueError("a step of a vendor gives a reason")
        if self.to in DECIDED and (self.assessment is None or self.valid_until is None):
            raise ValueError(f"`{self.to.value}` rests on an assessment and ends on a day")
        if (self.to is VendorState.CONDITIONAL) != bool(self.conditions):
            raise ValueError("conditions go with `conditional`, and with nothing else")


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorStanding:
    """How a vendor stands at one time."""

    __pydantic_config__: ClassVar = STRICT

    vendor: str
    record: str | None
    """Id of the vendor's record; None: nobody put it on the list."""

    state: VendorState
    reason: str
    decided: VendorState | None
    """What was decided last, whatever came of it since; None: nothing."""

    assessment: str | None
    """Id of the assessment that this rests on; None: nothing was decided."""

    conditions: tuple[str, ...]
    valid_until: datetime | None
    changes: tuple[str, ...]
    """Ids of what changed since the last decision, oldest first."""

    steps: int
    """How many steps there are: the next one's number is one more."""


def standing_of(
    vendor: str,
    *,
    record: VendorRecord | None,
    steps: Sequence[VendorStep],
    changes: Collection[VendorChange],
    entry: Digest | None,
    now: datetime,
) -> VendorStanding:
    """Return how a vendor stands at ``now``.

    An approval ends by itself: on its day, when the vendor's entry is another one than was decided on, or when a
    change of what it provides was noticed later. No job is needed for any of these.

    Args:
        vendor: Key of the vendor.
        record: When it was put on the list; None: it was not.
        steps: Steps of all vendors.
        changes: Changes of all vendors.
        entry: Digest of its entry now; None: it has none any more.
        now: The moment.

    Raises:
        ValueError: If a step is missing or there twice.
    """
    now = require_aware(now, name="now")
    mine = () if record is None else in_order(steps, of=record.id)
    decisions = [step for step in mine if step.to in DECIDED]
    decision = decisions[-1] if decisions else None
    since = _noticed(vendor, changes, decision)
    state = mine[-1].to if mine else VendorState.PROSPECTIVE
    reason = mine[-1].reason if mine else "nothing was decided of it yet"
    if decision is not None and state.may_be_relied_on and (why := _ended(decision, since, entry=entry, now=now)):
        state, reason = VendorState.UNDER_REVIEW, why
    return VendorStanding(
        vendor=vendor,
        record=None if record is None else record.id,
        state=state,
        reason=reason,
        decided=None if decision is None else decision.to,
        assessment=None if decision is None else decision.assessment,
        conditions=() if decision is None else decision.conditions,
        valid_until=None if decision is None else decision.valid_until,
        changes=tuple(change.id for change in since),
        steps=len(mine),
    )


def held_against(standing: VendorStanding, worse: Sequence[str]) -> VendorStanding:
    """Return how a vendor stands where ``worse`` is not met any more that was when it was decided on."""
    if not worse or not standing.state.may_be_relied_on:
        return standing
    return replace(standing, state=VendorState.UNDER_REVIEW, reason=f"since the decision: {'; '.join(worse)}")


def _noticed(vendor: str, changes: Collection[VendorChange], decision: VendorStep | None) -> list[VendorChange]:
    found = [
        change
        for change in changes
        if change.vendor == vendor
        and (decision is None or (change.noticed_at >= decision.at and not _was_known(change, decision)))
    ]
    return sorted(found, key=lambda change: (change.noticed_at, change.id))


def _was_known(change: VendorChange, decision: VendorStep) -> bool:
    """Return whether a day had passed when it was decided: the assessment said so, whenever somebody looked again."""
    if change.since is None:
        return False
    last, decided = change.since.date(), decision.at.date()
    match change.kind:
        case ChangeKind.CERTIFICATION_EXPIRED:
            return last < decided
        case ChangeKind.MODEL_WITHDRAWN:
            return last <= decided
    return False


def _ended(decision: VendorStep, since: Sequence[VendorChange], *, entry: Digest | None, now: datetime) -> str:
    """Return why a decision does not hold any more; empty where it does."""
    if decision.valid_until is not None and now >= decision.valid_until:
        return f"the decision ran out on {decision.valid_until:%Y-%m-%d}"
    if entry is None:
        return "it has no entry in vendors.yaml any more"
    if entry != decision.entry:
        return "its entry in vendors.yaml is another one than was decided on"
    return f"since the decision: {since[0].what}" if since else ""
