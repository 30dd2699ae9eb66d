"""How a risk stands: its state, what is left of it, and whether that is shown or only claimed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.clock import Day, require_aware
from roadworthy.core.history import in_order
from roadworthy.core.subject import STRICT
from roadworthy.risk.register.model import (
    AcceptanceSought,
    Closed,
    Rating,
    RegisterRisk,
    Reviewed,
    RiskChange,
    Treated,
    Treatment,
)


class RiskState(StrEnum):
    """How far a risk has come. Computed, never stored as truth.

    Source:
        OSCAL 1.2, assessment results, ``risk/status``, in our spelling.
    """

    OPEN = "open"
    INVESTIGATING = "investigating"
    REMEDIATING = "remediating"
    DEVIATION_REQUESTED = "deviation_requested"
    """Acceptance is asked for."""

    DEVIATION_APPROVED = "deviation_approved"
    """Accepted by who may, and the time is not over."""

    CLOSED = "closed"


class Support(StrEnum):
    """Whether what is said to be left is shown."""

    NOT_CLAIMED = "not_claimed"
    """Nothing better than the inherent rating is claimed."""

    SUPPORTED = "supported"
    """Every treating control is shown to hold."""

    UNSUPPORTED = "unsupported"
    """Something better is claimed, and a treating control is not shown to hold: the inherent rating counts."""


class AcceptanceStanding(StrEnum):
    """How consent to an acceptance stands, as the register needs it."""

    IN_REVIEW = "in_review"
    APPROVED = "approved"
    NOT_APPROVED = "not_approved"
    """Rejected, withdrawn, void, ran out, or nobody was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Consent to one acceptance that was sought."""

    __pydantic_config__: ClassVar = STRICT

    of: str
    number: int
    """Of the change that sought it."""

    standing: AcceptanceStanding
    reason: str
    valid_until: datetime | None = None
    """When the consent itself ends; None: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskStanding:
    """One risk as it stands at one time."""

    __pydantic_config__: ClassVar = STRICT

    risk: str
    statement: str
    threats: tuple[str, ...]
    origin: str
    state: RiskState
    reason: str
    inherent: Rating
    residual: Rating
    """What is left as far as it is shown."""

    claimed: Rating | None
    support: Support
    treatment: Treatment | None
    controls: tuple[str, ...]
    failing: tuple[str, ...]
    """Treating controls that are not shown to hold, sorted."""

    owner: str | None
    deadline: Day | None
    overdue: bool
    accepted_until: datetime | None
    """None: it is not accepted now."""

    changes: int
    """How many there are: the next one's number is one more."""


def standing_of(
    risk: RegisterRisk,
    *,
    changes: Collection[RiskChange],
    holding: Collection[str],
    acceptances: Collection[Acceptance],
    now: datetime,
    is_gone: bool = False,
) -> RiskStanding:
    """Return how a risk stands at ``now``.

    What is left is the inherent rating until every control that treats the risk is shown to hold; a better rating
    that is only claimed is *unsupported*. An acceptance ends by itself: on its own day, with the consent, and when what
    is left is graver than what was accepted. A closed risk is open again when a control that it was closed on is not
    shown to hold any more.

    Args:
        risk: As it was entered.
        changes: Of all risks.
        holding: Ids of the controls that are shown to hold.
        acceptances: How consent to each acceptance that was sought stands.
        now: The moment.
        is_gone: It was entered from an assessment, and the newest one does not have it any more.

    Raises:
        ValueError: If a change is missing or there twice.
    """
    now = require_aware(now, name="now")
    mine = in_order([change for change in changes if change.system == risk.system], of=risk.id)
    treated = _last(mine, Treated)
    inherent = next((c.inherent for c in reversed(mine) if isinstance(c, Reviewed) and c.inherent), risk.inherent)
    failing = tuple(c for c in (treated.controls if treated else ()) if c not in holding)
    claimed = treated.residual if treated else None
    support = _support(claimed, inherent=inherent, failing=failing)
    residual = claimed if claimed is not None and support is Support.SUPPORTED else inherent
    ended = "" if is_gone else _closed_no_more(mine, treated, residual=residual, failing=failing)
    accepted_until, state, reason = _state(mine, residual=residual, acceptances=acceptances, ended=ended, now=now)
    sought = state in (RiskState.DEVIATION_REQUESTED, RiskState.DEVIATION_APPROVED)
    deadline = treated.deadline if treated else None
    is_done = treated is not None and treated.treatment is Treatment.MITIGATE and not failing
    is_due = deadline is not None and now.date() > deadline
    return RiskStanding(
        risk=risk.id,
        statement=risk.statement,
        threats=risk.threats,
        origin=risk.origin,
        state=state,
        reason=reason,
        inherent=inherent,
        residual=residual,
        claimed=claimed,
        support=support,
        treatment=Treatment.ACCEPT if sought else treated.treatment if treated else None,
        controls=treated.controls if treated else (),
        failing=failing,
        owner=treated.owner if treated else None,
        deadline=deadline,
        overdue=is_due and not is_done and state is not RiskState.CLOSED,
        accepted_until=accepted_until,
        changes=len(mine),
    )


def _last(changes: Sequence[RiskChange], kind: type[Treated]) -> Treated | None:
    return next((change for change in reversed(changes) if isinstance(change, kind)), None)


def _support(claimed: Rating | None, *, inherent: Rating, failing: Sequence[str]) -> Support:
    if claimed is None or not claimed.lower_than(inherent):
        return Support.NOT_CLAIMED
    return Support.UNSUPPORTED if failing else Support.SUPPORTED


def _closed_no_more(
    mine: Sequence[RiskChange], treated: Treated | None, *, residual: Rating, failing: Sequence[str]
) -> str:
    """Return why a closed risk is open again; empty where it is not, or where it is not closed."""
    last = mine[-1] if mine else None
    if not isinstance(last, Closed):
        return ""
    if last.is_gone:
        return "it was closed because no assessment had it any more, and the newest one has it again"
    if treated is not None and treated.treatment is Treatment.MITIGATE and failing:
        return f"it was closed, and is not shown to be mitigated any more: {', '.join(failing)}"
    graver = residual.higher_than(last.residual)
    return f"it is graver now than when it was closed: {', '.join(graver)}" if graver else ""


def _state(
    mine: Sequence[RiskChange],
    *,
    residual: Rating,
    acceptances: Collection[Acceptance],
    ended: str,
    now: datetime,
) -> tuple[datetime | None, RiskState, str]:
    """Return until when it is accepted, the state and why."""
    last = mine[-1] if mine else None
    match last:
        case None:
            return None, RiskState.OPEN, "nothing was done about it yet"
        case Closed():
            return None, RiskState.OPEN if ended else RiskState.CLOSED, ended or last.reason
    sought = next((c for c in reversed(mine) if isinstance(c, AcceptanceSought | Treated)), None)
    if isinstance(sought, AcceptanceSought):
        return _accepted(sought, residual=residual, acceptances=acceptances, now=now)
    if isinstance(sought, Treated):
        return None, RiskState.REMEDIATING, f"{sought.treatment.value}: {sought.plan}"
    return None, RiskState.INVESTIGATING, last.note if isinstance(last, Reviewed) else ""


def _accepted(
    sought: AcceptanceSought, *, residual: Rating, acceptances: Collection[Acceptance], now: datetime
) -> tuple[datetime | None, RiskState, str]:
    found = next((a for a in acceptances if (a.of, a.number) == (sought.of, sought.number)), None)
    if now >= sought.until:
        return None, RiskState.OPEN, f"its acceptance ran out on {sought.until:%Y-%m-%d}"
    if found is None or found.standing is AcceptanceStanding.NOT_APPROVED:
        return None, RiskState.OPEN, "acceptance is not approved" + (f": {found.reason}" if found else "")
    if found.standing is AcceptanceStanding.IN_REVIEW:
        return None, RiskState.DEVIATION_REQUESTED, found.reason
    until = min(sought.until, found.valid_until) if found.valid_until is not None else sought.until
    if now >= until:
        return None, RiskState.OPEN, f"consent to its acceptance ran out on {until:%Y-%m-%d}"
    if graver := residual.higher_than(sought.rating):
        return None, RiskState.OPEN, f"it is graver now than what was accepted: {', '.join(graver)}"
    return until, RiskState.DEVIATION_APPROVED, f"accepted until {until:%Y-%m-%d}: {sought.justification}"
