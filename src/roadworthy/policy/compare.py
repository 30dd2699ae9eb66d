"""Which way each field of a rule moved between two versions of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from roadworthy.core.digest import JsonValue, plain
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.policy.model import Layer, Rule
from roadworthy.policy.strictness import looser_rule_fields, severity_rank


class Direction(StrEnum):
    """Which way a value moved."""

    LOOSER = "looser"
    UNORDERED = "unordered"
    """Other than before, and neither asks more of every release."""

    TIGHTER = "tighter"
    NOTED = "noted"
    """Decides nothing."""


_WORST_FIRST = tuple(Direction)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field with both its values."""

    field: str
    old: JsonValue
    new: JsonValue
    direction: Direction


def rule_changes(
    old: Rule, new: Rule, *, tiers: tuple[Sequence[RiskTier], Sequence[RiskTier]] | None = None
) -> tuple[FieldChange, ...]:
    """Return every field in which two versions of one rule differ, with the direction of each.

    Args:
        old: The version before.
        new: The version after, with the same id.
        tiers: Tiers in which each binds, its control's where it names none; None compares the rules' own.

    Raises:
        ValueError: If the rules have different ids.

    >>> from dataclasses import replace
    >>> from roadworthy.policy.model import MeasureCheck
    >>> rule = Rule(
    ...     id="p/r", require=MeasureCheck(category="c", comparator="<=", threshold=0.1), message="m", remediation="r"
    ... )
    >>> stricter = replace(rule, require=replace(rule.require, threshold=0.05))
    >>> [(change.field, change.direction.value) for change in rule_changes(rule, stricter)]
    [('threshold', 'tighter')]
    """
    looser, tighter = set(looser_rule_fields(old, new)), set(looser_rule_fields(new, old))
    before, after = _asked(old), _asked(new)
    found = [
        FieldChange(
            field=name,
            old=before.get(name),
            new=after.get(name),
            direction=_direction(name, looser=looser, tighter=tighter, rules=(old, new)),
        )
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    ]
    found += _of_tiers(*(tiers or (old.tiers, new.tiers)))
    found += ordered_change("effective_on", old.effective_on, new.effective_on)
    found += _of_waivers(old.who_may_waive, new.who_may_waive)
    found += [
        FieldChange(field=name, old=getattr(old, name), new=getattr(new, name), direction=Direction.NOTED)
        for name in ("message", "remediation")
        if getattr(old, name) != getattr(new, name)
    ]
    return tuple(found)


def ordered_change(name: str, old: object, new: object) -> list[FieldChange]:
    """Return how a value moved that stands by itself: a day, a layer, a status, or a value of a tightening.

    None as a day binds at once, so any day is looser; None as a value tightens nothing, so
    any value is tighter. A threshold's direction depends on its rule and is not ordered.
    """
    if old == new:
        return []
    return [FieldChange(field=name, old=plain(old), new=plain(new), direction=_moved(name, old, new))]


def worst_direction(changes: Sequence[FieldChange]) -> Direction:
    """Return the direction that matters most of ``changes``: looser before unordered before tighter.

    Raises:
        ValueError: If there is none.
    """
    return min((change.direction for change in changes), key=_WORST_FIRST.index)


def _asked(rule: Rule) -> dict[str, JsonValue]:
    """Everything that decides what the rule asks, by the names that `looser_rule_fields` uses."""
    check = {field.name: plain(getattr(rule.require, field.name)) for field in fields(rule.require)}
    words = {name: " ".join(str(value).split()) for name, value in check.items() if name == "condition"}
    return {
        "severity": rule.severity.value,
        "applies_when": " ".join(rule.applies_when.split()),
        **check,
        **words,
    }


def _direction(name: str, *, looser: set[str], tighter: set[str], rules: tuple[Rule, Rule]) -> Direction:
    if name == "applies_when":
        old, new = (" ".join(rule.applies_when.split()) for rule in rules)
        if "true" in (old, new):
            return Direction.TIGHTER if new == "true" else Direction.LOOSER
        return Direction.UNORDERED
    if "kind" in looser:
        return Direction.UNORDERED
    if name in looser and name not in tighter:
        return Direction.LOOSER
    if name in tighter and name not in looser:
        return Direction.TIGHTER
    return Direction.UNORDERED


def _of_tiers(old: Sequence[RiskTier], new: Sequence[RiskTier]) -> list[FieldChange]:
    before, after = set(old), set(new)
    if before == after:
        return []
    comparable = Direction.LOOSER if after < before else Direction.UNORDERED
    direction = Direction.TIGHTER if before < after else comparable
    return [FieldChange(field="tiers", old=plain(tuple(old)), new=plain(tuple(new)), direction=direction)]


def _of_waivers(old: Sequence[str], new: Sequence[str]) -> list[FieldChange]:
    before, after = set(old), set(new)
    if before == after:
        return []
    direction = Direction.TIGHTER if after < before else Direction.LOOSER
    return [FieldChange(field="who_may_waive", old=plain(tuple(old)), new=plain(tuple(new)), direction=direction)]


def _moved(name: str, old: object, new: object) -> Direction:
    match old, new:
        case (None | date(), None | date()) if name == "effective_on":
            return Direction.LOOSER if (old or date.min) < (new or date.min) else Direction.TIGHTER
        case Layer(), Layer():
            # A lower layer's rules can be tightened by fewer packs, and it may tighten more of theirs.
            return Direction.UNORDERED
        case str(), str() if name == "status":
            return Direction.LOOSER if new == "proposed" else Direction.TIGHTER
        case None, _:
            return Direction.TIGHTER
        case _, None:
            return Direction.LOOSER
        case Severity(), Severity():
            return Direction.TIGHTER if severity_rank(new) > severity_rank(old) else Direction.LOOSER
        case (int() | float(), int() | float()) if name != "threshold":
            smaller_is_stricter = name in ("max_age_days", "max_calibration_age_days")
            return Direction.TIGHTER if (new < old) == smaller_is_stricter else Direction.LOOSER
        case _:
            return Direction.UNORDERED
