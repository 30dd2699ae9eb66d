"""Where a view of a value meets content that was read: stretches of characters, and values however they are written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Protocol

from roadworthy.guard.flow.effort import Effort
from roadworthy.guard.flow.explaining import Find
from roadworthy.guard.flow.label import Label
from roadworthy.guard.flow.squeezing import GRAM, Held, squeezed

_STRETCH = 14
"""Characters of a stretch that tell where it is from, of which `DISTINCT` must be of words that say something."""

DISTINCT = 9
_SUM = 22
"""Characters in several shorter stretches of one text that tell as much."""

_GLUED, _MOST_GLUED = 6, 8
"""Characters of a value, and of what is glued to it before it is encoded."""

_ENDS_OF_DIGITS = 7
"""Digits at the end of a longer number that say which it is."""

_FREELY, _LETTERS_OF_PART = 4, 6
"""Words that are put together whatever their length (names, groups of digits); more only if they are short."""

_MOST_JOINED, _LONGEST_JOINED = 16, 64
_SHIFT = 6
"""Characters put in or taken out between stretches that are still one."""

_STEPS_OF_HIT = 4
_SHORTEST = 3
_MOST_LINES = 4_000
"""Characters of what was decoded of which each line may have something glued to it."""

_LEAST_WRAPPED = 4
"""Characters of a value that is found among others once a wrapping was undone."""

_TOKEN = re.compile(r"[^\W_]+")
_NUMBER_IN_WORD = re.compile(r"(?<=[a-z])[0-9]{4,}|[0-9]{4,}(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of a view that stands in content of a label."""

    view: str
    start: int
    end: int
    label: Label


class Lookup(Protocol):
    """Gives what `level_of` has for a key."""

    def __call__(self, key: str) -> Sequence[Any]:
        """Return all that has ``key``."""
        ...

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those of ``keys`` that anything has."""
        ...


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked in, and what it may cost."""

    find: Find
    lookup: Lookup
    same: Sequence[Sequence[str]]
    effort: Effort


class Chars:
    """The letters and digits of a view, and where its words begin and end in them."""

    __slots__ = ("_ends", "_starts", "chars", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.chars = "".join(self.tokens)
        self._starts: dict[int, int] | None = None
        self._ends: dict[int, int] = {}

    def words(self, start: int, end: int) -> tuple[int, int] | None:
        """Return which words stand from ``start`` to ``end``; None: they begin or end within a word."""
        if self._starts is None:
            self._starts, place = {}, 0
            for number, token in enumerate(self.tokens):
                self._starts[place] = number
                place += len(token)
                self._ends[place] = number + 1
        first, last = self._starts.get(start), self._ends.get(end)
        return None if first is None or last is None else (first, last)


def tokens_of(text: str) -> list[str]:
    """Return the words of ``text``, squeezed."""
    if text.isascii():
        return _TOKEN.findall(text.lower())
    return [token for token in map(squeezed, _TOKEN.findall(text)) if token]


def short_values_of(
    name: str, view: Chars, search: Search, *, is_wrapped: bool = False, least: int = 0
) -> Iterator[Match]:
    """Yield numbers, ids and names of fewer than `GRAM` characters, whatever stands between their parts.

    Args:
        name: Of the view.
        view: What it says.
        search: Where to look.
        is_wrapped: Whether something may be glued to what was wrapped.
        least: Characters that a value has at least.
    """
    if is_wrapped and len(view.tokens) > _SHORTEST:
        least = max(least, _LEAST_WRAPPED)
    wanted: dict[str, list[tuple[int, int]]] = {}
    for key, first, last in _short_keys(view, is_wrapped=is_wrapped):
        if len(key) > least:
            wanted.setdefault(key, []).append((first, last))
    for key in search.lookup.known(wanted):
        labels = search.lookup(key)
        if not search.effort.allows((1 + len(labels)) * len(wanted[key])):
            return
        yield from (Match(f"v{name}", first, last, label) for first, last in wanted[key] for label in labels)


def _short_keys(view: Chars, *, is_wrapped: bool) -> Iterator[tuple[str, int, int]]:
    yield from joined_keys(view.tokens)
    for place, token in enumerate(view.tokens):
        if not token.isalpha() and not token.isdecimal():
            yield from ((f"·{number}", place, place + 1) for number in _NUMBER_IN_WORD.findall(token))
    if is_wrapped:
        yield from ((key, 0, len(view.tokens)) for key in _glued_short(view.text))


def joined_keys(tokens: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yield short words that stand together, as `atoms` are looked up, with their places."""
    is_text = len(tokens) > _SHORTEST
    digits = ""
    for first, token in enumerate(tokens):
        if (not is_text or not token.isalpha()) and len(token) < GRAM:
            yield f"·{token}", first, first + 1
        digits = digits + token if token.isdecimal() else ""
        if len(digits) > _ENDS_OF_DIGITS:
            digits = digits[-GRAM:]
            yield f"·{digits[-_ENDS_OF_DIGITS:]}", first, first + 1
        joined = token
        for last in range(first + 1, min(len(tokens), first + GRAM)):
            joined += tokens[last]
            if len(joined) >= GRAM:
                break
            yield f"·{joined}", first, last + 1


def _glued_short(text: str) -> Iterator[str]:
    """Yield what is left of short lines that were wrapped, without what may be glued to them."""
    for line in text.split("\n"):
        joined = squeezed(line[: 4 * _MOST_GLUED])
        yield from (f"·{number}" for number in _NUMBER_IN_WORD.findall(joined))
        if _GLUED <= len(joined) <= GRAM + _MOST_GLUED:
            for length in range(_GLUED, GRAM):
                for before in range(len(joined) - length + 1):
                    yield f"·{joined[before : before + length]}"


def stretches_of(name: str, view: Chars, search: Search, *, is_wrapped: bool = False) -> Iterator[Match]:
    """Yield stretches of characters, and values of `GRAM` characters and more, whatever stands between their parts.

    Args:
        name: Of the view.
        view: What it says.
        search: Where to look.
        is_wrapped: Whether something may be glued to what was wrapped.
    """
    chars, effort = view.chars, search.effort
    grams = [chars[place : place + GRAM] for place in range(len(chars) - GRAM + 1)]
    known = search.lookup.known(grams)
    found = _Stretches(chars)
    for place, gram in enumerate(grams) if known else ():
        if gram not in known:
            continue
        hits = search.lookup(gram)
        if not effort.allows(_STEPS_OF_HIT * len(hits)):
            return
        for held, at in hits:
            if type(held) is str:
                yield from _value_at(name, view, place, (held, at), search, is_wrapped=is_wrapped)
            else:
                found.put(held, at, place, effort)
        if effort.is_spent:
            return
    yield from (Match(f"s{name}", start, end, label) for start, end, label in found.long)
    for together in found.short.values():
        yield from _edited(f"s{name}", sorted(together, key=itemgetter(0)), effort)


class _Stretches:
    """The stretches of a view that were found so far."""

    def __init__(self, chars: str) -> None:
        self.chars = chars
        self.long: list[tuple[int, int, Label]] = []
        self.short: dict[int, list[tuple[int, int, int, Held]]] = {}
        self.done: dict[tuple[int, int], int] = {}

    def put(self, held: Held, at: int, place: int, effort: Effort) -> None:
        """Add the stretch around ``place`` that stands in ``held`` around ``at``."""
        line = (id(held), at - place)
        if self.done.get(line, -1) >= place + GRAM:
            return
        start, end = _extended(self.chars, place, held.chars, at)
        self.done[line] = end
        effort.allows(end - start)
        distinct = held.distinct_chars(at - (place - start), at + (end - place))
        if end - start >= _STRETCH and distinct >= DISTINCT:
            self.long.append((start, end, held.label))
        elif distinct >= GRAM:
            self.short.setdefault(id(held), []).append((at - place, start, end, held))


def _value_at(
    name: str, view: Chars, place: int, held: tuple[str, Label], search: Search, *, is_wrapped: bool
) -> Iterator[Match]:
    """Yield the match of a value that may stand at ``place``: as whole words, or as what was wrapped with others."""
    value, label = held
    end = place + len(value)
    if not search.effort.allows(len(value) // GRAM) or not view.chars.startswith(value, place):
        return
    words = view.words(place, end)
    if words is None:
        if is_wrapped and _stands_glued(view, place, end):
            yield Match(f"s{name}", place, end, label)
        return
    first, last = words
    is_scattered = last - first > _MOST_JOINED or len(value) > _LETTERS_OF_PART * (last - first - 1 + _FREELY)
    if is_scattered and (last - first > 1 or len(value) > _LONGEST_JOINED):
        return
    yield Match(f"v{name}", first, last, label)
    if last - first == 1 and value.isalpha():
        yield from (Match(f"v{name}", first, last, leaf.label) for leaf in search.find(value))


def _stands_glued(view: Chars, start: int, end: int) -> bool:
    """Return whether at most a few characters are glued to either end, up to where a line begins and ends."""
    around = 0
    for line in view.text.split("\n") if len(view.text) <= _MOST_LINES else (view.text,):
        size = len(squeezed(line))
        if around <= start and end <= around + size:
            return start - around <= _MOST_GLUED and around + size - end <= _MOST_GLUED
        around += size
    return False


def _edited(name: str, pieces: Sequence[tuple[int, int, int, Held]], effort: Effort) -> Iterator[Match]:
    """Yield short stretches of one text that stand as far from one another in it as here, but for a few characters."""
    lines = [piece[0] for piece in pieces]
    for first, line in enumerate(lines):
        near = pieces[first : bisect_right(lines, line + _SHIFT)]
        if sum(end - start for _, start, end, _ in near) < _SUM:
            continue
        if not effort.allows(_STRETCH * len(near)):
            return
        covered = {place for _, start, end, _ in near for place in range(start, end)}
        if len(covered) >= _SUM:
            yield from (Match(name, start, end, held.label) for _, start, end, held in near)


def _extended(chars: str, place: int, held: str, at: int) -> tuple[int, int]:
    start, end = place, place + GRAM
    before, after = at, at + GRAM
    while start and before and chars[start - 1] == held[before - 1]:
        start, before = start - 1, before - 1
    while end < len(chars) and after < len(held) and chars[end] == held[after]:
        end, after = end + 1, after + 1
    return start, end
