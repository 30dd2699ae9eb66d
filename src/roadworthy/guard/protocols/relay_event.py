"""Events of a stream while they wait, and what is written in their place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.sse import ServerSentEvent
from roadworthy.guard.protocols.strict_json import parsed
from roadworthy.guard.protocols.walk import (
    Mend,
    Put,
    Walk,
)
from roadworthy.guard.stream.model import Closed, Opened, Piece


@dataclass(slots=True)
class Slot:
    """A value in an event that takes its text from a field."""

    key: str
    pointer: str
    start: int = 0
    end: int = 0
    text: str = field(default="", repr=False)
    """What stood there."""

    whole: bool = False
    """Whether it is all of the field, not a part."""

    put: Put | None = None
    """What stands in place of the value, where it is not the text itself."""

    ties: list[tuple[str, Mend]] = field(default_factory=list)
    """Pointers of values that repeat the text, and what becomes of them where it is changed."""


@dataclass(slots=True)
class Held:
    """An event that waits."""

    event: ServerSentEvent
    data: JsonValue = field(default=None, repr=False)
    slots: list[Slot] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    """Keys of fields of which nothing may be missing before it leaves."""

    ends: list[str] = field(default_factory=list)
    """Keys of fields that it ends: what is still to be said of them goes before it."""

    is_last: bool = False
    """Whether a client reads nothing after it."""

    foreign: list[tuple[str, str | None]] = field(default_factory=list)
    """Paths of what is not known in it, with its pointer; None: the event itself."""

    emptied: list[tuple[str, str]] = field(default_factory=list)
    """Keys, and pointers of payloads that say the same and are emptied where the field was changed."""


def begun_first(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of one event with the ends of fields that begin in it last.

    Several fields of one tool call are in one event: it is whole only after all of them.
    """
    begun = {piece.key for piece in pieces if isinstance(piece, Opened)}
    over = [piece for piece in pieces if isinstance(piece, Closed) and piece.key in begun]
    return [piece for piece in pieces if not (isinstance(piece, Closed) and piece.key in begun)] + over


def event_json(held: Held, *, protocol: str) -> JsonValue:
    """Return the JSON of an event.

    Raises:
        ConfigError: If it is no JSON, or no object.
    """
    held.data = parsed(held.event.data or "", where=f"the data of an event of {protocol}")
    if not isinstance(held.data, dict):
        raise Walk(protocol=protocol).wrong("", "an object", "something else")
    return held.data


def without_padding(data: JsonValue) -> JsonValue:
    """Return ``data`` without the random text that hides its length: with another text it would tell the old one's."""
    if isinstance(data, dict) and "obfuscation" in data:
        return {name: value for name, value in data.items() if name != "obfuscation"}
    return data


def written_json(data: JsonValue) -> str:
    """Return ``data`` as the APIs write it, on one line.

    >>> written_json({"a": [1, "b"]})
    '{"a":[1,"b"]}'
    """
    return json.dumps(data, ensure_ascii=True, separators=(",", ":"))
