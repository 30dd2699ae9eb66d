"""Postal addresses, by how they are written.

A street needs a house number. What follows it (flat, town, post code) is taken along where
its form tells. Addresses in other forms, and places alone, are not found: a detector of
places is for those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.personal.forms.address import FORMS, STREETS, TAIL, Form
from roadworthy.sensitive.personal.kind import SHAPED, TOLD, Found, Kind

MOST = 160
"""Characters of an address that are looked at from its beginning."""


_CAPITALISED = re.compile(r"[A-Z]\w+")
_HOUSE_NUMBER = re.compile(r" (?:nr?\.? ?)?[0-9]")


@dataclass(frozen=True, slots=True)
class _Ready:
    """What looks for one form."""

    form: Form
    anchor: Any
    """Over bytes of caseless text."""

    pattern: re.Pattern[str]
    group: int | str
    """The group that holds the address; 0: all of the match."""

    is_english: bool
    """Whether a number and some words are found, of which one may be a street."""


@lru_cache(maxsize=1)
def _ready() -> tuple[_Ready, ...]:
    ready = []
    for form in FORMS:
        pattern = re.compile(form.pattern)
        group: int | str = "value" if "value" in pattern.groupindex else 0
        ready.append(_Ready(form, compiled(form.anchoring), pattern, group, "words" in pattern.groupindex))
    return tuple(ready)


def addresses(text: str, folded: str, *, forms: Iterable[int]) -> list[Found]:
    """Return the addresses in ``text`` that are written in one of ``forms``, by number."""
    found: list[Found] = []
    all_ready = _ready()
    for number in forms:
        ready = all_ready[number]
        if ready.form.before is None:
            found += _from_number(text, ready)
        elif ready.form.endings:
            found += _from_ending(text, folded, ready)
        else:
            found += _from_words(text, folded, ready)
    return found


def _from_words(text: str, folded: str, ready: _Ready) -> Iterator[Found]:
    """Yield addresses that begin with the words that told the form, or just before."""
    before, pattern = ready.form.before or 0, ready.pattern
    is_ascii, coded = folded.isascii(), folded.encode()
    for anchored in ready.anchor.finditer(coded):
        start, end = anchored.span()
        if not is_ascii:
            start, end = len(coded[:start].decode()), len(coded[:end].decode())
        most = min(len(text), end + MOST)
        found = _around(text, pattern, start, start - before, most) if before else pattern.match(text, start, most)
        if found is not None:
            yield _found(found, ready)


def _from_number(text: str, ready: _Ready) -> Iterator[Found]:
    if ready.is_english and STREETS.isdisjoint(map(str.lower, _CAPITALISED.findall(text))):
        return
    for found in ready.pattern.finditer(text):
        if not ready.is_english:
            yield _found(found, ready)
        elif end := _end_of_street(text, found):
            yield Found(found.start(), min(end, found.start() + MOST), Kind.ADDRESS, 0.8, rank=SHAPED)


def _from_ending(text: str, folded: str, ready: _Ready) -> Iterator[Found]:
    """Yield addresses with a street whose name ends as streets do, before a house number."""
    endings, street = ready.form.endings, _street(ready.form.street)
    last_letters = _last_letters(endings)
    for found in _HOUSE_NUMBER.finditer(folded):
        at = found.start()
        if folded[at - _FEWEST : at] not in last_letters or not folded.endswith(
            endings, max(at - _LONGEST_ENDING, 0), at
        ):
            continue
        house = ready.pattern.match(text, at, at + MOST)
        if house is None:
            continue
        for start in _starts(text, at, max(at - _LONGEST_STREET, 0)):
            if street.fullmatch(text, start, at) and _is_named(text[start:at], endings):
                yield Found(start, min(house.end(), start + MOST), Kind.ADDRESS, 0.8, rank=SHAPED)
                break


_FEWEST = 2
"""Last letters by which nearly all that is no ending is told at once."""


@lru_cache(maxsize=4)
def _last_letters(endings: tuple[str, ...]) -> frozenset[str]:
    return frozenset(ending[-_FEWEST:] for ending in endings)


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
    written = found.group("words")
    if STREETS.isdisjoint(written.lower().replace(".", "").split(" ")[2:]):
        return 0
    at, end = found.start("words"), 0
    for place, word in enumerate(written.split(" ")[1:]):
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
    starts = (*_starts(text, at, max(low, 0)), at)
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


def _found(found: re.Match[str], ready: _Ready) -> Found:
    start, end = found.span(ready.group)
    if ready.form.is_sure:
        return Found(start, min(end, start + MOST), Kind.ADDRESS, 0.8, rank=SHAPED)
    return Found(start, min(end, start + MOST), Kind.ADDRESS, 0.6, rank=TOLD)
