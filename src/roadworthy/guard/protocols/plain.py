"""Plain calls: what a callable is given and what it gives back, as JSON values or as text that comes bit by bit."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.event import Usage
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.editing import (
    EMPTIED,
    encoded,
    put_value,
)
from roadworthy.guard.protocols.leaf import (
    is_named,
    json_text,
)
from roadworthy.guard.protocols.pointer import child
from roadworthy.guard.protocols.strict_json import bounded
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
    Writing,
    dumped,
)
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.stream.model import Closed, Opened, Piece, Release, Released, Text
from roadworthy.guard.verdict import Decision

PROTOCOL = "plain"
_LONG_NUMBER = 7
_RUNS = re.compile(r"[A-Z]+|[a-z]+")
_MAX_FIELD = 40
_MAX_DIGITS = 4
_MAX_RUNS, _MAX_LOWER, _MAX_UPPER = 10, 20, 8


def is_field(name: str) -> bool:
    """Return whether the name of a member is plainly one of a field: a few words of letters, and hardly a digit.

    A key, a number or a sentence that stands as a name would be read by nobody else.

    >>> is_field("order_id"), is_field("lineItems2"), is_field("AKIAQWERTYUIOPASDFGH"), is_field("tel-0171-5550123")
    (True, True, False, False)
    """
    if not is_named(name) or name.isdecimal():
        return is_named(name)
    runs = _RUNS.findall(name)
    return (
        len(name) <= _MAX_FIELD
        and sum(map(str.isdecimal, name)) <= _MAX_DIGITS
        and len(runs) <= _MAX_RUNS
        and all(len(run) <= (_MAX_UPPER if run.isupper() else _MAX_LOWER) for run in runs)
    )


class Call(StrEnum):
    """Which side of a call is judged."""

    ARGUMENTS = "arguments"
    RESULT = "result"


class PlainCall:
    """The arguments or the result of a callable: a text, or JSON values with texts in them.

    Where the callable answers people, each text in it is one of its own: the user's on the way in, the model's on the
    way out. Where it is a tool, its arguments are one JSON text, as they are in every protocol. A mapping with a name
    that is not plainly one of a field (`is_field`) is judged as its JSON text, names and all.

    Args:
        call: Which side.
        tool: Name of the tool; empty: the callable is no tool.
    """

    def __init__(self, call: Call, *, tool: str = "") -> None:
        self.name = f"plain.{'tool_' if tool else ''}{call.value}"
        self._is_tool_call = bool(tool) and call is Call.ARGUMENTS
        self._place = _place(call, tool=tool)

    def decode(self, body: JsonValue) -> Decoded:
        """Return every text in ``body``.

        Raises:
            ConfigError: If it holds what JSON cannot say.
        """
        bounded(body, where="the call")
        calls = Usage(tool_calls=1) if self._is_tool_call else Usage()
        return Decoded(segments=tuple(self._walked(body).segments), usage=calls)

    def encode(self, body: JsonValue, texts: Mapping[str, str], *, stripped: Sequence[str] = ()) -> JsonValue:
        """Return ``body`` with other texts; nothing in it is unknown, so that nothing is stripped."""
        return encoded(body, self._walked(body), texts=texts, stripped=stripped)

    def blocked(self, body: JsonValue, decision: Decision) -> JsonValue:
        """Return the words for the user."""
        return decision.message if decision.message.strip() else EMPTIED

    def _walked(self, body: JsonValue) -> Walk:
        walk = Walk(protocol=PROTOCOL)
        if self._is_tool_call:
            json_text(self._place.channel)(walk, body, "", self._place)
        else:
            self._look(body, "", walk)
        return walk

    def _look(self, value: JsonValue, path: str, walk: Walk) -> None:
        if isinstance(value, str):
            if value:
                walk.text(value, path, self._place)
        elif isinstance(value, dict) and not all(map(is_field, value)):
            json_text(self._place.channel, put=put_value)(walk, value, path, self._place)
        elif isinstance(value, dict):
            for name, item in value.items():
                self._look(item, child(path, name), walk)
        elif isinstance(value, (list, tuple)):
            for number, item in enumerate(value):
                self._look(item, f"{path}/{number}", walk)
        elif isinstance(value, (int, float)) and len(digits := dumped(value)) >= _LONG_NUMBER:
            walk.text(digits, path, self._place, writing=Writing(put=put_value))


class PlainStream:
    """Text that a callable gives bit by bit, as UTF-8."""

    name = "plain.stream"

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_open = False
        self._has_said = False

    def feed(self, data: bytes) -> Sequence[Piece]:
        """Take in bytes and return the text that became whole by them.

        Raises:
            ConfigError: If they are not UTF-8.
        """
        return self._pieces(data, final=False)

    def end(self) -> Sequence[Piece]:
        """Say that no more bytes come.

        Raises:
            ConfigError: If the last character is cut off.
        """
        return [*self._pieces(b"", final=True), Closed(key="text")]

    def emit(self, releases: Sequence[Release]) -> bytes:
        """Return the bytes that may leave."""
        text = "".join(one.text for one in releases if isinstance(one, Released))
        self._has_said = self._has_said or bool(text)
        return text.encode()

    def finish(self) -> bytes:
        """Return nothing: nothing is held but what was not released."""
        return b""

    def stop(self, decision: Decision) -> bytes:
        """Return the words for the user, on a line of their own."""
        said = decision.message if decision.message.strip() else EMPTIED
        return (f"\n{said}" if self._has_said else said).encode()

    def _pieces(self, data: bytes, *, final: bool) -> list[Piece]:
        try:
            text = self._decoder.decode(data, final)
        except UnicodeDecodeError:
            raise ConfigError("the text of a stream is not UTF-8", fix="have the callable give UTF-8") from None
        pieces: list[Piece] = []
        if not self._is_open:
            self._is_open = True
            place = _place(Call.RESULT, tool="")
            segment = Segment(
                stage=place.stage, role=place.role, channel=place.channel, source=place.source, text="", path=""
            )
            pieces.append(Opened(key="text", segment=segment))
        return [*pieces, Text(key="text", text=text)] if text else pieces


def _place(call: Call, *, tool: str) -> Place:
    if call is Call.ARGUMENTS:
        if not tool:
            return Place(stage=Stage.INPUT, role=Role.USER, source=Source(kind=SourceKind.USER))
        stage, role, channel = Stage.TOOL_CALL, Role.ASSISTANT, Channel.TOOL_ARGUMENT
        source = Source(kind=SourceKind.MODEL)
    elif tool:
        stage, role, channel = Stage.TOOL_RESULT, Role.TOOL, Channel.TOOL_RESULT
        source = Source(kind=SourceKind.TOOL, name=tool)
    else:
        return Place(stage=Stage.OUTPUT, role=Role.ASSISTANT, source=Source(kind=SourceKind.MODEL))
    return Place(stage=stage, role=role, channel=channel, source=source, tool=tool)
