"""The run of a LlamaIndex agent, and what it has read."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from roadworthy.guard.session.guard import Guard
from roadworthy.guard.session.run import Run
from roadworthy.sdk.agents.turns import AgentRun
from roadworthy.sdk.speaking import Named, Speaker, conversation_of, is_composed, principal_of, run_here

PROTOCOL = "llama-index"


class Guarding:
    """A guard, and for whom and on which route it is asked."""

    def __init__(self, guard: Guard, principal: Speaker, route: str, conversation: Named = None) -> None:
        self.guard = guard
        self._principal = principal
        self._route = route
        self._conversation = conversation
        self._read: WeakKeyDictionary[Run, tuple[set[str], dict[str, Any]]] = WeakKeyDictionary()

    def run(self) -> Run:
        """Return the run that is under way here, or a new one."""
        found = run_here(self.guard, self._principal)
        if found is not None:
            return found
        name = conversation_of(self._conversation)
        return self.guard.run(principal_of(self._principal), route=self._route, conversation=name)

    def agent(self) -> AgentRun:
        """Return the run with what it has read."""
        run = self.run()
        seen, edited = self._read.setdefault(run, (set(), {}))
        return AgentRun(run, is_own=False, is_composed=is_composed(), seen=seen, edited=edited)
