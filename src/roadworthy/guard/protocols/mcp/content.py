"""What MCP messages are made of: content blocks, resources, and what servers say of their tools and prompts.

The tables hold for the revisions 2024-11-05 to 2025-11-25 and for 2026-07-28 alike: what one of them does not have does
not come there.

Source: Model Context Protocol, schemas of the revisions 2025-11-25 and 2026-07-28.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.editing import (
    EMPTIED,
    put_some,
)
from roadworthy.guard.protocols.leaf import (
    STRUCTURED,
    any_value,
    facts,
    flag,
    is_named,
    json_text,
    name,
    number,
    reference,
)
from roadworthy.guard.protocols.media import bytes_of
from roadworthy.guard.protocols.shape import (
    Shape,
    either,
    fields,
    items,
    names,
    tagged,
    text,
    with_place,
    word,
)
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
    Writing,
    kind_of,
)
from roadworthy.guard.segment import Channel, Provenance, Role, Source, SourceKind, Stage

META: Shape = facts
"""``_meta``: open by the protocol. What does not look like an id or a number is judged."""

_REFERENCE = text(Channel.IMAGE_REFERENCE)


ICONS = items(fields({"src": reference, "mimeType": name, "sizes": facts, "theme": name}))
_NAMED: Mapping[str, Shape] = {
    **names(("name", "title", "description"), STRUCTURED),
    **names(("annotations", "_meta"), facts),
    "icons": ICONS,
}
IMPLEMENTATION = fields({**_NAMED, "version": name, "websiteUrl": _REFERENCE})
"""A client's or a server's name and version."""


def mapping(shape: Shape) -> Shape:
    """An object whose names are free. Where one of them does not look like a name, all of it is judged as its JSON."""
    whole = json_text(Channel.STRUCTURED_FIELD)

    def look(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if isinstance(value, dict) and not all(map(is_named, value)):
            whole(to, value, path, place)
        else:
            fields({}, open_to=shape)(to, value, path, place)

    return look


# --- resources


def _contents(channel: Channel) -> Shape:
    def look(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if not isinstance(value, dict):
            raise to.wrong(path, "an object", kind_of(value))

        def instead(contents: JsonValue, said: str) -> JsonValue:
            kept = contents if isinstance(contents, dict) else {}
            return {**{member: one for member, one in kept.items() if member != "blob"}, "text": said or EMPTIED}

        blob = bytes_of(media_type=word(value, "mimeType"), channel=channel, otherwise=Writing(put=instead, at=path))
        members: dict[str, Shape] = {
            "uri": _REFERENCE,
            "mimeType": name,
            "_meta": META,
            "text": text(channel),
            "blob": blob,
        }
        fields(members)(to, value, path, place)

    return look


def _of_document(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    uri = word(value, "uri")[:512]
    source = Source(kind=SourceKind.DOCUMENT, name=uri[:128])
    return replace(
        place,
        stage=Stage.RETRIEVAL,
        role=Role.TOOL,
        source=source,
        provenance=Provenance(document=uri, uri=uri),
    )


CONTENTS = with_place(_contents(Channel.RETRIEVED_CHUNK), _of_document)
"""A resource as it was read."""

RESOURCE = fields({**_NAMED, **names(("mimeType", "type"), name), "size": number, "uri": _REFERENCE})
"""A resource by name, in a list or as a link."""

TEMPLATE = fields({**_NAMED, "mimeType": name, "uriTemplate": _REFERENCE})


# --- content blocks


def blocks(channel: Channel) -> Shape:
    """A content block whose words are of ``channel``."""
    below: Mapping[str, Shape] = {"type": name, "annotations": facts, "_meta": META}

    def media(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        data = bytes_of(media_type=word(value, "mimeType"), channel=channel)
        fields({**below, "mimeType": name, "data": data})(to, value, path, place)

    plain: dict[str, Shape] = {
        "text": fields({**below, "text": text(channel, put=put_some)}),
        **names(("image", "audio"), media),
        "resource_link": RESOURCE,
        "resource": fields({**below, "resource": _contents(channel)}),
    }
    return tagged(plain, is_block=True)


def _of_call(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    call, tool = word(value, "id"), word(value, "name")
    walk.tools[call] = tool
    return replace(place, call=call, tool=tool)


def _of_result(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    call = word(value, "toolUseId")
    tool = walk.tools.get(call, "")
    source = Source(kind=SourceKind.TOOL, name=tool)
    place = replace(place, stage=Stage.TOOL_RESULT, role=Role.TOOL, source=source, call=call, tool=tool)
    return place.failed() if value.get("isError") is True else place


_IN_RESULT = items(blocks(Channel.TOOL_RESULT))
_SAMPLED = tagged(
    {
        **names(("text", "image", "audio", "resource_link", "resource"), blocks(Channel.TEXT)),
        "tool_use": with_place(
            fields(
                {
                    **names(("type", "id"), name),
                    "name": text(Channel.TOOL_NAME),
                    "input": json_text(Channel.TOOL_ARGUMENT),
                    "_meta": META,
                }
            ),
            _of_call,
        ),
        "tool_result": with_place(
            fields(
                {
                    **names(("type", "toolUseId"), name),
                    "content": _IN_RESULT,
                    "structuredContent": any_value(Channel.TOOL_RESULT),
                    "isError": flag,
                    "_meta": META,
                }
            ),
            _of_result,
        ),
    },
    is_block=True,
)
SAMPLED = either(record=_SAMPLED, array=items(_SAMPLED))
"""What a message of a sampled conversation says: one block or several."""


def _of_turn(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    role = Role.ASSISTANT if word(value, "role") == "assistant" else Role.USER
    return replace(place, stage=Stage.INPUT, role=role)


TURN = with_place(fields({"role": name, "content": SAMPLED, "_meta": META}), _of_turn)
"""A message of a prompt or of a sampled conversation. A server wrote it, whatever its role says."""

# --- what servers say of themselves


def _of_tool(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    return replace(place, stage=Stage.INPUT, role=Role.SYSTEM, tool=word(value, "name"))


TOOL = with_place(
    fields(
        {
            **_NAMED,
            **names(("inputSchema", "outputSchema"), json_text(Channel.STRUCTURED_FIELD)),
            "execution": facts,
        }
    ),
    _of_tool,
)
"""A tool as its server describes it. Its annotations are the server's claims."""

_ARGUMENT = fields({**names(("name", "title", "description"), STRUCTURED), "required": flag})
PROMPT = with_place(fields({**_NAMED, "arguments": items(_ARGUMENT)}), _of_tool)
"""A prompt as its server describes it."""
