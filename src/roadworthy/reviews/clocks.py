"""The clocks of a review in working time: which runs, when it is due, who is to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT
from roadworthy.governance.model import ReviewTerms
from roadworthy.governance.working_time import WorkingTime
from roadworthy.reviews.state import ClockName, QuestionState, ReviewState, Span, running_clock

REMIND_AT = 0.75
"""Part of the time after which a reminder is due. Ours: late enough to mean it, early enough to act."""

ESCALATE_AGAIN_AT = 1.5
"""Part of the time after which the escalation is repeated; the first one is due when the time is over."""


class ClockStatus(StrEnum):
    """What a clock does."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    """It waits for the requester."""

    STOPPED = "stopped"
    """What it measures is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewClock:
    """One clock at one time. Breached is a fact beside the status: a stopped clock may have been breached before."""

    __pydantic_config__: ClassVar = STRICT

    name: ClockName
    status: ClockStatus
    allowed_days: int | None
    """In working days; None: the governance file allows no number for this tier, or the tier is not known."""

    spent_days: float
    """In working days, of this round."""

    due_at: datetime | None
    """When the time is over if nothing stops the clock; None: it does not run, or no time is allowed."""

    breached_at: datetime | None
    """When the time was over; None: it never was."""


class NoticeKind(StrEnum):
    """Why somebody is to be told."""

    REMINDER = "reminder"
    ESCALATION = "escalation"
    QUESTION_OVERDUE = "question_overdue"
    CLOCK_FORGOTTEN = "clock_forgotten"
    """The clock is paused and every question is answered: nobody is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Notice:
    """Somebody is to be told something by now."""

    __pydantic_config__: ClassVar = STRICT

    since: datetime
    kind: NoticeKind
    to: str
    """Id of a person, or ``role:`` and a role whose holders are told."""

    text: str


def clocks(
    state: ReviewState, *, now: datetime, working: WorkingTime, terms: ReviewTerms
) -> tuple[ReviewClock, ReviewClock]:
    """Return the triage clock and the decision clock at ``now``.

    Raises:
        ValueError: If ``now`` is naive, or a day lies in a year of which closed days are not known.
    """
    decision = None if state.tier is None or not state.is_triaged else terms.decision_days.get(state.tier)
    return (
        _clock(state, ClockName.TRIAGE, allowed=terms.triage_days, now=now, working=working),
        _clock(state, ClockName.DECISION, allowed=decision, now=now, working=working),
    )


def _clock(
    state: ReviewState, name: ClockName, *, allowed: int | None, now: datetime, working: WorkingTime
) -> ReviewClock:
    spans = [span for span in state.spans if span.clock is name and span.round == state.round]
    status = _status(state, name, has_run=bool(spans))
    spent = sum((working.elapsed(span.started_at, span.ended_at or now) for span in spans), timedelta(0))
    due_at = breached_at = None
    if allowed is not None and spans:
        over_at = _over_at(spans, allowed * working.day_length, working=working)
        due_at = over_at if status is ClockStatus.RUNNING else None
        breached_at = over_at if over_at is not None and over_at < (spans[-1].ended_at or now) else None
    return ReviewClock(
        name=name,
        status=status,
        allowed_days=allowed,
        spent_days=round(working.days(spent), 3),
        due_at=due_at,
        breached_at=breached_at,
    )


def _status(state: ReviewState, name: ClockName, *, has_run: bool) -> ClockStatus:
    if running_clock(state) is name:
        return ClockStatus.RUNNING
    if not has_run:
        return ClockStatus.NOT_STARTED
    is_over = not state.status.is_open or (name is ClockName.TRIAGE and state.is_triaged)
    return ClockStatus.STOPPED if is_over else ClockStatus.PAUSED


def _over_at(spans: list[Span], allowed: timedelta, *, working: WorkingTime) -> datetime | None:
    """Return when ``allowed`` was or will be used up; None where all the spans ended before."""
    left = allowed
    for span in spans:
        over_at = working.after(span.started_at, left)
        if span.ended_at is None or over_at < span.ended_at:
            return over_at
        left -= working.elapsed(span.started_at, span.ended_at)
    return None


def notices(state: ReviewState, *, now: datetime, working: WorkingTime, terms: ReviewTerms) -> tuple[Notice, ...]:
    """Return who is to be told what at ``now``, oldest first. Nothing here changes the review: time never approves.

    Raises:
        ValueError: As `clocks`.
    """
    if not state.status.is_open:
        return ()
    found = [*_overdue(state, now=now), *_forgotten(state)]
    for clock in clocks(state, now=now, working=working, terms=terms):
        if clock.status is ClockStatus.RUNNING and clock.allowed_days is not None:
            found += _of_clock(state, clock, now=now, working=working)
    return tuple(sorted(found))


def _of_clock(state: ReviewState, clock: ReviewClock, *, now: datetime, working: WorkingTime) -> list[Notice]:
    spans = [span for span in state.spans if span.clock is clock.name and span.round == state.round]
    allowed = (clock.allowed_days or 0) * working.day_length
    to = state.reviewer if clock.name is ClockName.DECISION and state.reviewer else "role:risk_reviewer"
    says = f"{state.review.title}: {clock.name.value} takes {clock.spent_days:g} of {clock.allowed_days} working days"
    found = []
    for part, kind, whom in (
        (REMIND_AT, NoticeKind.REMINDER, to),
        (1.0, NoticeKind.ESCALATION, "role:ai_owner"),
        (ESCALATE_AGAIN_AT, NoticeKind.ESCALATION, "role:board_member"),
    ):
        at = _over_at(spans, allowed * part, working=working)
        if at is not None and at <= now:
            found.append(Notice(since=at, kind=kind, to=whom, text=says))
    return found


def _overdue(state: ReviewState, *, now: datetime) -> list[Notice]:
    return [
        Notice(
            since=_end_of(question),
            kind=NoticeKind.QUESTION_OVERDUE,
            to=question.to,
            text=f"{state.review.title}: question {question.id} was to be answered by {question.due}",
        )
        for question in state.open_questions
        if question.due is not None and _end_of(question) <= now
    ]


def _end_of(question: QuestionState) -> datetime:
    if question.due is None:
        raise ValueError(f"question {question.id} has no day")
    return datetime.combine(question.due, time(0), tzinfo=UTC) + timedelta(days=1)


def _forgotten(state: ReviewState) -> list[Notice]:
    was_answered = any(question.answered_at == state.last_at for question in state.questions)
    if not state.is_paused or not was_answered or any(question.asked_by for question in state.open_questions):
        return []
    return [
        Notice(
            since=state.last_at,
            kind=NoticeKind.CLOCK_FORGOTTEN,
            to=state.reviewer or "role:risk_reviewer",
            text=f"{state.review.title}: the clock is paused, and every question is answered: resume it",
        )
    ]


def rank_of(tier: RiskTier | None) -> int:
    """Return where a tier stands in the queue; one that nobody said stands with critical, not last.

    >>> rank_of(None) == rank_of(RiskTier.CRITICAL)
    True
    """
    return (tier or RiskTier.CRITICAL).rank
