"""What an adapter of a protocol gives: segments of whole messages and of streams, and the way back into both.

An adapter reads and writes. It decides nothing and knows no rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from roadworthy.core.digest import JsonValue
from roadworthy.guard.event import UnknownField, Usage
from roadworthy.guard.run.call import Definition
from roadworthy.guard.segment import Segment
from roadworthy.guard.stream.model import Piece, Release
from roadworthy.guard.verdict import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A message as segments."""

    segments: tuple[Segment, ...]
    unknown: tuple[UnknownField, ...] = ()
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    definitions: tuple[Definition, ...] = ()
    """Of the tools that the message offers, sorted by tool."""

    streamed: bool = False
    """For a request: whether it asks for a stream."""


class MessageCodec(Protocol):
    """Whole messages of one kind (a request, an answer) of one protocol.

    Implementations pass ``tests/contract/test_message_codec.py``.
    """

    @property
    def name(self) -> str:
        """Such as ``openai.chat.request``."""
        ...

    def decode(self, body: JsonValue) -> Decoded:
        """Return every field of ``body`` that carries text, and what is not known.

        Raises:
            ConfigError: If ``body`` is no message of this kind; it names the field, and repeats no content.
        """
        ...

    def encode(self, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str] = ()) -> JsonValue:
        """Return ``body`` with other texts at some paths and without the ``stripped`` ones.

        With neither it is ``body``, equal in every part. What repeats a text that is changed (log probabilities,
        a copy in a second field) is changed or removed as well.

        Args:
            body: As it was decoded; it is not changed.
            texts: New text by `Segment.path`.
            stripped: Paths of unknown fields to leave out.
        """
        ...

    def blocked(self, body: JsonValue, decision: Decision) -> JsonValue:
        """Return what a client of this protocol is told in place of the answer to (or of) ``body``."""
        ...


class StreamCodec(Protocol):
    """One stream of one protocol, made anew for each stream.

    Implementations pass ``tests/contract/test_stream_codec.py``.
    """

    def feed(self, data: bytes) -> Sequence[Piece]:
        """Take in bytes as they came off the wire, cut anywhere, and return what became whole by them.

        Raises:
            ConfigError: If this is no stream of the protocol.
        """
        ...

    def end(self) -> Sequence[Piece]:
        """Say that no more bytes come, and return what is left."""
        ...

    def emit(self, releases: Sequence[Release]) -> bytes:
        """Return the bytes that may leave, given what may leave of each field.

        Where all of a stream is released unchanged, the bytes that left are those that came.
        """
        ...

    def finish(self) -> bytes:
        """Return the bytes that were still held, once everything was released."""
        ...

    def stop(self, decision: Decision) -> bytes:
        """Return the events that end the stream as its protocol has it, with the user's message."""
        ...
