"""Messages of a chat: who speaks in which member, and what calls and answers of tools say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.editing import put_json
from roadworthy.guard.protocols.leaf import (
    facts,
    flag,
    name,
    number,
    payload,
    reference,
    void,
)
from roadworthy.guard.protocols.openai_values import BREAKPOINT, STRUCTURED_TEXT, URL_CITATION, cited
from roadworthy.guard.protocols.pointer import child
from roadworthy.guard.protocols.shape import (
    Shape,
    either,
    fields,
    items,
    tagged,
    text,
)
from roadworthy.guard.protocols.walk import (
    Place,
    Tie,
    Walk,
    dumped,
    kind_of,
)
from roadworthy.guard.segment import Channel, Role, Source, SourceKind, Stage

_CACHED: Mapping[str, Shape] = {"type": name, "prompt_cache_breakpoint": BREAKPOINT, "cache_control": facts}
PICTURE = either(text=reference, record=fields({"url": reference, "detail": name, "format": name}))
_PARTS = tagged(
    {
        "text": fields({**_CACHED, "text": text()}),
        "refusal": fields({"type": name, "refusal": text(Channel.REFUSAL)}),
        "image_url": fields({**_CACHED, "image_url": PICTURE}),
        "video_url": fields({**_CACHED, "video_url": PICTURE}),
        "audio_url": fields({**_CACHED, "audio_url": PICTURE}),
        "input_audio": fields({**_CACHED, "input_audio": fields({"data": payload, "format": name})}),
        "file": fields(
            {
                **_CACHED,
                "file": fields(
                    {"file_data": reference, "file_id": reference, "filename": STRUCTURED_TEXT, "format": name}
                ),
            }
        ),
    }
)
CONTENT = either(text=text(), array=items(_PARTS))
"""What a turn says: text, or parts of which some are text."""

THOUGHTS = ("reasoning_content", "reasoning")
"""Members in which servers give what the model thought."""


def thoughts(*, more: bool = False) -> dict[str, Shape]:
    """Return the members that say what the model thought, whole or as ``more`` of it."""
    said = text(Channel.REASONING, part="reasoning_details", more=more)
    detail = fields(
        {
            **dict.fromkeys(("type", "id", "format"), name),
            "index": number,
            **dict.fromkeys(("text", "summary", "thinking"), said),
            **dict.fromkeys(("data", "signature"), payload),
        }
    )
    blocks = dict.fromkeys(("reasoning_details", "thinking_blocks"), items(detail))
    return {**{key: text(Channel.REASONING, part=key, more=more) for key in THOUGHTS}, **blocks}


def arguments(*, more: bool = False) -> Shape:
    """Return the shape of a call's arguments: JSON as text, which some servers give as an object."""
    as_text = text(Channel.TOOL_ARGUMENT, part="arguments", more=more)

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if isinstance(value, dict):
            to.is_put_by(path, put_json)
        as_text(to, dumped(value) if isinstance(value, dict) else value, path, place)

    return walk


_ANNOTATIONS = items(tagged({"url_citation": fields({"type": name, "url_citation": fields(URL_CITATION)})}))


def _annotations(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    _ANNOTATIONS(to, value, path, place)
    to.ties.append(Tie(of=path.removesuffix("annotations") + "content", at=path, then=cited))


def _audio(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    known = {"id": name, "data": payload, "transcript": text(), "expires_at": number, "format": name}
    fields(known)(to, value, path, place)
    if isinstance(value, dict) and isinstance(value.get("data"), str):
        to.ties.append(Tie(of=child(path, "transcript"), at=child(path, "data"), then=lambda *_: ""))


_CALLED = fields({"name": text(Channel.TOOL_NAME), "arguments": arguments()})
_CALL = tagged(
    {
        "function": fields({"id": name, "type": name, "index": number, "function": _CALLED}),
        "custom": fields(
            {
                "id": name,
                "type": name,
                "index": number,
                "custom": fields({"name": text(Channel.TOOL_NAME), "input": text(Channel.TOOL_ARGUMENT)}),
            }
        ),
    },
    default="function",
)


def named_call(value: JsonValue) -> tuple[str, str]:
    """Return the id and the tool's name that a call states; empty where it states none."""
    if not isinstance(value, dict):
        return "", ""
    inner = value.get("function", value.get("custom"))
    called = inner.get("name") if isinstance(inner, dict) else None
    call = value.get("id")
    return call if isinstance(call, str) else "", called if isinstance(called, str) else ""


def _call(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    call, tool = named_call(value)
    if call and tool:
        to.tools[call] = tool
    _CALL(to, value, path, replace(place, call=call, tool=tool))


def _legacy_call(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    called = value.get("name") if isinstance(value, dict) else None
    _CALLED(to, value, path, replace(place, tool=called if isinstance(called, str) else ""))


_SAID: Mapping[str, Shape] = {"role": name, "content": CONTENT}
_CALLING = Stage.TOOL_CALL


def _in_call(shape: Shape) -> Shape:
    """Return ``shape`` for a call that has not run yet: in an answer it is judged as a call, in a history as input."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        stage = _CALLING if place.stage is Stage.OUTPUT else place.stage
        shape(to, value, path, replace(place, stage=stage))

    return walk


ANSWER: Mapping[str, Shape] = {
    **_SAID,
    **thoughts(),
    "name": STRUCTURED_TEXT,
    "prefix": flag,
    "images": items(fields({"type": name, "index": number, "image_url": PICTURE})),
    "provider_specific_fields": void,
    "refusal": text(Channel.REFUSAL),
    "audio": _audio,
    "annotations": _annotations,
    "tool_calls": items(_in_call(_call)),
    "function_call": _in_call(_legacy_call),
}
"""Members of the model's turn."""

_USER = fields({**_SAID, "name": STRUCTURED_TEXT})
_ASSISTANT = fields(ANSWER)
_TOOL = fields({**_SAID, "tool_call_id": name, "name": STRUCTURED_TEXT})
_SPEAKERS = {
    "system": (Role.SYSTEM, SourceKind.OPERATOR, _USER),
    "developer": (Role.DEVELOPER, SourceKind.OPERATOR, _USER),
    "user": (Role.USER, SourceKind.USER, _USER),
    "assistant": (Role.ASSISTANT, SourceKind.MODEL, _ASSISTANT),
    "tool": (Role.TOOL, SourceKind.TOOL, _TOOL),
    "function": (Role.TOOL, SourceKind.TOOL, _TOOL),
}


def turn(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read one message of a request. One of a role that is not known is unknown as a whole."""
    if not isinstance(value, dict):
        raise to.wrong(path, "an object", kind_of(value))
    role = value.get("role")
    if not isinstance(role, str):
        raise to.wrong(child(path, "role"), "text", kind_of(role))
    if role not in _SPEAKERS:
        to.foreign(value, path)
        return
    speaker, kind, shape = _SPEAKERS[role]
    place = replace(place, role=speaker, source=Source(kind=kind), channel=Channel.TEXT)
    if speaker is Role.ASSISTANT:
        place = replace(place, labels=("history",))
    elif speaker is Role.TOOL:
        place = _of_tool(to, value, place)
    shape(to, value, path, place)


def _of_tool(to: Walk, value: Mapping[str, JsonValue], place: Place) -> Place:
    stated = value.get("tool_call_id")
    call = stated if isinstance(stated, str) else ""
    named = value.get("name")
    tool = to.tools.get(call, "") or (named if isinstance(named, str) else "")
    return replace(
        place,
        stage=Stage.TOOL_RESULT,
        channel=Channel.TOOL_RESULT,
        source=Source(kind=SourceKind.TOOL, name=tool),
        call=call,
        tool=tool,
    )
