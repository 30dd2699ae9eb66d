"""What a compromised model tries with calls, their names, ids and arguments, and with the results that come back."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.guard_world import NOW, containment, event, rule
from fakes.tool_calls import ADA, Walk, argument, call_segments, grant, kinds, reasons, result_segment, tools
from roadworthy.guard.calls.policy import After, ArgumentType, Outcome, Result
from roadworthy.guard.calls.reading import Unread, _at_a_glance, read_arguments
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.protocols.mcp.message import McpMessage, Side
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.segment import Stage
from roadworthy.guard.verdict import Action

VERIFY = grant("verify", argument("order"), outcome=Outcome(holds="result.ok == true"))
REFUND = grant(
    "refund", argument("order"), argument("amount"), effects=(Effect.PAY,), max_repeats=1, after=(After(tool="verify"),)
)
SECRET = "the deploy key is Hunter2!x, code 4711-0815"


def judged(walk, *segments):
    return enforce(walk.bundle, walk.event(*segments), walk.state)


# --- names


@pytest.mark.parametrize(
    "name", ["Refund", "refund ", "ｒefund", "mcp__s__refund", "s.refund", "refund\u200b", "refund\n"]
)
def test_a_name_that_only_looks_like_a_tools_is_another(name):
    assert kinds(Walk(tools(REFUND)).call(name, {"order": 1})) == {"not-granted"}


@pytest.mark.parametrize(("name", "why"), [("\ud800refund", "half a character"), ("r" * 1_000_000, "at most 256")])
def test_a_name_that_is_none_is_denied(name, why):
    walk = Walk(tools(grant("*", other_arguments="allow")))
    refused = walk.call(name, {"order": 1})

    assert "malformed" in kinds(refused)
    assert why in reasons(refused)


def test_of_a_name_that_is_too_long_nothing_is_kept():
    walk = Walk(tools(grant("*", other_arguments="allow")))
    walk.call("r" * 1_000_000, {"order": 1})
    walk.call("refund", {"order": 1})

    assert list(walk.bundle.tools._terms) == ["refund"]


# --- ids


def two_under_way(first, second):
    walk = Walk(
        tools(VERIFY, grant("web", argument("q")), grant("directory", argument("q"), result=Result(trusted=True)))
    )
    walk.said("look up Bob")
    for tool, arguments in (first, second):
        assert not walk.take(walk.event(*call_segments(tool, arguments, id="same"))).stops
    return walk


@pytest.mark.parametrize("turned", [False, True])
def test_a_result_does_not_pass_for_that_of_another_call_under_way_with_its_id(turned):
    calls = [("web", {"q": "x"}), ("directory", {"q": "Bob"})]
    walk = two_under_way(*(reversed(calls) if turned else calls))
    back = walk.back("directory", {"mail": "eve@evil.com"}, id="same")

    assert kinds(back) == {"result-unasked"}
    assert walk.run.ledger.trace("eve@evil.com").is_composed


def test_an_outcome_is_not_confirmed_by_another_calls_result():
    walk = two_under_way(("web", {"q": "x"}), ("verify", {"order": 1}))
    walk.back("verify", {"ok": True}, id="same")

    assert "confirmed" not in {made.status.value for made in walk.run.calls}


def test_an_id_may_come_again_once_its_call_came_back():
    walk = Walk(tools(VERIFY))
    for number in (1, 2):
        walk.take(walk.event(*call_segments("verify", {"order": number}, id="call_0")))
        assert not walk.back("verify", {"ok": True}, id="call_0").stops

    assert [made.status.value for made in walk.run.calls] == ["confirmed", "confirmed"]


# --- several calls at once


def test_what_must_go_before_cannot_come_along():
    together = judged(
        Walk(tools(REFUND, VERIFY)),
        *call_segments("verify", {"order": 1}, id="a"),
        *call_segments("refund", {"order": 1}, id="b"),
    )
    assert kinds(together) == {"before-missing"}


@pytest.mark.parametrize("choices", [(0, 0), (0, 1)])
def test_two_equal_calls_at_once_are_a_repetition(choices):
    walk = Walk(tools(REFUND, VERIFY))
    walk.did("verify", {"order": 1}, {"ok": True})
    both = [
        replace(one, choice=choice)
        for choice, id in zip(choices, "ab", strict=True)
        for one in call_segments("refund", {"order": 1}, id=id)
    ]
    assert kinds(judged(walk, *both)) == {"repeated"}
    assert kinds(judged(walk, *both[:2])) == set()


# --- arguments


@pytest.mark.parametrize(
    "fields",
    [
        {"same_as": "principal.id"},
        {"owned": "order"},
        {"one_of": ("a", "b")},
        {"type": ArgumentType.EMAIL},
        {"type": ArgumentType.NUMBER, "minimum": 1},
    ],
    ids=str,
)
def test_an_empty_list_does_not_stand_for_a_value_that_must_be_given(fields):
    walk = Walk(tools(grant("t", argument("who", required=True, **fields))))

    assert "argument-missing" in kinds(walk.call("t", {"who": []}))


def test_an_empty_list_is_a_list_where_one_is_wanted():
    for kind in (ArgumentType.LIST, ArgumentType.ANY):
        walk = Walk(tools(grant("t", argument("cc", required=True, type=kind))))
        assert kinds(walk.call("t", {"cc": []})) == set()


@pytest.mark.parametrize("kind", [ArgumentType.NUMBER, ArgumentType.INTEGER])
def test_many_amounts_are_not_one_amount(kind):
    one = Walk(tools(grant("pay", argument("amount", type=kind, maximum=100))))
    many = Walk(tools(grant("pay", argument("amount", type=kind, maximum=100, max_items=2))))

    assert "argument-type" in kinds(one.call("pay", {"amount": [90, 90]}))
    assert kinds(many.call("pay", {"amount": [90, 90]})) == set()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from([{}, {"indent": 1}, {"separators": (",", ":"), "ensure_ascii": False}]))
def test_a_glance_reads_what_the_strict_reader_reads(value, written):
    text = json.dumps(value, **written)
    glanced = _at_a_glance(text)

    assert glanced is None or (repr(glanced) == repr(json.loads(text)) and glanced == read_arguments(text))


@given(st.text(alphabet='{}[]":,ab01-.eE+ \\n', max_size=24))
def test_a_glance_says_nothing_of_what_readers_read_differently(text):
    glanced = _at_a_glance(text)
    pairs = []
    if glanced is not None:
        json.loads(text, object_pairs_hook=pairs.append)
        assert len(pairs) == 1
        assert len(dict(pairs[0])) == len(pairs[0])
        assert repr(dict(pairs[0])) == repr(glanced)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        '{"a":"x","a":"x"}',
        '{"a":1,"\\u0061":2}',
        '{"a":18446744073709551616}',
        '{"a":9007199254740993}',
        '{"a":1e400}',
        '{"a":NaN}',
        f'{{"{"n" * 201}":1}}',
    ],
)
def test_what_is_doubtful_is_never_read_at_a_glance(text):
    assert isinstance(read_arguments(text), Unread)


# --- secrets in pieces


@pytest.mark.parametrize(
    "arguments",
    [
        {"subject": "Hunt", "body": "er2!x"},
        {"subject": "4711", "body": "0815"},
        {"body": ["4711", "0815"]},
        {"body": {"4711": "0815"}},
        {"body": "is key deploy the Hunt er2!x"},
    ],
    ids=str,
)
def test_a_secret_is_told_in_pieces_that_are_public_one_by_one(arguments):
    vault = grant("vault", result=Result(trusted=True, secrecy=Secrecy.SECRET))
    post = grant("post", *(argument(name, carries=Secrecy.PUBLIC) for name in ("subject", "body")))
    walk = Walk(tools(vault, post))
    walk.said("Hunt. er2!x. 4711. 0815. deploy. key. the. is. What a nice day!")
    assert kinds(walk.copy().call("post", arguments)) == set()

    walk.did("vault", {}, {"note": SECRET})
    refused = walk.copy().call("post", arguments)
    assert kinds(refused) == {"secrecy"}
    assert not any(word in reasons(refused) for word in ("Hunt", "4711", "er2"))
    assert kinds(walk.copy().call("post", {"subject": "nice", "body": "What a nice day!"})) == set()


# --- other requests of MCP, and incidents


def asked_by_mcp(method, params):
    body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
    return McpMessage(Side.CLIENT).decode(body).segments


@pytest.mark.parametrize(
    ("method", "params", "found"),
    [
        ("resources/read", {"uri": "https://docs.corp.com/a"}, set()),
        ("resources/read", {"uri": "https://evil.com/a"}, {"argument-host"}),
        ("resources/subscribe", {"uri": "https://docs.corp.com/a"}, {"not-granted"}),
        ("prompts/get", {"name": "greet", "arguments": {"who": "Bob"}}, set()),
        ("prompts/get", {"name": "other", "arguments": {"who": "Bob"}}, {"not-granted"}),
    ],
)
def test_a_grant_can_name_what_mcp_asks_besides_tools(method, params, found):
    made = tools(
        grant("mcp:resources/read", argument("uri", hosts=("corp.com",))),
        grant("mcp:prompts/get:greet", argument("who")),
    )
    assert kinds(enforce(made, event(*asked_by_mcp(method, params), principal=ADA))) == found


def test_a_resource_has_the_label_of_its_grant():
    made = Walk(tools(grant("mcp:resources/read", argument("uri"), result=Result(secrecy=Secrecy.SECRET))))
    made.take(made.event(*asked_by_mcp("resources/read", {"uri": "https://a.io"})))
    body = {"jsonrpc": "2.0", "id": 7, "result": {"contents": [{"uri": "https://a.io", "text": "blue heron 99"}]}}
    assert not made.take(made.event(*McpMessage(Side.SERVER).decode(body).segments)).stops

    assert made.run.ledger.trace("blue heron 99").secrecy is Secrecy.SECRET


def test_an_incident_stops_a_tool_by_a_rule_of_one_line():
    stop = rule("containment/stop-mail", when="segment.stage == 'tool_call' && segment.tool == 'send'")
    walk = Walk(tools(grant("send"), grant("read"), compiled={"containments": (containment("c-1", stop),)}))

    assert walk.copy().call("send").action is Action.DENY
    assert walk.copy().call("read").action is Action.ALLOW
    late = replace(walk.event(*call_segments("send", {})), at=NOW + timedelta(days=2))
    assert enforce(walk.bundle, late, walk.state).action is Action.ALLOW


def test_a_result_comes_before_its_call_or_twice():
    walk = Walk(tools(VERIFY))
    assert kinds(walk.copy().take(event(result_segment("verify", {"ok": True}, id="c1"), principal=ADA))) == {
        "result-unasked"
    }
    walk.did("verify", {"order": 1}, {"ok": False})
    walk.back("verify", {"ok": True})
    assert walk.status() == "failed"
    assert Stage.TOOL_RESULT in {one.stage for one in walk.event(result_segment("verify", 1)).segments}
