"""What every graph of records must do, whatever it is kept in."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.databases import ENGINES, place
from roadworthy.adapters.store.graph import LedgerGraph, write_traces
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import ConfigError, VerificationError
from roadworthy.evidence.graph.model import Edge, EdgeKind, Hop, Node, Traces
from roadworthy.evidence.graph.queries import impact_of


@pytest.fixture(params=ENGINES)
def home(request, tmp_path):
    with place(request.param, tmp_path) as made:
        yield made


def node(key: str, kind: str = "component", label: str = "") -> Node:
    return Node(kind=kind, key=key, label=label)


def edge(source: str, target: str, kind: EdgeKind = EdgeKind.ABOUT) -> Edge:
    return Edge(source=node(source), kind=kind, target=node(target))


def holding(home, *edges: Edge, own: Node | None = None, names: tuple[str, ...] = ()) -> LedgerGraph:
    ledger = home.ledger()
    with ledger.transaction() as db:
        write_traces(db, [(digest_of("record"), Traces(node=own, edges=edges, names=names))])
    return LedgerGraph(ledger)


def test_edges_are_walked_both_ways_nearest_first(home):
    graph = holding(home, edge("a", "b"), edge("b", "c"), edge("c", "d"))

    forward = graph.walk([node("a")], forward=True, depth=2)
    backward = graph.walk([node("c")], forward=False, depth=9)

    assert [(distance, found.target.key) for distance, found in forward] == [(1, "b"), (2, "c")]
    assert [(distance, found.source.key) for distance, found in backward] == [(1, "b"), (2, "a")]


def test_each_edge_is_met_once_and_a_circle_ends(home):
    graph = holding(home, edge("a", "b"), edge("b", "a"), edge("a", "a"), edge("b", "c"), edge("a", "c"))

    found = graph.walk([node("a")], forward=True, depth=50)

    assert len(found) == 5
    assert len({found for _, found in found}) == 5


def test_only_the_kinds_that_were_asked_for_are_followed(home):
    graph = holding(home, edge("a", "b"), edge("a", "c", EdgeKind.USES))

    found = graph.walk([node("a")], forward=True, depth=3, kinds=[EdgeKind.USES])

    assert [found.target.key for _, found in found] == ["c"]


def test_a_walk_stops_at_its_limit(home):
    graph = holding(home, *(edge("hub", f"n{number}") for number in range(30)))

    assert len(graph.walk([node("hub")], forward=True, depth=3, limit=7)) == 7


def test_a_walk_from_nowhere_finds_nothing(home):
    graph = holding(home, edge("a", "b"))

    assert list(graph.walk([node("z")], forward=True, depth=3)) == []
    assert list(graph.walk([], forward=True, depth=3)) == []
    assert graph.follow([node("z")], [()]).total == 0


def test_a_node_is_found_by_key_label_name_digest_and_its_start(home):
    own = node("ev_1", "evidence", "eval:quality")
    graph = holding(home, own=own, names=("also so",))

    for reference in ("ev_1", "eval:quality", "also so", digest_of("record"), digest_of("record")[7:14]):
        assert list(graph.find(reference)) == [own], reference
    assert list(graph.find("ev_1", kind="release")) == []
    assert list(graph.find("sha256:")) == []
    assert list(graph.find("")) == []


def test_what_was_only_referred_to_gets_its_label_when_its_record_comes(home):
    ledger = home.ledger()
    for label in ("", "the label", "another label"):
        with ledger.transaction() as db:
            write_traces(db, [(digest_of(label), Traces(node=node("r", "release", label)))])

    assert [found.label for found in LedgerGraph(ledger).find("r")] == ["the label"]


def test_paths_are_followed_and_where_they_lead_is_counted_once(home):
    graph = holding(
        home, edge("a", "m"), edge("b", "m"), edge("d", "a", EdgeKind.RESTS_ON), edge("d", "b", EdgeKind.RESTS_ON)
    )
    about, rests = Hop(forward=False, kinds=(EdgeKind.ABOUT,)), Hop(forward=False, kinds=(EdgeKind.RESTS_ON,))

    assert {found.key for found in graph.follow([node("m")], [(about,)]).nodes} == {"a", "b"}
    assert [found.key for found in graph.follow([node("m")], [(about, rests)]).nodes] == ["d"]
    both = graph.follow([node("m")], [(about,), (about, rests), ()], limit=2)
    assert (both.total, len(both.nodes)) == (4, 2)
    typed = Hop(forward=False, kinds=(EdgeKind.ABOUT,), to=("evidence",))
    assert graph.follow([node("m")], [(typed,)]).total == 0


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM edges",
        "UPDATE edges SET kind = 'waives'",
        "INSERT INTO edges (source, kind, target) SELECT target, 'cites', source FROM edges",
        "UPDATE nodes SET label = 'another'",
        "INSERT INTO names (name, node) SELECT 'slipped in', id FROM nodes",
    ],
)
def test_a_graph_that_says_something_else_than_the_records_is_noticed(home, harm):
    traces = Traces(node=node("a"), edges=(edge("a", "b"),))
    graph = holding(home, *traces.edges, own=traces.node)
    said = [[(1, digest_of("record"), traces)]]
    assert graph.check(said) == 1
    home.admin(harm)

    with pytest.raises(VerificationError, match="the graph"):
        graph.check(said)


def test_a_graph_is_made_again_from_what_the_records_say(home):
    graph = holding(home, edge("wrong", "edge"))
    said = [(1, digest_of("record"), Traces(node=node("a"), edges=(edge("a", "b"),)))]

    graph.rebuild([said])

    assert graph.check([said]) == 1
    assert list(graph.find("wrong")) == []


@pytest.mark.parametrize("text", ["x" * 5_000, "ü" * 3_000, "'; DROP TABLE nodes; --", "?", "%s", "a\nb", "🜨"])
def test_hostile_and_very_long_names_are_kept_and_found_again(home, text):
    own = Node(kind="component", key=f"{text}", label=text)
    graph = holding(home, own=own, names=(text,))

    assert graph.follow([own], [()]).total == 1
    assert graph.check([[(1, digest_of("record"), Traces(node=own, names=(text,)))]]) == 0


def test_text_that_is_no_utf_8_is_asked_wrongly_and_nothing_is_called_so(home):
    graph = holding(home, edge("a", "b"))

    with pytest.raises(ConfigError, match="half a character"):
        graph.find("\udcff")


@pytest.mark.parametrize("reference", ["%", "_", "e_", "*", "' OR 1=1 --", "x" * 100_000, "\x1b[31m"])
def test_nothing_in_a_reference_stands_for_anything_else(home, reference):
    graph = holding(home, own=node("ev_1", "evidence", "eval:quality"))

    assert list(graph.find(reference)) == []


def test_what_many_records_say_is_kept_as_if_each_were_written_alone(home, tmp_path):
    stated = [
        (
            digest_of(f"record {number}"),
            Traces(
                node=node(f"n{number % 150}", label="" if number % 2 else f"label {number}"),
                edges=(edge(f"n{number % 150}", f"n{(number * 7) % 200}"), edge("hub", f"n{number % 150}")),
            ),
        )
        for number in range(260)
    ]
    with place(home.engine, tmp_path / "alone") as other:
        for ledger, batches in ((home.ledger(), [stated]), (other.ledger(), [[one] for one in stated])):
            with ledger.transaction() as db:
                for batch in batches:
                    write_traces(db, batch)
        together, alone = LedgerGraph(home.ledger()), LedgerGraph(other.ledger())

        for forward in (True, False):
            walks = [graph.walk([node("hub"), node("n7")], forward=forward, depth=3) for graph in (together, alone)]
            assert walks[0] == walks[1]
            assert len(walks[0]) > 10


def test_the_blast_radius_of_a_vendor_is_that_of_all_that_comes_from_them(home):
    vendor, piece = node("acme", "vendor"), node("ev_1", "evidence")
    graph = holding(
        home,
        Edge(source=node("model"), kind=EdgeKind.SUPPLIED_BY, target=vendor),
        Edge(source=piece, kind=EdgeKind.ABOUT, target=node("model")),
        Edge(source=node("decision_1", "decision"), kind=EdgeKind.RESTS_ON, target=piece),
        Edge(source=node("ev_2", "evidence"), kind=EdgeKind.ABOUT, target=node("of another")),
    )

    found = impact_of(graph, vendor)

    assert found.evidence.nodes == (piece,)
    assert found.decisions.nodes == (node("decision_1", "decision"),)


def test_every_kind_of_node_is_told_apart(home):
    graph = holding(home, Edge(source=node("x", "rule"), kind=EdgeKind.ABOUT, target=node("x", "control")))

    assert {found.kind for found in graph.find("x")} == {"rule", "control"}
    assert [found.kind for found in graph.nodes("rule")] == ["rule"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=25),
    depth=st.integers(1, 6),
    forward=st.booleans(),
)
def test_a_walk_finds_exactly_the_edges_of_a_breadth_first_search(tmp_path, pairs, depth, forward):
    edges = [edge(str(a), str(b)) for a, b in dict.fromkeys(pairs)]
    start = str(pairs[0][0])
    with place("sqlite", tmp_path / str(hash((tuple(pairs), depth, forward)))) as home:
        found = holding(home, *edges).walk([node(start)], forward=forward, depth=depth)
    assert {(d, e) for d, e in found} == breadth_first(edges, start, depth=depth, forward=forward)


def breadth_first(edges: list[Edge], start: str, *, depth: int, forward: bool) -> set[tuple[int, Edge]]:
    level, seen, found = {start}, {start}, set()
    for distance in range(1, depth + 1):
        after = set()
        for one in edges:
            here, there = (one.source.key, one.target.key) if forward else (one.target.key, one.source.key)
            if here in level:
                found.add((distance, one))
                after.add(there)
        level = after - seen
        seen |= after
    return found
