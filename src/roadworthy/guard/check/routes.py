"""Routes that show text too early, whose sink nobody encodes for, or on which a stage has no rule."""

from __future__ import annotations

from collections.abc import Iterator

from roadworthy.core.severity import RiskTier, Severity
from roadworthy.guard.check.exposure import Exposed, exposures
from roadworthy.guard.check.model import Flaw
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.policy.model import FailMode, GuardPolicy, GuardRule, Observe, Route
from roadworthy.guard.rails.sink.rail import OutputEncodingSettings
from roadworthy.guard.segment import Channel, Stage

_SHOWN_RULES = 4


def route_flaws(bundle: Bundle) -> Iterator[Flaw]:
    """Yield what is wrong with the routes of a policy."""
    policy = bundle.policy
    by_route: dict[str, Exposed] = {}
    for one in exposures(bundle):
        if one.bound and (one.route not in by_route or one.bound > by_route[one.route].bound):
            by_route[one.route] = one
    for number, route in enumerate(policy.routes):
        yield from _streaming(bundle, route, number, by_route.get(route.name))
        yield from _sink(policy, route, number, tier=bundle.tier)
        yield from _uncovered(bundle, route, number)
    if "*" not in {route.name for route in policy.routes}:
        yield Flaw(
            check="no-other-route",
            severity=Severity.INFO,
            place=("routes",),
            subject="routes",
            said="no route is named `*`: what comes by a name that is not here is denied",
            fix="nothing, if that is meant",
        )


def _streaming(bundle: Bundle, route: Route, number: int, exposed: Exposed | None) -> Iterator[Flaw]:
    if exposed is None:
        return
    is_observed = isinstance(route.streaming, Observe)
    is_serious = is_observed and bundle.tier.rank >= RiskTier.HIGH.rank
    shown = ", ".join(exposed.rules[:_SHOWN_RULES])
    more = f" and {len(exposed.rules) - _SHOWN_RULES} more" if len(exposed.rules) > _SHOWN_RULES else ""
    because = f" because of {shown}{more}" if shown else ""
    yield Flaw(
        check="observed-only" if is_observed else "exposes",
        severity=Severity.BLOCK if is_serious else Severity.WARN if is_observed else Severity.INFO,
        place=("routes", number, "streaming"),
        subject=f"route {route.name}",
        said=f"up to {exposed.bound} characters of `{exposed.channel.value}` can leave before their verdict{because}",
        fix="hold more characters, use `buffer`, or give these rules a shorter reach",
    )


def _sink(policy: GuardPolicy, route: Route, number: int, *, tier: RiskTier) -> Iterator[Flaw]:
    encoding = [rule for rule in policy.rules if _encodes(rule, route, tier=tier)]
    sinks = {rule.rail.sink for rule in encoding if isinstance(rule.rail, OutputEncodingSettings)}
    if route.sink != "text" and sinks.isdisjoint((route.sink, "route")):
        yield Flaw(
            check="sink-not-encoded",
            severity=Severity.BLOCK,
            place=("routes", number, "sink"),
            subject=f"route {route.name}",
            said=f"what the model writes is read as {route.sink}, and no enforced rule encodes it for that",
            fix=f"add a rule with `rail: {{kind: output_encoding, sink: {route.sink}}}` at the stage output for it",
        )
    others = sorted(sinks - {route.sink})
    if others:
        yield Flaw(
            check="other-sink",
            severity=Severity.WARN,
            place=("routes", number, "sink"),
            subject=f"route {route.name}",
            said=f"its sink is {route.sink}, and a rule encodes for {others[0]}",
            fix="name the routes of that rule in `where.routes`, or correct the sink",
        )


def _encodes(rule: GuardRule, route: Route, *, tier: RiskTier) -> bool:
    where = rule.where
    return (
        isinstance(rule.rail, OutputEncodingSettings)
        and rule.mode == "enforce"
        and rule.when.strip() == "true"
        and (not rule.tiers or tier in rule.tiers)
        and (not where.stages or Stage.OUTPUT in where.stages)
        and (not where.channels or Channel.TEXT in where.channels)
        and (not where.routes or route.name in where.routes or "*" in where.routes)
        and not (where.labels or where.tools)
    )


def _uncovered(bundle: Bundle, route: Route, number: int) -> Iterator[Flaw]:
    bare = [stage.value for stage in route.stages or Stage if not bundle.covers(stage, route=route.name)]
    if not bare:
        return
    is_open = bundle.fail_mode is FailMode.OPEN
    follows = "passes without a look" if is_open else "is denied"
    yield Flaw(
        check="stage-without-rule",
        severity=Severity.BLOCK if is_open else Severity.WARN,
        place=("routes", number),
        subject=f"route {route.name}",
        said=f"no rule is enforced at {', '.join(bare)}: what comes there {follows}",
        fix="add a rule for the stage, even one for size only; or list in `stages` of the route those that it serves",
    )
