"""The nodes of a condition: the part of CEL that packs use.

Source:
    CEL language definition, section "Syntax",
    https://github.com/cel-expr/cel-spec/blob/master/doc/langdef.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

BinaryOperator: TypeAlias = Literal["||", "&&", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"]
UnaryOperator: TypeAlias = Literal["!", "-"]
MacroName: TypeAlias = Literal["all", "exists", "exists_one", "filter", "map"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A literal."""

    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A variable, or the element that a macro binds."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """``operand.field``."""

    operand: Node
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """``operand[index]``."""

    operand: Node
    index: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    """``has(operand.field)``: whether the field is stated."""

    operand: Node
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf:
    """``{k: v}``."""

    entries: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary:
    """``!operand`` or ``-operand``."""

    operator: UnaryOperator
    operand: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """``left operator right``."""

    operator: BinaryOperator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """``condition ? then : other``."""

    condition: Node
    then: Node
    other: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """``function(arguments)``, or ``target.function(arguments)`` where there is a target."""

    function: str
    target: Node | None
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """``operand.all(variable, body)`` and its kin."""

    macro: MacroName
    operand: Node
    variable: str
    body: Node


Node: TypeAlias = Constant | Name | Field | Item | Has | ListOf | MapOf | Unary | Binary | Choice | Call | Macro
"""Any part of a condition."""
