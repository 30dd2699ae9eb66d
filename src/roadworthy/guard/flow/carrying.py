"""What a value may carry, generously: copied, quoted, re-cased, split, encoded, translated or a little changed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from operator import attrgetter

from roadworthy.guard.flow.common_words import COMMON
from roadworthy.guard.flow.effort import MOST_WORK_OF_EVENT, Effort
from roadworthy.guard.flow.explaining import Find, explaining, key_of_value, runs
from roadworthy.guard.flow.finding import (
    DISTINCT,
    Chars,
    Lookup,
    Match,
    Search,
    joined_keys,
    short_values_of,
    stretches_of,
    tokens_of,
)
from roadworthy.guard.flow.label import Label
from roadworthy.guard.flow.quantity import number_text
from roadworthy.guard.flow.spelling import Spelling, spelled
from roadworthy.guard.flow.squeezing import GRAM, squeezed
from roadworthy.guard.flow.values import further_keys, whole_keys
from roadworthy.guard.flow.wrapping.dates import dates_in
from roadworthy.guard.flow.wrapping.number_words import WEEKDAYS
from roadworthy.guard.flow.wrapping.unwrapping import MOVED, View, Wrapping, disguises, views

_HALF = 0.5
_FEW_LETTERS = 400
"""Characters of a shuffled text in which words are looked for one by one; of a longer one stretches tell as much."""

MAX_CARRYING = 10_000
"""Characters of a value that are looked at; a longer one may carry anything that was read."""

_STEPS_OF_NUMBER, _STEPS_OF_TEXT = 10, 1_000
_STEPS_OF_CHAR, _STEPS_OF_UNWRAPPING = 20, 200
"""Of a value as it stands, and of one with all that it may say once its wrapping is undone."""

_USUAL_VIEWS, _STEPS_OF_FURTHER = 24, 8
"""How many times as long as a value all its views together usually are, and of each character beyond that."""

_SEVERAL = 32
"""Values from which on they are unwrapped together, and not one by one as well."""

_SHORTEST = 3
_LEAST_DISGUISED = 6
"""Characters of a value that is found in what a rarer disguise may hide."""

_SIGN = re.compile(r"[0-9@/\\_]")


def carried_in(
    values: Sequence[str | float],
    *,
    find: Find,
    lookup: Lookup,
    same: Sequence[Sequence[str]],
    effort: Effort | None = None,
) -> tuple[Label, ...] | None:
    """Return the labels of all content that the values may carry a part of, alone or put together.

    A stretch that stands in less secret content as well is that content's. None: there is too much to look at, so
    they may carry anything.

    Args:
        values: Leaves of the arguments of a call.
        find: Gives all leaves that have a key.
        lookup: Gives what `level_of` has for a key.
        same: Words that say the same.
        effort: What it may cost; None: as much as all questions about one event may.
    """
    search = Search(find, lookup, (*same, *WEEKDAYS), effort or Effort(MOST_WORK_OF_EVENT))
    effort = search.effort
    texts = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if not isinstance(value, str)]
    matches: list[Match] = []
    for place, key in enumerate(dict.fromkeys(map(key_of_value, numbers))):
        labels = {id(leaf.label): leaf.label for leaf in find(key)}
        matches += (Match("", place, place + 1, label) for label in labels.values())
        if not effort.allows(_STEPS_OF_NUMBER + len(labels)):
            return None
    # All together first: where that is too long nothing else is looked at.
    for text in dict.fromkeys(_together(values)):
        matches += _carried_by(text, search, is_unwrapped=True)
        if effort.is_spent:
            return None
    for text in dict.fromkeys(texts) if len(values) > 1 else ():
        matches += _carried_by(text, search, is_unwrapped=len(texts) <= _SEVERAL)
        if effort.is_spent:
            return None
    return tuple(_least(matches))


def _together(values: Sequence[str | float]) -> list[str]:
    """Return the values put together: as they come, and the last first or, where they are many, on lines."""
    written = [value if isinstance(value, str) else number_text(value) for value in values]
    if len(written) > 2 and written[-1] == " ".join(value for value in values[:-1] if isinstance(value, str)):
        written.pop()
    joined = "".join(written)
    return [joined, "".join(reversed(written))] if len(written) <= _SEVERAL else [joined, "\n".join(written)]


def most_secret_first(labels: Iterable[Label]) -> tuple[Label, ...]:
    """Return each label once, in order."""
    return tuple(sorted(set(labels), key=lambda label: (-label.secrecy.rank, label.origin)))


def _carried_by(text: str, search: Search, *, is_unwrapped: bool) -> Iterator[Match]:
    effort = search.effort
    if not effort.allows(len(text)):
        return
    whole = explaining(text, find=search.find, effort=effort)
    if whole:
        labels = {id(leaf.label): leaf.label for leaf in whole}.values()
        least = min(label.secrecy.rank for label in labels)
        yield from (Match(text, 0, 1, label) for label in labels if label.secrecy.rank == least)
        if not effort.allows(len(whole)) or not least:
            return
    steps = _STEPS_OF_UNWRAPPING if is_unwrapped else _STEPS_OF_CHAR
    if len(text) > MAX_CARRYING or not effort.allows(_STEPS_OF_TEXT + steps * len(text)):
        effort.give_up()
        return
    yield from _unwrapped(text, search) if is_unwrapped else _in_view(View(text, Wrapping.NONE), search)


def _unwrapped(text: str, search: Search) -> Iterator[Match]:
    said = views(text, same=search.same)
    further = sum(len(view.text) for view in said.each) - _USUAL_VIEWS * len(text)
    if not said.is_whole or not search.effort.allows(max(0, further) * _STEPS_OF_FURTHER):
        search.effort.give_up()
        return
    for view in said.each:
        if search.effort.is_spent:
            return
        yield from _in_view(view, search)
    yield from _disguised(text, search)


def _disguised(text: str, search: Search) -> Iterator[Match]:
    for number, disguise in enumerate((*disguises(text), *_moved(text, search))):
        name = f"{number}{text}"
        if len(disguise) <= _FEW_LETTERS:
            yield from _dates_of(disguise, search)
        chars = Chars(disguise)
        yield from short_values_of(name, chars, search, least=_LEAST_DISGUISED)
        yield from stretches_of(name, chars, search)


def _moved(text: str, search: Search) -> Iterator[str]:
    """Yield ``text`` with its letters moved along the alphabet, by as many as make anything known of it."""
    chars = squeezed(text)
    if chars.isdecimal():
        return
    words = (key for key, _, _ in joined_keys(tokens_of(text)) if not key[1:].isdecimal())
    keys = "\n".join(key for key in words if len(key) > _LEAST_DISGUISED)
    for table in MOVED:
        moved = chars.translate(table)
        grams = {moved[place : place + GRAM] for place in range(len(moved) - GRAM + 1)}
        if search.lookup.known(grams.union(keys.translate(table).split("\n"))):
            yield text.translate(table)


def _in_view(view: View, search: Search) -> Iterator[Match]:
    text = view.text
    is_short = len(text) <= _FEW_LETTERS
    if is_short or view.wrapping <= Wrapping.ENCODED:
        yield from _words_of(view, search)
    if is_short or view.wrapping <= Wrapping.SPELLED:
        yield from _dates_of(text, search)
    is_wrapped = view.wrapping in (Wrapping.ENCODED, Wrapping.SHUFFLED)
    chars = Chars(text)
    yield from short_values_of(text, chars, search, is_wrapped=is_wrapped)
    yield from stretches_of(text, chars, search, is_wrapped=is_wrapped)


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


def _words_of(view: View, search: Search) -> Iterator[Match]:
    """Yield whole values and runs of words, by their strict spelling."""
    text, effort = view.text, search.effort
    spelling = spelled(text)
    whole = f"w{text}"
    within = (key for key in further_keys(text, spelling) if not key.isalpha())
    for key in (*whole_keys(text, spelling), *within):
        if len(key) > _SHORTEST and key not in COMMON:
            leaves = search.find(key)
            if not effort.allows(len(leaves)):
                return
            yield from (Match(f"k{key}", 0, 1, leaf.label) for leaf in leaves)
    if len(spelling.keys) < 2:
        return
    least = _HALF * sum(map(len, spelling.keys)) if view.wrapping is Wrapping.SHUFFLED else 0
    for first, last, label in runs(spelling, search.find, effort):
        if _tells(text, spelling, first, last) and sum(map(len, spelling.keys[first:last])) >= least:
            yield Match(whole, first, last, label)


def _tells(view: str, spelling: Spelling, first: int, last: int) -> bool:
    """Return whether a run of words says enough to tell where it is from."""
    distinct = [place for place in range(first, last) if spelling.keys[place] not in COMMON]
    keys = [spelling.keys[place] for place in distinct]
    if any(len(key) > _SHORTEST and _SIGN.search(key) for key in keys):
        return True
    letters = sum(map(len, keys))
    if len(keys) > 1:
        return letters >= DISTINCT or (letters > _SHORTEST and not view.isascii() and letters == len(keys))
    return False


def _dates_of(text: str, search: Search) -> Iterator[Match]:
    """Yield the days that ``text`` may mean."""
    for key in search.lookup.known(f"@{day.isoformat()}" for day in dates_in(text)):
        labels = search.lookup(key)
        if search.effort.allows(len(labels)):
            yield from (Match(key, 0, 1, label) for label in labels)
