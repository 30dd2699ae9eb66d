"""What one message holds: its texts, where they stand, what repeats them, how each is written, and what is not known.

A shape (`shape.py`) reads values into a `Walk`. Writing back (`editing.py`) follows what the walk noted, so that every
field that is read can be written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.event import UnknownField
from roadworthy.guard.segment import FAILED, Channel, Provenance, Role, Segment, Source, Stage, shown_path

Put: TypeAlias = Callable[[JsonValue, str], JsonValue]
"""What stands in place of a value whose text was changed: the value before, and the new text."""

Mend: TypeAlias = Callable[[JsonValue, str, str], JsonValue]
"""What a value that repeats a text becomes: the value before, the text before and the text after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of the text at some place of a message, before it is read."""

    stage: Stage
    role: Role
    source: Source
    channel: Channel = Channel.TEXT
    choice: int = 0
    call: str = ""
    tool: str = ""
    labels: tuple[str, ...] = ()
    provenance: Provenance | None = None
    key: str = ""
    """In a stream, what names the item or the choice that the text belongs to."""

    def failed(self) -> Place:
        """Return it for what a tool said of a call that did not come back as it should."""
        return replace(self, labels=tuple(sorted({*self.labels, FAILED})))


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How a text that was changed is written, where its value is not the text itself."""

    put: Put | None = None
    at: str | None = None
    """Path of the value that is replaced; None: that of the text."""

    drops: bool = False
    """Whether the value at ``at`` is left out instead."""


_AS_IT_IS = Writing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A value that repeats a text, or counts its characters."""

    of: str
    """Path of the text."""

    at: str
    """Path of the value."""

    then: Mend


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """In an event of a stream, a value that belongs to a field which comes in parts."""

    key: str
    """The field."""

    segment: Segment
    """With this part's text, which may begin or end with half of a character."""

    whole: bool = False
    """Whether it is all of the field once more, not more of it."""


class Walk:
    """Gathers what one message holds.

    Args:
        protocol: Name for errors and unknown fields.
        tools: Names of tools by the id of a call.
    """

    def __init__(self, *, protocol: str, tools: Mapping[str, str] | None = None) -> None:
        self.protocol = protocol
        self.tools = dict(tools or {})
        self.segments: list[Segment] = []
        self.unknown: list[UnknownField] = []
        self.ties: list[Tie] = []
        self.parts: list[Part] = []
        self.payloads: list[tuple[str, str]] = []
        """Keys of fields and paths of payloads (audio) that say the same in another form."""

        self.later: list[Callable[[], None]] = []
        """What can only be read once everything else was."""

        self.block = ""
        """Path of the innermost block that may be replaced or left out as a whole."""

        self.fillers: dict[str, Sequence[JsonValue]] = {}
        """What a list is filled with where nothing of it is left, by its path."""

        self._writings: dict[str, Writing] = {}

    def settle(self) -> Walk:
        """Read what had to wait for the rest, and return itself."""
        for reading in self.later:
            reading()
        self.later.clear()
        return self

    def made(self, text: str, path: str, place: Place, *, is_part: bool = False) -> Segment:
        """Return the segment of ``text``.

        Args:
            text: What is said.
            path: Where.
            place: What is known of it.
            is_part: Whether more of it comes, so that it may end within a character.

        Raises:
            ConfigError: If it is no text: half of a surrogate pair stands alone.
        """
        if not is_part and not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise self.wrong(path, "text", "half of a surrogate pair") from None
        return Segment(
            stage=place.stage,
            role=place.role,
            channel=place.channel,
            source=place.source,
            text=text,
            path=path,
            index=len(self.segments),
            choice=place.choice,
            call=place.call,
            tool=place.tool,
            labels=place.labels,
            provenance=place.provenance,
        )

    def text(self, text: str, path: str, place: Place, *, writing: Writing = _AS_IT_IS) -> None:
        """Take in a text; an empty one says nothing."""
        if text:
            self.segments.append(self.made(text, path, place))
            if writing is not _AS_IT_IS:
                self._writings[path] = writing

    def writing(self, path: str) -> Writing:
        """Return how the text at ``path`` is written."""
        return self._writings.get(path, _AS_IT_IS)

    def is_put_by(self, path: str, put: Put) -> None:
        """Say what stands in place of the value at ``path``."""
        self._writings[path] = Writing(put=put)

    def foreign(self, value: JsonValue, path: str) -> None:
        """Take in what no shape names."""
        self.unknown.append(UnknownField(path=path, protocol=self.protocol, characters=len(dumped(value))))

    def wrong(self, path: str, wanted: str, got: str) -> ConfigError:
        """Return the error that something else stands at ``path`` than should."""
        return wrong(self.protocol, path, wanted=wanted, got=got)


def wrong(protocol: str, path: str, *, wanted: str, got: str) -> ConfigError:
    """Return the error that something else stands at a place of a message than its protocol has there."""
    return ConfigError(
        f"{shown_path(path) or 'the message'} of a message of {protocol} must be {wanted}, got {got}",
        where=shown_path(path),
        fix="send the message as the protocol has it",
    )


@contextmanager
def named(codec: str) -> Iterator[None]:
    """Say in every error which codec could not read its message."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{error.problem} ({codec})", where=error.where, fix=error.fix) from None


def kind_of(value: JsonValue) -> str:
    """Return what kind of JSON ``value`` is, for messages.

    >>> kind_of({}), kind_of(True), kind_of("a")
    ('an object', 'true or false', 'text')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, (list, tuple)) else "a number"


def dumped(value: JsonValue) -> str:
    """Return the JSON text of ``value``, with characters as themselves."""
    return json.dumps(value, ensure_ascii=False)
