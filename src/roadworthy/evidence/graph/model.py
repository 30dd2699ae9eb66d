"""Nodes and edges of the evidence graph. Values only; a store keeps and walks them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from roadworthy.core.subject import STRICT


class EdgeKind(StrEnum):
    """How two nodes hang together; read from source to target, e.g. *evidence* ``about`` *component*."""

    MAPPED_TO = "mapped_to"
    """Control to requirement."""

    CHECKED_BY = "checked_by"
    """Control to rule."""

    BINDS = "binds"
    """Policy to control or rule."""

    CONSISTS_OF = "consists_of"
    """Release to component version."""

    USES = "uses"
    """Component version to component version."""

    ABOUT = "about"
    """Evidence, finding, approval, review or exception to what it is about."""

    EXECUTES = "executes"
    """Evidence to task."""

    MADE_WITH = "made_with"
    """Evidence to run, judge, dataset, document, or producer (collector) and version."""

    RESTS_ON = "rests_on"
    """Decision to evidence, exception, approval, assessment or policy."""

    DECIDES = "decides"
    """Decision to release."""

    CITES = "cites"
    """Rule of a decision to the evidence that answered it; document to evidence."""

    SUPERSEDES = "supersedes"
    RECALLS = "recalls"
    """Recall to evidence."""

    ANSWERS = "answers"
    """Approval to request; review decision to review."""

    WAIVES = "waives"
    """Exception to rule."""

    RAISES = "raises"
    """Evidence, run or review to finding or risk."""

    TREATED_BY = "treated_by"
    """Finding or risk to control, action or test."""

    SUPPLIED_BY = "supplied_by"
    """Component version to vendor."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Node:
    """One thing that records speak of."""

    __pydantic_config__: ClassVar = STRICT

    kind: str
    """E.g. ``release``, ``component``, ``evidence``, ``decision``, ``rule``, ``control``, ``requirement``, ``task``,
    ``dataset``, ``judge``, ``collector``, ``exception``, ``approval``, ``finding``, ``risk``, ``vendor``."""

    key: str
    """Unique in its kind: a digest for content, an id for records, a name for rules, controls and requirements."""

    label: str = ""
    """What people call it, e.g. the component's key; empty where the key says it."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edge:
    """One node hangs on another."""

    __pydantic_config__: ClassVar = STRICT

    source: Node
    kind: EdgeKind
    target: Node


class Graph(Protocol):
    """The graph as a store keeps it. Implementations pass ``tests/contract/test_graph.py``."""

    def find(self, reference: str, *, kind: str | None = None) -> Sequence[Node]:
        """Return the nodes whose key or label is ``reference``, or whose digest starts with it, sorted."""
        ...

    def walk(
        self, start: Collection[Node], *, forward: bool, depth: int, kinds: Collection[EdgeKind] = ()
    ) -> Sequence[tuple[int, Edge]]:
        """Return the edges reached from ``start`` with their distance, nearest first, each once.

        Args:
            start: Where to begin.
            forward: From source to target; else from target to source.
            depth: How many edges away at most; 1 or more.
            kinds: Edges to follow; empty: all.
        """
        ...
