"""Stretches of digits with what joins them: found once, read by every kind of number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.sensitive.personal.checks import IBAN_LENGTHS
from roadworthy.sensitive.personal.context import near
from roadworthy.sensitive.personal.layout import BLOCK, COUNTRY, OVERLAP, Layout, layout, shape_of

_RUN = re.compile(
    r"[0-9][0-9A-Za-z]*+"
    r"(?:[ .\-/()+]{1,3}+(?:[A-Za-z]{0,4}+[0-9][0-9A-Za-z]*+|(?<=[ \-])[A-Za-z]{1,2}(?![0-9A-Za-z])))*+"
)
_HEAD = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]{1,4})[ \-]$")
_LONGEST_HEAD = 4
_LETTERS_BEFORE = 10
"""Letters that a number can begin with."""

SHORTEST, SHORTEST_TOLD = 7, 5
"""Characters of a number that can be told by its form, and of one that words beside it tell."""

_SHORT = 48
"""Characters of a run up to which what stands beside it stands beside each of its pieces."""

_JOINS = frozenset(" -")
_MOST_WITHOUT_HEAD = 4
"""Characters of a stretch up to which no country and check digits of an IBAN stand in it, behind its first digit."""

FEWEST_IN_IBAN = 8
"""Digits that an IBAN of any country has: words that happen to fit the check have fewer."""

_MONEY = frozenset("$€£¥₹")


class Run:
    """One stretch of digits.

    Args:
        text: With ASCII digits.
        folded: The same, caseless.
        start: Of its first digit.
        end: After its last character.
        floor: End of the run before.
        told: What words in all of the text speak of.
    """

    __slots__ = ("_all", "_close", "base", "end", "first", "floor", "folded", "is_short", "layout", "start", "text",
                 "told")  # fmt: skip

    def __init__(self, text: str, folded: str, *, start: int, end: int, floor: int, told: frozenset[int]) -> None:
        self.text, self.folded, self.end, self.floor, self.told = text, folded, end, floor, told
        self.first = start
        begin = _begin(text, start, floor) if start and text[start - 1].isalpha() else start
        self.start = self.base = begin
        if (
            begin >= 2
            and text[begin - 1] in _JOINS
            and text[begin - 2].isalpha()
            and not _is_long(text[max(begin - 6, 0) : begin - 1])
        ):
            # A short word of letters before, as in ``AB 12 34 56 C``.
            head = _HEAD.search(text, max(begin - 6, floor, 0), begin)
            if head is not None:
                self.base = head.start(1)
        self.is_short = end - self.base <= BLOCK
        shape = shape_of(
            text[self.base : end + (text[end : end + 1] == ")")]
            if self.is_short
            else text[self.base : self.base + BLOCK]
        )
        self.layout: Layout = layout(shape)
        self._close: frozenset[int] | None = None
        self._all: frozenset[int] | None = None

    def blocks(self) -> Iterator[tuple[int, Layout]]:
        """Yield where each block of the run begins, and what could stand in it: a short run is one block."""
        base = self.base
        if self.is_short:
            yield base, self.layout
            return
        shape = shape_of(self.text[base : self.end + 1])
        for at in range(0, self.end - base, BLOCK):
            yield base + at, layout(shape[at : at + BLOCK + OVERLAP], shape[max(at - 2, 0) : at])

    @property
    def is_amount(self) -> bool:
        """Whether a sign of money stands beside it."""
        return self.text[self.start - 1 : self.start] in _MONEY or self.text[self.end : self.end + 1] in _MONEY

    def close(self) -> frozenset[int]:
        """Return the topics whose words stand beside it, back to the run before."""
        if self._close is None:
            self._close = (
                near(self.folded, start=self.start, end=self.end, floor=self.floor) if self.told else self.told
            )
        return self._close

    def about(self) -> frozenset[int]:
        """Return the topics whose words stand near, also beyond the run before."""
        if self._all is None:
            self._all = near(self.folded, start=self.start, end=self.end) if self.told else self.told
        return self._all

    def beside(self, start: int, end: int) -> frozenset[int]:
        """Return the topics whose words stand near some of its pieces: near the run, where it is short."""
        if not self.told or self.end - self.start <= _SHORT:
            return self.about()
        return near(self.folded, start=start, end=end)


def runs(text: str, folded: str, *, told: frozenset[int], shortest: int) -> tuple[list[Run], bool]:
    """Return the stretches of digits in ``text`` that have ``shortest`` characters or more.

    Also whether an IBAN may be there: whether what could be its country stands before digits, and they are enough.
    """
    long: list[Run] = []
    floor = total = 0
    has_country = False
    for found in _RUN.finditer(text):
        start, end = found.span()
        length = end - start
        total += length
        before = text[start - 1] if start else ""
        if before.isalpha() or (before in _JOINS and text[max(start - 2, 0)].isupper()):
            joins = before in _JOINS
            has_country = has_country or text[start - 2 - joins : start - joins].upper() in IBAN_LENGTHS
            if length < shortest:
                # With the letters before it, attached or as in ``ABC 123456``.
                length = end - _begin(text, start - joins, floor)
        if length >= shortest:
            run = Run(text, folded, start=start, end=end, floor=floor, told=told)
            long.append(run)
            has_country = has_country or run.layout.has_country or not run.is_short
        elif length > _MOST_WITHOUT_HEAD and not has_country:
            has_country = COUNTRY.search(shape_of(text[start:end])) is not None
        floor = end
    return long, has_country and total >= FEWEST_IN_IBAN


def _begin(text: str, start: int, floor: int) -> int:
    """Return where the letters begin that stand before the first digit."""
    least = max(start - _LETTERS_BEFORE, floor)
    at = start
    while at > least and text[at - 1].isascii() and text[at - 1].isalpha():
        at -= 1
    return at


def _is_long(word: str) -> bool:
    """Whether the last letters of a word are too many for the first part of a number."""
    return len(word) > _LONGEST_HEAD and word.isalpha() and word.isascii()


def compact(text: str) -> str:
    """Return the letters and digits of ``text``, caseless.

    >>> compact("DE89 3704-0044")
    'de8937040044'
    """
    return "".join(filter(str.isalnum, text)).casefold()
