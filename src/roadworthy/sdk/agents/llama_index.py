"""LlamaIndex agents, guarded: their model, their tools, and what a retriever finds."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, TypeVar

from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent, ReActAgent
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.tools import FunctionTool
from llama_index.core.workflow import Context

from roadworthy.core.errors import ConfigError
from roadworthy.guard.session.guard import Guard
from roadworthy.sdk.agents.llama_documents import GuardPostprocessor
from roadworthy.sdk.agents.llama_guarding import PROTOCOL, Guarding
from roadworthy.sdk.agents.llama_messages import name_of, said_in, with_texts
from roadworthy.sdk.agents.llama_model import GuardedLLM
from roadworthy.sdk.agents.llama_tools import GuardedTool
from roadworthy.sdk.agents.turns import AgentRun, asked, read
from roadworthy.sdk.speaking import Named, Speaker, in_run

__all__ = ["GuardPostprocessor", "guard_agent"]

AgentT = TypeVar("AgentT", FunctionAgent, ReActAgent, AgentWorkflow)
_BY_PLACE = ("user_msg", "chat_history", "memory", "ctx")
"""Arguments of an agent's ``run``, in order."""


def guard_agent(
    agent: AgentT, *, guard: Guard, principal: Speaker = None, route: str = "*", conversation: Named = None
) -> AgentT:
    """Return an agent with the guard around its model and its tools.

    What the user says is judged when it is run, and `BlockedError` is raised there; what the model says before the
    agent has it, each call of a tool before it is made, each result before the model reads it.

    Args:
        agent: A ``FunctionAgent``, ``ReActAgent`` or an ``AgentWorkflow`` of them, which is one run, whichever of its
            agents acts. It stays as it is.
        guard: The policy in force.
        principal: For whom, or where to ask for it at each run.
        route: Of the policy.
        conversation: Where to ask for the name of the conversation that a run belongs to: limits of one conversation,
            and a person's yes to a call in it, hold beyond one run. None: each is one of its own.

    Raises:
        ConfigError: If it is another agent, takes its tools from a retriever, or one of them cannot be guarded.
    """
    guarding = Guarding(guard, principal, route, conversation)
    if type(agent) is AgentWorkflow:
        team = copy(agent)
        team.agents = {name: _guarded(one, guarding) for name, one in agent.agents.items()}
        team.__class__ = _running(AgentWorkflow, guarding)
        return team
    made: AgentT = _guarded(agent, guarding)
    return made


def _guarded(agent: Any, guarding: Guarding) -> Any:
    if type(agent) not in (FunctionAgent, ReActAgent):
        raise ConfigError(
            f"a {type(agent).__name__} cannot be guarded",
            where="agent",
            fix="use FunctionAgent, ReActAgent or an AgentWorkflow of them",
        )
    if agent.tool_retriever is not None:
        raise ConfigError("tools of a retriever cannot be guarded", where="agent.tool_retriever", fix="list the tools")
    tools = [
        GuardedTool(one if hasattr(one, "metadata") else FunctionTool.from_defaults(one), guarding)
        for one in agent.tools or ()
    ]
    made = agent.model_copy(update={"llm": GuardedLLM(agent.llm, guarding), "tools": tools})
    made.__class__ = _running(type(agent), guarding)
    return made


def _running(kind: type, guarding: Guarding) -> type:
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        with in_run(guarding.guard, guarding.run()):
            if args and not isinstance(args[0], Context):
                # As the package has it, so that what was said is found by its name.
                kwargs |= {name: one for name, one in zip(_BY_PLACE, args, strict=False) if not kwargs.get(name)}
                args = ()
            if said := kwargs.get("user_msg"):
                kwargs["user_msg"] = _asked(guarding.agent(), said, kwargs.get("chat_history") or ())
            return kind.run(self, *args, **kwargs)  # type: ignore[attr-defined]  # of the package

    return type(
        f"Guarded{kind.__name__}", (kind,), {"__module__": kind.__module__, "__doc__": kind.__doc__, "run": run}
    )


def _asked(agent: AgentRun, user_msg: Any, history: Sequence[ChatMessage]) -> ChatMessage:
    """Have the run read what the user says and what was said before, and return what may go on."""
    said = user_msg if isinstance(user_msg, ChatMessage) else ChatMessage(role="user", content=user_msg)
    past = [one for place, m in enumerate(history) for one in said_in(m, f"/history/{place}")]
    texts = read(agent.run, asked(agent, past), protocol=PROTOCOL, what="the history")
    for place, one in enumerate(history):
        agent.learn(one, with_texts(one, f"/history/{place}", texts), name_of(one))
    new = asked(agent, said_in(said, "/user", by="user"))
    now = with_texts(said, "/user", read(agent.run, new, protocol=PROTOCOL, what="the question"))
    agent.seen |= {name_of(one) for one in (now, *history, *agent.edited.values())}
    return now
