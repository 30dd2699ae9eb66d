"""What a guarded function is guarded with."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from roadworthy.core.errors import ConfigError
from roadworthy.sdk.speaking import Speaker, principal_of, run_here

if TYPE_CHECKING:
    from roadworthy.guard.session.guard import Guard
    from roadworthy.guard.session.run import Run
    from roadworthy.sdk.exchange.exchange import Exchange

PolicySource: TypeAlias = "Guard | str | Path"
"""A guard, or where its policy stands: a file, a folder with a ``guard.yaml``, or the name of a shipped pack."""

_opened: dict[str, Guard] = {}
_opening = threading.Lock()


def guard_of(policy: PolicySource) -> Guard:
    """Return the guard that ``policy`` names. A file is read once for the process.

    Raises:
        ConfigError: If there is no such policy, or with everything that is wrong in it.
    """
    from roadworthy.guard.session.guard import Guard

    if isinstance(policy, Guard):
        return policy
    if not isinstance(policy, (str, Path)):
        raise ConfigError(
            f"`policy` is a {type(policy).__name__}", where="policy", fix="pass a Guard, a file or a pack's name"
        )
    place = Path(policy)
    name = str(place.resolve()) if place.exists() else str(policy)
    with _opening:
        if name not in _opened:
            from roadworthy.runtime.guard.serving import open_guard

            _opened[name] = open_guard(policy)
        return _opened[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one function is guarded."""

    policy: PolicySource = field(repr=False)
    principal: Speaker
    route: str
    tool: str
    """Its name as a tool; empty: it answers people."""

    def run(self, guard: Guard) -> tuple[Run, bool]:
        """Return the run of a call that is made now, and whether it was under way before.

        Raises:
            ConfigError: If nobody has said for whom it is, or the run that is under way is for somebody else.
        """
        found = run_here(guard, self.principal)
        if found is not None:
            return found, True
        return guard.run(principal_of(self.principal), route=self.route), False

    def exchange(self, guard: Guard, run: Run, *, within: bool) -> Exchange:
        """Return the exchange of a call.

        Args:
            guard: The policy in force.
            run: Of the call.
            within: Whether the run was under way before: what it is given is then the model's word, not the user's.
        """
        from roadworthy.sdk.exchange.exchange import Exchange
        from roadworthy.sdk.exchange.plain import ANSWERING, WITHIN

        surface = WITHIN if within else ANSWERING
        return Exchange(run, guard.bundle, surface, refused="raise", owns_run=not within)
