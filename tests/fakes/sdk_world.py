"""A guard for an application, and model services that answer by a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from fakes.guard_world import NOW, bundle, rule
from roadworthy.adapters.clock import FixedClock
from roadworthy.guard.calls.policy import Approval, Argument, Grant, Result, ToolPolicy
from roadworthy.guard.event import Principal
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.policy.model import Completion, Holdback, Route, Where
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.segment import Stage
from roadworthy.guard.session.guard import Guard
from roadworthy.guard.verdict import Action

ADA = Principal(id="ada", tenant="acme", roles=("clerk",))
BLOCKED_WORDS = "We cannot help with that here."
SECRET = "sk-live-4242424242"

TOOLS = ToolPolicy(
    grants=(
        Grant(
            tool="lookup",
            effects=(Effect.READ,),
            arguments=(Argument(name="name"),),
            result=Result(trusted=False, secrecy=Secrecy.INTERNAL),
        ),
        Grant(
            tool="send",
            effects=(Effect.SEND,),
            arguments=(Argument(name="to", origins=("user",), required=True), Argument(name="text")),
        ),
    )
)
ASKING = ToolPolicy(
    grants=(Grant(tool="send", effects=(Effect.SEND,), arguments=(Argument(name="to"),), approval=Approval()),)
)
"""Tools whose calls need a person's yes."""


class Ids:
    """Ids that count up."""

    def __init__(self) -> None:
        self._count = 0

    def new(self, noun: str) -> str:
        self._count += 1
        return f"{noun}_{self._count:06d}"


def guard(*rules, **fields) -> Guard:
    """Return a guard: bombs are refused as input and as output, secrets are taken out, tools are least privilege."""
    stated = {
        "tools": TOOLS,
        "routes": (Route(name="*", completion="unknown"), Route(name="live", streaming=Holdback(chars=24))),
        "completions": (Completion(category="unknown", locale="*", text=BLOCKED_WORDS),),
    }
    rules = rules or (
        rule("bomb", "bomb"),
        rule("secret", r"sk-live-[0-9]{10}", action=Action.TRANSFORM),
        *(
            rule(f"covers-{stage.value.replace('_', '-')}", "never-said-anywhere", where=_where(stage))
            for stage in Stage
        ),
    )
    approvals = fields.pop("approvals", None)
    made = bundle(*rules, **{**stated, **fields})
    return Guard(made, clock=FixedClock(at=NOW), ids=Ids(), approvals=approvals)


def _where(stage: Stage) -> Where:
    return Where(stages=(stage,))


def chat_answer(text: str | None = None, calls: Sequence[tuple[str, str, dict]] = (), **fields) -> dict:
    """Return an answer of chat completions."""
    message: dict = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = [
            {"id": name, "type": "function", "function": {"name": tool, "arguments": json.dumps(given)}}
            for name, tool, given in calls
        ]
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [choice],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
        **fields,
    }


def chat_chunks(text: str = "", calls: Sequence[tuple[str, str, dict]] = (), *, size: int = 7) -> bytes:
    """Return the same answer as a stream."""
    events = [_chunk({"role": "assistant", "content": ""})]
    events += [_chunk({"content": text[place : place + size]}) for place in range(0, len(text), size)]
    for number, (name, tool, given) in enumerate(calls):
        head = {"index": number, "id": name, "type": "function", "function": {"name": tool, "arguments": ""}}
        events.append(_chunk({"tool_calls": [head]}))
        written = json.dumps(given)
        for place in range(0, len(written), size):
            part = {"index": number, "function": {"arguments": written[place : place + size]}}
            events.append(_chunk({"tool_calls": [part]}))
    events.append(_chunk({}, reason="tool_calls" if calls else "stop"))
    return b"".join(f"data: {json.dumps(one)}\n\n".encode() for one in events) + b"data: [DONE]\n\n"


def _chunk(delta: dict, *, reason: str | None = None) -> dict:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


class Service:
    """A model's service that answers each request by a script, and keeps what it was asked."""

    def __init__(self, module, *answers: dict | bytes | Callable[[dict], dict | bytes], status: int = 200) -> None:
        self._module = module
        self._answers = list(answers)
        self._status = status
        self.asked: list[dict] = []
        self.paths: list[str] = []

    def __call__(self, request):
        self.paths.append(request.url.path)
        body = json.loads(request.content) if request.content else {}
        self.asked.append(body)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        answer = answer(body) if callable(answer) else answer
        if isinstance(answer, bytes):
            return self._module.Response(200, headers={"content-type": "text/event-stream"}, content=answer)
        return self._module.Response(self._status, json=answer)

    def client(self):
        return self._module.Client(transport=self._module.MockTransport(self))

    def async_client(self):
        return self._module.AsyncClient(transport=self._module.MockTransport(self))
