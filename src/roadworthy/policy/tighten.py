"""One tightening applied to one rule, or refused because it would loosen."""

from __future__ import annotations

from dataclasses import replace

from roadworthy.core.severity import Severity
from roadworthy.policy.model import Check, EvidenceCheck, FactCheck, MeasureCheck, Rule, Tightening
from roadworthy.policy.strictness import severity_rank, threshold_is_looser

_NUMBERS = ("threshold", "confidence", "min_samples", "min_coverage", "max_age_days", "max_calibration_age_days")
_APPLICABLE: dict[type, frozenset[str]] = {
    FactCheck: frozenset(),
    MeasureCheck: frozenset(_NUMBERS),
    EvidenceCheck: frozenset({"max_age_days"}),
}


class NotTighter(ValueError):  # noqa: N818 - says what the tightening is, and never leaves this package
    """A tightening that cannot be applied.

    Args:
        reasons: One sentence for each value that is at fault.
    """

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def tightened(rule: Rule, change: Tightening) -> Rule:
    """Return ``rule`` made as strict as ``change`` asks.

    Raises:
        NotTighter: If any value would ask less than now, does not belong to the rule's kind
            of check, or is out of range; or if the change says nothing.
    """
    values = {name: getattr(change, name) for name in _NUMBERS if getattr(change, name) is not None}
    reasons = _foreign(rule.require, values) + _looser(rule, change, values)
    if not values and change.severity is None:
        reasons.append("the tightening names no value to make stricter")
    if not change.reason.strip():
        reasons.append("the tightening gives no reason")
    if reasons:
        raise NotTighter(tuple(reasons))
    severity: Severity = change.severity if change.severity is not None else rule.severity
    return replace(rule, severity=severity, require=_with(rule.require, values))


def stricter_values(before: Rule, after: Rule, *, change: Tightening) -> tuple[str, ...]:
    """Return ``<field> <before> → <after>`` for each value that ``change`` names and that moved.

    >>> from roadworthy.policy.model import FactCheck
    >>> rule = Rule(
    ...     id="p/r", require=FactCheck(condition="true"), severity=Severity.WARN, message="m", remediation="r"
    ... )
    >>> change = Tightening(rule="p/r", reason="Harm is likelier here.", severity=Severity.BLOCK)
    >>> stricter_values(rule, tightened(rule, change), change=change)
    ('severity warn → block',)
    """
    changed = []
    for name in _NUMBERS:
        old, new = getattr(before.require, name, None), getattr(after.require, name, None)
        if getattr(change, name) is not None and old is not None and new is not None and old != new:
            changed.append(f"{name} {old:g} → {new:g}")
    if change.severity is not None and before.severity is not after.severity:
        changed.append(f"severity {before.severity.value} → {after.severity.value}")
    return tuple(changed)


def _with(check: Check, values: dict[str, float]) -> Check:
    try:
        return replace(check, **values) if values else check  # type: ignore[arg-type]  # `_foreign` checked the names
    except ValueError as error:
        raise NotTighter((str(error),)) from error


def _foreign(check: Check, values: dict[str, float]) -> list[str]:
    allowed = _APPLICABLE[type(check)]
    return [f"a {check.kind} rule has no `{name}`" for name in values if name not in allowed]


def _looser(rule: Rule, change: Tightening, values: dict[str, float]) -> list[str]:
    found = []
    for name, value in values.items():
        now = getattr(rule.require, name, None)
        if now is not None and _is_looser(rule.require, name, now=now, wanted=value):
            found.append(f"`{name}` {value:g} would loosen {now:g}")
    if change.severity is not None and severity_rank(change.severity) < severity_rank(rule.severity):
        found.append(f"severity `{change.severity}` would loosen `{rule.severity}`")
    return found


def _is_looser(check: Check, name: str, *, now: float, wanted: float) -> bool:
    if name == "threshold":
        return isinstance(check, MeasureCheck) and threshold_is_looser(check.comparator, now, wanted)
    if name in ("max_age_days", "max_calibration_age_days"):
        return wanted > now
    return wanted < now
