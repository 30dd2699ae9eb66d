"""A policy that stands on another: all that is beneath is in force, and what is looser has a line with its reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, TypeAlias, TypeVar

from roadworthy.guard.calls.policy import ToolPolicy
from roadworthy.guard.policy.difference import UNKNOWN_ORDER, differences
from roadworthy.guard.policy.model import GuardPolicy, GuardRule, Tighten, Without
from roadworthy.policy.compare import Direction

T = TypeVar("T")
_Key: TypeAlias = Callable[[Any], str]

_PINNING = ("off", "first_use", "required")

MERGED = ("rules", "routes", "budgets", "completions", "fail_modes", "without")
"""Lists of a policy that hold items of several files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that keeps a policy from standing on another."""

    place: tuple[str | int, ...]
    """Path of the field in the policy that stands on the other."""

    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """A policy with all that it stands on."""

    policy: GuardPolicy
    """Its own rules, routes, budgets and completions come first, each in order of its file."""

    origins: Mapping[tuple[str, int], tuple[bool, int]]
    """By list and place in it: whether that item is the policy's own, and its place in the list of its own file."""

    faults: tuple[Fault, ...]


def extended(own: GuardPolicy, beneath: GuardPolicy, *, stated: Collection[str], today: date) -> Extended:
    """Return ``own`` with everything of ``beneath`` in force.

    What both have counts as ``own`` has it. Whatever is looser than ``beneath`` has it needs a line in
    ``own.without``.

    Args:
        own: As it was written.
        beneath: What it stands on, as it was read: with all that it stands on itself.
        stated: Fields that its file states; what it does not state is as ``beneath`` has it.
        today: On which lines of `Without` that have ended count for nothing.
    """
    lines = tuple(one for one in own.without if not has_ended(one, today))
    off = {one.rule for one in lines if one.rule and one.to == "off"}
    shadow = {one.rule for one in lines if one.rule and one.to == "shadow"}
    inherited = [_changed(rule, own.tighten, shadow=shadow) for rule in beneath.rules if rule.id not in off]
    routes = _merged(own.routes if "routes" in stated else (), beneath.routes, key=lambda one: one.name)
    budgets = _merged(own.budgets, beneath.budgets, key=lambda one: one.name)
    words = _merged(own.completions, beneath.completions, key=lambda one: f"{one.category}/{one.locale}")
    failing = _merged(own.fail_modes, beneath.fail_modes, key=lambda one: one.tier.value)
    mine = {rule.id for rule in own.rules}
    rules = (*own.rules, *(rule for rule in inherited if rule.id not in mine))
    names = (beneath.name, *beneath.beneath)
    faults = [*_tightening_faults(own, beneath), *_without_faults(own, beneath), *_name_faults(own, names)]
    if faults:
        return Extended(policy=own, origins={}, faults=tuple(faults))
    policy = replace(
        own,
        rules=rules,
        routes=routes,
        budgets=budgets,
        completions=words,
        fail_modes=failing,
        unknown=own.unknown if "unknown" in stated else beneath.unknown,
        tools=_tools(own.tools, beneath.tools),
        # What lies two below and is left out there is left out here as well, and is to be seen.
        without=_merged(own.without, beneath.without, key=lambda one: one.subject),
        beneath=names,
    )
    origins = {
        (field, number): found
        for field in MERGED
        for number, found in enumerate(_origins(getattr(policy, field), own, beneath, field=field))
    }
    return Extended(policy=policy, origins=origins, faults=tuple(_looser(own, beneath, policy, lines=lines)))


def own_rules(policy: GuardPolicy) -> frozenset[str]:
    """Return the ids of the rules that are the policy's own, or that it has made stricter.

    The others are tried with the cases of the policy that they come from.
    """
    own = {rule.id for rule in policy.rules if rule.id.startswith(policy.name + "/")}
    return frozenset(own | {one.rule for one in policy.tighten})


def has_ended(one: Without, today: date) -> bool:
    """Return whether its last day has gone by.

    >>> has_ended(Without(rule="base/crisis", reason="until staffed", until=date(2026, 1, 31)), date(2026, 2, 1))
    True
    """
    return one.until is not None and today > one.until


def _changed(rule: GuardRule, tighten: Sequence[Tighten], *, shadow: Collection[str]) -> GuardRule:
    for one in tighten:
        if one.rule == rule.id:
            rule = replace(
                rule,
                action=one.action or rule.action,
                mode=one.mode or rule.mode,
                on_failure=one.on_failure or rule.on_failure,
            )
    return replace(rule, mode="shadow") if rule.id in shadow else rule


def _merged(own: Sequence[T], beneath: Sequence[T], *, key: _Key) -> tuple[T, ...]:
    mine = {key(one) for one in own}
    return (*own, *(one for one in beneath if key(one) not in mine))


def _origins(
    items: Sequence[object], own: GuardPolicy, beneath: GuardPolicy, *, field: str
) -> Iterator[tuple[bool, int]]:
    """Yield of each of ``items`` where it stands: those of ``own`` come first."""
    named = {_name(one): number for number, one in enumerate(getattr(beneath, field))}
    mine = {_name(one): number for number, one in enumerate(getattr(own, field))}
    for number, item in enumerate(items):
        name = _name(item)
        is_own = mine.get(name) == number and getattr(own, field)[number] == item
        yield (True, number) if is_own or name not in named else (False, named[name])


def _name(item: object) -> str:
    for attribute in ("id", "name", "tier", "subject"):
        if hasattr(item, attribute):
            return str(getattr(item, attribute))
    return f"{getattr(item, 'category', '')}/{getattr(item, 'locale', '')}"


def _tools(own: ToolPolicy | None, beneath: ToolPolicy | None) -> ToolPolicy | None:
    """Return both together, the stricter of each setting: a further grant never loosens another for its tool."""
    if own is None or beneath is None:
        return own or beneath
    return ToolPolicy(
        grants=(*own.grants, *beneath.grants),
        max_steps=min(own.max_steps, beneath.max_steps),
        max_depth=min(own.max_depth, beneath.max_depth),
        max_repeats=min(own.max_repeats, beneath.max_repeats),
        pinning=max(own.pinning, beneath.pinning, key=_PINNING.index),
        operator_decides=own.operator_decides and beneath.operator_decides,
        same=tuple(dict.fromkeys((*own.same, *beneath.same))),
    )


def _name_faults(own: GuardPolicy, names: Sequence[str]) -> Iterator[Fault]:
    if own.name in names:
        yield Fault(place=("name",), said=f"the name {own.name!r} is that of a policy beneath")
    below = {rule.id for rule in own.rules if not rule.id.startswith(own.name + "/")}
    if below:
        yield Fault(place=("rules",), said=f"rule {min(below)!r} must start with {own.name + '/'!r}")


def _tightening_faults(own: GuardPolicy, beneath: GuardPolicy) -> Iterator[Fault]:
    known = {rule.id: rule for rule in beneath.rules}
    left_out = {one.rule for one in own.without if one.rule}
    for number, one in enumerate(own.tighten):
        place: tuple[str | int, ...] = ("tighten", number)
        rule = known.get(one.rule)
        if rule is None:
            yield Fault(place=(*place, "rule"), said=f"there is no rule {one.rule!r} beneath")
        elif one.rule in left_out:
            yield Fault(place=(*place, "rule"), said=f"{one.rule!r} is made stricter and left out as well")
        elif one.action is not None and one.action.rank < rule.action.rank:
            said = f"{one.rule}: `{one.action.value}` is looser than `{rule.action.value}`; `tighten` only tightens"
            yield Fault(place=(*place, "action"), said=said)
        elif _changed(rule, [one], shadow=()) == rule:
            yield Fault(place=place, said=f"{one.rule}: it tightens nothing")


def _without_faults(own: GuardPolicy, beneath: GuardPolicy) -> Iterator[Fault]:
    rules = {rule.id for rule in beneath.rules}
    for number, one in enumerate(own.without):
        if one.rule and one.rule not in rules:
            yield Fault(place=("without", number, "rule"), said=f"there is no rule {one.rule!r} beneath")


def _looser(
    own: GuardPolicy, beneath: GuardPolicy, policy: GuardPolicy, *, lines: Sequence[Without]
) -> Iterator[Fault]:
    """Yield what is looser than beneath and has no line, and lines for what is not looser."""
    named = {one.subject for one in lines}
    found: set[str] = set()
    for one in differences(beneath, policy):
        subject = "fail modes" if one.subject.startswith("fail mode of tier ") else one.subject
        untold = one.direction is Direction.UNORDERED
        if one.direction is not Direction.LOOSER and not (untold and _may_be_looser(policy, beneath, subject)):
            continue
        if not _is_of_both(subject):
            continue
        found.add(subject)
        if subject not in named:
            is_it = "may be" if untold else "is"
            said = f"{subject} {one.said}, which {is_it} looser than {beneath.name!r} has it; say why under `without`"
            yield Fault(place=_place(own, subject), said=said)
    for subject, place in _opened_tools(own, beneath):
        found.add(subject)
        if subject not in named:
            said = f"{subject}: {beneath.name!r} grants nothing of the kind; say why under `without`"
            yield Fault(place=place, said=said)
    ended = {one.subject for one in own.without} - named
    for number, line in enumerate(own.without):
        if line.subject not in found and line.subject not in ended:
            yield Fault(place=("without", number), said=f"{line.subject}: nothing of it is looser here")


def _opened_tools(own: GuardPolicy, beneath: GuardPolicy) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield what the grants of ``own`` open and those beneath keep closed. Without any beneath nothing is closed."""
    if own.tools is None or beneath.tools is None:
        return
    granted = [one.tool for one in beneath.tools.grants if one.mode == "enforce"]
    for number, grant in enumerate(own.tools.grants):
        if grant.mode == "enforce" and not any(_covers(pattern, grant.tool) for pattern in granted):
            yield f"tool {grant.tool}", ("tools", "grants", number, "tool")
    if set(own.tools.same) - set(beneath.tools.same):
        yield "same words", ("tools", "same")


def _covers(pattern: str, tool: str) -> bool:
    """Return whether every tool that ``tool`` names is one that ``pattern`` names.

    >>> _covers("mail_*", "mail_send"), _covers("mail_send", "mail_*"), _covers("*", "mail_*")
    (True, False, True)
    """
    return pattern in (tool, "*") or ("*" not in tool and fnmatchcase(tool, pattern))


def _is_of_both(subject: str) -> bool:
    """Return whether ``subject`` is a thing that a line of `Without` can name."""
    return subject.split(" ", 1)[0] in ("rule", "route", "budget") or subject in ("unknown fields", "fail modes")


def _may_be_looser(policy: GuardPolicy, beneath: GuardPolicy, subject: str) -> bool:
    """Return whether what cannot be ordered with what is beneath lets more through, as far as is known."""
    what, _, name = subject.partition(" ")
    if what == "route" and not any(one.name == name for one in beneath.routes):
        return _exposes_more(policy, beneath, name)
    if subject == "unknown fields" and not beneath.unknown.paths:
        strictness = [UNKNOWN_ORDER.index(one) for _, one in policy.unknown.paths]
        return min(strictness, default=len(UNKNOWN_ORDER)) < UNKNOWN_ORDER.index(beneath.unknown.default)
    return True


def _exposes_more(policy: GuardPolicy, beneath: GuardPolicy, name: str) -> bool:
    """Return whether a new route may be looser than the one that served its messages, or none did."""
    served = next((one for one in beneath.routes if one.name == "*"), None)
    route = next(one for one in policy.routes if one.name == name)
    if served is None:
        return True
    alike = replace(policy, routes=(replace(route, name="*"),))
    before = replace(policy, routes=(served,))
    loose = (Direction.LOOSER, Direction.UNORDERED)
    return any(one.direction in loose for one in differences(before, alike) if one.subject == "route *")


def _place(own: GuardPolicy, subject: str) -> tuple[str | int, ...]:
    what, _, name = subject.partition(" ")
    field = {"rule": "rules", "route": "routes", "budget": "budgets", "unknown": "unknown", "fail": "fail_modes"}[what]
    listed = getattr(own, field)
    if isinstance(listed, tuple):
        for number, one in enumerate(listed):
            if _name(one) == name:
                return (field, number)
    return (field,)
