"""One pass over a text that says which triggers are in it, for all rules at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import re2

MAX_MEMORY_BYTES = 64 * 1024 * 1024
"""Most memory of one automaton."""


_THE_END = r"\z"
"""In every text, and cheaper than the empty pattern, which would match at every character."""


class TriggerScan:
    """A set of RE2 patterns, asked for in one pass.

    Args:
        patterns: RE2, without regard to case.

    Raises:
        ValueError: If RE2 does not take one of them, or all of them together.

    >>> sorted(TriggerScan(["ab+", "c"]).found("xxabbb"))
    [0]
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        options = re2.Options()
        options.log_errors = False
        options.case_sensitive = False
        options.never_capture = True
        options.max_mem = MAX_MEMORY_BYTES
        self._set: Any = re2.Set.SearchSet(options)
        self._num_patterns = len(patterns)
        for number, pattern in enumerate(patterns):
            try:
                self._set.Add(pattern)
            except re2.error as error:
                raise ValueError(f"trigger {number + 1} is not an RE2 pattern") from error
        self._set.Add(_THE_END)
        try:
            self._set.Compile()
        except re2.error as error:
            raise ValueError("the triggers are too many for one automaton") from error

    def found(self, folded: str) -> Sequence[int]:
        """Return the numbers of the patterns that are in ``folded``; all of them if it could not be scanned."""
        try:
            found: list[int] | None = self._set.Match(folded)
        except UnicodeEncodeError:
            found = self._set.Match(folded.encode("utf-8", "replace"))
        return believed(found, num_patterns=self._num_patterns)


def believed(found: list[int] | None, *, num_patterns: int) -> Sequence[int]:
    """Return which patterns are in a text, given what an automaton says that has the end of the text as its last.

    The end is in every text. Where it was not found the automaton ran out of memory, which the library
    reports as *nothing found*: every pattern is then taken to be there, and every rail looks for itself.

    >>> believed([2, 0], num_patterns=2), list(believed(None, num_patterns=2))
    ([0], [0, 1])
    """
    if found is None or num_patterns not in found:
        return range(num_patterns)
    if len(found) == 1:
        return ()
    found.remove(num_patterns)
    return found
