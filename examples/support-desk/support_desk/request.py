"""Reads a chat completion request, and says what is wrong with one that does not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from support_desk.language_model import Sampling
from support_desk.prompts import Turn

HELP = "support-desk-help"
ACCOUNT = "support-desk"
MODELS = (ACCOUNT, HELP)
"""The two assistants, as clients name them: the account chat, and the public help centre."""

MAX_MESSAGES = 40
MAX_CHARACTERS = 20_000
MAX_TOKENS = 256
_ROLES = ("system", "user", "assistant")


class RequestError(Exception):
    """The request cannot be answered as it is."""

    def __init__(self, problem: str, *, param: str | None = None, status: int = 400) -> None:
        super().__init__(problem)
        self.param = param
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """What a client asks for."""

    model: str
    turns: tuple[Turn, ...]
    sampling: Sampling


def read_request(body: Any) -> ChatRequest:
    """Check a request's body.

    Raises:
        RequestError: If a field is missing, has the wrong type, or asks for what is not served.
    """
    if not isinstance(body, dict):
        raise RequestError("the body must be a JSON object")
    if body.get("stream"):
        raise RequestError("streaming is not served", param="stream")
    if body.get("n", 1) != 1:
        raise RequestError("only one choice is served", param="n")
    return ChatRequest(model=_model(body), turns=_turns(body), sampling=_sampling(body))


def _model(body: Mapping[str, Any]) -> str:
    model = body.get("model")
    if not isinstance(model, str):
        raise RequestError("`model` must be a string", param="model")
    if model not in MODELS:
        raise RequestError(f"no such model; there are {', '.join(MODELS)}", param="model", status=404)
    return model


def _turns(body: Mapping[str, Any]) -> tuple[Turn, ...]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise RequestError("`messages` must be a list with at least one message", param="messages")
    if len(messages) > MAX_MESSAGES:
        raise RequestError(f"at most {MAX_MESSAGES} messages", param="messages")
    turns = tuple(_turn(message, at) for at, message in enumerate(messages))
    if turns[-1]["role"] != "user":
        raise RequestError("the last message must be the user's", param="messages")
    if sum(len(turn["content"]) for turn in turns) > MAX_CHARACTERS:
        raise RequestError(f"at most {MAX_CHARACTERS} characters in all", param="messages", status=413)
    return turns


def _turn(message: Any, at: int) -> Turn:
    if not isinstance(message, dict):
        raise RequestError("a message must be an object", param=f"messages[{at}]")
    role, content = message.get("role"), message.get("content")
    if role not in _ROLES:
        raise RequestError(f"`role` must be one of {', '.join(_ROLES)}", param=f"messages[{at}].role")
    if not isinstance(content, str):
        raise RequestError("`content` must be a string", param=f"messages[{at}].content")
    return {"role": role, "content": content}


def _sampling(body: Mapping[str, Any]) -> Sampling:
    temperature = body.get("temperature", 0.0)
    if isinstance(temperature, bool) or not isinstance(temperature, int | float) or not 0 <= temperature <= 2:
        raise RequestError("`temperature` must be a number from 0 to 2", param="temperature")
    max_tokens = body.get("max_tokens", Sampling().max_tokens)
    if isinstance(max_tokens, bool) or not isinstance(max_tokens, int) or max_tokens < 1:
        raise RequestError("`max_tokens` must be a whole number of at least 1", param="max_tokens")
    return Sampling(temperature=temperature, seed=body.get("seed", 0), max_tokens=min(max_tokens, MAX_TOKENS))
