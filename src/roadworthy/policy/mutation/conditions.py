"""Changes conditions, one node of the tree at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from roadworthy.policy.expressions.parse import parse
from roadworthy.policy.expressions.tree import (
    Binary,
    BinaryOperator,
    Call,
    Choice,
    Constant,
    ListOf,
    Macro,
    Node,
    Unary,
)
from roadworthy.policy.expressions.walk import replacements
from roadworthy.policy.expressions.write import write
from roadworthy.policy.model import FactCheck, Rule
from roadworthy.policy.mutation.mutant import Operator, RuleChange

_FLIPPED: MappingProxyType[BinaryOperator, BinaryOperator] = MappingProxyType(
    {"==": "!=", "!=": "==", "<": ">=", ">=": "<", "<=": ">", ">": "<="}
)
_SHIFTED: MappingProxyType[BinaryOperator, BinaryOperator] = MappingProxyType(
    {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
)
_MAX_SHOWN = 300
_GROUP = re.compile(r"\((?:\?:)?(?P<alternatives>[^()\\]*\|[^()\\]*)\)")
"""An innermost group of plain alternatives in a pattern."""


def changed_conditions(rule: Rule) -> Iterator[RuleChange]:
    """Yield ``rule`` with its condition of application, or what it asks of the facts, changed in each way.

    A condition that cannot be read as a tree is only switched to always and never.
    """
    if rule.applies_when.strip() != "true":
        yield RuleChange(operator="always_apply", change="applies_when: true", rule=replace(rule, applies_when="true"))
        for operator, text in _changed(rule.applies_when):
            change = _said("applies_when", text)
            yield RuleChange(operator=operator, change=change, rule=replace(rule, applies_when=text))
    yield RuleChange(operator="never_apply", change="applies_when: false", rule=replace(rule, applies_when="false"))
    if isinstance(rule.require, FactCheck):
        for operator, text in _changed(rule.require.condition):
            check = replace(rule.require, condition=text)
            yield RuleChange(operator=operator, change=_said("condition", text), rule=replace(rule, require=check))


def _said(field: str, text: str) -> str:
    return f"{field}: {text}" if len(text) <= _MAX_SHOWN else f"{field}: {text[:_MAX_SHOWN]}…"


def _changed(condition: str) -> Iterator[tuple[Operator, str]]:
    try:
        tree = parse(condition)
    except ValueError:
        return
    seen = {_written(tree)}
    for operator, changed in changed_trees(tree):
        text = _written(changed)
        if text is not None and text not in seen:
            seen.add(text)
            yield operator, text


def _written(tree: Node) -> str | None:
    """Return the condition; None where it cannot be written, as with a number that is one too large."""
    try:
        return write(tree)
    except ValueError:
        return None


def changed_trees(tree: Node) -> Iterator[tuple[Operator, Node]]:
    """Yield ``tree`` with one node changed, for every node and every way; some may be no condition.

    The items of a literal list are removed and not changed besides: an item changed into one
    that nobody states is an item removed. Of a pattern, an alternative is removed.

    >>> sorted({write(changed) for _, changed in changed_trees(parse("a == 1 && b"))})
    ... # doctest: +NORMALIZE_WHITESPACE
    ['!(a == 1 && b)', 'a != 1 && b', 'a == 0 && b', 'a == 1', 'a == 1 || b', 'a == 2 && b', 'b']
    """
    yield "negate", tree.operand if isinstance(tree, Unary) and tree.operator == "!" else _not(tree)
    in_lists = {id(item) for place in replacements(tree) if isinstance(place.node, ListOf) for item in place.node.items}
    for place in replacements(tree):
        if id(place.node) not in in_lists or not isinstance(place.node, Constant):
            for operator, node in _of_node(place.node):
                yield operator, place.put(node)


def _of_node(node: Node) -> Iterator[tuple[Operator, Node]]:
    match node:
        case Binary():
            yield from _of_binary(node)
        case Macro():
            yield from _of_macro(node)
        case Unary(operator="!", operand=operand):
            yield "negate", operand
        case Choice(condition=condition, then=then, other=other):
            yield "negate", replace(node, condition=_not(condition))
            yield "drop_operand", then
            yield "drop_operand", other
        case _:
            yield from _of_value(node)


def _of_value(node: Node) -> Iterator[tuple[Operator, Node]]:
    match node:
        case ListOf(items=items):
            for index in range(len(items)):
                yield "remove_item", replace(node, items=items[:index] + items[index + 1 :])
        case Call(function="matches", arguments=(Constant(value=str(pattern)),)):
            for narrower in _narrower(pattern):
                yield "remove_item", replace(node, arguments=(Constant(value=narrower),))
        case Constant(value=value):
            for changed in _other_values(value):
                yield "change_constant", Constant(value=changed)


def _narrower(pattern: str) -> Iterator[str]:
    """Yield ``pattern`` without one alternative of one of its innermost groups.

    >>> list(_narrower("[.](bin|pt)$"))
    ['[.](pt)$', '[.](bin)$']
    """
    for group in _GROUP.finditer(pattern):
        alternatives = group["alternatives"].split("|")
        for index in range(len(alternatives)):
            kept = "|".join(alternatives[:index] + alternatives[index + 1 :])
            yield f"{pattern[: group.start('alternatives')]}{kept}{pattern[group.end('alternatives') :]}"


def _of_macro(node: Macro) -> Iterator[tuple[Operator, Node]]:
    if node.macro in ("all", "exists"):
        yield "swap_quantifier", replace(node, macro="exists" if node.macro == "all" else "all")
    if node.macro == "exists_one":
        yield "swap_quantifier", replace(node, macro="exists")
    if node.macro != "map":
        yield "negate", replace(node, body=_not(node.body))


def _of_binary(node: Binary) -> Iterator[tuple[Operator, Node]]:
    if node.operator in _FLIPPED:
        yield "flip_comparator", replace(node, operator=_FLIPPED[node.operator])
    if node.operator in _SHIFTED:
        yield "shift_comparator", replace(node, operator=_SHIFTED[node.operator])
    if node.operator == "in":
        yield "negate", _not(node)
    if node.operator in ("&&", "||"):
        yield "drop_operand", node.left
        yield "drop_operand", node.right
        yield "swap_connective", replace(node, operator="||" if node.operator == "&&" else "&&")


def _other_values(value: bool | int | float | str | None) -> tuple[bool | int | float | str, ...]:
    match value:
        case bool():
            return (not value,)
        case int() | float():
            return (value + 1, value - 1)
        case str():
            return (f"{value}-other",)
        case None:
            return ()


def _not(node: Node) -> Node:
    return Unary(operator="!", operand=node)
