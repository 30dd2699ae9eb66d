"""Reviews as records: the first one, and the numbered steps that follow it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias

from roadworthy.approvals.model import Condition
from roadworthy.core.clock import Day, require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.roles import APPROVING_ROLES
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT, Subject
from roadworthy.core.tagged import TaggedBy

MAX_TEXT = 8_000
"""Longest text of a question, an answer or a reason, in characters."""

_QUESTION_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class ReviewKind(StrEnum):
    """What a review is for."""

    INTAKE = "intake"
    """Whether the system may be built at all."""

    RELEASE = "release"
    CHANGE = "change"
    PERIODIC = "periodic"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A question was answered."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["given"] = "given"
    text: str
    source: Literal["manifest", "form", "person"]
    """Read from the manifest, written into the intake form, or said later by a person."""

    evidence: tuple[str, ...] = ()
    """Ids of evidence that bears it out."""

    def __post_init__(self) -> None:
        require_text(self.text, name="answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Nobody answered. It is not *no*, and nothing may be concluded from it."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["unanswered"] = "unanswered"


ReviewAnswer: TypeAlias = Annotated[Given | Unanswered, TaggedBy("kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQuestion:
    """A question of the template, with what the form and the manifest said when the review was opened."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    text: str
    required: bool = True
    """Whether the review cannot be approved without conditions while it is unanswered."""

    answer: ReviewAnswer = Unanswered()

    def __post_init__(self) -> None:
        if _QUESTION_ID.fullmatch(self.id) is None:
            raise ValueError(f"question id {self.id[:80]!r}: use 1 to 64 of a-z, 0-9, '_' and '-'")
        require_text(self.text, name="question")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Somebody wants something looked at. Immutable; what happens to it are `ReviewChange` records.

    Raises:
        ValueError: If the title is empty or a question is there twice.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/review/v1"] = "roadworthy/review/v1"
    id: str
    system: str
    """Key of the system."""

    kind: ReviewKind
    title: str
    about: tuple[Subject, ...]
    """What is looked at, by digest: a release, components, a document. Sorted; may be empty for an intake."""

    tier_claimed: RiskTier | None
    """What who opened it thinks; None: not said. It decides nothing but the order before triage, and not said counts
    as critical there."""

    requested_by: str
    """Id of a person of the governance file."""

    authors: tuple[str, ...] = ()
    """Ids of those who wrote what it is about, as far as known, sorted. They do not decide."""

    unknown_authors: tuple[str, ...] = ()
    """Digests of the names of authors whom the governance file does not know, sorted."""

    opened_at: datetime
    template: str = ""
    """Id of the template that the questions are from; empty: none."""

    template_digest: Digest | None = None
    questions: tuple[ReviewQuestion, ...] = ()
    previous: str | None = None
    """Id of the last review of the same system and kind that was decided; None: there is none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "opened_at", require_aware(self.opened_at, name="opened_at"))
        object.__setattr__(self, "about", tuple(sorted(set(self.about))))
        object.__setattr__(self, "authors", tuple(sorted(set(self.authors))))
        object.__setattr__(self, "unknown_authors", tuple(sorted(set(self.unknown_authors))))
        require_text(self.title, name="title")
        ids = [question.id for question in self.questions]
        repeated = sorted({one for one in ids if ids.count(one) > 1})
        if repeated:
            raise ValueError(f"question {repeated[0]!r} is there twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """The requester hands it in, for the first time or again after it came back."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["submitted"] = "submitted"
    note: str = ""

    def __post_init__(self) -> None:
        require_short(self.note, name="note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged:
    """Somebody other than the requester says how dangerous it is, and who looks at it."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["triaged"] = "triaged"
    tier: RiskTier
    reviewer: str
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """Somebody else looks at it from now on."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["assigned"] = "assigned"
    reviewer: str
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that the template did not have, or one of it again."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["asked"] = "asked"
    question: str
    """Id of the question: ``q1``, ``q2`` …, or that of a question of the template that is asked again."""

    text: str
    to: str
    """Id of who is to answer."""

    due: Day
    """Last day on which it may be open, in UTC."""

    def __post_init__(self) -> None:
        if _QUESTION_ID.fullmatch(self.question) is None:
            raise ValueError(f"question id {self.question[:80]!r}: use 1 to 64 of a-z, 0-9, '_' and '-'")
        require_text(self.text, name="question")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question of the template or of a reviewer is answered; an earlier answer stays in the history."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["answered"] = "answered"
    question: str
    text: str
    evidence: tuple[str, ...] = ()
    """Ids of evidence that bears it out."""

    def __post_init__(self) -> None:
        require_text(self.text, name="answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """It goes back to the requester, who has to do something before it can go on."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["returned"] = "returned"
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """The clock stops: the reviewer waits for the requester."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["paused"] = "paused"
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The clock goes on."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["resumed"] = "resumed"


class Outcome(StrEnum):
    """What a review comes to. It is advice to those who approve: no gate reads it as consent."""

    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    REJECT = "reject"
    NEEDS_MORE = "needs_more"
    """It goes back to the requester, as `Returned`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Somebody decides."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["decided"] = "decided"
    outcome: Outcome
    role: str
    """In which role."""

    reason: str
    conditions: tuple[Condition, ...] = ()
    delegation: str | None = None
    """Id of the delegation under which the role is held; None: it is their own."""

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")
        if self.role not in APPROVING_ROLES:
            raise ValueError(
                f"{self.role[:80]!r} is no role that decides; known are {', '.join(sorted(APPROVING_ROLES))}"
            )
        if (self.outcome is Outcome.APPROVE_WITH_CONDITIONS) != bool(self.conditions):
            raise ValueError("conditions go with `approve_with_conditions`, and with nothing else")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The requester wants it no more."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["withdrawn"] = "withdrawn"
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A decided or withdrawn review goes on. What was decided stays in the history and counts no more."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["reopened"] = "reopened"
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")


Step: TypeAlias = Annotated[
    Submitted | Triaged | Assigned | Asked | Answered | Returned | Paused | Resumed | Decided | Withdrawn | Reopened,
    TaggedBy("step"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewChange:
    """One step of one review, by one person. Stored with the claim `roadworthy.core.history.claim_of`.

    Raises:
        ValueError: If the number is below 1 or the time naive.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/review-change/v1"] = "roadworthy/review-change/v1"
    of: str
    """Id of the review."""

    number: int
    by: str
    """Id of a person of the governance file."""

    at: datetime
    step: Step

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
        if self.number < 1:
            raise ValueError(f"changes are numbered from 1, got {self.number}")


def require_text(text: str, *, name: str) -> None:
    """Check that ``text`` says something and is not too long.

    Raises:
        ValueError: If it is empty or longer than `MAX_TEXT`.
    """
    if not text.strip():
        raise ValueError(f"the {name} is empty")
    require_short(text, name=name)


def require_short(text: str, *, name: str) -> None:
    """Check that ``text`` is not too long.

    Raises:
        ValueError: If it is longer than `MAX_TEXT`.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"the {name} has {len(text)} characters; at most {MAX_TEXT} are kept")
