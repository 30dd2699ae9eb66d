"""Makes the steps of reviews and findings of what somebody wrote on the command line."""

from __future__ import annotations

import re
from datetime import date

from roadworthy.approvals.model import Condition
from roadworthy.core.errors import ConfigError
from roadworthy.reviews.model import Asked
from roadworthy.reviews.state import ReviewState
from roadworthy.runtime.findings.stepping import made
from roadworthy.runtime.reviews.moving import next_question, review_named, take
from roadworthy.runtime.workspace import Workspace

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day_of(text: str, *, where: str) -> date:
    """Read a day.

    Raises:
        ConfigError: If it is not written as YYYY-MM-DD.
    """
    try:
        if _DAY.fullmatch(text) is None:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{text[:40]!r} is no day", where=where, fix="write it as YYYY-MM-DD") from None


def condition_of(text: str) -> Condition:
    """Read a condition written as ``TEXT; due YYYY-MM-DD``, with ``; rule ID`` where a rule says that it is met.

    Raises:
        ConfigError: If it is written otherwise.

    >>> condition_of("mask names in tickets; due 2026-12-24; rule desk/names-masked").rule
    'desk/names-masked'
    """
    said, *parts = (part.strip() for part in text.split(";"))
    named = dict(part.partition(" ")[::2] for part in parts)
    if not said or "due" not in named or len(named) != len(parts) or set(named) - {"due", "rule"}:
        raise ConfigError(
            f"{text[:80]!r} is no condition",
            where="--condition",
            fix="write `TEXT; due YYYY-MM-DD`, and `; rule ID` if a rule tells that it is met",
        )
    due = day_of(named["due"].strip(), where="--condition")
    return made(Condition, text=said, due=due, rule=named.get("rule", "").strip() or None)


def ask(workspace: Workspace, review: str, *, text: str, due: str, to: str | None, again: str | None) -> ReviewState:
    """Ask a question of a review.

    Args:
        workspace: Where the review is.
        review: Its id.
        text: The question.
        due: Last day to answer.
        to: Id of who is to answer; None: the requester.
        again: Id of a question that is asked again; None: a new one.

    Raises:
        ConfigError: If something is asked wrongly, or ``again`` is no question of it.
        NotPermittedError, ConflictError, NotFoundError: As `roadworthy.runtime.reviews.moving.take`.
    """
    state = review_named(workspace, review)
    if again is not None and again not in {question.id for question in state.questions}:
        raise ConfigError(f"nobody asked {again[:80]!r}", where="--again", fix=f"see `rw review show {review}`")
    step = made(
        Asked,
        question=again or next_question(state),
        text=text,
        to=to or state.review.requested_by,
        due=day_of(due, where="--due"),
    )
    return take(workspace, review, step, seen=state.number)
