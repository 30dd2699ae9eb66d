"""What is asked of the graph again and again: trees in both directions, and what a change of one thing voids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.subject import STRICT
from roadworthy.evidence.graph.model import Edge, EdgeKind, Graph, Hop, Node, Path, Reached

FOLLOWED = tuple(kind for kind in EdgeKind if kind is not EdgeKind.USES)
"""Edges that are followed where none are named. Which component uses which differs from release to release, so
following ``uses`` leads from a component to versions that were never released with it; a release's own parts and
the parts that evidence covers are named outright."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A node in a tree, with what hangs on it or what it hangs on."""

    __pydantic_config__: ClassVar = STRICT

    kind: EdgeKind
    """Of the edge that leads here."""

    node: Node
    branches: tuple[Branch, ...] = ()
    seen: bool = False
    """It stands elsewhere in the tree, with its branches."""


def tree(start: Node, edges: Iterable[tuple[int, Edge]], *, forward: bool) -> tuple[Branch, ...]:
    """Return what was walked from ``start`` as a tree: each node has branches where it was met first.

    Args:
        start: Where the walk began.
        edges: With their distance, nearest first, as `Graph.walk` gives them.
        forward: Whether the walk went from source to target.
    """
    below: dict[Node, list[tuple[EdgeKind, Node, bool]]] = {}
    met = {start}
    for _, edge in edges:
        here, there = (edge.source, edge.target) if forward else (edge.target, edge.source)
        below.setdefault(here, []).append((edge.kind, there, there in met))
        met.add(there)
    return _branches(start, below)


def _branches(node: Node, below: dict[Node, list[tuple[EdgeKind, Node, bool]]]) -> tuple[Branch, ...]:
    return tuple(
        Branch(kind=kind, node=there, branches=() if seen else _branches(there, below), seen=seen)
        for kind, there, seen in below.get(node, ())
    )


_TO_EVIDENCE = Hop(forward=False, kinds=(EdgeKind.ABOUT, EdgeKind.MADE_WITH, EdgeKind.EXECUTES), to=("evidence",))
_TO_SUPPLIED = Hop(forward=False, kinds=(EdgeKind.SUPPLIED_BY,), to=("component",))
_TO_DECISION = Hop(forward=False, kinds=(EdgeKind.RESTS_ON,), to=("decision",))
_TO_DECIDED = Hop(forward=True, kinds=(EdgeKind.DECIDES,), to=("release",))
_TO_VERDICT = Hop(forward=False, kinds=(EdgeKind.DECIDES,), to=("decision",))
_TO_WHOLE = Hop(forward=False, kinds=(EdgeKind.CONSISTS_OF,), to=("release",))
_TO_REQUEST = Hop(forward=False, kinds=(EdgeKind.ABOUT,), to=("approval-request",))
_TO_APPROVAL = Hop(forward=False, kinds=(EdgeKind.ANSWERS,), to=("approval",))

_MANY = 100_000

MAY_BE_VOID = (_TO_EVIDENCE,)
"""The way from a thing to the evidence that was made of it, about it or with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What would be void, or must be looked at again, if one thing turned out to be wrong or changed."""

    __pydantic_config__: ClassVar = STRICT

    of: Node
    evidence: Reached
    """Void: made of it, about it, or with it."""

    decisions: Reached
    """To be made again: they rest on that evidence, or on the thing itself."""

    releases: Reached
    """Decided by those decisions, or made of it."""

    approvals: Reached
    """Of those releases or of the thing itself: what their approvers looked at is another one then."""


def impact_of(graph: Graph, node: Node, *, voided: Sequence[Node] | None = None, limit: int = 100) -> Impact:
    """Return the blast radius of ``node``: a component, dataset, judge, collector, task, document, or a record.

    Args:
        graph: Where the edges are.
        node: What would be wrong.
        voided: The evidence that falls with it, where the graph alone does not say, as for a recall; None: it does.
        limit: How many of each to name; all are counted.
    """
    itself: tuple[Path, ...] = ((),)
    start: Sequence[Node] = [node] if voided is None else voided
    if node.kind == "vendor":
        # All that comes from them.
        start = graph.follow([node], [(_TO_SUPPLIED,)], limit=_MANY).nodes
    evidence = itself if node.kind == "evidence" or voided is not None else ((_TO_EVIDENCE,),)
    decisions = (
        *(itself if node.kind == "decision" else ()),
        *((*path, _TO_DECISION) for path in evidence),
        (_TO_DECISION,),
        (_TO_VERDICT,),
        (_TO_WHOLE, _TO_VERDICT),
    )
    releases = (
        *(itself if node.kind == "release" else ()),
        *((*path, _TO_DECIDED) for path in decisions),
        (_TO_WHOLE,),
    )
    approvals = (
        *((*path, _TO_REQUEST, _TO_APPROVAL) for path in releases),
        (_TO_REQUEST, _TO_APPROVAL),
        (_TO_APPROVAL,),
    )
    return Impact(
        of=node,
        evidence=graph.follow(start, evidence, limit=limit),
        decisions=graph.follow(start, decisions, limit=limit),
        releases=graph.follow(start, releases, limit=limit),
        approvals=graph.follow(start, approvals, limit=limit),
    )
