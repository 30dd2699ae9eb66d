"""Judges a message of any protocol in a run, with the calls in it."""

from __future__ import annotations

from dataclasses import replace

from roadworthy.guard.engine.applying import apply, stripped, texts
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.event import Event
from roadworthy.guard.protocols.codec import Decoded
from roadworthy.guard.segment import Role, Segment, Source, SourceKind
from roadworthy.guard.session.calls.considering import NOTHING, Calling, Considered
from roadworthy.guard.session.calls.desk import Desk
from roadworthy.guard.session.course import Course
from roadworthy.guard.session.errors import CallRefusedError
from roadworthy.guard.session.ticket import Judged, Ticket
from roadworthy.guard.session.turn import Turn

_PROMPTING = (Role.SYSTEM, Role.DEVELOPER)


def judged_whole(
    course: Course,
    desk: Desk,
    decoded: Decoded,
    *,
    id: str,
    protocol: str,
    turn: Turn | None = None,
    from_user: bool = True,
) -> Judged:
    """Return what is decided of a message. See `Run.judge`.

    Args:
        course: Of the run.
        desk: Of its calls.
        decoded: The message.
        id: Of the event; empty: a new one.
        protocol: Of the message.
        turn: Whose budgets are asked for it; None: nobody's.
        from_user: Whether what it has as the user's words is the user's.
    """
    bundle = course.outfit.bundle
    event = replace(
        course.event(decoded.segments if from_user else tuple(map(as_composed, decoded.segments))),
        unknown=decoded.unknown,
        model=decoded.model,
        usage=decoded.usage,
        definitions=decoded.definitions,
        protocol=protocol,
    )
    event = replace(event, id=id) if id else event
    number, refused = turn.join(bundle, event) if turn is not None else (0, None)
    if refused is not None:
        course.noted(bundle, event, refused.decision)
        return Judged(
            event=event, decision=refused.decision, segments=(), texts={}, retry_after_s=refused.retry_after_s
        )
    try:
        judged = _judged(course, desk, Calling(course.outfit, bundle, event, course.state), bundle=bundle, event=event)
    except BaseException:
        if turn is not None:
            turn.leave(number, NOTHING)
        raise
    if turn is not None and judged.stops:
        turn.leave(number, NOTHING)
        number = 0
    if not judged.stops:
        said = (one for one in decoded.segments if one.source.kind is SourceKind.OPERATOR)
        course.instructed(one.text for one in said if one.role in _PROMPTING)
    return replace(judged, turn=number)


def as_composed(segment: Segment) -> Segment:
    """Return what stands there as the user's words as the model's, who wrote it."""
    if segment.source.kind is not SourceKind.USER:
        return segment
    return replace(segment, source=Source(kind=SourceKind.MODEL))


def _judged(course: Course, desk: Desk, calling: Calling, *, bundle: Bundle, event: Event) -> Judged:
    considered = calling.consider()
    tickets: tuple[Ticket, ...] = ()
    try:
        if considered.decision.stops:
            course.noted(bundle, considered.event, considered.decision)
        else:
            tickets = desk.let_through(bundle, considered, calling=calling, is_told=False)
    except CallRefusedError as refused:
        calling.give_back(considered)
        considered = Considered(decision=refused.decision, event=event)
    except BaseException:
        calling.give_back(considered)
        raise
    decision = considered.decision
    return Judged(
        event=considered.event,
        decision=decision,
        segments=apply(decision, considered.event),
        texts={} if decision.stops else texts(decision, considered.event),
        stripped=stripped(bundle, event),
        tickets=tickets,
        asked=considered.asked,
        retry_after_s=considered.retry_after_s,
    )
