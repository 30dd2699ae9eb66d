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
        ("ClinicManageAppointments", "View, update, or cancel appointments by their identifier."),
        ("clinic_reports", "List, access, and manage diagnostic reports."),
        ("thermostat", "Get/set the temperature."),
        ("VideoManipulate", "Manipulates a video, such as changing the face."),
        ("AcmeTrackStock", "Track stock levels and receive notifications."),
        ("kunden_view_loeschen", "View or clear customers."),
        ("process_refunds", "Lists refunds."),
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
        ("ShopViewSavedAddresses", "View the user's saved addresses."),
        ("BirdManagerSearchTweets", "Search for the user's own tweets or public ones."),
        ("TripSearchReservations", "Search for existing reservations."),
        ("get_profile", "Name, email and phone of a user."),
        ("vault_search", "Search and retrieve stored notes."),
        ("weather", "Returns the weather of a city."),
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


def test_a_tool_that_goes_to_an_address_reads_what_is_there_and_a_person_names_the_address() -> None:
    found = grant(tool("WebBrowserNavigateTo", "Navigates to a specified URL.", url="string"))

    assert (found.effects, found.approval) == ((Effect.READ,), None)
    assert argument(found, "url").origins == ("user", "operator")
    assert Effect.READ not in grant(tool("RobotGoToRoom", "Moves to a room.", room="string")).effects


@pytest.mark.parametrize("action", ["manage", "handle"])
def test_a_tool_of_which_an_argument_says_what_it_does_asks_each_time(action: str) -> None:
    found = drafted(tool(f"{action}_request", "Confirm or decline a pending request.", id="string", action="string"))

    assert found.untold == (f"{action}_request",)
    assert found.policy.grants[0].approval is not None


PROFILE = "The profile of a user, with name and bio."


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(
            {**tool("BirdGetUserProfile", "Gets the own profile or another user's.", user_id="string")}, id="anybody's"
        ),
        pytest.param(
            {**tool("get_user_details", "Gets details.", username="string"), "returns": [{"name": "x", "type": "object",
             "description": PROFILE}]}, id="with words of their own"
        ),
        pytest.param(tool("The23andMeGetRelatives", "Gets relatives."), id="me in a product's name"),
    ],
)  # fmt: skip
def test_what_somebody_says_of_themselves_is_not_trusted_and_names_nobody(said: dict[str, Any]) -> None:
    unasked = {**said, "inputSchema": {**said["inputSchema"], "required": []}}
    mail = tool("send_mail", "Sends a mail.", to="string")

    for one in (said, unasked):
        assert not grant(one).result.trusted
        assert argument(grant(mail, one), "to").origins == ("user", "operator")


def test_the_users_own_profile_is_trusted_and_confidential() -> None:
    found = grant(tool("GetUserProfile", "Get the user's profile information."))

    assert (found.result.trusted, found.result.secrecy) == (True, Secrecy.CONFIDENTIAL)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("WebBrowserSearchHistory", "Searches the browsing history."),
        ("WorldMapGetCurrentLocation", "Get the current location of the user."),
        ("HelixGetData", "Retrieves the user's genetic data."),
    ],
)
def test_what_is_the_users_is_confidential_whatever_the_product_is_called(name: str, said: str) -> None:
    assert grant(tool(name, said)).result.secrecy is Secrecy.CONFIDENTIAL


def test_what_is_asked_of_a_web_product_carries_nothing_confidential_though_its_result_is() -> None:
    found = grant(tool("WebBrowserSearchHistory", "Searches the browsing history.", query="string"))

    assert argument(found, "query").carries is Secrecy.INTERNAL


def test_an_object_is_no_recipient_for_being_described_by_one() -> None:
    schema = {"type": "object", "description": "What to change, such as name and email."}
    found = grant(tool("update_account_data", "Updates it.", updates=schema, send_at="string"), tool("find_contact"))

    assert argument(found, "updates").origins == ("user", "operator")
    assert argument(found, "send_at").origins == ("user", "operator", "trusted")


@pytest.mark.parametrize(
    ("schema", "asks", "pattern"),
    [
        pytest.param({"type": "string"}, False, "(?s).{1,}", id="text"),
        pytest.param({"type": "array", "items": {"type": "string"}}, False, "(?s).{1,}", id="texts"),
        pytest.param({"type": "integer"}, False, "", id="a number"),
        pytest.param({"type": "object"}, True, "", id="an object"),
        pytest.param({"type": "boolean"}, True, "", id="a flag"),
    ],
)
def test_a_call_that_says_nothing_at_all_is_refused_or_asked_about(
    schema: dict[str, Any], asks: bool, pattern: str
) -> None:
    found = grant(tool("set_status", "Sets the status.", status=schema))

    assert (found.approval is not None) is asks
    assert argument(found, "status").pattern == pattern


def test_what_decides_must_be_there_before_a_text_must() -> None:
    found = grant(tool("move_note", "Moves a note.", content="string", folder_path="string"))

    assert argument(found, "content").pattern == ""
    assert argument(found, "folder_path").pattern == r"([^.]|\.[^.])+\.?|\."


def test_an_act_of_which_nothing_need_be_said_asks() -> None:
    optional = {"type": "object", "properties": {"name": STRING}}
    assert grant({**tool("update_profile", "Updates it."), "inputSchema": optional}).approval is not None
