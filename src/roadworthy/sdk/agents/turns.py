"""What a run reads of an agent's messages, whichever package they are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from roadworthy.core.digest import JsonValue
from roadworthy.guard.event import Usage
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.walk import dumped
from roadworthy.guard.segment import FAILED, Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.session.run import Run
from roadworthy.guard.session.ticket import Judged
from roadworthy.sdk.exchange.raising import blocked_error

T = TypeVar("T")
_PLACES: Mapping[str, tuple[Stage, Role, Channel, SourceKind]] = {
    "operator": (Stage.INPUT, Role.SYSTEM, Channel.TEXT, SourceKind.OPERATOR),
    "user": (Stage.INPUT, Role.USER, Channel.TEXT, SourceKind.USER),
    "inserted": (Stage.INPUT, Role.USER, Channel.TEXT, SourceKind.MODEL),
    "model": (Stage.INPUT, Role.ASSISTANT, Channel.TEXT, SourceKind.MODEL),
    "tool": (Stage.TOOL_RESULT, Role.TOOL, Channel.TOOL_RESULT, SourceKind.TOOL),
    "called": (Stage.INPUT, Role.ASSISTANT, Channel.TOOL_NAME, SourceKind.MODEL),
    "called_with": (Stage.INPUT, Role.ASSISTANT, Channel.TOOL_ARGUMENT, SourceKind.MODEL),
    "unexplained": (Stage.INPUT, Role.TOOL, Channel.TEXT, SourceKind.UNKNOWN),
    "answer": (Stage.OUTPUT, Role.ASSISTANT, Channel.TEXT, SourceKind.MODEL),
}
CALLED = ("called", "called_with")
"""Who speaks in a call of the history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A text of a message."""

    by: str
    """``operator``, ``user``, ``inserted`` (in a user's message, not the user's), ``model``, ``called`` and
    ``called_with`` (a call in the history), ``tool``, ``unexplained`` (a result of a call nobody knows), ``answer``."""

    text: str = field(repr=False)
    path: str
    """Where it stands (``/messages/3/content/0``)."""

    tool: str = ""
    call: str = ""
    failed: bool = False
    """Whether its framework marks it as the words of an error."""


@dataclass(slots=True)
class AgentRun:
    """The run of one agent, and which messages it has read. It is of this process and goes into no checkpoint."""

    run: Run
    is_own: bool
    """Whether it was begun for this agent, and ends with it."""

    is_composed: bool = False
    """Whether a tool runs it, so that what it is asked was composed by a model, and is nobody's word."""

    seen: set[str] = field(default_factory=set)
    edited: dict[str, Any] = field(default_factory=dict, repr=False)
    """Messages as they were edited, by the name of what they were: whoever keeps the old one sends it again."""

    turn: int = 0
    """That the request to the model is part of (`Judged.turn`)."""

    def __repr__(self) -> str:
        return f"AgentRun({self.run!r})"

    def known(self, message: T, name: str) -> T:
        """Return a message as it was edited when it was read, else itself."""
        found: T = self.edited.get(name, message)
        return found

    def learn(self, message: T, now: T, name: str) -> T:
        """Note that a message was read and became ``now``."""
        if now is not message:
            self.edited[name] = now
        return now


def asked(agent: AgentRun, said: Sequence[Said]) -> list[Said]:
    """Return the texts of a conversation, with the user's as whose they are."""
    return [replace(one, by="inserted") if agent.is_composed and one.by == "user" else one for one in said]


def read(run: Run, said: Sequence[Said], *, protocol: str, what: str) -> Mapping[str, str]:
    """Have a run read texts, and return those that are changed, by path.

    Raises:
        BlockedError: If they may not go on.
    """
    if not said:
        return {}
    judged = run.judge(Decoded(segments=tuple(map(_segment, said))), protocol=protocol)
    if judged.stops:
        raise blocked_error(judged, what=what)
    return judged.texts


def sent(agent: AgentRun, said: Sequence[Said], *, protocol: str) -> Mapping[str, str]:
    """Have a run read what goes to a model, and set aside what that may use; `AgentRun.turn` is to be told of its end.

    Raises:
        BlockedError: If it may not go.
    """
    judged = agent.run.judge(Decoded(segments=tuple(map(_segment, said))), protocol=protocol, in_turn=True)
    if judged.stops:
        raise blocked_error(judged, what="the request")
    agent.turn = judged.turn
    return judged.texts


def came(agent: AgentRun, *, given: int = 0, taken: int = 0) -> None:
    """Tell the run what a request to a model used, in tokens; without any, nobody knows."""
    turn, agent.turn = agent.turn, 0
    agent.run.used(turn, Usage(input_tokens=given, output_tokens=taken) if given or taken else None)


def judged_value(run: Run, value: JsonValue, *, protocol: str) -> Judged:
    """Return what a run says of a structured answer, as its JSON text."""
    said = Said(by="answer", text=value if isinstance(value, str) else dumped(value), path="/structured")
    return run.judge(Decoded(segments=(_segment(said),)), protocol=protocol)


def _segment(said: Said) -> Segment:
    stage, role, channel, kind = _PLACES[said.by]
    return Segment(
        stage=stage,
        role=role,
        channel=channel,
        source=Source(kind=kind, name=said.tool),
        text=said.text,
        path=said.path,
        tool=said.tool,
        call=said.call,
        labels=tuple(sorted((*(("history",) if said.by in CALLED else ()), *((FAILED,) if said.failed else ())))),
    )


def has_text(value: Any) -> bool:
    """Return whether a value that stands beside the words of a message holds any text."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, Mapping):
            left.extend(one.values())
        elif isinstance(one, (list, tuple)):
            left.extend(one)
        elif one is not None and not isinstance(one, (bool, int, float)):
            return True
    return False


def written(value: Any) -> str:
    """Return a value that stands beside the words of a message as text."""
    try:
        return value if isinstance(value, str) else dumped(value)
    except (TypeError, ValueError, RecursionError):
        return str(value)
