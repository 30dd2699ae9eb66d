"""Server-sent events: bytes as they come off the wire, as events that keep their own bytes.

Source: WHATWG, *HTML Living Standard*, section 9.2 (server-sent events).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from roadworthy.core.errors import ConfigError

MAX_EVENT_BYTES = 4_000_000
"""Longest single event that is read, in bytes."""

_BOM = b"\xef\xbb\xbf"
_LF, _CR = 0x0A, 0x0D


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSentEvent:
    """One event, or comments that stood alone between two empty lines."""

    raw: bytes = field(repr=False)
    """Its bytes as they came, with the empty line that ends it: all of them joined are the stream."""

    event: str = ""
    """Its ``event`` field; empty for none."""

    data: str | None = field(default=None, repr=False)
    """Its ``data`` lines, joined by a line feed; None: it has none, so that a client sees nothing of it."""

    comments: tuple[str, ...] = field(default=(), repr=False)
    others: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Further fields with their values, such as ``("id", "7")``."""

    whole: bool = True
    """Whether the empty line that ends it came; without it clients differ in whether they read it."""


class EventReader:
    r"""Cuts one stream of bytes into events, wherever the reads were cut.

    Args:
        limit: Longest event, in bytes.

    >>> reader = EventReader()
    >>> reader.feed(b"event: ping\r\nda"), [e.data for e in reader.feed(b"ta: {}\r\n\r\n")]
    ((), ['{}'])
    """

    def __init__(self, *, limit: int = MAX_EVENT_BYTES) -> None:
        self._limit = limit
        self._held = bytearray()
        self._seen = 0
        self._line = 0
        self._lines: list[bytes] = []
        self._first = True

    def feed(self, data: bytes) -> tuple[ServerSentEvent, ...]:
        """Take in more bytes and return the events that became whole by them.

        Raises:
            ConfigError: If an event is longer than the limit, or is not UTF-8.
        """
        self._held += data
        return tuple(self._cut(final=False))

    def end(self) -> tuple[ServerSentEvent, ...]:
        """Say that no more bytes come, and return what is left: at most one event, which may not be `whole`.

        Raises:
            ConfigError: As `feed`.
        """
        events = self._cut(final=True)
        if self._held:
            if self._line < len(self._held):
                self._lines.append(bytes(self._held[self._line :]))
            events.append(self._made(len(self._held), whole=False))
        return tuple(events)

    def _cut(self, *, final: bool) -> list[ServerSentEvent]:
        events = []
        while (place := self._end_of_line(final=final)) is not None:
            stop, after = place
            line = bytes(self._held[self._line : stop])
            self._line = self._seen = after
            if line and not (self._first and line == _BOM):
                self._lines.append(line)
            else:
                events.append(self._made(after, whole=True))
        if len(self._held) > self._limit:
            raise ConfigError(
                f"an event of the stream is longer than {self._limit:,} bytes",
                fix="have the model's server send smaller events",
            )
        return events

    def _end_of_line(self, *, final: bool) -> tuple[int, int] | None:
        """Return where the next line ends and the one after it starts. A CR that came last may be half of a CRLF."""
        held = self._held
        feed, carriage = held.find(_LF, self._seen), -1
        carriage = held.find(_CR, self._seen, feed if feed >= 0 else len(held))
        if carriage < 0:
            if feed < 0:
                self._seen = len(held)
                return None
            return feed, feed + 1
        if carriage + 1 == len(held) and not final:
            self._seen = carriage
            return None
        return carriage, carriage + 1 + (held[carriage + 1 : carriage + 2] == b"\n")

    def _made(self, size: int, *, whole: bool) -> ServerSentEvent:
        raw = bytes(self._held[:size])
        del self._held[:size]
        self._line = self._seen = 0
        lines, self._lines = self._lines, []
        first, self._first = self._first, False
        if len(raw) > self._limit:
            raise ConfigError(
                f"an event of the stream is longer than {self._limit:,} bytes",
                fix="have the model's server send smaller events",
            )
        return _parsed(raw, lines, whole=whole, first=first)


def _parsed(raw: bytes, lines: Sequence[bytes], *, whole: bool, first: bool) -> ServerSentEvent:
    event, data, comments, others = "", [], [], []
    for number, line in enumerate(lines):
        text = _decoded(line.removeprefix(_BOM) if first and not number else line)
        name, colon, value = text.partition(":")
        value = value.removeprefix(" ")
        if not name and colon:
            comments.append(value)
        elif name == "data":
            data.append(value)
        elif name == "event":
            event = value
        elif name:
            others.append((name, value))
    return ServerSentEvent(
        raw=raw,
        event=event,
        data="\n".join(data) if data else None,
        comments=tuple(comments),
        others=tuple(others),
        whole=whole,
    )


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise ConfigError(
            "an event of the stream is not UTF-8", fix="have the model's server send UTF-8, as the protocol asks"
        ) from None


def written(data: str, *, event: str = "") -> bytes:
    r"""Return an event with ``data``, as the protocols write it.

    >>> written('{"a": 1}', event="ping")
    b'event: ping\ndata: {"a": 1}\n\n'
    """
    head = f"event: {event}\n" if event else ""
    body = "".join(f"data: {line}\n" for line in data.split("\n"))
    return f"{head}{body}\n".encode()


def rewritten(event: ServerSentEvent, *, data: str) -> bytes:
    """Return ``event`` with other ``data``, its other fields, comments and line ends as they came."""
    end = b"\r\n" if b"\r\n" in event.raw else b"\r" if b"\r" in event.raw and b"\n" not in event.raw else b"\n"
    lines, placed = [], False
    for line in event.raw.splitlines():
        if line.removeprefix(_BOM).split(b":", 1)[0] != b"data":
            lines.append(line)
        elif not placed:
            bom = _BOM if line.startswith(_BOM) else b""
            lines += [
                (bom if not number else b"") + b"data: " + part.encode() for number, part in enumerate(data.split("\n"))
            ]
            placed = True
    if event.whole and lines[-1:] != [b""]:
        lines.append(b"")
    return b"".join(line + end for line in lines)
