"""Messages with other texts at some paths. A message that is given is never changed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, cast

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.pointer import at, parts
from roadworthy.guard.protocols.walk import Mend, Put, Walk

Change: TypeAlias = Callable[[JsonValue], JsonValue]
"""What becomes of a value."""

EMPTIED = "[removed]"
"""What stands for a text of which nothing was left, where a protocol does not take an empty one."""


def encoded(body: JsonValue, walk: Walk, *, texts: Mapping[str, str], stripped: Sequence[str] = ()) -> JsonValue:
    """Return ``body`` with other texts, without the ``stripped`` unknown fields, and with what repeats them mended.

    Args:
        body: The message that ``walk`` has read.
        walk: What it holds.
        texts: New text by path; one that is the old text changes nothing.
        stripped: Paths of unknown fields.

    Raises:
        ValueError: If a path of ``texts`` is no segment's, or one of ``stripped`` no unknown field's.
    """
    before = {segment.path: segment.text for segment in walk.segments}
    for path in texts:
        if path not in before:
            raise ValueError(f"no segment stands at {path!r}")
    unknown = {field.path for field in walk.unknown}
    for path in stripped:
        if path not in unknown:
            raise ValueError(f"no unknown field stands at {path!r}")
    changed = {path: new for path, new in texts.items() if new != before[path]}
    changes: dict[str, list[Change]] = {}
    removed = list(stripped)
    for path, new in changed.items():
        writing = walk.writing(path)
        place = path if writing.at is None else writing.at
        if writing.drops:
            removed.append(place)
        else:
            changes.setdefault(place, []).append(replacing(new, put=writing.put))
    for tie in walk.ties:
        if tie.of in changed:
            changes.setdefault(tie.at, []).append(mending(tie.then, before=before[tie.of], after=changed[tie.of]))
    return rebuilt(body, changes=changes, removed=removed, fillers=walk.fillers)


def replacing(text: str, *, put: Put | None = None) -> Change:
    """Return the change of a value to ``text``, or to what ``put`` makes of the two."""
    return (lambda _: text) if put is None else (lambda value: put(value, text))


def mending(then: Mend, *, before: str, after: str) -> Change:
    """Return the change of a value that repeats a text which changed."""
    return lambda value: then(value, before, after)


def rebuilt(
    body: JsonValue,
    *,
    changes: Mapping[str, Sequence[Change]],
    removed: Sequence[str] = (),
    fillers: Mapping[str, Sequence[JsonValue]] | None = None,
) -> JsonValue:
    """Return ``body`` with the values at some paths changed and others removed, the innermost first.

    Args:
        body: It stays as it is; what is not touched is shared with it.
        changes: By path.
        removed: Paths that go; places in a list are those before anything went. None is left of it without the whole.
        fillers: What a list is filled with where all of it went, by its path.

    Raises:
        LookupError: If nothing stands at a path.

    >>> rebuilt({"a": [1, 2], "b": 3}, changes={"/a/0": [lambda _: 7]}, removed=["/b"])
    {'a': [7, 2]}
    """
    if not changes and not removed:
        return body
    root = _Branch()
    for path, several in changes.items():
        at(body, path)
        root.to(path).changes.extend(several)
    for path in removed:
        at(body, path)
        root.to(path).removed = True
    for path, filler in (fillers or {}).items():
        if (branch := root.known(path)) is not None:
            branch.filler = filler
    return None if root.removed else _applied(body, root)


class _Branch:
    """What is done at a place and beneath it."""

    __slots__ = ("below", "changes", "filler", "removed")

    def __init__(self) -> None:
        self.below: dict[str, _Branch] = {}
        self.changes: list[Change] = []
        self.removed = False
        self.filler: Sequence[JsonValue] = ()

    def to(self, path: str) -> _Branch:
        branch = self
        for part in parts(path):
            branch = branch.below.setdefault(part, _Branch())
        return branch

    def known(self, path: str) -> _Branch | None:
        branch: _Branch | None = self
        for part in parts(path):
            branch = branch.below.get(part) if branch is not None else None
        return branch


def _applied(value: JsonValue, branch: _Branch) -> JsonValue:
    below = branch.below
    if below and isinstance(value, dict):
        value = {
            name: _applied(member, below[name]) if name in below else member
            for name, member in value.items()
            if not (name in below and below[name].removed)
        }
    elif below:
        several = enumerate(cast("list[JsonValue]", value))
        value = [
            _applied(element, below[str(place)]) if str(place) in below else element
            for place, element in several
            if not (str(place) in below and below[str(place)].removed)
        ] or list(branch.filler)
    for change in branch.changes:
        value = change(value)
    return value


# --- what stands for a text that was edited


def put_some(value: JsonValue, text: str) -> JsonValue:
    """Return the text, or a stub where nothing is left of it: an empty text block makes the next turn fail."""
    return text if text.strip() else EMPTIED


def put_json(value: JsonValue, text: str) -> JsonValue:
    """Return the value that the JSON text says; an object that holds the text where it is no JSON object."""
    return parsed_object(text)


def put_value(value: JsonValue, text: str) -> JsonValue:
    """Return the value that the JSON text says; the text itself where it says none."""
    try:
        return cast("JsonValue", json.loads(text))
    except (ValueError, RecursionError):
        return text


def put_base64(value: JsonValue, text: str) -> str:
    """Return the text as base64."""
    return base64.b64encode(text.encode()).decode("ascii")


def put_block(value: JsonValue, text: str) -> JsonValue:
    """Return a text block that stands for a whole block."""
    return {"type": "text", "text": text if text.strip() else EMPTIED}


def parsed_object(text: str) -> dict[str, JsonValue]:
    """Return the JSON object that ``text`` says; where it says none, an object with the text in it.

    >>> parsed_object('{"a": 1}'), parsed_object('{"a": [EMAIL]}')
    ({'a': 1}, {'redacted': '{"a": [EMAIL]}'})
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, dict) else {"redacted": text or EMPTIED}
