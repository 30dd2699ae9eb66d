"""Reads JSON strictly and says what is wrong, where, and never what stands there."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import NoReturn, cast

from roadworthy.core.digest import JsonValue

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_OPENING_FENCE = re.compile(r"\A[ \t\r\n]*```[A-Za-z0-9_+-]{0,20}[ \t]*\r?\n")
_CLOSING_FENCE = re.compile(r"\r?\n?```[ \t\r\n]*\Z")
_BLANKS = " \t\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonFault:
    """Why a text is not the JSON that was asked for."""

    kind: str
    """``truncated``, ``not_json``, ``byte_order_mark``, ``code_fence``, ``text_around``, ``several_documents``,
    ``duplicate_key``, ``not_a_number``, ``huge_number``, ``too_deep`` or ``too_long``."""

    place: int = 0
    """Character at which it shows."""

    inner: str | None = field(default=None, repr=False)
    """The text without what is around the document, where that alone is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonDocument:
    """What a text says."""

    value: JsonValue = field(repr=False)


class _FaultError(Exception):
    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def read_json(text: str, *, max_chars: int, max_depth: int) -> JsonDocument | JsonFault:
    """Return what ``text`` says if it is one strict JSON document and nothing else.

    Source:
        RFC 8259; members that repeat and numbers beyond a double are refused, as readers differ in them (sections 4
        and 6).

    >>> read_json('{"a": 1} Hope this helps!', max_chars=100, max_depth=9)
    JsonFault(kind='text_around', place=8)
    """
    if len(text) > max_chars:
        return JsonFault(kind="too_long", place=max_chars)
    if text.startswith("\ufeff"):
        return JsonFault(kind="byte_order_mark", inner=text[1:])
    deep = _too_deep(text, max_depth)
    if deep is not None:
        return JsonFault(kind="too_deep", place=deep)
    start = len(text) - len(text.lstrip(_BLANKS))
    try:
        value, end = _DECODER.raw_decode(text, start)
    except _FaultError as fault:
        return JsonFault(kind=fault.kind, place=start)
    except json.JSONDecodeError as error:
        return _unread(text, error)
    except (RecursionError, ValueError):
        # The standard library refuses integers of thousands of digits.
        return JsonFault(kind="huge_number", place=start)
    rest = text[end:].lstrip(_BLANKS)
    if rest:
        kind = "several_documents" if rest[0] in "[{" else "text_around"
        return JsonFault(kind=kind, place=end, inner=text[start:end] if kind == "text_around" else None)
    return JsonDocument(value=cast("JsonValue", value))


def line_of(text: str, place: int) -> int:
    r"""Return the line, from 1, of a character.

    >>> line_of("a\nb", 2)
    2
    """
    return text.count("\n", 0, place) + 1


def _unread(text: str, error: json.JSONDecodeError) -> JsonFault:
    fence = _OPENING_FENCE.match(text)
    if fence is not None:
        closing = _CLOSING_FENCE.search(text, fence.end())
        return JsonFault(kind="code_fence", inner=text[fence.end() : closing.start() if closing else len(text)])
    if error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip(_BLANKS)):
        return JsonFault(kind="truncated", place=len(text))
    before = text[: error.pos].strip(_BLANKS)
    brackets = [place for place in (text.find("{"), text.find("[")) if place > 0]
    if not before and brackets and text.lstrip(_BLANKS)[0].isalpha():
        return JsonFault(kind="text_around", inner=text[min(brackets) :])
    return JsonFault(kind="not_json", place=error.pos)


def _too_deep(text: str, max_depth: int) -> int | None:
    if text.count("[") + text.count("{") <= max_depth:
        return None
    depth = 0
    for match in _TOKEN.finditer(text):
        if match[0] in "[{":
            depth += 1
            if depth > max_depth:
                return match.start()
        elif match[0] in "]}":
            depth -= 1
    return None


def _once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _FaultError("duplicate_key")
    return made


def _no_number(_: str) -> NoReturn:
    raise _FaultError("not_a_number")


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _FaultError("huge_number")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number, parse_float=_float)
