"""Text that grows by small pieces and is read in stretches, in time proportional to what is added and read."""

from __future__ import annotations

from bisect import bisect_right


class Tape:
    """The text of one field so far.

    >>> tape = Tape()
    >>> tape.add("Hel"), tape.add("lo"), tape.cut(1, 4)
    (None, None, 'ell')
    """

    __slots__ = ("_fresh", "_laid", "_places", "_texts", "length")

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._places: list[int] = []
        self._laid = 0
        self._fresh: list[str] = []
        self.length = 0
        """Characters so far."""

    def __repr__(self) -> str:
        return f"Tape(length={self.length})"

    def add(self, text: str) -> None:
        """Append ``text``."""
        if text:
            self._fresh.append(text)
            self.length += len(text)

    def cut(self, start: int, end: int) -> str:
        """Return the characters from ``start`` to ``end``, as far as they are there."""
        self._lay()
        if start >= end or not self._texts:
            return ""
        number = bisect_right(self._places, start) - 1
        found: list[str] = []
        while number < len(self._texts) and self._places[number] < end:
            place = self._places[number]
            found.append(self._texts[number][max(0, start - place) : end - place])
            number += 1
        return "".join(found)

    def whole(self) -> str:
        """Return all of it."""
        self._lay()
        if len(self._texts) > 1:
            self._texts, self._places = ["".join(self._texts)], [0]
        return self._texts[0] if self._texts else ""

    def _lay(self) -> None:
        if self._fresh:
            text = self._fresh[0] if len(self._fresh) == 1 else "".join(self._fresh)
            self._texts.append(text)
            self._places.append(self._laid)
            self._laid += len(text)
            self._fresh = []
