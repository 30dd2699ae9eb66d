"""With what weight rules bind, stated a second time: what no outcome of a rule alone would show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from roadworthy.core.errors import PackError
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.core.subject import STRICT
from roadworthy.policy.cases import PlacedCase
from roadworthy.policy.model import Control, Pack, Rule, Tightening
from roadworthy.policy.resolve import dated
from roadworthy.policy.tighten import NotTighter, tightened


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Rules that bind alike. A pack's ``cases/expectations.yaml`` is a list of these.

    Raises:
        ValueError: If it names no rule or no tier.
    """

    __pydantic_config__: ClassVar = STRICT

    rules: tuple[str, ...]
    tiers: tuple[RiskTier, ...]
    """In which they bind."""

    severity: Severity
    who_may_waive: tuple[str, ...] = ()
    """Roles; empty: nobody."""

    effective_on: date | None = None
    """From which they bind; None: at once."""

    def __post_init__(self) -> None:
        if not self.rules or not self.tiers:
            raise ValueError("an expectation names at least one rule and one tier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A change of a pack that no case notices, and why that is acceptable. See ``cases/survivors.yaml``.

    Raises:
        ValueError: If there is no reason.
    """

    __pydantic_config__: ClassVar = STRICT

    operator: str
    """Of the change, e.g. ``remove_item``."""

    rule: str
    """The rule, or the control, that is changed."""

    reason: str
    change: str = ""
    """As it is reported; empty: every surviving one of the operator on the rule."""

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError(f"survivor {self.operator} of {self.rule} gives no reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Everything that a pack brings to test itself with. Where each case was read stands beside it."""

    cases: tuple[PlacedCase, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    survivors: tuple[Survivor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundRule:
    """A rule as it binds: tightened, dated, with the tiers that it or its control names."""

    control: Control
    rule: Rule

    @property
    def tiers(self) -> tuple[RiskTier, ...]:
        """Tiers in which it binds."""
        return self.rule.tiers or self.control.tiers

    @property
    def acts_like(self) -> tuple[Rule, frozenset[RiskTier]]:
        """What a release can notice of it: two that are equal here are the same rule."""
        return _without_tiers(self.rule), frozenset(self.tiers)


def _without_tiers(rule: Rule) -> Rule:
    return replace(rule, tiers=(), message="", remediation="", who_may_waive=tuple(sorted(set(rule.who_may_waive))))


def bound_rules(pack: Pack, *, under: Sequence[Pack] = ()) -> dict[str, BoundRule]:
    """Return the rules of ``pack`` and those of ``under`` that it tightens, by id, as they bind.

    A tightened rule is shown from the day on which the tightening takes effect; before that day it
    binds as its own pack has it, which is that pack's to test.

    Args:
        pack: The pack.
        under: Packs of wider layers that it stands on; rules that it leaves alone are not returned.

    Raises:
        PackError: If it tightens a rule that none of them has, or would loosen one.
    """
    wider = {
        rule.id: (control, dated(rule, other))
        for other in under
        for control in other.controls
        for rule in control.rules
    }
    own = {rule.id: (control, dated(rule, pack)) for control in pack.controls for rule in control.rules}
    known = wider | own
    for change in pack.tighten:
        if change.rule not in known:
            raise PackError(
                f"pack {pack.name} tightens {change.rule!r}, which none of these packs has",
                where="tighten",
                fix="name the pack that has the rule too, before this one",
            )
        control, rule = known[change.rule]
        known[change.rule] = (control, dated(_tightened(rule, change, pack=pack), pack))
    kept = set(own) | {change.rule for change in pack.tighten}
    return {id: BoundRule(control=control, rule=rule) for id, (control, rule) in known.items() if id in kept}


def _tightened(rule: Rule, change: Tightening, *, pack: Pack) -> Rule:
    try:
        return tightened(rule, change)
    except NotTighter as error:
        raise PackError(
            f"pack {pack.name}, rule {change.rule}: {error}",
            where="tighten",
            fix="make each value at least as strict as it was",
        ) from error


def unmet(expectations: Iterable[Expectation], rules: Mapping[str, BoundRule]) -> tuple[str, ...]:
    """Return a line for each thing that ``rules`` do otherwise than expected, by rule."""
    lines = []
    for expected in expectations:
        for name in expected.rules:
            bound = rules.get(name)
            if bound is None:
                lines.append(f"{name}: is expected to bind, and there is no such rule")
            else:
                lines += [f"{name}: {line}" for line in _otherwise(expected, bound)]
    return tuple(lines)


def unexpected(expectations: Iterable[Expectation], rules: Iterable[str]) -> tuple[str, ...]:
    """Return a line for each of ``rules`` of which nothing is expected, and for each that is named twice."""
    counts: dict[str, int] = {}
    for expected in expectations:
        for name in expected.rules:
            counts[name] = counts.get(name, 0) + 1
    lines = [
        f"{name}: no expectation says in which tiers it binds, and with what weight"
        for name in rules
        if name not in counts
    ]
    return tuple(lines + [f"{name}: {count} expectations name it" for name, count in counts.items() if count > 1])


def _otherwise(expected: Expectation, bound: BoundRule) -> list[str]:
    rule = bound.rule
    pairs = (
        ("tiers", sorted(expected.tiers), sorted(set(bound.tiers))),
        ("severity", [expected.severity], [rule.severity]),
        ("who_may_waive", sorted(expected.who_may_waive), sorted(set(rule.who_may_waive))),
        ("effective_on", [expected.effective_on or "at once"], [rule.effective_on or "at once"]),
    )
    return [f"`{name}` is {_listed(got)}, not {_listed(want)}" for name, want, got in pairs if got != want]


def _listed(values: Sequence[object]) -> str:
    return ", ".join(str(value) for value in values) or "nobody"
