"""What something rests on, what rests on it, and what would be void without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.core.subject import STRICT
from roadworthy.evidence.graph.model import Edge, EdgeKind, Graph, Node
from roadworthy.evidence.graph.queries import FOLLOWED, MAY_BE_VOID, Branch, impact_of, tree
from roadworthy.gates.oversight.recalled import is_recalled
from roadworthy.gates.recall import Recall
from roadworthy.runtime.graph.nouns import graph_of
from roadworthy.runtime.graph.states import Describer, Line
from roadworthy.runtime.workspace import Workspace

DEFAULT_DEPTH = 2
MAX_DEPTH = 20
_MANY = 1_000_000
MAX_EDGES = 2_000
"""Edges in each direction: more do not help anybody to read."""


class Direction(StrEnum):
    """Which way to look."""

    DOWN = "down"
    """What it rests on."""

    UP = "up"
    """What rests on it."""

    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedEdge:
    """One edge of a trace; both ends stand in `Trace.nodes`."""

    __pydantic_config__: ClassVar = STRICT

    distance: int
    source: str
    """``<kind>:<key>``."""

    kind: EdgeKind
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What hangs together with one thing."""

    __pydantic_config__: ClassVar = STRICT

    start: Node
    others: tuple[Node, ...]
    """What else is called so, newest first."""

    down: tuple[Branch, ...] | None
    """What it rests on; None: not asked for."""

    up: tuple[Branch, ...] | None
    """What rests on it; None: not asked for."""

    edges: tuple[TracedEdge, ...]
    nodes: dict[Node, Line]
    cut: bool
    """There are more edges than are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """Nodes of one kind that a change of one thing would void."""

    __pydantic_config__: ClassVar = STRICT

    total: int
    lines: tuple[Line, ...]
    """The newest of them, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blast:
    """What would be void, or must be looked at again, if one thing turned out to be wrong or changed."""

    __pydantic_config__: ClassVar = STRICT

    of: Line
    evidence: Affected
    decisions: Affected
    releases: Affected
    approvals: Affected

    @property
    def total(self) -> int:
        """How many nodes."""
        return sum(part.total for part in (self.evidence, self.decisions, self.releases, self.approvals))


def trace(
    workspace: Workspace,
    reference: str,
    *,
    direction: Direction = Direction.BOTH,
    depth: int = DEFAULT_DEPTH,
    kinds: Sequence[EdgeKind] = (),
) -> Trace:
    """Return what ``reference`` rests on and what rests on it.

    Args:
        workspace: Whose graph.
        reference: Key, name or digest of anything, or ``<kind>:<key>``; see `resolve`.
        direction: Which way to look.
        depth: How many edges away at most, 1 to `MAX_DEPTH`.
        kinds: Edges to follow; empty: all but ``uses``.

    Raises:
        ConfigError: If ``depth`` is out of range.
        NotFoundError: If nothing is called so.
    """
    if not 1 <= depth <= MAX_DEPTH:
        raise ConfigError(f"a depth of {depth} cannot be shown", where="--depth", fix=f"give 1 to {MAX_DEPTH}")
    graph = graph_of(workspace)
    start, *others = resolve(graph, reference)
    walked = {
        forward: graph.walk([start], forward=forward, depth=depth, kinds=kinds or FOLLOWED, limit=MAX_EDGES + 1)
        for forward in (True, False)
        if direction is not (Direction.UP if forward else Direction.DOWN)
    }
    shown = {forward: edges[:MAX_EDGES] for forward, edges in walked.items()}
    trees = {forward: tree(start, edges, forward=forward) for forward, edges in shown.items()}
    found = [edge for edges in shown.values() for edge in edges]
    lines = Describer(workspace).lines([start, *(node for branches in trees.values() for node in readable(branches))])
    return Trace(
        start=start,
        others=tuple(others),
        down=trees.get(True),
        up=trees.get(False),
        edges=tuple(_edge(distance, edge) for distance, edge in found),
        nodes=lines,
        cut=any(len(edges) > MAX_EDGES for edges in walked.values()),
    )


def requirements_in(graph: Graph, requirement: str) -> Sequence[Node]:
    """Return the requirements that ``requirement`` names, with their parts: ``Art. 15`` is also ``Art. 15(1)``."""
    wanted = " ".join(requirement.split()).casefold()
    return [
        node
        for node in graph.nodes("requirement")
        if any(_is_part(name, wanted) for name in (node.key, node.label, node.key.replace("-", " ")))
    ]


def _is_part(name: str, wanted: str) -> bool:
    """Return whether ``name`` is ``wanted`` or a paragraph of it.

    >>> _is_part("eu-ai-act Art. 15(1)", "eu-ai-act art. 15"), _is_part("eu-ai-act Art. 150", "eu-ai-act art. 15")
    (True, False)
    """
    given = name.casefold()
    return given == wanted or given.startswith((f"{wanted}(", f"{wanted}."))


def resolve(graph: Graph, reference: str) -> Sequence[Node]:
    """Return what is called ``reference``, the newest first.

    Args:
        graph: Where to look.
        reference: An id, a version, a digest or its start, a component's key, ``collector@version``, a rule, a
            control, a requirement as ``eu-ai-act Art. 15`` or by its framework's title; with ``<kind>:`` before it
            where it is to be of one kind.

    Raises:
        NotFoundError: If nothing is.
    """
    found = graph.find(reference)
    kind, colon, rest = reference.partition(":")
    if not found and colon and rest:
        found = graph.find(rest, kind=kind)
    found = found or requirements_in(graph, reference)
    if not found:
        raise NotFoundError(
            f"nothing that was recorded is called {reference[:200]!r}",
            fix="give an id, a version, a digest, a component's key or collector@version; "
            "`rw list release` and `rw list evidence` show some",
        )
    return found


def impact(workspace: Workspace, reference: str, *, limit: int = 20) -> Blast:
    """Return what would be void if ``reference`` turned out to be wrong: the blast radius.

    Args:
        workspace: Whose graph.
        reference: As for `trace`; a recall stands for the evidence that it voids.
        limit: How many of each kind to name; all are counted.

    Raises:
        NotFoundError: If nothing is called so.
    """
    graph = graph_of(workspace)
    start = resolve(graph, reference)[0]
    voided = _recalled(workspace, graph, start) if start.kind == "recall" else None
    found = impact_of(graph, start, voided=voided, limit=limit)
    parts = (found.evidence, found.decisions, found.releases, found.approvals)
    lines = Describer(workspace).lines([start, *(node for part in parts for node in part.nodes)])
    evidence, decisions, releases, approvals = (
        Affected(total=part.total, lines=tuple(lines[node] for node in part.nodes)) for part in parts
    )
    return Blast(of=lines[start], evidence=evidence, decisions=decisions, releases=releases, approvals=approvals)


def _recalled(workspace: Workspace, graph: Graph, recall: Node) -> list[Node]:
    """Return the evidence that ``recall`` voids: of what was made with or of what it names, all that it matches."""
    record = workspace.recalls.get(recall.key).record
    named = [edge.target for _, edge in graph.walk([recall], forward=True, depth=1)]
    makers = (
        graph.find(record.producer, kind="collector", limit=_MANY) if record.producer and not record.versions else ()
    )
    made = graph.follow([*named, *makers], [MAY_BE_VOID], limit=_MANY).nodes
    pieces = [node for node in named if node.kind == "evidence"]
    return [node for node in dict.fromkeys([*pieces, *made]) if _matches(workspace, record, node)]


def _matches(workspace: Workspace, recall: Recall, evidence: Node) -> bool:
    try:
        return is_recalled(recall, workspace.evidence.record(evidence.key))
    except NotFoundError:
        # It was named by its id alone, and is in no record of this ledger.
        return evidence.key in recall.evidence


def edge_kinds(names: Sequence[str]) -> tuple[EdgeKind, ...]:
    """Return the kinds of edges that ``names`` are.

    Raises:
        ConfigError: If one is none.

    >>> edge_kinds(["about"])
    (<EdgeKind.ABOUT: 'about'>,)
    """
    known = {kind.value: kind for kind in EdgeKind}
    wrong = [name for name in names if name not in known]
    if wrong:
        raise ConfigError(
            f"no edge is of kind {wrong[0][:60]!r}", where="--kind", fix=f"choose one of {', '.join(sorted(known))}"
        )
    return tuple(known[name] for name in names)


def as_data(trace: Trace) -> dict[str, object]:
    """Return a trace for programs: its edges, and what is said of the nodes that are shown to people."""
    return {
        "start": trace.nodes[trace.start],
        "also_called_so": [name_of(node) for node in trace.others],
        "edges": trace.edges,
        "nodes": {name_of(node): line for node, line in sorted(trace.nodes.items())},
        "cut": trace.cut,
    }


WIDTH = 8
"""Branches of one kind below one node that are shown to people."""


def readable(branches: Sequence[Branch]) -> Iterator[Node]:
    """Yield the nodes of a tree that people are shown: of each kind below one node the first few."""
    for group in grouped(branches):
        for branch in group[:WIDTH]:
            yield branch.node
            yield from readable(branch.branches)


def grouped(branches: Sequence[Branch]) -> list[list[Branch]]:
    """Return ``branches`` by the kind of their edge and of their node, in the order in which they first appear."""
    groups: dict[tuple[EdgeKind, str], list[Branch]] = {}
    for branch in branches:
        groups.setdefault((branch.kind, branch.node.kind), []).append(branch)
    return list(groups.values())


def name_of(node: Node) -> str:
    """Return ``<kind>:<key>``, by which a node can be asked for.

    >>> name_of(Node(kind="collector", key="eval@1"))
    'collector:eval@1'
    """
    return f"{node.kind}:{node.key}"


def _edge(distance: int, edge: Edge) -> TracedEdge:
    return TracedEdge(distance=distance, source=name_of(edge.source), kind=edge.kind, target=name_of(edge.target))
