"""What two versions of a pack, or two sets of packs, ask differently: tighter, looser, or not to be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from roadworthy.core.digest import JsonValue, plain
from roadworthy.core.severity import RiskTier
from roadworthy.policy.compare import Direction, FieldChange, ordered_change, rule_changes, worst_direction
from roadworthy.policy.model import Control, Link, Pack, Rule, Tightening
from roadworthy.policy.resolve import binds, dated
from roadworthy.policy.tighten import NotTighter, tightened


class Change(StrEnum):
    """What became of one rule, tightening, control, link or pack."""

    ADDED = "added"
    REMOVED = "removed"
    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    """At least one value asks less; others may ask more."""

    CHANGED = "changed"
    """Other than before, and nobody can say which asks more, such as another condition."""

    NOTED = "noted"
    """Asks the same in other words, or says something that decides nothing."""


_OF_DIRECTION = {
    Direction.LOOSER: Change.LOOSENED,
    Direction.UNORDERED: Change.CHANGED,
    Direction.TIGHTER: Change.TIGHTENED,
    Direction.NOTED: Change.NOTED,
}
_MAY_LOOSEN = frozenset({Change.REMOVED, Change.LOOSENED, Change.CHANGED})
_BINDING = ("rule", "tightening", "pack")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that differs."""

    kind: Literal["pack", "rule", "tightening", "control", "link"]
    id: str
    change: Change
    fields: tuple[FieldChange, ...] = ()
    """Empty for what was added or removed whole."""

    @property
    def may_loosen(self) -> bool:
        """Whether less may be asked of a release than before. What cannot be ordered is not assumed harmless."""
        return self.kind in _BINDING and self.change in _MAY_LOOSEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Everything that differs between two sets of packs, what binds first."""

    entries: tuple[Entry, ...]

    @property
    def loosened(self) -> tuple[Entry, ...]:
        """Those by which less may be asked."""
        return tuple(entry for entry in self.entries if entry.may_loosen)


@dataclass(frozen=True, slots=True)
class _Placed:
    rule: Rule
    control: Control


def difference(old: Sequence[Pack], new: Sequence[Pack], *, tier: RiskTier | None = None) -> Difference:
    """Return what ``new`` asks differently from ``old``.

    Rules are compared as they bind once everything is in effect: tightened by every layer
    of their set, from the later of their own and their pack's day.

    Args:
        old: The packs before: two versions of one pack, or all packs of a system.
        new: The packs after.
        tier: Compare only what binds systems of this tier; None compares everything.
    """
    before, after = _placed(old, tier=tier), _placed(new, tier=tier)
    entries = [
        *_packs({pack.name: pack for pack in old}, {pack.name: pack for pack in new}),
        *_rules(before, after),
        *_tightenings(_outside(old), _outside(new)),
        *_controls(_controls_of(old), _controls_of(new)),
    ]
    return Difference(entries=tuple(entries))


def _placed(packs: Sequence[Pack], *, tier: RiskTier | None) -> dict[str, _Placed]:
    found = {
        rule.id: _Placed(dated(rule, pack), control)
        for pack in packs
        for control in pack.controls
        for rule in control.rules
        if tier is None or binds(rule, control, tier)
    }
    for pack in sorted(packs, key=lambda pack: (pack.layer.rank, pack.name)):
        for change in pack.tighten:
            placed = found.get(change.rule)
            if placed is not None:
                found[change.rule] = _Placed(_tightened(placed.rule, change), placed.control)
    return found


def _tightened(rule: Rule, change: Tightening) -> Rule:
    try:
        return tightened(rule, change)
    except NotTighter:
        return rule  # whether a set of packs is sound is for `resolve` to say


def _outside(packs: Sequence[Pack]) -> dict[str, Tightening]:
    """Return the tightenings of rules that another pack has, by pack and rule."""
    own = {rule.id for pack in packs for control in pack.controls for rule in control.rules}
    return {f"{p.name}: {change.rule}": change for p in packs for change in p.tighten if change.rule not in own}


def _controls_of(packs: Sequence[Pack]) -> dict[str, Control]:
    return {control.id: control for pack in packs for control in pack.controls}


def _packs(old: Mapping[str, Pack], new: Mapping[str, Pack]) -> Iterator[Entry]:
    for name in sorted({*old, *new}):
        if name not in old or name not in new:
            # What its rules ask is listed rule by rule; a pack is a name on them.
            yield _whole("pack", name, old)
            continue
        before, after = old[name], new[name]
        fields = [
            *_noted(before, after, "version", "title", "owner", "licence", "reviewed_by"),
            *ordered_change("layer", before.layer, after.layer),
            *ordered_change("effective_on", before.effective_on, after.effective_on),
            *ordered_change("status", before.status, after.status),
        ]
        yield from _entry("pack", name, fields)


def _rules(old: Mapping[str, _Placed], new: Mapping[str, _Placed]) -> Iterator[Entry]:
    for rule in sorted({*old, *new}):
        if rule not in old or rule not in new:
            yield _whole("rule", rule, old)
            continue
        before, after = old[rule], new[rule]
        fields = rule_changes(
            before.rule,
            after.rule,
            tiers=(before.rule.tiers or before.control.tiers, after.rule.tiers or after.control.tiers),
        )
        if before.control.id != after.control.id:
            moved = FieldChange(field="control", old=before.control.id, new=after.control.id, direction=Direction.NOTED)
            fields = (*fields, moved)
        yield from _entry("rule", rule, fields)


def _tightenings(old: Mapping[str, Tightening], new: Mapping[str, Tightening]) -> Iterator[Entry]:
    names = ("confidence", "min_samples", "min_coverage", "max_age_days", "max_calibration_age_days")
    for name in sorted({*old, *new}):
        if name not in old or name not in new:
            yield _whole("tightening", name, old)
            continue
        before, after = old[name], new[name]
        fields = [*_noted(before, after, "reason"), *ordered_change("severity", before.severity, after.severity)]
        for value in ("threshold", *names):
            fields += ordered_change(value, getattr(before, value), getattr(after, value))
        yield from _entry("tightening", name, fields)


def _controls(old: Mapping[str, Control], new: Mapping[str, Control]) -> Iterator[Entry]:
    for name in sorted({*old, *new}):
        if name not in old or name not in new:
            yield _whole("control", name, old)
            continue
        before, after = old[name], new[name]
        words = ("title", "objective", "why", "area", "type", "stage", "tiers", "threats")
        yield from _entry("control", name, _noted(before, after, *words))
        yield from _links(name, before.links, after.links)


def _links(control: str, old: Sequence[Link], new: Sequence[Link]) -> Iterator[Entry]:
    before, after = ({f"{control} → {link.framework} {link.id}": link for link in links} for links in (old, new))
    for name in sorted(before | after):
        if name not in before or name not in after:
            yield _whole("link", name, before)
        else:
            fields = _noted(before[name], after[name], "relation", "rationale", "strength", "status")
            yield from _entry("link", name, fields)


def _whole(kind: Literal["pack", "rule", "tightening", "control", "link"], id: str, old: Mapping[str, object]) -> Entry:
    # A pack that is gone took its rules and tightenings with it, and they are listed.
    return Entry(kind=kind, id=id, change=Change.REMOVED if id in old else Change.ADDED)


def _entry(
    kind: Literal["pack", "rule", "tightening", "control", "link"], id: str, fields: Sequence[FieldChange]
) -> Iterator[Entry]:
    if fields:
        yield Entry(kind=kind, id=id, change=_OF_DIRECTION[worst_direction(fields)], fields=tuple(fields))


def _noted(before: object, after: object, *names: str) -> list[FieldChange]:
    found: list[FieldChange] = []
    for name in names:
        old, new = _plain(getattr(before, name)), _plain(getattr(after, name))
        if old != new:
            found.append(FieldChange(field=name, old=old, new=new, direction=Direction.NOTED))
    return found


def _plain(value: object) -> JsonValue:
    return plain(value)
