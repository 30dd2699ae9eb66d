"""Conditions of an approval: which are open, and whether one has been open for too long."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time, timedelta

from roadworthy.approvals.key_window import why_key_does_not_count
from roadworthy.approvals.model import Condition, HeldApproval, HeldConditionMet
from roadworthy.approvals.separation import Duties
from roadworthy.core.clock import Day
from roadworthy.governance.model import ActorKind, ConsentRule, Governance


def end_of(day: Day) -> datetime:
    """Return the first moment that is no longer ``day``, in UTC.

    >>> from datetime import date
    >>> end_of(date(2026, 12, 24)).isoformat()
    '2026-12-25T00:00:00+00:00'
    """
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)


def open_conditions(
    held: HeldApproval,
    *,
    met: Sequence[HeldConditionMet],
    passing_rules: Collection[str],
    governance: Governance,
    rule: ConsentRule,
    duties: Duties,
) -> tuple[Condition, ...]:
    """Return the conditions of an approval that are not met, in their order.

    One that names a rule is met while that rule passes. Another is met when somebody who may consent to the same
    thing says so, signed, before its day is over: said later, the approval had ended already and has to be given anew.
    """
    done = {item.met.condition for item in met if _counts(item, held, governance=governance, rule=rule, duties=duties)}
    return tuple(
        condition
        for position, condition in enumerate(held.approval.conditions)
        if (condition.rule not in passing_rules if condition.rule is not None else position not in done)
    )


def _counts(
    item: HeldConditionMet, held: HeldApproval, *, governance: Governance, rule: ConsentRule, duties: Duties
) -> bool:
    met, conditions = item.met, held.approval.conditions
    if met.approval != held.approval.id or not 0 <= met.condition < len(conditions):
        return False
    person = governance.person(met.by)
    if person is None or person.kind is not ActorKind.HUMAN or duties.why_not(person.id):
        return False
    may = {seat.role for seat in rule.quorum} & set(person.roles)
    in_time = item.signed.recorded_at < end_of(conditions[met.condition].due)
    skewed = met.at > item.signed.recorded_at + timedelta(seconds=governance.clock_skew_s)
    return bool(may) and in_time and not skewed and not why_key_does_not_count(item.signed, person=person)
