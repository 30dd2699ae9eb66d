"""What is drafted from definitions: effects, origins, approval, results, and that what cannot be told asks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.guard.calls.policy import Argument, Grant
from roadworthy.guard.drafting.definition import ToolDefinition, read_definitions
from roadworthy.guard.drafting.draft import draft_policy
from roadworthy.guard.drafting.effect import effects_of
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.verdict import Action

EMAIL = {"format": "email", "type": "string"}
STRICT = {"user", "operator", "trusted"}


def tool(name: str, said: str = "", **parameters: Any) -> dict[str, Any]:
    named = {key: one if isinstance(one, dict) else {"type": one} for key, one in parameters.items()}
    return {"name": name, "description": said, "parameters": {"type": "object", "properties": named}}


def grants(*tools: dict[str, Any]) -> dict[str, Grant]:
    return {one.tool: one for one in draft_policy(read_definitions(list(tools))).policy.grants}


def argument(grant: Grant, name: str) -> Argument:
    return next(one for one in grant.arguments if one.name == name)


@pytest.mark.parametrize(
    ("name", "said", "effects"),
    [
        pytest.param("get_unread_emails", "Returns all mails. They are marked as read.", {"read"}, id="reads"),
        pytest.param("GmailSendEmail", "", {"send"}, id="camel case"),
        pytest.param("mail.delete-folder", "", {"delete"}, id="dots and hyphens"),
        pytest.param("schedule_transaction", "", {"write", "pay"}, id="a write about money"),
        pytest.param("order_history", "Lists what was ordered.", {"read"}, id="a thing that is a verb too"),
        pytest.param("order_pizza", "Orders a pizza.", {"pay"}, id="the verb itself"),
        pytest.param(
            "create_event", "Creates an event. It also emails the guests.", {"write", "send"}, id="and besides"
        ),
        pytest.param("add_user_to_group", "", {"write", "share"}, id="lets somebody in"),
        pytest.param("run_shell", "", {"execute"}, id="runs code"),
        pytest.param("datei_loeschen", "", {"delete"}, id="German"),
        pytest.param("envoyer_courriel", "", {"send"}, id="French"),
        pytest.param("eliminar_archivo", "", {"delete"}, id="Spanish"),
        pytest.param("ueberweisung", "Überweist Geld auf ein Konto.", {"pay"}, id="German description"),
        pytest.param("save_memory", "", {"write", "remember"}, id="memory"),
        pytest.param("helper", "Deletes all that is old.", {"delete"}, id="the name tells nothing"),
    ],
)
def test_the_effect_is_told_from_name_and_description(name: str, said: str, effects: set[str]) -> None:
    told = effects_of(ToolDefinition(name=name, description=said))

    assert {one.value for one in told.effects} == effects
    assert told.is_known


def test_what_cannot_be_told_asks_a_person_at_each_call() -> None:
    draft = draft_policy(read_definitions([tool("frobnicate", "", x="string")]))

    assert draft.untold == ("frobnicate",)
    assert draft.policy.grants[0].approval is not None


def test_a_servers_word_that_it_only_reads_does_not_outweigh_its_name() -> None:
    said = tool("delete_all") | {"annotations": {"readOnlyHint": True}}

    assert grants(said)["delete_all"].effects == (Effect.DELETE,)


def test_a_recipient_must_be_the_users_or_of_a_record_that_the_user_named() -> None:
    found = grants(
        tool("send_email", to="string", body="string"), tool("search_contacts", "Finds contacts.", query="string")
    )

    line = argument(found["send_email"], "to")
    assert line.origins == ("user", "operator", "user-via:search_contacts")
    assert line.otherwise is Action.ESCALATE
    assert found["search_contacts"].result.trusted


def test_payees_are_a_directory_and_no_payee_may_be_chosen_freely() -> None:
    found = grants(tool("pay", payee="string", amount="number"), tool("list_payees", "Saved payees with their IBAN."))

    assert argument(found["pay"], "payee").origins == ("user", "operator", "user-via:list_payees")


def test_the_users_own_account_may_be_paid_into() -> None:
    found = grants(tool("pay", to="string"), tool("get_iban", "Get the IBAN of the current account."))

    assert "tool:get_iban" in argument(found["pay"], "to").origins


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("get_emails", "", id="mail"),
        pytest.param("read_channel", "Reads the messages of a channel.", id="a channel's messages"),
        pytest.param("get_user_reviews", "", id="reviews"),
        pytest.param("get_contact_notes", "What people wrote about a contact.", id="what was written of a contact"),
        pytest.param("get_webpage", "", id="a page"),
        pytest.param("search_flights", "Finds flights of a day.", id="nothing tells"),
    ],
)
def test_a_result_in_which_others_write_is_not_trusted(name: str, said: str) -> None:
    assert not grants(tool(name, said))[name].result.trusted


def test_free_text_within_a_trusted_result_is_not_vouched_for() -> None:
    record = {"type": "object", "properties": {"email": {"type": "string"}, "notes": {"type": "string"}}}
    said = tool("find_contact") | {"outputSchema": {"type": "array", "items": record}}

    fields = grants(said)["find_contact"].result.fields

    assert [(one.path, one.trusted) for one in fields] == [("/*/notes", False)]


@pytest.mark.parametrize(
    "name", ["pay_bill", "delete_file", "share_file", "run_command", "transfer_money", "grant_access"]
)
def test_what_does_not_come_back_always_asks(name: str) -> None:
    approval = grants(tool(name, id="string"))[name].approval

    assert approval is not None
    assert approval.when == "true"


def test_an_act_of_which_nothing_is_the_users_asks() -> None:
    assert grants(tool("set_away", enabled="boolean"))["set_away"].approval is not None


def test_an_address_that_is_asked_must_be_the_users_and_carries_nothing_confidential() -> None:
    line = argument(grants(tool("fetch_page", url="string"))["fetch_page"], "url")

    assert line.origins == ("user", "operator")
    assert line.carries is Secrecy.INTERNAL


def test_the_schema_becomes_constraints() -> None:
    schema: dict[str, Any] = {
        "level": {"type": "integer", "minimum": 1, "maximum": 5},
        "mode": {"enum": ["fast", "slow"]},
        "guests": {"type": "array", "maxItems": 3, "items": {"type": "object", "properties": {"email": EMAIL}}},
        "when": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    }
    grant = grants(tool("update_meeting", **schema))["update_meeting"]

    assert (argument(grant, "level").minimum, argument(grant, "level").maximum) == (1, 5)
    assert argument(grant, "mode").one_of == ("fast", "slow")
    assert argument(grant, "guests/*/email").type.value == "email"
    assert argument(grant, "when").type.value == "date"
    assert grant.other_arguments == "deny"


def test_a_path_may_not_climb() -> None:
    import re2

    pattern = argument(grants(tool("read_file", path="string"))["read_file"], "path").pattern

    assert re2.fullmatch(pattern, "bills/may.txt") is not None
    assert re2.fullmatch(pattern, "../secret") is None


words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=24)


kinds = st.sampled_from(["string", "number", "boolean", "object"])


@given(name=words, said=st.text(max_size=80), parameters=st.dictionaries(words, kinds, max_size=4))
def test_no_definition_makes_an_act_that_neither_asks_nor_needs_the_users_word(
    name: str, said: str, parameters: dict[str, str]
) -> None:
    grant = grants(tool(name, said, **parameters))[name]

    bound = [one for one in grant.arguments if one.origins != ("any",) and "model" not in one.origins]
    assert grant.effects == (Effect.READ,) or grant.approval is not None or bound
    assert all(one.otherwise is Action.ESCALATE for one in bound)
    assert all(STRICT & set(one.origins) for one in bound)
