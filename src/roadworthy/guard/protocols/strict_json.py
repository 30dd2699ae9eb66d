"""JSON that every reader reads alike: no member twice, no number that is none, no depth that breaks a reader."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import NoReturn, cast

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError

MAX_DEPTH = 64
"""Deepest nesting of a message, in objects and arrays."""

MAX_VALUES = 500_000
"""Most values (members and elements at any depth) of one message."""

MAX_NAME = 200
"""Longest name of a member, in characters."""


def parsed(text: str, *, where: str) -> JsonValue:
    """Return what ``text`` says.

    Two readers of ``{"a": 1, "a": 2}`` may read different things, so that what was judged would not be what a
    client reads; the same holds for NaN and for numbers beyond a double.

    Args:
        text: JSON.
        where: What is read, for the message of an error.

    Raises:
        ConfigError: If it is not JSON, says a member twice, or goes beyond `MAX_DEPTH` or `MAX_VALUES`. The text
            is not repeated.

    >>> parsed('{"a": [1, 2.5]}', where="an event")
    {'a': [1, 2.5]}
    """
    try:
        body = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_float)
    except _DoubtfulError as error:
        raise ConfigError(f"{where} is not JSON that every reader reads alike: {error}", fix=_FIX) from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{where} is not JSON", fix=_FIX) from None
    bounded(cast("JsonValue", body), where=where)
    return cast("JsonValue", body)


_FIX = "have its sender write JSON (RFC 8259) with every member once"


def bounded(body: JsonValue, *, where: str) -> None:
    """Refuse a message that is too deep or has too many values.

    Raises:
        ConfigError: If it goes beyond `MAX_DEPTH`, `MAX_VALUES` or `MAX_NAME`, or holds what JSON cannot say.
    """
    level: list[JsonValue] = [body]
    seen = depth = 0
    while level:
        below: list[JsonValue] = []
        for value in level:
            if isinstance(value, dict):
                _named(value, where=where)
                below.extend(value.values())
            elif isinstance(value, (list, tuple)):
                below.extend(value)
            elif value is not None and not isinstance(value, (str, int, float)):
                raise ConfigError(f"{where} holds a {type(value).__name__}, which JSON cannot say", fix=_FIX)
        seen, depth = seen + len(below), depth + 1
        if seen > MAX_VALUES:
            raise ConfigError(f"{where} has more than {MAX_VALUES:,} values", fix="send less in one message")
        if below and depth > MAX_DEPTH:
            raise ConfigError(f"{where} is nested deeper than {MAX_DEPTH}", fix="send it with less nesting")
        level = below


def _named(value: Mapping[str, JsonValue], *, where: str) -> None:
    for name in value:
        if not isinstance(name, str):
            raise ConfigError(f"{where} has a member whose name is no text", fix=_FIX)
        if len(name) > MAX_NAME:
            raise ConfigError(
                f"{where} has a member whose name is longer than {MAX_NAME} characters", fix="use shorter names"
            )


class _DoubtfulError(Exception):
    """Readers differ in what it says."""


def _once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _DoubtfulError("an object has a member twice")
    return made


def _no_number(constant: str) -> NoReturn:
    raise _DoubtfulError(f"{constant} is no number of JSON")


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _DoubtfulError("a number is larger than a double can say")
    return number
