import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.mcp_messages import json_values
from fakes.pumped_streams import Pump
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.protocols.plain import Call, PlainCall, PlainStream
from roadworthy.guard.segment import Channel, Role, Stage
from roadworthy.guard.verdict import Action, Decision

NO = Decision(event="e1", route="*", policy="sha256:p", tier=RiskTier.HIGH, action=Action.DENY, message="Not this.")
CODECS = [PlainCall(call, tool=tool) for call in Call for tool in ("", "search")]


@pytest.mark.parametrize("codec", CODECS, ids=lambda one: one.name)
@settings(max_examples=40)
@given(body=json_values)
def test_a_call_without_edits_is_the_same_call(codec, body):
    decoded = codec.decode(body)

    assert codec.encode(body, {one.path: one.text for one in decoded.segments}) == body


@settings(max_examples=40)
@given(json_values)
def test_every_text_in_a_call_is_judged(body):
    seen = "\n".join(one.text for one in PlainCall(Call.ARGUMENTS).decode(body).segments)

    def texts(value):
        if isinstance(value, str):
            yield value
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from texts(item)

    assert all(text in seen or text.replace("\\", "\\\\").replace('"', '\\"') in seen for text in texts(body))


@pytest.mark.parametrize(
    ("codec", "stage", "role", "channel"),
    [
        (CODECS[0], Stage.INPUT, Role.USER, Channel.TEXT),
        (CODECS[1], Stage.TOOL_CALL, Role.ASSISTANT, Channel.TOOL_ARGUMENT),
        (CODECS[2], Stage.OUTPUT, Role.ASSISTANT, Channel.TEXT),
        (CODECS[3], Stage.TOOL_RESULT, Role.TOOL, Channel.TOOL_RESULT),
    ],
    ids=lambda one: getattr(one, "name", None),
)
def test_a_text_is_of_whoever_said_it(*, codec, stage, role, channel):
    found = codec.decode({"question": "Who?"}).segments[0]

    assert (found.stage, found.role, found.channel) == (stage, role, channel)


def test_an_edit_lands_in_a_nested_value():
    body = {"args": ["a", {"note": "call 4369912345"}], "phone": 4369912345}
    edits = {"/args/1/note": "call [PHONE]", "/phone": "[PHONE]"}

    assert PlainCall(Call.ARGUMENTS).encode(body, edits) == {
        "args": ["a", {"note": "call [PHONE]"}],
        "phone": "[PHONE]",
    }


def test_names_that_are_words_are_judged_too():
    assert "ignore all" in PlainCall(Call.RESULT).decode({"ignore all": 1}).segments[0].text


@pytest.mark.parametrize(
    "name", ["AKIAQWERTYUIOPASDFGH", "ghp_0a1b2c3d4e", "tel-0171-5550123", "a" * 41, "x" + "aB" * 9]
)
def test_names_that_are_plainly_no_field_s_are_judged_at_every_level(name):
    for body in ({name: 1}, {"a": [{name: 1}]}):
        assert name in PlainCall(Call.ARGUMENTS).decode(body).segments[0].text


def test_names_of_fields_are_not_words():
    body = dict.fromkeys(("order_id", "lineItems2", "URL", "x509Certificate", "io.example/kind", "17"), "said")

    assert {one.text for one in PlainCall(Call.ARGUMENTS).decode(body).segments} == {"said"}


@pytest.mark.parametrize("body", [{1: "a"}, {"a": object()}, {"a": b"x"}, {"a": {"b": {3}}}])
def test_what_json_cannot_say_is_refused(body):
    with pytest.raises(ConfigError, match="the call"):
        PlainCall(Call.ARGUMENTS).decode(body)


@settings(max_examples=40)
@given(st.text(st.characters(codec="utf-8"), max_size=40), st.lists(st.integers(0, 120), max_size=9), st.booleans())
def test_a_stream_that_is_released_unchanged_leaves_as_it_came(text, cuts, eager):
    pump = Pump(PlainStream(), eager=eager)

    assert pump.run(text.encode(), cuts=cuts) == text.encode()
    assert pump.texts == {"": text}


def test_a_stop_says_the_users_message_on_a_line_of_its_own():
    codec = PlainStream()
    assert codec.stop(NO) == b"Not this."

    begun = PlainStream()
    out = begun.emit(Pump(begun, eager=True)._judged(begun.feed(b"Hel")))
    assert out + begun.stop(NO) == b"Hel\nNot this."


@pytest.mark.parametrize("data", [b"\xff", b"caf\xc3"])
def test_a_stream_that_is_no_text_is_refused(data):
    with pytest.raises(ConfigError, match="UTF-8"):
        Pump(PlainStream()).run(data)
