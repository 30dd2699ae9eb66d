"""Postal addresses, by how they are written.

A street needs a house number. What follows it (flat, town, post code) is taken along where
its form tells. Addresses in other forms, and places alone, are not found: a detector of
places is for those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.personal.forms.address import FORMS, STREETS, TAIL
from roadworthy.sensitive.personal.kind import SHAPED, TOLD, Found, Kind

MOST = 160
"""Characters of an address that are looked at from its beginning."""


_HOUSE_NUMBER = re.compile(r"[\w.] (?:nr?\.? ?)?[0-9]")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[Any, re.Pattern[str]], ...]:
    return tuple((compiled(form.anchoring), re.compile(form.pattern)) for form in FORMS)


def addresses(text: str, folded: str, *, forms: Iterable[int]) -> Iterator[Found]:
    """Yield the addresses in ``text`` that are written in one of ``forms``, by number."""
    for number in forms:
        form = FORMS[number]
        anchor, pattern = _patterns()[number]
        if form.before is None:
            yield from _from_number(text, pattern, is_sure=form.is_sure)
            continue
        if form.endings:
            yield from _from_ending(text, folded, number)
            continue
        # Of a text in ASCII, places in its bytes are places in it, which saves counting.
        for found in anchor.finditer(folded.encode() if folded.isascii() else folded):
            start, end = found.span()
            around = _around(text, pattern, start, max(start - form.before, 0), min(len(text), end + MOST))
            if around is not None:
                yield _found(around, is_sure=form.is_sure)


def _from_number(text: str, pattern: re.Pattern[str], *, is_sure: bool) -> Iterator[Found]:
    for found in pattern.finditer(text):
        if "words" not in pattern.groupindex:
            yield _found(found, is_sure=is_sure)
            continue
        end = _end_of_street(text, found)
        if end:
            yield Found(found.start(), min(end, found.start() + MOST), Kind.ADDRESS, 0.8, rank=SHAPED)


def _from_ending(text: str, folded: str, number: int) -> Iterator[Found]:
    """Yield addresses with a street whose name ends as streets do, before a house number."""
    form, (_, pattern), street = FORMS[number], _patterns()[number], _street(FORMS[number].street)
    for found in _HOUSE_NUMBER.finditer(folded):
        at = found.start() + 1
        if not folded.endswith(form.endings, max(at - _LONGEST_ENDING, 0), at):
            continue
        house = pattern.match(text, at, at + MOST)
        if house is None:
            continue
        for start in _starts(text, at, max(at - _LONGEST_STREET, 0)):
            if street.fullmatch(text, start, at) and _is_named(text[start:at], form.endings):
                yield Found(start, min(house.end(), start + MOST), Kind.ADDRESS, 0.8, rank=SHAPED)
                break


@lru_cache(maxsize=4)
def _street(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _is_named(street: str, endings: tuple[str, ...]) -> bool:
    """Whether the last word is a name with an ending, or the ending alone behind one: no gate at an airport."""
    before, _, last = street.rpartition(" ")
    if last[0].isupper():
        return True
    return last in endings and (last != "gate" or before.endswith("s"))


_LONGEST_ENDING, _LONGEST_STREET = 12, 64
_IN_WORDS = "'’.-/"


def _end_of_street(text: str, found: re.Match[str]) -> int:
    """Return where an English address ends, of which a number and some words were found; 0 for no street."""
    at, end = found.start("words"), 0
    for place, word in enumerate(found.group("words").split(" ")[1:]):
        at += 1 + len(word)
        if place and word.rstrip(".").lower() in STREETS:
            end = at
        elif end:
            break
    tail = _tail().match(text, end) if end else None
    return tail.end() if tail else end


@lru_cache(maxsize=1)
def _tail() -> re.Pattern[str]:
    return re.compile(r"(?:[ ][NSEW]{1,2}\b)?" + TAIL)


def _around(text: str, pattern: re.Pattern[str], at: int, low: int, high: int) -> re.Match[str] | None:
    """Return a match that begins with the word at ``at`` or one of the two before it on its line."""
    starts = (*_starts(text, at, low), at)
    matches = (pattern.match(text, start, high) for start in dict.fromkeys(starts))
    return next((match for match in matches if match is not None), None)


def _starts(text: str, at: int, low: int) -> list[int]:
    """Return where the word at ``at`` and the two before it on its line begin, the first of them first."""
    begin = at
    while begin > low and (text[begin - 1].isalnum() or text[begin - 1] in _IN_WORDS):
        begin -= 1
    starts = []
    for _ in range(3):
        starts.append(begin)
        if begin <= low or text[begin - 1] != " ":
            break
        begin = max(text.rfind(" ", low, begin - 1), text.rfind("\n", low, begin - 1), low - 1) + 1
    return starts[::-1]


def _found(found: re.Match[str], *, is_sure: bool) -> Found:
    start, end = found.span("value" if "value" in found.re.groupindex else 0)
    return Found(start, min(end, start + MOST), Kind.ADDRESS, 0.8 if is_sure else 0.6, rank=SHAPED if is_sure else TOLD)
