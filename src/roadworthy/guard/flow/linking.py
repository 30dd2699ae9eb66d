"""Which record of a trusted result the user named, and whose a record is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

from roadworthy.guard.flow.common_words import COMMON
from roadworthy.guard.flow.content import Entry, Leaf, Record
from roadworthy.guard.flow.effort import Effort
from roadworthy.guard.flow.quantity import bare, key_of_number
from roadworthy.guard.flow.spelling import key_of_word, spelled
from roadworthy.guard.flow.values import whole_keys
from roadworthy.guard.segment import SourceKind

_STEPS_OF_RECORD, _STEPS_OF_FIELD, _STEPS_OF_VALUE, _STEPS_OF_WORD = 8, 20, 30, 4
_MOST_COMPARED = 400_000
"""Fields and words that are compared to find whom the user named; where that is not enough, it is ambiguous."""

_NAMES = frozenset({
    "name", "names", "firstname", "lastname", "surname", "fullname", "displayname", "username", "user", "login",
    "nick", "nickname", "alias", "handle", "id", "ids", "uid", "email", "mail", "phone", "number", "iban", "account",
    "nombre", "nom", "prenom", "vorname", "nachname", "nome", "naam",
})  # fmt: skip
"""Fields by which people name a record, without the signs in them; also at the end of a longer one: `customer_name`."""

_TITLES = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "herr", "frau", "monsieur", "madame", "mme",
    "señor", "señora", "sr", "sra",
})  # fmt: skip
_SIGNS_OF_FIELD = str.maketrans("", "", "_-. ")
_NO_NAMES = COMMON | _TITLES


UNTOLD = ""
"""Stands among the owners of a record of which not all grants say to whom it belongs."""


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


def linked(
    value: str | float,
    *,
    tool: str,
    find: Callable[[str], Sequence[Leaf]],
    entries: Sequence[Entry],
    effort: Effort | None = None,
) -> Link:
    """Return whether the user named a record of ``tool`` that holds ``value`` by another field.

    What would cost more than ``effort`` is ambiguous.
    """
    effort = effort or Effort(_MOST_COMPARED)
    keys = _keys(value)
    holding: dict[int, tuple[Leaf, Record]] = {}
    for key in keys:
        leaves = find(key)
        if not effort.allows(_STEPS_OF_VALUE * (1 + len(leaves))):
            return Link.AMBIGUOUS
        for leaf in leaves:
            if leaf.record is not None and not leaf.is_name and _is_of(leaf, tool) and keys & _keys_of(leaf):
                holding[id(leaf.record)] = leaf, leaf.record
    if not holding:
        return Link.NOT_NAMED
    said = [_said(leaf) for entry in entries if entry.kind is SourceKind.USER for leaf in entry.leaves]
    best = Link.NOT_NAMED
    effort.allows(_STEPS_OF_WORD * sum(len(one.keys) for one in said))
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


def _keys_of(leaf: Leaf) -> set[str]:
    return whole_keys(leaf.value, leaf.spelling) if isinstance(leaf.value, str) else {key_of_number(leaf.value)}


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
            if theirs and not any(keys & _keys_of(one) for one in theirs):
                effort.allows(_STEPS_OF_VALUE * len(theirs))
                yield other, theirs[0]


@dataclass(frozen=True, slots=True)
class Said:
    """What the user said."""

    keys: tuple[str, ...]
    places: dict[str, list[int]]
    """Of each key."""

    proper: frozenset[int]
    """Places of words that look like names: in capitals where no sentence begins."""


def _said(leaf: Leaf) -> Said:
    keys = tuple(map(_called, leaf.spelling.keys))
    places: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return Said(keys, places, _proper(leaf))


def _proper(leaf: Leaf) -> frozenset[int]:
    spelling, text = leaf.spelling, leaf.text
    return frozenset(
        place
        for place, (start, _) in enumerate(spelling.spans)
        if place and text[start].isupper() and spelling.gaps[place] == " " and spelling.keys[place] not in _NO_NAMES
    )


def _called(key: str) -> str:
    """Return a word as it names something: without a currency, ``@`` before it, or the ending of a possessive."""
    word = bare(key).removeprefix("@")
    owner = word.removesuffix("'s").removesuffix("’s")
    return word if owner == word else key_of_word(owner) or owner


_Place = tuple[int, int]
"""Text and word."""


@dataclass(frozen=True, slots=True)
class Runs:
    """What of the user's words is in the fields of one record."""

    of: dict[_Place, int]
    """How many words from a place are of one field."""

    naming: dict[_Place, int]
    """Those that name it: of its names, where it has any, else of any field."""


def _is_naming(leaf: Leaf) -> bool:
    step = leaf.pointer.rpartition("/")[2].lower()
    return leaf.is_name or step.translate(_SIGNS_OF_FIELD) in _NAMES or step.rpartition("_")[2] in _NAMES


def _runs(record: Record, leaf: Leaf, said: Sequence[Said], effort: Effort) -> Runs:
    runs: dict[_Place, int] = {}
    naming: dict[_Place, int] = {}
    fields = [one for one in record.fields() if one is not leaf and one.label.origin.trusted]
    has_names = any(map(_is_naming, fields))
    for other in fields:
        words = set(map(_called, other.spelling.keys))
        if not effort.allows(_STEPS_OF_FIELD + len(words) * len(said)):
            break
        names = not has_names or _is_naming(other)
        for number, one in enumerate(said):
            for first, length in _in_text(one, words, effort):
                place = (number, first)
                runs[place] = max(runs.get(place, 0), length)
                if names:
                    naming[place] = max(naming.get(place, 0), length)
    return Runs(runs, naming)


def _in_text(said: Said, words: set[str], effort: Effort) -> Iterator[tuple[int, int]]:
    """Yield the runs of ``words`` that name something: place and length.

    ``Jones`` in ``Alice Jones`` does not name Bob Jones: a part of a name beside another name is of another one.
    """
    there = sorted(place for word in words & said.places.keys() for place in said.places[word])
    if not effort.allows(_STEPS_OF_WORD * len(there)):
        return
    ends = [place + 1 for place, after in pairwise((*there, -1)) if after != place + 1]
    starts = [place for before, place in pairwise((-2, *there)) if place != before + 1]
    for first, last in zip(starts, ends, strict=True):
        run = said.keys[first:last]
        is_other = len(run) < len(words) and (
            last in said.proper or (first - 1 in said.proper and first in said.proper)
        )
        if not is_other and any(len(key) > 1 and key not in COMMON for key in run):
            yield first, last - first


def _compare(mine: Runs, others: Sequence[Runs], effort: Effort) -> Link:
    if not mine.naming:
        return Link.NOT_NAMED
    total = sum(mine.of.values())
    of_others = sum(len(other.of) for other in others) + len(others)
    for place, length in mine.naming.items():
        if not effort.allows(of_others):
            return Link.AMBIGUOUS
        if any(_beats(other.naming, place, length) for other in others):
            continue
        rivals = [other for other in others if _reach(other.naming, place, length) >= length]
        if all(total > sum(other.of.values()) for other in rivals):
            return Link.NAMED
    return Link.AMBIGUOUS


def _reach(runs: dict[_Place, int], place: _Place, length: int) -> int:
    """Return how many of the words from ``place`` on are in one run."""
    number, first = place
    return max(
        (min(first + length, begin + of) - max(first, begin) for (text, begin), of in runs.items() if text == number),
        default=0,
    )


def _beats(runs: dict[_Place, int], place: _Place, length: int) -> bool:
    """Return whether a run holds all of these words and more."""
    number, first = place
    return any(
        text == number and begin <= first and begin + of >= first + length and of > length
        for (text, begin), of in runs.items()
    )


def owners_in(entry: Entry, owned: Sequence[Owned]) -> dict[str, tuple[str, ...]]:
    """Return the owners of each record of ``entry`` that has trusted fields for both, by `owner_key`.

    Of several ways in which owners are told of one kind each counts: `UNTOLD` is among the owners of a record of which
    one way names some and another names none.
    """
    found: dict[str, dict[str, None]] = {}
    each = [(one.kind, _owners_by(entry, one)) for one in owned]
    for _, told in each:
        for key, owners in told.items():
            found.setdefault(key, {}).update(owners)
    for kind, told in each if len(each) > 1 else ():
        for key, owners in found.items():
            if owners and not told.get(key) and key.startswith(owner_key("", kind=kind)):
                owners[UNTOLD] = None
    return {key: tuple(owners) for key, owners in found.items()}


def _owners_by(entry: Entry, owned: Owned) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for record in entry.records:
        ids = [leaf for leaf in record.leaves if _is_field(leaf, owned.id)]
        owners = dict.fromkeys(leaf.text for leaf in record.leaves if _is_field(leaf, owned.owner)) if ids else {}
        for key in (owner_key(one.value, kind=owned.kind) for one in ids):
            found.setdefault(key, {}).update(owners)
    return found


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
