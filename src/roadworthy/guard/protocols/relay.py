"""A stream of server-sent events on its way through: each event waits until all that it says may leave.

A protocol's codec says what an event holds (`RelayedStream.read`) and how a field goes on (`RelayedStream.further`).
Events leave in the order in which they came, with their own bytes where nothing in them was changed.
"""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.editing import (
    Change,
    mending,
    rebuilt,
    replacing,
)
from roadworthy.guard.protocols.half import whole_characters
from roadworthy.guard.protocols.relay_event import Held, Slot, begun_first, without_padding, written_json
from roadworthy.guard.protocols.relay_field import RelayedField
from roadworthy.guard.protocols.sse import EventReader, ServerSentEvent, rewritten
from roadworthy.guard.protocols.walk import (
    Put,
    Walk,
)
from roadworthy.guard.segment import Channel, Segment
from roadworthy.guard.stream.model import Closed, Foreign, Opened, Piece, Release, Stripped, Text
from roadworthy.guard.verdict import Decision

MAX_HELD_BYTES = 64_000_000
"""Most bytes of one stream that wait for their release."""

MAX_FIELDS = 100_000
"""Most fields of one stream."""

_OWN = "event/"
"""Start of the keys of fields that are whole in one event."""

_ECHO = "echo/"
"""Start of the keys of fields that later events repeat."""

_OF_CALLS = (Channel.TOOL_NAME, Channel.TOOL_ARGUMENT)
_COMMENT = re.compile(r"[A-Za-z -]{0,24}")
_OTHER = re.compile(r"[A-Za-z0-9_-]{0,64}")


class RelayedStream(ABC):
    """The part of a `StreamCodec` that is the same for every protocol of server-sent events."""

    protocol: str
    """Name for errors and unknown fields."""

    echoed_under: str = "/response/"
    """Start of the paths at which event after event repeats the same text: it is judged once."""

    def __init__(self) -> None:
        self._echoes: dict[str, str] = {}
        self._reader = EventReader()
        self._queue: deque[Held] = deque()
        self._waiting = 0
        self._fields: dict[str, RelayedField] = {}
        self._opened: set[str] = set()
        self._open: dict[str, None] = {}
        self._closed: set[str] = set()
        self._stripped: set[str] = set()
        self._halves: dict[str, str] = {}
        self._events = count()
        self._number = 0
        self._ended = self._stopped = self._complete = False

    def feed(self, data: bytes) -> Sequence[Piece]:
        """Take in bytes, cut anywhere, and return what became whole by them.

        Raises:
            ConfigError: If this is no stream of the protocol, or more waits than `MAX_HELD_BYTES`.
        """
        if self._stopped or self._ended:
            return ()
        return self._taken(self._reader.feed(data))

    def end(self) -> Sequence[Piece]:
        """Say that no more bytes come, and return what is left; fields that are still open are closed."""
        if self._stopped or self._ended:
            return ()
        pieces = self._taken(self._reader.end())
        self._ended = True
        return (*pieces, *self.closed(self.open_keys()))

    def emit(self, releases: Sequence[Release]) -> bytes:
        """Return the bytes of the events that may leave, given what may leave of each field.

        Raises:
            ValueError: If something is released that has not come.
        """
        for release in releases:
            if isinstance(release, Stripped):
                self._stripped.add(release.path)
                continue
            relayed = self._fields.get(release.key)
            if relayed is None:
                raise ValueError("something is released of a field that was never opened")
            relayed.released(release.text, consumed=release.consumed, closes=release.closes)
        return b"" if self._stopped else self._left()

    def finish(self) -> bytes:
        """Return what can leave at the end. What was not released stays."""
        if self._stopped:
            return b""
        out = [self._left()]
        if self._ended and not self._queue:
            out += [self._more(key, relayed.rest()) for key, relayed in self._fields.items()]
        return b"".join(out)

    def stop(self, decision: Decision) -> bytes:
        """Return what was released and has not left, and the events that end the stream with the user's message.

        Where all of the stream has left already, nothing can be added to it.
        """
        if self._stopped:
            return b""
        out = [self._left()]
        if self._queue:
            held = self._queue[0]
            out += [
                self._more(slot.key, self._fields[slot.key].taken(min(slot.end, self._fields[slot.key].covered)))
                for slot in held.slots
                if not slot.whole and not held.needs
            ]
        self._stopped = True
        self._queue.clear()
        return b"".join(out) + (b"" if self._complete else self.stopped(decision))

    @abstractmethod
    def read(self, held: Held) -> Sequence[Piece]:
        """Return what ``held`` says, and note in it which values wait for what."""

    @abstractmethod
    def further(self, key: str, text: str) -> bytes:
        """Return an event with more text of a field, where there is no event for it to go into."""

    @abstractmethod
    def stopped(self, decision: Decision) -> bytes:
        """Return the events that end the stream, whatever has left of it."""

    def leaving(self, data: JsonValue) -> JsonValue:
        """Return the data of an event that leaves, where the protocol has more to mend in it; here nothing."""
        return data

    @abstractmethod
    def passed(self, data: JsonValue) -> None:
        """Learn that an event with ``data`` has left."""

    # What codecs use to say what an event holds.

    def part(self, held: Held, key: str, segment: Segment, *, put: Put | None = None) -> list[Piece]:
        """Note more text of a field.

        Raises:
            ConfigError: If the field was closed before, or the stream has too many.
        """
        pieces: list[Piece] = []
        if key in self._closed:
            if not segment.text:
                return pieces
            raise self.wrong(segment.path, "text for a field that is not over", "more text after its end")
        if key not in self._opened:
            pieces.append(self._opening(key, segment))
        text = segment.text
        if self._halves or not text.isascii():
            # What stood there differs from what is judged then, so that both events are written anew.
            text, self._halves[key] = whole_characters(self._halves.pop(key, ""), text)
            if not self._halves[key]:
                del self._halves[key]
        start, end = self._fields[key].came(text)
        held.slots.append(Slot(key, segment.path, start, end, segment.text, put=put))
        if text:
            pieces.append(Text(key=key, text=text))
        return pieces

    def opened(self, key: str, segment: Segment) -> list[Piece]:
        """Note that a field begins, if it has not begun before."""
        return [] if key in self._opened else [self._opening(key, segment)]

    def own(self, held: Held, segment: Segment, *, put: Put | None = None) -> list[Piece]:
        """Note a text that is whole in this event."""
        if not segment.text:
            return []
        if segment.channel in _OF_CALLS:
            segment = replace(segment, call=f"{segment.call}#{self._number}")
        known = self._echo(segment)
        if known in self._echoes:
            key = self._echoes[known]
            held.slots.append(Slot(key, segment.path, 0, self._fields[key].length, segment.text, whole=True, put=put))
            held.needs.append(key)
            return []
        key = f"{_OWN}{next(self._events)}{segment.path}"
        if known:
            key = f"{_ECHO}{key}"
            self._echoes[known] = key
        pieces = self.part(held, key, segment, put=put)
        held.needs.append(key)
        return [*pieces, *self.closed([key])]

    def _echo(self, segment: Segment) -> str:
        """Return what a text is known by that later events may repeat at the same place; empty for none."""
        if not segment.path.startswith(self.echoed_under):
            return ""
        digest = hashlib.blake2b(segment.text.encode(), digest_size=16).hexdigest()
        return f"{segment.path} {segment.stage} {segment.role} {segment.channel} {segment.source} {digest}"

    def copy(self, held: Held, key: str, segment: Segment) -> list[Piece]:
        """Note a text that is all of a field once more. Where it is not, it is a field of its own."""
        relayed = self._fields.get(key)
        if relayed is None or key not in self._closed or not relayed.is_all(segment.text):
            return self.own(held, segment)
        held.slots.append(Slot(key, segment.path, 0, relayed.length, segment.text, whole=True))
        held.needs.append(key)
        return []

    def closed(self, keys: Sequence[str]) -> list[Piece]:
        """Note that fields are over."""
        over = [key for key in keys if key in self._open]
        for key in over:
            del self._open[key]
        self._closed.update(over)
        return [Closed(key=key) for key in over]

    def open_keys(self, *, under: str = "") -> list[str]:
        """Return the keys of fields that are open, or of those whose key starts with ``under``."""
        return [key for key in self._open if key.startswith(under)]

    def foreign(self, held: Held, path: str, characters: int, *, pointer: str | None) -> Piece:
        """Note what is not known."""
        held.foreign.append((path, pointer))
        return Foreign(path=path, characters=characters)

    def tie(self, held: Held, walk: Walk) -> None:
        """Note which values of the event repeat its texts."""
        for tie in walk.ties:
            for slot in held.slots:
                if slot.pointer == tie.of:
                    slot.ties.append((tie.at, tie.then))

    def wrong(self, path: str, wanted: str, got: str) -> ConfigError:
        """Return the error that something else stands at ``path`` than should."""
        return Walk(protocol=self.protocol).wrong(path, wanted, got)

    def _opening(self, key: str, segment: Segment) -> Opened:
        if len(self._opened) >= MAX_FIELDS:
            raise ConfigError(
                f"a stream of {self.protocol} has more than {MAX_FIELDS:,} fields", fix="end the stream earlier"
            )
        path = segment.path if key.startswith((_OWN, _ECHO)) else f"/{key}"
        segment = replace(segment, text="", path=path)
        self._opened.add(key)
        self._open[key] = None
        self._fields[key] = RelayedField()
        return Opened(key=key, segment=segment)

    def _taken(self, events: Sequence[ServerSentEvent]) -> list[Piece]:
        pieces: list[Piece] = []
        for event in events:
            held = Held(event)
            self._number += 1
            here = self._beside(held)
            if event.data is not None:
                here += self.read(held)
            pieces += begun_first(here)
            self._queue.append(held)
            self._waiting += len(event.raw)
        if self._waiting > MAX_HELD_BYTES:
            raise ConfigError(
                f"more than {MAX_HELD_BYTES:,} bytes of a stream of {self.protocol} wait for their release",
                fix="have the route let text through earlier, or have the model answer in less",
            )
        return pieces

    def _beside(self, held: Held) -> list[Piece]:
        """Note comments and other fields of the event that no client shows: short ones are known."""
        event, pieces = held.event, []
        odd = [comment for comment in event.comments if _COMMENT.fullmatch(comment) is None]
        odd += [value for name, value in event.others if name not in ("id", "retry") or _OTHER.fullmatch(value) is None]
        if odd:
            pieces.append(self.foreign(held, "comment", sum(map(len, odd)), pointer=None))
        return pieces

    def _left(self) -> bytes:
        out = []
        while self._queue and self._is_ready(self._queue[0]):
            held = self._queue.popleft()
            self._waiting -= len(held.event.raw)
            out.append(self._written(held))
        return b"".join(out)

    def _is_ready(self, held: Held) -> bool:
        fields = self._fields
        if any(not fields[key].is_closed or fields[key].covered < fields[key].length for key in held.needs):
            return False
        return all(slot.whole or fields[slot.key].covered >= slot.end for slot in held.slots)

    def _written(self, held: Held) -> bytes:
        changes: dict[str, list[Change]] = {}
        for slot in held.slots:
            relayed = self._fields[slot.key]
            text = relayed.text if slot.whole else relayed.taken(slot.end)
            if text != slot.text:
                changes.setdefault(slot.pointer, []).append(replacing(text, put=slot.put))
                for pointer, then in slot.ties:
                    changes.setdefault(pointer, []).append(mending(then, before=slot.text, after=text))
        for key, pointer in held.emptied:
            if self._fields[key].is_changed:
                changes.setdefault(pointer, []).append(replacing(""))
        before = b"".join(self._more(key, self._fields[key].rest()) for key in held.ends)
        self._forget(held)
        self._complete = self._complete or held.is_last
        return before + self._bytes(held, changes)

    def _forget(self, held: Held) -> None:
        """Drop the fields that were whole in an event which leaves."""
        for key in held.needs:
            if key.startswith(_OWN):
                del self._fields[key]
                self._opened.discard(key)
                self._closed.discard(key)

    def _bytes(self, held: Held, changes: dict[str, list[Change]]) -> bytes:
        gone = [pointer for path, pointer in held.foreign if path in self._stripped]
        if None in gone:
            return b""
        data = rebuilt(held.data, changes=changes, removed=[pointer for pointer in gone if pointer is not None])
        if data is not held.data:
            data = without_padding(data)
        data = self.leaving(data)
        self.passed(data)
        return held.event.raw if data is held.data else rewritten(held.event, data=written_json(data))

    def _more(self, key: str, text: str) -> bytes:
        return self.further(key, text) if text else b""
