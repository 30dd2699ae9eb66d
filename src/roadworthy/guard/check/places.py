"""Rules that look where nothing is, that another rule makes idle, or that are kept from doing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from roadworthy.core.severity import RiskTier, Severity
from roadworthy.guard.check.model import Flaw
from roadworthy.guard.engine.compiling.problem import Place
from roadworthy.guard.policy.model import GuardPolicy, GuardRule, Where
from roadworthy.guard.segment import Channel, Stage

NEVER: Mapping[Stage, frozenset[Channel]] = {
    Stage.INPUT: frozenset({Channel.TOOL_RESULT}),
    Stage.RETRIEVAL: frozenset(
        {Channel.TOOL_NAME, Channel.TOOL_ARGUMENT, Channel.TOOL_RESULT, Channel.REASONING, Channel.REFUSAL}
    ),
    Stage.TOOL_CALL: frozenset({Channel.TOOL_RESULT, Channel.RETRIEVED_CHUNK, Channel.REASONING, Channel.REFUSAL}),
    Stage.TOOL_RESULT: frozenset({Channel.TOOL_NAME, Channel.TOOL_ARGUMENT, Channel.REASONING, Channel.REFUSAL}),
    Stage.OUTPUT: frozenset({Channel.TOOL_NAME, Channel.TOOL_ARGUMENT, Channel.TOOL_RESULT, Channel.RETRIEVED_CHUNK}),
}
"""Channels that no protocol has at a stage."""

_ONLY_FOR: Mapping[str, tuple[frozenset[Channel], str]] = {
    "entitlement": (frozenset({Channel.RETRIEVED_CHUNK}), "whatever has no provenance counts as not permitted"),
    "provenance": (frozenset({Channel.RETRIEVED_CHUNK}), "whatever has no provenance counts as of unknown origin"),
    "disclosure": (frozenset({Channel.TEXT}), "it would be put into fields that programs read"),
}
"""Rails that must be kept to some channels, and what happens elsewhere."""


def place_flaws(policy: GuardPolicy, *, tier: RiskTier) -> Iterator[Flaw]:
    """Yield what is wrong with where the rules of ``policy`` look in ``tier``."""
    routes = {route.name for route in policy.routes}
    for number, rule in enumerate(policy.rules):
        place: Place = ("rules", number)
        yield from _unreachable(rule, (*place, "where"))
        yield from _out_of_place(rule, (*place, "where"))
        unnamed = sorted(set(rule.where.routes) - routes - {"*"})
        if unnamed:
            yield Flaw(
                check="route-not-named",
                severity=Severity.WARN,
                place=(*place, "where", "routes"),
                subject=f"rule {rule.id}",
                said=f"no route is named {unnamed[0]!r}: it goes by `*`",
                fix="add the route, or correct the name",
            )
        if rule.tiers and tier not in rule.tiers:
            yield Flaw(
                check="other-tier",
                severity=Severity.INFO,
                place=(*place, "tiers"),
                subject=f"rule {rule.id}",
                said=f"it does not bind in tier {tier.value}",
                fix="nothing, if that is meant",
            )
        elif rule.mode == "shadow":
            yield Flaw(
                check="in-shadow",
                severity=Severity.WARN,
                place=(*place, "mode"),
                subject=f"rule {rule.id}",
                said="it is in shadow mode: nothing follows from what it finds",
                fix="replay it with `rw guard replay`, then enforce it or take it out",
            )
    yield from _shadowed(policy, tier=tier)


def _unreachable(rule: GuardRule, place: Place) -> Iterator[Flaw]:
    where = rule.where
    if where.stages and where.channels:
        reached = [(stage, channel) for stage in where.stages for channel in where.channels
                   if channel not in NEVER[stage]]  # fmt: skip
        idle = [channel for channel in where.channels if channel not in {one for _, one in reached}]
        for channel in idle:
            stages = ", ".join(where.stages)
            yield Flaw(
                check="never-there",
                severity=Severity.WARN if reached else Severity.BLOCK,
                place=(*place, "channels"),
                subject=f"rule {rule.id}",
                said=f"no protocol has {channel.value!r} at {stages}",
                fix="name the stage at which that is",
            )
    if where.tools and where.stages and set(where.stages) <= {Stage.OUTPUT}:
        yield Flaw(
            check="never-there",
            severity=Severity.BLOCK,
            place=(*place, "tools"),
            subject=f"rule {rule.id}",
            said="what the model says to people belongs to no tool",
            fix="look at the stages tool_call or tool_result",
        )


def _out_of_place(rule: GuardRule, place: Place) -> Iterator[Flaw]:
    if rule.rail is None or rule.rail.kind not in _ONLY_FOR:
        return
    channels, otherwise = _ONLY_FOR[rule.rail.kind]
    if not rule.where.channels or not set(rule.where.channels) <= channels:
        yield Flaw(
            check="rail-out-of-place",
            severity=Severity.BLOCK,
            place=place,
            subject=f"rule {rule.id}",
            said=f"`{rule.rail.kind}` looks at other fields too: {otherwise}",
            fix=f"add `channels: [{', '.join(sorted(channels))}]`",
        )


def _shadowed(policy: GuardPolicy, *, tier: RiskTier) -> Iterator[Flaw]:
    binding = [
        (number, rule)
        for number, rule in enumerate(policy.rules)
        if rule.mode == "enforce" and (not rule.tiers or tier in rule.tiers)
    ]
    for number, rule in binding:
        for other_number, other in binding:
            if number != other_number and _covers(other, rule) and (other_number < number or not _covers(rule, other)):
                yield Flaw(
                    check="never-adds",
                    severity=Severity.WARN,
                    place=("rules", number),
                    subject=f"rule {rule.id}",
                    said=f"{other.id} finds the same wherever it looks and is at least as strict",
                    fix="take it out",
                )
                break


def _covers(other: GuardRule, rule: GuardRule) -> bool:
    return (
        other.rail == rule.rail
        and other.action.rank >= rule.action.rank
        and (other.when == rule.when or (other.rail is not None and other.when.strip() == "true"))
        and _wider(other.where, rule.where)
    )


def _wider(other: Where, where: Where) -> bool:
    for one in fields(Where):
        wide, narrow = set(getattr(other, one.name)), set(getattr(where, one.name))
        if wide and (not narrow or not narrow <= wide):
            return False
    return True
