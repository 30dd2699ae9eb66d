"""Remembers the last answers about values that are dear to compare. Values only."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """The last answers to a question about frozen values, found again where the very same objects are asked about.

    Equal values that are other objects are asked about anew: to compare thousands of counts
    costs as much as the answer. The objects are held as long as their answer is, so that no
    other object can come to have their identity.

    Args:
        size: Answers that are kept; all are forgotten when there would be more.

    >>> recent = Recent(size=8)
    >>> counts = (1, 2)
    >>> recent.answer((counts,), "sum", lambda: sum(counts)), recent.answer((counts,), "sum", lambda: 0)
    (3, 3)
    """

    def __init__(self, *, size: int) -> None:
        self._size = size
        self._held: dict[tuple[tuple[int, ...], Hashable], tuple[tuple[object, ...], V]] = {}

    def answer(self, about: tuple[object, ...], question: Hashable, ask: Callable[[], V]) -> V:
        """Return the answer that was given before, or what ``ask`` says.

        Args:
            about: Frozen values, told apart by identity.
            question: Everything else that the answer depends on, told apart by value.
            ask: Works the answer out from both, and from nothing else.
        """
        key = tuple(map(id, about)), question
        known = self._held.get(key)
        if known is not None:
            return known[1]
        found = ask()
        if len(self._held) >= self._size:
            self._held.clear()
        self._held[key] = about, found
        return found
