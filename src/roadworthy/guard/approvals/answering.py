"""Who may answer a question, and what an answer does to it. What every book of approvals shares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from roadworthy.core.clock import require_aware
from roadworthy.core.errors import ConfigError, ConflictError, NotPermittedError
from roadworthy.core.subject import STRICT
from roadworthy.guard.budget.clock import ForwardClock
from roadworthy.guard.calls.ports import Answer, ApprovalsError, Asked


class AnsweredNoError(ApprovalsError):
    """Somebody said no to exactly this action a short while ago. Nobody is asked again until the no is late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Now, as it is stated and as a clock has it that is never taken back."""

    at: datetime
    forward: float
    """Seconds, of `ForwardClock`."""


def moment(clock: ForwardClock, at: datetime) -> Moment:
    """Return the moment ``at``.

    Raises:
        ValueError: If it has no time zone.
    """
    at = require_aware(at, name="at")
    return Moment(at=at, forward=clock.read(at.timestamp()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and what became of it."""

    __pydantic_config__: ClassVar = STRICT

    asked: Asked
    ends: float
    """When an answer counts for nothing any more, of `Moment.forward`: a clock that is set back lengthens nothing."""

    answer: Answer = Answer.PENDING
    person: str = ""
    """Who answered; empty: nobody yet."""

    used: bool = False
    """Whether its yes opened a call."""

    def is_late(self, now: Moment) -> bool:
        """Return whether an answer counts for nothing any more."""
        return now.forward >= self.ends or now.at >= self.asked.expires_at

    def is_open(self, now: Moment) -> bool:
        """Return whether it waits for an answer or holds a yes, so that the same action asks no other."""
        return self.answer is not Answer.NO and not self.used and not self.is_late(now)

    def stands(self, now: Moment) -> bool:
        """Return whether it is open, or holds a no that counts as long as a yes would."""
        return not self.used and not self.is_late(now)

    def counts(self, now: Moment) -> bool:
        """Return whether it holds a yes that can be used."""
        return self.answer is Answer.YES and not self.used and not self.is_late(now)


def asked_before(kept: Question | None, asked: Asked, now: Moment) -> Asked | None:
    """Return the question that stands for ``asked``; None: it is to be put.

    Args:
        kept: The latest about the same action; None: there is none.
        asked: The question as it would be put.
        now: When.

    Raises:
        AnsweredNoError: If it was answered with no, by and for the same as this one, and the no stands.
    """
    if kept is None or not kept.stands(now) or not has_equal_terms(kept.asked, asked):
        return None
    if kept.answer is Answer.NO:
        raise AnsweredNoError(f"question {kept.asked.id} about the same action was answered with no")
    return kept.asked


def asked_now(asked: Asked, now: Moment) -> Question:
    """Return a question that is put now."""
    return Question(asked=asked, ends=now.forward + (asked.expires_at - asked.asked_at).total_seconds())


def is_as_strict(kept: Asked, asked: Asked) -> bool:
    """Return whether a yes to ``kept`` says all that a yes to ``asked`` would: who says it, and for how long.

    Args:
        kept: A question that was put before, perhaps by another policy.
        asked: The question about the same action as the policy in force puts it.
    """
    if asked.by:
        is_by = bool(kept.by) and set(kept.by) <= set(asked.by)
    else:
        # Where no role is named it is the principal who answers, or anybody else.
        is_by = asked.distinct or not (kept.by or kept.distinct)
    is_distinct = kept.distinct or not asked.distinct
    return is_by and is_distinct and _holds_for(kept) <= _holds_for(asked)


def has_equal_terms(kept: Asked, asked: Asked) -> bool:
    """Return whether two questions are put to the same people, for the same time."""
    is_same = set(kept.by) == set(asked.by) and kept.distinct is asked.distinct
    return is_same and _holds_for(kept) == _holds_for(asked)


def _holds_for(asked: Asked) -> timedelta:
    return asked.expires_at - asked.asked_at


def answered(question: Question, answer: Answer, *, person: str, roles: tuple[str, ...], now: Moment) -> Question:
    """Return ``question`` after ``person`` said ``answer``.

    Saying the same again changes nothing. A yes may be taken back by a no until it is used, by whoever may answer.

    Args:
        question: Of the tenant of the person.
        answer: Yes or no.
        person: Id of who answers.
        roles: That the person has.
        now: When.

    Raises:
        NotPermittedError: If this person may not answer it.
        ConflictError: If it was answered with no, its yes was used, or it is late.
    """
    if answer is Answer.PENDING:
        raise ConfigError("an answer is yes or no, not pending", where="answer", fix="say yes or no")
    name = f"question {question.asked.id}"
    check_may_answer(question.asked, person=person, roles=roles)
    if question.used:
        raise ConflictError(f"{name} was answered with yes, and the yes was used", fix="have the run ask again")
    if question.is_late(now):
        raise ConflictError(
            f"{name} is late: it could be answered until {question.asked.expires_at.isoformat()}",
            fix="have the run ask again",
        )
    if question.answer is answer:
        return question
    if question.answer is Answer.NO:
        until = question.asked.expires_at.isoformat()
        raise ConflictError(
            f"{name} was answered with no, which stands until {until}", fix="have the run ask after that"
        )
    return replace(question, answer=answer, person=person)


def check_may_answer(asked: Asked, *, person: str, roles: tuple[str, ...]) -> None:
    """Refuse a person who may not answer.

    Raises:
        NotPermittedError: If they have none of the roles, or it must be somebody else than the principal.
    """
    name = f"question {asked.id}"
    if not person:
        raise NotPermittedError(f"nobody is named who answers {name}", fix="say who you are")
    if asked.distinct and person == asked.principal:
        raise NotPermittedError(
            f"{name} must be answered by somebody other than for whom it is done", fix="ask a colleague"
        )
    if asked.by and not set(asked.by) & set(roles):
        raise NotPermittedError(
            f"{name} must be answered by somebody with the role {' or '.join(asked.by)}", fix="ask one of them"
        )
    if not asked.by and not asked.distinct and person != asked.principal:
        raise NotPermittedError(f"{name} must be answered by the person for whom it is done", fix="ask them")
