"""What a stretch of digits could hold, by its signs alone: worked out once for each form, whatever the digits are."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from string import ascii_letters, digits
from typing import NamedTuple

from roadworthy.sensitive.personal.forms.national import SCHEMES
from roadworthy.sensitive.personal.forms.phone import NORTH_AMERICAN, UNMISTAKABLE

CARDS = frozenset(
    ["0" * n for n in range(12, 20)]
    + [sep.join(parts.split()) for sep in " -." for parts in (
        "0000 0000 0000 0000", "0000 000000 00000", "0000 000000 0000", "0000 0000 0000 0000 000", "00000000 00000000",
        "0000 0000 0000 000", "0000 0000 0000 0", "000000 0000000000000", "0000 0000 0000 00")]
)  # fmt: skip
"""How the numbers of cards are written."""

SCHEMES_OF: dict[str, list[int]] = defaultdict(list)
"""The schemes by form, as numbers in `SCHEMES`."""
for _number, _scheme in enumerate(SCHEMES):
    for _format in _scheme.formats:
        SCHEMES_OF[_format].append(_number)

_SHAPE = bytes.maketrans(digits.encode() + ascii_letters.encode(), b"0" * len(digits) + b"A" * len(ascii_letters))
"""Of bytes, which is five times as fast as of characters; those of other characters stay as they are."""

_PIECE = re.compile("[0A]+")
COUNTRY = re.compile("(?<![0A])AA[ -]?00")
"""Shape of what an IBAN begins with."""

_TIES = "-./+"

LONGEST = 34
"""Characters of the longest number that is read piece by piece: an IBAN without spaces."""

SPACED = 12
"""Pieces from which on they could be the digits of a card, one by one."""

_PIECES = 9
"""Pieces that a number is written in at most."""

BLOCK, OVERLAP = 160, 64
"""Characters of a long run that are looked at together, and those behind them that a number in them may reach."""


class Window(NamedTuple):
    """Some neighbouring pieces that could be a number of their own; places count from the beginning of the layout."""

    start: int
    end: int
    shape: str


class Layout(NamedTuple):
    """What could stand in a form."""

    pieces: int
    digits: int
    cards: tuple[Window, ...]
    identifiers: tuple[Window, ...]
    phones: tuple[Window, ...]
    has_country: bool
    """Whether what could be the country and the check digits of an IBAN stand in it."""

    holds_numbers: bool
    """Whether any of it could be a card or an identifier."""


def shape_of(text: str) -> str:
    """Return ``text`` with ``0`` for a digit and ``A`` for a letter of ASCII.

    >>> shape_of("AB-12")
    'AA-00'
    """
    return text.encode().translate(_SHAPE).decode()


@lru_cache(maxsize=2048)
def layout(shape: str, before: str = "", most: int = BLOCK) -> Layout:
    """Return what could stand in ``shape``. It is kept for the next text with the same form: a form is no content.

    Args:
        shape: At most `BLOCK` and `OVERLAP` characters, as `shape_of` returns them.
        before: The two signs before it, which may be a part of the same number.
        most: Place at and behind which no number begins.

    >>> [shape[start:end] for shape in ["00-00 000-00-0000"] for start, end, _ in layout(shape).identifiers]
    ['000-00-0000']
    """
    spans = [found.span() for found in _PIECE.finditer(shape)]
    windows = [
        window
        for first in range(len(spans))
        if spans[first][0] < most and not _is_tied_before(shape, spans[first][0], before)
        for window in _windows(shape, spans, first)
    ]
    cards = tuple(one for one in windows if one.shape in CARDS)
    identifiers = tuple(one for one in windows if one.shape in SCHEMES_OF)
    return Layout(
        pieces=len(spans),
        digits=shape.count("0"),
        cards=cards,
        identifiers=identifiers,
        phones=tuple(one for one in windows if _is_phone(one.shape)),
        has_country=COUNTRY.search(shape) is not None,
        holds_numbers=bool(cards or identifiers or len(spans) >= SPACED),
    )


def _windows(shape: str, spans: list[tuple[int, int]], first: int) -> list[Window]:
    """Return the numbers of neighbouring pieces from ``first`` on that nothing ties to a piece behind."""
    start = spans[first][0]
    found = []
    for last in range(first, min(first + _PIECES, len(spans))):
        end = spans[last][1]
        if end - start > LONGEST:
            break
        if last + 1 < len(spans) and spans[last + 1][0] - end == 1 and shape[end] in _TIES:
            continue
        if shape[end : end + 1] == ")" and "(" in shape[start:end]:
            end += 1
        found.append(Window(start, end, shape[start:end]))
    return found


def _is_tied_before(shape: str, start: int, before: str) -> bool:
    """Whether a single sign joins a piece to the one before it, or both are one."""
    left = (before + shape[:start])[-2:] if start < 2 else shape[start - 2 : start]
    return bool(left) and (left[-1] in "0A" or (left[-1] in _TIES and len(left) == 2 and left[0] in "0A"))


def _is_phone(shape: str) -> bool:
    is_grouped = not shape.isalnum()
    with_opener = "(" + shape if ")" in shape else shape
    return is_grouped and (
        shape in NORTH_AMERICAN or shape in UNMISTAKABLE or with_opener in NORTH_AMERICAN or with_opener in UNMISTAKABLE
    )
