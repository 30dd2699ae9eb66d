"""What a guard works with: the policy in force, time, ids, and the books that it keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from roadworthy.core.clock import Clock
from roadworthy.core.ids import IdSource
from roadworthy.guard.budget.book import Budgets, BudgetsError, Reservation
from roadworthy.guard.calls.owning import Owns
from roadworthy.guard.calls.ports import Approvals, Ownership, OwnershipError
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.calling import ownership_questions
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.engine.holder import PolicyHolder
from roadworthy.guard.event import ConversationState, Event, Usage
from roadworthy.guard.idempotency.keys import IdempotencyKeys
from roadworthy.guard.ports import Stopwatch
from roadworthy.guard.replay.model import GuardRecord
from roadworthy.guard.replay.recording import record
from roadworthy.guard.session.memory import MemoryLabels
from roadworthy.guard.verdict import Decision, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """What every run of a guard shares. Nothing in it belongs to one run."""

    policy: Bundle | PolicyHolder
    clock: Clock
    ids: IdSource
    budgets: Budgets = field(repr=False)
    approvals: Approvals | None = field(repr=False)
    ownership: Ownership | None = field(repr=False)
    memory: MemoryLabels | None = field(repr=False)
    keys: IdempotencyKeys = field(repr=False)
    sink: Callable[[GuardRecord], None] | None = field(repr=False)
    stopwatch: Stopwatch | None = field(repr=False)

    @property
    def bundle(self) -> Bundle:
        """The policy in force; taken once for each event."""
        return self.policy.current if isinstance(self.policy, PolicyHolder) else self.policy

    def judged(
        self, bundle: Bundle, event: Event, state: ConversationState, *, also: Sequence[Verdict] = ()
    ) -> Decision:
        """Return what ``bundle`` says of ``event``."""
        owns = self._owns(bundle, event, state)
        return enforce(bundle, event, state, stopwatch=self.stopwatch, also=also, owns=owns)

    def record(self, bundle: Bundle, event: Event, decision: Decision, *, state: ConversationState) -> None:
        """Hand the record of a decision to who keeps them. No text is in it."""
        if self.sink is not None:
            self.sink(record(bundle, event, decision, state=state))

    def settle(self, reservation: Reservation | None, used: Usage | None) -> bool:
        """Count what was used; None: all that was set aside. Where the keeper does not answer it stays spent."""
        if reservation is None:
            return False
        try:
            return self.budgets.settle(reservation, used, at=self.clock.now())
        except BudgetsError:
            return False

    def _owns(self, bundle: Bundle, event: Event, state: ConversationState) -> Owns:
        """Ask to whom the things belong that a call names. What cannot be asked is not known, and denied."""
        if self.ownership is None:
            return {}
        who = event.principal
        answers: dict[tuple[str, str], bool | None] = {}
        for kind, name in ownership_questions(bundle, event, state):
            try:
                answers[kind, name] = self.ownership.belongs(kind, name, tenant=who.tenant, principal=who.id)
            except OwnershipError:
                answers[kind, name] = None
        return answers
