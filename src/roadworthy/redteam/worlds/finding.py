"""Finding things in the state of a world, the same for every world's tools and oracles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from roadworthy.redteam.worlds.model import State, ToolError

Record = dict[str, Any]


def record(rows: Iterable[Record], name: object, *, by: str = "id", what: str = "entry") -> Record:
    """Return the row whose field ``by`` is ``name``, whatever its case and the spaces around it.

    Raises:
        ToolError: If there is none.
    """
    wanted = str(name).strip().casefold()
    found = next((row for row in rows if str(row[by]).strip().casefold() == wanted), None)
    if found is None:
        raise ToolError(f"there is no {what} {str(name)[:60]!r}")
    return found


def texts(value: object) -> list[str]:
    """Return a list of texts from an argument that is one text or a list of them."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(one) for one in value] if isinstance(value, Sequence) else []


def added(before: State, after: State, name: str) -> list[Record]:
    """Return the rows of the list ``name`` that are in ``after`` and were not in ``before`` as they are now."""
    old = list(before[name])
    return [row for row in after[name] if row not in old]


def kept(row: Mapping[str, Any], *names: str) -> Record:
    """Return the fields of ``row`` with these names."""
    return {name: row[name] for name in names}
