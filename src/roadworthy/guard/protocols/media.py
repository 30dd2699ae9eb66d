"""Images, sound and files in messages: what a guard can say of them without opening them.

A reference (an address, the id of a file) is judged as what it is. Bytes that stand in the message itself are judged as
text where they are text, and else by their media type alone. Whichever of them is edited goes, and the words that
stand for it come in its place.
"""

from __future__ import annotations

from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.editing import put_base64, put_block
from roadworthy.guard.protocols.leaf import is_base64, name, said_by
from roadworthy.guard.protocols.shape import Shape, fields, word
from roadworthy.guard.protocols.walk import Place, Walk, Writing, kind_of
from roadworthy.guard.segment import Channel


def by_reference(member: str) -> Shape:
    """Return the shape of a source that names what is meant, in a member."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if not isinstance(value, str):
            raise to.wrong(path, "text", kind_of(value))
        writing = Writing(put=put_block, at=to.block)
        to.text(value, path, replace(place, channel=Channel.IMAGE_REFERENCE), writing=writing)

    return fields({"type": name, member: walk})


def inline(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read a source that holds its bytes as base64."""
    data = bytes_of(media_type=word(value, "media_type"), channel=Channel.TEXT)
    fields({"type": name, "media_type": name, "data": data})(to, value, path, place)


def bytes_of(*, media_type: str, channel: Channel, otherwise: Writing | None = None) -> Shape:
    """Return the shape of base64: the text that it says, or what kind of thing it is.

    Args:
        media_type: As the message states it; empty: not stated. Nothing follows from it but how it is named.
        channel: Of the text, where it is one.
        otherwise: Puts words in the place of bytes; None: in a text block that stands for the whole block.
    """

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if not isinstance(value, str):
            raise to.wrong(path, "text", kind_of(value))
        if not is_base64(value):
            to.text(value, path, replace(place, channel=channel))
        elif said := said_by(value):
            to.text(said, path, replace(place, channel=channel), writing=Writing(put=put_base64))
        elif value:
            writing = otherwise or Writing(put=put_block, at=to.block)
            to.text(words_for(media_type), path, replace(place, channel=Channel.IMAGE_REFERENCE), writing=writing)

    return walk


def words_for(media_type: str) -> str:
    """Return the words by which bytes in a message are judged.

    >>> words_for("image/png")
    'data:image/png;base64'
    """
    return f"data:{media_type[:64].lower() or 'application/octet-stream'};base64"
