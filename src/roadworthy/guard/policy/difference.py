"""What one guard policy does more strictly or more loosely than another, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from roadworthy.core.severity import RiskTier
from roadworthy.guard.budget.model import Budget
from roadworthy.guard.policy.model import (
    Buffer,
    FailMode,
    GuardPolicy,
    GuardRule,
    Holdback,
    Observe,
    Route,
    Streaming,
    UnknownBehaviour,
    Where,
)
from roadworthy.guard.policy.tool_difference import tool_changes
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.rails.size import SizeSettings
from roadworthy.guard.segment import Stage
from roadworthy.policy.compare import Direction

T = TypeVar("T")

_OF_TOOLS = frozenset((Stage.TOOL_CALL, Stage.TOOL_RESULT))
"""Stages that the section ``tools`` serves."""

_ORDER = (Direction.LOOSER, Direction.UNORDERED, Direction.TIGHTER, Direction.NOTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One line that is not as it was."""

    direction: Direction
    """*Unordered* where only texts could tell, which `rw guard replay` has."""

    subject: str
    """``rule desk/topic``, ``route chat``, ``budget calls`` …"""

    said: str


def differences(old: GuardPolicy, new: GuardPolicy) -> tuple[Difference, ...]:
    """Return how ``new`` differs from ``old``: looser first, then what cannot be ordered."""
    found = [
        *_each("rule", _by(old.rules, lambda one: one.id), _by(new.rules, lambda one: one.id), _rule),
        *_each("route", _by(old.routes, lambda one: one.name), _by(new.routes, lambda one: one.name), _route),
        *_each("budget", _by(old.budgets, lambda one: one.name), _by(new.budgets, lambda one: one.name), _budget),
        *_opened(old, new),
        *_unknowns(old, new),
        *_fail_modes(old, new),
        *_words(old, new),
        *_left_out(old, new),
        *_tools(old, new),
    ]
    return tuple(sorted(found, key=lambda one: (_ORDER.index(one.direction), one.subject, one.said)))


def _by(items: Sequence[T], key: Callable[[T], str]) -> dict[str, T]:
    return {key(item): item for item in items}


def _each(
    noun: str,
    old: Mapping[str, T],
    new: Mapping[str, T],
    compare: Callable[[T, T], Iterator[tuple[Direction, str]]],
) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        subject = f"{noun} {name}"
        if name not in new:
            yield Difference(direction=_gone(old[name], new), subject=subject, said="is gone")
        elif name not in old:
            yield Difference(direction=_come(new[name], old), subject=subject, said="is new")
        else:
            for direction, said in compare(old[name], new[name]):
                yield Difference(direction=direction, subject=subject, said=said)


def _gone(item: object, left: Mapping[str, object]) -> Direction:
    if isinstance(item, GuardRule) and item.mode == "shadow":
        return Direction.NOTED
    if isinstance(item, Route):
        # What came this way is now denied, or goes the way of all others.
        return Direction.UNORDERED if "*" in left else Direction.TIGHTER
    return Direction.LOOSER


def _come(item: object, before: Mapping[str, object]) -> Direction:
    if isinstance(item, GuardRule) and item.mode == "shadow":
        return Direction.NOTED
    if isinstance(item, Route):
        # What came this way was denied, or went the way of all others.
        return Direction.UNORDERED if "*" in before else Direction.LOOSER
    return Direction.TIGHTER


def _rule(old: GuardRule, new: GuardRule) -> Iterator[tuple[Direction, str]]:
    if old.action is not new.action:
        yield _more(new.action.rank - old.action.rank), f"{old.action.value} -> {new.action.value}"
    if old.mode != new.mode:
        yield (Direction.TIGHTER if new.mode == "enforce" else Direction.LOOSER), f"{old.mode} -> {new.mode}"
    yield from _where(old.where, new.where)
    if old.tiers != new.tiers:
        yield _wider(old.tiers, new.tiers), f"tiers {_listed(old.tiers)} -> {_listed(new.tiers)}"
    if old.when != new.when:
        yield Direction.UNORDERED, f"when {old.when!r} -> {new.when!r}"
    if old.rail != new.rail:
        yield _rail(old, new), "looks for something else"
    if old.on_failure != new.on_failure:
        yield _failing(old.on_failure, new.on_failure), f"on_failure {_or(old.on_failure)} -> {_or(new.on_failure)}"
    if old.max_us != new.max_us:
        yield _less(old.max_us, new.max_us), f"max_us {_or(old.max_us)} -> {_or(new.max_us)}"
    if old.message != new.message:
        yield Direction.NOTED, f"message {old.message!r} -> {new.message!r}"


def _where(old: Where, new: Where) -> Iterator[tuple[Direction, str]]:
    for one in fields(Where):
        before, after = getattr(old, one.name), getattr(new, one.name)
        if set(before) != set(after):
            yield _wider(before, after), f"where.{one.name} {_listed(before)} -> {_listed(after)}"


def _rail(old: GuardRule, new: GuardRule) -> Direction:
    before, after = old.rail, new.rail
    if isinstance(before, SizeSettings) and isinstance(after, SizeSettings):
        return _less(before.max_chars, after.max_chars)
    if isinstance(before, PatternSettings) and isinstance(after, PatternSettings):
        others = [one.name for one in fields(PatternSettings) if one.name != "patterns"]
        if all(getattr(before, name) == getattr(after, name) for name in others):
            if set(before.patterns) == set(after.patterns):
                return Direction.NOTED
            if set(before.patterns) < set(after.patterns):
                return Direction.TIGHTER
            if set(before.patterns) > set(after.patterns):
                return Direction.LOOSER
    return Direction.UNORDERED


def _route(old: Route, new: Route) -> Iterator[tuple[Direction, str]]:
    if old.streaming != new.streaming:
        yield _streaming(old.streaming, new.streaming), f"{_mode(old.streaming)} -> {_mode(new.streaming)}"
    if old.max_chars != new.max_chars:
        yield _less(old.max_chars, new.max_chars), f"max_chars {old.max_chars} -> {new.max_chars}"
    if old.sink != new.sink:
        yield _encoded(old.sink, new.sink), f"sink {old.sink} -> {new.sink}"
    if set(old.stages) != set(new.stages):
        said = f"stages {_listed_or_ruled(old.stages)} -> {_listed_or_ruled(new.stages)}"
        yield _served(old.stages, new.stages), said
    if old.completion != new.completion:
        yield Direction.NOTED, f"completion {old.completion!r} -> {new.completion!r}"


def _encoded(old: str, new: str) -> Direction:
    """Return which way what rules encode for the sink of a route went: for plain text they encode nothing."""
    if new == "text":
        return Direction.LOOSER
    return Direction.TIGHTER if old == "text" else Direction.UNORDERED


def _served(old: Sequence[Stage], new: Sequence[Stage]) -> Direction:
    """Return which way the stages of a route went; those that are not listed hang on the rules."""
    before, after = set(old), set(new)
    if before and before < after:
        return Direction.LOOSER
    if after and after < before:
        return Direction.TIGHTER
    return Direction.UNORDERED


def _listed_or_ruled(stages: Sequence[Stage]) -> str:
    return _listed(stages) if stages else "where a rule is enforced"


def _opened(old: GuardPolicy, new: GuardPolicy) -> Iterator[Difference]:
    """Yield the stages that are served now because a first rule, or the section ``tools``, looks there."""
    routes = {route.name: route for route in new.routes}
    for before in old.routes:
        after = routes.get(before.name)
        if after is None:
            continue
        for stage in Stage:
            if (before.stages or after.stages) and not (
                _by_tools(old, new, stage) and _is_listed(before, stage) and _is_listed(after, stage)
            ):
                continue
            tiers = [
                tier.value
                for tier in RiskTier
                if _is_covered(new, stage, after.name, tier=tier)
                and not _is_covered(old, stage, before.name, tier=tier)
            ]
            if tiers:
                said = f"{stage.value} is served now in tiers {_listed(tiers)}: no rule was enforced there before"
                yield Difference(direction=Direction.LOOSER, subject=f"route {before.name}", said=said)


def _by_tools(old: GuardPolicy, new: GuardPolicy, stage: Stage) -> bool:
    """Return whether a stage may be opened by ``tools``: that is so also where the route lists it."""
    return old.tools is None and new.tools is not None and stage in _OF_TOOLS


def _is_listed(route: Route, stage: Stage) -> bool:
    return not route.stages or stage in route.stages


def _is_covered(policy: GuardPolicy, stage: Stage, route: str, *, tier: RiskTier) -> bool:
    if policy.tools is not None and stage in _OF_TOOLS:
        return True
    return any(
        rule.mode == "enforce"
        and (not rule.tiers or tier in rule.tiers)
        and (not rule.where.stages or stage in rule.where.stages)
        and (not rule.where.routes or route in rule.where.routes or "*" in rule.where.routes)
        for rule in policy.rules
    )


def _streaming(old: Streaming, new: Streaming) -> Direction:
    """Return which way more can leave before its verdict."""
    looseness = {Buffer: 0, Holdback: 1, Observe: 2}
    change = looseness[type(old)] - looseness[type(new)]
    if change or not (isinstance(old, Holdback) and isinstance(new, Holdback)):
        return _more(change)
    boundaries = ("none", "word", "line", "sentence")
    more_held = _more(new.chars - old.chars)
    later = _more(boundaries.index(new.boundary) - boundaries.index(old.boundary))
    if Direction.NOTED in (more_held, later):
        return later if more_held is Direction.NOTED else more_held
    return more_held if more_held is later else Direction.UNORDERED


def _mode(streaming: Streaming) -> str:
    if isinstance(streaming, Holdback):
        ends = "" if streaming.boundary == "none" else f" to a {streaming.boundary}"
        return f"holdback({streaming.chars}{ends})"
    return streaming.kind


def _budget(old: Budget, new: Budget) -> Iterator[tuple[Direction, str]]:
    if old.limit != new.limit:
        yield _less(old.limit, new.limit), f"limit {old.limit} -> {new.limit}"
    if old.assumed != new.assumed:
        yield _more(new.assumed - old.assumed), f"assumed {old.assumed} -> {new.assumed}"
    if old.window_s != new.window_s:
        # The same amount in a longer time is less; for good is the longest.
        yield _less(new.window_s, old.window_s), f"window_s {_or(old.window_s)} -> {_or(new.window_s)}"
    if set(old.routes) != set(new.routes):
        yield _wider(old.routes, new.routes), f"routes {_listed(old.routes)} -> {_listed(new.routes)}"
    if (old.unit, old.per) != (new.unit, new.per):
        yield Direction.UNORDERED, f"{old.unit.value} per {old.per.value} -> {new.unit.value} per {new.per.value}"


UNKNOWN_ORDER = (UnknownBehaviour.PASS_AND_FLAG, UnknownBehaviour.STRIP, UnknownBehaviour.DENY)
"""From the loosest to the strictest."""


def _unknowns(old: GuardPolicy, new: GuardPolicy) -> Iterator[Difference]:
    before, after = old.unknown.default, new.unknown.default
    if before is not after:
        direction = _more(UNKNOWN_ORDER.index(after) - UNKNOWN_ORDER.index(before))
        yield Difference(direction=direction, subject="unknown fields", said=f"{before.value} -> {after.value}")
    if old.unknown.paths != new.unknown.paths:
        yield Difference(direction=_paths(old, new), subject="unknown fields", said="other paths are named")


def _paths(old: GuardPolicy, new: GuardPolicy) -> Direction:
    """Return which way the named paths went; several that changed, or their order, cannot be told."""
    gone = [one for one in old.unknown.paths if one not in new.unknown.paths]
    come = [one for one in new.unknown.paths if one not in old.unknown.paths]
    if old.unknown.default is not new.unknown.default or len(gone) + len(come) != 1:
        return Direction.UNORDERED
    rest = [one for one in new.unknown.paths if one in old.unknown.paths]
    if rest != [one for one in old.unknown.paths if one in new.unknown.paths] or rest:
        return Direction.UNORDERED
    behaviour = (gone or come)[0][1]
    change = UNKNOWN_ORDER.index(behaviour) - UNKNOWN_ORDER.index(new.unknown.default)
    return _more(change if come else -change)


def _fail_modes(old: GuardPolicy, new: GuardPolicy) -> Iterator[Difference]:
    before = {one.tier: one.mode for one in old.fail_modes}
    after = {one.tier: one.mode for one in new.fail_modes}
    for tier in RiskTier:
        was, is_now = before.get(tier, FailMode.CLOSED), after.get(tier, FailMode.CLOSED)
        if was is not is_now:
            yield Difference(
                direction=Direction.TIGHTER if is_now is FailMode.CLOSED else Direction.LOOSER,
                subject=f"fail mode of tier {tier.value}",
                said=f"{was.value} -> {is_now.value}",
            )


def _words(old: GuardPolicy, new: GuardPolicy) -> Iterator[Difference]:
    if set(old.completions) != set(new.completions):
        yield Difference(direction=Direction.NOTED, subject="completions", said="users are told other words")


def _left_out(old: GuardPolicy, new: GuardPolicy) -> Iterator[Difference]:
    """Yield the reasons for what is looser than beneath, and those that are given no longer."""
    before, after = _by(old.without, lambda one: one.subject), _by(new.without, lambda one: one.subject)
    for subject in sorted({*before, *after}):
        was, is_now = before.get(subject), after.get(subject)
        if was == is_now:
            continue
        said = "no longer looser than beneath" if is_now is None else f"looser than beneath, because: {is_now.reason}"
        until = f" (until {is_now.until})" if is_now is not None and is_now.until is not None else ""
        yield Difference(direction=Direction.NOTED, subject=subject, said=f"{said}{until}")


def _tools(old: GuardPolicy, new: GuardPolicy) -> Iterator[Difference]:
    for subject, direction, said in tool_changes(old.tools, new.tools):
        yield Difference(direction=direction, subject=subject, said=said)


def _failing(old: FailMode | None, new: FailMode | None) -> Direction:
    order = (FailMode.OPEN, None, FailMode.CLOSED)
    return _more(order.index(new) - order.index(old))


def _wider(old: Sequence[object], new: Sequence[object]) -> Direction:
    """Return which way a rule's reach went; an empty line is all of that kind."""
    before, after = set(old), set(new)
    if not after or (before and before < after):
        return Direction.TIGHTER
    if not before or after < before:
        return Direction.LOOSER
    return Direction.UNORDERED


def _more(change: int) -> Direction:
    if change == 0:
        return Direction.NOTED
    return Direction.TIGHTER if change > 0 else Direction.LOOSER


def _less(old: int | None, new: int | None) -> Direction:
    """Return which way a limit went that is stricter the smaller it is; None is no limit."""
    if old == new:
        return Direction.NOTED
    if new is None or (old is not None and new > old):
        return Direction.LOOSER
    return Direction.TIGHTER


def _or(value: object) -> str:
    return "not set" if value is None else str(value)


def _listed(values: Sequence[object]) -> str:
    return ", ".join(sorted(str(value) for value in values)) or "all"
