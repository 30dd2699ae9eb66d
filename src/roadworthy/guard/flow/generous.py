"""The index of the generous search: made when it is first asked for, as most runs never ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from roadworthy.guard.flow.content import Entry
from roadworthy.guard.flow.index import Level, found, with_level
from roadworthy.guard.flow.squeezing import level_of


class Lookup:
    """Gives all that has a key."""

    __slots__ = ("_levels",)

    def __init__(self, levels: tuple[Level, ...]) -> None:
        self._levels = levels

    def __call__(self, key: str) -> Sequence[Any]:
        """Return all that has ``key``."""
        return found(self._levels, key)

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those of ``keys`` that anything has."""
        wanted = set(keys)
        return frozenset(key for level in self._levels for key in filter(level.__contains__, wanted))

    def __repr__(self) -> str:
        return "Lookup()"


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

    def lookup(self, entries: Sequence[Entry]) -> Lookup:
        """Return what gives all that has a key."""
        number, levels = self._state
        if number < len(entries):
            for entry in entries[number:]:
                levels = with_level(levels, level_of(entry.leaves))
            self._state = (len(entries), levels)
        return Lookup(levels)

    def __repr__(self) -> str:
        return "Generous()"


NOTHING = Generous()
