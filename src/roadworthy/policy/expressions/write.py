"""Writes a tree as a condition, with no more parentheses than it needs."""

from __future__ import annotations

import re
from math import isfinite
from typing import assert_never

from roadworthy.policy.expressions.tokens import MAX_INT, NO_FIELD, RESERVED
from roadworthy.policy.expressions.tree import (
    Binary,
    Call,
    Choice,
    Constant,
    Field,
    Has,
    Item,
    ListOf,
    Macro,
    MapOf,
    Name,
    Node,
    Unary,
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTED = re.compile(r"[A-Za-z0-9_./\- ]+")
_MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})
_STRENGTH = {"||": 1, "&&": 2, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5}
_CHOICE, _OR, _RELATION, _UNARY, _MEMBER = 0, 1, 3, 6, 7
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def write(node: Node) -> str:
    """Return ``node`` as CEL; `parse` reads it back as the same tree.

    >>> from roadworthy.policy.expressions.parse import parse
    >>> write(parse('(a.b   ||(c))&&d in ["x"]'))
    "(a.b || c) && d in ['x']"

    Raises:
        ValueError: If a name, a field or a number cannot be written, or a call looks like a macro.
    """
    match node:
        case Constant(value=value):
            return _constant(value)
        case Name(name=name):
            return _name(name)
        case ListOf(items=items):
            return f"[{_listed(items)}]"
        case MapOf(entries=entries):
            return "{" + ", ".join(f"{write(key)}: {write(value)}" for key, value in entries) + "}"
        case Unary(operator=operator, operand=operand):
            return operator + _operand(operator, operand)
        case Binary():
            return _binary(node)
        case Choice(condition=condition, then=then, other=other):
            return f"{_within(condition, _OR)} ? {_within(then, _OR)} : {write(other)}"
        case _:
            return _selection(node)


def _selection(node: Field | Item | Has | Call | Macro) -> str:
    match node:
        case Field(operand=operand, field=field):
            return f"{_target(operand)}.{_field(field)}"
        case Has(operand=operand, field=field):
            return f"has({_target(operand)}.{_field(field)})"
        case Item(operand=operand, index=index):
            return f"{_target(operand)}[{write(index)}]"
        case Macro(macro=macro, operand=operand, variable=variable, body=body):
            return f"{_target(operand)}.{macro}({_name(variable)}, {write(body)})"
        case Call():
            return _call(node)
        case _:
            assert_never(node)


def _call(node: Call) -> str:
    if node.target is None:
        if node.function == "has":
            raise ValueError("has() is a node of its own, not a call")
        return f"{_name(node.function)}({_listed(node.arguments)})"
    if node.function in _MACROS | NO_FIELD or _NAME.fullmatch(node.function) is None:
        raise ValueError(f"{node.function!r} is no function of a value")
    return f"{_target(node.target)}.{node.function}({_listed(node.arguments)})"


def _binary(node: Binary) -> str:
    strength = _STRENGTH.get(node.operator, _RELATION)
    return f"{_within(node.left, strength)} {node.operator} {_within(node.right, strength + 1)}"


def _operand(operator: str, operand: Node) -> str:
    # `-5` is a number and `--5` is read differently by different readers.
    if operator == "-" and isinstance(operand, Constant):
        return f"({write(operand)})"
    return _within(operand, _MEMBER)


def _target(node: Node) -> str:
    # `5.size()` starts like a fraction.
    if isinstance(node, Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return f"({write(node)})"
    return _within(node, _MEMBER)


def _within(node: Node, weakest: int) -> str:
    written = write(node)
    return written if _strength(node) >= weakest else f"({written})"


def _strength(node: Node) -> int:
    match node:
        case Choice():
            return _CHOICE
        case Binary(operator=operator):
            return _STRENGTH.get(operator, _RELATION)
        case Unary():
            return _UNARY
        case _:
            return _MEMBER


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(write(node) for node in nodes)


def _name(name: str) -> str:
    if _NAME.fullmatch(name) is None or name in RESERVED:
        raise ValueError(f"{name!r} is no name of a variable or function")
    return name


def _field(field: str) -> str:
    if _NAME.fullmatch(field) is not None and field not in NO_FIELD:
        return field
    if _QUOTED.fullmatch(field) is not None:
        return f"`{field}`"
    raise ValueError(f"{field!r} is no name of a field; ask for it as an item, as in system['…']")


def _constant(value: bool | int | float | str | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return "'" + "".join(_character(character) for character in value) + "'"
        case int() if not -MAX_INT - 1 <= value <= MAX_INT:
            raise ValueError(f"{value} does not fit into 64 bits")
        case float() if not isfinite(value):
            raise ValueError(f"{value} cannot be written as a number")
        case _:
            return repr(value)


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    number = ord(character)
    if 0xD800 <= number <= 0xDFFF:
        raise ValueError(f"\\u{number:04x} is half a character and cannot be written")
    if character.isprintable():
        return character
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
