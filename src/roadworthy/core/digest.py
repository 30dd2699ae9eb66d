"""Digests: `sha256:<hex>` over RFC 8785 canonical JSON for records, over bytes for files.

Values only: hashing a file's bytes is the caller's to arrange.
"""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from json.encoder import encode_basestring
from typing import TypeAlias

from roadworthy.core import canonical
from roadworthy.core.clock import rfc3339

Digest: TypeAlias = str
"""``sha256:`` and 64 lower-case hexadecimal digits."""

JsonValue: TypeAlias = (
    "bool | int | float | str | list[JsonValue] | tuple[JsonValue, ...] | dict[str, JsonValue] | None"
)

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    """Return whether ``text`` is a well-formed digest.

    >>> is_digest("sha256:" + "0" * 64), is_digest("sha256:0")
    (True, False)
    """
    return _DIGEST.fullmatch(text) is not None


def digest_of_bytes(content: bytes) -> Digest:
    """Return the digest of ``content`` as it is.

    >>> digest_of_bytes(b"")[:20]
    'sha256:e3b0c44298fc1'
    """
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def digest_of(record: object) -> Digest:
    """Return the digest of ``record``'s canonical JSON.

    Two records have one digest exactly when their plain forms are equal, whatever
    the order of their keys and wherever they were made.

    Args:
        record: A dataclass, or anything `plain` accepts.

    Raises:
        ValueError: If a number has no canonical form (NaN, infinity, an integer
            beyond 2**53 - 1): a digest that readers compute differently is no digest.
        TypeError: If the record holds a type that JSON cannot say.

    >>> digest_of({"b": 1, "a": 2}) == digest_of({"a": 2, "b": 1})
    True
    """
    if canonical.is_long(record):
        hashed = hashlib.sha256()
        try:
            for piece in canonical.pieces(record):
                hashed.update(piece.encode("utf-8"))
        except (canonical.UncommonError, UnicodeEncodeError):
            return digest_of_bytes(canonical_json(record))
        return f"sha256:{hashed.hexdigest()}"
    return digest_of_bytes(canonical_json(record))


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def plain(value: object) -> JsonValue:
    """Turn dataclasses, tuples, enums and times into JSON values, deeply.

    Times become RFC 3339 in UTC. Dataclass fields keep their names; nothing is
    dropped, so that an absent value (``null``) and a missing key stay apart.

    >>> plain((1, "a"))
    [1, 'a']
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {_key(key): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _field_names(type(value))}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def canonical_json(record: object) -> bytes:
    """Return ``record`` as RFC 8785 canonical JSON, in UTF-8.

    Source:
        RFC 8785, JSON Canonicalization Scheme (2020), doi:10.17487/RFC8785.

    >>> canonical_json({"b": [1.0, 1e21], "a": "€"}).decode()
    '{"a":"€","b":[1,1e+21]}'
    """
    try:
        text = canonical.encoded(record)
    except canonical.UncommonError:
        text = _written(record)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("a string holds a lone surrogate, which UTF-8 cannot say") from error


def _written(record: object) -> str:
    """Write value by value, as RFC 8785 says; what `roadworthy.core.canonical` writes must equal this."""
    parts: list[str] = []
    _write(plain(record), parts)
    return "".join(parts)


def _write(value: JsonValue, parts: list[str]) -> None:
    match value:
        case None:
            parts.append("null")
        case bool():
            parts.append("true" if value else "false")
        case str():
            parts.append(encode_basestring(value))
        case int():
            parts.append(_integer(value))
        case float():
            parts.append(_number(value))
        case dict():
            _write_object(value, parts)
        case _:
            parts.append("[")
            for index, item in enumerate(value):
                if index:
                    parts.append(",")
                _write(item, parts)
            parts.append("]")


def _write_object(value: dict[str, JsonValue], parts: list[str]) -> None:
    parts.append("{")
    # RFC 8785 section 3.2.3 sorts by UTF-16 code units, not by code points.
    for index, key in enumerate(sorted(value, key=_utf16)):
        if index:
            parts.append(",")
        parts.append(encode_basestring(key))
        parts.append(":")
        _write(value[key], parts)
    parts.append("}")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _key(key: object) -> str:
    if isinstance(key, Enum):
        key = key.value
    if not isinstance(key, str):
        raise TypeError(f"an object's key must be a string, got {key!r}")
    return key


def _integer(value: int) -> str:
    if abs(value) > canonical.MAX_SAFE_INTEGER:
        raise ValueError(f"integer {value} is beyond 2**53 - 1 and has no canonical form; write it as a string")
    return str(value)


def _number(value: float) -> str:
    """Format as ECMAScript's Number::toString does (RFC 8785 section 3.2.2.3)."""
    if not math.isfinite(value):
        raise ValueError(f"{value} has no canonical form; say why the value is unknown instead")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len((whole + fraction).lstrip("0")))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"
