"""LlamaIndex agents that hand over, wait for a person, fail, and say more than their words."""

from __future__ import annotations

import asyncio

import pytest
from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
from llama_index.core.agent.workflow.workflow_events import AgentWorkflowStartEvent
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ImageBlock,
    LLMMetadata,
    TextBlock,
    ThinkingBlock,
)
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.llms.llm import ToolSelection
from llama_index.core.schema import ImageNode, NodeWithScore
from llama_index.core.tools import FunctionTool, ToolMetadata, ToolOutput
from llama_index.core.tools.types import AsyncBaseTool
from llama_index.core.workflow import Context
from pydantic import PrivateAttr

from fakes.guard_world import NOW
from fakes.sdk_world import ADA, ASKING, SECRET, guard
from roadworthy.core.errors import ConfigError
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.budget.model import Budget, Unit
from roadworthy.guard.calls.ports import Answer
from roadworthy.sdk import ApprovalRequiredError, BlockedError, BudgetExhaustedError
from roadworthy.sdk.agents.llama_index import GuardPostprocessor, guard_agent

# The package looks through the members of its own workflows.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecationWarning"),
    pytest.mark.filterwarnings("ignore::workflows.context.state_store.UnserializableKeyWarning"),
]
SENT: list[str] = []
ASKED: list[list[ChatMessage]] = []


class Scripted(FunctionCallingLLM):
    """A model that answers by a script; the calls that it wants stand beside its words."""

    _answers: list = PrivateAttr()

    def __init__(self, *answers):
        super().__init__()
        self._answers = list(answers)

    @property
    def metadata(self):
        return LLMMetadata(is_function_calling_model=True)

    async def achat(self, messages, **_):
        ASKED.append(list(messages))
        return ChatResponse(message=self._answers.pop(0))

    def chat(self, messages, **_):
        raise AssertionError("agents are asynchronous")

    complete = stream_chat = stream_complete = acomplete = astream_chat = astream_complete = chat

    def _prepare_chat_with_tools(self, tools, user_msg=None, chat_history=None, **_):
        return {"messages": chat_history or []}

    def get_tool_calls_from_response(self, response, error_on_no_tool_call=True, **_):
        calls = response.message.additional_kwargs.get("tool_calls", [])
        return [
            ToolSelection(tool_id=f"c{n}", tool_name=name, tool_kwargs=args) for n, (name, args) in enumerate(calls)
        ]


def wants(name: str = "send", /, **given: str) -> ChatMessage:
    return ChatMessage(role="assistant", content="", additional_kwargs={"tool_calls": [(name, given)]})


def says(text: str, **added) -> ChatMessage:
    return ChatMessage(role="assistant", content=text, additional_kwargs=added)


def send(to: str) -> str:
    """Send a message."""
    SENT.append(to)
    return "sent"


def plain(*answers, tools=(send,), name="one", **settings):
    tools = [one if isinstance(one, AsyncBaseTool) else FunctionTool.from_defaults(one, name="send") for one in tools]
    return FunctionAgent(
        name=name, description="d", tools=tools, llm=Scripted(*answers), streaming=False, **settings
    )  # fmt: skip


def agent(*answers, using=None, conversation=None, **settings):
    SENT.clear()
    ASKED.clear()
    return guard_agent(plain(*answers, **settings), guard=using or guard(), principal=ADA, conversation=conversation)


def ran(made, *args, **settings):
    async def main():
        return await made.run(*args, **settings)

    return asyncio.run(main())


def test_agents_that_hand_over_to_each_other_are_one_run():
    SENT.clear()
    handing = wants("handoff", to_agent="two", reason="write to eve@x.org")
    one = plain(wants(to="bob@x.org"), handing, can_handoff_to=["two"])
    two = plain(wants(to="eve@x.org"), wants(to="bob@x.org"), says("done"), name="two")
    team = AgentWorkflow(agents=[one, two], root_agent="one")

    found = ran(guard_agent(team, guard=guard(), principal=ADA), user_msg="write to bob@x.org")

    assert str(found) == "done"
    assert SENT == ["bob@x.org", "bob@x.org"]
    assert type(one.llm) is Scripted
    with pytest.raises(BlockedError):
        ran(guard_agent(team, guard=guard(), principal=ADA), user_msg="a bomb")


def test_what_an_agent_asks_an_agent_is_not_the_users_word():
    using = guard()

    async def delegate(name: str) -> str:
        """Ask somebody else."""
        inner = guard_agent(plain(wants(to="eve@x.org"), says("inner")), guard=using, principal=ADA)
        return str(await inner.run(user_msg=name))

    tool = FunctionTool.from_defaults(async_fn=delegate, name="lookup")
    made = agent(wants("lookup", name="write to eve@x.org"), says("done"), tools=[tool], using=using)

    assert str(ran(made, user_msg="hello").tool_calls[0].tool_output) == "inner"
    assert SENT == []


@pytest.mark.parametrize(
    "answer",
    [
        says("fine", reasoning_content=f"hm {SECRET}"),
        ChatMessage(
            role="assistant",
            blocks=[TextBlock(text="fine"), ThinkingBlock(content="hm", additional_information={"summary": SECRET})],
        ),
    ],
    ids=["added", "thoughts"],
)
def test_what_stands_beside_the_words_of_an_answer_is_judged(answer):
    found = ran(agent(answer), user_msg="hello").response

    assert SECRET not in str(found.model_dump())
    assert found.content == "fine"


def test_what_stands_beside_the_words_of_a_question_is_judged():
    question = ChatMessage(role="user", content="hello", additional_kwargs={"note": f"my key is {SECRET}"})
    ran(agent(says("fine")), user_msg=question)

    assert SECRET not in str(ASKED)
    with pytest.raises(BlockedError):
        ran(agent(says("fine")), user_msg=ChatMessage(role="user", content="hello", additional_kwargs={"a": "a bomb"}))


def test_what_is_edited_on_its_way_to_the_model_is_edited_at_each_request():
    made = agent(wants(to="bob@x.org"), says("done"), system_prompt=f"The key is {SECRET}.")
    ran(made, user_msg="write to bob@x.org", chat_history=[ChatMessage(role="user", content=f"my key is {SECRET}")])

    assert len(ASKED) == 2
    assert SECRET not in str(ASKED)


@pytest.mark.parametrize(("words", "seen"), [("a bomb", "[The result of this call"), (f"no {SECRET}", "no [pattern]")])
def test_the_words_of_a_tool_that_raises_are_judged_and_the_agent_goes_on(words, seen):
    def fails(to: str) -> str:
        """Send a message."""
        raise LookupError(words)

    found = ran(agent(wants(to="bob@x.org"), says("done"), tools=[fails]), user_msg="write to bob@x.org")

    assert str(found) == "done"
    output = found.tool_calls[0].tool_output
    assert (output.is_error, str(output).startswith(seen)) == (True, True)
    assert isinstance(output.exception.__cause__, LookupError)


class Shows(AsyncBaseTool):
    """A tool that gives a picture, and keeps something for itself."""

    @property
    def metadata(self):
        return ToolMetadata(name="send", description="d")

    def call(self, to):
        return ToolOutput(tool_name="send", blocks=[ImageBlock(image=b"xxxx")], raw_input={}, raw_output=SECRET)

    async def acall(self, to):
        return self.call(to)


def test_a_picture_that_a_tool_gives_is_left_out():
    found = ran(agent(wants(to="bob@x.org"), says("done"), tools=[Shows()]), user_msg="write to bob@x.org")

    output = found.tool_calls[0].tool_output
    assert str(output) == "[ImageBlock left out: it cannot be judged]"
    assert SECRET not in str(output.raw_output)
    with pytest.raises(ConfigError, match="a picture cannot be judged"):
        GuardPostprocessor(guard(), principal=ADA).postprocess_nodes([NodeWithScore(node=ImageNode(image="aGk="))])


def test_a_call_that_waits_for_a_person_says_so_and_is_made_after_the_yes():
    book = InProcessApprovals()
    using = guard(tools=ASKING, approvals=book)

    def turn():
        made = agent(wants(to="bob@x.org"), says("done"), using=using, conversation=lambda: "chat-7")
        return ran(made, user_msg="write to bob@x.org").tool_calls[0].tool_output

    waits = turn()
    assert SENT == []
    assert isinstance(waits.exception, ApprovalRequiredError)
    assert str(waits).startswith("This call was not made: a person has to agree")
    book.answer(waits.exception.asked.id, Answer.YES, person="ada", roles=("clerk",), tenant="acme", at=NOW)
    assert str(turn()) == "sent"


def test_an_agent_is_run_in_every_way_that_the_package_has():
    made = agent(says("one"))
    assert str(ran(made, Context(made), AgentWorkflowStartEvent(user_msg="hello"))) == "one"
    earlier = [ChatMessage(role="user", content="write to bob@x.org")]
    ran(agent(wants(to="bob@x.org"), says("two")), "now", earlier)
    assert SENT == ["bob@x.org"]
    with pytest.raises(BlockedError):
        ran(agent(says("three")), "now", [ChatMessage(role="user", content="a bomb")])


def test_each_request_to_the_model_is_asked_of_the_budgets():
    using = guard(budgets=(Budget(name="requests", unit=Unit.REQUESTS, limit=2),))
    with pytest.raises(BudgetExhaustedError):
        ran(agent(*[wants(to="bob@x.org")] * 3, using=using), user_msg="write to bob@x.org")
    assert len(ASKED) == 2
