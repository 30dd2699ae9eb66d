"""LlamaIndex agents, guarded: their model, their tools, and what a retriever finds."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from llama_index.core.agent.workflow import FunctionAgent, ReActAgent
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.llms.llm import ToolSelection
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode
from llama_index.core.tools import FunctionTool, ToolMetadata, ToolOutput
from llama_index.core.tools.types import AsyncBaseTool, BaseTool, adapt_to_async_tool
from pydantic import PrivateAttr

from roadworthy.core.errors import ConfigError
from roadworthy.guard.session.errors import CallRefusedError
from roadworthy.guard.session.guard import Guard
from roadworthy.guard.session.run import Run
from roadworthy.guard.session.ticket import Chunk, Ticket
from roadworthy.sdk.agents.llama_messages import name_of, result_of, said_in, with_texts
from roadworthy.sdk.agents.provenance import provenance_of
from roadworthy.sdk.agents.turns import AgentRun, Said, read
from roadworthy.sdk.speaking import Speaker, current_run, in_run, principal_of, run_here

PROTOCOL = "llama-index"
AgentT = TypeVar("AgentT", FunctionAgent, ReActAgent)


class _Guarding:
    """A guard, and for whom and on which route it is asked."""

    def __init__(self, guard: Guard, principal: Speaker, route: str) -> None:
        self.guard = guard
        self._principal = principal
        self._route = route
        self._seen: WeakKeyDictionary[Run, set[str]] = WeakKeyDictionary()

    def run(self) -> Run:
        """Return the run that is under way here, or a new one."""
        found = run_here(self.guard, self._principal)
        return found if found is not None else self.guard.run(principal_of(self._principal), route=self._route)

    def agent(self) -> AgentRun:
        """Return the run with what it has read."""
        run = self.run()
        return AgentRun(run, is_own=False, seen=self._seen.setdefault(run, set()))


class GuardedLLM(FunctionCallingLLM):
    """A model of LlamaIndex with the guard around it. A stream is given once all of it was judged.

    Args:
        llm: The model.
        guarding: By what.
    """

    _llm: Any = PrivateAttr()
    _guarding: Any = PrivateAttr()

    def __init__(self, llm: Any, guarding: _Guarding) -> None:
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
        agent, sent = self._sent(messages)
        return _answered(agent, self._llm.chat(sent, **kwargs))

    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """As `chat`."""
        agent, sent = self._sent(messages)
        return _answered(agent, await self._llm.achat(sent, **kwargs))

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
        agent, sent = self._prompted(prompt)
        return _completed(agent, self._llm.complete(sent, formatted=formatted, **kwargs))

    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """As `complete`."""
        agent, sent = self._prompted(prompt)
        return _completed(agent, await self._llm.acomplete(sent, formatted=formatted, **kwargs))

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
        if tools:
            self._guarding.run().define([one.metadata.to_openai_tool() for one in tools])
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
        for place, message in enumerate(messages):
            # What a guarded tool gave was judged as it came.
            if name_of(message) in agent.seen or result_of(message) in agent.seen:
                continue
            # What comes later as the user's is put there by the agent, such as what a tool gave back.
            is_put_there = message.role is MessageRole.USER and not is_first
            said += said_in(message, f"/messages/{place}", by="inserted" if is_put_there else "")
        texts = read(agent.run, said, protocol=PROTOCOL, what="the request")
        agent.seen.update(map(name_of, messages))
        return agent, [with_texts(one, f"/messages/{place}", texts) for place, one in enumerate(messages)]

    def _prompted(self, prompt: str) -> tuple[AgentRun, str]:
        agent = self._guarding.agent()
        by = "inserted" if agent.seen else "user"
        texts = read(agent.run, [Said(by=by, text=prompt, path="/prompt")], protocol=PROTOCOL, what="the request")
        agent.seen.add(prompt)
        return agent, texts.get("/prompt", prompt)


class GuardedTool(AsyncBaseTool):
    """A tool of LlamaIndex with the guard around it. A call that is refused gives its stub as an error.

    Args:
        tool: A tool that needs nothing of the workflow's context.
        guarding: By what.
    """

    def __init__(self, tool: Any, guarding: _Guarding) -> None:
        if isinstance(tool, FunctionTool) and tool.requires_context:
            raise ConfigError(
                f"the tool {tool.metadata.name!r} takes the workflow's context, which the guard cannot look through",
                where="tools",
                fix="have it take its arguments only",
            )
        self._tool = adapt_to_async_tool(tool)
        self._guarding = guarding

    @property
    def metadata(self) -> ToolMetadata:
        """Of the tool."""
        return self._tool.metadata

    def call(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Make a call that the policy lets."""
        run, ticket = self._begun(args, kwargs)
        if isinstance(ticket, ToolOutput):
            return ticket
        try:
            with in_run(self._guarding.guard, run):
                output = self._tool.call(**ticket.arguments)
        except BaseException:
            run.failed(ticket)
            raise
        return self._returned(run, ticket, output)

    async def acall(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """As `call`."""
        run, ticket = self._begun(args, kwargs)
        if isinstance(ticket, ToolOutput):
            return ticket
        try:
            with in_run(self._guarding.guard, run):
                output = await self._tool.acall(**ticket.arguments)
        except BaseException:
            run.failed(ticket)
            raise
        return self._returned(run, ticket, output)

    def _begun(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Run, Ticket | ToolOutput]:
        run, name = self._guarding.run(), self.metadata.get_name()
        given = dict(kwargs)
        if args:
            if len(args) > 1 or given:
                raise ConfigError(f"the tool {name!r} takes its arguments by name", where=name, fix="name them")
            given = {"input": args[0]}
        try:
            return run, run.call(name, given)
        except CallRefusedError as error:
            self._known(error.stub)
            return run, ToolOutput(
                tool_name=name, content=error.stub, raw_input=given, raw_output=error.stub, is_error=True
            )

    def _returned(self, run: Run, ticket: Ticket, output: ToolOutput) -> ToolOutput:
        seen = run.returned(ticket, output.content)
        text = seen if isinstance(seen, str) else str(seen)
        self._known(text)
        if len(output.blocks) <= 1 and text == output.content:
            return output
        return ToolOutput(
            tool_name=output.tool_name,
            content=text,
            raw_input=output.raw_input,
            raw_output=text,
            is_error=output.is_error,
        )

    def _known(self, text: str) -> None:
        message = ChatMessage(role=MessageRole.TOOL, content=text)
        self._guarding.agent().seen.add(result_of(message))


class GuardPostprocessor(BaseNodePostprocessor):
    """Judges what a retriever found: what may not be used stands there as a stub.

    What a node states of itself (tenant, readers, purposes, trust) is read from its metadata, by the names of
    `Provenance`. Put it last among the postprocessors.

    Args:
        guard: The policy in force.
        principal: For whom, or where to ask for it; within a run it is the run's.
        route: Of the policy.
    """

    _guarding: Any = PrivateAttr()

    def __init__(self, guard: Guard, *, principal: Speaker = None, route: str = "*") -> None:
        super().__init__()
        self._guarding = _Guarding(guard, principal, route)

    @classmethod
    def class_name(cls) -> str:
        """Return the name by which the package knows it."""
        return "GuardPostprocessor"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        chunks = [
            Chunk(
                # With its metadata, as it goes into the prompt.
                text=one.node.get_content(metadata_mode=MetadataMode.LLM),
                provenance=provenance_of(one.node.metadata, document=one.node.ref_doc_id or one.node.node_id),
            )
            for one in nodes
        ]
        passed = self._guarding.run().retrieved(chunks)
        return [
            one if new.text == old.text else _node(one, new.text)
            for one, old, new in zip(nodes, chunks, passed, strict=True)
        ]


def guard_agent(agent: AgentT, *, guard: Guard, principal: Speaker = None, route: str = "*") -> AgentT:
    """Return an agent with the guard around its model and its tools.

    What the user says is judged when it is run, and `BlockedError` is raised there; what the model says before the
    agent has it, each call of a tool before it is made, each result before the model reads it.

    Args:
        agent: A ``FunctionAgent`` or ``ReActAgent``. It stays as it is.
        guard: The policy in force.
        principal: For whom, or where to ask for it at each run.
        route: Of the policy.

    Raises:
        ConfigError: If it is another agent, takes its tools from a retriever, or one of them cannot be guarded.
    """
    if type(agent) not in (FunctionAgent, ReActAgent):
        raise ConfigError(
            f"a {type(agent).__name__} cannot be guarded", where="agent", fix="use FunctionAgent or ReActAgent"
        )
    if agent.tool_retriever is not None:
        raise ConfigError("tools of a retriever cannot be guarded", where="agent.tool_retriever", fix="list the tools")
    guarding = _Guarding(guard, principal, route)
    tools = [
        GuardedTool(one if hasattr(one, "metadata") else FunctionTool.from_defaults(one), guarding)
        for one in agent.tools or ()
    ]
    made = agent.model_copy(update={"llm": GuardedLLM(agent.llm, guarding), "tools": tools})
    made.__class__ = _running(type(agent), guarding)
    return made


def _running(kind: type, guarding: _Guarding) -> type:
    def run(self: Any, user_msg: Any = None, *args: Any, **kwargs: Any) -> Any:
        is_kept = current_run(guarding.guard) is not None
        own = guarding.run()
        with in_run(guarding.guard, own):
            if user_msg is not None:
                agent = guarding.agent()
                said = user_msg if isinstance(user_msg, ChatMessage) else ChatMessage(role="user", content=user_msg)
                texts = {one.path: own.ask(one.text) for one in said_in(said, "/user", by="user")}
                now = with_texts(said, "/user", texts)
                history = kwargs.get("chat_history") or ()
                past = [one for place, m in enumerate(history) for one in said_in(m, f"/history/{place}")]
                read(own, past, protocol=PROTOCOL, what="the history")
                agent.seen |= {name_of(now), *map(name_of, history)}
                user_msg = now
            if not is_kept:
                # Nobody says when a workflow ends: what its turn may use counts as used at once.
                own.abort()
            return kind.run(self, user_msg, *args, **kwargs)  # type: ignore[attr-defined]  # of the package

    return type(
        f"Guarded{kind.__name__}", (kind,), {"__module__": kind.__module__, "__doc__": kind.__doc__, "run": run}
    )


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


def _node(found: NodeWithScore, text: str) -> NodeWithScore:
    # Its metadata was part of what was judged, so that it goes along with the text that stands for both.
    return NodeWithScore(node=TextNode(id_=found.node.node_id, text=text), score=found.score)
