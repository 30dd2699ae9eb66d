"""Facts that are absent, of a wrong type, null or very many, made from facts that a rule passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from roadworthy.core.digest import JsonValue
from roadworthy.policy.expressions.tree import Field, Item, Macro, Name, Node
from roadworthy.policy.expressions.walk import children

Path: TypeAlias = tuple[str, ...]
"""Where a fact stands; ``*`` is every element of a list."""

MANY = 100
"""Elements of a list that is long beyond use."""

ELEMENT = "*"

_ROOTS: tuple[tuple[str, JsonValue], ...] = (
    ("nothing is stated", {}),
    ("the input is a number", 5),
    ("the input is a text", "facts"),
    ("the input is a list", []),
    ("the input is null", None),
)
_WRONG: tuple[tuple[str, JsonValue], ...] = (
    ("null", None),
    ("a number", 7),
    ("a text", "?"),
    ("an object", {"x": 1}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One input, and what is wrong with it."""

    note: str
    facts: JsonValue


def fact_paths(node: Node, names: Mapping[str, Path] | None = None) -> frozenset[Path]:
    """Return every fact that ``node`` asks of, and everything above it.

    >>> from roadworthy.policy.expressions.parse import parse
    >>> sorted(fact_paths(parse("components.all(c, c.type == 'tool')")))
    [('components',), ('components', '*', 'type')]
    """
    names = names or {}
    path = _path(node, names)
    found = {path} if path else set()
    if isinstance(node, Macro):
        below = _path(node.operand, names)
        inner = dict(names) | {node.variable: (*below, ELEMENT) if below else ()}
        return frozenset(found) | fact_paths(node.operand, names) | fact_paths(node.body, inner)
    for child in children(node):
        found |= fact_paths(child, names)
    return frozenset(path for path in found if path[-1] != ELEMENT)


def _path(node: Node, names: Mapping[str, Path]) -> Path:
    match node:
        case Name(name=name):
            return names.get(name, (name,))
        case Field(operand=operand, field=field):
            below = _path(operand, names)
            return (*below, field) if below else ()
        case Item() | _:
            return ()


def hostile_facts(good: dict[str, JsonValue], paths: frozenset[Path]) -> Iterator[Hostile]:
    """Yield inputs that differ from ``good`` at one place, or at the root.

    Args:
        good: Facts that the rule passes, where there are any.
        paths: The facts that the rule asks of.
    """
    for note, root in _ROOTS:
        yield Hostile(note=note, facts=root)
    for path in sorted(paths):
        written = ".".join(path)
        for depth in range(len(path), 0, -1):
            if path[depth - 1] != ELEMENT:
                yield Hostile(note=f"{'.'.join(path[:depth])} is absent", facts=_removed(good, path[:depth]))
        for kind, value in _WRONG:
            yield Hostile(note=f"{written} is {kind}", facts=_put(good, path, value))
        many = _many(good, path)
        if many != good:
            yield Hostile(note=f"{written} is {MANY} times as long", facts=many)


def _removed(value: JsonValue, path: Path) -> JsonValue:
    head, rest = path[0], path[1:]
    if head == ELEMENT:
        return [_removed(item, rest) for item in value] if isinstance(value, list) else value
    if not isinstance(value, Mapping) or head not in value:
        return value
    if not rest:
        return {key: item for key, item in value.items() if key != head}
    return {key: _removed(item, rest) if key == head else item for key, item in value.items()}


def _put(value: JsonValue, path: Path, new: JsonValue) -> JsonValue:
    if not path:
        return new
    head, rest = path[0], path[1:]
    if head == ELEMENT:
        items = value if isinstance(value, list) and value else [{}]
        return [_put(item, rest, new) for item in items]
    entries = dict(value) if isinstance(value, Mapping) else {}
    return entries | {head: _put(entries.get(head), rest, new)}


def _many(value: JsonValue, path: Path) -> JsonValue:
    if not path:
        return list(value) * MANY if isinstance(value, list) else value
    head, rest = path[0], path[1:]
    if head == ELEMENT or not isinstance(value, Mapping) or head not in value:
        return value
    return {key: _many(item, rest) if key == head else item for key, item in value.items()}
