"""A model of a LangChain agent that says only what was judged, to its callbacks too."""

from __future__ import annotations

from functools import cache
from typing import Any

from langchain.agents.middleware.types import ExtendedModelResponse
from langchain_core.messages import AIMessage, BaseMessage

from roadworthy.core.errors import ConfigError
from roadworthy.sdk.agents.langchain_messages import said_in, with_texts
from roadworthy.sdk.agents.turns import AgentRun, read

PROTOCOL = "langchain"
_QUIET = "nostream"
"""Tag that keeps a model's own words out of the graph's stream of messages: they leave once they were judged."""


def judged(agent: AgentRun, message: AIMessage) -> AIMessage:
    """Return what a model said as it may be seen.

    Raises:
        BlockedError: If it may not.
    """
    texts = read(agent.run, said_in(message, "/answer", by="answer"), protocol=PROTOCOL, what="the answer")
    now: AIMessage = with_texts(message, "/answer", texts)
    agent.seen.add(name_of(now))
    return now


def quiet(model: Any) -> Any:
    """Return ``model`` so that it says nothing before it has said all.

    Raises:
        ConfigError: If it cannot be kept from it.
    """
    copy = getattr(model, "model_copy", None)
    if copy is None or not hasattr(model, "disable_streaming"):
        raise ConfigError(
            f"a {type(model).__name__} cannot be kept from streaming its words before they are judged",
            where="model",
            fix="use a chat model of langchain",
        )
    return copy(update={"disable_streaming": True, "tags": [*(model.tags or ()), _QUIET]})


def tokens(response: Any) -> dict[str, int]:
    """Return the tokens that the model says it used."""
    inner = response.model_response if isinstance(response, ExtendedModelResponse) else response
    stated: list[Any] = [
        one.usage_metadata or {} for one in getattr(inner, "result", [inner]) if isinstance(one, AIMessage)
    ]
    return {
        "given": sum(int(one.get("input_tokens", 0)) for one in stated),
        "taken": sum(int(one.get("output_tokens", 0)) for one in stated),
    }


def judging(model: Any, agent: AgentRun) -> Any:
    """Return ``model`` so that its callbacks, too, see what it said once it was judged."""
    made = model.model_copy()
    kind: Any = type(model)
    made.__class__ = _judging_class(kind)
    object.__setattr__(made, "_guard_agent", agent)
    return made


@cache
def _judging_class(kind: type) -> type:
    def whole(self: Any, result: Any) -> Any:
        for one in result.generations:
            if isinstance(one.message, AIMessage):
                now = judged(self.__dict__["_guard_agent"], one.message)
                if now is not one.message:
                    one.message = now
                    one.text = str(now.text)
                    one.generation_info = None
        return result

    def generate(self: Any, *args: Any, **settings: Any) -> Any:
        return whole(self, kind._generate(self, *args, **settings))  # type: ignore[attr-defined]  # of the package

    async def agenerate(self: Any, *args: Any, **settings: Any) -> Any:
        return whole(self, await kind._agenerate(self, *args, **settings))  # type: ignore[attr-defined]  # of the package

    members = {"__module__": kind.__module__, "__doc__": kind.__doc__}
    return type(kind.__name__, (kind,), {**members, "_generate": generate, "_agenerate": agenerate})


def name_of(message: BaseMessage) -> str:
    """Return what a message is known again by."""
    call = getattr(message, "tool_call_id", "")
    return f"{message.type}\x00{call}\x00{message.content!r}"
