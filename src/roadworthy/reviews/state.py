"""How a review stands at one time, as a value. Computed from its history, never stored as truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from roadworthy.approvals.model import Condition
from roadworthy.core.clock import Day
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT
from roadworthy.reviews.model import Outcome, Review, ReviewAnswer, Unanswered


class ReviewStatus(StrEnum):
    """Where a review is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    TRIAGED = "triaged"
    IN_REVIEW = "in_review"
    NEEDS_MORE = "needs_more"
    """With the requester, who hands it in again."""

    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def is_decided(self) -> bool:
        """Whether somebody decided."""
        return self in (self.APPROVED, self.APPROVED_WITH_CONDITIONS, self.REJECTED)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return not (self.is_decided or self is self.WITHDRAWN)


class ClockName(StrEnum):
    """What a clock measures."""

    TRIAGE = "triage"
    """From being handed in to being triaged."""

    DECISION = "decision"
    """From triage to a decision, without the time that the requester was waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A clock ran."""

    __pydantic_config__: ClassVar = STRICT

    clock: ClockName
    round: int
    """0, and one more for each reopening, which starts the clocks anew."""

    started_at: datetime
    ended_at: datetime | None
    """None: it still runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionState:
    """A question and how it stands."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    text: str
    required: bool
    asked_by: str | None
    """None: the template asks."""

    to: str
    """Id of who is to answer."""

    due: Day | None
    """None: no day was said."""

    answer: ReviewAnswer
    answered_by: str | None = None
    """None: nobody did, or the manifest or the form said it."""

    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is unanswered."""
        return isinstance(self.answer, Unanswered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, by whom, as who, and why."""

    __pydantic_config__: ClassVar = STRICT

    outcome: Outcome
    by: str
    role: str
    at: datetime
    reason: str
    conditions: tuple[Condition, ...]
    delegation: str | None
    """Id of the delegation under which the role was held; None: it was their own."""

    number: int
    """Of the change that it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewState:
    """How a review stands after its last change."""

    __pydantic_config__: ClassVar = STRICT

    review: Review
    status: ReviewStatus
    tier: RiskTier | None
    """As triaged; before that as claimed; None: nobody said."""

    is_triaged: bool
    triaged_by: str | None
    reviewer: str | None
    """Id of who looks at it; None: nobody yet."""

    questions: tuple[QuestionState, ...]
    """Of the template and of the reviewers, in the order in which they were first asked."""

    decision: Decision | None
    """What counts now; None: nothing was decided, or it was reopened since."""

    earlier_decisions: tuple[Decision, ...]
    """What was decided before and counts no more, oldest first."""

    waiting_for: str
    """Why it waits for the requester; empty: it does not."""

    is_paused: bool
    spans: tuple[Span, ...]
    round: int
    number: int
    """Of the last change; 0: there is none. The next one is one more."""

    last_by: str
    last_at: datetime

    @property
    def open_questions(self) -> tuple[QuestionState, ...]:
        """Questions without an answer."""
        return tuple(question for question in self.questions if question.is_open)

    @property
    def unanswered_required(self) -> tuple[QuestionState, ...]:
        """Questions without an answer that an approval without conditions needs."""
        return tuple(question for question in self.open_questions if question.required)


def opened(review: Review) -> ReviewState:
    """Return the state of a review to which nothing has happened."""
    return ReviewState(
        review=review,
        status=ReviewStatus.DRAFT,
        tier=review.tier_claimed,
        is_triaged=False,
        triaged_by=None,
        reviewer=None,
        questions=tuple(
            QuestionState(
                id=question.id,
                text=question.text,
                required=question.required,
                asked_by=None,
                to=review.requested_by,
                due=None,
                answer=question.answer,
            )
            for question in review.questions
        ),
        decision=None,
        earlier_decisions=(),
        waiting_for="",
        is_paused=False,
        spans=(),
        round=0,
        number=0,
        last_by=review.requested_by,
        last_at=review.opened_at,
    )


def running_clock(state: ReviewState) -> ClockName | None:
    """Return which clock runs in this state; None: none does."""
    match state.status:
        case ReviewStatus.SUBMITTED:
            return ClockName.TRIAGE
        case ReviewStatus.TRIAGED | ReviewStatus.IN_REVIEW if not state.is_paused:
            return ClockName.DECISION
        case _:
            return None
