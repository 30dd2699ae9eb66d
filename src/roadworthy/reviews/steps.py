"""What each step does to a review: its history, folded step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from roadworthy.core.history import in_order
from roadworthy.reviews.model import (
    Answered,
    Asked,
    Assigned,
    Decided,
    Given,
    Outcome,
    Paused,
    Reopened,
    Resumed,
    Returned,
    Review,
    ReviewChange,
    Submitted,
    Triaged,
    Unanswered,
    Withdrawn,
)
from roadworthy.reviews.moves import fault
from roadworthy.reviews.state import Decision, QuestionState, ReviewState, ReviewStatus, Span, opened, running_clock

_STATUS_OF = {
    Outcome.APPROVE: ReviewStatus.APPROVED,
    Outcome.APPROVE_WITH_CONDITIONS: ReviewStatus.APPROVED_WITH_CONDITIONS,
    Outcome.REJECT: ReviewStatus.REJECTED,
    Outcome.NEEDS_MORE: ReviewStatus.NEEDS_MORE,
}


def folded(review: Review, changes: Iterable[ReviewChange]) -> ReviewState:
    """Return how ``review`` stands after all of its changes; those of other reviews are passed over.

    Raises:
        ValueError: If a number is missing or there twice, or a change was not possible when it was made.
    """
    state = opened(review)
    for change in in_order(changes, of=review.id):
        if reason := fault(state, change):
            raise ValueError(f"change {change.number} of {review.id} does not hold: {reason}")
        state = applied(state, change)
    return state


def applied(state: ReviewState, change: ReviewChange) -> ReviewState:
    """Return the state after ``change``, which `roadworthy.reviews.moves.fault` has been asked about."""
    after = _moved(state, change)
    return replace(_with_clocks(state, after, at=change.at), number=change.number, last_by=change.by, last_at=change.at)


def _moved(state: ReviewState, change: ReviewChange) -> ReviewState:
    match change.step:
        case Submitted():
            status = _active(state) if state.is_triaged else ReviewStatus.SUBMITTED
            return replace(state, status=status, waiting_for="")
        case Asked() as step:
            return replace(state, status=_active(state), questions=_asked(state, step, by=change.by))
        case Answered() as step:
            return replace(state, questions=_answered(state, step, change=change))
        case Triaged() | Assigned() as step:
            return _given_to(state, step, by=change.by)
        case Paused() | Resumed() | Returned() as step:
            return _waiting(state, step)
        case Decided() | Withdrawn() | Reopened() as step:
            return _ended(state, step, change=change)


def _given_to(state: ReviewState, step: Triaged | Assigned, *, by: str) -> ReviewState:
    if isinstance(step, Assigned):
        return replace(state, reviewer=step.reviewer)
    status = ReviewStatus.IN_REVIEW if state.status is ReviewStatus.IN_REVIEW else ReviewStatus.TRIAGED
    return replace(state, status=status, tier=step.tier, is_triaged=True, triaged_by=by, reviewer=step.reviewer)


def _waiting(state: ReviewState, step: Paused | Resumed | Returned) -> ReviewState:
    match step:
        case Paused():
            return replace(state, status=_active(state), is_paused=True, waiting_for=step.reason)
        case Resumed():
            return replace(state, is_paused=False, waiting_for="")
        case Returned():
            return replace(state, status=ReviewStatus.NEEDS_MORE, is_paused=False, waiting_for=step.reason)


def _ended(state: ReviewState, step: Decided | Withdrawn | Reopened, *, change: ReviewChange) -> ReviewState:
    match step:
        case Decided():
            return _decided(state, step, change=change)
        case Withdrawn():
            return replace(state, status=ReviewStatus.WITHDRAWN, is_paused=False, waiting_for="")
        case Reopened():
            return _reopened(state)


def _active(state: ReviewState) -> ReviewStatus:
    return ReviewStatus.IN_REVIEW if state.is_triaged else state.status


def _decided(state: ReviewState, step: Decided, *, change: ReviewChange) -> ReviewState:
    made = Decision(
        outcome=step.outcome,
        by=change.by,
        role=step.role,
        at=change.at,
        reason=step.reason,
        conditions=step.conditions,
        delegation=step.delegation,
        number=change.number,
    )
    if step.outcome is Outcome.NEEDS_MORE:
        return replace(
            state,
            status=ReviewStatus.NEEDS_MORE,
            earlier_decisions=(*state.earlier_decisions, made),
            is_paused=False,
            waiting_for=step.reason,
        )
    return replace(state, status=_STATUS_OF[step.outcome], decision=made, is_paused=False, waiting_for="")


def _reopened(state: ReviewState) -> ReviewState:
    earlier = state.earlier_decisions + ((state.decision,) if state.decision else ())
    return replace(
        state,
        status=ReviewStatus.IN_REVIEW if state.is_triaged else ReviewStatus.SUBMITTED,
        decision=None,
        earlier_decisions=earlier,
        round=state.round + 1,
    )


def _asked(state: ReviewState, step: Asked, *, by: str) -> tuple[QuestionState, ...]:
    asked = QuestionState(
        id=step.question, text=step.text, required=True, asked_by=by, to=step.to, due=step.due, answer=Unanswered()
    )
    if any(question.id == step.question for question in state.questions):
        return tuple(asked if question.id == step.question else question for question in state.questions)
    return (*state.questions, asked)


def _answered(state: ReviewState, step: Answered, *, change: ReviewChange) -> tuple[QuestionState, ...]:
    given = Given(text=step.text, source="person", evidence=step.evidence)
    return tuple(
        replace(question, answer=given, answered_by=change.by, answered_at=change.at)
        if question.id == step.question
        else question
        for question in state.questions
    )


def _with_clocks(before: ReviewState, after: ReviewState, *, at: datetime) -> ReviewState:
    """Return ``after`` with the span that ended at ``at``, or started then."""
    was, runs = running_clock(before), running_clock(after)
    if (was, before.round) == (runs, after.round):
        return after
    spans = before.spans
    if was is not None:
        spans = (*spans[:-1], replace(spans[-1], ended_at=at))
    if runs is not None:
        spans = (*spans, Span(clock=runs, round=after.round, started_at=at, ended_at=None))
    return replace(after, spans=spans)
