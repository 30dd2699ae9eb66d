"""Changes whom a rule binds, how heavily, from when, and who may waive it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from roadworthy.core.roles import APPROVING_ROLES
from roadworthy.core.severity import Severity
from roadworthy.policy.model import Rule
from roadworthy.policy.mutation.mutant import RuleChange
from roadworthy.policy.strictness import severity_rank

FAR_OFF = date(2100, 1, 1)
"""To which a rule is postponed that binds at once."""

_ONE_MONTH = timedelta(days=30)


def loosened_binding(rule: Rule) -> Iterator[RuleChange]:
    """Yield ``rule`` made lighter, in a tier less, waivable by one role more, and later."""
    if rule.severity is not Severity.INFO:
        softer = tuple(Severity)[severity_rank(rule.severity) - 1]
        yield RuleChange(
            operator="soften_severity",
            change=f"severity: {rule.severity.value} -> {softer.value}",
            rule=replace(rule, severity=softer),
        )
    if len(rule.tiers) > 1:
        for tier in rule.tiers:
            kept = tuple(other for other in rule.tiers if other is not tier)
            yield RuleChange(
                operator="drop_tier", change=f"tiers: without {tier.value}", rule=replace(rule, tiers=kept)
            )
    role = next((role for role in sorted(APPROVING_ROLES) if role not in rule.who_may_waive), None)
    if role is not None:
        wider = replace(rule, who_may_waive=(*rule.who_may_waive, role))
        yield RuleChange(operator="widen_waivers", change=f"who_may_waive: with {role}", rule=wider)
    later = FAR_OFF if rule.effective_on is None else postponed(rule.effective_on)
    yield RuleChange(
        operator="postpone", change=f"effective_on: {later.isoformat()}", rule=replace(rule, effective_on=later)
    )


def postponed(day: date) -> date:
    """Return a month after ``day``, or the last day that there is."""
    return day + _ONE_MONTH if day < date.max - _ONE_MONTH else date.max
