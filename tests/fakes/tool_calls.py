"""A run of an agent as a few calls: what is said, fetched, called and given back, each judged by one bundle."""

from __future__ import annotations

import json
from dataclasses import replace

from fakes.guard_world import bundle, event, rule, segment
from roadworthy.guard.calls.owning import NOBODY_SAID
from roadworthy.guard.calls.policy import Argument, Grant, ToolPolicy
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState, Event, Principal
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.segment import Channel, Provenance, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Decision

ADA = Principal(id="ada", tenant="acme", roles=("clerk",), scopes=("mail.send",), attributes=(("customer", "C-17"),))
OPEN_STAGES = {"when": "segment.stage == 'never'"}
"""Of a rule that is enforced everywhere and says nothing."""


def argument(name: str, *origins: str, **fields) -> Argument:
    """Return a line of an argument; without origins anybody may say it."""
    return Argument(name=name, **({"origins": origins} if origins else {}), **fields)


def grant(tool: str, *arguments: Argument, effects: tuple[Effect, ...] = (Effect.READ,), **fields) -> Grant:
    """Return a grant of ``tool``."""
    return Grant(tool=tool, effects=effects, arguments=arguments, **fields)


def tools(*grants: Grant, rules=(), compiled: dict | None = None, **fields) -> Bundle:
    """Return a policy of ``grants`` that serves every stage, compiled; ``fields`` go to the section ``tools``."""
    return bundle(rule("open", **OPEN_STAGES), *rules, tools=ToolPolicy(grants=grants, **fields), compiled=compiled)


def call_segments(tool: str, arguments: object, *, id: str = "c1") -> tuple[Segment, Segment]:
    """Return a call's two segments; arguments that are a text stand there as they are."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    place = {"stage": Stage.TOOL_CALL, "role": Role.ASSISTANT, "source": Source(kind=SourceKind.MODEL)}
    return (
        segment(tool, channel=Channel.TOOL_NAME, call=id, tool=tool, path=f"/{id}/name", **place),
        segment(text, channel=Channel.TOOL_ARGUMENT, call=id, tool=tool, path=f"/{id}/arguments", **place),
    )


def result_segment(tool: str, value: object, *, id: str = "c1") -> Segment:
    """Return a tool's result as a segment."""
    return segment(
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
        stage=Stage.TOOL_RESULT,
        role=Role.TOOL,
        channel=Channel.TOOL_RESULT,
        source=Source(kind=SourceKind.TOOL, name=tool),
        call=id,
        tool=tool,
        path=f"/{id}/result",
    )


class Walk:
    """One run by ``bundle``: every step is judged, and leaves the state for the next."""

    def __init__(self, bundle: Bundle, *, principal: Principal = ADA, state: ConversationState | None = None) -> None:
        self.bundle = bundle
        self.principal = principal
        self.state = state or ConversationState(conversation="run-1")
        self.steps = 0

    @property
    def run(self):
        """What the run knows."""
        return self.state.run

    def event(self, *parts: str | Segment, **fields) -> Event:
        """Return an event of the run."""
        return event(*parts, principal=self.principal, **fields)

    def take(self, made: Event, *, owns=NOBODY_SAID) -> Decision:
        """Judge an event, and go on with the state that it leaves."""
        decision = enforce(self.bundle, made, self.state, owns=owns)
        self.state = decision.state
        return decision

    def said(self, text: str) -> Decision:
        """Let the user say something."""
        return self.take(self.event(text))

    def told(self, text: str) -> Decision:
        """Let the operator say something."""
        return self.take(self.event(segment(text, role=Role.SYSTEM, source=Source(kind=SourceKind.OPERATOR))))

    def fetched(self, text: str, *, trust: str = "untrusted") -> Decision:
        """Retrieve a document."""
        chunk = segment(
            text,
            stage=Stage.RETRIEVAL,
            channel=Channel.RETRIEVED_CHUNK,
            source=Source(kind=SourceKind.DOCUMENT),
            provenance=Provenance(document="d-1", trust=trust),
        )
        return self.take(self.event(chunk))

    def call(self, tool: str, arguments: object = None, *, owns=NOBODY_SAID, **fields) -> Decision:
        """Ask for a call; its id is ``c<number of its step>``."""
        self.steps += 1
        return self.take(
            self.event(*call_segments(tool, {} if arguments is None else arguments, id=f"c{self.steps}"), **fields),
            owns=owns,
        )

    def back(self, tool: str, value: object, *, id: str = "") -> Decision:
        """Give back what a call gave; of the last one, if ``id`` says nothing else."""
        return self.take(self.event(result_segment(tool, value, id=id or f"c{self.steps}")))

    def did(self, tool: str, arguments: object = None, value: object = "ok") -> Decision:
        """Call a tool, which must be let through, and give back ``value``."""
        decision = self.call(tool, arguments)
        assert not decision.stops, [one.reason for one in decision.verdicts]
        return self.back(tool, value)

    def status(self) -> str:
        """Return what became of the last call."""
        return self.run.calls[-1].status.value

    def copy(self) -> Walk:
        """Return another walk from here."""
        other = Walk(self.bundle, principal=self.principal, state=self.state)
        other.steps = self.steps
        return other


def kinds(decision: Decision) -> set[str]:
    """Return what is wrong."""
    return {kind for verdict in decision.verdicts for kind in verdict.kinds}


def reasons(decision: Decision) -> str:
    """Return why, in one text."""
    return " | ".join(verdict.reason for verdict in decision.verdicts)


def as_principal(**fields) -> Principal:
    """Return Ada with other fields."""
    return replace(ADA, **fields)
