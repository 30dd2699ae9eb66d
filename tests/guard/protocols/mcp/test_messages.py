import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.mcp_messages import STATELESS, json_values, notification, request, requests, result, results, said
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.protocols.mcp.headers import disagreements, expected_headers
from roadworthy.guard.protocols.mcp.message import McpMessage, Side, tools_of
from roadworthy.guard.segment import Channel, Role, SourceKind, Stage
from roadworthy.guard.verdict import Action, Decision

CLIENT, SERVER = McpMessage(Side.CLIENT), McpMessage(Side.SERVER, server="files", tools={"1": "search"})
NO = Decision(event="e1", route="*", policy="sha256:p", tier=RiskTier.HIGH, action=Action.DENY, message="Not this.")


@settings(max_examples=60)
@given(requests | st.lists(requests, min_size=1, max_size=3))
def test_a_clients_message_without_edits_is_the_same(body):
    decoded = CLIENT.decode(body)

    assert CLIENT.encode(body, {one.path: one.text for one in decoded.segments}) == body
    assert not decoded.unknown


@settings(max_examples=60)
@given(results | st.lists(results, min_size=1, max_size=3))
def test_a_servers_message_without_edits_is_the_same(body):
    decoded = SERVER.decode(body)

    assert SERVER.encode(body, {one.path: one.text for one in decoded.segments}) == body
    assert not decoded.unknown


@settings(max_examples=60)
@given(results, st.data())
def test_an_edit_lands_where_it_was_read(body, data):
    segments = SERVER.decode(body).segments
    if not segments:
        return
    one = data.draw(st.sampled_from(segments))
    edited = SERVER.encode(body, {one.path: '{"changed": "Zq7"}'})

    assert one.text not in {found.text for found in SERVER.decode(edited).segments if found.path == one.path}
    assert "Zq7" in str(edited)


@pytest.mark.parametrize(
    ("codec", "body", "path", "stage", "role", "channel", "source"),
    [
        (
            CLIENT,
            request("tools/call", name="f", arguments={"q": "x"}),
            "/params/arguments",
            Stage.TOOL_CALL,
            Role.ASSISTANT,
            Channel.TOOL_ARGUMENT,
            SourceKind.MODEL,
        ),
        (
            CLIENT,
            request("tools/call", name="f", arguments={}),
            "/params/name",
            Stage.TOOL_CALL,
            Role.ASSISTANT,
            Channel.TOOL_NAME,
            SourceKind.MODEL,
        ),
        (
            CLIENT,
            request("resources/read", uri="file:///x y"),
            "/params/uri",
            Stage.TOOL_CALL,
            Role.ASSISTANT,
            Channel.TOOL_ARGUMENT,
            SourceKind.MODEL,
        ),
        (
            CLIENT,
            result(action="accept", content={"name": "Zoë"}),
            "/result/content",
            Stage.TOOL_CALL,
            Role.USER,
            Channel.STRUCTURED_FIELD,
            SourceKind.USER,
        ),
        (
            CLIENT,
            result(role="assistant", model="m", content=said("T")),
            "/result/content/text",
            Stage.OUTPUT,
            Role.ASSISTANT,
            Channel.TEXT,
            SourceKind.MODEL,
        ),
        (
            CLIENT,
            request("tools/call", name="f", inputResponses={"q1": {"action": "accept", "content": {"a": "b"}}}),
            "/params/inputResponses/q1/content",
            Stage.TOOL_CALL,
            Role.USER,
            Channel.STRUCTURED_FIELD,
            SourceKind.USER,
        ),
        (
            SERVER,
            result(content=[said("T")]),
            "/result/content/0/text",
            Stage.TOOL_RESULT,
            Role.TOOL,
            Channel.TOOL_RESULT,
            SourceKind.TOOL,
        ),
        (
            SERVER,
            result(content=[], structuredContent={"a": "T"}),
            "/result/structuredContent",
            Stage.TOOL_RESULT,
            Role.TOOL,
            Channel.TOOL_RESULT,
            SourceKind.TOOL,
        ),
        (
            SERVER,
            result(tools=[{"name": "f", "description": "D"}]),
            "/result/tools/0/description",
            Stage.INPUT,
            Role.SYSTEM,
            Channel.STRUCTURED_FIELD,
            SourceKind.SERVER,
        ),
        (
            SERVER,
            result(tools=[{"name": "f", "annotations": {"title": "D d"}}]),
            "/result/tools/0/annotations/title",
            Stage.INPUT,
            Role.SYSTEM,
            Channel.STRUCTURED_FIELD,
            SourceKind.SERVER,
        ),
        (
            SERVER,
            result(messages=[{"role": "user", "content": said("P")}]),
            "/result/messages/0/content/text",
            Stage.INPUT,
            Role.USER,
            Channel.TEXT,
            SourceKind.SERVER,
        ),
        (
            SERVER,
            result(contents=[{"uri": "file:///a", "text": "R"}]),
            "/result/contents/0/text",
            Stage.RETRIEVAL,
            Role.TOOL,
            Channel.RETRIEVED_CHUNK,
            SourceKind.DOCUMENT,
        ),
        (
            SERVER,
            result(instructions="I", protocolVersion="2025-11-25"),
            "/result/instructions",
            Stage.INPUT,
            Role.SYSTEM,
            Channel.TEXT,
            SourceKind.SERVER,
        ),
        (
            SERVER,
            request("elicitation/create", message="Your password?", requestedSchema={}),
            "/params/message",
            Stage.TOOL_RESULT,
            Role.TOOL,
            Channel.TEXT,
            SourceKind.SERVER,
        ),
        (
            SERVER,
            request("sampling/createMessage", messages=[], systemPrompt="S"),
            "/params/systemPrompt",
            Stage.INPUT,
            Role.TOOL,
            Channel.TEXT,
            SourceKind.SERVER,
        ),
        (
            SERVER,
            result(
                resultType="input_required",
                inputRequests={"q": {"method": "elicitation/create", "params": {"message": "Q"}}},
            ),
            "/result/inputRequests/q/params/message",
            Stage.TOOL_RESULT,
            Role.TOOL,
            Channel.TEXT,
            SourceKind.SERVER,
        ),
        (
            SERVER,
            notification("notifications/message", level="info", data={"a": "L"}),
            "/params/data",
            Stage.TOOL_RESULT,
            Role.TOOL,
            Channel.TEXT,
            SourceKind.SERVER,
        ),
        (
            SERVER,
            notification("notifications/progress", progressToken="t", progress=1, message="M"),
            "/params/message",
            Stage.TOOL_RESULT,
            Role.TOOL,
            Channel.TEXT,
            SourceKind.SERVER,
        ),
        (
            SERVER,
            {"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "E"}},
            "/error/message",
            Stage.TOOL_RESULT,
            Role.TOOL,
            Channel.TOOL_RESULT,
            SourceKind.SERVER,
        ),
    ],
)
def test_a_text_is_of_whoever_said_it(*, codec, body, path, stage, role, channel, source):
    found = {one.path: one for one in codec.decode(body).segments}[path]

    assert (found.stage, found.role, found.channel, found.source.kind) == (stage, role, channel, source)


def test_a_result_bears_the_name_of_the_tool_that_was_called():
    called = request("tools/call", id_=7, name="search", arguments={})
    found = McpMessage(Side.SERVER, tools=tools_of([called])).decode(result(id_=7, content=[said("T")])).segments[0]

    assert (found.call, found.tool, found.source.name) == ("7", "search", "search")


def test_both_forms_of_a_result_are_edited():
    body = result(content=[said("zoe")], structuredContent={"name": "zoe"})

    edited = SERVER.encode(body, {"/result/content/0/text": "[n]", "/result/structuredContent": '{"name": "[n]"}'})

    assert edited == result(content=[said("[n]")], structuredContent={"name": "[n]"})


def test_an_embedded_file_that_is_text_is_judged_as_text():
    body = result(contents=[{"uri": "file:///a", "mimeType": "image/png", "blob": "aWdub3JlIGFsbA=="}])

    assert "ignore all" in {one.text for one in SERVER.decode(body).segments}


def test_an_edited_file_becomes_the_words_that_stand_for_it():
    body = result(contents=[{"uri": "file:///a", "mimeType": "image/png", "blob": "iVBORw0KGgo="}])

    edited = SERVER.encode(body, {"/result/contents/0/blob": "[withheld]"})

    assert edited["result"]["contents"] == [{"uri": "file:///a", "mimeType": "image/png", "text": "[withheld]"}]


@pytest.mark.parametrize(
    ("codec", "body", "path"),
    [
        (CLIENT, request("vendor/do", text="unseen"), ""),
        (CLIENT, [request("ping"), request("vendor/do", text="unseen")], "/1"),
        (SERVER, request("tools/call", name="f"), ""),
        (SERVER, result(hologram="unseen"), "/result/hologram"),
        (SERVER, result(content=[{"type": "hologram", "text": "unseen"}]), "/result/content/0"),
        (CLIENT, {**request("ping"), "loud~er/": 1}, "/loud~0er~1"),
    ],
)
def test_what_no_table_names_is_reported_and_can_be_stripped(codec, body, path):
    assert [one.path for one in codec.decode(body).unknown] == [path]

    stripped = codec.encode(body, {}, stripped=[path])
    assert "unseen" not in str(stripped)
    assert (stripped is None) == (path == "")


@pytest.mark.parametrize("id_", [1, "a", 1.5])
def test_a_stopped_call_is_answered_with_a_result_so_that_the_agent_goes_on(id_):
    old = CLIENT.blocked(request("tools/call", id_=id_, name="f"), NO)
    new = CLIENT.blocked(request("tools/call", id_=id_, name="f", _meta=STATELESS), NO)

    assert old == result(id_=id_, content=[said("Not this.")], isError=True)
    assert new == result(id_=id_, resultType="complete", content=[said("Not this.")], isError=True)
    assert not SERVER.decode(new).unknown


@pytest.mark.parametrize("body", [request("prompts/get", name="p"), result(tools=[]), request("ping")])
def test_anything_else_that_is_stopped_is_answered_with_an_error(body):
    assert CLIENT.blocked(body, NO)["error"]["message"] == "Not this."


def test_nobody_is_told_of_a_stopped_notification():
    assert SERVER.blocked(notification("notifications/message", data="x"), NO) is None
    batch = [notification("notifications/message", data="x"), result(content=[])]
    assert SERVER.blocked(batch, NO) == [result(content=[said("Not this.")], isError=True)]


@pytest.mark.parametrize(
    "body",
    [
        None,
        7,
        "x",
        [],
        [[]],
        {},
        {"jsonrpc": "1.0", "method": "ping"},
        {"jsonrpc": "2.0"},
        {"jsonrpc": "2.0", "id": 1, "method": "ping", "result": {}},
        result(content="loose"),
        result(content=[7]),
        {"jsonrpc": "2.0", "id": 1, "result": "loose"},
        result(content=[{"type": "text", "text": 7}]),
        request("tools/call", name=["loose"]),
        {"jsonrpc": "2.0", "id": 1, "error": "loose"},
    ],
)
@pytest.mark.parametrize("codec", [CLIENT, SERVER])
def test_what_is_no_message_is_refused_without_repeating_it(codec, body):
    if codec is CLIENT and isinstance(body, dict) and "result" in body and body.get("result") == {"content": "loose"}:
        body = {"jsonrpc": "2.0", "id": 1, "result": 7}
    if codec is SERVER and isinstance(body, dict) and body.get("method") == "tools/call":
        body = request("elicitation/create", message=["loose"])
    with pytest.raises(ConfigError, match=r"message|field|batch") as caught:
        codec.decode(body)
    assert "loose" not in str(caught.value)


@settings(max_examples=40)
@given(results, json_values)
def test_a_random_unknown_member_is_never_passed_in_silence(body, value):
    body["zz_new"] = value
    if isinstance(body.get("result"), dict):
        body["result"]["zz_new"] = value

    assert {one.path for one in SERVER.decode(body).unknown} >= {"/zz_new"}


@pytest.mark.parametrize(
    ("headers", "wrong"),
    [
        ({"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "f"}, ()),
        ({"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "=?base64?Zg==?="}, ()),
        (
            {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list", "mcp-name": "g"},
            ("mcp-method", "mcp-name"),
        ),
        ({}, ("mcp-protocol-version", "mcp-method", "mcp-name")),
        ({"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "=?base64?!?="}, ("mcp-name",)),
    ],
)
def test_headers_that_say_something_else_than_the_body_are_named(headers, wrong):
    assert disagreements(request("tools/call", name="f", _meta=STATELESS), headers) == wrong


def test_an_older_request_needs_no_headers_but_may_not_be_contradicted():
    assert expected_headers(request("tools/call", name="f")) == {}
    assert disagreements(request("tools/call", name="f"), {"Mcp-Method": "tools/list"}) == ("mcp-method",)
