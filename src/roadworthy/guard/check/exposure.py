"""What each route of a policy exposes in a stream before its verdict, and by which rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.event import Event, Principal
from roadworthy.guard.policy.model import Route
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.stream.terms import terms_of
from roadworthy.guard.verdict import Mode

STREAMED = (Channel.TEXT, Channel.REASONING, Channel.REFUSAL, Channel.CITATION)
"""Fields of an answer that may leave before they are whole."""

_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """One field of one route."""

    route: str
    channel: Channel
    mode: Mode
    bound: int
    """The most characters that can leave before every enforced rule has given its verdict on them."""

    rules: tuple[str, ...]
    """Those that would need more to be held, sorted; empty where the bound is 0."""


def exposures(bundle: Bundle) -> tuple[Exposed, ...]:
    """Return what can leave too early on each route, in order of the policy."""
    return tuple(_exposed(bundle, route, channel) for route in bundle.policy.routes for channel in STREAMED)


def _exposed(bundle: Bundle, route: Route, channel: Channel) -> Exposed:
    segment = Segment(
        stage=Stage.OUTPUT,
        role=Role.ASSISTANT,
        channel=channel,
        source=Source(kind=SourceKind.MODEL),
        text="",
        path="",
    )
    principal = Principal(id="", tenant="")
    event = Event(id="", route=route.name, at=_ANY_TIME, principal=principal, segments=())
    terms = terms_of(bundle, segment, event, route=route)
    looking = [rule for rule in bundle.rules_for(segment, event) if not rule.is_shadow]
    whole = [rule.id for rule in looking if rule.decides_within is None]
    late = [rule.id for rule in looking if (rule.decides_within or 0) > terms.held]
    causes = (whole or late) if terms.bound else []
    return Exposed(route=route.name, channel=channel, mode=terms.mode, bound=terms.bound, rules=tuple(sorted(causes)))
