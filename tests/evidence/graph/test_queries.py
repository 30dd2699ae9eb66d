"""Trees of what was walked, and the blast radius, over a graph in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from roadworthy.evidence.graph.model import Edge, EdgeKind, Hop, Node, Path, Reached
from roadworthy.evidence.graph.queries import impact_of, tree

KINDS = {"c": "component", "e": "evidence", "d": "decision", "r": "release", "q": "approval-request", "a": "approval"}


def node(key: str) -> Node:
    return Node(kind=KINDS[key[0]], key=key)


def edge(source: str, kind: EdgeKind, target: str) -> Edge:
    return Edge(source=node(source), kind=kind, target=node(target))


WORLD = (
    edge("r1", EdgeKind.CONSISTS_OF, "c1"),
    edge("r2", EdgeKind.CONSISTS_OF, "c2"),
    edge("e1", EdgeKind.ABOUT, "c1"),
    edge("e2", EdgeKind.ABOUT, "c2"),
    edge("d1", EdgeKind.RESTS_ON, "e1"),
    edge("d2", EdgeKind.RESTS_ON, "e2"),
    edge("d1", EdgeKind.DECIDES, "r1"),
    edge("d2", EdgeKind.DECIDES, "r2"),
    edge("q1", EdgeKind.ABOUT, "r1"),
    edge("a1", EdgeKind.ANSWERS, "q1"),
)


class Memory:
    """The one method that a blast radius needs."""

    def follow(self, start: Collection[Node], paths: Collection[Path], *, limit: int = 100) -> Reached:
        found: set[Node] = set()
        for path in paths:
            level = set(start)
            for hop in path:
                level = {there for here in level for there in step(here, hop)}
            found |= level
        return Reached(total=len(found), nodes=tuple(sorted(found)[:limit]))


def step(here: Node, hop: Hop) -> Sequence[Node]:
    ways = [(e.source, e.target) if hop.forward else (e.target, e.source) for e in WORLD if e.kind in hop.kinds]
    return [there for start, there in ways if start == here and (not hop.to or there.kind in hop.to)]


@pytest.mark.parametrize(
    ("of", "evidence", "decisions", "releases", "approvals"),
    [
        ("c1", {"e1"}, {"d1"}, {"r1"}, {"a1"}),
        ("c2", {"e2"}, {"d2"}, {"r2"}, set()),
        ("e1", {"e1"}, {"d1"}, {"r1"}, {"a1"}),
        ("d1", set(), {"d1"}, {"r1"}, {"a1"}),
        ("r1", set(), {"d1"}, {"r1"}, {"a1"}),
    ],
)
def test_what_is_void_without_it_is_found_and_nothing_else(of, evidence, decisions, releases, approvals):
    found = impact_of(Memory(), node(of))

    assert {n.key for n in found.evidence.nodes} == evidence
    assert {n.key for n in found.decisions.nodes} == decisions
    assert {n.key for n in found.releases.nodes} == releases
    assert {n.key for n in found.approvals.nodes} == approvals


def test_a_node_has_its_branches_where_it_was_met_first():
    walked = [
        (1, edge("d1", EdgeKind.RESTS_ON, "e1")),
        (1, edge("d1", EdgeKind.DECIDES, "r1")),
        (2, edge("e1", EdgeKind.ABOUT, "c1")),
        (2, edge("r1", EdgeKind.CONSISTS_OF, "c1")),
        (3, edge("c1", EdgeKind.USES, "c2")),
    ]

    by_evidence, by_release = tree(node("d1"), walked, forward=True)

    assert [branch.node.key for branch in by_evidence.branches[0].branches] == ["c2"]
    assert (by_release.branches[0].seen, by_release.branches[0].branches) == (True, ())


def test_a_circle_ends_where_it_began():
    walked = [(1, edge("c1", EdgeKind.USES, "c2")), (2, edge("c2", EdgeKind.USES, "c1"))]

    (branch,) = tree(node("c1"), walked, forward=True)

    assert [(below.node.key, below.seen) for below in branch.branches] == [("c1", True)]


def test_a_long_chain_is_no_tree_too_deep():
    walked = [(n, edge(f"c{n}", EdgeKind.USES, f"c{n + 1}")) for n in range(20)]

    assert len(tree(node("c0"), walked, forward=True)) == 1
