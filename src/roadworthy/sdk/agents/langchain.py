"""LangChain agents, guarded by a middleware; and what a retriever finds, by a document compressor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Literal, NotRequired

from langchain.agents.middleware.types import (
    AgentMiddleware,
    AgentState,
    ExtendedModelResponse,
    ModelRequest,
    ModelResponse,
    PrivateStateAttr,
    hook_config,
)
from langchain_core.callbacks import Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.channels.untracked_value import UntrackedValue
from langgraph.types import interrupt
from pydantic import ConfigDict, PrivateAttr

from roadworthy.core.errors import ConfigError
from roadworthy.guard.session.errors import ApprovalRequiredError, BlockedError, CallRefusedError
from roadworthy.guard.session.guard import Guard
from roadworthy.guard.session.ticket import Chunk, Ticket
from roadworthy.sdk.agents.langchain_messages import replaced, said_by_all, said_in, with_texts
from roadworthy.sdk.agents.langchain_model import PROTOCOL, judged, judging, name_of, quiet, tokens
from roadworthy.sdk.agents.langchain_thread import is_kept, thread
from roadworthy.sdk.agents.provenance import provenance_of
from roadworthy.sdk.agents.turns import CALLED, AgentRun, Said, came, judged_value, read, sent
from roadworthy.sdk.exchange.calling import ticket_of
from roadworthy.sdk.exchange.raising import blocked_error
from roadworthy.sdk.speaking import Named, Speaker, conversation_of, in_run, principal_of, run_here


class GuardedState(AgentState[Any]):
    """State of an agent, with its run. The run stays in this process."""

    guard_run: NotRequired[Annotated[AgentRun, UntrackedValue, PrivateStateAttr]]


class GuardMiddleware(AgentMiddleware[Any, Any, Any]):
    """Guards an agent of ``langchain.agents.create_agent``, synchronous and asynchronous.

    What the user says is judged before the agent begins, what the model says before anybody sees it, each call of a
    tool before it is made and each result before the model reads it. A call that is refused is answered by its stub,
    and the agent goes on. Put it last among the middlewares, next to the model.

    Args:
        guard: The policy in force.
        principal: For whom, or where to ask for it.
        route: Of the policy.
        blocked: What becomes of a turn that is blocked: ``answer`` ends the agent with the words for the person,
            ``raise`` raises `BlockedError`.
        conversation: Where to ask for the name of the conversation, which limits and a person's yes are bound to;
            None: the ``thread_id`` of the graph.

    A call that needs a person's yes interrupts the agent where it has a checkpointer: the interrupt says the question,
    and once it was answered, ``Command(resume=...)`` goes on. Without a checkpointer it raises
    `ApprovalRequiredError`.
    """

    state_schema = GuardedState

    def __init__(
        self,
        guard: Guard,
        *,
        principal: Speaker = None,
        route: str = "*",
        blocked: Literal["answer", "raise"] = "answer",
        conversation: Named = None,
    ) -> None:
        super().__init__()
        self._guard = guard
        self._principal = principal
        self._route = route
        self._blocked = blocked
        self._conversation = conversation
        self.tools: Sequence[BaseTool] = ()

    @hook_config(can_jump_to=["end"])
    def before_agent(self, state: Any, runtime: Any) -> dict[str, Any] | None:
        """Have the run read the messages so far; the person's last one is what is asked."""
        agent = self._begun()
        messages: list[BaseMessage] = state["messages"]
        try:
            changed = _asked(agent, messages)
        except BlockedError as error:
            if self._blocked == "raise":
                raise
            kept = [replaced(messages[-1], error.stub)] if messages and messages[-1].id else []
            return {"messages": [*kept, AIMessage(content=error.message)], "jump_to": "end"}
        update: dict[str, Any] = {"guard_run": agent}
        return update | {"messages": changed} if changed else update

    @hook_config(can_jump_to=["end"])
    async def abefore_agent(self, state: Any, runtime: Any) -> dict[str, Any] | None:
        """As `before_agent`."""
        return self.before_agent(state, runtime)

    def after_agent(self, state: Any, runtime: Any) -> None:
        """Give back what is still set aside."""
        agent = state.get("guard_run")
        if agent is not None and agent.is_own:
            agent.run.abort()

    async def aafter_agent(self, state: Any, runtime: Any) -> None:
        """As `after_agent`."""
        self.after_agent(state, runtime)

    def wrap_model_call(self, request: ModelRequest[Any], handler: Callable[[Any], Any]) -> Any:
        """Judge what goes to the model and was not read yet, and what it says."""
        agent = self._of(request.state)
        try:
            response = handler(self._sent(agent, request))
            came(agent, **tokens(response))
            return self._answered(agent, response)
        except BlockedError as error:
            return self._instead(error)
        except BaseException:
            _ended(agent)
            raise
        finally:
            came(agent)

    async def awrap_model_call(self, request: ModelRequest[Any], handler: Callable[[Any], Awaitable[Any]]) -> Any:
        """As `wrap_model_call`."""
        agent = self._of(request.state)
        try:
            response = await handler(self._sent(agent, request))
            came(agent, **tokens(response))
            return self._answered(agent, response)
        except BlockedError as error:
            return self._instead(error)
        except BaseException:
            _ended(agent)
            raise
        finally:
            came(agent)

    def wrap_tool_call(self, request: Any, handler: Callable[[Any], Any]) -> Any:
        """Make a call once the policy lets it, and judge its result."""
        agent = self._of(request.state, tool=request.tool)
        ticket = _ticket(agent, request.tool_call)
        if isinstance(ticket, ToolMessage):
            return ticket
        try:
            with in_run(self._guard, agent.run):
                result = handler(_with_arguments(request, ticket))
        except BaseException:
            agent.run.failed(ticket)
            raise
        return _returned(agent, ticket, result)

    async def awrap_tool_call(self, request: Any, handler: Callable[[Any], Awaitable[Any]]) -> Any:
        """As `wrap_tool_call`."""
        agent = self._of(request.state, tool=request.tool)
        ticket = _ticket(agent, request.tool_call)
        if isinstance(ticket, ToolMessage):
            return ticket
        try:
            with in_run(self._guard, agent.run):
                result = await handler(_with_arguments(request, ticket))
        except BaseException:
            agent.run.failed(ticket)
            raise
        return _returned(agent, ticket, result)

    def _begun(self) -> AgentRun:
        found = run_here(self._guard, self._principal)
        if found is not None:
            return AgentRun(found, is_own=False)
        name = conversation_of(thread if self._conversation is None else self._conversation)
        run = self._guard.run(principal_of(self._principal), route=self._route, conversation=name)
        return AgentRun(run, is_own=True)

    def _of(self, state: Any, *, tool: Any = None) -> AgentRun:
        """Return the run of an agent; of one that goes on in another process, a new one that reads the history."""
        found = state.get("guard_run") if isinstance(state, dict) else None
        if isinstance(found, AgentRun):
            return found
        agent = self._begun()
        messages = state.get("messages", []) if isinstance(state, dict) else []
        answered = {getattr(one, "tool_call_id", "") for one in messages}
        # A call that has no result yet is judged when it is made.
        said = [one for one in said_by_all(messages) if one.by not in CALLED or one.call in answered]
        read(agent.run, said, protocol=PROTOCOL, what="the history")
        agent.seen |= {name_of(one) for one in messages}
        # A person's yes is to the tool as it is defined.
        _define(agent, [] if tool is None else [tool])
        return agent

    def _sent(self, agent: AgentRun, request: ModelRequest[Any]) -> ModelRequest[Any]:
        system = request.system_message
        messages = list(request.messages)
        said = [] if system is None or name_of(system) in agent.seen else said_in(system, "/system")
        new = {place for place, one in enumerate(messages) if name_of(one) not in agent.seen}
        for place in sorted(new):
            # A message that another middleware put there is nobody's word but the model's.
            by = "inserted" if isinstance(messages[place], HumanMessage) else ""
            said += said_in(messages[place], f"/messages/{place}", by=by)
        _define(agent, request.tools)
        texts = sent(agent, said, protocol=PROTOCOL)
        agent.seen |= {name_of(messages[place]) for place in new} | ({name_of(system)} if system is not None else set())
        return request.override(
            model=judging(quiet(request.model), agent),
            system_message=None if system is None else with_texts(system, "/system", texts),
            messages=[with_texts(one, f"/messages/{place}", texts) for place, one in enumerate(messages)],
        )

    def _answered(self, agent: AgentRun, response: Any) -> Any:
        if isinstance(response, ExtendedModelResponse):
            return ExtendedModelResponse(
                model_response=self._answered(agent, response.model_response), command=response.command
            )
        if isinstance(response, AIMessage):
            return judged(agent, response)
        if response.structured_response is not None:
            value = response.structured_response
            dump = getattr(value, "model_dump", None)
            found = judged_value(agent.run, value if dump is None else dump(mode="json"), protocol=PROTOCOL)
            if found.stops or found.texts:
                raise blocked_error(found, what="the structured answer")
        return ModelResponse(
            result=[judged(agent, one) if isinstance(one, AIMessage) else one for one in response.result],
            structured_response=response.structured_response,
        )

    def _instead(self, error: BlockedError) -> AIMessage:
        if self._blocked == "raise":
            raise error
        return AIMessage(content=error.message)


class GuardCompressor(BaseDocumentCompressor):
    """Judges what a retriever found: what may not be used stands there as a stub.

    Use it as the compressor of a ``ContextualCompressionRetriever``, or call it. What a document states of itself
    (tenant, readers, purposes, trust) is read from its metadata, by the names of `Provenance`.

    Args:
        guard: The policy in force.
        principal: For whom, or where to ask for it; within a run it is the run's.
        route: Of the policy.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)
    _settings: tuple[Guard, Speaker, str] = PrivateAttr()

    def __init__(self, guard: Guard, *, principal: Speaker = None, route: str = "*") -> None:
        super().__init__()
        self._settings = (guard, principal, route)

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """Return the documents as they may be put into a prompt."""
        guard, principal, route = self._settings
        found = run_here(guard, principal)
        run = found if found is not None else guard.run(principal_of(principal), route=route)
        chunks = [
            Chunk(text=one.page_content, provenance=provenance_of(one.metadata, document=one.id or ""))
            for one in documents
        ]
        passed = run.retrieved(chunks)
        return [
            one.model_copy(update={"page_content": chunk.text}) for one, chunk in zip(documents, passed, strict=True)
        ]

    async def acompress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """As `compress_documents`."""
        return self.compress_documents(documents, query, callbacks)


def _asked(agent: AgentRun, messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Have the run read the messages, and return those that are changed."""
    history, newest = list(messages), None
    if history and isinstance(history[-1], HumanMessage):
        newest = history.pop()
    texts = dict(read(agent.run, said_by_all(history), protocol=PROTOCOL, what="the history"))
    if newest is not None:
        path = f"/messages/{len(history)}"
        first, *more = said_in(newest, path) or [Said(by="user", text="", path=path)]
        if (now := agent.run.ask(first.text)) != first.text:
            texts[first.path] = now
        texts |= read(agent.run, more, protocol=PROTOCOL, what="the question")
    changed = []
    for place, message in enumerate(messages):
        now = with_texts(message, f"/messages/{place}", texts)
        agent.seen.add(name_of(now))
        if now is not message:
            changed.append(now)
    return changed


def _ticket(agent: AgentRun, call: Any) -> Ticket | ToolMessage:
    try:
        return _approved(agent, call)
    except CallRefusedError as error:
        refused = ToolMessage(content=error.stub, name=call["name"], tool_call_id=call["id"] or "", status="error")
        agent.seen.add(name_of(refused))
        return refused


def _approved(agent: AgentRun, call: Any) -> Ticket:
    """Return the ticket of a call; where a person must say yes first, the graph is interrupted for it."""
    try:
        return ticket_of(agent.run, call["name"], call["args"], id=call["id"] or "")
    except ApprovalRequiredError as error:
        if not is_kept():
            # Nobody could go on.
            raise
        asked = error.asked
        interrupt({"question": asked.id, "tool": asked.tool, "message": error.message, "action": str(asked.action)})
        # It was resumed without a yes: the model is told that it waits.
        raise CallRefusedError(
            error.problem, decision=error.decision, message=error.message, stub=error.stub, fix=error.fix
        ) from None


def _with_arguments(request: Any, ticket: Ticket) -> Any:
    return request.override(tool_call={**request.tool_call, "args": ticket.arguments})


def _returned(agent: AgentRun, ticket: Ticket, result: Any) -> Any:
    if not isinstance(result, ToolMessage):
        return _commanded(agent, ticket, result)
    content = result.content
    if isinstance(content, str):
        seen = agent.run.returned(ticket, content)
        now = result if seen == content else result.model_copy(update={"content": seen})
    else:
        said = said_in(result, "/result")
        seen = agent.run.returned(ticket, "\n".join(one.text for one in said))
        texts = read(agent.run, said, protocol=PROTOCOL, what="the result")
        now = with_texts(result, "/result", texts)
    agent.seen.add(name_of(now))
    return now


def _commanded(agent: AgentRun, ticket: Ticket, result: Any) -> Any:
    """Judge the messages of a command that a tool gave; what else it changes of the state no model reads by itself."""
    given = getattr(result, "update", None)
    update: dict[str, Any] = given if isinstance(given, dict) else {}
    messages = update.get("messages")
    own = [one for one in messages or () if isinstance(one, ToolMessage) and one.tool_call_id == ticket.id]
    if len(own) != 1:
        agent.run.returned(ticket, "")
        raise ConfigError(
            f"the tool {ticket.tool[:80]!r} gave a {type(result).__name__} without its own message",
            where="the tool's result",
            fix="have it give text, a ToolMessage, or a Command with one ToolMessage for the call",
        )
    now = [
        _returned(agent, ticket, one) if one is own[0] else _put_there(agent, one, place)
        for place, one in enumerate(messages or ())
    ]
    return type(result)(graph=result.graph, update={**update, "messages": now}, resume=result.resume, goto=result.goto)


def _put_there(agent: AgentRun, message: Any, place: int) -> Any:
    """Judge a message that a tool put into the conversation: whoever it says that it is of, it is nobody's word."""
    if not isinstance(message, BaseMessage):
        return message
    by = "inserted" if isinstance(message, HumanMessage) else ""
    said = said_in(message, f"/put/{place}", by=by)
    now = with_texts(message, f"/put/{place}", read(agent.run, said, protocol=PROTOCOL, what="the result"))
    agent.seen.add(name_of(now))
    return now


def _define(agent: AgentRun, tools: Sequence[Any]) -> None:
    if tools:
        agent.run.define([one if isinstance(one, dict) else convert_to_openai_tool(one) for one in tools])


def _ended(agent: AgentRun) -> None:
    if agent.is_own:
        agent.run.abort()
