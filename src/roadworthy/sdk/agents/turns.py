"""What a run reads of an agent's messages, whichever package they are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from roadworthy.core.digest import JsonValue
from roadworthy.guard.event import Usage
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.protocols.walk import dumped
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.session.run import Run
from roadworthy.guard.session.ticket import Judged
from roadworthy.sdk.exchange.raising import blocked_error

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


@dataclass(slots=True)
class AgentRun:
    """The run of one agent, and which messages it has read. It is of this process and goes into no checkpoint."""

    run: Run
    is_own: bool
    """Whether it was begun for this agent, and ends with it."""

    seen: set[str] = field(default_factory=set)
    turn: int = 0
    """That the request to the model is part of (`Judged.turn`)."""

    def __repr__(self) -> str:
        return f"AgentRun({self.run!r})"


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
        labels=("history",) if said.by in CALLED else (),
    )
