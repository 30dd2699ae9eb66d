"""Targets that speak OpenAI's chat completions, as most servers and gateways do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
from pydantic import TypeAdapter

from roadworthy.adapters.targets.address import Address, resolve_address
from roadworthy.adapters.targets.exchange import Answer, Exchange, failed
from roadworthy.adapters.targets.reply import checked, num_tokens, reported, storable, storable_text
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.errors import ManifestError
from roadworthy.evals.model import NoReply, Reply, Response, ToolCall, Usage
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import TargetSpec

_PATH = "/chat/completions"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    type: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Function:
    name: str
    arguments: str | dict[str, object] = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    function: _Function


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    content: str | list[_Part] | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    message: _Turn
    finish_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Completion:
    choices: list[_Choice]
    usage: dict[str, object] | None = field(default=None)


_COMPLETION = TypeAdapter(_Completion)


def build_openai(spec: TargetSpec, *, environ: Mapping[str, str]) -> OpenAiTarget:
    """Make a target from a manifest's entry of kind ``openai``.

    Raises:
        ManifestError: If ``model`` or ``url`` is missing.
        ConfigError: If an environment variable is missing.
    """
    if not spec.model:
        raise ManifestError(
            f"target {spec.key!r} of kind `openai` has no `model`",
            where=f"targets.{spec.key}",
            fix="give the model's name as the server knows it",
        )
    return OpenAiTarget(spec, address=resolve_address(spec, environ=environ, suffix=_PATH))


class OpenAiTarget:
    """Asks ``<url>/chat/completions``.

    Sends the sample's conversation, the target's parameters, the task's over them,
    and the seed (``parameters: {seed: null}`` leaves it out for servers that refuse
    one). Reads the first choice's text and tool calls, ``usage``, and the body's
    ``roadworthy`` object, in which a system reports components, retrieved contexts
    and tool calls that it made itself.
    """

    def __init__(self, spec: TargetSpec, *, address: Address) -> None:
        self._spec = spec
        self._exchange = Exchange(address, timeout_s=spec.timeout_s)
        self._digest = digest_of(
            {"kind": "openai", "url": address.place, "model": spec.model, "parameters": spec.parameters}
        )

    @property
    def name(self) -> str:
        """The target's key."""
        return self._spec.key

    @property
    def digest(self) -> Digest:
        """Over kind, address, model and parameters."""
        return self._digest

    async def ask(self, request: Request) -> Response:
        """Put ``request`` to the server once."""
        raw = request.raw is not None
        answer = await self._exchange.post(self._body(request) if request.raw is None else request.raw)
        if isinstance(answer, NoReply):
            return answer
        failure = failed(answer, raw=raw)
        if failure is not None:
            return failure
        reply = _read(answer)
        if raw and isinstance(reply, NoReply):
            return Reply(text=storable_text(answer.text), status=answer.status, usage=Usage(latency_s=answer.latency_s))
        return reply

    async def close(self) -> None:
        """Close the connections."""
        await self._exchange.close()

    def _body(self, request: Request) -> dict[str, object]:
        parameters: dict[str, object] = {"seed": request.seed, **self._spec.parameters, **request.parameters}
        if parameters["seed"] is None:
            del parameters["seed"]
        parameters.pop("stream", None)
        messages = [{"role": turn.role, "content": turn.content} for turn in request.messages]
        return {**parameters, "model": self._spec.model, "messages": messages}


def _read(answer: Answer) -> Response:
    try:
        body = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return NoReply(reason=f"HTTP {answer.status}, but the body is {answer.content_type[:60]}, not JSON")
    completion = checked(_COMPLETION, body, what="the chat completion")
    if isinstance(completion, NoReply):
        return completion
    if not completion.choices:
        return NoReply(reason="the chat completion has no choice")
    extra = reported(body)
    if isinstance(extra, NoReply):
        return extra
    choice = completion.choices[0]
    usage = completion.usage or {}
    return Reply(
        text=_text(choice.message),
        tool_calls=(*(_call(call) for call in choice.message.tool_calls or ()), *extra.tool_calls),
        contexts=extra.contexts,
        components=extra.components,
        digests=extra.digests,
        status=answer.status,
        finish_reason=choice.finish_reason,
        usage=Usage(
            input_tokens=num_tokens(usage.get("prompt_tokens")),
            output_tokens=num_tokens(usage.get("completion_tokens")),
            latency_s=answer.latency_s,
        ),
    )


def _text(turn: _Turn) -> str:
    if isinstance(turn.content, list):
        return "".join(part.text for part in turn.content)
    return turn.content or turn.refusal or ""


def _call(call: _Call) -> ToolCall:
    """Read a call; arguments that are no JSON object are kept under ``unparsed``, for scorers to see."""
    given = call.function.arguments
    arguments: object
    if isinstance(given, str):
        try:
            arguments = storable(orjson.loads(given or "{}"))
        except orjson.JSONDecodeError:
            arguments = None
    else:
        arguments = given
    parsed = arguments if isinstance(arguments, dict) else {"unparsed": given}
    return ToolCall(name=call.function.name, arguments=parsed)
