"""Content squeezed to its letters and digits, so that it is found whatever was done to its case and punctuation."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from roadworthy.guard.flow.common_words import COMMON
from roadworthy.guard.flow.label import Label
from roadworthy.guard.flow.quantity import key_of_number, number_of
from roadworthy.guard.flow.wrapping.dates import dates_in
from roadworthy.guard.flow.wrapping.unwrapping import plain_letters
from roadworthy.guard.reading.everywhere import each_reading
from roadworthy.guard.reading.reading import read

GRAM = 8
"""Characters by which a stretch is looked up."""

STRIDE = 4
"""Every so many characters of content are looked up by: a stretch of ``GRAM + STRIDE - 1`` is always found."""

_TOKEN = re.compile(r"\S+")
_OTHER = re.compile("[^a-z0-9]+")
_SIGN = re.compile(r"[0-9@/_]")
_GROUPS = re.compile(r"(?<!\w)\+?(?:[A-Z]{2})?[0-9]{2,}(?:[ ()./-]{1,3}[0-9]{2,}){1,7}(?!\w)")
_NAME = re.compile(r"(?<!\w)[^\W\d_a-zß-öø-ÿ][\w'’-]{1,40}(?:\s{1,4}[^\W\d_a-zß-öø-ÿ][\w'’-]{1,40}){1,3}")
_AROUND = ".,:;!?()'\"€$£"
_MOST_PLACES = 4
"""Places in one text by which the same stretch is looked up."""

_LEAST_OF_WORD, _MOST_OF_WORD = 4, 8
_FEW_SIGNS = 6
"""Letters of a word that may be several, as in scripts that put no spaces between them."""

_DETERMINERS = """
    the a an this that our your my his her their der die das den dem ein eine einen le la les un une el los las il
"""
_ARTICLES = frozenset(_DETERMINERS.split())
_LONGEST_ATOM = 64
_LEAST_LEAF, _LEAST_DIGITS = 3, 4
_ENDS_OF = 8
"""Digits of a number that is known by its last four as well."""


def squeezed(text: str) -> str:
    """Return the letters and digits of ``text``, caseless and without marks.

    >>> squeezed("Ali-ce@Corp.com")
    'alicecorpcom'
    """
    if text.isascii():
        return _OTHER.sub("", text.lower())
    return "".join(filter(str.isalnum, plain_letters(text).casefold()))


class Held:
    """A text of a piece of content, squeezed."""

    __slots__ = ("chars", "is_distinct", "is_word", "label", "starts")

    def __init__(self, text: str, label: Label) -> None:
        self.label = label
        said = [match.group() for match in _TOKEN.finditer(text)]
        words = [squeezed(one) for one in said]
        self.chars = "".join(words)
        self.starts: list[int] = []
        self.is_distinct: list[bool] = []
        self.is_word: list[bool] = []
        place = 0
        for one, word in zip(said, words, strict=True):
            if word:
                self.starts.append(place)
                self.is_distinct.append(len(word) > 2 and word not in COMMON)
                self.is_word.append(one.strip(_AROUND).isalpha() and (word.isascii() or len(word) > _FEW_SIGNS))
                place += len(word)

    def distinct_chars(self, start: int, end: int) -> int:
        """Return how many characters from ``start`` to ``end`` are of words that say something.

        One word alone says no more than `_MOST_OF_WORD` characters do, however long it is, and a few letters of the
        next one nothing; what holds a digit or another sign counts in full.
        """
        total = words = 0
        place = max(0, bisect_right(self.starts, start) - 1)
        while place < len(self.starts) and self.starts[place] < end:
            if self.is_distinct[place]:
                after = self.starts[place + 1] if place + 1 < len(self.starts) else len(self.chars)
                first, last = max(start, self.starts[place]), min(end, after)
                if not self.is_word[place]:
                    total, words = total + last - first, words + 2
                elif last - first >= min(_LEAST_OF_WORD, after - self.starts[place]):
                    total, words = total + last - first, words + 1
            place += 1
        return total if words > 1 else min(total, _MOST_OF_WORD)

    def __repr__(self) -> str:
        return f"Held(characters={len(self.chars)})"


def level_of(leaves: Iterable[Any]) -> dict[str, tuple[Any, ...]]:
    """Return what the text of the leaves is looked up by.

    Stretches of `GRAM` characters, with held text and place, or with a value that begins so and its label; shorter
    values, ``·`` before them, and days, ``@`` before them, with their labels.
    """
    level: dict[str, list[Any]] = {}
    for leaf in leaves:
        if isinstance(leaf.value, str):
            for inner, _ in each_reading(read(leaf.text)):
                _put(level, inner.plain, leaf.label)
        elif not isinstance(leaf.value, bool):
            for said in _written(leaf.value):
                _put(level, said, leaf.label)
    return {key: tuple(found) for key, found in level.items()}


def _written(value: float) -> set[str]:
    """Return a number as it is written, as an amount of money, and without what comes after the point."""
    return set(_of_number(key_of_number(value).removeprefix("#")))


def _of_number(plain: str) -> Iterator[str]:
    whole, _, rest = plain.partition(".")
    yield plain
    if len(whole) >= _LEAST_DIGITS:
        yield f"{whole}.{rest:0<2}"
        if not _is_year(whole):
            yield whole


def _put(level: dict[str, list[Any]], text: str, label: Label) -> None:
    held = Held(text, label)
    chars = held.chars
    places: Counter[str] = Counter()
    for place in range(0, len(chars) - GRAM + 1, STRIDE):
        gram = chars[place : place + GRAM]
        places[gram] += 1
        if places[gram] <= _MOST_PLACES:
            level.setdefault(gram, []).append((held, place))
    for day in set(dates_in(text, is_plain=True)):
        level.setdefault(f"@{day.isoformat()}", []).append(label)
    for atom in set(atoms(text, chars)):
        if len(atom) < GRAM:
            level.setdefault(f"·{atom}", []).append(label)
        else:
            level.setdefault(atom[:GRAM], []).append((atom, label))


def atoms(text: str, chars: str) -> Iterator[str]:
    """Yield the values in ``text`` that say something by themselves, squeezed: numbers, ids, addresses, names.

    Args:
        text: Of a leaf.
        chars: The same, squeezed.
    """
    if _LEAST_LEAF <= len(chars) <= _LONGEST_ATOM and chars not in COMMON:
        yield chars
    for match in _TOKEN.finditer(text):
        said = match.group()
        if _SIGN.search(said):
            yield from _of_token(squeezed(said))
            number = number_of(said.strip(_AROUND))
            if number:
                yield from (squeezed(one) for one in _of_number(number) if len(squeezed(one)) >= _LEAST_DIGITS)
    for match in _GROUPS.finditer(text):
        yield from _of_token(squeezed(match.group()))
    for match in _NAME.finditer(text):
        words = [squeezed(word) for word in match.group().split()]
        for first in range(len(words) - 1):
            if words[first] not in _ARTICLES and not COMMON.issuperset(words[first : first + 2]):
                yield words[first] + words[first + 1]


def _of_token(atom: str) -> Iterator[str]:
    if len(atom) < _LEAST_DIGITS or _is_year(atom):
        return
    yield atom
    if atom.isdecimal() and len(atom) >= _ENDS_OF:
        yield atom[-4:]
        yield atom[-7:]


def _is_year(atom: str) -> bool:
    return len(atom) == 4 and atom.isdecimal() and atom[:2] in ("19", "20")
