"""Who may say a value: the words of a policy, ready to be held against where the value was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from roadworthy.guard.flow.label import Origin
from roadworthy.guard.segment import SourceKind

MAX_TOOL_NAME = 256
"""Characters of a tool's name. The model writes it: a call of a longer one is not read, and nothing is kept of it."""

_OF_KIND = {"user": SourceKind.USER, "operator": SourceKind.OPERATOR, "document": SourceKind.DOCUMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOrigin:
    """``tool:NAME/field`` or ``user-via:NAME/field``."""

    tool: str
    """``*`` in it stands for anything."""

    field: tuple[str, ...] = ()
    """Steps of the pointer, ``*`` for any; empty: any field."""

    def permits(self, origin: Origin) -> bool:
        """Return whether ``origin`` is that tool's, in that field or below it."""
        if origin.kind is not SourceKind.TOOL or not fits(self.tool, origin.name):
            return False
        return not self.field or _is_below(self.field, origin.field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """All origins that one argument permits."""

    written: tuple[str, ...]
    any: bool
    model: bool
    trusted: bool
    kinds: frozenset[SourceKind]
    tools: tuple[ToolOrigin, ...]
    via: tuple[ToolOrigin, ...]

    def permits(self, origin: Origin) -> bool:
        """Return whether what was found at ``origin`` may decide."""
        if (self.trusted and origin.trusted) or origin.kind in self.kinds:
            return True
        return any(one.permits(origin) for one in self.tools)

    def __str__(self) -> str:
        return ", ".join(self.written)


def permitted(origins: Sequence[str]) -> Permitted:
    """Return `Argument.origins` ready to be asked.

    >>> found = permitted(["user", "tool:contacts/*/email"])
    >>> found.permits(Origin(kind=SourceKind.TOOL, name="contacts", field="/*/email"))
    True
    >>> found.permits(Origin(kind=SourceKind.TOOL, name="contacts", field="/*/note"))
    False
    """
    return Permitted(
        written=tuple(origins),
        any="any" in origins,
        model="model" in origins,
        trusted="trusted" in origins,
        kinds=frozenset(_OF_KIND[one] for one in origins if one in _OF_KIND),
        tools=tuple(_of_tool(one[5:]) for one in origins if one.startswith("tool:")),
        via=tuple(_of_tool(one[9:]) for one in origins if one.startswith("user-via:")),
    )


def fits(pattern: str, name: str) -> bool:
    """Return whether a tool's name fits a pattern in which ``*`` stands for anything.

    >>> fits("read_*", "read_file"), fits("read_*", "write_file"), fits("read", "Read")
    (True, False, False)
    """
    if "*" not in pattern:
        return pattern == name
    return _fits(pattern, name) if len(name) <= MAX_TOOL_NAME else _fits.__wrapped__(pattern, name)


@lru_cache(maxsize=4_096)
def _fits(pattern: str, name: str) -> bool:
    head, *middle, tail = pattern.split("*")
    if not name.startswith(head) or not name[len(head) :].endswith(tail):
        return False
    place, end = len(head), len(name) - len(tail)
    for part in middle:
        found = name.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _of_tool(written: str) -> ToolOrigin:
    tool, slash, rest = written.partition("/")
    return ToolOrigin(tool=tool, field=tuple(rest.split("/")) if slash else ())


def _is_below(wanted: tuple[str, ...], pointer: str) -> bool:
    steps = pointer.split("/")[1:]
    return len(steps) >= len(wanted) and all(one in ("*", step) for one, step in zip(wanted, steps, strict=False))
