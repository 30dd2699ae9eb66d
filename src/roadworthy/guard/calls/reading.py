"""Reads a call's arguments as every reader reads them, or says why that cannot be done."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from roadworthy.core.canonical import MAX_SAFE_INTEGER

MAX_CHARS = 1_000_000
"""Longest JSON text of a call's arguments, in characters."""

MAX_DEPTH = 32
"""Deepest nesting of objects and lists."""

MAX_VALUES = 20_000
"""Most values, at any depth."""

MAX_NAME = 200
"""Longest name of a member, in characters."""

_MAX_DIGITS = 400
_GLANCE_CHARS = 2_000
_GLANCE_NUMBER = 1e15
_KINDS = frozenset((str, int, float, bool, dict, list, tuple))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Why arguments were not read. It repeats nothing of them."""

    why: str


class _DoubtfulError(Exception):
    """Readers differ in what it says."""


def read_arguments(text: str) -> dict[str, Any] | Unread:
    """Return the arguments that ``text`` says.

    A member that is there twice, NaN, a number that no canonical form has (an integer beyond 2**53 - 1, a decimal
    beyond a double), a lone surrogate and nesting beyond `MAX_DEPTH` are read differently by different readers, so
    that what was judged would not be what the tool gets. They are not read.

    >>> read_arguments('{"to": "ada"}')
    {'to': 'ada'}
    >>> read_arguments('{"to": "ada", "to": "eve"}')
    Unread(why='an object has a member twice')
    """
    if len(text) > MAX_CHARS:
        return Unread(why=f"they are {len(text)} characters long; at most {MAX_CHARS:,} are read")
    quick = _at_a_glance(text)
    if quick is not None:
        return quick
    try:
        found = _DECODER.decode(text)
    except _DoubtfulError as error:
        return Unread(why=str(error))
    except RecursionError:
        return Unread(why=f"they are nested deeper than {MAX_DEPTH}")
    except ValueError:
        return Unread(why="they are not JSON")
    if not isinstance(found, dict):
        return Unread(why="they are not a JSON object")
    why = unreadable(found)
    return found if why is None else Unread(why=why)


def unreadable(arguments: dict[str, Any]) -> str | None:
    """Return why ``arguments`` that are values already cannot be judged; None: they can.

    >>> unreadable({"a": [1, "b", None]}), unreadable({"a": {1, 2}})
    (None, 'they hold a set, which JSON cannot say')
    """
    level: list[Any] = [arguments]
    seen = 0
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for value in level:
            kind = type(value)
            if kind is dict:
                below.extend(value.values())
            elif kind is list or kind is tuple:
                below.extend(value)
            why = _doubtful(value, kind)
            if why is not None:
                return why
        if not below:
            return None
        seen += len(below)
        if seen > MAX_VALUES:
            return f"they have more than {MAX_VALUES:,} values"
        level = below
    return f"they are nested deeper than {MAX_DEPTH}"


def _at_a_glance(text: str) -> dict[str, Any] | None:
    """Return the arguments, where they are short texts, numbers and truth values that all readers read alike.

    None: the strict reader has the last word. Without a backslash each quote is one of a name's or a text's, so that
    a member that was there twice is missed when the quotes are counted.
    """
    if len(text) > _GLANCE_CHARS or "\\" in text or not text.isascii():
        return None
    try:
        found = _loads()(text)
    except ValueError:
        return None
    if type(found) is not dict:
        return None
    strings = len(found)
    for name, value in found.items():
        kind = type(value)
        if len(name) > MAX_NAME:
            return None
        if kind is str:
            strings += 1
        elif kind is int or kind is float:
            if not -_GLANCE_NUMBER < value < _GLANCE_NUMBER:
                return None
        elif kind is not bool:
            return None
    return found if text.count('"') == 2 * strings else None


@cache
def _loads() -> Callable[[str], Any]:
    import orjson

    loads: Callable[[str], Any] = orjson.loads
    return loads


def _doubtful(value: Any, kind: type) -> str | None:
    """Return why one value cannot be judged, what is below it left aside."""
    if kind is str:
        return "a text holds half a character" if has_half(value) else None
    if kind is int and not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        return "an integer is beyond 2**53 - 1, and must be written as a text"
    if kind is float and not math.isfinite(value):
        return "a number is none, or larger than a double can say"
    if kind is dict and not all(type(name) is str and len(name) <= MAX_NAME and not has_half(name) for name in value):
        return f"a member's name is no text, or one of more than {MAX_NAME} characters"
    if value is not None and kind not in _KINDS:
        return f"they hold a {kind.__name__}, which JSON cannot say"
    return None


def has_half(text: str) -> bool:
    """Return whether half of a pair of surrogates is in ``text``, which no encoding can say."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _DoubtfulError("an object has a member twice")
    return made


def _no_number(constant: str) -> NoReturn:
    raise _DoubtfulError(f"{constant} is no number of JSON")


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise _DoubtfulError("an integer is beyond 2**53 - 1, and must be written as a text")
    return int(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number, parse_int=_integer)
