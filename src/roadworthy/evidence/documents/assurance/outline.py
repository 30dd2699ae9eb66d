"""An assurance case as nested text: what a drawing shows, for those who cannot see it, and for searching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.subject import STRICT
from roadworthy.evidence.documents.assurance.model import AssuranceCase, LinkKind, Node

MAX_DEPTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One node and what hangs under it."""

    __pydantic_config__: ClassVar = STRICT

    node: Node
    how: str
    """How it hangs on what stands above it, in words; empty for the top."""

    entries: tuple[Entry, ...] = ()
    again: bool = False
    """It stands before in the outline, with all that hangs under it, and is not told again."""


_HOW = {
    LinkKind.IN_CONTEXT_OF: "in the context of",
    LinkKind.DEFEATED_BY: "but",
    LinkKind.SUPPORTED_BY: "because",
}


def outline_of(case: AssuranceCase) -> Entry:
    """Return the outline, from the top goal down; a node that several share is told once."""
    told: set[str] = set()
    children: dict[str, list[tuple[LinkKind, str]]] = {}
    for link in case.links:
        children.setdefault(link.source, []).append((link.kind, link.target))
    nodes = {node.id: node for node in case.nodes}

    def entry(id_: str, how: str, depth: int) -> Entry:
        if id_ in told or depth >= MAX_DEPTH:
            return Entry(node=nodes[id_], how=how, again=True)
        told.add(id_)
        below = sorted(children.get(id_, ()), key=lambda item: tuple(_HOW).index(item[0]))
        return Entry(
            node=nodes[id_],
            how=how,
            entries=tuple(entry(target, _HOW[kind], depth + 1) for kind, target in below),
        )

    return entry(case.top, "", 0)
