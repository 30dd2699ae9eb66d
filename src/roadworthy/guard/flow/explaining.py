"""Where a value can come from, strictly: whole values and whole words only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import attrgetter

from roadworthy.guard.flow.common_words import COMMON
from roadworthy.guard.flow.content import Leaf, Seen
from roadworthy.guard.flow.effort import CHARS_OF_STEP, Effort
from roadworthy.guard.flow.label import Label, Part, Secrecy
from roadworthy.guard.flow.quantity import key_of_number, number_text
from roadworthy.guard.flow.spelling import SENTENCE_ENDS, Spelling, key_of_word, spelled, whole_key
from roadworthy.guard.flow.values import value_keys
from roadworthy.guard.segment import Span

Find = Callable[[str], Sequence[Leaf]]
_Piece = tuple[int, int, tuple[Label, ...]]
_NEUTRAL = f"""{"".join(chr(code) for code in range(0x3001) if chr(code).isspace())},.:!?()'"“”‘’«»–—-"""
"""What may stand between two explained stretches without having to be explained itself."""


Same = Sequence[Sequence[str]]
Table = Mapping[tuple[str, ...], tuple[str, ...]]
MAX_TRACED = 100_000
"""Characters of a value that are looked for; the rest counts as found nowhere."""

_SEVERAL = 8
_CHARS_OF_JOIN = 8
_NO_TABLE: Table = {}

_MANY = 8
"""Leaves or labels from which looking at each is work that counts."""

_STEPS_OF_LABEL = 20
_FEW = 2
"""So many characters, or one common word, within a longer value may be there by chance and explain nothing."""


def explained(
    value: str | float,
    *,
    find: Find,
    otherwise: Secrecy,
    same: Same = (),
    seen: Seen,
    effort: Effort | None = None,
) -> tuple[Part, ...]:
    """Return the parts of ``value``.

    Args:
        value: A leaf of the arguments of a call, or a text.
        find: Gives all leaves that have a key.
        otherwise: Secrecy of what is found nowhere.
        same: Words that say the same.
        seen: What the run has seen before.
        effort: What it may cost; what is not looked at counts as found nowhere.
    """
    effort = effort or Effort()
    if effort.left < 0:
        length = len(value if isinstance(value, str) else number_text(value))
        return (_part(0, length, (), otherwise),) if length else ()
    if not isinstance(value, str):
        key = key_of_value(value)
        return (_all(len(number_text(value)), _by_itself(key, find(key)), otherwise, seen, effort),)
    if not value:
        return ()
    table = _table(same, seen) if same else _NO_TABLE
    key = key_of_word(value, seen.words)
    if key and (key,) not in table:
        return (_all(len(value), _by_itself(key, find(key)), otherwise, seen, effort),)
    if len(value) > MAX_TRACED:
        rest = _part(MAX_TRACED, len(value), (), otherwise)
        return (*_of_text(value[:MAX_TRACED], find, otherwise, table, seen, effort=effort), rest)
    return _of_text(value, find, otherwise, table, seen, effort=effort)


def _table(same: Same, seen: Seen) -> Table:
    if seen.same is None or seen.same[0] is not same:
        seen.same = same, same_table(tuple(map(tuple, same)))
    return seen.same[1]


def _of_text(
    value: str, find: Find, otherwise: Secrecy, table: Table, seen: Seen, *, effort: Effort
) -> tuple[Part, ...]:
    if not effort.allows(len(value)):
        return (_part(0, len(value), (), otherwise),)
    spelling = spelled(value, seen.words)
    leaves = _whole(value, spelling, find, effort)
    if table:
        for other in table.get(spelling.keys, ()):
            leaves += _whole(other, spelled(other), find, effort)
    if leaves or len(spelling.keys) < 2:
        return (_all(len(value), leaves, otherwise, seen, effort),)
    return tuple(_in_parts(value, spelling, find, otherwise, table, effort=effort))


def _all(length: int, leaves: Sequence[Leaf], otherwise: Secrecy, seen: Seen, effort: Effort) -> Part:
    """Return the part that is all of a value."""
    if not leaves or (len(leaves) > _MANY and not effort.allows(len(leaves))):
        return Part(span=Span(start=0, end=length), secrecy=otherwise)
    label = leaves[0].label
    for leaf in leaves:
        if leaf.label is not label:
            return _part(0, length, [leaf.label for leaf in leaves], otherwise)
    return seen.part(length, label)


def _whole(value: str, spelling: Spelling, find: Find, effort: Effort) -> list[Leaf]:
    """Return the leaves that explain all of ``value``."""
    gaps = spelling.gaps
    leaves: list[Leaf] = []
    if len(spelling.keys) > 1 and gaps[-1].strip() in SENTENCE_ENDS and not gaps[0].strip():
        rarest = _rarest(spelling, find)
        if rarest:
            line = spelling.line
            leaves = [
                leaf for leaf in rarest if effort.allows(1 + len(leaf.line) // CHARS_OF_STEP) and line in leaf.line
            ]
    else:
        key = whole_key(value, spelling)
        if key:
            leaves += _by_itself(key, find(key))
    for key in value_keys(value, spelling):
        leaves += find(key)
    return leaves


def _by_itself(key: str, leaves: Sequence[Leaf]) -> Sequence[Leaf]:
    """Return the leaves in which a number stands by itself, and not only as a part of a date or an account."""
    return [leaf for leaf in leaves if key not in leaf.inner] if key[0] == "#" else leaves


def explaining(value: str, *, find: Find, effort: Effort) -> Sequence[Leaf]:
    """Return the leaves that say all of ``value``; where it would cost more than ``effort``, not all of them."""
    return _whole(value, spelled(value), find, effort)


@lru_cache(maxsize=32)
def same_table(same: tuple[tuple[str, ...], ...]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return for each word of the table, in its spelling, all words of its lines."""
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in same:
        for word in line:
            keys = spelled(word).keys
            table[keys] = (*table.get(keys, ()), *line)
    return table


def key_of_value(value: float) -> str:
    """Return the key of a JSON number or truth value."""
    return f"!{number_text(value)}" if isinstance(value, bool) else key_of_number(value)


def _part(start: int, end: int, labels: Sequence[Label], otherwise: Secrecy) -> Part:
    span = Span(start=start, end=end)
    if not labels:
        return Part(span=span, secrecy=otherwise)
    if len(labels) == 1:
        return Part(span=span, origins=(labels[0].origin,), secrecy=labels[0].secrecy)
    each = {id(label): label for label in labels}.values()
    origins = tuple(sorted({label.origin for label in each}))
    return Part(span=span, origins=origins, secrecy=min((label.secrecy for label in each), key=_rank))


_rank = attrgetter("rank")


def _rarest(spelling: Spelling, find: Find) -> Sequence[Leaf]:
    """Return the leaves that have the word of ``spelling`` that the fewest have."""
    best: Sequence[Leaf] | None = None
    keys = spelling.keys
    for key in keys if len(keys) <= _SEVERAL else dict.fromkeys(keys):
        leaves = find(key)
        if not leaves:
            return ()
        if best is None or len(leaves) < len(best):
            best = leaves
    return best or ()


def _in_parts(
    value: str, spelling: Spelling, find: Find, otherwise: Secrecy, table: Table, *, effort: Effort
) -> Iterable[Part]:
    spans, gaps = spelling.spans, spelling.gaps
    covers: list[set[int]] = [set() for _ in spans]
    joined: list[set[int]] = [set() for _ in spans]
    """Labels of runs that hold a word and the one before it."""
    labels: dict[int, Label] = {}
    found = runs(spelling, find, effort)
    for first, last, label in chain(found, _same_runs(spelling, find, table, effort)) if table else found:
        number = id(label)
        labels[number] = label
        covers[first].add(number)
        for place in range(first + 1, last):
            covers[place].add(number)
            joined[place].add(number)
    start = 0
    for place in range(1, len(spans) + 1):
        if place < len(spans) and covers[place] == covers[place - 1]:
            raw = value[spans[place - 1][1] : spans[place][0]]
            if joined[place] >= covers[place] or (gaps[place] and not raw.strip(_NEUTRAL)):
                continue
        its = {labels[number] for number in covers[start]}
        if len(its) > _MANY and not effort.allows(_STEPS_OF_LABEL * len(its)):
            its = set()
        for begin, end, told in _stretch(value, spelling, (start, place), its):
            yield _part(begin, end, tuple(told), otherwise)
        start = place


def _stretch(value: str, spelling: Spelling, place: tuple[int, int], labels: set[Label]) -> Iterable[_Piece]:
    """Yield the pieces of the words from ``place[0]`` to before ``place[1]``, with what stands around them."""
    first, last = place
    words = spelling.spans
    begin = 0 if first == 0 else words[first][0]
    end = len(value) if last == len(words) else words[last][0]
    starts, ends = words[first][0], words[last - 1][1]
    if not labels:
        yield begin, end, ()
        return
    if begin < starts and value[begin:starts].strip(_NEUTRAL):
        yield begin, starts, ()
        begin = starts
    if ends < end and value[ends:end].strip(_NEUTRAL):
        yield begin, ends, tuple(labels)
        yield ends, end, ()
    else:
        yield begin, end, tuple(labels)


def _same_runs(spelling: Spelling, find: Find, table: Table, effort: Effort) -> Iterable[tuple[int, int, Label]]:
    """Yield the words for which another of their line stands in content."""
    longest = max(map(len, table), default=0)
    for first in range(len(spelling.keys)):
        for last in range(first + 1, min(len(spelling.keys), first + longest) + 1):
            for other in table.get(spelling.keys[first:last], ()):
                its = spelled(other)
                if not _counts(its, 0, len(its.keys)):
                    continue
                leaves = _whole(other, its, find, effort)
                if not effort.allows(len(other) + len(leaves)):
                    return
                yield from ((first, last, label) for label in {id(leaf.label): leaf.label for leaf in leaves}.values())


def _counts(spelling: Spelling, first: int, last: int) -> bool:
    keys = spelling.keys[first:last]
    if len(keys) == 1:
        return len(keys[0].lstrip("#")) > _FEW and keys[0] not in COMMON
    return len("".join(keys)) > _FEW


def runs(spelling: Spelling, find: Find, effort: Effort) -> Iterable[tuple[int, int, Label]]:
    """Yield the longest runs of words that stand in content of each label: from, to before, label.

    Args:
        spelling: Of the value.
        find: Gives all leaves that have a key.
        effort: What it may cost; where that is not enough, less is found.
    """
    words = spelling.keys
    until: dict[int, int] = {}
    leaves = find(words[0])
    for first in range(len(words)):
        after = find(words[first + 1]) if first + 1 < len(words) else ()
        if not effort.allows(len(leaves) + len(after)):
            return
        both = set(map(id, after))
        by_label: dict[int, tuple[Label, list[Leaf]]] = {}
        for leaf in leaves:
            label = leaf.label
            its = by_label.get(id(label))
            if its is None:
                its = by_label[id(label)] = (label, [])
            if id(leaf) in both:
                its[1].append(leaf)
        if len(by_label) > _MANY and not effort.allows(_STEPS_OF_LABEL * len(by_label)):
            return
        for number, (label, longer) in by_label.items():
            reached = until.get(number, 0)
            last = _longest(spelling, first, max(first + 1, reached), longer, effort) if longer else first + 1
            if last > reached and _counts(spelling, first, last):
                if not effort.allows(last - first):
                    return
                until[number] = last
                yield first, last, label
        leaves = after


def _longest(spelling: Spelling, first: int, reached: int, leaves: Sequence[Leaf], effort: Effort) -> int:
    """Return the end of the longest run from ``first`` that stands in one of the leaves.

    Args:
        spelling: Of the value.
        first: Place of its first word.
        reached: End of a run from there that does, which is returned if no longer one does.
        leaves: Those that have the first word and the next.
        effort: What it may cost.
    """
    last, step, words = reached, 1, len(spelling.keys)
    lines = [leaf.line for leaf in leaves]
    cost = sum(map(len, lines)) // CHARS_OF_STEP + len(lines)
    while last < words and step:
        wanted = min(words, last + step)
        stretch = spelling.stretch(first, wanted)
        if not effort.allows(len(stretch) // _CHARS_OF_JOIN + cost):
            return last
        held = [line for line in lines if stretch in line]
        if held:
            lines, last = held, wanted
            step *= 2
        else:
            step = min(step, words - last) // 2
    return last
