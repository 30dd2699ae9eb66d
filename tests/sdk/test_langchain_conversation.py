"""Conversations of LangChain agents go on: what is refused is refused alone, and nothing stays set aside."""

from __future__ import annotations

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import ToolStrategy
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import BaseModel

from fakes.sdk_world import ADA, SECRET, guard
from roadworthy.guard.budget.model import Budget, Unit
from roadworthy.sdk.agents.langchain import GuardMiddleware

PLACE = {"configurable": {"thread_id": "t"}}
GIVEN: list[tuple[str, str]] = []


class Scripted(GenericFakeChatModel):
    def bind_tools(self, tools, **_):
        return self

    def _generate(self, messages, *args, **settings):
        ASKED.append([one.content for one in messages])
        return super()._generate(messages, *args, **settings)


ASKED: list[list[object]] = []


@tool
def send(to: str, text: str = "") -> str:
    """Send a message."""
    GIVEN.append((to, text))
    return "sent"


@tool
def lookup(name: str) -> str:
    """Look somebody up."""
    raise LookupError(name)


def wants(name: str = "send", /, **given: str) -> AIMessage:
    calls = [{"name": name, "args": given, "id": "c1"}]
    block = {"type": "tool_use", "id": "c1", "name": name, "input": given}
    return AIMessage([block], tool_calls=calls, additional_kwargs={"tool_calls": [{"id": "c1", "function": given}]})


def agent(*answers: AIMessage, using=None, tools=(send, lookup), **settings):
    GIVEN.clear()
    ASKED.clear()
    middleware = [GuardMiddleware(using or guard(), principal=ADA)]
    return create_agent(Scripted(messages=iter(answers)), list(tools), middleware=middleware, **settings)


def says(text: object):
    return {"messages": [HumanMessage(text)]}


@pytest.mark.parametrize(
    ("text", "given"), [("a bomb", []), (f"key {SECRET}", [("bob@x.org", "key [pattern]")])], ids=["refused", "edited"]
)
def test_a_conversation_goes_on_after_a_call_whose_arguments_may_not_stand_there(text, given):
    made = agent(
        wants(to="bob@x.org", text=text), AIMessage("one"), AIMessage("two"), AIMessage("three"),
        checkpointer=InMemorySaver(),
    )  # fmt: skip

    made.invoke(says("write to bob@x.org"), PLACE)
    second = made.invoke(says("thank you"), PLACE)["messages"]
    third = made.invoke(says("and now"), PLACE)["messages"]

    assert [second[-1].content, third[-1].content] == ["two", "three"]
    assert given == GIVEN
    assert text not in str(third)


@pytest.mark.parametrize(
    ("result", "seen"),
    [
        ([{"type": "text", "text": "a bomb"}], "[The result of this call was held back by policy."),
        ([{"type": "text", "text": f"key {SECRET}"}], "key [pattern]"),
        ([{"type": "image_url", "image_url": {"url": "https://x.org/a.png"}}], "The result was left out:"),
    ],
)
def test_a_result_in_parts_is_held_back_alone(result, seen):
    @tool("send")
    def sends(to: str) -> list:
        """Send a message."""
        return result

    found = agent(wants(to="bob@x.org"), AIMessage("done"), tools=[sends]).invoke(says("write to bob@x.org"))

    assert found["messages"][-2].content.startswith(seen)
    assert found["messages"][-1].content == "done"


def asks_in_parts(using):
    made = agent(AIMessage("fine"), using=using)
    made.invoke(says([{"type": "text", "text": "hello"}, {"type": "text", "text": "a bomb"}]))


def raises(using):
    with pytest.raises(LookupError):
        agent(wants("lookup", name="bob"), using=using).invoke(says("look up bob"))


def is_left(using):
    stream = agent(wants(to="bob@x.org"), AIMessage("done"), using=using).stream(says("hello"), stream_mode="updates")
    assert next(stream)
    stream.close()


@pytest.mark.parametrize("ends", [asks_in_parts, raises, is_left])
def test_however_an_agent_ends_its_place_becomes_free(ends):
    using = guard(budgets=(Budget(name="at-once", unit=Unit.CONCURRENT, limit=1),))

    ends(using)
    found = agent(AIMessage("fine"), using=using).invoke(says("hello"))

    assert found["messages"][-1].content == "fine"


def test_what_is_edited_on_its_way_to_the_model_is_edited_at_each_request():
    made = agent(wants(to="bob@x.org"), AIMessage("done"), system_prompt=f"The key is {SECRET}.")
    made.invoke(says("write to bob@x.org"))

    assert len(ASKED) == 2
    assert SECRET not in str(ASKED)


class Form(BaseModel):
    """What is answered with."""

    answer: str


def form(**given: str) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": "Form", "args": given, "id": "f"}])


def test_a_structured_answer_that_does_not_fit_is_asked_for_again():
    made = agent(form(wrong=SECRET), form(answer="fine"), response_format=ToolStrategy(Form))
    found = made.invoke(says("hello"))

    assert found["structured_response"] == Form(answer="fine")
    assert SECRET not in str(ASKED)


def test_a_structured_answer_that_is_held_back_says_so_in_words():
    found = agent(form(answer=f"so {SECRET}"), response_format=ToolStrategy(Form)).invoke(says("hello"))

    assert found["messages"][-1].content == "[This answer was held back by policy and was not shown.]"
    assert SECRET not in str(found)
