"""Server-sent events of an application's own form: texts and JSON values, event by event and as they are joined.

A client may show each event by itself, or join what comes under the same name: a word at a time, or half of one. Each
text is judged both ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.editing import EMPTIED, Change, put_value, rebuilt
from roadworthy.guard.protocols.plain import Call, PlainCall, is_field
from roadworthy.guard.protocols.relay import RelayedStream
from roadworthy.guard.protocols.relay_event import Held
from roadworthy.guard.protocols.sse import rewritten, written
from roadworthy.guard.protocols.strict_json import parsed
from roadworthy.guard.protocols.walk import Put
from roadworthy.guard.segment import Segment
from roadworthy.guard.stream.model import Piece
from roadworthy.guard.verdict import Decision

_EVENT = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,40}|")


class PlainEvents(RelayedStream):
    r"""One stream of events (`StreamCodec`).

    >>> stream = PlainEvents()
    >>> pieces = stream.feed(b"data: bo\n\ndata: mb\n\n")
    >>> [piece.text for piece in pieces if hasattr(piece, "text") and piece.key == "joined"]
    ['bo', 'mb']
    """

    protocol = "plain.events"
    name = "plain.events"

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def read(self, held: Held) -> Sequence[Piece]:
        """Return what an event says: by itself, and as more of what came under the same name before."""
        held.data = _value(held.event.data or "")
        pieces: list[Piece] = []
        if _EVENT.fullmatch(held.event.event) is None:
            pieces.append(self.foreign(held, "event", len(held.event.event), pointer=None))
        self._count += 1
        for segment, put in _segments(held.data):
            alone = f"alone/{self._count}{segment.path}"
            held.needs.append(alone)
            pieces += [*self.part(held, alone, segment, put=put), *self.closed([alone])]
            if put is None:
                pieces += self.part(held, f"joined{segment.path}", segment)
        return pieces

    def further(self, key: str, text: str) -> bytes:
        """Return an event with more text, where the events are texts."""
        return written(text) if key == "joined" else b""

    def stopped(self, decision: Decision) -> bytes:
        """Return the words for the person."""
        return written(decision.message if decision.message.strip() else EMPTIED, event="error")

    def passed(self, data: JsonValue) -> None:
        """Learn nothing: events of this form do not lean on each other."""

    def _forget(self, held: Held) -> None:
        for key in held.needs:
            del self._fields[key]
            self._opened.discard(key)
            self._closed.discard(key)

    def _bytes(self, held: Held, changes: dict[str, list[Change]]) -> bytes:
        # Where both ways of reading a text change it, neither change may undo the other.
        sole = {at: several if len(several) == 1 else [_agreed(several)] for at, several in changes.items()}
        if not isinstance(held.data, _Bare) or not sole:
            return super()._bytes(held, sole)
        return rewritten(held.event, data=str(rebuilt(held.data, changes=sole)))


class _Bare(str):
    """The text of an event that is no JSON."""

    __slots__ = ()


def _value(data: str) -> JsonValue:
    """Return the JSON object, list or string of an event; else its text as it is."""
    try:
        found = parsed(data, where="an event")
    except ConfigError:
        return _Bare(data)
    return found if isinstance(found, (dict, list, str)) and _has_plain_names(found) else _Bare(data)


def _has_plain_names(value: JsonValue) -> bool:
    if isinstance(value, dict):
        return all(is_field(name) and _has_plain_names(one) for name, one in value.items())
    return not isinstance(value, list) or all(map(_has_plain_names, value))


def _segments(value: JsonValue) -> Iterator[tuple[Segment, Put | None]]:
    """Yield the texts of a value, with how one is written that is no text."""
    for segment in PlainCall(Call.RESULT).decode(value).segments:
        found: JsonValue = value
        for name in filter(None, segment.path.split("/")):
            found = found[int(name)] if isinstance(found, list) else found[name] if isinstance(found, dict) else found
        yield replace(segment, index=0), None if isinstance(found, str) else put_value


def _agreed(several: Sequence[Change]) -> Change:
    def change(value: JsonValue) -> JsonValue:
        made = [one(value) for one in several]
        return made[0] if all(one == made[0] for one in made) else EMPTIED

    return change
