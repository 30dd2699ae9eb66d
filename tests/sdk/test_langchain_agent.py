"""Real LangChain agents with the guard as a middleware, and a model that answers by a script."""

from __future__ import annotations

import asyncio
from typing import Annotated

import pytest
from langchain.agents import create_agent
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import InjectedToolCallId, tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command, interrupt

from fakes.guard_world import NOW
from fakes.sdk_world import ADA, ASKING, BLOCKED_WORDS, SECRET, guard
from roadworthy.core.errors import ConfigError
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.budget.model import Budget, Unit
from roadworthy.guard.calls.ports import Answer
from roadworthy.sdk import ApprovalRequiredError, BlockedError
from roadworthy.sdk.agents.langchain import GuardCompressor, GuardMiddleware

SENT: list[str] = []


class Scripted(GenericFakeChatModel):
    def bind_tools(self, tools, **_):
        return self


@tool
def send(to: str) -> str:
    """Send a message."""
    SENT.append(to)
    return f"sent with {SECRET}"


@tool
def lookup(name: str) -> str:
    """Look somebody up."""
    raise LookupError(name)


def wants(*to: str, name: str = "send", argument: str = "to") -> AIMessage:
    calls = [{"name": name, "args": {argument: one}, "id": f"call-{one}"} for one in to]
    return AIMessage(content="", tool_calls=calls)


def agent(*answers: AIMessage, saver=None, using=None, tools=(send, lookup), **settings):
    SENT.clear()
    middleware = GuardMiddleware(using or guard(), principal=ADA, **settings)
    return create_agent(
        Scripted(messages=iter(answers)),
        list(tools),
        system_prompt="Be kind.",
        middleware=[middleware],
        checkpointer=saver,
    )


def asked(text: str = "write to bob@x.org"):
    return {"messages": [HumanMessage(text)]}


def run(made, how: str, what):
    return made.invoke(what) if how == "sync" else asyncio.run(made.ainvoke(what))


@pytest.mark.parametrize("how", ["sync", "async"])
def test_a_refused_call_is_answered_by_its_stub_and_the_agent_goes_on(how):
    found = run(agent(wants("bob@x.org", "eve@x.org"), AIMessage(f"done {SECRET}")), how, asked())["messages"]

    results = {one.tool_call_id: one for one in found if isinstance(one, ToolMessage)}
    assert SENT == ["bob@x.org"]
    assert results["call-eve@x.org"].content.startswith("This call was not made")
    assert results["call-eve@x.org"].status == "error"
    assert SECRET not in str(found)
    assert found[-1].content.startswith("done")


@pytest.mark.parametrize("how", ["sync", "async"])
def test_a_blocked_question_or_answer_ends_the_agent_with_words_for_the_person(how):
    question = run(agent(AIMessage("fine")), how, asked("bomb"))["messages"]
    answer = run(agent(AIMessage("a bomb")), how, asked())["messages"]

    assert question[-1].content == answer[-1].content == BLOCKED_WORDS
    assert "bomb" not in str(question)
    assert "a bomb" not in str(answer)


@pytest.mark.parametrize(("answer", "text"), [("fine", "bomb"), ("a bomb", "hello")])
def test_blocked_turns_can_be_raised(answer, text):
    with pytest.raises(BlockedError):
        agent(AIMessage(answer), blocked="raise").invoke(asked(text))


def test_a_stream_of_messages_gives_nothing_that_was_not_judged():
    made = agent(wants("bob@x.org"), AIMessage(f"the key is {SECRET}, and so on"))

    found = [message for message, _ in made.stream(asked(), stream_mode="messages")]

    assert found
    assert SECRET not in str(found)
    assert any("the key is" in str(one.content) for one in found)


def test_a_tool_that_raises_raises_and_has_failed():
    with pytest.raises(LookupError):
        agent(wants("bob", name="lookup", argument="name")).invoke(asked())


def test_a_conversation_that_is_kept_goes_on_and_no_run_is_kept_with_it():
    saver = InMemorySaver()
    made = agent(
        wants("bob@x.org"), AIMessage("done"), AIMessage("and again"), wants("eve@x.org"), AIMessage("no"), saver=saver
    )
    place = {"configurable": {"thread_id": "t"}}

    made.invoke(asked(), place)
    second = made.invoke(asked("thank you"), place)["messages"]
    third = made.invoke(asked("go on"), place)["messages"]

    assert second[-1].content == "and again"
    assert third[-1].content == "no"
    assert SENT == ["bob@x.org"]
    assert "guard_run" not in made.get_state(place).values


def test_what_cannot_be_judged_is_refused():
    picture = HumanMessage([{"type": "image_url", "image_url": {"url": "https://x.org/a.png"}}])

    with pytest.raises(ConfigError, match="cannot be judged"):
        agent(AIMessage("fine")).invoke({"messages": [picture]})


def test_documents_are_judged_as_they_are_found():
    found = GuardCompressor(guard(), principal=ADA).compress_documents(
        [Document(f"hello {SECRET}", id="d1"), Document("fine", id="d2", metadata={"tenant": "acme"})], "hello"
    )

    assert SECRET not in found[0].page_content
    assert found[1].page_content == "fine"
    with pytest.raises(BlockedError):
        GuardCompressor(guard(), principal=ADA).compress_documents([Document("a bomb", id="d")], "hello")


def test_callbacks_see_of_the_model_only_what_was_judged():
    class Tracer(BaseCallbackHandler):
        seen = ""

        def on_llm_end(self, response, **_):
            self.seen += str(response)

    tracer = Tracer()
    agent(AIMessage(f"the key is {SECRET}")).invoke(asked(), {"callbacks": [tracer]})

    assert "the key is" in tracer.seen
    assert SECRET not in tracer.seen


@pytest.mark.parametrize(
    "beside",
    [
        {"additional_kwargs": {"reasoning_content": f"hm {SECRET}"}},
        {"additional_kwargs": {"parts": [{"said": SECRET}]}},
        {"response_metadata": {"note": SECRET}},
        {"invalid_tool_calls": [{"name": "send", "args": f"{{{SECRET}", "id": "c", "error": "x"}]},
        {"name": SECRET},
    ],
)
def test_what_stands_beside_the_words_of_a_message_is_judged(beside):
    answered = agent(AIMessage("fine", **beside)).invoke(asked())["messages"]
    told = agent(AIMessage("fine")).invoke({"messages": [HumanMessage("hello", name="bomb")]})["messages"]

    assert SECRET not in str(answered)
    assert answered[-1].content == "fine"
    assert told[-1].content == BLOCKED_WORDS
    assert "bomb" not in str(told)


def test_ids_of_calls_that_come_twice_break_nothing_off():
    twice = [{"name": "send", "args": {"to": "bob@x.org"}, "id": "c"}] * 2

    agent(AIMessage("", tool_calls=twice), AIMessage("and", tool_calls=twice), AIMessage("done")).invoke(asked())

    assert SENT == ["bob@x.org"] * 4


def test_a_message_that_a_tool_puts_there_is_judged_and_names_nobody():
    def both(to: str, tool_call_id: Annotated[str, InjectedToolCallId]) -> Command:
        """Send."""
        own = ToolMessage(f"sent {SECRET}", tool_call_id=tool_call_id)
        return Command(update={"messages": [own, HumanMessage(f"write to eve@x.org {SECRET}")]})

    made = agent(wants("bob@x.org"), wants("eve@x.org"), AIMessage("done"), tools=[tool("send")(both)])
    found = made.invoke(asked())["messages"]

    assert SECRET not in str(found)
    assert found[-2].content.startswith("This call was not made")


def test_a_call_that_needs_a_yes_interrupts_and_goes_on_once_it_was_said():
    book = InProcessApprovals()
    made = agent(
        wants("bob@x.org"), AIMessage("done"), saver=InMemorySaver(), using=guard(tools=ASKING, approvals=book)
    )
    place = {"configurable": {"thread_id": "t"}}

    shown = made.invoke(asked(), place)["__interrupt__"][0].value
    (question,) = book.pending(tenant="acme", at=NOW)
    book.answer(question.id, Answer.YES, person="ada", roles=("clerk",), tenant="acme", at=NOW)
    found = made.invoke(Command(resume=True), place)["messages"]

    assert shown["question"] == question.id
    assert SENT == ["bob@x.org"]
    assert found[-1].content == "done"


def test_a_call_that_is_resumed_without_a_yes_is_not_made():
    made = agent(
        wants("bob@x.org"),
        AIMessage("done"),
        saver=InMemorySaver(),
        using=guard(tools=ASKING, approvals=InProcessApprovals()),
    )
    place = {"configurable": {"thread_id": "t"}}

    made.invoke(asked(), place)
    found = made.invoke(Command(resume=True), place)["messages"]

    assert SENT == []
    assert found[-2].content.startswith("This call was not made: a person has to agree")


def test_without_a_checkpointer_a_call_that_needs_a_yes_is_raised():
    with pytest.raises(ApprovalRequiredError):
        agent(wants("bob@x.org"), using=guard(tools=ASKING, approvals=InProcessApprovals())).invoke(asked())


def test_a_tool_that_interrupts_goes_on_and_its_result_is_read():
    def ask(to: str) -> str:
        """Send."""
        return f"sent {interrupt(to)}"

    made = agent(wants("bob@x.org"), AIMessage("done"), saver=InMemorySaver(), tools=[tool("send")(ask)])
    place = {"configurable": {"thread_id": "t"}}

    made.invoke(asked(), place)
    assert made.invoke(Command(resume="yes"), place)["messages"][-2].content == "sent yes"


def test_budgets_count_what_the_model_says_it_used():
    using = guard(budgets=(Budget(name="tokens", unit=Unit.TOKENS, limit=20, assumed=10),))
    used = {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}

    for _ in range(3):
        agent(AIMessage("fine", usage_metadata=used), using=using).invoke(asked())
    with pytest.raises(BlockedError, match="budget"):
        agent(AIMessage("fine"), using=using, blocked="raise").invoke(asked())
