"""Walks a tree: its parts, and the tree with one part replaced. Nothing is changed in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One part of a tree, and the way back to the whole."""

    node: Node
    """The part."""

    put: Callable[[Node], Node]
    """Returns the whole tree with another part in this place."""


_PARTS: dict[type[Node], tuple[str, ...]] = {
    Constant: (),
    Name: (),
    Field: ("operand",),
    Has: ("operand",),
    Unary: ("operand",),
    Item: ("operand", "index"),
    Binary: ("left", "right"),
    Choice: ("condition", "then", "other"),
    Macro: ("operand", "body"),
}


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts directly below ``node``, in the order in which they are written."""
    match node:
        case ListOf(items=items):
            return items
        case MapOf(entries=entries):
            return tuple(part for entry in entries for part in entry)
        case Call(target=target, arguments=arguments):
            return arguments if target is None else (target, *arguments)
        case _:
            return tuple(getattr(node, name) for name in _PARTS[type(node)])


def with_children(node: Node, parts: tuple[Node, ...]) -> Node:
    """Return ``node`` with ``parts`` in the places of its `children`.

    Raises:
        ValueError: If there are not as many parts as children.
    """
    if len(parts) != len(children(node)):
        raise ValueError(f"{type(node).__name__} has {len(children(node))} parts, got {len(parts)}")
    match node:
        case ListOf():
            return replace(node, items=parts)
        case MapOf():
            return replace(node, entries=tuple(zip(parts[::2], parts[1::2], strict=True)))
        case Call(target=None):
            return replace(node, arguments=parts)
        case Call():
            return replace(node, target=parts[0], arguments=parts[1:])
        case _:
            changed: dict[str, Any] = dict(zip(_PARTS[type(node)], parts, strict=True))
            return replace(node, **changed)


def replacements(node: Node) -> Iterator[Place]:
    """Yield ``node`` and every part below it, each with a function that puts another in its place.

    A part stands before the parts below it.

    >>> from roadworthy.policy.expressions.parse import parse
    >>> from roadworthy.policy.expressions.write import write
    >>> tree = parse("a && b")
    >>> [write(place.put(Constant(value=True))) for place in replacements(tree)]
    ['true', 'true && b', 'a && true']
    """
    yield Place(node=node, put=lambda other: other)
    parts = children(node)
    for index, part in enumerate(parts):
        for inner in replacements(part):
            yield Place(node=inner.node, put=_put(node, parts=parts, index=index, inner=inner))


def _put(node: Node, *, parts: tuple[Node, ...], index: int, inner: Place) -> Callable[[Node], Node]:
    return lambda other: with_children(node, (*parts[:index], inner.put(other), *parts[index + 1 :]))


def depth(node: Node) -> int:
    """Return how deep ``node`` nests; 1 for a name. Bounded by memory only, not by recursion.

    >>> from roadworthy.policy.expressions.parse import parse
    >>> depth(parse("a.b == 1"))
    3
    """
    deepest, pending = 0, [(node, 1)]
    while pending:
        part, level = pending.pop()
        deepest = max(deepest, level)
        pending += [(child, level + 1) for child in children(part)]
    return deepest
