"""Recorded calls under a candidate: the same grants say the same, others cannot be told, and are counted as that."""

import pytest

from fakes.tool_calls import Walk, argument, call_segments, grant, result_segment, tools
from roadworthy.guard.replay.model import Change
from roadworthy.guard.replay.recording import record
from roadworthy.guard.replay.replaying import replay
from roadworthy.guard.verdict import Action

PAY = grant("pay", argument("n", maximum=10))
READ = grant("read*", other_arguments="allow")


def recorded(bundle, tool, arguments):
    walk = Walk(bundle)
    made = walk.event(*call_segments(tool, arguments))
    before = walk.state
    return record(bundle, made, walk.take(made), state=before)


@pytest.mark.parametrize(
    ("candidate", "tool", "n", "change"),
    [
        ((PAY, READ), "pay", 5, Change.SAME),
        ((PAY, READ), "pay", 50, Change.SAME),
        ((PAY, grant("read*")), "pay", 50, Change.SAME),
        ((grant("pay", argument("n", maximum=9)), READ), "pay", 5, Change.UNKNOWN),
        ((grant("pay", argument("n", maximum=90)), READ), "pay", 50, Change.UNKNOWN),
        ((READ,), "pay", 5, Change.NEW_STOP),
        ((READ,), "pay", 50, Change.SAME),
        ((PAY, READ, grant("p*")), "pay", 5, Change.UNKNOWN),
        ((PAY,), "read_file", 5, Change.NEW_STOP),
    ],
)
def test_what_becomes_of_a_recorded_call(candidate, tool, n, change):
    decided = tools(PAY, READ)
    found = replay(tools(*candidate), recorded(decided, tool, {"n": n}), looks=decided.looks)
    assert found.change is change


def test_other_settings_cannot_be_told():
    decided = tools(PAY)
    kept = recorded(decided, "pay", {"n": 5})
    assert replay(tools(PAY, max_steps=1), kept, looks=decided.looks).change is Change.UNKNOWN


def test_a_result_under_other_settings_cannot_be_told():
    decided = tools(READ)
    walk = Walk(decided)
    walk.call("read", {})
    made = walk.event(result_segment("read", "x"))
    before = walk.state
    kept = record(decided, made, walk.take(made), state=before)

    assert kept.decision.action is Action.ALLOW
    assert replay(decided, kept, looks=decided.looks).change is Change.SAME
    assert replay(tools(READ, pinning="off"), kept, looks=decided.looks).change is Change.UNKNOWN
