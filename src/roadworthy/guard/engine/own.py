"""The engine's own verdicts: on what no rule of a policy can say, because it is about the policy or the protocol."""

from __future__ import annotations

from collections.abc import Iterator

from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.event import Event, UnknownField
from roadworthy.guard.policy.model import FailMode, UnknownBehaviour
from roadworthy.guard.segment import Segment, Stage
from roadworthy.guard.verdict import Action, Verdict


def of_event(bundle: Bundle, event: Event) -> Iterator[Verdict]:
    """Yield what is wrong with asking this policy about this event, and what becomes of unknown fields."""
    route = bundle.route(event.route)
    if route is None:
        # No fail mode opens this: nobody has said anything about what comes this way.
        yield _own("no-route", Action.DENY, "the policy has no route of that name", degraded=True)
    # Where a message has no text at all, some stage of the route must be guarded for it to go on.
    stages = {segment.stage for segment in event.segments} or _unguarded(bundle, event)
    for stage in sorted(stages) if len(stages) > 1 else stages:
        if route is not None and route.stages and stage not in route.stages:
            # Nor this: somebody has said that nothing comes here.
            yield _own("not-served", Action.DENY, f"route {route.name} is not there for {stage.value}")
        elif not bundle.covers(stage, route=event.route):
            is_closed = bundle.fail_mode is FailMode.CLOSED
            why = "" if is_closed else f": {bundle.fail_reason}"
            yield _own(
                "no-rule",
                Action.DENY if is_closed else Action.ALLOW,
                f"no rule is enforced at {stage.value}; the tier fails {bundle.fail_mode.value}{why}",
                degraded=True,
            )
    for unknown in event.unknown:
        yield of_unknown(bundle, unknown)


def _unguarded(bundle: Bundle, event: Event) -> set[Stage]:
    """Return every stage if none of them is guarded on the route of ``event``, and none otherwise."""
    return set() if any(bundle.covers(stage, route=event.route) for stage in Stage) else set(Stage)


def of_unknown(bundle: Bundle, unknown: UnknownField) -> Verdict:
    """Return what becomes of a field that no adapter knows."""
    behaviour = bundle.unknown_behaviour(unknown)
    what = f"{unknown.protocol}: {unknown.shown} with {unknown.characters} characters"
    match behaviour:
        case UnknownBehaviour.DENY:
            return _own("unknown-field", Action.DENY, f"unknown field, denied: {what}")
        case UnknownBehaviour.STRIP:
            return _own("unknown-field", Action.TRANSFORM, f"unknown field, stripped: {what}")
        case UnknownBehaviour.PASS_AND_FLAG:
            return _own("unknown-field", Action.ALLOW, f"unknown field, passed: {what}", degraded=True)


def too_long(bundle: Bundle, segment: Segment, event: Event) -> Verdict | None:
    """Return the denial of a field that is longer than its route takes, which is not looked at; None: it is not."""
    route = bundle.route(event.route)
    if route is None or len(segment.text) <= route.max_chars:
        return None
    return _own(
        "too-long",
        Action.DENY,
        f"{len(segment.text)} characters; route {route.name} takes {route.max_chars}",
        segment=segment.index,
    )


def _own(name: str, action: Action, reason: str, *, segment: int | None = None, degraded: bool = False) -> Verdict:
    return Verdict(
        action=action,
        rule=f"guard/{name}",
        rail="",
        segment=segment,
        reason=reason,
        kinds=(name,),
        degraded=degraded,
    )
