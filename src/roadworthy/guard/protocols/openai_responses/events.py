"""Events of a streamed response: which texts each carries, of which field, and which fields it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.leaf import (
    copied,
    name,
    number,
    payload,
)
from roadworthy.guard.protocols.openai_responses.items import ANNOTATION, PART, SHELL_OUTPUT, item
from roadworthy.guard.protocols.openai_responses.response import RESPONSE, upstream
from roadworthy.guard.protocols.openai_values import OUTPUT, STRUCTURED_TEXT, error_code, tokens
from roadworthy.guard.protocols.pointer import child
from roadworthy.guard.protocols.shape import (
    Shape,
    fields,
    items,
    text,
)
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
    kind_of,
)
from roadworthy.guard.segment import Channel, Role, Source, SourceKind, Stage

MAX_INDEX = 100_000
"""Largest index of an item or a part."""

_EVENT: Mapping[str, Shape] = {
    **dict.fromkeys(("type", "item_id", "obfuscation", "status", "response_id", "event_id"), name),
    **dict.fromkeys(
        ("sequence_number", "output_index", "content_index", "summary_index", "command_index", "annotation_index"),
        number,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A field that comes in parts: ``<kind>.delta`` events, and one ``<kind>.done`` with all of it."""

    part: str
    """Last part of its key."""

    done: str
    """Member of the last event that has all of it; empty: it has none."""

    index: str = ""
    """Member that says which of several it is; empty: the item has one."""

    among: str = ""
    """What they are several of."""

    channel: Channel = Channel.TEXT


_CONTENT = {"index": "content_index", "among": "content"}
_ARGUMENTS = Stretch(part="arguments", done="arguments", channel=Channel.TOOL_ARGUMENT)
STRETCHES: Mapping[str, Stretch] = {
    "response.output_text": Stretch(part="text", done="text", index="content_index", among="content"),
    "response.refusal": Stretch(
        part="refusal", done="refusal", index="content_index", among="content", channel=Channel.REFUSAL
    ),
    "response.reasoning_text": Stretch(
        part="text", done="text", index="content_index", among="content", channel=Channel.REASONING
    ),
    "response.reasoning_summary_text": Stretch(
        part="text", done="text", index="summary_index", among="summary", channel=Channel.REASONING
    ),
    "response.function_call_arguments": _ARGUMENTS,
    "response.mcp_call_arguments": _ARGUMENTS,
    "response.custom_tool_call_input": replace(_ARGUMENTS, done="input"),
    "response.code_interpreter_call_code": replace(_ARGUMENTS, part="code", done="code"),
    "response.shell_call_command": Stretch(
        part="command", done="command", index="command_index", among="commands", channel=Channel.TOOL_ARGUMENT
    ),
    "response.audio.transcript": Stretch(part="transcript", done=""),
}
"""Kinds of events, without ``.delta`` and ``.done``."""

LIFECYCLE = tuple(
    f"response.{state}" for state in ("created", "queued", "in_progress", "completed", "failed", "incomplete")
)
TERMINAL = ("response.completed", "response.failed", "response.incomplete")
_SIGNALS = tuple(
    f"response.{kind}.{state}"
    for kind, states in {
        "code_interpreter_call": ("in_progress", "interpreting", "completed"),
        "compaction": ("compacting",),
        "file_search_call": ("in_progress", "searching", "completed"),
        "web_search_call": ("in_progress", "searching", "completed"),
        "image_generation_call": ("in_progress", "generating", "completed"),
        "mcp_call": ("in_progress", "completed", "failed"),
        "mcp_list_tools": ("in_progress", "completed", "failed"),
        "audio": ("done",),
    }.items()
    for state in states
)


def place_of(to: Walk, data: Mapping[str, JsonValue]) -> Place:
    """Return the place of the texts of an event: the item that it belongs to.

    Raises:
        ConfigError: If an index is no whole number in range.
    """
    if "output_index" not in data:
        return replace(OUTPUT, key="response")
    return replace(OUTPUT, key=f"response/output/{index_of(to, data, 'output_index')}")


def index_of(to: Walk, data: Mapping[str, JsonValue], member: str) -> int:
    """Return an index that an event states.

    Raises:
        ConfigError: If it is no whole number in range.
    """
    index = data.get(member)
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index <= MAX_INDEX:
        raise to.wrong(child("", member), f"a whole number in 0..{MAX_INDEX}", kind_of(index))
    return index


def field_of(to: Walk, data: Mapping[str, JsonValue], stretch: Stretch, base: str) -> str:
    """Return the key of the field that an event of a stretch belongs to, without its last part."""
    return f"{base}/{stretch.among}/{index_of(to, data, stretch.index)}" if stretch.index else base


def _stretch(stretch: Stretch, *, more: bool) -> Shape:
    member = "delta" if more else stretch.done
    shapes: dict[str, Shape] = {**_EVENT}
    if member:
        shapes[member] = text(stretch.channel, part=stretch.part, more=more)
    shapes["name"] = copied
    shapes["logprobs"] = tokens(of=f"/{member}", part="logprobs" if more else "")
    shape = fields(shapes, required=("delta",) if more else ())

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if stretch.channel is Channel.TOOL_ARGUMENT:
            place = replace(place, stage=Stage.TOOL_CALL)
        if isinstance(value, dict):
            place = replace(place, key=field_of(to, value, stretch, place.key))
            if isinstance(called := value.get("name"), str):
                text(Channel.TOOL_NAME)(to, called, child(path, "name"), place)
        shape(to, value, path, place)

    return walk


def _whole(member: str, shape: Shape, *, index: str = "", among: str = "") -> Shape:
    """Return the shape of an event with one part of an item."""
    event = fields({**_EVENT, member: shape})

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if index and isinstance(value, dict):
            place = replace(place, key=f"{place.key}/{among}/{index_of(to, value, index)}")
        event(to, value, path, place)

    return walk


def _shell(shape: Shape) -> Shape:
    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        source = Source(kind=SourceKind.TOOL, name="shell")
        place = replace(place, stage=Stage.TOOL_RESULT, role=Role.TOOL, source=source, tool="shell", key="")
        shape(to, value, path, place)

    return walk


def _audio(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    payload(to, value, path, place)
    to.payloads.append(("response/transcript", path))


def _response(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    fields(RESPONSE)(to, value, path, replace(place, key="response"))


_PICTURE = {
    **dict.fromkeys(("background", "output_format", "quality", "size"), name),
    "partial_image_b64": payload,
    "partial_image_index": number,
}
EVENTS: Mapping[str, Shape] = {
    **{f"{kind}.delta": _stretch(stretch, more=True) for kind, stretch in STRETCHES.items()},
    **{f"{kind}.done": _stretch(stretch, more=False) for kind, stretch in STRETCHES.items()},
    "response.shell_call_command.added": _whole(
        "command", text(Channel.TOOL_ARGUMENT, part="command"), index="command_index", among="commands"
    ),
    "response.shell_call_output_content.delta": _whole("delta", _shell(SHELL_OUTPUT)),
    "response.shell_call_output_content.done": _whole("output", _shell(items(SHELL_OUTPUT))),
    **{state: _whole("response", _response) for state in LIFECYCLE},
    "response.output_item.added": _whole("item", item),
    "response.output_item.done": _whole("item", item),
    "response.content_part.added": _whole("part", PART, index="content_index", among="content"),
    "response.content_part.done": _whole("part", PART, index="content_index", among="content"),
    "response.reasoning_summary_part.added": _whole("part", PART, index="summary_index", among="summary"),
    "response.reasoning_summary_part.done": _whole("part", PART, index="summary_index", among="summary"),
    "response.output_text.annotation.added": _whole("annotation", ANNOTATION),
    "response.audio.delta": _whole("delta", _audio),
    "response.image_generation_call.partial_image": fields({**_EVENT, **_PICTURE}),
    **dict.fromkeys(_SIGNALS, fields(_EVENT)),
    "error": fields(
        {
            **_EVENT,
            "message": STRUCTURED_TEXT,
            "code": error_code,
            "param": STRUCTURED_TEXT,
            "error": upstream,
        }
    ),
}
"""Every event of the protocol by its type."""
