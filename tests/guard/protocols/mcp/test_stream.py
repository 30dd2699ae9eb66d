import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.mcp_messages import notification, request, result, results, said, streamed
from fakes.pumped_streams import Pump
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.protocols.mcp.stream import McpStream
from roadworthy.guard.verdict import Action, Decision

NO = Decision(event="e1", route="*", policy="sha256:p", tier=RiskTier.HIGH, action=Action.DENY, message="Not this.")
CALL = request("tools/call", id_=7, name="search", arguments={})
LOG = notification("notifications/message", level="info", data="looking for zoe")
FOUND = result(id_=7, content=[said("zoe is here")], structuredContent={"who": "zoe"})


@settings(max_examples=25)
@given(
    st.lists(results | st.lists(results, min_size=1, max_size=2), max_size=3), st.lists(st.integers(0, 900), max_size=6)
)
def test_what_is_released_unchanged_leaves_as_the_bytes_that_came(messages, cuts):
    data = b"id: 0\ndata:\n\n: ping\n\n" + streamed(*messages)

    assert Pump(McpStream()).run(data, cuts=cuts) == data


def test_it_does_not_matter_where_the_reads_were_cut():
    data = streamed(LOG, FOUND)

    for place in range(len(data)):
        assert Pump(McpStream(request=CALL)).run(data, cuts=[place]) == data


def test_an_edit_lands_in_every_message_and_keeps_the_events_id():
    out = Pump(McpStream(request=CALL), edit=lambda _, text: text.replace("zoe", "[n]")).run(streamed(LOG, FOUND))

    assert b"zoe" not in out
    assert b"id: 1\n" in out
    assert json.loads(out.split(b"data: ")[2])["result"]["structuredContent"] == {"who": "[n]"}


def test_a_result_bears_the_name_of_the_tool_that_was_called():
    pump = Pump(McpStream(request=CALL))
    pump.run(streamed(FOUND))

    assert {one.segment.tool for one in pump.segments.values()} == {"search"}


def test_a_message_that_is_not_known_can_be_stripped():
    data = streamed(LOG, request("vendor/do", text="unseen"), FOUND)
    assert Pump(McpStream()).run(data) == data

    out = Pump(McpStream(), strip=True).run(data)

    assert b"unseen" not in out
    assert b"zoe is here" in out


def test_a_stop_answers_the_request_once():
    codec = McpStream(request=CALL)
    codec.feed(streamed(LOG))

    out = codec.stop(NO)

    assert json.loads(out.split(b"data: ")[1]) == result(id_=7, content=[said("Not this.")], isError=True)
    assert codec.stop(NO) == b""


def test_a_stop_after_the_answer_says_nothing():
    codec = McpStream(request=CALL)
    Pump(codec).run(streamed(FOUND))

    assert codec.stop(NO) == b""


@pytest.mark.parametrize(
    "data", [b"data: {\n\n", b"data: 7\n\n", b'data: {"jsonrpc":"2.0","id":1,"id":2,"result":{}}\n\n']
)
def test_what_is_no_stream_is_refused(data):
    with pytest.raises(ConfigError, match=r"event|must be"):
        Pump(McpStream()).run(data)
