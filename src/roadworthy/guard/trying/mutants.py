"""Changes of a policy that its cases must notice: each makes it looser, or makes a rule look elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from roadworthy.guard.policy.extending import own_rules
from roadworthy.guard.policy.model import GuardPolicy, GuardRule, UnknownBehaviour, Where
from roadworthy.guard.trying.tool_mutants import tool_mutants
from roadworthy.guard.verdict import Action

_LOOSER = {
    Action.DENY: Action.ESCALATE,
    Action.ESCALATE: Action.QUARANTINE,
    Action.QUARANTINE: Action.TRANSFORM,
}
_STRICTER = {Action.TRANSFORM: Action.QUARANTINE}
_LISTS = ("patterns", "phrases", "kinds", "groups", "wordings", "entities")
"""Settings of rails that name what is looked for, one by one."""

_MAX_ENTRIES = 12
"""Entries of one list that are taken out in turn; of a longer one, so many spread over it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A policy with one change."""

    id: str
    """``<rule>: <change>``."""

    rule: str
    """Empty for a change that is of no rule."""

    policy: GuardPolicy


def mutants(policy: GuardPolicy) -> Iterator[Mutant]:
    """Yield the changed policies, rule by rule in order. Rules of a policy beneath are left to its own cases."""
    own = own_rules(policy)
    for number, rule in enumerate(policy.rules):
        if rule.id not in own:
            continue
        for change, changed in _of_rule(rule):
            rules = tuple(
                one for place, one in enumerate((*policy.rules[:number], changed, *policy.rules[number + 1 :])) if one
            )
            yield Mutant(id=f"{rule.id}: {change}", rule=rule.id, policy=replace(policy, rules=rules))
    if policy.tools is not None:
        for rule_name, change, tools in tool_mutants(policy.tools, name=policy.name):
            named = f"{rule_name}: {change}" if rule_name else change
            yield Mutant(id=named, rule=rule_name, policy=replace(policy, tools=tools))
    if policy.unknown.default is not UnknownBehaviour.PASS_AND_FLAG:
        loose = replace(policy.unknown, default=UnknownBehaviour.PASS_AND_FLAG)
        yield Mutant(id="unknown fields pass", rule="", policy=replace(policy, unknown=loose))


def _of_rule(rule: GuardRule) -> Iterator[tuple[str, GuardRule | None]]:
    yield "dropped", None
    if rule.mode == "enforce":
        yield "in shadow", replace(rule, mode="shadow")
    other = _LOOSER.get(rule.action) or _STRICTER.get(rule.action)
    if other is not None:
        yield f"{rule.action.value} -> {other.value}", replace(rule, action=other)
    yield from _elsewhere(rule)
    if rule.when.strip() != "true":
        yield "`when` turned round", replace(rule, when=f"!({rule.when})")
        if rule.rail is not None:
            yield "without `when`", replace(rule, when="true")
    yield from _finds_less(rule)


def _elsewhere(rule: GuardRule) -> Iterator[tuple[str, GuardRule]]:
    for one in fields(Where):
        listed = getattr(rule.where, one.name)
        if listed:
            yield f"where.{one.name} open", replace(rule, where=replace(rule.where, **_set(one.name, ())))
        if len(listed) > 1:
            for value in listed:
                kept = tuple(other for other in listed if other != value)
                yield (
                    f"where.{one.name} without {value}",
                    replace(rule, where=replace(rule.where, **_set(one.name, kept))),
                )


def _finds_less(rule: GuardRule) -> Iterator[tuple[str, GuardRule]]:
    if rule.rail is None:
        return
    settings: Any = rule.rail
    for one in fields(settings):
        listed = getattr(settings, one.name)
        if one.name not in _LISTS or len(listed) < 2:
            continue
        step = max(1, len(listed) // _MAX_ENTRIES)
        for number in range(0, len(listed), step):
            kept = (*listed[:number], *listed[number + 1 :])
            changes = {one.name: kept, **({"labels": ()} if getattr(settings, "labels", ()) else {})}
            yield f"rail.{one.name}[{number}] out", replace(rule, rail=replace(settings, **changes))


def _set(name: str, value: tuple[Any, ...]) -> dict[str, Any]:
    return {name: value}
