from __future__ import annotations

from typing import Any

import pytest

from roadworthy.risk.catalogue import FlowKind
from roadworthy.risk.flow import routes

MAIL = {"type": "tool", "key": "mail", "side_effects": ["send"], "uses": []}
ORDERS = {"type": "tool", "key": "orders", "side_effects": ["read"], "uses": []}


def index(*, trusted: bool | None) -> dict[str, Any]:
    found = {"type": "index", "key": "kb", "role": "rag", "personal_data": False, "uses": []}
    return found if trusted is None else found | {"trusted": trusted}


def facts(*components: dict[str, Any], uses: list[str] | None = None) -> dict[str, Any]:
    keys = [c["key"] for c in components] if uses is None else uses
    agent = {"type": "agent", "key": "chat", "uses": keys}
    return {"system": {"data_classes": ["personal"]}, "components": [*components, agent]}


@pytest.mark.parametrize(
    ("given", "lethal"),
    [
        pytest.param(facts(index(trusted=False), ORDERS, MAIL), True, id="all three meet"),
        pytest.param(facts(index(trusted=None), ORDERS, MAIL), True, id="nobody said that the index is trusted"),
        pytest.param(facts(index(trusted=True), ORDERS, MAIL), False, id="only trusted people write"),
        pytest.param(facts(index(trusted=False), MAIL), False, id="nothing private"),
        pytest.param(facts(index(trusted=False), ORDERS), False, id="no way out"),
        pytest.param(
            facts(index(trusted=False), ORDERS, MAIL, uses=["kb", "mail"]), False, id="private data out of reach"
        ),
    ],
)
def test_lethal_combination_needs_private_data_untrusted_content_and_a_way_out(
    given: dict[str, Any], lethal: bool
) -> None:
    (route,) = routes(given)

    assert route.has(FlowKind.LETHAL) is lethal


def test_a_server_of_tools_is_untrusted_private_and_a_way_out() -> None:
    (route,) = routes(facts({"type": "mcp_server", "key": "crm", "uses": []}))

    assert route.has(FlowKind.LETHAL)


def test_parts_in_different_routes_do_not_meet() -> None:
    reader = {"type": "agent", "key": "reader", "uses": ["kb", "orders"]}
    sender = {"type": "agent", "key": "sender", "uses": ["mail"]}
    given = {
        "system": {"data_classes": ["personal"]},
        "components": [index(trusted=False), ORDERS, MAIL, reader, sender],
    }

    assert not any(route.has(FlowKind.LETHAL) for route in routes(given))


def test_a_sub_agents_tools_are_within_reach() -> None:
    planner = {"type": "agent", "key": "planner", "uses": ["kb", "orders", "sender"]}
    sender = {"type": "agent", "key": "sender", "uses": ["mail", "planner"]}
    given = {
        "system": {"data_classes": ["personal"]},
        "components": [index(trusted=False), ORDERS, MAIL, planner, sender],
    }

    assert [route.has(FlowKind.LETHAL) for route in routes(given)] == [True, True]


def test_without_agents_everything_meets() -> None:
    given = {"system": {"data_classes": ["personal"]}, "components": [index(trusted=False), ORDERS, MAIL]}

    (route,) = routes(given)

    assert (route.key, route.has(FlowKind.LETHAL)) == ("the system", True)


def test_data_classes_that_nobody_stated_count_as_private() -> None:
    (route,) = routes({"system": {}, "components": [ORDERS]})

    assert route.private == ("orders",)


def test_evaluation_data_reach_no_route_as_content() -> None:
    golden = {"type": "dataset", "key": "golden", "role": "golden", "trusted": False, "uses": []}

    (route,) = routes(facts(golden))

    assert route.untrusted == ()


def test_sentence_names_the_components() -> None:
    (route,) = routes(facts(index(trusted=False), ORDERS, MAIL))

    assert route.sentence(FlowKind.LETHAL) == (
        "chat: private data (orders) meet content that outsiders can write (kb) and a way out (mail)"
    )


def test_no_components_no_route() -> None:
    assert routes({"system": {}, "components": []}) == ()
