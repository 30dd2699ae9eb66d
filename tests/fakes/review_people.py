"""People and rules for reviews and findings, and calendars that need no look-up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from roadworthy.core.severity import RiskTier
from roadworthy.governance.model import (
    ActorKind,
    Calendar,
    ConsentKind,
    ConsentRule,
    Governance,
    Person,
    Seat,
)
from roadworthy.governance.working_time import ClosedDays, WorkingTime
from roadworthy.reviews.model import Review, ReviewChange, ReviewKind, ReviewQuestion

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""A Monday, 10:00 in UTC."""

GOVERNANCE = Governance(
    organisation="Lamp Shop",
    people=(
        Person(id="ada", roles=("developer",)),
        Person(id="bea", roles=("risk_reviewer",)),
        Person(id="cem", roles=("ai_owner", "release_manager")),
        Person(id="dan", roles=("auditor",)),
        Person(id="eve", roles=("risk_reviewer", "legal")),
        Person(id="bot", kind=ActorKind.SERVICE),
    ),
    consent=(
        ConsentRule(
            kind=ConsentKind.RELEASE,
            tiers=(RiskTier.HIGH, RiskTier.CRITICAL),
            quorum=(Seat(role="risk_reviewer"), Seat(role="ai_owner")),
        ),
    ),
)

GOVERNANCE_YAML = """\
schema: roadworthy/governance/v1
organisation: Lamp Shop
people:
  - {id: ada, roles: [developer]}
  - {id: bea, roles: [risk_reviewer]}
  - {id: cem, roles: [ai_owner, release_manager]}
  - {id: dan, roles: [auditor]}
  - {id: eve, roles: [risk_reviewer, legal]}
  - {id: bot, kind: service}
"""


def working(calendar: Calendar | None = None, *, closed: tuple[date, ...] = ()) -> WorkingTime:
    """Return a calendar of 2000 to 2060 with listed days only."""
    calendar = calendar or Calendar()
    days = ClosedDays(days=frozenset(closed), first_year=2000, last_year=2060, source="listed days")
    return WorkingTime(calendar=calendar, zone=ZoneInfo(calendar.timezone), closed=days)


def review(**given) -> Review:
    """Return a review that ada asked for and eve wrote."""
    values = {
        "id": "review_1",
        "system": "desk",
        "kind": ReviewKind.RELEASE,
        "title": "Lamp desk 1.0.0",
        "about": (),
        "tier_claimed": None,
        "requested_by": "ada",
        "authors": ("eve",),
        "opened_at": MONDAY,
        "questions": (ReviewQuestion(id="purpose", text="What for?"),),
    }
    return Review(**(values | given))


def change(number: int, by: str, step, *, at: datetime = MONDAY, of: str = "review_1") -> ReviewChange:
    """Return one step."""
    return ReviewChange(of=of, number=number, by=by, at=at, step=step)
