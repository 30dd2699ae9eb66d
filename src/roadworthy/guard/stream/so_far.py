"""What is said of a stream before it is over: of each field, what nothing that follows can undo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from roadworthy.guard.calls.owning import NOBODY_SAID, Owns
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.calling import judge_calls
from roadworthy.guard.engine.conditions import Conditions
from roadworthy.guard.engine.deciding import decision_of
from roadworthy.guard.engine.enforce import judge_segment
from roadworthy.guard.engine.finding import Finding, find
from roadworthy.guard.engine.judgement import SegmentJudgement, judgement_of
from roadworthy.guard.engine.own import of_event, too_long
from roadworthy.guard.event import ConversationState, Event
from roadworthy.guard.policy.model import FailMode
from roadworthy.guard.ports import Stopwatch
from roadworthy.guard.rails.rail import Scene
from roadworthy.guard.stream.flow import Flow
from roadworthy.guard.stream.verdict import own_verdict
from roadworthy.guard.verdict import Decision, Verdict


def judged_so_far(bundle: Bundle, flow: Flow, scene: Scene, *, failures: Iterable[Finding] = ()) -> SegmentJudgement:
    """Return what is said of a field as far as it came, judged from its beginning.

    Args:
        bundle: The policy.
        flow: The field.
        scene: Of the stream, with `Scene.final` not set.
        failures: Of rules that broke when a stretch was looked at; they stand, even if the rules work now.
    """
    if flow.judgement is not None:
        return flow.judgement
    segment = flow.so_far()
    long = too_long(bundle, segment, scene.event)
    if long is not None:
        return SegmentJudgement(verdicts=(long,))
    found = {finding.rule.id: finding for finding in find(bundle, segment, scene)}
    for failure in failures:
        found[failure.rule.id] = replace(failure, detections=())
    certain = [one for _, finding in sorted(found.items()) if (one := _certain(finding, flow)) is not None]
    return judgement_of(bundle, certain, segment, event=scene.event)


def decided(
    bundle: Bundle,
    event: Event,
    state: ConversationState,
    *,
    stopwatch: Stopwatch | None = None,
    owns: Owns = NOBODY_SAID,
    left: frozenset[int] = frozenset(),
) -> Decision:
    """Return what is said of a stream that is over, as `enforce` has it of the same fields whole.

    But for one thing: all that comes in a stream is new, so no text is known again from the history, for which a stub
    would stand that did not leave in its stead.
    """
    scene = bundle.scene(event, state)
    conditions = Conditions(bundle.asker, scene=scene)
    said = [
        judge_segment(bundle, segment, scene, stopwatch=stopwatch, conditions=conditions) for segment in event.segments
    ]
    verdicts = [*of_event(bundle, event), *(verdict for one in said for verdict in one.verdicts)]
    calls = judge_calls(bundle, event, state, said=verdicts, owns=owns)
    return decision_of(
        bundle,
        event,
        state,
        verdicts=[*verdicts, *calls.verdicts],
        shadow=[*(verdict for one in said for verdict in one.shadow), *calls.shadow],
        asked=calls.asked,
        left=left,
    )


def exceeded(bundle: Bundle, flow: Flow, scene: Scene) -> tuple[Verdict, ...]:
    """Return a denial for each rule whose rail found something in the whole field that its reach had ruled out.

    What follows is the fail mode of the rule: one that fails open is not named.
    """
    judged = () if flow.judgement is None else flow.judgement.verdicts
    broken = {verdict.rule for verdict in judged if flow.broke_its_reach(verdict)}
    return tuple(
        own_verdict(
            "reach-exceeded",
            f"rule {rule.id}: its rail found later what it must find sooner",
            segment=flow.segment.index,
        )
        for rule in bundle.rules_for(flow.segment, scene.event)
        if rule.id in broken and rule.fail_mode is FailMode.CLOSED
    )


def too_late(decision: Decision, flows: Iterable[Flow]) -> Iterator[Verdict]:
    """Yield a denial for each verdict of ``decision`` that falls when more of its field has left than the bound.

    So it is where a rail finds something in a field only beside one that came after it.
    """
    by_index = {flow.segment.index: flow for flow in flows}
    for verdict in decision.verdicts:
        flow = None if verdict.segment is None else by_index.get(verdict.segment)
        if flow is not None and flow.exposure(verdict) > flow.terms.bound:
            reason = f"rule {verdict.rule}: found only beside a field that came later"
            yield own_verdict("reach-exceeded", reason, segment=verdict.segment)


def _certain(finding: Finding, flow: Flow) -> Finding | None:
    """Return ``finding`` without what may still be undone; None if nothing is left of it."""
    reach = finding.rule.reach
    if not finding.detections or reach is None:
        return finding
    kept = tuple(
        one
        for one in finding.detections
        if one.span.start + reach <= flow.tape.length and one.span not in flow.going_on
    )
    return replace(finding, detections=kept) if kept or finding.failure is not None else None
