"""An assurance case claims no more than its evidence, and shows what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.dossier_world import NOW, dossier, excepted, pieces
from roadworthy.approvals.standing import ConsentStanding, ConsentState
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import NotFoundError
from roadworthy.evidence.documents.assurance.build import assurance_case_of
from roadworthy.evidence.documents.assurance.drawing import drawing_of, views
from roadworthy.evidence.documents.assurance.model import (
    AssuranceCase,
    HandNode,
    Link,
    LinkKind,
    Node,
    NodeKind,
    Status,
)
from roadworthy.evidence.documents.assurance.outline import outline_of
from roadworthy.evidence.documents.assurance.propagate import propagated
from roadworthy.evidence.documents.assurance.shapes import wrapped
from roadworthy.gates.model import Verdict
from roadworthy.governance.model import ConsentKind

GOOD, OPEN, DOUBT, BAD = Status.SUPPORTED, Status.UNDEVELOPED, Status.CHALLENGED, Status.REFUTED


def case(*by_hand: HandNode, findings: Mapping[str, tuple[str, ...]] | None = None, **changes: object) -> AssuranceCase:
    made = dossier(**changes)
    return assurance_case_of(made, decision_digest=digest_of(made.decision), by_hand=by_hand, findings=findings)


def status(made: AssuranceCase, id_: str) -> Status | None:
    return made.node(id_).status


def test_the_top_goal_is_supported_when_everything_under_it_is():
    made = case()

    assert status(made, "G-top") is GOOD
    assert {node.status for node in made.nodes if node.kind is NodeKind.GOAL} == {GOOD}


@pytest.mark.parametrize(
    ("changes", "control", "want", "top"),
    [
        pytest.param({"evidence": pieces(failures=100)}, "base/eval-injection-direct", BAD, BAD, id="refuted"),
        pytest.param({"evidence": pieces()[1:]}, "base/eval-injection-direct", OPEN, OPEN, id="missing"),
        pytest.param(
            {"findings": {"a tester got the prompt out": ("base/eval-quality",)}}, "base/eval-quality", DOUBT, DOUBT,
            id="an open finding",
        ),
    ],
)  # fmt: skip
def test_doubt_about_a_control_rises_to_the_top(changes, control, want, top):
    made = case(**changes)

    assert status(made, f"G-{control}") is want
    assert status(made, "G-top") is top


def test_what_an_exception_lets_through_is_challenged_and_never_supported():
    made = case(evidence=pieces(failures=100), change=excepted())
    against = made.below("G-base/eval-injection-direct", LinkKind.DEFEATED_BY)

    assert status(made, "G-base/eval-injection-direct") is DOUBT
    assert status(made, "G-top") is DOUBT
    assert any("exception_1 lets base/injection through until 2026-06-11" in node.text for node in against)


def test_a_finding_about_no_control_speaks_against_the_whole():
    made = case(findings={"the office burned down": ("somewhere/else",)})

    assert status(made, "G-top") is DOUBT
    assert [node.kind for node in made.below("G-top", LinkKind.DEFEATED_BY)] == [NodeKind.DEFEATER]


def test_refuting_evidence_stands_beside_the_goal_that_it_defeats():
    made = case(evidence=pieces(failures=100))
    (against,) = made.below("G-base/eval-injection-direct", LinkKind.DEFEATED_BY)

    assert [cite.evidence for cite in against.cites] == ["ev_injection"]


def test_a_threat_is_carried_by_the_controls_that_counter_it():
    made = case(evidence=pieces(failures=100))

    assert status(made, "G-threat-T01") is BAD
    assert [n.id for n in made.below("G-threat-T01", LinkKind.SUPPORTED_BY)] == [
        "G-base/eval-injection-direct",
        "G-base/incident-runbook",
    ]


def test_what_is_written_by_hand_can_add_doubt():
    doubt = HandNode(
        id="H-doubt", kind=NodeKind.DEFEATER, text="The tests are in English only", under="G-area-evaluation"
    )

    assert status(case(doubt), "G-top") is DOUBT


def test_what_is_written_by_hand_never_adds_support():
    goal = HandNode(id="H-goal", kind=NodeKind.GOAL, text="It is used by experts only", under="G-top")

    assert status(case(goal), "H-goal") is OPEN
    assert status(case(goal), "G-top") is OPEN


def test_a_strategy_by_hand_may_argue_over_goals_that_there_are():
    plan = HandNode(id="H-plan", kind=NodeKind.STRATEGY, text="By layer", under="G-top", takes=("G-base/eval-quality",))

    assert status(case(plan), "H-plan") is GOOD


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        pytest.param({"under": "G-nothing"}, "no node of the case", id="hangs on nothing"),
        pytest.param({"under": "C-use", "kind": NodeKind.DEFEATER}, "neither a goal nor", id="defeats a context"),
        pytest.param(
            {"under": "G-base/eval-quality", "kind": NodeKind.STRATEGY, "takes": ("G-top",)}, "circle", id="in a circle"
        ),
    ],
)
def test_what_is_written_by_hand_must_fit(node, problem):
    written = HandNode(**({"id": "H-1", "kind": NodeKind.GOAL, "text": "So."} | node))

    with pytest.raises(ValueError, match=problem):
        case(written)


def test_a_solution_cannot_be_written_by_hand():
    with pytest.raises(ValueError, match=r"evidence comes from the ledger"):
        HandNode(id="H-1", kind=NodeKind.SOLUTION, text="Trust us.", under="G-top")


trees = st.lists(st.tuples(st.integers(0, 30), st.sampled_from([None, *Status])), min_size=1, max_size=20)


@given(trees)
def test_no_goal_is_better_than_what_hangs_under_it(shape):
    ids = [f"G-{place}" for place in range(len(shape))]
    nodes = [Node(id=id_, kind=NodeKind.GOAL, text=id_) for id_ in ids]
    links = [
        Link(source=ids[parent % place], kind=LinkKind.SUPPORTED_BY, target=ids[place])
        for place, (parent, _) in enumerate(shape)
        if place
    ]
    local = {id_: own for id_, (_, own) in zip(ids, shape, strict=True) if own is not None}
    found = {node.id: node.status for node in propagated(nodes, links, local=local)}

    assert all(found[link.source].rank >= found[link.target].rank for link in links)
    assert all(found[id_] is not GOOD for id_ in ids if not any(link.source == id_ for link in links))


def test_every_view_is_a_drawing_of_its_own():
    made = case(evidence=pieces(failures=100))
    drawn = {name: drawing_of(made, name) for name, _ in views(made)}

    assert list(drawn) == ["overview", "evaluation", "incident", "oversight", "threat-T01"]
    roots = [ElementTree.fromstring(svg) for svg in drawn.values()]  # noqa: S314 - our own drawings
    assert {root.tag for root in roots} == {"{http://www.w3.org/2000/svg}svg"}
    assert "<polygon" in drawn["overview"]
    assert "<circle" in drawn["oversight"]
    assert "<polygon" not in drawn["oversight"]


def test_a_view_that_there_is_not_is_named_with_those_that_there_are():
    with pytest.raises(NotFoundError, match=r"no view 'cellar'"):
        drawing_of(case(), "cellar")


def test_a_hostile_text_stays_text_in_a_drawing():
    bad = HandNode(id="H-1", kind=NodeKind.CONTEXT, text='</text><script>alert("1")</script>', under="G-top")

    assert "<script" not in drawing_of(case(bad))


def test_the_outline_tells_every_node_and_each_once():
    made = case(evidence=pieces(failures=100))
    told: list[str] = []

    def walk(entry):
        if not entry.again:
            told.append(entry.node.id)
        for below in entry.entries:
            walk(below)

    walk(outline_of(made))
    assert sorted(told) == sorted(node.id for node in made.nodes)


@given(st.text(max_size=200), st.integers(4, 40), st.integers(1, 5))
def test_a_wrapped_text_keeps_to_its_lines(text, width, most):
    lines = wrapped(text, width, most=most)

    assert len(lines) <= most
    assert all(len(line) <= width for line in lines)


def test_a_case_about_a_decision_that_is_over_is_challenged():
    made = case(now=NOW + timedelta(days=400), allow_lapsed=True)

    assert status(made, "G-top") is DOUBT
    assert "no longer in force" in made.node("D-lapsed").text


@pytest.mark.parametrize(
    ("state", "want"),
    [
        pytest.param(ConsentState.APPROVED, GOOD, id="given"),
        pytest.param(ConsentState.IN_REVIEW, OPEN, id="asked for"),
        pytest.param(ConsentState.NOT_REQUESTED, OPEN, id="nobody was asked"),
        pytest.param(ConsentState.REJECTED, DOUBT, id="refused"),
        pytest.param(ConsentState.VOIDED, DOUBT, id="given for another release"),
        pytest.param(ConsentState.EXPIRED, DOUBT, id="over"),
    ],
)
def test_consent_that_is_needed_is_part_of_the_case(state, want):
    standing = ConsentStanding(
        kind=ConsentKind.RELEASE, state=state, payload=digest_of("payload"), request="request_1", reason="as told"
    )
    made = case(change={"consent": standing})

    assert (status(made, "G-consent"), status(made, "G-top")) == (want, want)


@pytest.mark.parametrize(("verdict", "want"), [(Verdict.BLOCKED, DOUBT), (Verdict.CANNOT_TELL, OPEN)])
def test_the_whole_is_never_better_than_the_decision(verdict, want):
    assert status(case(change={"verdict": verdict}), "G-top") is want


def test_what_rests_on_the_teams_word_alone_says_so():
    texts = [node.text for node in case().nodes if node.kind is NodeKind.SOLUTION and not node.cites]

    assert texts
    assert all("nobody checked it" in text for text in texts)
