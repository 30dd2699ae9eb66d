"""LangChain agents, guarded by a middleware; what a retriever finds is judged by `GuardCompressor`."""

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
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    RemoveMessage,
    ToolMessage,
    convert_to_messages,
)
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.channels.untracked_value import UntrackedValue
from langgraph.types import interrupt

from roadworthy.core.errors import ConfigError
from roadworthy.guard.session.errors import ApprovalRequiredError, BlockedError, CallRefusedError
from roadworthy.guard.session.guard import Guard
from roadworthy.guard.session.ticket import Judged, Ticket
from roadworthy.guard.session.wording import ANSWER
from roadworthy.sdk.agents.langchain_calls import refused, without_refused
from roadworthy.sdk.agents.langchain_documents import GuardCompressor
from roadworthy.sdk.agents.langchain_messages import of_user, put_there, replaced, said_by_all, said_in, with_texts
from roadworthy.sdk.agents.langchain_model import PROTOCOL, judged, judging, name_of, quiet, tokens
from roadworthy.sdk.agents.langchain_thread import is_kept, thread
from roadworthy.sdk.agents.turns import CALLED, AgentRun, asked, came, judged_value, read, sent
from roadworthy.sdk.exchange.calling import ticket_of
from roadworthy.sdk.exchange.raising import blocked_error
from roadworthy.sdk.speaking import (
    Named,
    Speaker,
    conversation_of,
    in_run,
    is_composed,
    principal_of,
    run_here,
    within_tool,
)

__all__ = ["GuardCompressor", "GuardMiddleware"]


class GuardedState(AgentState[Any]):
    """State of an agent, with its run. The run stays in this process."""

    guard_run: NotRequired[Annotated[AgentRun, UntrackedValue, PrivateStateAttr]]
    guard_users: NotRequired[Annotated[list[str], PrivateStateAttr]]
    """Ids of the messages that the person said. They are kept with the conversation."""


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
        users = of_user(messages, state.get("guard_users"))
        try:
            changed = _asked(agent, messages, users=users)
        except BlockedError as error:
            if self._blocked == "raise":
                raise
            kept = [replaced(messages[-1], error.stub)] if messages and messages[-1].id else []
            return {"messages": [*kept, AIMessage(content=error.message)], "jump_to": "end"}
        update: dict[str, Any] = {"guard_run": agent, "guard_users": users}
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
            with in_run(self._guard, agent.run), within_tool():
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
            with in_run(self._guard, agent.run), within_tool():
                result = await handler(_with_arguments(request, ticket))
        except BaseException:
            agent.run.failed(ticket)
            raise
        return _returned(agent, ticket, result)

    def _begun(self) -> AgentRun:
        found = run_here(self._guard, self._principal)
        if found is not None:
            return AgentRun(found, is_own=False, is_composed=is_composed())
        name = conversation_of(thread if self._conversation is None else self._conversation)
        run = self._guard.run(principal_of(self._principal), route=self._route, conversation=name)
        return AgentRun(run, is_own=True, is_composed=is_composed())

    def _of(self, state: Any, *, tool: Any = None) -> AgentRun:
        """Return the run of an agent; of one that goes on in another process, a new one that reads the history."""
        found = state.get("guard_run") if isinstance(state, dict) else None
        if isinstance(found, AgentRun):
            return found
        agent = self._begun()
        messages = state.get("messages", []) if isinstance(state, dict) else []
        answered = {getattr(one, "tool_call_id", "") for one in messages}
        # A call that has no result yet is judged when it is made.
        users = state.get("guard_users") if isinstance(state, dict) else None
        history = said_by_all(without_refused(messages), users=users)
        said = [one for one in history if one.by not in CALLED or one.call in answered]
        read(agent.run, asked(agent, said), protocol=PROTOCOL, what="the history")
        agent.seen |= {name_of(one) for one in messages}
        # A person's yes is to the tool as it is defined.
        _define(agent, [] if tool is None else [tool])
        return agent

    def _sent(self, agent: AgentRun, request: ModelRequest[Any]) -> ModelRequest[Any]:
        given = request.system_message
        system = None if given is None else agent.known(given, name_of(given))
        messages = [agent.known(one, one.id or name_of(one)) for one in request.messages]
        said = [] if system is None or name_of(system) in agent.seen else said_in(system, "/system")
        for place, one in enumerate(messages):
            if name_of(one) not in agent.seen:
                # A message that another middleware put there is nobody's word but the model's.
                said += said_in(one, f"/messages/{place}", by="inserted" if isinstance(one, HumanMessage) else "")
        _define(agent, request.tools)
        texts = sent(agent, said, protocol=PROTOCOL)
        if system is not None:
            system = agent.learn(system, with_texts(system, "/system", texts), name_of(system))
        now = [
            agent.learn(one, with_texts(one, f"/messages/{place}", texts), one.id or name_of(one))
            for place, one in enumerate(messages)
        ]
        agent.seen |= {name_of(one) for one in ([*messages, *now] if system is None else [*messages, *now, system])}
        return request.override(model=judging(quiet(request.model), agent), system_message=system, messages=now)

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
                raise _unshown(found)
        return ModelResponse(
            result=[
                judged(agent, one) if isinstance(one, AIMessage) else _put_there(agent, one) for one in response.result
            ],
            structured_response=response.structured_response,
        )

    def _instead(self, error: BlockedError) -> AIMessage:
        if self._blocked == "raise":
            raise error
        return AIMessage(content=error.message)


def _asked(agent: AgentRun, messages: Sequence[BaseMessage], *, users: Sequence[str]) -> list[BaseMessage]:
    """Have the run read the messages, and return those that are changed.

    What a turn may use is asked for with each request to the model: nothing is set aside in between, where nobody
    could say that an agent was broken off.
    """
    known = without_refused(messages)
    history, newest = known, None
    if known and isinstance(known[-1], HumanMessage):
        *history, newest = known
    texts = dict(
        read(agent.run, asked(agent, said_by_all(history, users=users)), protocol=PROTOCOL, what="the history")
    )
    if newest is not None:
        said = asked(agent, said_in(newest, f"/messages/{len(history)}"))
        texts |= read(agent.run, said, protocol=PROTOCOL, what="the question")
    changed = []
    for place, message in enumerate(known):
        now = with_texts(message, f"/messages/{place}", texts)
        agent.seen.add(name_of(now))
        if now is not messages[place]:
            changed.append(now)
    return changed


def _unshown(found: Judged) -> BlockedError:
    """Return the error for a structured answer: one that is changed fits its form no more, so that all of it goes."""
    error = blocked_error(found, what="the structured answer")
    if not found.decision.message.strip():
        error.message = ANSWER
    return error


def _ticket(agent: AgentRun, call: Any) -> Ticket | ToolMessage:
    try:
        return _approved(agent, call)
    except CallRefusedError as error:
        answer = refused(call, error.stub)
        agent.seen.add(name_of(answer))
        return answer


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
    try:
        said = "\n".join(one.text for one in said_in(result, "/result"))
    except ConfigError as error:
        agent.run.returned(ticket, "")
        now = replaced(result, f"The result was left out: {error.problem}.")
        now.status = "error"
    else:
        run, is_error = agent.run, result.status == "error"
        seen = run.failed(ticket, said=said) if is_error else run.returned(ticket, said)
        now = result if seen == said else replaced(result, str(seen))
    agent.seen.add(name_of(now))
    return now


def _commanded(agent: AgentRun, ticket: Ticket, result: Any) -> Any:
    """Judge the messages of a command that a tool gave; what else it changes of the state no model reads by itself."""
    given = getattr(result, "update", None)
    update: dict[str, Any] = given if isinstance(given, dict) else {}
    messages = _messages(update.get("messages"))
    own = [one for one in messages if isinstance(one, ToolMessage) and one.tool_call_id == ticket.id]
    if len(own) != 1:
        agent.run.returned(ticket, "")
        raise ConfigError(
            f"the tool {ticket.tool[:80]!r} gave a {type(result).__name__} without its own message",
            where="the tool's result",
            fix="have it give text, a ToolMessage, or a Command with one ToolMessage for the call",
        )
    now = [_returned(agent, ticket, one) if one is own[0] else _put_there(agent, one) for one in messages]
    return type(result)(graph=result.graph, update={**update, "messages": now}, resume=result.resume, goto=result.goto)


def _messages(value: Any) -> list[BaseMessage]:
    """Return messages in whatever form the graph takes them."""
    try:
        return convert_to_messages(value if isinstance(value, list) else [] if value is None else [value])
    except (ValueError, NotImplementedError, TypeError) as error:
        raise ConfigError(
            f"a tool gave a message that cannot be read ({type(error).__name__})",
            where="the tool's result",
            fix="have it give messages of langchain",
        ) from None


def _put_there(agent: AgentRun, message: Any) -> Any:
    """Judge a message that a tool put into the conversation: whoever it says that it is of, it is nobody's word."""
    if isinstance(message, RemoveMessage):
        return message
    by = "model" if isinstance(message, AIMessage) else "inserted"
    said = said_in(message, "/put", by=by)
    now = put_there(with_texts(message, "/put", read(agent.run, said, protocol=PROTOCOL, what="the result")), by)
    agent.seen.add(name_of(now))
    return now


def _define(agent: AgentRun, tools: Sequence[Any]) -> None:
    if tools:
        agent.run.define([one if isinstance(one, dict) else convert_to_openai_tool(one) for one in tools])


def _ended(agent: AgentRun) -> None:
    if agent.is_own:
        agent.run.abort()
