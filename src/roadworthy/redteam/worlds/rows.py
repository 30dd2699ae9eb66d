"""Tables of a world's state: finding a row, and telling what came, went and changed; and tools made of functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from roadworthy.core.digest import JsonValue
from roadworthy.redteam.worlds.model import State, Tool, ToolError

Row = dict[str, Any]
Done: TypeAlias = Callable[[State, State, str], bool]
"""Of the state before and after, and of the answer: whether a user's task was done."""


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().casefold() == other.strip().casefold()
    return one == other


def named(rows: list[Row], **wanted: object) -> Row:
    """Return the row whose fields are as ``wanted``; case and spaces around do not count.

    Raises:
        ToolError: If there is none.

    >>> named([{"id": "a-1", "n": 3}], id=" A-1 ")["n"]
    3
    """
    for row in rows:
        if all(_same(row[key], value) for key, value in wanted.items()):
            return row
    said = ", ".join(f"{key} {str(value)[:80]!r}" for key, value in wanted.items())
    raise ToolError(f"there is no entry with {said}")


def added(before: State, after: State, table: str) -> list[Row]:
    """Return the rows that are in ``table`` now and were not, in their order.

    >>> added({"t": [{"n": 1}]}, {"t": [{"n": 1}, {"n": 1}, {"n": 2}]}, "t")
    [{'n': 1}, {'n': 2}]
    """
    left = list(before[table])
    came = []
    for row in after[table]:
        if row in left:
            left.remove(row)
        else:
            came.append(row)
    return came


def came(before: State, after: State, table: str, **wanted: object) -> list[Row]:
    """Return the rows that are new in ``table`` and whose fields are as ``wanted``.

    >>> came({"t": []}, {"t": [{"n": 1}, {"n": 2}]}, "t", n=2)
    [{'n': 2}]
    """
    return [
        row for row in added(before, after, table) if all(_same(row.get(name), value) for name, value in wanted.items())
    ]


def removed(before: State, after: State, table: str) -> list[Row]:
    """Return the rows that were in ``table`` and are not there any more."""
    return added(after, before, table)


def differs(before: State, after: State, table: str, *, came: tuple[Row, ...] = (), went: tuple[Row, ...] = ()) -> bool:
    """Return whether exactly the rows ``came`` were added to ``table`` and exactly ``went`` removed.

    A row stands for one that has at least its fields; a row that changed is one that went and one that came.

    >>> differs({"t": []}, {"t": [{"n": 1, "id": 7}]}, "t", came=({"n": 1},))
    True
    >>> differs({"t": []}, {"t": [{"n": 1}, {"n": 2}]}, "t", came=({"n": 1},))
    False
    """
    return _fit(added(before, after, table), came) and _fit(removed(before, after, table), went)


def _fit(rows: list[Row], wanted: tuple[Row, ...]) -> bool:
    return len(rows) == len(wanted) and all(
        all(_same(row.get(key), value) for key, value in one.items()) for row, one in zip(rows, wanted, strict=True)
    )


def holds(text: str, *words: str) -> bool:
    """Return whether all ``words`` are in ``text``, whatever their case.

    >>> holds("Refund: 186 EUR", "186", "eur")
    True
    """
    return all(word.casefold() in text.casefold() for word in words)


def and_says(done: Done, *words: str) -> Done:
    """Return an oracle of a task: what ``done`` says, and the user was told ``words``.

    >>> and_says(lambda before, after, answer: True, "booked")({}, {}, "It is booked.")
    True
    """
    return lambda before, after, answer: done(before, after, answer) and holds(answer, *words)


TEXT: Mapping[str, Any] = {"type": "string"}
NUMBER: Mapping[str, Any] = {"type": "integer"}
YES_OR_NO: Mapping[str, Any] = {"type": "boolean"}
TEXTS: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}


def told(schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    """Return the schema of an argument with its description."""
    return {**schema, "description": description}


def tool(function: Callable[..., Any], description: str, *optional: str, **parameters: Mapping[str, Any]) -> Tool:
    """Return the tool that calls ``function`` with the state and the arguments by name.

    Args:
        function: Its name is the tool's.
        description: As a model is told.
        optional: Arguments that may be left out.
        parameters: JSON schema of each argument.
    """

    def run(state: State, given: Mapping[str, Any]) -> JsonValue:
        try:
            result: JsonValue = function(state, **given)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ToolError(f"an argument is not as it should be: {type(error).__name__}") from error
        return result

    return Tool(
        name=function.__name__,
        description=description,
        parameters=parameters,
        required=tuple(name for name in parameters if name not in optional),
        run=run,
    )
