"""Real LlamaIndex agents with the guard around model and tools, and a model that answers by a script."""

import asyncio

import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse, ImageBlock, LLMMetadata
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.llms.llm import ToolSelection
from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.core.tools import FunctionTool
from llama_index.core.workflow import Context
from pydantic import PrivateAttr

from fakes.sdk_world import ADA, SECRET, guard
from roadworthy.core.errors import ConfigError
from roadworthy.sdk import BlockedError
from roadworthy.sdk.agents.llama_index import GuardPostprocessor, guard_agent

# The package looks through the members of its own workflows.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecationWarning"),
    pytest.mark.filterwarnings("ignore::workflows.context.state_store.UnserializableKeyWarning"),
]

SENT: list[str] = []


class Scripted(FunctionCallingLLM):
    """A model that answers by a script."""

    _answers: list = PrivateAttr()

    def __init__(self, *answers):
        super().__init__()
        self._answers = list(answers)

    @property
    def metadata(self):
        return LLMMetadata(is_function_calling_model=True)

    def chat(self, messages, **_):
        return ChatResponse(message=self._answers.pop(0))

    async def achat(self, messages, **_):
        return self.chat(messages)

    def complete(self, prompt, formatted=False, **_):
        return CompletionResponse(text=self._answers.pop(0))

    async def acomplete(self, prompt, formatted=False, **_):
        return self.complete(prompt)

    def stream_chat(self, messages, **_):
        raise AssertionError("nothing may leave early")

    astream_chat = stream_complete = astream_complete = stream_chat

    def _prepare_chat_with_tools(self, tools, user_msg=None, chat_history=None, **_):
        return {"messages": chat_history or []}

    def get_tool_calls_from_response(self, response, error_on_no_tool_call=True, **_):
        calls = response.message.additional_kwargs.get("tool_calls", [])
        return [ToolSelection(tool_id=f"c-{to}", tool_name="send", tool_kwargs={"to": to}) for to in calls]


def send(to: str) -> str:
    """Send a message."""
    SENT.append(to)
    return f"sent with {SECRET}"


def wants(*to: str) -> ChatMessage:
    return ChatMessage(role="assistant", content="", additional_kwargs={"tool_calls": list(to)})


def says(text: str) -> ChatMessage:
    return ChatMessage(role="assistant", content=text)


def agent(*answers, streaming=False, tools=(send,)):
    SENT.clear()
    made = FunctionAgent(tools=list(tools), llm=Scripted(*answers), streaming=streaming)
    return guard_agent(made, guard=guard(), principal=ADA)


async def answered(made, text="write to bob@x.org"):
    return await made.run(user_msg=text)


@pytest.mark.parametrize("streaming", [False, True])
def test_a_refused_call_is_answered_by_its_stub_and_the_agent_goes_on(streaming):
    made = agent(wants("bob@x.org", "eve@x.org"), says(f"done {SECRET}"), streaming=streaming)

    found = asyncio.run(answered(made))

    assert SENT == ["bob@x.org"]
    assert SECRET not in str(found)
    made_first = sorted(found.tool_calls, key=lambda one: one.tool_output.is_error)
    assert [one.tool_output.is_error for one in made_first] == [False, True]
    assert "This call was not made" in str(made_first[1].tool_output)
    assert SECRET not in str(made_first[0].tool_output)


@pytest.mark.parametrize(("answer", "text"), [("fine", "bomb"), ("a bomb", "hello")])
def test_a_blocked_turn_raises(answer, text):
    with pytest.raises(BlockedError):
        asyncio.run(answered(agent(says(answer)), text))


def test_a_conversation_goes_on_and_earlier_results_give_no_orders():
    async def main():
        made = agent(wants("bob@x.org"), says("done"), wants("eve@x.org"), says("no"))
        context = Context(made)
        await made.run(user_msg="write to bob@x.org", ctx=context)
        return await made.run(user_msg="go on", ctx=context)

    assert str(asyncio.run(main())) == "no"
    assert SENT == ["bob@x.org"]


def test_completions_of_the_model_are_judged():
    llm = agent(f"the key is {SECRET}", "a bomb").llm

    assert SECRET not in llm.complete("go on").text
    with pytest.raises(BlockedError):
        llm.complete("go on")


def test_what_cannot_be_guarded_is_refused():
    async def looks(ctx: Context, to: str) -> str:
        """Look into the workflow."""
        return to

    with pytest.raises(ConfigError, match="takes the workflow's context"):
        agent(tools=[FunctionTool.from_defaults(looks)])
    with pytest.raises(ConfigError, match="cannot be guarded"):
        guard_agent("agent", guard=guard())
    with pytest.raises(ConfigError, match="cannot be judged"):
        asyncio.run(answered(agent(says("x")), ChatMessage(role="user", content=[ImageBlock(image=b"x")])))


def test_nodes_are_judged_as_they_are_found():
    nodes = [NodeWithScore(node=TextNode(text=text), score=1.0) for text in (f"hello {SECRET}", "fine")]

    found = GuardPostprocessor(guard(), principal=ADA).postprocess_nodes(nodes, query_str="hello")

    assert SECRET not in found[0].node.get_content()
    assert found[1] is nodes[1]
    with pytest.raises(BlockedError):
        GuardPostprocessor(guard(), principal=ADA).postprocess_nodes([NodeWithScore(node=TextNode(text="a bomb"))])
