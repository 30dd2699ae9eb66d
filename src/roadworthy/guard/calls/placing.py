"""Where the line of an argument looks in a call: one value, each item of a list, or what stands within them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from roadworthy.guard.calls.compiling import Line
from roadworthy.guard.calls.policy import ArgumentType


def at(value: Any, path: Sequence[str]) -> list[Any]:
    """Return what stands at ``path``: ``*`` is each item of a list, and a name is looked for in each item of one.

    >>> at({"to": [{"email": "a"}, {"email": "b"}]}, ("to", "email"))
    ['a', 'b']
    """
    found = [value]
    for step in path:
        if step == "*":
            found = [item for one in found if type(one) is list for item in one]
        else:
            found = [one[step] for one in _objects(found) if step in one]
    return found


def is_given(arguments: dict[str, Any], line: Line) -> bool:
    """Return whether a value is given at a line.

    What says nothing (an empty text, list or object, or one of nothing else) is not given where it is asked who said
    it; an empty list is not, where anything but its type and size is asked.
    """
    if not _is_there(arguments, line.path):
        return False
    may = line.permitted
    if not may.any and not may.model:
        return all(map(says_something, at(arguments, line.path)))
    kind = line.argument.type
    may_be_empty = kind is ArgumentType.LIST or (kind is ArgumentType.ANY and line.is_plain)
    return may_be_empty or [] not in at(arguments, line.path)


def says_something(value: Any) -> bool:
    """Return whether there is anything in ``value``: a text, a number, a truth value, or the name of a member.

    >>> says_something([{"": None}, [""], None]), says_something([0]), says_something({"all": None})
    (False, True, True)
    """
    kind = type(value)
    if kind is dict:
        return any(name or says_something(item) for name, item in value.items())
    if kind is list or kind is tuple:
        return any(map(says_something, value))
    return value is not None and value != ""


def _objects(values: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the objects of ``values``, those in lists too."""
    found: list[dict[str, Any]] = []
    for value in values:
        if type(value) is dict:
            found.append(value)
        elif type(value) is list:
            found += _objects(value)
    return found


def _is_there(value: Any, path: Sequence[str]) -> bool:
    """Return whether ``path`` is there and not null, in each item where it goes through a list."""
    for place, step in enumerate(path):
        if step == "*":
            rest = path[place + 1 :]
            return type(value) is list and all(_is_there(item, rest) for item in value)
        if type(value) is list:
            rest = path[place:]
            return bool(value) and all(_is_there(item, rest) for item in value)
        if type(value) is not dict or value.get(step) is None:
            return False
        value = value[step]
    return value is not None
