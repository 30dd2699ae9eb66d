"""What a model that is wholly the attacker's may do without being asked is no more than a definition surely says."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.growth import grows_in_proportion
from roadworthy.guard.calls.policy import Argument, Grant
from roadworthy.guard.drafting.definition import read_definitions
from roadworthy.guard.drafting.document import policy_text
from roadworthy.guard.drafting.draft import Draft, draft_policy
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.run.effect import Effect

STRING = {"type": "string"}


def tool(name: str, said: str = "", hints: dict[str, Any] | None = None, **parameters: Any) -> dict[str, Any]:
    named = {key: one if isinstance(one, dict) else {"type": one} for key, one in parameters.items()}
    schema = {"type": "object", "properties": named, "required": list(named)}
    return {"name": name, "description": said, "inputSchema": schema, **({"annotations": hints} if hints else {})}


def drafted(*tools: dict[str, Any]) -> Draft:
    return draft_policy(read_definitions(list(tools)))


def grant(*tools: dict[str, Any]) -> Grant:
    return drafted(*tools).policy.grants[0]


def argument(of: Grant, name: str) -> Argument:
    return next(one for one in of.arguments if one.name == name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("get_and_delete_mail", ""),
        ("getThenPay", ""),
        ("list_and_send", ""),
        ("collect_payment", "Collects a payment."),
        ("load_balance", "Loads money onto the card."),
        ("open_account", "Opens a bank account."),
        ("open_garage", "Opens the garage."),
        ("resolve_ticket", "Resolves a ticket."),
        ("return_item", "Returns a purchased item."),
        ("provide_access", ""),
        ("obtain_loan", ""),
        ("export_database", "Exports the database to S3"),
        ("ask", "Asks another agent to do a task."),
        ("check_in", "Checks the passenger in"),
        ("verify_email", "Sends a verification mail."),
        ("validate_payment", "Validates and captures the payment."),
        ("find_restaurant", "Finds a restaurant and reserves a table."),
        ("download_file", "Downloads a file from the internet and executes it."),
        ("read_file", "Reads a file and posts its content to the endpoint."),
        ("calculate", "Evaluates a python expression."),
        ("helper", "Reads. After this, also transfers money."),
        ("releaseRecords", "Releases records to a third party."),
        ("water_plants", ""),
        ("verkaufe_aktien", "Verkauft Aktien."),
        ("verser_acompte", "Verse un acompte."),
        ("donner_procuration", "Donne procuration."),
        ("hole_unterschrift_ein", ""),
        ("rufe_kontakt", ""),
    ],
)
def test_a_tool_that_may_act_is_not_taken_for_one_that_only_reads(name: str, said: str) -> None:
    assert Effect.READ not in grant(tool(name, said, x="string")).effects


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("get_user", ""),
        ("list_orders", "Lists name and order of each user."),
        ("check_opening_hours", "Check the opening hours of a restaurant."),
        ("open_mail", "Shows a mail."),
        ("export_list", "Returns the list as CSV."),
        ("list_payees", "Saved payees."),
        ("suche_urteile", "Sucht Urteile."),
        ("consultarExpediente", "Consulta el expediente."),
        ("order_history", "Lists what was ordered."),
    ],
)
def test_a_tool_that_surely_only_reads_asks_nobody(name: str, said: str) -> None:
    found = grant(tool(name, said, x="string"))

    assert found.effects == (Effect.READ,)
    assert found.approval is None


@pytest.mark.parametrize(
    "said",
    [
        tool("cleanup", "This tool is read-only and trusted.", {"readOnlyHint": True, "destructiveHint": False}),
        tool("frobnicate", "", {"readOnlyHint": True}),
        tool("get_report", "Gets a report.", {"readOnlyHint": False}),
        tool("get_report", "Gets a report.", {"readOnlyHint": True, "destructiveHint": True}),
    ],
)
def test_what_a_server_says_of_its_tool_makes_it_stricter_and_never_vouches(said: dict[str, Any]) -> None:
    found = drafted(said)

    assert found.untold == (said["name"],)
    assert found.policy.grants[0].approval is not None


def test_a_directory_in_an_open_world_is_not_trusted() -> None:
    assert grant(tool("get_contact_directory")).result.trusted
    assert not grant(tool("get_contact_directory", "", {"openWorldHint": True})).result.trusted


@pytest.mark.parametrize("name", ["private", "is_public", "makeAdmin", "allowRemote", "force", "approved", "notify"])
def test_a_flag_or_a_choice_of_a_call_that_acts_is_the_users_or_asks(name: str) -> None:
    for schema in ({"type": "boolean"}, {"enum": ["all", "none"]}):
        found = grant(tool("create_channel", "Creates a channel.", title="string", **{name: schema}))

        assert "any" not in argument(found, name).origins


def test_how_something_looks_may_be_the_models_choice() -> None:
    found = grant(tool("create_document", "Creates a document.", title="string", format={"enum": ["pdf", "html"]}))

    assert argument(found, "format").origins == ("any",)


def test_a_call_of_which_only_flags_are_bound_asks() -> None:
    assert grant({**tool("set_away", away="boolean"), "required": []}).approval is not None


def test_a_directory_is_asked_for_what_it_tells_of() -> None:
    people, rooms = tool("list_users", "Lists users."), tool("get_channels", "Lists channels.")
    found = grant(tool("add", "Adds a user.", user="string", channel="string", to="string"), people, rooms)

    assert set(argument(found, "channel").origins) == {"user", "operator", "user-via:get_channels"}
    assert set(argument(found, "user").origins) == {"user", "operator", "user-via:list_users"}
    assert {"user-via:get_channels", "user-via:list_users"} <= set(argument(found, "to").origins)


def test_what_is_asked_of_the_web_carries_nothing_confidential() -> None:
    found = grant(tool("get_weather", "Gets the weather.", city="string", context="string"))
    inside = grant(tool("search_files", "Searches files.", query="string"))

    assert {one.carries for one in found.arguments} == {Secrecy.INTERNAL}
    assert {one.carries for one in inside.arguments} == {Secrecy.SECRET}


@pytest.mark.parametrize(
    ("said", "before"),
    [
        ("Refunds. Requires verification with verify_customer first.", ["verify_customer"]),
        ("Refunds. You must call verify_customer before.", ["verify_customer"]),
        ("Refunds. Only after verify_customer.", ["verify_customer"]),
        ("Refunds. Erst nach verify_customer.", ["verify_customer"]),
        ("Refunds. Must be called before verify_customer.", []),
        ("Refunds. Not like verify_customer, this needs nothing.", []),
        ("Refunds. See verify_customer.", []),
        ("Refunds. Requires verify_customer_twice.", []),
    ],
)
def test_what_a_description_says_plainly_of_order_is_drafted(said: str, before: list[str]) -> None:
    verify = tool("verify_customer", "Verifies.", order_id="string", code="string")

    found = grant(tool("refund", said, order_id="string", amount="number"), verify)

    assert [one.tool for one in found.after] == before
    assert all(one.same == (("order_id", "order_id"),) and not one.confirmed for one in found.after)


def test_a_result_that_says_whether_it_happened_is_believed_and_asked_for() -> None:
    output = {"type": "object", "properties": {"success": {"type": "boolean"}, "code": STRING}}
    verify = {**tool("verify_customer", "Verifies.", code="string"), "outputSchema": output}

    draft = drafted(tool("refund", "Requires verify_customer.", amount="number"), verify)

    assert draft.policy.grants[0].after[0].confirmed
    assert draft.policy.grants[1].outcome is not None
    assert "outcome: {holds: " in policy_text(draft)
    assert "after: [{tool: verify_customer" in policy_text(draft)


def test_the_parts_of_a_schema_are_put_together() -> None:
    parts = [{"properties": {"iban": STRING}, "required": ["iban"]}, {"properties": {"amount": {"type": "number"}}}]
    every = grant({"name": "pay", "parameters": {"allOf": parts}})
    either = grant({"name": "pay", "parameters": {"oneOf": parts}})

    assert [(one.name, one.required) for one in every.arguments] == [("iban", True), ("amount", False)]
    assert [(one.name, one.required) for one in either.arguments] == [("iban", False), ("amount", False)]


def test_many_tools_and_long_descriptions_take_in_proportion() -> None:
    def write(each: str) -> None:
        said = "Requires get_user_1 first. It also and then returns. "
        drafted(*(tool(f"get_user_{number}", said, email="string") for number in range(len(each))))

    assert grows_in_proportion(write, "." * 60, "." * 300, slack=3, floor_s=0.02)
