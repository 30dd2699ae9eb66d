"""Content as it is kept: its leaves, each with its label and its place, and the records that they stand in."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from roadworthy.core.digest import JsonValue
from roadworthy.guard.flow.label import Label, Origin, Part, most_secret
from roadworthy.guard.flow.quantity import key_of_number, number_text
from roadworthy.guard.flow.spelling import MARK, Spelling, Words, spelled, whole_key
from roadworthy.guard.flow.structure import structured
from roadworthy.guard.flow.values import NO_KEYS, further_keys, inner_keys
from roadworthy.guard.segment import SourceKind, Span

MAX_CONTENT_CHARS = 500_000
"""Characters of one content that are looked at; the rest is as forgotten."""

MAX_LEAVES = 50_000
MAX_FIELDS = 2_000
"""Fields of one content that are told apart; what is in further ones is of no field."""

_MAX_DEPTH = 40
_SCHEMA_NAME = re.compile(r"[a-z_$@][A-Za-z0-9_.$-]{0,63}")
"""What a member is called by whoever made the format, and not by the data."""

_MOST_NAMES = 2_000
"""Names, labels and parts that a run remembers."""

_LONG_NUMBER = 20
_LONGEST_STEP = 100
"""Characters of a name in a pointer."""

_MAX_JSON_CHARS = 2_000_000


class Record:
    """Leaves that belong together: an item of a list, a member of a map, or all of an object."""

    __slots__ = ("above", "leaves")

    def __init__(self, above: Record | None) -> None:
        self.above = above
        """The record that it stands in."""

        self.leaves: list[Leaf] = []

    def fields(self) -> Iterator[Leaf]:
        """Yield its own leaves, and those of the records that it stands in."""
        record: Record | None = self
        while record is not None:
            yield from record.leaves
            record = record.above


class Leaf:
    """A text or value of a piece of content. Its text goes into no repr."""

    __slots__ = ("_spelling", "inner", "is_name", "label", "line", "pointer", "record", "text", "value")

    def __init__(
        self,
        value: str | float,
        *,
        label: Label,
        pointer: str,
        record: Record | None,
        is_name: bool = False,
        spelling: Spelling | None = None,
    ) -> None:
        self.value = value
        self.inner = inner_keys(value, spelling) if spelling and isinstance(value, str) else NO_KEYS
        """Keys of numbers that are only parts of larger values."""

        self.is_name = is_name
        """Whether it is the name of a member, and not what the member has."""

        self.text = value if isinstance(value, str) else number_text(value)
        self.label = label
        self.pointer = pointer
        self.record = record
        self._spelling = spelling
        self.line = spelling.line if spelling else _line_of_number(value, self.text)
        """As `Spelling.line`."""

    @property
    def spelling(self) -> Spelling:
        """Of its text."""
        if self._spelling is None:
            self._spelling = spelled(self.text)
        return self._spelling

    def __repr__(self) -> str:
        return f"Leaf(pointer={self.pointer[:80]!r}, characters={len(self.text)})"


def _keys_of_text(text: str, spelling: Spelling) -> Collection[str]:
    """Return all keys by which a text is found."""
    if text.isalpha() and text.isascii():
        return spelling.keys
    whole = whole_key(text, spelling)
    further = further_keys(text, spelling)
    if not further and len(spelling.keys) == 1 and spelling.keys[0] == whole:
        return spelling.keys
    return {*spelling.keys, *further, whole}


def _line_of_number(value: Any, text: str) -> str:
    if type(value) is int and len(text) < _LONG_NUMBER:
        return f"{MARK}#{text}{MARK}"
    return spelled(text).line


def _keys_of_number(value: float, text: str) -> Collection[str]:
    return (f"!{text}", text) if isinstance(value, bool) else (key_of_number(value),)


class Seen:
    """What a run has seen before, so that it is not worked out twice: words, names of members, labels of fields."""

    __slots__ = ("labels", "names", "parts", "same", "words")

    def __init__(self) -> None:
        self.words = Words()
        self.names: dict[str, bool] = {}
        """Whether names of members are of the format."""

        self.labels: dict[Label, Label] = {}
        """Labels by themselves: those that are equal are one."""

        self.parts: dict[tuple[int, int], tuple[Label, Part]] = {}
        """Parts that are all of a value of one label, by their length and the label's identity."""

        self.same: tuple[Any, Any] | None = None
        """The table of words that say the same that was asked with last, and what was made of it."""

    def is_schema(self, name: str) -> bool:
        """Return whether whoever made the format called a member so, and not the data."""
        found = self.names.get(name)
        if found is None:
            found = _SCHEMA_NAME.fullmatch(name) is not None
            if len(self.names) < _MOST_NAMES:
                self.names[name] = found
        return found

    def label(self, label: Label) -> Label:
        """Return the one that equals ``label``."""
        return self.labels.setdefault(label, label) if len(self.labels) < _MOST_NAMES else label

    def part(self, length: int, label: Label) -> Part:
        """Return the part that is all of a value of ``length`` and is of ``label``."""
        found = self.parts.get((length, id(label)))
        if found is None:
            part = Part(span=Span(start=0, end=length), origins=(label.origin,), secrecy=label.secrecy)
            found = label, part
            if len(self.parts) < _MOST_NAMES:
                self.parts[length, id(label)] = found
        return found[1]

    def without_words(self) -> Seen:
        """Return what is no part of any content."""
        seen = Seen()
        seen.labels = self.labels
        return seen

    def __repr__(self) -> str:
        return f"Seen(names={len(self.names)}, labels={len(self.labels)})"


class Entry:
    """A piece of content that was read."""

    __slots__ = ("chars", "is_whole", "kind", "labels", "leaves", "level", "records")

    def __init__(
        self, content: JsonValue, *, label: Label, fields: Mapping[str, Label], seen: Seen | None = None
    ) -> None:
        self.kind = label.origin.kind
        self.records: list[Record] = []
        self.leaves: list[Leaf] = []
        self.chars = 0
        self.is_whole = True
        """Whether all of it is here, and not only its beginning."""

        reader = _Reader(self, label=label, fields=fields, seen=seen or Seen())
        reader.read(content)
        self.labels = tuple({id(leaf.label): leaf.label for leaf in self.leaves}.values())
        if not self.is_whole:
            self.labels = (*self.labels, label, *fields.values())
        self.level: Mapping[str, tuple[Any, ...]] = reader.level
        for key, several in reader.several.items():
            reader.level[key] = tuple(several)

    def __repr__(self) -> str:
        return f"Entry(leaves={len(self.leaves)}, characters={self.chars})"


class _Reader:
    """Puts the leaves of a content into its entry."""

    def __init__(self, entry: Entry, *, label: Label, fields: Mapping[str, Label], seen: Seen) -> None:
        self.entry = entry
        self.seen = seen
        self.label = label
        self.fields = [(pattern.split("/")[1:], given) for pattern, given in fields.items()]
        self.fields.sort(key=lambda row: len(row[0]), reverse=True)
        self.known: dict[tuple[str, ...], tuple[str, Label]] = {}
        self.steps: dict[str, str] = {}
        self.level: dict[str, Any] = {}
        """Leaves by key."""

        self.several: dict[str, list[Leaf]] = {}
        """Those of the keys that several leaves have."""

    def read(self, content: JsonValue) -> None:
        if isinstance(content, str):
            parsed = as_json(content)
            if parsed is None and self.label.origin.kind is SourceKind.TOOL:
                parsed = structured(content)
                self.doubt()
            if parsed is None:
                given = [label for _, label in self.fields]
                if given:
                    self.label = replace(
                        self.label, secrecy=most_secret(self.label.secrecy, *(label.secrecy for label in given))
                    )
                self.text(content, (), None)
                return
            content = parsed
        self.walk(content, (), self.record(None), 0)

    def doubt(self) -> None:
        """Trust no field where not all are trusted: in text one field may have been written into another."""
        if all(label.origin.trusted for label in (self.label, *(given for _, given in self.fields))):
            return
        self.label = _untrusted(self.label)
        self.fields = [(pattern, _untrusted(given)) for pattern, given in self.fields]

    def record(self, above: Record | None) -> Record:
        made = Record(above)
        self.entry.records.append(made)
        return made

    def walk(self, content: JsonValue, path: tuple[str, ...], record: Record, depth: int) -> None:
        if isinstance(content, str):
            self.text(content, path, record)
        elif depth > _MAX_DEPTH and isinstance(content, Mapping | list | tuple):
            self.entry.is_whole = False
        elif isinstance(content, Mapping):
            self.members(content, path, record, depth)
        elif isinstance(content, list | tuple):
            below = (*path, "*")
            for one in content:
                if self.is_full():
                    return
                inner = self.record(record) if isinstance(one, Mapping | list | tuple) else record
                self.walk(one, below, inner, depth + 1)
        elif content is not None:
            self.number(content, path, record)

    def members(self, content: Mapping[str, JsonValue], path: tuple[str, ...], record: Record, depth: int) -> None:
        is_map = len(content) > 1 and all(isinstance(one, Mapping) for one in content.values())
        for name, one in content.items():
            if self.is_full():
                return
            below = (*path, name)
            is_data = is_map or not self.seen.is_schema(name)
            inner = self.record(record) if is_data else record
            if name and (is_data or below not in self.known):
                self.text(name, below, inner if is_data else None, is_name=True)
            self.walk(one, below, inner, depth + 1)

    def is_full(self) -> bool:
        """Return whether no leaf more is taken; there is one."""
        if len(self.entry.leaves) < MAX_LEAVES:
            return False
        self.entry.is_whole = False
        return True

    def room(self, text: str) -> int:
        """Return how many characters of ``text`` are taken."""
        left = max(0, MAX_CONTENT_CHARS - self.entry.chars)
        if len(text) > left:
            self.entry.is_whole = False
        return left

    def text(self, value: str, path: tuple[str, ...], record: Record | None, *, is_name: bool = False) -> None:
        left = MAX_CONTENT_CHARS - self.entry.chars
        if len(value) > left:
            self.entry.is_whole = False
            value = value[:left]
        if value and not self.is_full():
            spelling = spelled(value, self.seen.words)
            pointer, label = self.known.get(path) or self.labelled(path)
            leaf = Leaf(value, label=label, pointer=pointer, record=record, is_name=is_name, spelling=spelling)
            self.put(leaf, _keys_of_text(value, spelling))

    def number(self, value: float, path: tuple[str, ...], record: Record) -> None:
        if not self.is_full():
            pointer, label = self.known.get(path) or self.labelled(path)
            leaf = Leaf(value, label=label, pointer=pointer, record=record)
            self.put(leaf, _keys_of_number(value, leaf.text))

    def put(self, leaf: Leaf, keys: Collection[str]) -> None:
        self.entry.leaves.append(leaf)
        self.entry.chars += len(leaf.text)
        if leaf.record is not None:
            leaf.record.leaves.append(leaf)
        one, level = (leaf,), self.level
        for key in keys:
            here = level.setdefault(key, one)
            if here is not one:
                self.several.setdefault(key, [here[0]]).append(leaf)

    def labelled(self, path: tuple[str, ...]) -> tuple[str, Label]:
        """Return the pointer of what lies at ``path``, and its label."""
        pointer = "".join([f"/{self.step(name)}" for name in path])
        label = self.label
        for pattern, given in self.fields:
            if len(pattern) <= len(path) and all(
                sign in ("*", name) for sign, name in zip(pattern, path, strict=False)
            ):
                label = given
                break
        if pointer and len(self.known) < MAX_FIELDS:
            of = label.origin
            origin = Origin(kind=of.kind, name=of.name, field=pointer[:200], trusted=of.trusted)
            label = Label(origin=origin, secrecy=label.secrecy)
        found = self.known[path] = pointer, self.seen.label(label)
        return found

    def step(self, name: str) -> str:
        """Return a name as a pointer has it, each worked out once."""
        found = self.steps.get(name)
        if found is None:
            found = self.steps[name] = _step(name)
        return found


def _step(name: str) -> str:
    """Return a name as a pointer has it; of a long one its beginning, and what tells it from others."""
    if len(name) > _LONGEST_STEP:
        name = f"{name[:_LONGEST_STEP]}…{blake2b(name.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}"
    return name.replace("~", "~0").replace("/", "~1")


def _untrusted(label: Label) -> Label:
    return replace(label, origin=replace(label.origin, trusted=False))


def as_json(text: str) -> JsonValue:
    """Return what ``text`` says as a JSON object or list; None: it is neither."""
    said = text.strip()
    if not said or said[0] not in "{[" or said[-1] not in "]}" or len(said) > _MAX_JSON_CHARS:
        return None
    try:
        parsed: JsonValue = json.loads(said)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict | list) else None
