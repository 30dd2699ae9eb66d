"""Loosens what a measure rule asks for, one number at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from roadworthy.policy.categories import CATEGORIES
from roadworthy.policy.model import MeasureCheck, Rule
from roadworthy.policy.mutation.mutant import Operator, RuleChange

_CONFIDENCES = (0.55, 0.8, 0.9, 0.95, 0.99)
_A_LOT = 0.5
"""How far towards letting everything through a threshold goes that is loosened a lot."""


def loosened_measures(rule: Rule) -> Iterator[RuleChange]:
    """Yield ``rule`` with its measurement loosened in each way; nothing for another kind of rule.

    A threshold goes by one sample in ``min_samples``, the least that a run of that size can
    tell apart, and half of the way to letting everything through; a confidence to the next
    customary one and to hardly any; the numbers of samples and of days by one and twofold.
    """
    check = rule.require
    if not isinstance(check, MeasureCheck):
        return
    yield from _thresholds(rule, check)
    yield from _numbers(rule, check)
    for name in check.slices:
        kept = tuple(other for other in check.slices if other != name)
        yield _changed(rule, "drop_slice", f"slices: without {name}", replace(check, slices=kept))
    if not check.imports:
        yield _changed(rule, "turn_on_imports", "imports: no -> yes", replace(check, imports=True))
    other = next(category for category in CATEGORIES if category != check.category)
    yield _changed(rule, "ask_for_another", f"category: {check.category} -> {other}", replace(check, category=other))
    if check.metric != "*":
        name = f"{check.metric}-other"
        yield _changed(rule, "ask_for_another", f"metric: {check.metric} -> {name}", replace(check, metric=name))
    yield _changed(rule, "turn_rate", f"rate: {check.rate} turned round", _turned(check))


def _thresholds(rule: Rule, check: MeasureCheck) -> Iterator[RuleChange]:
    most = check.comparator == "<="
    end = 1.0 if most else 0.0
    step = 1.0 / check.min_samples
    near = min(end, check.threshold + step) if most else max(end, check.threshold - step)
    far = check.threshold + (end - check.threshold) * _A_LOT
    for value in dict.fromkeys((near, far)):
        if value != check.threshold:
            yield _number(rule, check, "loosen_threshold", field="threshold", value=value)


def _numbers(rule: Rule, check: MeasureCheck) -> Iterator[RuleChange]:
    lower = [value for value in _CONFIDENCES if value < check.confidence]
    for confidence in dict.fromkeys((*lower[-1:], *lower[:1])):
        yield _number(rule, check, "lower_confidence", field="confidence", value=confidence)
    for samples in dict.fromkeys((check.min_samples - 1, check.min_samples // 2)):
        if 1 <= samples < check.min_samples:
            yield _number(rule, check, "lower_min_samples", field="min_samples", value=samples)
    for coverage in (check.min_coverage * 0.95, check.min_coverage / 2):
        yield _number(rule, check, "lower_min_coverage", field="min_coverage", value=coverage)
    for days in (check.max_age_days + 1, check.max_age_days * 2):
        yield _number(rule, check, "lengthen_max_age", field="max_age_days", value=days)
    for days in (check.max_calibration_age_days + 1, check.max_calibration_age_days * 2):
        yield _number(rule, check, "lengthen_calibration_age", field="max_calibration_age_days", value=days)


def _turned(check: MeasureCheck) -> MeasureCheck:
    if check.rate == "failure":
        return replace(check, rate="success", comparator=">=")
    return replace(check, rate="failure", comparator="<=")


def _number(rule: Rule, check: MeasureCheck, operator: Operator, *, field: str, value: float) -> RuleChange:
    changed = replace(check, **{field: value})  # type: ignore[arg-type]  # the callers give each field its own type
    return _changed(rule, operator, f"{field}: {getattr(check, field):g} -> {value:g}", changed)


def _changed(rule: Rule, operator: Operator, change: str, check: MeasureCheck) -> RuleChange:
    return RuleChange(operator=operator, change=change, rule=replace(rule, require=check))
