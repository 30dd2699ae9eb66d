"""Judges an event by a policy. Pure: the same bundle, event and state give the same decision, but for its cost."""

from __future__ import annotations

from collections.abc import Sequence

from roadworthy.guard.calls.owning import NOBODY_SAID, Owns
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.calling import judge_calls
from roadworthy.guard.engine.conditions import Conditions
from roadworthy.guard.engine.deciding import decision_of
from roadworthy.guard.engine.finding import find
from roadworthy.guard.engine.judgement import NOTHING, SegmentJudgement, judgement_of, known_verdict
from roadworthy.guard.engine.own import of_event, too_long
from roadworthy.guard.engine.stub import KnownTexts
from roadworthy.guard.event import ConversationState, Event
from roadworthy.guard.ports import Stopwatch
from roadworthy.guard.rails.rail import Scene
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment
from roadworthy.guard.verdict import Decision, Verdict

_NS_PER_US = 1_000
_NEW = ConversationState()


def enforce(
    bundle: Bundle,
    event: Event,
    state: ConversationState = _NEW,
    *,
    stopwatch: Stopwatch | None = None,
    also: Sequence[Verdict] = (),
    owns: Owns = NOBODY_SAID,
) -> Decision:
    """Return what ``bundle`` says of ``event``.

    Every rule that looks at a segment is asked, whatever the others said, so that the order of rules and of
    segments changes nothing. Nothing that a rail does makes it raise: a failure is a verdict.

    Args:
        bundle: The policy.
        event: What to judge.
        state: What earlier events of the conversation left.
        stopwatch: Counts nanoseconds. None: nothing is timed, and a rail that is too slow is not noticed.
        also: What is said of the event already, as by its budgets.
        owns: Answers of `Ownership.belongs` to what `ownership_questions` asks, by kind and id. What is not there is
            not known, and a call that needs it is denied.
    """
    start = 0 if stopwatch is None else stopwatch()
    scene = bundle.scene(event, state)
    conditions = Conditions(bundle.asker, scene=scene)
    known = KnownTexts(event, state=state, key=bundle.stub_key) if state.stubs else None
    verdicts: list[Verdict] = [*also, *of_event(bundle, event)]
    shadow: list[Verdict] = []
    for segment in event.segments:
        stub = known.stub_of(segment) if known is not None else None
        if stub is not None:
            verdicts.append(known_verdict(stub, segment))
            continue
        said = judge_segment(bundle, segment, scene, stopwatch=stopwatch, conditions=conditions)
        if said is not NOTHING:
            verdicts += said.verdicts
            shadow += said.shadow
    calls = judge_calls(bundle, event, state, said=verdicts, owns=owns)
    verdicts += calls.verdicts
    shadow += calls.shadow
    cost_us = 0 if stopwatch is None else (stopwatch() - start) // _NS_PER_US
    return decision_of(bundle, event, state, verdicts=verdicts, shadow=shadow, cost_us=cost_us, asked=calls.asked)


def judge_segment(
    bundle: Bundle,
    segment: Segment,
    scene: Scene,
    *,
    reading: Reading | None = None,
    stopwatch: Stopwatch | None = None,
    conditions: Conditions | None = None,
) -> SegmentJudgement:
    """Return what the rules say of one segment.

    Rules of the engine about the event as a whole are not among them (`enforce` adds those), and texts that were
    blocked before are not known again.

    Args:
        bundle: The policy.
        segment: What to judge.
        scene: Its event and state, and whether the text is whole.
        reading: Of its text, where it is there already.
        stopwatch: As for `enforce`.
        conditions: Of the same scene, to be asked of several segments.
    """
    long = too_long(bundle, segment, scene.event)
    if long is not None:
        return SegmentJudgement(verdicts=(long,))
    found = find(bundle, segment, scene, reading=reading, stopwatch=stopwatch, conditions=conditions)
    return judgement_of(bundle, found, segment, event=scene.event) if found else NOTHING
