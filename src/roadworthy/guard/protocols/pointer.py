"""JSON pointers: where a value stands in a message.

Source: RFC 6901, *JavaScript Object Notation (JSON) Pointer*.
"""

from __future__ import annotations

import re

from roadworthy.core.digest import JsonValue

_PLAIN = re.compile(r"[^~/]*")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def child(pointer: str, part: str | int) -> str:
    """Return the pointer of the member or element ``part`` of what ``pointer`` points at.

    >>> child("/messages", 0), child("", "a/b~c")
    ('/messages/0', '/a~1b~0c')
    """
    if isinstance(part, int) or _PLAIN.fullmatch(part):
        return f"{pointer}/{part}"
    return f"{pointer}/{part.replace('~', '~0').replace('/', '~1')}"


def parts(pointer: str) -> tuple[str, ...]:
    """Return the names and places that lead to what ``pointer`` points at; of the whole, none.

    Raises:
        ValueError: If it is no pointer.

    >>> parts("/a~1b~0c/0")
    ('a/b~c', '0')
    """
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise ValueError("a JSON pointer starts with a slash or is empty")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))


def at(body: JsonValue, pointer: str) -> JsonValue:
    """Return the value that ``pointer`` points at.

    Raises:
        LookupError: If nothing stands there.

    >>> at({"messages": [{"content": "Hello"}]}, "/messages/0/content")
    'Hello'
    """
    for part in parts(pointer):
        body = step(body, part)
    return body


def step(body: JsonValue, part: str) -> JsonValue:
    """Return the member or element ``part`` of ``body``.

    Raises:
        LookupError: If it has none.
    """
    if isinstance(body, dict):
        return body[part]
    if isinstance(body, (list, tuple)) and _INDEX.fullmatch(part):
        return body[int(part)]
    raise LookupError("nothing stands at this pointer")
