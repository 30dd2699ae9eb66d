"""What a value may carry, generously: copied, quoted, re-cased, split, encoded, translated or a little changed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter, itemgetter
from typing import Any

from roadworthy.guard.flow.common_words import COMMON
from roadworthy.guard.flow.effort import Effort
from roadworthy.guard.flow.explaining import Find, explaining, key_of_value, runs
from roadworthy.guard.flow.label import Label
from roadworthy.guard.flow.number_words import WEEKDAYS
from roadworthy.guard.flow.quantity import number_text
from roadworthy.guard.flow.spelling import Spelling, further_keys, spelled, whole_keys
from roadworthy.guard.flow.squeezing import GRAM, Held, squeezed
from roadworthy.guard.flow.unwrapping import views

_STRETCH = 14
"""Characters of a stretch that tell where it is from, of which `_DISTINCT` must be of words that say something."""

_DISTINCT = 9
_SUM = 22
"""Characters in several shorter stretches of one text that tell as much."""

_GLUED, _MOST_GLUED = 6, 8
"""Characters of a value, and of what is glued to it before it is encoded."""

_FREELY, _LETTERS_OF_PART = 4, 6
"""Words that are put together whatever their length (names, groups of digits); more only if they are short."""

_MOST_JOINED, _LONGEST_JOINED = 16, 64
_HALF = 0.5
_SHIFT = 6
"""Characters put in or taken out between stretches that are still one."""

MAX_CARRYING = 20_000
"""Characters of a value that are looked at; a longer one may carry anything that was read."""

_STEPS_OF_HIT = 4
_SHORTEST = 3
_LONG_WORD = 8
"""Letters from which a word that is all of a field is told from one of a text by itself."""

_SIGN = re.compile(r"[0-9@/\\_]")
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of a view that stands in content of a label."""

    view: str
    start: int
    end: int
    label: Label


Lookup = Callable[[str], Sequence[Any]]


def carried_in(
    values: Sequence[str | float],
    *,
    find: Find,
    lookup: Lookup,
    same: Sequence[Sequence[str]],
) -> tuple[Label, ...] | None:
    """Return the labels of all content that the values may carry a part of, alone or put together.

    A stretch that stands in less secret content as well is that content's. None: there is too much to look at, so
    they may carry anything.

    Args:
        values: Leaves of the arguments of a call.
        find: Gives all leaves that have a key.
        lookup: Gives what `level_of` has for a key.
        same: Words that say the same.
    """
    texts = [value for value in values if isinstance(value, str)]
    matches = [
        Match("", place, place + 1, leaf.label)
        for place, value in enumerate(values)
        if not isinstance(value, str)
        for leaf in find(key_of_value(value))
    ]
    effort = Effort()
    if len(values) > 1:
        texts.append("".join(value if isinstance(value, str) else number_text(value) for value in values))
    elif not texts:
        texts = [number_text(value) for value in values if not isinstance(value, str)]
    for text in dict.fromkeys(texts):
        matches += _carried_by(text, find=find, lookup=lookup, same=(*same, *WEEKDAYS), effort=effort)
        if effort.is_spent:
            return None
    return tuple(_least(matches))


def most_secret_first(labels: Iterable[Label]) -> tuple[Label, ...]:
    """Return each label once, in order."""
    return tuple(sorted(set(labels), key=lambda label: (-label.secrecy.rank, label.origin)))


def _carried_by(
    text: str, *, find: Find, lookup: Lookup, same: Sequence[Sequence[str]], effort: Effort
) -> Iterator[Match]:
    whole = explaining(text, find=find)
    if whole:
        least = min(leaf.label.secrecy.rank for leaf in whole)
        yield from (Match(text, 0, 1, leaf.label) for leaf in whole if leaf.label.secrecy.rank == least)
        if not least:
            return
    if len(text) > MAX_CARRYING:
        effort.give_up()
        return
    for place, view in enumerate(views(text, same=same)):
        yield from _words_of(view, find=find, is_plain=not place, effort=effort)
        yield from _values_of(view, lookup, is_plain=not place, effort=effort)
        yield from _stretches_of(view, lookup, effort)
        if effort.is_spent:
            return


def _least(matches: Iterable[Match]) -> set[Label]:
    """Return the labels of the matches that no match of less secret content covers."""
    by_view: dict[str, dict[int, list[Match]]] = {}
    for match in matches:
        by_view.setdefault(match.view, {}).setdefault(match.label.secrecy.rank, []).append(match)
    found: set[Label] = set()
    for by_rank in by_view.values():
        less: list[Match] = []
        for rank in sorted(by_rank):
            covered = _covering(less)
            found.update(match.label for match in by_rank[rank] if not covered(match))
            less += by_rank[rank]
    return found


def _covering(matches: list[Match]) -> Callable[[Match], bool]:
    """Return what tells whether one of ``matches`` covers another."""
    in_order = sorted(matches, key=attrgetter("start"))
    starts = [match.start for match in in_order]
    ends = list(accumulate((match.end for match in in_order), max))

    def covers(match: Match) -> bool:
        place = bisect_right(starts, match.start)
        return place > 0 and ends[place - 1] >= match.end

    return covers


def _words_of(view: str, *, find: Find, is_plain: bool, effort: Effort) -> Iterator[Match]:
    """Yield whole values and runs of words, by their strict spelling."""
    spelling = spelled(view)
    whole = f"w{view}"
    for key in (*whole_keys(view, spelling), *further_keys(view, spelling)):
        if len(key) > _SHORTEST and key not in COMMON:
            leaves = find(key)
            if not effort.allows(len(leaves)):
                return
            yield from (Match(f"k{key}", 0, 1, leaf.label) for leaf in leaves)
    if len(spelling.keys) < 2:
        return
    letters = sum(map(len, spelling.keys))
    for first, last, label in runs(spelling, find, effort):
        of_run = sum(map(len, spelling.keys[first:last]))
        if (is_plain or of_run >= _HALF * letters) and _tells(view, spelling, first, last):
            yield Match(whole, first, last, label)


def _tells(view: str, spelling: Spelling, first: int, last: int) -> bool:
    """Return whether a run of words says enough to tell where it is from."""
    distinct = [place for place in range(first, last) if spelling.keys[place] not in COMMON]
    keys = [spelling.keys[place] for place in distinct]
    if any(len(key) > _SHORTEST and _SIGN.search(key) for key in keys):
        return True
    letters = sum(map(len, keys))
    if len(keys) > 1:
        return letters >= _DISTINCT or (letters > _SHORTEST and not view.isascii() and letters == len(keys))
    return False


def _values_of(view: str, lookup: Lookup, *, is_plain: bool, effort: Effort) -> Iterator[Match]:
    """Yield numbers, ids, addresses and names, whatever stands between their parts."""
    tokens = [squeezed(match.group()) for match in _TOKEN.finditer(view)]
    tokens = [token for token in tokens if token]
    name = f"v{view}"
    for first in range(len(tokens)):
        joined = ""
        for last in range(first, min(len(tokens), first + _MOST_JOINED)):
            joined += tokens[last]
            if len(joined) > _LONGEST_JOINED or len(joined) > _LETTERS_OF_PART * (last - first + _FREELY):
                break
            if first == last and len(tokens) > _SHORTEST and len(joined) < _LONG_WORD and joined.isalpha():
                continue
            labels = lookup(f"·{joined}")
            if not effort.allows(1 + len(labels)):
                return
            yield from (Match(name, first, last + 1, label) for label in labels)
    joined = "".join(tokens)
    if not is_plain and _GLUED <= len(joined) <= _LONGEST_JOINED:
        for cut in range(1, min(_MOST_GLUED, len(joined) - _GLUED) + 1):
            for label in (*lookup(f"·{joined[cut:]}"), *lookup(f"·{joined[:-cut]}")):
                yield Match(name, 0, len(tokens), label)


def _stretches_of(view: str, lookup: Lookup, effort: Effort) -> Iterator[Match]:
    """Yield stretches of characters, squeezed."""
    chars = squeezed(view)
    name = f"s{view}"
    short: dict[int, list[tuple[int, int, int, Held]]] = {}
    done: dict[tuple[int, int], int] = {}
    for place in range(len(chars) - GRAM + 1):
        hits = lookup(chars[place : place + GRAM])
        if hits and not effort.allows(_STEPS_OF_HIT * len(hits)):
            return
        for held, at in hits:
            line = (id(held), at - place)
            if done.get(line, -1) >= place + GRAM:
                continue
            start, end = _extended(chars, place, held.chars, at)
            done[line] = end
            if not effort.allows(end - start):
                return
            distinct = held.distinct_chars(at - (place - start), at + (end - place))
            if end - start >= _STRETCH and distinct >= _DISTINCT:
                yield Match(name, start, end, held.label)
            elif distinct >= GRAM:
                short.setdefault(id(held), []).append((at - place, start, end, held))
    for together in short.values():
        yield from _edited(name, sorted(together, key=itemgetter(0)), effort)


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
