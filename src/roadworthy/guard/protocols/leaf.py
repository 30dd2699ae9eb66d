"""Values with nothing below that a protocol names: ids and settings, numbers, payloads, and JSON of any kind.

The only texts that no rail sees are words of at most `MAX_WORD` characters of a narrow alphabet, where a protocol has
an id or a setting, and bytes that are no text. Everything else that stands there is judged as a structured field.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.editing import put_base64, put_json, put_value
from roadworthy.guard.protocols.pointer import child
from roadworthy.guard.protocols.shape import Shape, text
from roadworthy.guard.protocols.walk import Place, Put, Walk, Writing, dumped, kind_of
from roadworthy.guard.segment import Channel

MAX_WORD = 64
"""Longest word that is taken for an id or a setting, in characters."""

MAX_NUMBER = 2**53
"""Numbers from here on are judged as their digits: a number can be as long as a message."""

_WORD = re.compile(rf"[A-Za-z0-9_.:/+-]{{0,{MAX_WORD}}}")
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_.:/$-]{0,63}|[0-9]{1,6}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_\r\n-]*={0,2}\s*")
_DATA_URL = re.compile(r"data:([!-+\--~]{0,200}),(.*)", re.DOTALL)
_LONG_NUMBER = 7

STRUCTURED = text(Channel.STRUCTURED_FIELD)
"""A text that is none of the other channels."""

_REFERENCE = text(Channel.IMAGE_REFERENCE)


def name(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read an id or a setting: nothing is judged as long as it looks like one, and everything else is.

    Up to 64 letters, digits and ``_.:/+-``: no address of e-mail, no sentence, no list, no encoded page fits.
    """
    if not isinstance(value, str):
        raise to.wrong(path, "text", kind_of(value))
    if not is_word(value):
        STRUCTURED(to, value, path, place)


def is_word(text: str) -> bool:
    """Return whether ``text`` looks like an id or a setting, which nobody reads as content.

    >>> is_word("gpt-x-2026-01-01"), is_word("what was denied")
    (True, False)
    """
    return _WORD.fullmatch(text) is not None


def number(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read a number. One that no counter, clock or seed reaches is judged as its digits."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise to.wrong(path, "a number", kind_of(value))
    if isinstance(value, int) and not -MAX_NUMBER < value < MAX_NUMBER:
        _digits(to, value, path, replace(place, channel=Channel.STRUCTURED_FIELD))


def _digits(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    to.text(dumped(value), path, place, writing=Writing(put=put_value))


def flag(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read a truth value."""
    if not isinstance(value, bool):
        raise to.wrong(path, "true or false", kind_of(value))


def copied(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read text that whoever names this shape takes in elsewhere."""
    if not isinstance(value, str):
        raise to.wrong(path, "text", kind_of(value))


def payload(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read bytes as base64, a signature or ciphertext: judged as the text that they say, where they say one."""
    if not isinstance(value, str):
        raise to.wrong(path, "text", kind_of(value))
    place = replace(place, channel=Channel.STRUCTURED_FIELD)
    if not is_base64(value):
        to.text(value, path, place)
    elif len(value) > MAX_WORD and (said := said_by(value)):
        to.text(said, path, place, writing=Writing(put=put_base64))


def said_by(data: str) -> str | None:
    """Return the text that base64 ``data`` says; None where it says bytes that are no text.

    A few odd bytes among letters hide no text: it is one as long as at most one of sixteen is none of a text's.

    >>> said_by("SGVsbG8="), said_by("iVBORw0KGgo=")
    ('Hello', None)
    """
    data = data.translate(_PLAIN_BASE64)
    try:
        found = base64.b64decode(data + "=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return None
    if found.count(0) * 3 > len(found):
        found = found.replace(b"\0", b"")
    odd = len(found) - len(found.translate(None, _CONTROLS))
    if odd * _ODD > len(found):
        return None
    text = found.decode(errors="replace")
    return text if (odd + text.count("\ufffd")) * _ODD <= len(text) else None


def is_base64(data: str) -> bool:
    """Return whether ``data`` is base64, of either alphabet, with or without line ends and padding."""
    return _BASE64.fullmatch(data) is not None


_ODD = 16
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"
_PLAIN_BASE64 = str.maketrans("-_", "+/", "\r\n")


def reference(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read a URL, or the id of a file. Of a data URL the content is judged where it is text, and else its head."""
    if not isinstance(value, str):
        raise to.wrong(path, "text", kind_of(value))
    found = _DATA_URL.fullmatch(value)
    if found is None or not found[1].endswith(";base64") or not is_base64(found[2]):
        _REFERENCE(to, value, path, place)
        return
    head, said = f"data:{found[1]},", said_by(found[2])
    if said:
        writing = Writing(put=lambda _, new: head + put_base64(None, new))
        to.text(said, path, replace(place, channel=Channel.TEXT), writing=writing)
    else:
        to.text(head, path, replace(place, channel=Channel.IMAGE_REFERENCE), writing=Writing(put=lambda _, new: new))


# --- JSON of which a protocol does not say what is in it


def is_named(name: str) -> bool:
    """Return whether the name of a member looks like one: words in it would be read by nobody else.

    >>> is_named("io.example/kind"), is_named("ignore what was said")
    (True, False)
    """
    return _NAME.fullmatch(name) is not None


_WORDS = frozenset(
    [
        *("type", "ttl", "id", "skills", "skill_id", "version", "display", "effort", "enabled", "expires_at", "speed"),
        *("service_tier", "inference_geo", "model", "mode", "theme", "sizes", "level", "strategy", "tool_id", "caller"),
        *("cache_control", "progressToken", "requestId", "audience", "lastModified", "taskSupport", "severity"),
        *("modality", "search_context_size", "provider", "object", "io.modelcontextprotocol/protocolVersion"),
        *("io.modelcontextprotocol/subscriptionId", "io.modelcontextprotocol/logLevel"),
    ]
)
"""Members of settings whose texts are words of the protocol."""


def facts(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read settings, counts and scores, nested or not, of which the protocol may have more than are known.

    Nothing in them is passed unseen: each text is judged that does not look like a word of the protocol or does not
    stand where one stands, and so is an object with names of members that are none.
    """
    _facts(to, value, path, place, name)


def void(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read a member that servers add and leave empty. One that says something is unknown."""
    said = value.values() if isinstance(value, dict) else [value]
    if any(one not in (None, "", [], {}) for one in said):
        to.foreign(value, path)


def unfamiliar(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read a setting that is not known, where the protocol lets there be more than are: every text is judged."""
    _facts(to, value, path, place, STRUCTURED)


def _facts(to: Walk, value: JsonValue, path: str, place: Place, of_text: Shape) -> None:
    if isinstance(value, str):
        of_text(to, value, path, place)
    elif isinstance(value, dict):
        if not all(map(is_named, value)):
            json_text(Channel.STRUCTURED_FIELD)(to, value, path, place)
            return
        for key, member in value.items():
            _facts(to, member, child(path, key), place, name if key in _WORDS else STRUCTURED)
    elif isinstance(value, (list, tuple)):
        for position, element in enumerate(value):
            _facts(to, element, child(path, position), place, of_text)
    elif isinstance(value, int) and not isinstance(value, bool):
        number(to, value, path, place)


def json_text(channel: Channel, *, put: Put = put_json) -> Shape:
    """Return the shape of any JSON that is judged as its JSON text: names of members, numbers and texts alike.

    A call without arguments is a call all the same, so that ``{}`` is judged there and nowhere else.
    """
    always = channel is Channel.TOOL_ARGUMENT

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        if always or value not in ({}, [], (), None):
            to.text(dumped(value), path, replace(place, channel=channel), writing=Writing(put=put))

    return walk


def any_value(channel: Channel) -> Shape:
    """Return the shape of any JSON: a text is judged as itself, anything else as its JSON text."""
    as_text, as_json = text(channel), json_text(channel, put=put_value)

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        (as_text if isinstance(value, str) else as_json)(to, value, path, place)

    return walk


def free(channel: Channel = Channel.STRUCTURED_FIELD) -> Shape:
    """Return the shape of any JSON: every text and long number in it is judged, and so are the members' names.

    The names are one text, a line each, at the path of the whole.
    """

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        place = replace(place, channel=channel)
        names: dict[str, None] = {}
        _leaves(to, value, path, place, names)
        to.text("\n".join(names), path, place, writing=Writing(put=_renamed(tuple(names))))

    return walk


def _leaves(to: Walk, value: JsonValue, path: str, place: Place, names: dict[str, None]) -> None:
    if isinstance(value, str):
        to.text(value, path, place)
    elif isinstance(value, dict):
        for key, member in value.items():
            names[key] = None
            _leaves(to, member, child(path, key), place, names)
    elif isinstance(value, (list, tuple)):
        for position, element in enumerate(value):
            _leaves(to, element, child(path, position), place, names)
    elif value is not None and not isinstance(value, bool) and len(json.dumps(value)) >= _LONG_NUMBER:
        _digits(to, value, path, place)


def _renamed(names: tuple[str, ...]) -> Put:
    def put(value: JsonValue, new: str) -> JsonValue:
        lines = new.split("\n")
        if len(lines) != len(names) or len(set(lines)) != len(lines):
            return [] if isinstance(value, (list, tuple)) else {}
        return _with_names(value, dict(zip(names, lines, strict=True)))

    return put


def _with_names(value: JsonValue, names: Mapping[str, str]) -> JsonValue:
    if isinstance(value, dict):
        return {names.get(key, key): _with_names(member, names) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_names(element, names) for element in value]
    return value
