"""The graph of records in the ledger's database: written with each record, walked level by level, checked whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import TypeAlias

from roadworthy.adapters.store.database import Database, Writer, insert
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.graph.model import Edge, EdgeKind, Hop, Node, Path, Reached, Traces

_MIN_PREFIX = 6
_MAX_TEXT = 500
"""Characters of a key, label or name that the indexes take; longer keys are digests, longer labels cut."""

_AT_ONCE = 2_000
"""Records whose nodes and edges are held in memory when the graph is made again."""

Stated: TypeAlias = tuple[Digest, Traces]
"""What the record with a digest says of the graph."""

_FORWARD = (
    "SELECT source, kind, target FROM edges WHERE source = ANY(?) AND kind = ANY(?)"
    " ORDER BY source, kind, target DESC LIMIT ?"
)
_BACKWARD = (
    "SELECT source, kind, target FROM edges WHERE target = ANY(?) AND kind = ANY(?)"
    " ORDER BY target, kind, source DESC LIMIT ?"
)
_CALLED = (
    "SELECT kind, key, label FROM nodes WHERE kind = coalesce(?, kind) AND id IN ("
    "SELECT id FROM nodes WHERE key = ? UNION SELECT id FROM nodes WHERE label = ? AND label <> ''"
    " UNION SELECT node FROM names WHERE name = ?) ORDER BY id DESC LIMIT ?"
)
_STARTING = (
    "SELECT kind, key, label FROM nodes WHERE kind = coalesce(?, kind) AND id IN ("
    "SELECT id FROM nodes WHERE key >= ? AND key < ?"
    " UNION SELECT node FROM names WHERE name >= ? AND name < ?) ORDER BY id DESC LIMIT ?"
)


def write_traces(db: Writer, stated: Iterable[Stated]) -> None:
    """Write what records say of the graph; what is there already stays as it is."""
    nodes, edges, names = _rows(stated)
    # Nodes are looked up one by one: joined, tables that grew since their statistics were taken would be walked whole.
    insert(
        db,
        "INSERT INTO nodes (kind, key, label) VALUES {} ON CONFLICT (key, kind)"
        " DO UPDATE SET label = excluded.label WHERE nodes.label = '' AND excluded.label <> ''",
        nodes,
    )
    insert(
        db,
        "INSERT INTO edges (source, kind, target)"
        " SELECT (SELECT id FROM nodes WHERE key = v.column2 AND kind = v.column3), v.column1,"
        " (SELECT id FROM nodes WHERE key = v.column4 AND kind = v.column5)"
        " FROM (VALUES {}) v WHERE true ON CONFLICT DO NOTHING",
        edges,
    )
    insert(
        db,
        "INSERT INTO names (name, node)"
        " SELECT v.column1, (SELECT id FROM nodes WHERE key = v.column2 AND kind = v.column3)"
        " FROM (VALUES {}) v WHERE true ON CONFLICT DO NOTHING",
        names,
    )


class LedgerGraph:
    """`roadworthy.evidence.graph.model.Graph` in the ledger's database."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database: Database = ledger.database

    @property
    def is_whole(self) -> bool:
        """Whether every record is in the graph; a ledger that an older version wrote needs `rebuild` once."""
        return self._database.query("SELECT whole FROM graph_state") == [(1,)]

    def rebuild(self, sources: Iterable[Iterable[tuple[int, Digest, Traces]]]) -> None:
        """Make the graph again from the records, all or nothing.

        Args:
            sources: What the records of each noun say, with their place in the log, oldest first.
        """
        with self._ledger.transaction() as db:
            for emptied in ("DELETE FROM edges", "DELETE FROM names", "DELETE FROM nodes"):
                db.execute(emptied)
            stated = _in_order(sources)
            while some := list(islice(stated, _AT_ONCE)):
                write_traces(db, some)
            db.execute("UPDATE graph_state SET whole = 1")

    def check(self, sources: Iterable[Iterable[tuple[int, Digest, Traces]]]) -> int:
        """Check that the graph says what the records say, and return how many edges it has.

        Raises:
            VerificationError: Naming the first edge, node or name that is missing or that no record states.
        """
        nodes, edges, names = _rows(_in_order(sources))
        self._compare("node", set(nodes), "SELECT kind, key, label FROM nodes")
        self._compare(
            "edge",
            set(edges),
            "SELECT e.kind, s.key, s.kind, t.key, t.kind"
            " FROM edges e JOIN nodes s ON s.id = e.source JOIN nodes t ON t.id = e.target",
        )
        self._compare(
            "name", set(names), "SELECT names.name, n.key, n.kind FROM names JOIN nodes n ON n.id = names.node"
        )
        return len(edges)

    def find(self, reference: str, *, kind: str | None = None, limit: int = 100) -> Sequence[Node]:
        """Return the nodes that are called ``reference``, the last one that appeared first."""
        found = self._nodes_of(_CALLED, (kind, reference, reference, reference, limit))
        hexadecimal = reference.removeprefix("sha256:")
        if found or len(hexadecimal) < _MIN_PREFIX or not set(hexadecimal) <= set("0123456789abcdef"):
            return found
        first, after = f"sha256:{hexadecimal}", f"sha256:{hexadecimal}g"
        return self._nodes_of(_STARTING, (kind, first, after, first, after, limit))

    def nodes(self, kind: str) -> Sequence[Node]:
        """Return every node of a kind that has few, such as requirements, by key."""
        return self._nodes_of("SELECT kind, key, label FROM nodes WHERE kind = ? ORDER BY key", (kind,))

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

        Level by level rather than by one recursive query: such a query meets a node again on every way to it,
        and cannot stop at so many edges.
        """
        followed = [kind.value for kind in kinds or EdgeKind]
        level = seen = set(self._ids(start))
        found: list[tuple[int, tuple[int, str, int]]] = []
        distance = 0
        while level and distance < depth and len(found) < limit:
            distance += 1
            rows = self._database.query(
                _FORWARD if forward else _BACKWARD, (sorted(level), followed, limit - len(found))
            )
            edges = [(_int(source), str(kind), _int(target)) for source, kind, target in rows]
            found += [(distance, edge) for edge in edges]
            level = {target if forward else source for source, _, target in edges} - seen
            seen = seen | level
        return self._named(found)

    def follow(self, start: Collection[Node], paths: Collection[Path], *, limit: int = 100) -> Reached:
        """Return where any of ``paths`` leads: one query, in which what paths begin alike with is worked out once."""
        steps: dict[Path, str] = {(): "s0 (id) AS MATERIALIZED (SELECT id FROM nodes WHERE id = ANY(?))"}
        names: dict[Path, str] = {(): "s0"}
        parameters: list[object] = [self._ids(start)]
        for path in paths:
            for length in range(1, len(path) + 1):
                whole, before, hop = path[:length], path[: length - 1], path[length - 1]
                if whole not in names:
                    names[whole] = f"s{len(names)}"
                    steps[whole] = f"{names[whole]} (id) AS MATERIALIZED ({_step(hop, names[before])})"
                    parameters += [*hop.kinds, *hop.to]
        reached = " UNION ".join(f"SELECT id FROM {names[path]}" for path in paths)  # noqa: S608 - constants
        rows = self._database.query(
            f"WITH {', '.join(steps.values())}, reached (id) AS MATERIALIZED ({reached})"  # noqa: S608 - constants
            " SELECT (SELECT count(*) FROM reached), n.kind, n.key, n.label FROM nodes n JOIN"
            " (SELECT id FROM reached ORDER BY id DESC LIMIT ?) r ON n.id = r.id ORDER BY n.id DESC",
            (*parameters, limit),
        )
        total = _int(rows[0][0]) if rows else 0
        return Reached(total=total, nodes=tuple(_node(row[1:]) for row in rows))

    def _ids(self, nodes: Collection[Node]) -> list[int]:
        keys = {(node.kind, node.key) for node in map(_bounded, nodes)}
        rows = self._database.query(
            "SELECT id, kind, key FROM nodes WHERE key = ANY(?)", (sorted({key for _, key in keys}),)
        )
        return [_int(id) for id, kind, key in rows if (kind, key) in keys]

    def _nodes_of(self, sql: str, parameters: tuple[object, ...]) -> list[Node]:
        return [_node(row) for row in self._database.query(sql, parameters)]

    def _named(self, found: list[tuple[int, tuple[int, str, int]]]) -> list[tuple[int, Edge]]:
        ids = {id for _, (source, _, target) in found for id in (source, target)}
        rows = self._database.query("SELECT id, kind, key, label FROM nodes WHERE id = ANY(?)", (sorted(ids),))
        nodes = {_int(row[0]): _node(row[1:]) for row in rows}
        return [
            (distance, Edge(source=nodes[source], kind=EdgeKind(kind), target=nodes[target]))
            for distance, (source, kind, target) in found
        ]

    def _compare(self, what: str, stated: set[tuple[str, ...]], query: str) -> None:
        held = {tuple(map(str, row)) for row in self._database.query(query)}
        for difference, problem in ((stated - held, "was taken out of"), (held - stated, "was slipped into")):
            if difference:
                raise VerificationError(
                    f"{what} {' '.join(min(difference))} {problem} the graph: the records say something else",
                    fix="restore the ledger from a backup",
                )


def _in_order(sources: Iterable[Iterable[tuple[int, Digest, Traces]]]) -> Iterator[Stated]:
    return ((digest, traces) for _, digest, traces in merge(*sources, key=itemgetter(0)))


def _rows(
    stated: Iterable[Stated],
) -> tuple[list[tuple[str, str, str]], list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return the rows of nodes, edges and names that records are kept as, each once, in order of appearance."""
    # A node that is only referred to may have no label yet; one of each place, labelled where anything labels it.
    labels: dict[tuple[str, str], str] = {}
    edges: dict[tuple[str, ...], None] = {}
    names: dict[tuple[str, ...], None] = {}
    for digest, traces in stated:
        own = _bounded(traces.node) if traces.node is not None else None
        for edge in traces.edges:
            source, target = _bounded(edge.source), _bounded(edge.target)
            edges[edge.kind.value, source.key, source.kind, target.key, target.kind] = None
            for node in (source, target):
                labels[node.kind, node.key] = labels.get((node.kind, node.key)) or node.label
        if own is not None:
            labels[own.kind, own.key] = labels.get((own.kind, own.key)) or own.label
            called = {digest, *(name for name in traces.names if len(name) <= _MAX_TEXT)} - {own.key, own.label, ""}
            names |= dict.fromkeys((name, own.key, own.kind) for name in sorted(called))
    return [(kind, key, label) for (kind, key), label in labels.items()], list(edges), list(names)


def _bounded(node: Node) -> Node:
    if len(node.key) <= _MAX_TEXT and len(node.label) <= _MAX_TEXT:
        return node
    key = node.key if len(node.key) <= _MAX_TEXT else digest_of(node.key)
    return Node(kind=node.kind, key=key, label=node.label[:_MAX_TEXT])


def _step(hop: Hop, before: str) -> str:
    here, there = ("source", "target") if hop.forward else ("target", "source")
    # A cross join keeps the order in which it is written: from the few that were reached, never over all edges.
    arriving = " CROSS JOIN nodes n" if hop.to else ""
    only = f" AND n.id = e.{there} AND n.kind IN ({_marks(hop.to)})" if hop.to else ""
    return (
        f"SELECT DISTINCT e.{there} FROM {before} f CROSS JOIN edges e{arriving}"  # noqa: S608 - constants
        f" WHERE e.{here} = f.id AND e.kind IN ({_marks(hop.kinds)}){only}"
    )


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def _node(row: Sequence[object]) -> Node:
    kind, key, label = map(str, row)
    return Node(kind=kind, key=key, label=label)


def _int(value: object) -> int:
    return int(str(value))
