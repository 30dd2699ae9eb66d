"""What the events of a stream of Anthropic Messages look like, and how they are changed and made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.anthropic.response import ERROR, MODEL, PROTOCOL, STOP
from roadworthy.guard.protocols.editing import (
    parsed_object,
)
from roadworthy.guard.protocols.leaf import (
    facts,
    name,
    number,
)
from roadworthy.guard.protocols.outbox import Section
from roadworthy.guard.protocols.shape import (
    Shape,
    fields,
    word,
)
from roadworthy.guard.protocols.sse import written
from roadworthy.guard.protocols.strict_json import parsed
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
    dumped,
    kind_of,
    wrong,
)
from roadworthy.guard.segment import Channel, Segment, Stage

GROWING: Mapping[str, tuple[str, Channel]] = {
    "text": ("text", Channel.TEXT),
    "thinking": ("thinking", Channel.REASONING),
    "compaction": ("content", Channel.REASONING),
}
"""The field that grows in a block of a type, and its channel."""

DELTAS = {"text_delta": "text", "thinking_delta": "thinking", "compaction_delta": "content"}
"""The field whose words a delta of a type carries."""


def _seen(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Look at what is judged elsewhere."""


def _words(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    if not isinstance(value, str):
        raise to.wrong(path, "text", kind_of(value))


def _event(**members: Shape) -> Shape:
    return fields({"type": name, **members})


_DELTA_FIELDS: Mapping[str, Mapping[str, Shape]] = {
    "text_delta": {"text": _words},
    "thinking_delta": {"thinking": _words},
    "compaction_delta": {"content": _words, "encrypted_content": _seen},
    "input_json_delta": {"partial_json": _words},
    "signature_delta": {"signature": _words},
    "citations_delta": {"citation": _seen},
}
ENVELOPES: Mapping[str, Shape] = {
    "message_start": _event(message=_seen),
    "message_stop": _event(),
    "message_delta": _event(delta=fields(STOP), usage=facts, context_management=facts),
    "content_block_start": _event(index=number, content_block=_seen),
    "content_block_stop": _event(index=number),
    "ping": _event(),
    "error": ERROR,
} | {f"content_block_delta/{kind}": _event(index=number, delta=_event(**one)) for kind, one in _DELTA_FIELDS.items()}
"""What stands around what is judged, by the type of the event, and of its delta."""

FIX = "have the model's server send the events of the protocol"
"""What to do about a stream that is none."""


def body_of(data: str, *, whole: bool) -> dict[str, JsonValue] | None:
    """Return what an event says; None where the stream was cut off within it."""
    try:
        body = parsed(data, where="an event of the stream")
    except ConfigError:
        if whole:
            raise
        return None
    if not isinstance(body, dict):
        raise wrong(PROTOCOL, "", wanted="an object", got=kind_of(body))
    return body


def named_event(kind: str) -> str:
    """Return the name of an event for a path; what does not look like a name is not repeated."""
    return kind if kind and len(kind) <= 64 and kind.replace("_", "").replace(".", "").isalnum() else "unnamed"


def walked(shape: Shape, body: dict[str, JsonValue], kind: str) -> Section:
    """Return the part of an event that is its envelope, walked; what is judged elsewhere is left out."""
    walk = Walk(protocol=PROTOCOL)
    shape(walk, body, f"/{kind}", MODEL)

    def install(_: dict[str, JsonValue], new: JsonValue) -> dict[str, JsonValue]:
        return _at(new, kind)

    return Section(walk, {kind: body}, install)


def _at(value: JsonValue, *members: str) -> dict[str, JsonValue]:
    for member in members:
        value = value.get(member) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def install_block(body: dict[str, JsonValue], new: JsonValue) -> dict[str, JsonValue]:
    """Return a start event with the content block as it was changed; arguments that were not judged here stay."""
    blocks = _at(new, "content")
    block, before = next(iter(blocks.values()), None), _at(body, "content_block")
    if isinstance(block, dict) and "input" in before and block.get("type") == before.get("type"):
        block = {"input": before["input"], **block}
    return {**body, "content_block": block}


def install_citation(body: dict[str, JsonValue], new: JsonValue) -> dict[str, JsonValue]:
    """Return a delta with the citation as it was changed."""
    citations = _at(next(iter(_at(new, "content").values()), None), "citations")
    return in_delta(body, "citation", next(iter(citations.values()), None))


def in_delta(body: dict[str, JsonValue], name: str, value: JsonValue) -> dict[str, JsonValue]:
    """Return an event with another value in its delta."""
    return {**body, "delta": {**_at(body, "delta"), name: value}}


def in_block(body: dict[str, JsonValue], name: str, value: JsonValue) -> dict[str, JsonValue]:
    """Return an event with another value in its content block."""
    return {**body, "content_block": {**_at(body, "content_block"), name: value}}


def in_arguments(body: dict[str, JsonValue], text: str) -> dict[str, JsonValue]:
    """Return a delta with arguments that are JSON, whatever an edit made of them."""
    return in_delta(body, "partial_json", dumped(parsed_object(text)))


def segment_at(place: Place, channel: Channel, path: str) -> Segment:
    """Return the segment of a field that grows, before its words come."""
    return Segment(
        stage=place.stage,
        role=place.role,
        channel=channel,
        source=place.source,
        text="",
        path=path,
        call=place.call,
        tool=place.tool,
    )


def place_of(content: dict[str, JsonValue]) -> Place:
    """Return what holds for the words of a block, as it does where the block stands in a whole message."""
    if not word(content, "type").endswith("tool_use"):
        return MODEL
    return replace(MODEL, stage=Stage.TOOL_CALL, call=word(content, "id"), tool=word(content, "name"))


def canonical(raw: str) -> str:
    """Return arguments as they are judged in a whole message too, so that no escape hides a word; cut off: as they are.

    Raises:
        ConfigError: If readers differ in what they say.
    """
    try:
        value = json.loads(raw or "{}")
    except ValueError:
        return raw
    except RecursionError:
        value = None
    parsed(raw or "{}", where="the arguments of a call")
    return dumped(value)


def said_at(index: int, text: str) -> bytes:
    """Return a delta that adds words to a text block."""
    delta: dict[str, JsonValue] = {"type": "text_delta", "text": text}
    return made({"type": "content_block_delta", "index": index, "delta": delta})


def made(body: dict[str, JsonValue]) -> bytes:
    """Return an event as the service writes it."""
    return written(dumped(body), event=word(body, "type"))
