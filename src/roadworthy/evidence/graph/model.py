"""Nodes and edges of the evidence graph. Values only; a store keeps and walks them.

An edge is read from what hangs to what it hangs on: a decision rests on evidence, evidence is about a component.
Following edges forward answers *what does this rest on*, following them backward *what rests on this*.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol, TypeAlias

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
    """Result of a rule in one decision to the evidence that answered it; document to evidence."""

    JUDGES = "judges"
    """Result of a rule in one decision to the rule."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What one record says of the graph."""

    __pydantic_config__: ClassVar = STRICT

    node: Node | None = None
    """The record itself; None where it is no node."""

    edges: tuple[Edge, ...] = ()
    names: tuple[str, ...] = ()
    """What the record is called beside its key and its label, e.g. the version of a release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step of a path: along some edges, to some nodes."""

    forward: bool
    """From source to target; else from target to source."""

    kinds: tuple[EdgeKind, ...]
    """Edges to follow, 1 or more."""

    to: tuple[str, ...] = ()
    """Kinds of the nodes to arrive at; empty: any."""


Path: TypeAlias = tuple[Hop, ...]
"""Hops taken one after the other; none: stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Where paths lead."""

    total: int
    """How many nodes, each counted once."""

    nodes: tuple[Node, ...]
    """The newest of them, newest first."""


class Graph(Protocol):
    """The graph as a store keeps it. Implementations pass ``tests/contract/test_graph.py``."""

    def find(self, reference: str, *, kind: str | None = None, limit: int = 100) -> Sequence[Node]:
        """Return the nodes that are called ``reference``, the last one that appeared first.

        Args:
            reference: A key, a label or another name; where none is so called, the start of a digest, of 6
                hexadecimal digits or more.
            kind: Kind of node; None: any.
            limit: How many at most.
        """
        ...

    def nodes(self, kind: str) -> Sequence[Node]:
        """Return every node of a kind that has few, such as ``requirement``, by key."""
        ...

    def walk(
        self,
        start: Collection[Node],
        *,
        forward: bool,
        depth: int,
        kinds: Collection[EdgeKind] = (),
        limit: int = 10_000,
    ) -> Sequence[tuple[int, Edge]]:
        """Return the edges reached from ``start`` with their distance, nearest first, each once.

        Args:
            start: Where to begin.
            forward: From source to target; else from target to source.
            depth: How many edges away at most; 1 or more.
            kinds: Edges to follow; empty: all.
            limit: How many edges at most.
        """
        ...

    def follow(self, start: Collection[Node], paths: Collection[Path], *, limit: int = 100) -> Reached:
        """Return where any of ``paths`` leads.

        Args:
            start: Where each of them begins.
            paths: 1 or more.
            limit: How many nodes to name at most; all are counted.
        """
        ...
