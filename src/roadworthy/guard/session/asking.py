"""Makes the events that a run asks the engine about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.definitions import definitions_of
from roadworthy.guard.protocols.strict_json import bounded
from roadworthy.guard.protocols.walk import dumped
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.session.ticket import Chunk

_MAX_NAME = 256
T = TypeVar("T")


def spoken(text: str, *, turn: int) -> Segment:
    """Return the user's words as a segment."""
    source = Source(kind=SourceKind.USER)
    return _said(text, stage=Stage.INPUT, role=Role.USER, source=source, path=f"/messages/{turn}/content")


def instructed(text: str, *, turn: int) -> Segment:
    """Return the operator's prompt as a segment."""
    source = Source(kind=SourceKind.OPERATOR)
    return _said(text, stage=Stage.INPUT, role=Role.SYSTEM, source=source, path=f"/messages/{turn}/content")


def answered(text: str) -> Segment:
    """Return what the model said as a segment."""
    source = Source(kind=SourceKind.MODEL)
    return _said(text, stage=Stage.OUTPUT, role=Role.ASSISTANT, source=source, path="/answer")


def fetched(chunks: Iterable[Chunk]) -> tuple[Segment, ...]:
    """Return what was retrieved as segments, one for each chunk."""
    return tuple(
        replace(
            _said(
                chunk.text,
                stage=Stage.RETRIEVAL,
                role=Role.TOOL,
                source=Source(
                    kind=SourceKind.DOCUMENT, name=chunk.provenance.document if chunk.provenance is not None else ""
                ),
                path=f"/chunks/{number}",
            ),
            channel=Channel.RETRIEVED_CHUNK,
            index=number,
            provenance=chunk.provenance,
        )
        for number, chunk in enumerate(chunks)
    )


def called(tool: str, arguments: str, *, id: str) -> tuple[Segment, Segment]:
    """Return a call as its two segments: the name and the arguments as JSON text."""

    def made(channel: Channel, text: str, path: str, index: int) -> Segment:
        return Segment(
            stage=Stage.TOOL_CALL,
            role=Role.ASSISTANT,
            source=Source(kind=SourceKind.MODEL),
            channel=channel,
            text=text,
            path=path,
            index=index,
            call=id,
            tool=tool,
        )

    return made(Channel.TOOL_NAME, tool, "/name", 0), made(Channel.TOOL_ARGUMENT, arguments, "/arguments", 1)


def defined(definitions: Sequence[JsonValue]) -> tuple[Segment, ...]:
    """Return definitions of tools as segments: the whole of each as its JSON text."""
    return tuple(
        Segment(
            stage=Stage.INPUT,
            role=Role.SYSTEM,
            channel=Channel.STRUCTURED_FIELD,
            source=Source(kind=SourceKind.SERVER),
            text=dumped(definition),
            path=f"/tools/{number}",
            tool=next(iter(one.tool for one in definitions_of([definition])), "?"),
        )
        for number, definition in enumerate(definitions)
    )


def came_back(result: JsonValue, *, tool: str, id: str) -> Segment:
    """Return a tool's result as a segment: a text as it is, anything else as its JSON text."""
    return Segment(
        stage=Stage.TOOL_RESULT,
        role=Role.TOOL,
        channel=Channel.TOOL_RESULT,
        source=Source(kind=SourceKind.TOOL, name=tool),
        text=result if isinstance(result, str) else dumped(result),
        path="/result",
        call=id,
        tool=tool,
    )


def checked_name(name: object, *, what: str) -> str:
    """Return ``name`` if it is a text of 1 to 256 characters.

    Raises:
        ConfigError: If it is not.
    """
    if not isinstance(name, str) or not 1 <= len(name) <= _MAX_NAME or not name.isprintable():
        raise ConfigError(
            f"{what} must be a printable text of 1 to {_MAX_NAME} characters",
            where=what,
            fix="give the name as the protocol has it",
        )
    return name


def checked_text(text: str, *, what: str) -> str:
    """Return ``text`` if it is one that can be written.

    Raises:
        ConfigError: If it is no text, or half of a surrogate pair stands alone in it.
    """
    try:
        text.encode()
    except (AttributeError, UnicodeEncodeError):
        raise ConfigError(
            f"{what} must be a text, and no half of a surrogate pair may stand alone in it",
            where=what,
            fix="decode the bytes as UTF-8 before they come here",
        ) from None
    return text


def checked_list(values: Sequence[T], *, of: type, what: str) -> Sequence[T]:
    """Return ``values`` if they are a list of ``of``.

    Raises:
        ConfigError: If they are not.
    """
    if not isinstance(values, (list, tuple)) or not all(isinstance(one, of) for one in values):
        each = "" if of is object else f" of `{of.__name__}`"
        raise ConfigError(f"{what} must be a list{each}", where=what, fix="give a list, also of one")
    return values


def checked_json(value: JsonValue, *, what: str) -> JsonValue:
    """Return ``value`` if JSON can say it.

    Raises:
        ConfigError: If it cannot, or is nested too deep.
    """
    bounded(value, where=what)
    try:
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        raise ConfigError(
            f"{what} holds a number that JSON cannot say: NaN, infinity, or one of thousands of digits",
            where=what,
            fix="write it as a text, or leave it out",
        ) from None
    return value


def _said(text: str, *, stage: Stage, role: Role, source: Source, path: str) -> Segment:
    return Segment(stage=stage, role=role, channel=Channel.TEXT, source=source, text=text, path=path)
