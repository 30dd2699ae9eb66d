"""Makes one decision of all verdicts: the strictest action, the union of edits, the user's message, the next state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from roadworthy.guard.budget.admission import completion_of
from roadworthy.guard.calls.wrong import RAIL as OF_TOOLS
from roadworthy.guard.completions.selecting import Message, message_for
from roadworthy.guard.completions.shipped import shipped
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.calling import Asked
from roadworthy.guard.engine.remembering import run_after
from roadworthy.guard.engine.stub import KNOWN_AGAIN, keyed_digest, stub_id, with_stubs
from roadworthy.guard.event import ConversationState, Event, Stub
from roadworthy.guard.segment import FAILED, Channel, Segment, Stage
from roadworthy.guard.sources import sources_after
from roadworthy.guard.verdict import Action, Decision, Exposure, Verdict, strictest

_WHOLE = Exposure()
_NO_MESSAGE = Message(text="", completion_id="")
_NONE: frozenset[int | None] = frozenset()
_NO_INDEX: frozenset[int] = frozenset()
_STRUCTURAL = frozenset(("history", "quarantined", FAILED))
_OWN_CATEGORIES = {
    "guard/too-long": "limit",
    "guard/unknown-field": "technical",
    "guard/no-route": "technical",
    "guard/no-rule": "technical",
    "guard/not-served": "technical",
}
_FAILED = "technical"
_WAITS = "tools-waits"


def decision_of(
    bundle: Bundle,
    event: Event,
    state: ConversationState,
    *,
    verdicts: Sequence[Verdict],
    shadow: Sequence[Verdict] = (),
    exposure: Exposure = _WHOLE,
    cost_us: int = 0,
    asked: Sequence[Asked] | None = None,
    left: frozenset[int] = _NO_INDEX,
) -> Decision:
    """Return the decision that follows from ``verdicts``, whatever their order.

    Args:
        bundle: The policy.
        event: What was judged; of a stream, with its fields as segments.
        state: That it was judged with.
        verdicts: Of rules that are enforced, and the engine's own.
        shadow: Of rules in shadow mode; nothing follows from them.
        exposure: Of a stream.
        cost_us: Microseconds in all.
        asked: Its tool calls as they may go on; None: they are read from its segments.
        left: `Segment.index` of what had left a stream before; whatever stops it, such a call may be under way.
    """
    if not verdicts:
        return Decision(
            event=event.id,
            route=event.route,
            policy=bundle.digest,
            tier=bundle.tier,
            action=Action.ALLOW,
            shadow=tuple(sorted(shadow, key=_order)) if shadow else (),
            degraded=bundle.is_open,
            exposure=exposure,
            cost_us=cost_us,
            state=_with_run(bundle, event, state, _passed(event, state, without=_NONE), asked=asked),
        )
    ordered = tuple(sorted(verdicts, key=_order))
    action = strictest(*(verdict.action for verdict in ordered))
    message = _message(bundle, event, ordered, action) if action.stops else _NO_MESSAGE
    return Decision(
        event=event.id,
        route=event.route,
        policy=bundle.digest,
        tier=bundle.tier,
        action=action,
        verdicts=ordered,
        shadow=tuple(sorted(shadow, key=_order)),
        degraded=bundle.is_open or any(verdict.degraded for verdict in ordered),
        message=message.text,
        completion=message.completion_id,
        exposure=exposure,
        cost_us=cost_us,
        state=_next(bundle, event, state, verdicts=ordered, stops=action.stops, asked=asked, left=left),
    )


def _message(bundle: Bundle, event: Event, verdicts: Sequence[Verdict], action: Action) -> Message:
    lead = next(verdict for verdict in verdicts if verdict.action is action)
    if lead.rail == OF_TOOLS:
        return _of_tools(bundle, event, lead)
    route = bundle.route(event.route)
    category = bundle.category(lead.rule) or (route.completion if route is not None else "")
    if lead.rule.startswith("guard/"):
        category = _OWN_CATEGORIES.get(lead.rule) or completion_of(bundle.policy.budgets, lead.rule) or _FAILED
    by_index = {segment.index: segment for segment in event.segments}
    blocked = by_index.get(lead.segment) if lead.segment is not None else None
    return message_for(
        bundle.completions(event.principal.tenant),
        category=category,
        locale=event.principal.locale,
        stub=stub_id(event, blocked) if blocked is not None else "",
    )


def _of_tools(bundle: Bundle, event: Event, lead: Verdict) -> Message:
    """Return what a person is told of a call: in their language, and nothing of the policy or of what was found.

    What exactly is wrong is in the verdict, for those who look after the policy.
    """
    wanted = (_WAITS, OF_TOOLS) if lead.action is Action.ESCALATE else (OF_TOOLS,)
    completions = bundle.completions(event.principal.tenant)
    there = {one.category for one in completions}
    return message_for(
        (*completions, *shipped()),
        category=next((one for one in wanted if one in there), wanted[0]),
        locale=event.principal.locale,
        stub="",
    )


def _next(
    bundle: Bundle,
    event: Event,
    state: ConversationState,
    *,
    verdicts: Sequence[Verdict],
    stops: bool,
    asked: Sequence[Asked] | None,
    left: frozenset[int],
) -> ConversationState:
    by_index = {segment.index: segment for segment in event.segments}
    withheld: dict[int | None, tuple[Segment, Verdict]] = {}
    for verdict in verdicts:
        segment = by_index.get(verdict.segment) if verdict.segment is not None else None
        if segment is not None and verdict.action.rank > Action.TRANSFORM.rank and _withholds(verdict, segment):
            withheld.setdefault(verdict.segment, (segment, verdict))
    without = frozenset(withheld)
    kept = state if stops else _passed(event, state, without=without)
    kept = _with_run(
        bundle, event, state, kept, verdicts=verdicts, withheld=without, stops=stops, asked=asked, left=left
    )
    stubs = with_stubs(state, _stubs(bundle, event, withheld.values()))
    return kept if stubs == state.stubs else replace(kept, stubs=stubs)


def _with_run(
    bundle: Bundle,
    event: Event,
    state: ConversationState,
    kept: ConversationState,
    *,
    verdicts: Sequence[Verdict] = (),
    withheld: frozenset[int | None] = _NONE,
    stops: bool = False,
    asked: Sequence[Asked] | None = None,
    left: frozenset[int] = _NO_INDEX,
) -> ConversationState:
    """Return the state ``kept`` with what the run knows after ``event``."""
    if bundle.tools is None:
        return kept
    run = run_after(bundle, event, state, verdicts=verdicts, withheld=withheld, stops=stops, asked=asked, left=left)
    if run is kept.run:
        return kept
    return ConversationState(
        conversation=kept.conversation,
        turns=kept.turns,
        labels=kept.labels,
        stubs=kept.stubs,
        sources=kept.sources,
        run=run,
        canaries=kept.canaries,
    )


def _withholds(verdict: Verdict, segment: Segment) -> bool:
    """Return whether nothing of ``segment`` goes on by ``verdict``, rather than parts of it."""
    return verdict.action.stops or any(edit.span.length == len(segment.text) for edit in verdict.edits)


def _stubs(bundle: Bundle, event: Event, withheld: Iterable[tuple[Segment, Verdict]]) -> Iterator[Stub]:
    if bundle.stub_key is None:
        return
    for segment, verdict in withheld:
        # A call that was refused is no text to be known again: another tool may be given the same arguments.
        if segment.text and verdict.rule != KNOWN_AGAIN and segment.stage is not Stage.TOOL_CALL:
            digest = keyed_digest(segment.text, key=bundle.stub_key)
            yield Stub(id=stub_id(event, segment), rule=verdict.rule, digest=digest)


def _passed(event: Event, state: ConversationState, *, without: frozenset[int | None]) -> ConversationState:
    """Return the state after the segments of ``event`` went on, those at the places ``without`` excepted."""
    for segment in event.segments:
        if segment.stage is Stage.INPUT or segment.labels or segment.channel is Channel.RETRIEVED_CHUNK:
            break
    else:
        # The next state of the conversation says nothing of them, its run aside.
        return state
    passed = [segment for segment in event.segments if segment.index not in without]
    is_turn = any(segment.stage is Stage.INPUT for segment in passed)
    labels = {label for segment in passed for label in segment.labels} - _STRUCTURAL
    sources = sources_after(state.sources, passed)
    if not is_turn and sources == state.sources and labels <= set(state.labels):
        return state
    return ConversationState(
        conversation=state.conversation,
        stubs=state.stubs,
        canaries=state.canaries,
        turns=state.turns + is_turn,
        labels=tuple(sorted(labels.union(state.labels))),
        sources=sources,
        run=state.run,
    )


def _order(verdict: Verdict) -> tuple[str, int, str]:
    return verdict.rule, -1 if verdict.segment is None else verdict.segment, verdict.reason
