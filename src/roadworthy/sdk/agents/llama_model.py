"""A model of LlamaIndex that is sent and says only what was judged."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Sequence
from typing import Any

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.llms.llm import ToolSelection
from llama_index.core.tools.types import BaseTool
from pydantic import PrivateAttr

from roadworthy.sdk.agents.llama_guarding import PROTOCOL, Guarding
from roadworthy.sdk.agents.llama_messages import name_of, result_of, said_in, with_texts
from roadworthy.sdk.agents.turns import AgentRun, Said, asked, came, read, sent

_HANDOFF = "handoff"
"""Name that the package keeps for its own tool."""


class GuardedLLM(FunctionCallingLLM):
    """A model of LlamaIndex with the guard around it. A stream is given once all of it was judged.

    Args:
        llm: The model.
        guarding: By what.
    """

    _llm: Any = PrivateAttr()
    _guarding: Any = PrivateAttr()

    def __init__(self, llm: Any, guarding: Guarding) -> None:
        super().__init__()
        self._llm = llm
        self._guarding = guarding

    @property
    def metadata(self) -> LLMMetadata:
        """Of the model."""
        found: LLMMetadata = self._llm.metadata
        return found

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """Ask the model, with what may go to it, and return what may come back."""
        agent, asked_for = self._sent(messages)
        try:
            return _answered(agent, self._llm.chat(asked_for, **kwargs))
        finally:
            came(agent)

    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """As `chat`."""
        agent, asked_for = self._sent(messages)
        try:
            return _answered(agent, await self._llm.achat(asked_for, **kwargs))
        finally:
            came(agent)

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> Generator[ChatResponse, None, None]:
        """As `chat`, in one piece."""
        yield _whole(self.chat(messages, **kwargs))

    async def astream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> AsyncGenerator[ChatResponse, None]:
        """As `chat`, in one piece."""

        async def once() -> AsyncGenerator[ChatResponse, None]:
            yield _whole(await self.achat(messages, **kwargs))

        return once()

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Complete a text that may go to the model."""
        agent, asked_for = self._prompted(prompt)
        try:
            return _completed(agent, self._llm.complete(asked_for, formatted=formatted, **kwargs))
        finally:
            came(agent)

    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """As `complete`."""
        agent, asked_for = self._prompted(prompt)
        try:
            return _completed(agent, await self._llm.acomplete(asked_for, formatted=formatted, **kwargs))
        finally:
            came(agent)

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> Generator[CompletionResponse, None, None]:
        """As `complete`, in one piece."""
        done = self.complete(prompt, formatted=formatted, **kwargs)
        yield done.model_copy(update={"delta": done.text})

    async def astream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> AsyncGenerator[CompletionResponse, None]:
        """As `complete`, in one piece."""

        async def once() -> AsyncGenerator[CompletionResponse, None]:
            done = await self.acomplete(prompt, formatted=formatted, **kwargs)
            yield done.model_copy(update={"delta": done.text})

        return once()

    def _prepare_chat_with_tools(  # noqa: PLR0917 - the package's own signature
        self,
        tools: Sequence[BaseTool],
        user_msg: str | ChatMessage | None = None,
        chat_history: list[ChatMessage] | None = None,
        verbose: bool = False,
        allow_parallel_tool_calls: bool = False,
        tool_required: bool = False,
        **kwargs: Any,
    ) -> dict[str, Any]:
        # How agents hand over to each other is the package's own, and differs from agent to agent.
        if stated := [one.metadata.to_openai_tool() for one in tools if one.metadata.name != _HANDOFF]:
            self._guarding.run().define(stated)
        found: dict[str, Any] = self._llm._prepare_chat_with_tools_compat(
            tools,
            user_msg=user_msg,
            chat_history=chat_history,
            verbose=verbose,
            allow_parallel_tool_calls=allow_parallel_tool_calls,
            tool_required=tool_required,
            **kwargs,
        )
        return found

    def get_tool_calls_from_response(
        self, response: ChatResponse, error_on_no_tool_call: bool = True, **kwargs: Any
    ) -> list[ToolSelection]:
        """Return the calls that the model wants; each is judged when it is made."""
        found: list[ToolSelection] = self._llm.get_tool_calls_from_response(
            response, error_on_no_tool_call=error_on_no_tool_call, **kwargs
        )
        return found

    def _sent(self, messages: Sequence[ChatMessage]) -> tuple[AgentRun, list[ChatMessage]]:
        agent = self._guarding.agent()
        is_first = not agent.seen
        said: list[Said] = []
        known = [agent.known(one, name_of(one)) for one in messages]
        for place, message in enumerate(known):
            # What a guarded tool gave was judged as it came.
            if name_of(message) in agent.seen or result_of(message) in agent.seen:
                continue
            # What comes later as the user's is put there by the agent, such as what a tool gave back.
            is_put_there = message.role is MessageRole.USER and not is_first
            said += said_in(message, f"/messages/{place}", by="inserted" if is_put_there else "")
        texts = sent(agent, asked(agent, said), protocol=PROTOCOL)
        now = [
            agent.learn(one, with_texts(one, f"/messages/{place}", texts), name_of(one))
            for place, one in enumerate(known)
        ]
        agent.seen.update(map(name_of, (*known, *now)))
        return agent, now

    def _prompted(self, prompt: str) -> tuple[AgentRun, str]:
        agent = self._guarding.agent()
        said = [Said(by="inserted" if agent.seen else "user", text=prompt, path="/prompt")]
        texts = sent(agent, asked(agent, said), protocol=PROTOCOL)
        agent.seen.add(prompt)
        return agent, texts.get("/prompt", prompt)


def _answered(agent: AgentRun, response: ChatResponse) -> ChatResponse:
    said = said_in(response.message, "/answer", by="answer")
    texts = read(agent.run, said, protocol=PROTOCOL, what="the answer")
    message = with_texts(response.message, "/answer", texts)
    agent.seen.add(name_of(message))
    # What else the service gave repeats the words as they came.
    return ChatResponse(message=message)


def _whole(response: ChatResponse) -> ChatResponse:
    return response.model_copy(update={"delta": response.message.content or ""})


def _completed(agent: AgentRun, response: CompletionResponse) -> CompletionResponse:
    said = [Said(by="answer", text=response.text, path="/answer")] if response.text else []
    texts = read(agent.run, said, protocol=PROTOCOL, what="the answer")
    return CompletionResponse(text=texts.get("/answer", response.text))
