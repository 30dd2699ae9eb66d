"""Which record of a trusted result the user named, and whose a record is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from roadworthy.guard.flow.common_words import COMMON
from roadworthy.guard.flow.content import Entry, Leaf, Record
from roadworthy.guard.flow.effort import Effort
from roadworthy.guard.flow.quantity import bare, key_of_number
from roadworthy.guard.flow.spelling import spelled, whole_keys
from roadworthy.guard.segment import SourceKind

_STEPS_OF_RECORD = 8
_MOST_COMPARED = 400_000
"""Fields and words that are compared to find whom the user named; where that is not enough, it is ambiguous."""


class Link(StrEnum):
    """Whether the user named the record that a value is in."""

    NAMED = "named"
    AMBIGUOUS = "ambiguous"
    """What the user said fits several records that differ in this value equally well."""

    NOT_NAMED = "not_named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Which fields of a result say whose its records are (`Result.kind`, `Result.id`, `Result.owner`)."""

    kind: str
    id: str
    owner: str


def linked(value: str | float, *, tool: str, find: Callable[[str], Iterable[Leaf]], entries: Sequence[Entry]) -> Link:
    """Return whether the user named a record of ``tool`` that holds ``value`` by another field."""
    keys = _keys(value)
    holding = {
        id(leaf.record): (leaf, leaf.record)
        for key in keys
        for leaf in find(key)
        if leaf.record is not None and not leaf.is_name and _is_of(leaf, tool) and keys & _keys(leaf.value)
    }
    if not holding:
        return Link.NOT_NAMED
    said = [
        Said(tuple(map(bare, leaf.spelling.keys)), _proper(leaf))
        for entry in entries
        if entry.kind is SourceKind.USER
        for leaf in entry.leaves
    ]
    best = Link.NOT_NAMED
    effort = Effort(_MOST_COMPARED)
    for leaf, record in holding.values():
        others = _others(leaf, record, keys, tool=tool, entries=entries, effort=effort)
        link = _compare(
            _runs(record, leaf, said, effort), [_runs(other, its, said, effort) for other, its in others], effort
        )
        if effort.is_spent:
            return Link.AMBIGUOUS
        if link is Link.NAMED:
            return link
        if link is Link.AMBIGUOUS:
            best = link
    return best


def _keys(value: Any) -> set[str]:
    if isinstance(value, str):
        return whole_keys(value, spelled(value))
    return {key_of_number(value)}


def _is_of(leaf: Leaf, tool: str) -> bool:
    origin = leaf.label.origin
    return origin.trusted and origin.kind is SourceKind.TOOL and fnmatchcase(origin.name, tool)


def _others(
    leaf: Leaf, record: Record, keys: set[str], *, tool: str, entries: Sequence[Entry], effort: Effort
) -> Iterator[tuple[Record, Leaf]]:
    """Yield the records that have another value where this one has ``leaf``."""
    for entry in entries:
        for other in entry.records:
            if not effort.allows(_STEPS_OF_RECORD + len(other.leaves)):
                return
            if other is record:
                continue
            theirs = [
                one for one in other.leaves if one.pointer == leaf.pointer and not one.is_name and _is_of(one, tool)
            ]
            if theirs and not any(keys & _keys(one.value) for one in theirs):
                yield other, theirs[0]


@dataclass(frozen=True, slots=True)
class Said:
    """What the user said."""

    keys: tuple[str, ...]
    proper: frozenset[int]
    """Places of words that look like names: in capitals where no sentence begins."""


def _proper(leaf: Leaf) -> frozenset[int]:
    spelling, text = leaf.spelling, leaf.text
    return frozenset(
        place
        for place, (start, _) in enumerate(spelling.spans)
        if place and text[start].isupper() and spelling.gaps[place] == " " and spelling.keys[place] not in COMMON
    )


Runs = dict[tuple[int, int], int]
"""How many words from a place in what the user said are of one field of the record; place: text, word."""


def _runs(record: Record, leaf: Leaf, said: Sequence[Said], effort: Effort) -> Runs:
    runs: Runs = {}
    for other in record.fields():
        if other is leaf or not other.label.origin.trusted:
            continue
        words = set(map(bare, other.spelling.keys))
        if not effort.allows(len(words) + sum(len(one.keys) for one in said)):
            return runs
        for number, one in enumerate(said):
            for first, length in _in_text(one, words):
                place = (number, first)
                runs[place] = max(runs.get(place, 0), length)
    return runs


def _in_text(said: Said, words: set[str]) -> Iterator[tuple[int, int]]:
    """Yield the runs of ``words`` that name something: place and length.

    ``Jones`` in ``Alice Jones`` does not name Bob Jones: a part of a name beside another name is of another one.
    """
    keys = said.keys
    first = 0
    while first < len(keys):
        last = first
        while last < len(keys) and keys[last] in words:
            last += 1
        run = keys[first:last]
        is_other = len(run) < len(words) and (
            last in said.proper or (first - 1 in said.proper and first in said.proper)
        )
        if not is_other and any(len(key) > 1 and key not in COMMON for key in run):
            yield first, last - first
        first = max(last, first + 1)


def _compare(mine: Runs, others: Sequence[Runs], effort: Effort) -> Link:
    if not mine:
        return Link.NOT_NAMED
    total = sum(mine.values())
    of_others = sum(map(len, others)) + len(others)
    for place, length in mine.items():
        if not effort.allows(of_others):
            return Link.AMBIGUOUS
        rivals = [other for other in others if _reach(other, place, length) >= length]
        if any(_beats(other, place, length) for other in others):
            continue
        if all(total > sum(other.values()) for other in rivals):
            return Link.NAMED
    return Link.AMBIGUOUS


def _reach(runs: Runs, place: tuple[int, int], length: int) -> int:
    """Return how many of the words from ``place`` on are in one run."""
    number, first = place
    return max(
        (min(first + length, begin + of) - max(first, begin) for (text, begin), of in runs.items() if text == number),
        default=0,
    )


def _beats(runs: Runs, place: tuple[int, int], length: int) -> bool:
    """Return whether a run holds all of these words and more."""
    number, first = place
    return any(
        text == number and begin <= first and begin + of >= first + length and of > length
        for (text, begin), of in runs.items()
    )


def owners_in(entry: Entry, owned: Owned) -> dict[str, tuple[str, ...]]:
    """Return the owners of each record of ``entry`` that has trusted fields for both, by `owner_key`."""
    found: dict[str, dict[str, None]] = {}
    for record in entry.records:
        ids = [leaf for leaf in record.leaves if _is_field(leaf, owned.id)]
        owners = dict.fromkeys(leaf.text for leaf in record.leaves if _is_field(leaf, owned.owner)) if ids else {}
        for key in (owner_key(one.value, kind=owned.kind) for one in ids):
            found.setdefault(key, {}).update(owners)
    return {key: tuple(owners) for key, owners in found.items()}


def owner_key(value: str | float, *, kind: str) -> str:
    """Return by which key the owner of a thing is looked up: its exact text, of a number its digits.

    Ids that look alike may be those of different things, so that nothing is the same here that is written otherwise.

    >>> owner_key(10, kind="order") == owner_key(10.0, kind="order") == owner_key("10", kind="order")
    True
    >>> owner_key("10.0", kind="order") == owner_key("10", kind="order")
    False
    """
    return f"{kind}\0{value if isinstance(value, str) else key_of_number(value).removeprefix('#')}"


def _is_field(leaf: Leaf, pattern: str) -> bool:
    is_there = leaf.pointer == pattern or leaf.pointer.endswith("/*" + pattern)
    return is_there and leaf.label.origin.trusted and not leaf.is_name


def tools_with_records(entry: Entry) -> frozenset[str]:
    """Return the tools of whose trusted results there are records in ``entry``."""
    return frozenset(
        leaf.label.origin.name for record in entry.records for leaf in record.leaves if leaf.label.origin.trusted
    )
