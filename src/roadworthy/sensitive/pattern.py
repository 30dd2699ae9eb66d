"""Regular expressions whose time is linear in the text, whatever the pattern and the text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2


class WholeMatch:
    """Says whether a pattern matches the whole of a text, some times quicker than `compiled` for not saying where.

    Args:
        pattern: RE2.

    Raises:
        ValueError: As for `compiled`.

    >>> WholeMatch("a+b").holds("aab"), WholeMatch("a+b").holds("caab")
    (True, False)
    """

    def __init__(self, pattern: str) -> None:
        self._exact = compiled(pattern)
        options = re2.Options()
        options.log_errors = False
        options.never_capture = True
        self._quick: Any = re2.Set.FullMatchSet(options)
        self._quick.Add(pattern)
        self._quick.Compile()

    def holds(self, text: str) -> bool:
        """Return whether it matches all of ``text``."""
        try:
            if self._quick.Match(text):
                return True
        except UnicodeEncodeError:
            return False
        # An automaton that runs out of memory says no as well.
        return self._exact.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def compiled(pattern: str, *, ignore_case: bool = False) -> Any:
    """Return ``pattern`` ready to search: RE2, whose time is linear in the text whatever the pattern.

    Raises:
        ValueError: If RE2 does not take it; look-around and back-references are not in it.

    >>> compiled("a+b").search("caab").group()
    'aab'
    """
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        message = error.args[0].decode("utf-8", "replace") if error.args else "not a pattern"
        raise ValueError(f"`pattern` is not an RE2 pattern: {message}") from None
