"""Two calls with one id: the result of the one never counts as the word of the other."""

from __future__ import annotations

import json

import pytest

from fakes.sdk_world import ADA, chat_answer, guard
from roadworthy.guard.calls.policy import Argument, Grant, Result, ToolPolicy
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.session.errors import CallRefusedError
from roadworthy.sdk.exchange.endpoints import CHAT, MESSAGES
from roadworthy.sdk.exchange.exchange import Exchange

TOOLS = ToolPolicy(
    grants=(
        Grant(tool="directory", effects=(Effect.READ,), arguments=(Argument(name="q"),), result=Result(trusted=True)),
        Grant(tool="web", effects=(Effect.READ,), arguments=(Argument(name="q"),)),
    )
)
DIRECTORY, WEB = ("a", "directory", {"q": "Bob"}), ("a", "web", {"q": "x"})
ASKED = {"role": "user", "content": "Write to Bob"}


def exchange(run, using, surface):
    return Exchange(run, using.bundle, surface, refused="raise")


@pytest.mark.parametrize("calls", [(DIRECTORY, WEB), (WEB, DIRECTORY)], ids=["trusted first", "trusted last"])
@pytest.mark.parametrize("is_later", [False, True], ids=["one answer", "later turn"])
def test_another_call_with_the_same_id_is_refused(calls, is_later):
    using = guard(tools=TOOLS)
    run = using.run(ADA)
    asks = exchange(run, using, CHAT)
    asks.sent({"model": "m", "messages": [ASKED]})
    if is_later:
        asks.came(chat_answer(None, calls[:1]))
        made = chat_answer(None, calls[:1])["choices"][0]["message"]
        told = {"role": "tool", "tool_call_id": "a", "content": json.dumps("bob@corp.com")}
        asks = exchange(run, using, CHAT)
        asks.sent({"model": "m", "messages": [ASKED, made, told]})
        calls = calls[1:]

    with pytest.raises(CallRefusedError, match="call-id-taken"):
        asks.came(chat_answer(None, calls))


@pytest.mark.parametrize("calls", [(DIRECTORY, WEB), (WEB, DIRECTORY)], ids=["trusted first", "trusted last"])
def test_another_tool_use_with_the_same_id_is_refused(calls):
    using = guard(tools=TOOLS)
    asks = exchange(using.run(ADA), using, MESSAGES)
    asks.sent({"model": "m", "max_tokens": 9, "messages": [ASKED]})
    content = [{"type": "tool_use", "id": name, "name": tool, "input": given} for name, tool, given in calls]
    answer = {"id": "m", "type": "message", "role": "assistant", "model": "m", "stop_reason": "tool_use",
              "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}, "content": content}  # fmt: skip

    with pytest.raises(CallRefusedError, match="call-id-taken"):
        asks.came(answer)


def test_the_same_call_twice_with_one_id_is_let_through():
    using = guard(tools=TOOLS)
    run = using.run(ADA)
    asks = exchange(run, using, CHAT)
    asks.sent({"model": "m", "messages": [ASKED]})
    asks.came(chat_answer(None, [DIRECTORY]))
    asks.came(chat_answer(None, [DIRECTORY]))

    assert [made.status.value for made in run.state.run.calls] == ["let_through", "let_through"]
