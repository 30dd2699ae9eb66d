"""By when a finding is to be mended, in working time, and which comes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from roadworthy.core.severity import Severity
from roadworthy.core.subject import STRICT
from roadworthy.findings.model import Likelihood
from roadworthy.findings.state import FindingState
from roadworthy.governance.model import ReviewTerms
from roadworthy.governance.working_time import WorkingTime

_SEVERITIES = tuple(Severity)
_LIKELIHOODS = (
    Likelihood.RARE,
    Likelihood.POSSIBLE,
    Likelihood.UNKNOWN,
    Likelihood.LIKELY,
    Likelihood.CERTAIN,
)
"""Ascending. What nobody said stands above possible: it may be likely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDue:
    """The clock of a finding at one time."""

    __pydantic_config__: ClassVar = STRICT

    allowed_days: int | None
    """In working days, by its severity; None: the governance file allows no number."""

    due_at: datetime | None
    """When it is to be done with at the latest; None: no number is allowed."""

    is_running: bool
    is_breached: bool
    """It was done with too late, or is open beyond the time."""


def due(state: FindingState, *, now: datetime, working: WorkingTime, terms: ReviewTerms) -> FindingDue:
    """Return the clock of a finding: it runs from when it was found or opened again until it is done with.

    Raises:
        ValueError: If ``now`` is naive, or a day lies in a year of which closed days are not known.
    """
    allowed = terms.finding_days.get(state.severity)
    due_at = None if allowed is None else working.deadline(state.open_since, allowed)
    return FindingDue(
        allowed_days=allowed,
        due_at=due_at,
        is_running=state.status.is_open,
        is_breached=due_at is not None and due_at < (state.ended_at or now),
    )


def in_order_of_risk(states: Iterable[tuple[FindingState, FindingDue]]) -> tuple[tuple[FindingState, FindingDue], ...]:
    """Return findings, the open ones first, by severity, likelihood and deadline."""
    return tuple(sorted(states, key=_order))


def _order(pair: tuple[FindingState, FindingDue]) -> tuple[bool, int, int, datetime, str]:
    state, clock = pair
    never = datetime.max.replace(tzinfo=UTC)
    return (
        not state.status.is_open,
        -_SEVERITIES.index(state.severity),
        -_LIKELIHOODS.index(state.likelihood),
        clock.due_at or never,
        state.finding.id,
    )
