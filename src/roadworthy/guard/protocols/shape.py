"""Shapes of messages, as tables: which member carries text, from whom, and which carries none.

A protocol's adapter states the shape of its messages once. Reading and writing back both follow it, so that a field
that is read can be written, and one that the tables do not name is reported as unknown and never passed in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.pointer import child
from roadworthy.guard.protocols.walk import Part, Place, Put, Walk, Writing, kind_of
from roadworthy.guard.segment import Channel, Role, Source, SourceKind, Stage

Shape: TypeAlias = Callable[[Walk, JsonValue, str, Place], None]
"""Reads one value. A member that is null holds nothing, whatever its shape."""


def fields(known: Mapping[str, Shape], *, required: tuple[str, ...] = (), open_to: Shape | None = None) -> Shape:
    """Return the shape of an object with these members. Others are unknown, or of the shape ``open_to``."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if not isinstance(value, dict):
            raise to.wrong(path, "an object", kind_of(value))
        for name in required:
            if value.get(name) is None:
                raise to.wrong(child(path, name), "there", "nothing")
        for name, member in value.items():
            shape = known.get(name, open_to)
            if shape is None:
                to.foreign(member, child(path, name))
            elif member is not None:
                shape(to, member, child(path, name), place)

    return walk


def items(shape: Shape) -> Shape:
    """Return the shape of an array whose elements are of one shape."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if not isinstance(value, (list, tuple)):
            raise to.wrong(path, "an array", kind_of(value))
        for number, element in enumerate(value):
            shape(to, element, child(path, number), place)

    return walk


def keyed(shape: Shape, part: str) -> Shape:
    """Return the shape of an array whose elements are, in a stream, fields of their own below ``part``."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if not isinstance(value, (list, tuple)):
            raise to.wrong(path, "an array", kind_of(value))
        for position, element in enumerate(value):
            inner = replace(place, key=f"{place.key}/{part}/{position}") if place.key else place
            shape(to, element, child(path, position), inner)

    return walk


def tagged(cases: Mapping[str, Shape], *, by: str = "type", default: str = "", is_block: bool = False) -> Shape:
    """Return the shape of an object that says in a member which it is. Another one is unknown as a whole.

    Args:
        cases: By what the member says.
        by: Name of the member.
        default: What it says where it is not there.
        is_block: Whether the object may be replaced or left out as a whole.
    """

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if not isinstance(value, dict):
            raise to.wrong(path, "an object", kind_of(value))
        tag = value.get(by)
        if tag is None:
            tag = default
        if not isinstance(tag, str):
            raise to.wrong(child(path, by), "text", kind_of(tag))
        shape = cases.get(tag)
        if shape is None:
            to.foreign(value, path)
            return
        outer = to.block
        to.block = path if is_block else outer
        shape(to, value, path, place)
        to.block = outer

    return walk


def either(
    *, text: Shape | None = None, array: Shape | None = None, record: Shape | None = None, scalar: Shape | None = None
) -> Shape:
    """Return the shape of a value that may be of several kinds of JSON."""
    wanted = " or ".join(
        name
        for name, shape in (("text", text), ("an array", array), ("an object", record), ("a number", scalar))
        if shape is not None
    )

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if isinstance(value, str):
            shape = text
        elif isinstance(value, (list, tuple)):
            shape = array
        else:
            shape = record if isinstance(value, dict) else scalar
        if shape is None:
            raise to.wrong(path, wanted, kind_of(value))
        shape(to, value, path, place)

    return walk


def text(
    channel: Channel | None = None, *, part: str = "", more: bool = False, put: Put | None = None, drops: bool = False
) -> Shape:
    """Return the shape of text that is judged.

    Args:
        channel: What kind of field it is; None: as its place has it.
        part: Name of the field that it belongs to, in a stream (`Place.key`); empty: a field of its own.
        more: Whether it is more of that field, not all of it.
        put: What stands in its place; None: the text itself.
        drops: Whether a change of it leaves out the whole block that it stands in.
    """

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if not isinstance(value, str):
            raise to.wrong(path, "text", kind_of(value))
        if channel is not None and channel is not place.channel:
            place = replace(place, channel=channel)
        if part and place.key:
            segment = to.made(value, path, place, is_part=more)
            to.parts.append(Part(key=f"{place.key}/{part}", segment=segment, whole=not more))
        elif put is None and not drops:
            to.text(value, path, place)
        else:
            to.text(value, path, place, writing=Writing(put=put, at=to.block if drops else None, drops=drops))

    return walk


def placed(
    shape: Shape,
    *,
    stage: Stage | None = None,
    role: Role | None = None,
    source: Source | None = None,
    kind: SourceKind | None = None,
    channel: Channel | None = None,
) -> Shape:
    """Return ``shape`` for text of another stage, role, source (or ``kind`` of source, of the same name) or channel."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        known = Source(kind=kind, name=place.source.name) if kind else source or place.source
        place = replace(
            place,
            stage=stage or place.stage,
            role=role or place.role,
            source=known,
            channel=channel or place.channel,
        )
        shape(to, value, path, place)

    return walk


def with_place(shape: Shape, changed: Callable[[dict[str, JsonValue], Place, Walk], Place]) -> Shape:
    """Return ``shape`` where an object itself says more of its place."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        shape(to, value, path, changed(value, place, to) if isinstance(value, dict) else place)

    return walk


def word(value: JsonValue, name: str) -> str:
    """Return the text that an object has in a member; empty where it has none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def names(values: Iterable[str], shape: Shape) -> dict[str, Shape]:
    """Return a table in which all ``values`` have one shape."""
    return dict.fromkeys(values, shape)
