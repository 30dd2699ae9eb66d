"""Computes how long a match of an RE2 pattern can be."""

from __future__ import annotations

import re

_COUNTED = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
_NOTHING = frozenset("bBAz")
_ESCAPE = re.compile(r"\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[0-7]{1,3}|.)", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)
_GROUP = re.compile(r"\((?:\?(?:P?<\w+>|[imsU-]*(?P<end>[:)])))?")


def widest(pattern: str) -> int | None:
    """Return the most characters that a match of ``pattern`` has; None: there is no bound.

    Args:
        pattern: One that RE2 takes.

    >>> widest("a{2,5}[bc]?|xyz"), widest("ab*")
    (6, None)
    """
    return _Parser(pattern).alternatives()


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._place = 0

    def alternatives(self) -> int | None:
        """Read up to the end or a closing bracket."""
        widths: list[int | None] = [self._sequence()]
        while self._peek() == "|":
            self._place += 1
            widths.append(self._sequence())
        known = [width for width in widths if width is not None]
        return max(known) if len(known) == len(widths) else None

    def _peek(self) -> str:
        return self._pattern[self._place : self._place + 1]

    def _sequence(self) -> int | None:
        total: int | None = 0
        while self._peek() not in ("", "|", ")"):
            width = self._repeated(self._atom())
            total = None if total is None or width is None else total + width
        return total

    def _atom(self) -> int | None:
        match self._peek():
            case "(":
                return self._group()
            case "[":
                return self._skip(_CLASS)
            case "\\":
                return self._escape()
            case "^" | "$":
                self._place += 1
                return 0
            case _:
                self._place += 1
                return 1

    def _skip(self, token: re.Pattern[str]) -> int:
        found = token.match(self._pattern, self._place)
        self._place = found.end() if found else self._place + 1
        return 1

    def _group(self) -> int | None:
        opening = _GROUP.match(self._pattern, self._place)
        self._place = opening.end() if opening else self._place + 1
        if opening and opening.group("end") == ")":
            return 0
        width = self.alternatives()
        self._place += 1
        return width

    def _escape(self) -> int:
        sign = self._pattern[self._place + 1 : self._place + 2]
        if sign == "Q":
            end = self._pattern.find("\\E", self._place)
            literal = self._pattern[self._place + 2 : end if end >= 0 else len(self._pattern)]
            self._place = end + 2 if end >= 0 else len(self._pattern)
            return len(literal)
        self._skip(_ESCAPE)
        return 0 if sign in _NOTHING else 1

    def _repeated(self, width: int | None) -> int | None:
        """Read what says how often the last part comes, and return how wide it then is."""
        while True:
            sign = self._peek()
            counted = _COUNTED.match(self._pattern, self._place) if sign == "{" else None
            if sign == "?":
                self._place += 1
            elif sign in ("*", "+") and sign:
                self._place += 1
                width = None if width != 0 else 0
            elif counted:
                self._place = counted.end()
                least, comma, most = counted.groups()
                width = _times(width, most if comma else least)
            else:
                return width


def _times(width: int | None, most: str) -> int | None:
    if width == 0 or most == "0":
        return 0
    return width * int(most) if width is not None and most else None
