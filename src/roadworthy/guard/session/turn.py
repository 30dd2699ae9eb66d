"""One turn of a conversation: what it may use is set aside when the user asks, and settled when the answer is given."""

from __future__ import annotations

from dataclasses import replace

from roadworthy.guard.engine.applying import apply
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.passage import Passage, enter
from roadworthy.guard.event import ConversationState, Event, Usage
from roadworthy.guard.segment import Segment
from roadworthy.guard.session.calls.considering import NOTHING
from roadworthy.guard.session.course import Course
from roadworthy.guard.session.errors import BlockedError, BudgetExhaustedError
from roadworthy.guard.session.stream import RunStream
from roadworthy.guard.session.wording import ANSWER, MESSAGE, problem_of
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.verdict import Decision


class Turn:
    """The turn that is under way, if any. Whoever uses it holds the lock of its course.

    Args:
        course: Of the run.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._passage: Passage | None = None
        self._number = 0
        self._holders = 0
        self._used: Usage | None = Usage()

    def begin(self, segment: Segment, *, usage: Usage) -> str:
        """Return the user's words as they may go on. See `Run.ask`."""
        self.end(None)
        course = self._course
        bundle, event = course.outfit.bundle, replace(course.event((segment,)), usage=usage)
        passage = enter(bundle, event, course.state, book=course.outfit.budgets, stopwatch=course.outfit.stopwatch)
        try:
            course.noted(bundle, event, passage.decision)
        except BaseException:
            course.outfit.settle(passage.reservation, NOTHING)
            raise
        if passage.decision.stops:
            raise self._stopped(passage, event)
        self._began(passage)
        return apply(passage.decision, event)[0].text

    def join(self, bundle: Bundle, event: Event) -> tuple[int, Passage | None]:
        """Set aside what a message may use, as a turn of its own or as part of the one that is under way.

        Returns:
            The number of the turn, for `leave`; and what refuses the message, where a budget has not enough left.
        """
        if self._passage is not None:
            self._holders += 1
            return self._number, None
        course = self._course
        # The message itself is judged by who asks; this is about what it may use.
        bare = replace(event, segments=(), unknown=(), definitions=())
        passage = enter(bundle, bare, course.state, book=course.outfit.budgets)
        if passage.decision.stops:
            return 0, passage
        self._began(passage)
        return self._number, None

    def leave(self, number: int, used: Usage | None) -> None:
        """Count what a message of turn ``number`` used; None: nobody knows. The last one ends the turn."""
        if self._passage is None or number != self._number:
            return
        self._used = None if used is None or self._used is None else _sum(self._used, used)
        self._holders -= 1
        if self._holders <= 0:
            self.end(self._used)

    def end(self, used: Usage | None) -> None:
        """Count what the turn used; None: as its messages said, or as much as was set aside for it.

        Nothing happens where none is under way.
        """
        passage, self._passage = self._passage, None
        if passage is None:
            return
        if used is None and self._used != Usage():
            used = self._used
        self._course.outfit.settle(passage.reservation, used)

    def _began(self, passage: Passage) -> None:
        self._passage = passage
        self._number += 1
        self._holders = 1
        self._used = Usage()

    def stream(self, segment: Segment, *, used: Usage | None) -> RunStream:
        """Return what judges an answer that comes bit by bit. See `Run.stream`."""
        course = self._course
        bundle, event, state = course.outfit.bundle, course.event(()), course.state
        guard = StreamGuard(bundle, event, state, stopwatch=course.outfit.stopwatch)

        def ended(decision: Decision) -> None:
            self._streamed(bundle, event, decision, began=state, used=used)

        return RunStream(guard, segment, ended=ended)

    def _streamed(
        self, bundle: Bundle, event: Event, decision: Decision, *, began: ConversationState, used: Usage | None
    ) -> None:
        course = self._course
        with course.lock:
            try:
                course.outfit.record(bundle, event, decision, state=began)
                course.state = _meanwhile(began, course.state, decision.state)
            finally:
                self.end(used)
        if decision.stops:
            raise BlockedError(
                problem_of(decision, "an answer"), decision=decision, message=decision.message, stub=ANSWER
            )

    def _stopped(self, passage: Passage, event: Event) -> BlockedError:
        decision = passage.decision
        if any(one.rail == "budget" for one in decision.verdicts):
            return BudgetExhaustedError(
                problem_of(decision, "a turn"),
                decision=decision,
                message=decision.message,
                stub=MESSAGE,
                retry_after_s=passage.retry_after_s,
            )
        return self._course.blocked(decision, event, what="a turn", stub=MESSAGE)


def _meanwhile(began: ConversationState, now: ConversationState, streamed: ConversationState) -> ConversationState:
    """Return the state after a stream: what it left, and what else happened in the run while it came."""
    if now is began:
        return streamed
    return replace(
        now,
        stubs=tuple(dict.fromkeys((*now.stubs, *streamed.stubs))),
        labels=tuple(sorted({*now.labels, *streamed.labels})),
    )


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        input_tokens=one.input_tokens + other.input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        money=one.money + other.money,
        tool_calls=one.tool_calls + other.tool_calls,
    )
