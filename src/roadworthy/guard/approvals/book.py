"""The book of approvals of one process."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime

from roadworthy.core.digest import Digest
from roadworthy.core.errors import NotFoundError
from roadworthy.guard.approvals.answering import Moment, Question, answered, asked_before, asked_now, moment
from roadworthy.guard.budget.clock import ForwardClock
from roadworthy.guard.calls.ports import Answer, ApprovalsError, Asked

MAX_OPEN = 10_000
"""Questions that are kept at once, where nothing else is said. One that is late is kept no longer."""

_SWEEP_EVERY_S = 1.0


class InProcessApprovals:
    """`Approvals` of one process, for any number of threads.

    Time is never taken back: a clock that was set back lengthens nothing.

    Args:
        max_open: Questions that are kept at once; beyond that nobody can ask, and nothing is approved.

    >>> from datetime import UTC, datetime
    >>> InProcessApprovals().pending(tenant="acme", at=datetime(2026, 1, 1, tzinfo=UTC))
    ()
    """

    def __init__(self, *, max_open: int = MAX_OPEN) -> None:
        self._max_open = max_open
        self._lock = threading.Lock()
        self._questions: dict[str, Question] = {}
        self._of_action: dict[tuple[str, Digest], str] = {}
        self._clock = ForwardClock()
        self._swept_at = float("-inf")

    def ask(self, asked: Asked) -> Asked:
        """As `Approvals.ask`."""
        with self._lock:
            now = moment(self._clock, asked.asked_at)
            place = (asked.tenant, asked.action)
            kept = self._questions.get(self._of_action.get(place, ""))
            before = asked_before(kept, asked, now)
            if before is not None:
                return before
            if kept is not None and kept.stands(now):
                del self._questions[kept.asked.id], self._of_action[place]
            if len(self._questions) >= self._max_open:
                self._forget_late(now)
            if len(self._questions) >= self._max_open:
                raise ApprovalsError(f"{self._max_open} questions are waiting")
            if asked.id in self._questions:
                raise ApprovalsError(f"there is a question {asked.id} already")
            self._questions[asked.id] = asked_now(asked, now)
            self._of_action[place] = asked.id
            return asked

    def answer(
        self, question: str, answer: Answer, *, person: str, roles: tuple[str, ...], tenant: str, at: datetime
    ) -> None:
        """As `Approvals.answer`."""
        with self._lock:
            now = moment(self._clock, at)
            kept = self._questions.get(question)
            if kept is None or kept.asked.tenant != tenant:
                raise NotFoundError(
                    f"there is no question {question[:80]!r}", fix="list what waits: `rw guard approvals list`"
                )
            self._questions[question] = answered(kept, answer, person=person, roles=roles, now=now)

    def use(self, action: Digest, *, tenant: str, at: datetime) -> Asked | None:
        """As `Approvals.use`."""
        with self._lock:
            now = moment(self._clock, at)
            name = self._of_action.get((tenant, action), "")
            kept = self._questions.get(name)
            if kept is None or not kept.counts(now):
                return None
            self._questions[name] = replace(kept, used=True)
            return kept.asked

    def give_back(self, used: Asked, *, at: datetime) -> bool:
        """As `Approvals.give_back`."""
        with self._lock:
            now = moment(self._clock, at)
            kept = self._questions.get(used.id)
            is_latest = self._of_action.get((used.tenant, used.action)) == used.id
            if kept is None or kept.asked != used or not kept.used or kept.is_late(now) or not is_latest:
                return False
            self._questions[used.id] = replace(kept, used=False)
            return True

    def pending(self, *, tenant: str, at: datetime) -> tuple[Asked, ...]:
        """As `Approvals.pending`."""
        with self._lock:
            now = moment(self._clock, at)
            waiting = [
                one.asked
                for one in self._questions.values()
                if one.asked.tenant == tenant and one.answer is Answer.PENDING and not one.is_late(now)
            ]
        return tuple(sorted(waiting, key=lambda one: (one.asked_at, one.id)))

    def _forget_late(self, now: Moment) -> None:
        if now.forward - self._swept_at < _SWEEP_EVERY_S:
            # All questions are looked at, so not for every one of a flood of them.
            return
        self._swept_at = now.forward
        for name in [name for name, one in self._questions.items() if not one.stands(now)]:
            asked = self._questions.pop(name).asked
            if self._of_action.get((asked.tenant, asked.action)) == name:
                del self._of_action[asked.tenant, asked.action]
