"""The index of the generous search: made when it is first asked for, as most runs never ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from roadworthy.guard.flow.content import Entry
from roadworthy.guard.flow.index import Level, found, with_level
from roadworthy.guard.flow.squeezing import level_of


class Generous:
    """An index of the first entries of a ledger, made further as it is asked.

    What it answers depends on nothing else than the entries, so that it may be shared and made twice at once.
    """

    __slots__ = ("_state",)

    def __init__(self, state: tuple[int, tuple[Level, ...]] = (0, ())) -> None:
        self._state = state

    def next(self) -> Generous:
        """Return the one of a ledger with one entry more."""
        return Generous(self._state)

    def lookup(self, entries: Sequence[Entry]) -> Callable[[str], Sequence[Any]]:
        """Return what gives all that has a key."""
        number, levels = self._state
        if number < len(entries):
            for entry in entries[number:]:
                levels = with_level(levels, level_of(entry.leaves))
            self._state = (len(entries), levels)
        return lambda key: found(levels, key)

    def __repr__(self) -> str:
        return "Generous()"


NOTHING = Generous()
