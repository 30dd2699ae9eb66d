"""Reviews and their queue as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from roadworthy.cli import output
from roadworthy.cli.output import Format
from roadworthy.reviews.clocks import ClockStatus, Notice, ReviewClock
from roadworthy.reviews.model import Given
from roadworthy.reviews.queue import QueueItem
from roadworthy.reviews.state import QuestionState, ReviewState

if TYPE_CHECKING:
    from roadworthy.runtime.reviews.queueing import Queue

MAX_LISTED = 8
"""Differences and pieces of evidence that the queue names of one review; `rw review show` names all."""


def say_review(state: ReviewState, format: Format) -> None:
    """Print how a review stands after a step."""
    if format is Format.JSON:
        output.result_json(state)
        return
    output.result(list_line(state))
    if state.waiting_for:
        output.note(f"waits for {state.review.requested_by}: {one_line(state.waiting_for)}")
    elif state.open_questions:
        output.note(f"{len(state.open_questions)} questions have no answer; see `rw review show {state.review.id}`")


def list_line(state: ReviewState) -> str:
    """Return a review as one line."""
    tier = tier_text(state)
    who = f"reviewer {state.reviewer}" if state.reviewer else "no reviewer"
    kind = state.review.kind.value
    return f"{state.review.id}  {state.status.value:<12} {kind:<8} {tier:<17} {who}  {one_line(state.review.title)}"


def tier_text(state: ReviewState) -> str:
    """Return the tier, and whether somebody other than the requester said it."""
    if state.tier is None:
        return "tier not stated"
    return state.tier.value if state.is_triaged else f"{state.tier.value} (claimed)"


def one_line(text: str, *, longest: int = 160) -> str:
    """Return ``text`` as one line of printable characters: what people wrote cannot move the terminal's cursor.

    >>> one_line("a" + chr(27) + "[2J" + chr(10) + "b")
    'a [2J b'
    """
    clean = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return clean if len(clean) <= longest else f"{clean[: longest - 1]}…"


def queue_lines(queue: Queue) -> Iterator[str]:
    """Yield the queue: for each review what is new, the evidence, what is missing, and its deadline."""
    for place, item in enumerate(queue.items, start=1):
        state = item.state
        yield f"{place}. {one_line(state.review.title)}  [{tier_text(state)}, {state.status.value}]"
        yield f"   {state.review.id}; {_deadline(item)}"
        yield from (f"   {line}" for line in _briefing(item, most=MAX_LISTED))


def _deadline(item: QueueItem) -> str:
    for clock in item.clocks:
        if clock.status is ClockStatus.RUNNING:
            return _clock_text(clock)
    return next((_clock_text(clock) for clock in item.clocks if clock.status is ClockStatus.PAUSED), "no clock runs")


def _clock_text(clock: ReviewClock) -> str:
    allowed = "no time stated" if clock.allowed_days is None else f"of {clock.allowed_days} working days"
    text = f"{clock.name.value} {clock.status.value}: {clock.spent_days:.3g} {allowed}"
    if clock.due_at is not None:
        text += f", due {clock.due_at:%Y-%m-%d %H:%M}Z"
    return text + (f", over since {clock.breached_at:%Y-%m-%d %H:%M}Z" if clock.breached_at is not None else "")


def _briefing(item: QueueItem, *, most: int) -> Iterator[str]:
    if item.is_first:
        yield "new: everything; nothing of this kind was decided before"
    elif item.differences:
        yield f"new: {_some([f'{one.name} {one.change}' for one in item.differences], most=most)}"
    else:
        yield f"new: nothing since {item.state.review.previous}"
    if item.basis is not None:
        verdict = f"{item.basis.decision} says {item.basis.verdict}" if item.basis.decision else "no decision"
        cited = _some(list(item.basis.evidence), most=most) or "none"
        yield f"evidence: {verdict}; {len(item.basis.evidence)} pieces: {cited}"
    if item.missing:
        yield f"missing: {_some(list(item.missing), most=most)}"
    elif item.state.status.is_open:
        yield "missing: nothing; it can be decided"
    for notice in item.notices:
        yield f"tell {notice.to}: {notice.kind.value} since {notice.since:%Y-%m-%d %H:%M}Z"


def _some(names: list[str], *, most: int) -> str:
    shown = "; ".join(one_line(name) for name in names[:most])
    return shown + (f"; and {len(names) - most} more" if len(names) > most else "")


def notice_lines(notices: Iterable[Notice]) -> Iterator[str]:
    """Yield who is to be told what."""
    for notice in notices:
        yield f"{notice.since:%Y-%m-%d %H:%M}Z  {notice.kind.value:<16} {notice.to:<20} {one_line(notice.text)}"


def review_lines(item: QueueItem) -> Iterator[str]:
    """Yield everything about one review."""
    state = item.state
    review = state.review
    yield one_line(review.title)
    yield f"{review.id}  {review.kind.value} of {review.system}, {tier_text(state)}, {state.status.value}"
    others = f" and {len(review.unknown_authors)} unknown to the governance file" if review.unknown_authors else ""
    authors = f"; written by {', '.join(review.authors) or 'nobody known'}{others}" if review.authors or others else ""
    yield f"asked for by {review.requested_by} on {review.opened_at:%Y-%m-%d %H:%M}Z{authors}"
    yield f"reviewer: {state.reviewer or 'nobody yet'}; steps so far: {state.number}"
    yield from (f"about {subject.kind} {subject.name}  {subject.digest[:19]}…" for subject in review.about)
    yield from (f"clock: {_clock_text(clock)}" for clock in item.clocks)
    yield from _briefing(item, most=10_000)
    for question in state.questions:
        yield from _question_lines(question)
    yield from _decision_lines(state)


def _question_lines(question: QuestionState) -> Iterator[str]:
    asked = f" (asked by {question.asked_by} of {question.to}, due {question.due})" if question.asked_by else ""
    yield f"{'?' if question.is_open else '·'} {question.id}: {one_line(question.text)}{asked}"
    if isinstance(question.answer, Given):
        by = question.answered_by or question.answer.source
        cited = f"  [{', '.join(question.answer.evidence)}]" if question.answer.evidence else ""
        yield f"    {one_line(question.answer.text, longest=1000)}  ({by}){cited}"
    else:
        yield "    unanswered" + ("" if question.required else ", and may stay so")


def _decision_lines(state: ReviewState) -> Iterator[str]:
    for made in state.earlier_decisions:
        yield f"before: {made.outcome.value} by {made.by} as {made.role} on {made.at:%Y-%m-%d}; counts no more"
    if state.decision is None:
        return
    made = state.decision
    yield f"decided: {made.outcome.value} by {made.by} as {made.role} on {made.at:%Y-%m-%d %H:%M}Z"
    yield f"    {one_line(made.reason, longest=1000)}"
    for condition in made.conditions:
        rule = f", told by rule {condition.rule}" if condition.rule else ""
        yield f"    condition: {one_line(condition.text, longest=1000)}, due {condition.due}{rule}"
