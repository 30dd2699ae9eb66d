"""The rules of the policy with what tenants and incidents lay over them, for each request those that count for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from roadworthy.guard.engine.compiling.plan import Plan, plan_of
from roadworthy.guard.engine.compiling.rule import CompiledRule
from roadworthy.guard.engine.compiling.scan import TriggerScan
from roadworthy.guard.engine.compiling.workshop import tightened
from roadworthy.guard.event import Event
from roadworthy.guard.policy.model import FailMode, Tighten
from roadworthy.guard.segment import Segment, Stage

Active: TypeAlias = "tuple[int, ...]"
"""Places of the extras that count, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """What one tenant or one incident adds."""

    rules: tuple[CompiledRule, ...]
    tighten: tuple[Tighten, ...]
    tenants: frozenset[str] | None
    """For whom; None: for everybody."""

    expires_at: datetime | None = None
    """Aware; from then on it has no effect. None: it does not end."""

    def is_over(self, at: datetime) -> bool:
        """Return whether it has ended. A time without a zone cannot tell, and then it has not.

        When it was issued is not asked: a clock that is set back lengthens a containment and never ends one.
        """
        if self.expires_at is None or at.tzinfo is None:
            return False
        return at >= self.expires_at


class Layers:
    """The policy's rules and the extras over them.

    Args:
        base: The policy's own rules, sorted by id.
        extras: Of tenants and of incidents.
    """

    def __init__(self, *, base: tuple[CompiledRule, ...], extras: Sequence[Extra]) -> None:
        self._base = base
        self._extras = tuple(extras)
        self.has_extras = bool(self._extras)
        self._scans = tuple(_scan(rules) for rules in (base, *(extra.rules for extra in extras)))
        self._by_tenant: dict[str, list[int]] = {}
        self._for_all: list[int] = []
        for place, extra in enumerate(self._extras):
            if extra.tenants is None:
                self._for_all.append(place)
            for tenant in extra.tenants or ():
                self._by_tenant.setdefault(tenant, []).append(place)
        self.categories = {rule.id: rule.category for rule in self.all_rules}
        self.has_open_rule = any(rule.fail_mode is FailMode.OPEN and not rule.is_shadow for rule in base)

    @property
    def all_rules(self) -> tuple[CompiledRule, ...]:
        """Every rule, of the policy and of the extras."""
        return (*self._base, *(rule for extra in self._extras for rule in extra.rules))

    def active(self, event: Event, *, tenant: str) -> Active:
        """Return what counts for a segment of ``tenant`` in ``event``: for the event's tenant and the segment's."""
        places: set[int] = set(self._for_all)
        for name in (event.principal.tenant, tenant):
            places.update(self._by_tenant.get(name, ()))
        return tuple(sorted(place for place in places if not self._extras[place].is_over(event.at)))

    def rules(self, active: Active) -> tuple[CompiledRule, ...]:
        """Return the rules that count together with the extras ``active``, sorted by id."""
        extras = [self._extras[place] for place in active]
        by_rule: dict[str, list[Tighten]] = {}
        for extra in extras:
            for line in extra.tighten:
                by_rule.setdefault(line.rule, []).append(line)
        found = (*self._base, *(rule for extra in extras for rule in extra.rules))
        return tuple(sorted((tightened(rule, by_rule.get(rule.id, ())) for rule in found), key=lambda rule: rule.id))

    def plan(self, active: Active, segment: Segment, *, route: str) -> Plan:
        """Return the rules that look at segments like ``segment``, indexed."""
        rules = [rule for rule in self.rules(active) if rule.binds(segment, route=route)]
        return plan_of(rules, [self._scans[0], *(self._scans[place + 1] for place in active)])

    def covers(self, stage: Stage, *, route: str) -> bool:
        """Return whether a rule of the policy itself is enforced at ``stage`` of ``route``."""
        return any(not rule.is_shadow and rule.is_at(stage=stage, route=route) for rule in self._base)


def _scan(rules: Iterable[CompiledRule]) -> tuple[TriggerScan, Mapping[str, int]]:
    patterns = dict.fromkeys(pattern for rule in rules for pattern in rule.triggers or ())
    return TriggerScan(tuple(patterns)), {pattern: number for number, pattern in enumerate(patterns)}
