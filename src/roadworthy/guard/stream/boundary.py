"""Where a release may end, so that a reader never sees half a word, line or sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Literal, TypeAlias

Boundary: TypeAlias = Literal["word", "line", "sentence"]
"""As `Holdback.boundary` has it, *none* aside."""

_LINE = r"\r\n|[\n\r\v\f\x85\u2028\u2029]"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CLOSING = r"[\"'\u2019\u201d\u00bb\u203a)\]}]*"
_WIDE_CLOSING = r"[\u300d\u300f\uff09\u3011\u300b\u3009\u201d\u2019]*"

_PATTERNS: Mapping[Boundary, re.Pattern[str]] = {
    # A script without spaces has no word ends to wait for: any of its characters ends one.
    "word": re.compile(rf"\s+|[{_UNSPACED}\u3000-\u3004\uff01-\uff0f]|[\U00020000-\U0003ffff]"),
    "line": re.compile(_LINE),
    "sentence": re.compile(
        rf"[.!?\u2026\u061f\u06d4\u0964\u0965\u1362]{_CLOSING}\s+|[\u3002\uff01\uff1f\uff0e]{_WIDE_CLOSING}|{_LINE}"
    ),
}

_LONGEST_OPEN = 8
"""Characters before the head that are looked at again, since a boundary may go on with what follows."""


class Boundaries:
    """The boundaries of one field so far. Each character is looked at a bounded number of times.

    Args:
        kind: Which ends count.

    >>> ends = Boundaries("word")
    >>> ends.look("Grüße aus Wien", start=0)
    >>> ends.before(12), ends.before(5)
    (10, 0)
    """

    __slots__ = ("_ends", "_pattern", "seen")

    def __init__(self, kind: Boundary) -> None:
        self._pattern = _PATTERNS[kind]
        self._ends: list[int] = [0]
        self.seen = 0
        """Place up to which everything was looked at."""

    def look(self, text: str, *, start: int) -> None:
        """Take in ``text``, which stands at ``start`` of the field. `seen` says from where on it is wanted."""
        last = start
        for match in self._pattern.finditer(text):
            if match.end() == len(text):
                break
            last = start + match.end()
            if last > self._ends[-1]:
                self._ends.append(last)
        self.seen = max(last, start + len(text) - _LONGEST_OPEN, self.seen)

    def before(self, place: int) -> int:
        """Return the last boundary at or before ``place``; the beginning of the field if there is none."""
        return self._ends[bisect_right(self._ends, place) - 1]

    def forget(self, place: int) -> None:
        """Keep no boundary before the last one at or before ``place``."""
        del self._ends[: bisect_right(self._ends, place) - 1]
