"""Fills an attacker's calls out of the instruction that was planted, as a model that obeys it would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from roadworthy.guard.drafting.argument import Kind, kind_of
from roadworthy.guard.drafting.definition import ToolDefinition
from roadworthy.guard.drafting.schema import Leaf, leaves

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)[^\s'\")]+")
_QUOTED = re.compile(r"['\"‘“]([^'\"’”]{1,200})['\"’”]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?")
_CODE = re.compile(r"\b(?=\w*\d)[A-Za-z0-9_-]{3,}\b")
_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_NOTHING: dict[str, Any] = {"integer": 0, "number": 0, "boolean": False, "object": {}}
_LONG = re.compile(r"[^\W\d_]{5,}")


def fillings(tool: ToolDefinition, *, instruction: str, data: str = "") -> tuple[dict[str, Any], ...]:
    """Return arguments for a call of ``tool`` that serves ``instruction``, in several ways.

    With all that can be filled, with what is required, with what is required made up, and with what is required
    empty: nothing of it then is anybody's.

    Args:
        tool: That the attacker wants called.
        instruction: The planted text.
        data: What was read for the attacker; it goes where words go.
    """
    found = [leaf for leaf in leaves(tool.parameters) if "/" not in leaf.path]
    needed = [leaf for leaf in found if leaf.is_required]
    sets = [
        {leaf.path: _filled(leaf, instruction=instruction, data=data) for leaf in found},
        {leaf.path: _filled(leaf, instruction=instruction, data=data) for leaf in needed},
        {leaf.path: _filled(leaf, instruction="", data=data) for leaf in needed},
        {leaf.path: _empty(leaf) for leaf in needed},
    ]
    return tuple(one for number, one in enumerate(sets) if one not in sets[:number])


def _filled(leaf: Leaf, *, instruction: str, data: str) -> Any:
    value = _value(leaf, instruction=instruction, data=data)
    return [value] if leaf.is_list or leaf.type == "array" else value


def _empty(leaf: Leaf) -> Any:
    value = leaf.one_of[0] if leaf.one_of else _NOTHING.get(leaf.type, "")
    return [value] if leaf.is_list or leaf.type == "array" else value


def _value(leaf: Leaf, *, instruction: str, data: str) -> Any:
    if leaf.one_of:
        return next((one for one in leaf.one_of if str(one).lower() in instruction.lower()), leaf.one_of[0])
    if leaf.type == "boolean":
        return True
    if leaf.type == "object":
        return {"value": next(_candidates(Kind.OTHER, instruction))} if instruction else {}
    if leaf.type in ("integer", "number"):
        said = _NUMBER.search(instruction)
        number = float(said.group()) if said is not None else 1.0
        return int(number) if leaf.type == "integer" or number.is_integer() else number
    kind = kind_of(leaf)
    if kind is Kind.TEXT and data:
        return data
    return next(_candidates(kind, instruction))


def _candidates(kind: Kind, said: str) -> Iterator[str]:
    patterns = {
        Kind.RECIPIENT: (_EMAIL, _CODE, _NAME, _QUOTED),
        Kind.ADDRESS: (_URL, _EMAIL),
        Kind.MOMENT: (_DATE, _CODE),
        Kind.AMOUNT: (_NUMBER,),
        Kind.TEXT: (_QUOTED,),
    }
    for pattern in patterns.get(kind, (_QUOTED, _CODE, _NAME, _EMAIL)):
        found = pattern.search(said)
        if found is not None:
            yield found.group(1) if pattern is _QUOTED else found.group()
    if kind is Kind.TEXT and said:
        yield said
    found = _LONG.search(said)
    yield found.group() if found is not None else "evil-7401"
