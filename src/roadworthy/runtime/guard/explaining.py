"""Says of one message what a guard policy does with it, and why."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.guard.cases import MAX_MESSAGE_BYTES, read_message
from roadworthy.adapters.guard.documents import read_document
from roadworthy.adapters.yaml_source import read_text
from roadworthy.core.errors import ConfigError
from roadworthy.guard.calls.compiling import CompiledGrant
from roadworthy.guard.calls.tracing import Traced, traced
from roadworthy.guard.check.exposure import Exposed, exposures
from roadworthy.guard.engine.applying import apply
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.calling import asked_calls
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState, Event
from roadworthy.guard.policy.model import Without
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.segment import Segment, Stage
from roadworthy.guard.trying.model import Before, Earlier, Expected, GuardCase, Part, Person
from roadworthy.guard.trying.running import Asked, asked, lived
from roadworthy.guard.verdict import Action, Decision
from roadworthy.runtime.guard.messages import decoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be explained."""

    stage: Stage = Stage.INPUT
    text: str = ""
    file: Path | None = None
    """A file with a text; with ``protocol``, with a message."""

    protocol: str = ""
    route: str = "*"
    tool: str = ""
    person: Person = field(default_factory=Person)
    before: Before = field(default_factory=Before)
    run: Path | None = None
    """A file with the run before it and its person (`Earlier`); it counts in place of ``before`` and ``person``, but
    for the person's locale where ``person`` states one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One field, and the rules that look at it."""

    segment: Segment
    rules: tuple[str, ...]
    """Sorted; those in shadow mode too."""

    after: Segment | None
    """As it goes on; None: it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What the policy does with a message."""

    decision: Decision
    fields: tuple[Looked, ...]
    exposures: tuple[Exposed, ...]
    """Of the route that serves it."""

    beneath: tuple[str, ...] = ()
    """Names of the policies that it stands on."""

    without: tuple[Without, ...] = ()
    """What of them is looser here."""

    arguments: tuple[Traced, ...] = ()
    """Where each value of the tool calls in it comes from, if the policy says something of tools."""

    grants: tuple[str, ...] = ()
    """Rules of the grants that were asked about the calls in it."""

    not_asked: tuple[str, ...] = ()
    """What a run would ask besides, and is not asked here: limits of tools, by name."""

    otherwise: tuple[str, ...] = ()
    """Lines of the run before it that were held back."""

    route: str = ""
    """Of the policy, which served it; empty: none does."""


def explain(bundle: Bundle, question: Question) -> Explained:
    """Return what ``bundle`` says of ``question``, with its time.

    Raises:
        ConfigError: If the file cannot be read, or is no message of the protocol.
    """
    one = _event(bundle, question)
    event, state = one.event, one.state
    enforce(bundle, event, state, owns=one.owns)  # the first time in a process makes what later ones only use
    decision = enforce(bundle, event, state, stopwatch=time.perf_counter_ns, owns=one.owns)
    went: Sequence[Segment | None] = apply(decision, event) or [None] * len(event.segments)
    route = bundle.route(event.route)
    return Explained(
        decision=decision,
        fields=tuple(
            Looked(segment=one, rules=tuple(rule.id for rule in bundle.rules_for(one, event)), after=after)
            for one, after in zip(event.segments, went, strict=True)
        ),
        exposures=tuple(one for one in exposures(bundle) if route is not None and one.route == route.name),
        beneath=bundle.policy.beneath,
        without=bundle.policy.without,
        arguments=_arguments(bundle, event, state),
        grants=tuple(dict.fromkeys(grant.rule for grant in _grants(bundle, event, state))),
        not_asked=tuple(
            dict.fromkeys(
                f"limits of {grant.grant.tool}" for grant in _grants(bundle, event, state) if grant.grant.limits
            )
        ),
        otherwise=one.otherwise,
        route="" if route is None else route.name,
    )


def _grants(bundle: Bundle, event: Event, state: ConversationState) -> list[CompiledGrant]:
    tools = bundle.tools
    return (
        []
        if tools is None
        else [grant for one in asked_calls(event, state) for grant in tools.terms(one.tool).enforced]
    )


def _arguments(bundle: Bundle, event: Event, state: ConversationState) -> tuple[Traced, ...]:
    tools = bundle.tools
    if tools is None:
        return ()
    calls = [one.call for one in asked_calls(event, state) if one.call is not None]
    return tuple(one for call in calls for one in traced(call, ledger=state.run.ledger, same=tools.same))


def _event(bundle: Bundle, question: Question) -> Asked:
    protocol = question.protocol
    message: Decoded | None = None
    if protocol:
        body = read_message(question.file) if question.file is not None else question.text
        message = decoded(protocol, body, tool=question.tool)
    text = question.text
    if question.file is not None and not protocol:
        text = read_text(question.file, max_bytes=MAX_MESSAGE_BYTES, error=ConfigError)
    person, before = question.person, question.before
    if question.run is not None:
        earlier = read_document(question.run, Earlier).value
        before = Before(run=earlier.run)
        person = replace(earlier.person, locale=person.locale or earlier.person.locale)
    case = GuardCase(
        id="explained",
        about="what was asked",
        expect=Expected(action=Action.ALLOW),
        parts=(Part(stage=question.stage, text=text, tool=question.tool),),
        route=question.route,
        person=person,
        before=before,
    )
    one = lived(bundle, asked(case, message=message, protocol=protocol or "plain"))
    return replace(one, event=replace(one.event, at=SystemClock().now()))
