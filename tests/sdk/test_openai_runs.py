"""Requests of the OpenAI client within a run and a conversation, and what they take from budgets."""

from __future__ import annotations

from dataclasses import replace

import httpx2
import openai
import pytest

from fakes.guard_world import NOW
from fakes.sdk_world import ADA, ASKING, Service, chat_answer, chat_chunks, guard
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.budget.model import Budget, Unit
from roadworthy.guard.calls.ports import Answer
from roadworthy.sdk import ApprovalRequiredError, BlockedError, guard_openai, in_run

HELLO = [{"role": "user", "content": "write to bob@x.org"}]
SEND = {"type": "function", "function": {"name": "send", "parameters": {"type": "object"}}}
TO_BOB = ("c1", "send", {"to": "bob@x.org"})


def client(*answers, using=None, principal=ADA, **settings):
    service = Service(httpx2, *answers)
    made = openai.OpenAI(api_key="key", http_client=service.client(), max_retries=2)
    return service, guard_openai(made, guard=using or guard(), principal=principal, **settings)


def test_within_a_run_the_history_explains_and_results_confirm():
    using = guard()
    run = using.run(ADA)
    run.ask("write to bob@x.org")
    _, guarded = client(chat_answer(None, [TO_BOB]), chat_answer("done"), using=using)
    history = [{"role": "user", "content": "go on"}]

    with in_run(using, run):
        message = guarded.chat.completions.create(model="m", messages=history, tools=[SEND]).choices[0].message
        history += [message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": "c1", "content": "sent"}]
        guarded.chat.completions.create(model="m", messages=history, tools=[SEND])

    assert [made.status.value for made in run.state.run.calls] == ["returned"]


def test_a_request_that_a_budget_refuses_is_not_sent_and_places_become_free():
    using = guard(budgets=(Budget(name="at-once", unit=Unit.CONCURRENT, limit=1),))
    service, guarded = client(chat_answer("fine"), using=using)
    for _ in range(3):
        guarded.chat.completions.create(model="m", messages=HELLO)
    _, streaming = client(chat_chunks("fine and well " * 20), using=using, route="live")
    for _ in range(3):
        stream = streaming.chat.completions.create(model="m", messages=HELLO, stream=True)
        next(iter(stream))
        stream.close()
    stream = streaming.chat.completions.create(model="m", messages=HELLO, stream=True)
    with pytest.raises(BlockedError, match="budget"):
        guarded.chat.completions.create(model="m", messages=HELLO)

    assert len(service.asked) == 3


def spend(guarded, ask) -> int:
    for count in range(10):
        try:
            ask(guarded)
        except BlockedError as error:
            assert "budget" in str(error)  # noqa: PT017 - the number of requests before it is what is asked
            return count
    return 10


def whole(guarded):
    guarded.chat.completions.create(model="m", messages=HELLO)


def in_parts(guarded):
    list(guarded.chat.completions.create(model="m", messages=HELLO, stream=True))


def left_early(guarded):
    stream = guarded.chat.completions.create(model="m", messages=HELLO, stream=True)
    next(iter(stream))
    stream.close()


STATED = b'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\ndata: [DONE]'


@pytest.mark.parametrize(
    ("answer", "ask", "count"),
    [
        (chat_answer("fine"), whole, 3),
        (chat_chunks("fine").replace(b"data: [DONE]", STATED), in_parts, 3),
        (chat_chunks("fine"), in_parts, 2),
        (chat_chunks("fine and well " * 20), left_early, 2),
    ],
    ids=["whole", "stated-at-the-end", "unstated", "left-early"],
)
def test_budgets_count_what_the_service_says_was_used_and_else_what_was_set_aside(answer, ask, count):
    using = guard(budgets=(Budget(name="tokens", unit=Unit.TOKENS, limit=20, assumed=10),))
    _, guarded = client(answer, using=using, route="live")

    assert spend(guarded, ask) == count


def test_budgets_bind_within_a_run_too_and_a_turn_counts_once():
    using = guard(budgets=(Budget(name="requests", unit=Unit.REQUESTS, limit=2),))
    _, guarded = client(chat_answer("fine"), using=using)
    run = using.run(ADA)

    with in_run(using, run):
        assert spend(guarded, whole) == 2
    other = using.run(replace(ADA, tenant="other"))
    _, theirs = client(chat_answer("fine"), using=using, principal=other.principal)
    with in_run(using, other):
        other.ask("hello")
        for _ in range(5):
            whole(theirs)


def test_a_yes_holds_beyond_one_request_where_the_conversation_has_a_name():
    book = InProcessApprovals()
    using = guard(tools=ASKING, approvals=book)
    names = iter(["one", "two", "one", "one"])
    _, guarded = client(chat_answer("", [TO_BOB]), using=using, conversation=lambda: next(names))

    def calls():
        return guarded.chat.completions.create(model="m", messages=HELLO, tools=[SEND]).choices[0].message.tool_calls

    with pytest.raises(ApprovalRequiredError) as asked:
        calls()
    question = asked.value.asked.id
    book.answer(question, Answer.YES, person="ada", roles=("clerk",), tenant="acme", at=NOW)
    with pytest.raises(ApprovalRequiredError):
        calls()
    assert [one.id for one in calls()] == ["c1"]
    with pytest.raises(ApprovalRequiredError):
        calls()
