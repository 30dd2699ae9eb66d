"""Translates a condition into calls of the library ``roadworthy.cel``, with the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

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
from roadworthy.policy.facts import VARIABLES
from roadworthy.policy.rego.names import text
from roadworthy.policy.rego.patterns import without_flag

_BINARY = {
    "==": "equal",
    "!=": "differ",
    "<": "less",
    "<=": "at_most",
    ">": "more",
    ">=": "at_least",
    "in": "member",
    "&&": "both",
    "||": "either",
}
_ARITHMETIC = {"+": "sum_of", "-": "difference_of", "*": "product_of"}
_TEXT_CALLS = {
    "contains": "contains_text",
    "startsWith": "starts_with",
    "endsWith": "ends_with",
    "matches": "matches",
}
_MACROS = {"all": "all_of", "exists": "some_of", "exists_one": "one_of", "map": "mapped"}


class UntranslatableError(ValueError):
    """A condition that Rego cannot answer as the condition language does; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A condition in Rego."""

    statements: tuple[str, ...]
    """What stands before it in the body, in order."""

    expression: str
    """Its value: what `cel.value`, `cel.missing` or `cel.broken` returns."""


@dataclass(slots=True)
class _Scope:
    """A body in the making: the names that its macros bind, and its statements."""

    counter: list[int]
    names: dict[str, str]
    statements: list[str] = field(default_factory=list)

    def fresh(self, stem: str) -> str:
        self.counter[0] += 1
        return f"{stem}_{self.counter[0]}"

    def inside(self, variable: str, name: str) -> _Scope:
        return _Scope(counter=self.counter, names=self.names | {variable: name})


def translate(node: Node, *, counter: list[int] | None = None) -> Translated:
    """Return ``node`` in Rego, for a body in which ``facts`` is bound.

    Args:
        node: The condition.
        counter: Numbers names that no other condition of the same body may have; None starts anew.

    Raises:
        UntranslatableError: For arithmetic whose operands may be fractions, for times, for conversions and
            for functions that the library has not. JSON does not tell 3 from 3.0, the condition language does.

    >>> from roadworthy.policy.expressions.parse import parse
    >>> translate(parse("system.owner != ''")).expression
    'cel.differ(cel.field(cel.variable(facts, "system"), "owner"), cel.value(""))'
    """
    scope = _Scope(counter=counter if counter is not None else [0], names={})
    expression = _node(node, scope)
    return Translated(statements=tuple(scope.statements), expression=expression)


def _node(node: Node, scope: _Scope) -> str:
    match node:
        case Constant(value=value):
            return f"cel.value({_constant(value)})"
        case Name(name=name):
            return _name(name, scope)
        case Unary() | Binary():
            return _operation(node, scope)
        case Call():
            return _call(node, scope)
        case Macro():
            return _macro(node, scope)
        case _:
            return _part(node, scope)


def _part(node: Field | Item | Has | ListOf | MapOf | Choice, scope: _Scope) -> str:
    match node:
        case Field(operand=operand, field=name):
            return f"cel.field({_node(operand, scope)}, {text(name)})"
        case Has(operand=operand, field=name):
            return f"cel.has_field({_node(operand, scope)}, {text(name)})"
        case Item(operand=operand, index=index):
            return f"cel.item({_node(operand, scope)}, {_node(index, scope)})"
        case ListOf(items=items):
            return _list(items, scope)
        case MapOf(entries=entries):
            return _map(entries, scope)
        case Choice(condition=condition, then=then, other=other):
            return f"cel.choice({_node(condition, scope)}, {_node(then, scope)}, {_node(other, scope)})"
        case _:
            assert_never(node)


def _list(items: Sequence[Node], scope: _Scope) -> str:
    if all(isinstance(item, Constant) for item in items):
        written = ", ".join(_constant(item.value) for item in items if isinstance(item, Constant))
        return f"cel.value([{written}])"
    return f"cel.list_of([{', '.join(_node(item, scope) for item in items)}])"


def _map(entries: Sequence[tuple[Node, Node]], scope: _Scope) -> str:
    keys = [key.value for key, _ in entries if isinstance(key, Constant) and isinstance(key.value, str)]
    if len(set(keys)) < len(entries):
        raise UntranslatableError("a map has keys that are no texts, or the same key twice")
    if any(isinstance(value, Constant) and value.value is None for _, value in entries):
        raise UntranslatableError("a map states null, which means not stated in facts")
    pairs = ", ".join(f"[{text(key)}, {_node(value, scope)}]" for key, (_, value) in zip(keys, entries, strict=True))
    return f"cel.map_of([{pairs}])"


def _constant(value: bool | int | float | str | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return text(value)
        case _:
            return repr(value)


def _name(name: str, scope: _Scope) -> str:
    if name in scope.names:
        return scope.names[name]
    if name not in VARIABLES:
        raise UntranslatableError(f"{name!r} is neither a fact nor a name that a macro binds")
    return f"cel.variable(facts, {text(name)})"


def _operation(node: Unary | Binary, scope: _Scope) -> str:
    if isinstance(node, Unary):
        if node.operator == "!":
            return f"cel.negation({_node(node.operand, scope)})"
        _require_whole(node.operand)
        return f"cel.difference_of(cel.value(0), {_node(node.operand, scope)})"
    if node.operator in ("&&", "||"):
        return _balanced(_chain(node, node.operator), _BINARY[node.operator], scope)
    if node.operator in _BINARY:
        return f"cel.{_BINARY[node.operator]}({_node(node.left, scope)}, {_node(node.right, scope)})"
    return _arithmetic(node, scope)


def _arithmetic(node: Binary, scope: _Scope) -> str:
    function = _ARITHMETIC.get(node.operator)
    if node.operator == "+" and (_is_text(node.left) or _is_text(node.right)):
        function = "joined"
    elif function is None:
        raise UntranslatableError(f"`{node.operator}` rounds whole numbers only, and JSON does not tell them apart")
    else:
        _require_whole(node.left)
        _require_whole(node.right)
    return f"cel.{function}({_node(node.left, scope)}, {_node(node.right, scope)})"


def _chain(node: Node, operator: str) -> list[Node]:
    """Return the operands of a chain of one operator, as it is read from left to right."""
    operands: list[Node] = []
    while isinstance(node, Binary) and node.operator == operator:
        operands.append(node.right)
        node = node.left
    return [node, *reversed(operands)]


def _balanced(operands: Sequence[Node], function: str, scope: _Scope) -> str:
    # The condition language balances its chains, and which of two errors is told depends on it.
    if len(operands) == 1:
        return _node(operands[0], scope)
    middle = (len(operands) + 1) // 2
    left = _balanced(operands[:middle], function, scope)
    return f"cel.{function}({left}, {_balanced(operands[middle:], function, scope)})"


def _is_whole(node: Node) -> bool:
    match node:
        case Constant(value=value):
            return type(value) is int
        case Call(function="size"):
            return True
        case Unary(operator="-", operand=operand):
            return _is_whole(operand)
        case Binary(operator="+" | "-" | "*", left=left, right=right):
            return _is_whole(left) and _is_whole(right)
        case _:
            return False


def _require_whole(node: Node) -> None:
    if not _is_whole(node):
        raise UntranslatableError("arithmetic on facts tells whole numbers from fractions, and JSON does not")


def _is_text(node: Node) -> bool:
    match node:
        case Constant(value=value):
            return isinstance(value, str)
        case Binary(operator="+", left=left, right=right):
            return _is_text(left) or _is_text(right)
        case _:
            return False


def _call(node: Call, scope: _Scope) -> str:
    operands = node.arguments if node.target is None else (node.target, *node.arguments)
    if node.function == "size" and len(operands) == 1:
        return f"cel.size({_node(operands[0], scope)})"
    if node.function == "dyn" and node.target is None and len(operands) == 1:
        return _node(operands[0], scope)
    function = _TEXT_CALLS.get(node.function)
    if function is None or len(operands) != 2 or (node.target is None and node.function != "matches"):
        raise UntranslatableError(f"the function {node.function}() has no counterpart with the same answers")
    part = operands[1]
    if function == "matches" and isinstance(part, Constant) and isinstance(part.value, str):
        part = Constant(value=without_flag(part.value))
    return f"cel.{function}({_node(operands[0], scope)}, {_node(part, scope)})"


def _macro(node: Macro, scope: _Scope) -> str:
    through = scope.fresh("range")
    scope.statements.append(f"{through} := {_node(node.operand, scope)}")
    element = scope.fresh("each")
    inner = scope.inside(node.variable, element)
    body = _node(node.body, inner)
    elements = f"cel.elements({through})"
    found = _comprehension(body, element=element, elements=elements, statements=inner.statements, scope=scope)
    if node.macro == "filter":
        return f"cel.selected({through}, {elements}, {found})"
    return f"cel.{_MACROS[node.macro]}({through}, {found})"


def _comprehension(body: str, *, element: str, elements: str, statements: Sequence[str], scope: _Scope) -> str:
    if not statements:
        return f"[{body} | some {element} in {elements}]"
    result = scope.fresh("found")
    lines = [f"some {element} in {elements}", *statements, f"{result} := {body}"]
    indented = "\n".join(f"\t{line}".replace("\n", "\n\t") for line in lines)
    return f"[{result} |\n{indented}\n]"
