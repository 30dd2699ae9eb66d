"""Puts cases to a policy, whole and as streams in every mode. Pure: messages are already segments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from roadworthy.guard.calls.owning import Owns
from roadworthy.guard.engine.applying import apply
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.calling import asked_calls
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState, Event, Principal, UnknownField
from roadworthy.guard.policy.model import Buffer, GuardPolicy, Holdback, Observe, Streaming
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.segment import Channel, Provenance, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.stream.model import Closed, Opened, Text
from roadworthy.guard.trying.model import GuardCase, Happened, Miss, Part
from roadworthy.guard.verdict import Decision

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""When the events of cases come."""

MODES: Mapping[str, Streaming] = {"buffer": Buffer(), "holdback": Holdback(chars=24), "observe": Observe()}
_CHUNK = 7
_LONGEST_STREAMED = 20_000
_USUAL: Mapping[Stage, tuple[Channel, Role, SourceKind]] = {
    Stage.INPUT: (Channel.TEXT, Role.USER, SourceKind.USER),
    Stage.RETRIEVAL: (Channel.RETRIEVED_CHUNK, Role.TOOL, SourceKind.DOCUMENT),
    Stage.TOOL_CALL: (Channel.TOOL_ARGUMENT, Role.ASSISTANT, SourceKind.MODEL),
    Stage.TOOL_RESULT: (Channel.TOOL_RESULT, Role.TOOL, SourceKind.TOOL),
    Stage.OUTPUT: (Channel.TEXT, Role.ASSISTANT, SourceKind.MODEL),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A case as the engine is asked it."""

    case: GuardCase
    event: Event
    state: ConversationState
    otherwise: tuple[str, ...] = ()
    """Lines of the run before it that were held back, or let through, other than the case has it."""

    @property
    def owns(self) -> Owns:
        """What is known to belong to the person."""
        owned = self.case.person.owns
        return {(kind, name): True for kind, names in owned.items() for name in names}


def asked(case: GuardCase, *, message: Decoded | None = None, protocol: str = "plain") -> Asked:
    """Return ``case`` as an event and a state.

    Args:
        case: As it was written.
        message: Its message, where it has one.
        protocol: Of its message.
    """
    message = message or Decoded(segments=())
    person = case.person
    principal = Principal(
        id=person.id,
        tenant=person.tenant,
        roles=person.roles,
        groups=person.groups,
        scopes=person.scopes,
        purpose=person.purpose,
        locale=person.locale,
        attributes=tuple(sorted(person.attributes.items())),
    )
    unknown = (UnknownField(path=case.unknown, protocol=protocol, characters=1),) if case.unknown else ()
    event = Event(
        id=case.id,
        route=case.route,
        at=AT,
        principal=principal,
        segments=message.segments or tuple(_segment(part, number) for number, part in enumerate(case.parts)),
        unknown=(*message.unknown, *unknown),
        model=message.model,
        usage=message.usage,
        protocol=protocol,
    )
    before = case.before
    state = ConversationState(
        conversation="case", turns=before.turns, labels=before.labels, sources=before.sources, canaries=before.canaries
    )
    return Asked(case=case, event=event, state=state)


def lived(bundle: Bundle, one: Asked) -> Asked:
    """Return ``one`` after the run before it (`Before.run`) was judged by ``bundle``, with its approvals."""
    state = one.state
    otherwise: list[str] = []
    for number, happened in enumerate(one.case.before.run):
        held: list[str] = []
        for parts in _happened(happened, number):
            event = replace(one.event, id=f"{one.event.id}-{number}", segments=parts, unknown=(), definitions=())
            decision = enforce(bundle, event, state, owns=one.owns)
            state = decision.state
            held += (f"{said.action.value} by {said.rule}" for said in decision.verdicts if said.action.stops)
        if bool(held) is not happened.refused:
            line = f"run[{number}]{f' {happened.call}' if happened.call else ''}"
            otherwise.append(f"{line}: {held[0] if held else 'let through'}")
    if state is one.state and not one.case.approved and not otherwise:
        return one
    approved = tuple(made.action for made in asked_calls(one.event, state)) if one.case.approved else ()
    return replace(one, state=state, event=replace(one.event, approved=approved), otherwise=tuple(otherwise))


def _happened(happened: Happened, number: int) -> Iterator[tuple[Segment, ...]]:
    """Yield the events of one thing that happened, as their segments."""
    if not happened.call:
        said = happened.user or happened.operator
        part = Part(stage=Stage.INPUT, text=said) if said else Part(stage=Stage.RETRIEVAL, text=happened.document)
        segment = _segment(part, 0)
        if happened.operator:
            segment = replace(segment, role=Role.SYSTEM, source=Source(kind=SourceKind.OPERATOR))
        elif happened.document:
            provenance = Provenance(document=f"document-{number}", trust=happened.trust)
            segment = replace(segment, provenance=provenance)
        yield (segment,)
        return
    call = f"before-{number}"
    asked_for = Part(stage=Stage.TOOL_CALL, text=json.dumps(happened.arguments), tool=happened.call)
    yield (replace(_segment(asked_for, 0), path="/arguments", call=call),)
    if happened.result is not None:
        result = happened.result if isinstance(happened.result, str) else json.dumps(happened.result)
        part = Part(stage=Stage.TOOL_RESULT, text=result, tool=happened.call)
        yield (replace(_segment(part, 0), call=call),)


def _segment(part: Part, number: int) -> Segment:
    channel, role, source = _USUAL[part.stage]
    return Segment(
        stage=part.stage,
        role=part.role or role,
        channel=part.channel or channel,
        source=Source(kind=part.source or source),
        text=part.text * part.times,
        path=f"/{number}/arguments" if part.stage is Stage.TOOL_CALL else f"/{number}",
        index=number,
        tool=part.tool,
        labels=tuple(sorted(part.labels)),
        provenance=part.provenance,
    )


def misses(bundle: Bundle, one: Asked) -> Iterator[Miss]:
    """Yield what ``bundle`` says of a whole event and the case does not want."""
    one = lived(bundle, one)
    decision = enforce(bundle, one.event, one.state, owns=one.owns)
    case, expect = one.case, one.case.expect
    if one.otherwise:
        yield Miss(case=case.id, mode="whole", wanted="the run before it as the case has it", got=one.otherwise[0])
    went = apply(decision, one.event)
    pairs = [
        (expect.action.value, decision.action.value),
        (_listed(expect.rules), _listed({said.rule for said in decision.verdicts})),
        (_listed(expect.shadow), _listed({said.rule for said in decision.shadow})),
    ]
    found = {kind for said in decision.verdicts for kind in said.kinds}
    if not set(expect.kinds) <= found:
        pairs.append((_listed(expect.kinds), _listed(found)))
    if expect.completion and expect.completion != decision.completion:
        pairs.append((expect.completion, decision.completion or "no completion"))
    for wanted, got in pairs:
        if wanted != got:
            yield Miss(case=case.id, mode="whole", wanted=wanted, got=got)
    if expect.text is not None and (not went or went[0].text != expect.text):
        # What is got may hold what the case plants, so that it is not repeated.
        yield Miss(case=case.id, mode="whole", wanted="the text of the case", got="another text, or none")


def stream_misses(bundles: Mapping[str, Bundle], one: Asked) -> Iterator[Miss]:
    """Yield in which modes a stream comes to something else than the whole event.

    A stream may be stopped before rules that need all of it were asked; then it must stop as the whole does.

    Args:
        bundles: The policy with every route in one mode, by mode.
        one: The case; nothing is said of one that is longer than some pages, or that is no answer.
    """
    if not is_streamable(one.event):
        return
    for mode, bundle in bundles.items():
        asked_now = lived(bundle, one)
        whole = enforce(bundle, asked_now.event, asked_now.state, owns=one.owns)
        streamed = _streamed(bundle, asked_now)
        if whole.stops and streamed.stops:
            continue
        wanted, got = _said(whole), _said(streamed)
        if wanted != got:
            yield Miss(case=one.case.id, mode=mode, wanted=wanted, got=got)


def is_streamable(event: Event) -> bool:
    """Return whether ``event`` is something that a model says: that is what comes in streams."""
    said = {Stage.OUTPUT, Stage.TOOL_CALL}
    return (
        bool(event.segments)
        and all(segment.stage in said for segment in event.segments)
        and sum(len(segment.text) for segment in event.segments) <= _LONGEST_STREAMED
    )


def in_modes(policy: GuardPolicy) -> Mapping[str, GuardPolicy]:
    """Return ``policy`` with every route in one mode, by mode."""
    return {
        name: replace(policy, routes=tuple(replace(route, streaming=streaming) for route in policy.routes))
        for name, streaming in MODES.items()
    }


def _streamed(bundle: Bundle, one: Asked) -> Decision:
    guard = StreamGuard(bundle, replace(one.event, segments=()), one.state, owns=one.owns)
    for segment in one.event.segments:
        key = segment.path
        guard.push(Opened(key=key, segment=replace(segment, text="")))
        for start in range(0, len(segment.text), _CHUNK):
            guard.push(Text(key=key, text=segment.text[start : start + _CHUNK]))
        guard.push(Closed(key=key))
    guard.finish()
    return guard.decision


def _said(decision: Decision) -> str:
    return f"{decision.action.value} by {_listed({said.rule for said in decision.verdicts})}"


def _listed(names: Sequence[str] | set[str]) -> str:
    return ", ".join(sorted(set(names))) or "no rule"
