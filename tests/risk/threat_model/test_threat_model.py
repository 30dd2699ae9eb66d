"""The threat model: what is drawn, what may go wrong there, and that nothing is covered which was not shown to hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.conditions import CelConditions
from roadworthy.risk.catalogue import ThreatCatalogue
from roadworthy.risk.threat_model.diagram import Boundary, BoundaryKind, DataFlowDiagram, Element, ElementKind
from roadworthy.risk.threat_model.difference import difference
from roadworthy.risk.threat_model.drawing import diagram_of
from roadworthy.risk.threat_model.model import (
    Countermeasure,
    CountermeasureRule,
    HandledRisk,
    RuleState,
    ThreatModel,
    ThreatState,
)
from roadworthy.risk.threat_model.modelling import threat_model
from roadworthy.risk.threat_model.standing import standing_of
from roadworthy.risk.threat_model.stride import PER_ELEMENT, flow_kinds, stride_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Make = Callable[..., ThreatModel]


def control(name: str, *states: RuleState, threats: tuple[str, ...] = ("T01",)) -> Countermeasure:
    rules = tuple(
        CountermeasureRule(
            rule=f"{name}-{i}", state=state, reason="", exceptions=("exception_1",) if state is RuleState.WAIVED else ()
        )
        for i, state in enumerate(states)
    )
    return Countermeasure(control=name, title=name, threats=threats, rules=rules)


HOLDS = control("p/holds", RuleState.HOLDS)
FAILS = control("p/fails", RuleState.HOLDS, RuleState.DOES_NOT_HOLD)
UNKNOWN = control("p/unknown", RuleState.NOT_KNOWN)
WAIVED = control("p/waived", RuleState.WAIVED)
IDLE = control("p/idle", RuleState.NOT_APPLICABLE)
ELSEWHERE = control("p/elsewhere", RuleState.HOLDS, threats=("T02",))
ACCEPTED = HandledRisk(risk="R-1", threats=("T01",), accepted_until=NOW + DAY)
LAPSED = HandledRisk(risk="R-1", threats=("T01",), accepted_until=NOW)
TREATED = HandledRisk(risk="R-1", threats=("T01",), controls=("p/elsewhere",))


@pytest.fixture
def make(catalogue: ThreatCatalogue, conditions: CelConditions) -> Make:
    def made(facts: dict[str, Any], *countermeasures: Countermeasure, handled: tuple[HandledRisk, ...] = ()):
        return threat_model(
            facts,
            catalogue=catalogue,
            conditions=conditions,
            countermeasures=countermeasures,
            now=NOW,
            handled=handled,
        )

    return made


@pytest.mark.parametrize(
    ("controls", "handled", "state"),
    [
        pytest.param((), (), ThreatState.OPEN, id="no control"),
        pytest.param((HOLDS,), (), ThreatState.MITIGATED, id="all hold"),
        pytest.param((HOLDS, IDLE), (), ThreatState.MITIGATED, id="one that does not apply is passed over"),
        pytest.param((IDLE,), (), ThreatState.OPEN, id="none applies"),
        pytest.param((FAILS,), (), ThreatState.OPEN, id="one rule of a control fails"),
        pytest.param((UNKNOWN,), (), ThreatState.OPEN, id="nobody knows"),
        pytest.param((HOLDS, UNKNOWN), (), ThreatState.PARTLY, id="one holds, of one nobody knows"),
        pytest.param((ELSEWHERE,), (), ThreatState.OPEN, id="what counters another threat does not count"),
        pytest.param((ELSEWHERE,), (TREATED,), ThreatState.MITIGATED, id="unless the register names it"),
        pytest.param((WAIVED,), (), ThreatState.ACCEPTED, id="what does not hold is excepted"),
        pytest.param((WAIVED, UNKNOWN), (), ThreatState.OPEN, id="an exception covers its own rule alone"),
        pytest.param((), (ACCEPTED,), ThreatState.ACCEPTED, id="accepted"),
        pytest.param((), (LAPSED,), ThreatState.OPEN, id="an acceptance ends on its minute"),
        pytest.param((HOLDS,), (ACCEPTED,), ThreatState.MITIGATED, id="accepted and held anyway"),
    ],
)
def test_a_threat_stands_by_what_is_shown_to_hold(controls, handled, state):
    assert standing_of(("T01",), countermeasures=controls, handled=handled, now=NOW).state is state


rule_states = st.sampled_from(RuleState)
sets_of_controls = st.lists(st.lists(rule_states, max_size=3), max_size=4).map(
    lambda lists: [control(f"p/c{i}", *states) for i, states in enumerate(lists)]
)


@given(sets_of_controls)
def test_without_a_control_that_holds_nothing_is_mitigated(controls):
    stands = standing_of(("T01",), countermeasures=controls, handled=(), now=NOW)

    assert (stands.state is ThreatState.MITIGATED) <= bool(stands.in_force)
    assert bool(stands.in_force) == any(c.state is RuleState.HOLDS for c in controls)


@given(sets_of_controls)
def test_a_further_control_that_fails_never_makes_a_threat_look_better(controls):
    order = tuple(ThreatState)
    before = standing_of(("T01",), countermeasures=controls, handled=(), now=NOW).state
    after = standing_of(("T01",), countermeasures=[*controls, FAILS], handled=(), now=NOW).state

    assert order.index(after) <= order.index(before)
    assert after in (ThreatState.OPEN, ThreatState.PARTLY)


def flows(facts: dict[str, Any]) -> dict[str, Any]:
    return {flow.id: flow for flow in diagram_of(facts).flows}


def test_users_come_in_through_agents_and_not_past_them(support_desk):
    found = flows(support_desk)

    assert {f for f in found if f.startswith("users/")} == {"users/staff > chat"}
    assert found["users/staff > chat"].crosses
    assert found["users/staff > chat"].untrusted


def test_a_hosted_model_stands_behind_the_boundary_of_its_provider(support_desk):
    found = diagram_of(support_desk)

    assert found.element("llm").boundary.startswith("provider/")
    assert all(f.crosses for f in found.flows if "llm" in (f.source, f.target))


@pytest.mark.parametrize(("trusted", "drawn"), [(True, False), (False, True), (None, True)])
def test_outside_writers_are_drawn_unless_the_content_is_stated_to_be_trusted(support_desk, trusted, drawn):
    (index,) = (c for c in support_desk["components"] if c["key"] == "kb")
    index["trusted"] = trusted

    assert ("outside/writers > kb" in flows(support_desk)) is drawn
    assert flows(support_desk)["kb > chat"].untrusted is drawn


def test_what_the_system_reads_is_not_guessed(support_desk):
    del support_desk["system"]["data_classes"]

    assert flows(support_desk)["users/staff > chat"].data_classes is None


@pytest.mark.parametrize(
    "facts",
    [
        {"system": {"key": "s"}, "components": []},
        {"system": {"key": "s"}},
        {"system": {"key": "s"}, "components": [{"type": "agent", "key": "a", "uses": ["a", "gone"]}]},
        {
            "system": {"key": "s"},
            "components": [{"type": "agent", "key": "a", "uses": ["b"]}, {"type": "agent", "key": "b", "uses": ["a"]}],
        },
        {"system": {"key": "s"}, "components": [{"type": "mcp_server", "key": "m", "uses": []}]},
    ],
    ids=["nothing", "no components", "uses itself and what is not there", "a circle", "a server alone"],
)
def test_any_system_has_a_diagram(facts, make):
    model = make(facts)

    assert all(t.through or t.catalogued for t in model.threats)
    assert model.in_state(ThreatState.MITIGATED) == ()


def test_a_diagram_refuses_a_flow_to_nowhere():
    ours = Boundary(id="ours", kind=BoundaryKind.OURS, title="")
    lone = Element(id="a", kind=ElementKind.PROCESS, title="a", boundary="elsewhere")

    with pytest.raises(ValueError, match="a boundary that is not there"):
        DataFlowDiagram(boundaries=(ours,), elements=(lone,), flows=())


def test_every_threat_of_the_catalogue_has_its_kinds(catalogue):
    assert all(stride_of(threat) for threat in catalogue.threats)


def test_every_kind_that_applies_to_an_element_or_flow_is_covered_by_some_threat(support_desk, make):
    model = make(support_desk)
    there = {(place, kind) for threat in model.threats for place in threat.through for kind in threat.stride}
    asked = {(e.id, kind) for e in model.diagram.elements for kind in PER_ELEMENT[e.kind]}
    asked |= {(f.id, kind) for f in model.diagram.flows for kind in flow_kinds(f)}

    assert asked <= there


def test_ids_are_those_of_the_system_and_not_of_the_order_in_which_it_is_written(support_desk, make):
    before = make(support_desk)
    support_desk["components"].reverse()

    after = make(support_desk)

    assert {t.id for t in after.threats} == {t.id for t in before.threats}
    assert after.diagram == before.diagram
    assert len({t.id for t in after.threats}) == len(after.threats)


def test_the_digest_says_what_was_modelled_and_not_how_it_stands(support_desk, make):
    counters = control("p/c", RuleState.NOT_KNOWN)
    holds = control("p/c", RuleState.HOLDS)
    before, after = make(support_desk, counters), make(support_desk, holds)

    assert before.threats[0].state is not after.threats[0].state
    assert before.digest == after.digest
    support_desk["components"][0]["key"] = "other"
    support_desk["components"][-1]["uses"][0] = "other"
    assert make(support_desk).digest != make(support_desk, counters).digest


def test_a_stated_misuse_is_open_until_the_register_names_it(support_desk, make):
    support_desk["system"]["foreseeable_misuse"] = ["asking for other customers' records"]
    (case,) = (c for c in make(support_desk).abuse_cases if c.origin == "stated")
    handled = HandledRisk(risk="R-9", threats=(case.id,), controls=("p/holds",))

    (after,) = (c for c in make(support_desk, HOLDS, handled=(handled,)).abuse_cases if c.origin == "stated")

    assert case.state is ThreatState.OPEN
    assert after.state is ThreatState.MITIGATED
    assert after.risks == ("R-9",)


def test_a_dangerous_route_is_an_abuse_case_with_its_threats(support_desk, make):
    cases = [c for c in make(support_desk).abuse_cases if c.origin == "route"]

    assert {c.route for c in cases} == {"chat"}
    assert {t for c in cases for t in c.threats} >= {"T02", "T03"}


def test_a_new_tool_shows_as_new_parts_flows_and_threats(support_desk, make):
    before = make(support_desk)
    support_desk["components"].append({"type": "mcp_server", "key": "files", "uri": "x", "uses": []})
    support_desk["components"][-2]["uses"].append("files")

    found = difference(before, make(support_desk))

    assert [e.id for e in found.new_elements] == ["files"]
    assert {f.id for f in found.new_flows} == {"chat > files", "files > chat"}
    assert found.is_worse
    assert "T14" in {t.id for t in found.new_threats} | {t.id for t in found.wider_threats}
    assert difference(before, before).is_empty


def test_a_control_that_stops_holding_is_worse(support_desk, make):
    found = difference(make(support_desk, HOLDS), make(support_desk, FAILS))

    assert found.is_worse
    assert [t.id for t in found.turned_threats] == ["T01"]
    assert not difference(make(support_desk, FAILS), make(support_desk, HOLDS)).is_worse
