"""A policy in force with all that it needs, for any number of runs at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from roadworthy.core.clock import Clock
from roadworthy.core.errors import ConfigError
from roadworthy.core.ids import IdSource
from roadworthy.guard.budget.book import Budgets, InProcessBudgets
from roadworthy.guard.calls.ports import Approvals, Ownership
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.holder import PolicyHolder
from roadworthy.guard.event import ConversationState, Principal
from roadworthy.guard.idempotency.book import InProcessKeys
from roadworthy.guard.idempotency.keys import IdempotencyKeys
from roadworthy.guard.ports import Stopwatch
from roadworthy.guard.replay.model import GuardRecord
from roadworthy.guard.session.asking import checked_name
from roadworthy.guard.session.course import owner_of
from roadworthy.guard.session.memory import MemoryLabels
from roadworthy.guard.session.outfit import Outfit
from roadworthy.guard.session.run import Run


class Guard:
    """Guards runs of agents and conversations by one policy. Safe for any number of threads.

    Args:
        policy: Compiled, or the holder of what is in force: each event is judged by what is in force then.
        clock: Tells the time.
        ids: Makes ids of events, calls, runs and questions.
        budgets: Who keeps count; None: this process, for this guard alone.
        approvals: Who keeps questions to people; None: nobody can be asked, and what needs a person is refused.
        ownership: Tells to whom things belong; None: only records that a run has read do.
        memory: Keeps the labels of memories that outlive a run (`Grant.memory`); None: a run knows its own.
        keys: Knows what was done under which idempotency key; None: this process, for this guard alone.
        record: Is given the record of each decision, before anything follows from it.
        stopwatch: Counts nanoseconds; None: nothing is timed.
    """

    def __init__(
        self,
        policy: Bundle | PolicyHolder,
        *,
        clock: Clock,
        ids: IdSource,
        budgets: Budgets | None = None,
        approvals: Approvals | None = None,
        ownership: Ownership | None = None,
        memory: MemoryLabels | None = None,
        keys: IdempotencyKeys | None = None,
        record: Callable[[GuardRecord], None] | None = None,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self._outfit = Outfit(
            policy=policy,
            clock=clock,
            ids=ids,
            budgets=InProcessBudgets() if budgets is None else budgets,
            approvals=approvals,
            ownership=ownership,
            memory=memory,
            keys=InProcessKeys() if keys is None else keys,
            sink=record,
            stopwatch=stopwatch,
        )

    def __repr__(self) -> str:
        return f"Guard({self.bundle!r})"

    @property
    def bundle(self) -> Bundle:
        """The policy in force."""
        return self._outfit.bundle

    def run(
        self,
        principal: Principal,
        *,
        route: str = "*",
        conversation: str = "",
        state: ConversationState | None = None,
        depth: int = 0,
    ) -> Run:
        """Return one run of an agent or conversation.

        Args:
            principal: For whom it is.
            route: Name of the route in the policy.
            conversation: Id of the run, as budgets and approvals know it; empty: as ``state`` has it, or a new one.
            state: What an earlier part of it left (`Run.state`); None: it begins.
            depth: How many agents stand between the user and this one. From 1 on another agent writes the task, and
                what `Run.ask` is told is nobody's word.

        Raises:
            ConfigError: If ``state`` is of another conversation, principal or tenant, ``principal`` is none,
                ``conversation`` is no name of at most 256 characters, or ``depth`` is less than 0.
        """
        if not isinstance(principal, Principal):
            raise ConfigError(
                f"a run needs a `Principal`, got a {type(principal).__name__}",
                where="principal",
                fix="say for whom it is: Principal(id='ada', tenant='acme')",
            )
        if conversation != "":
            checked_name(conversation, what="conversation")
        state = ConversationState() if state is None else state
        if conversation and state.conversation and conversation != state.conversation:
            raise ConfigError(
                "the state is of another conversation", where="state", fix="give each conversation its own state"
            )
        if state.owner and state.owner != owner_of(principal):
            raise ConfigError(
                "the state is of another principal or tenant", where="state", fix="keep each state with whose it is"
            )
        if depth < 0:
            raise ConfigError(f"`depth` must be >= 0, got {depth}", where="depth", fix="0 is the agent of the user")
        name = conversation or state.conversation or self._outfit.ids.new("run")
        return Run(self._outfit, principal=principal, route=route, state=replace(state, conversation=name), depth=depth)
