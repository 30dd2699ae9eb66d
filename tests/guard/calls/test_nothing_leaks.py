"""What is in arguments and results is in no record, repr, reason, message or error."""

import pytest

from fakes.tool_calls import Walk, argument, call_segments, grant, tools
from roadworthy.adapters.guard.records import RecordFile
from roadworthy.guard.calls.policy import Approval, ArgumentType, Outcome
from roadworthy.guard.calls.tracing import traced
from roadworthy.guard.replay.recording import policy_use, record

CANARY = "canary-4711-zebra"
BUNDLE = tools(
    grant(
        "send",
        argument("to", "user", type=ArgumentType.EMAIL, hosts=("corp.com",)),
        argument("n", maximum=3, same_as="principal.id", owned="order", pattern="x", one_of=("y",), max_chars=2),
        when="call.arguments.n == 'z' && call.arguments.to > 'a' + call.arguments.n.x",
        approval=Approval(when="call.arguments.to == 5"),
    ),
    grant("read", outcome=Outcome(holds="result.x > 3"), other_arguments="allow"),
)
ASKED = {
    "every line": ("send", {"to": f"{CANARY}@evil.com", "n": CANARY}),
    "names of arguments": ("send", {CANARY + " words": 1, "to": {CANARY: 1}}),
    "name of the tool": (CANARY + " tool", {}),
    "malformed": ("send", f'{{"{CANARY}": 1, "{CANARY}": 2}}'),
    "half a character": ("send", '{"' + CANARY + '":"\\ud800"}'),
    "deep": ("send", '{"a":' + '["' + CANARY + '",' * 1 + "[" * 40 + "]" * 41 + "}"),
    "fine": ("read", {"file": CANARY}),
}


@pytest.mark.parametrize("case", ASKED)
def test_nothing_of_a_call_is_repeated(case, tmp_path):
    walk = Walk(BUNDLE)
    tool, arguments = ASKED[case]
    made = walk.event(*call_segments(tool, arguments))
    before = walk.state
    decision = walk.take(made)

    kept = record(BUNDLE, made, decision, state=before, keep_text=True)
    said = [repr(decision), repr(walk.state), repr(made), repr(walk.run), decision.message]
    said += [text for one in decision.verdicts for text in (one.reason, one.message, one.rule, *one.kinds)]
    assert [text for text in said if CANARY in text] == []
    written = RecordFile(tmp_path / "records.jsonl")
    written.append([kept], uses={kept.decision.policy: policy_use(BUNDLE)})
    written.close()
    assert CANARY not in (tmp_path / "records.jsonl").read_text()


def test_nothing_of_a_result_is_repeated():
    walk = Walk(BUNDLE)
    walk.call("read", {})
    decision = walk.back("read", {"x": CANARY})

    assert CANARY not in repr(decision)
    assert CANARY not in repr(walk.run)
    assert walk.status() == "returned"


def test_where_a_value_comes_from_is_told_without_it():
    walk = Walk(BUNDLE)
    walk.said(f"read {CANARY}")
    walk.call("read", {"file": CANARY, "other": ["nowhere-to-be-found"], "none": None})

    told = traced(walk.run.calls[-1].call, ledger=walk.run.ledger, same=())

    assert [(one.argument, one.found, one.is_composed) for one in told] == [
        ("file", ("what the user wrote",), False),
        ("other/*", (), True),
    ]
    assert CANARY not in repr(told)
