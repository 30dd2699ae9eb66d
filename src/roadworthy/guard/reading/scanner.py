"""One pass over a text that says which of some patterns are in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import re2


class Scanner:
    """A set of RE2 patterns.

    Args:
        patterns: RE2; case matters.

    Raises:
        ValueError: If they are too many for one automaton.

    >>> sorted(Scanner(("b+", "c", "a")).found("xxabbb"))
    [0, 2]
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        options = re2.Options()
        options.log_errors = False
        options.never_capture = True
        options.max_mem = _MAX_MEMORY_BYTES
        self._set: Any = re2.Set.SearchSet(options)
        self._all = range(len(patterns))
        for pattern in patterns:
            self._set.Add(pattern)
        self._set.Add(_THE_END)
        try:
            self._set.Compile()
        except re2.error as error:
            raise ValueError("the patterns are too many for one automaton") from error

    def found(self, text: str) -> Sequence[int]:
        """Return the numbers of the patterns that are in ``text``, in order; all of them if it could not be scanned.

        The end, the last pattern, is in every text. Where it was not found the automaton ran out of memory, which
        the library reports as nothing found. Half a pair of surrogates is no UTF-8, and cannot be scanned.
        """
        try:
            found: list[int] | None = self._set.Match(text)
        except UnicodeEncodeError:
            return self._all
        if found is None or len(self._all) not in found:
            return self._all
        if len(found) == 1:
            return ()
        found.remove(len(self._all))
        found.sort()
        return found


_MAX_MEMORY_BYTES = 1 << 26
_THE_END = r"\z"
"""Cheaper than the empty pattern, which would match at every character."""
