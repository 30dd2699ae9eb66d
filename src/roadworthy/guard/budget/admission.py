"""Lets an event in if every budget that binds it has enough left, and says so like any other rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from roadworthy.guard.budget.book import Budgets, Draw, Exhausted, Full, Reservation
from roadworthy.guard.budget.model import Budget
from roadworthy.guard.event import Event
from roadworthy.guard.verdict import Action, Verdict

FULL = "guard/budgets-full"
"""Rule of the verdict where no more can be kept count of."""

_OF_BUDGET = "guard/budget-"
_OF_LIMIT = f"{_OF_BUDGET}limit/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Something was set aside; it must be settled when the event is over, however it ends."""

    reservation: Reservation


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nothing was set aside. The verdict goes into the decision with those of the rules."""

    verdict: Verdict
    retry_after_s: float | None


Admission: TypeAlias = Admitted | Refused


def draws_of(budgets: Sequence[Budget], event: Event, *, conversation: str = "") -> tuple[Draw, ...]:
    """Return what ``event`` asks of each budget that binds its route."""
    return tuple(
        Draw(budget=budget, key=budget.per.key(event, conversation=conversation), amount=budget.asks(event.usage))
        for budget in budgets
        if not budget.routes or event.route in budget.routes
    )


def admit(
    budgets: Sequence[Budget], event: Event, *, book: Budgets, conversation: str = "", ttl_s: int = 600
) -> Admission:
    """Set aside what ``event`` may use, or say which budget does not have it.

    Args:
        budgets: Of the policy.
        event: With what it states that it will use; what it does not state is assumed.
        book: Who keeps count.
        conversation: Its id, for budgets of one conversation.
        ttl_s: Seconds after which nobody will settle it any more.
    """
    answer = book.reserve(draws_of(budgets, event, conversation=conversation), at=event.at, ttl_s=ttl_s)
    if isinstance(answer, Reservation):
        return Admitted(reservation=answer)
    return Refused(
        verdict=refusal(answer), retry_after_s=answer.retry_after_s if isinstance(answer, Exhausted) else None
    )


def refusal(answer: Exhausted | Full) -> Verdict:
    """Return the verdict that says why nothing was set aside. What the user is told is the decision's to say."""
    if isinstance(answer, Full):
        return Verdict(
            action=Action.DENY,
            rule=FULL,
            rail="budget",
            segment=None,
            reason=answer.what,
            degraded=True,
        )
    budget = answer.budget
    window = "for good" if budget.window_s is None else f"in {budget.window_s} s"
    return Verdict(
        action=Action.DENY,
        rule=f"{_OF_BUDGET}{budget.name}",
        rail="budget",
        segment=None,
        reason=(
            f"{budget.unit.value} per {budget.per.value}: {answer.asked} asked and {answer.spent} spent or reserved "
            f"of {budget.limit} {window}"
        ),
        kinds=(budget.unit.value,),
    )


def completion_of(budgets: Sequence[Budget], rule: str) -> str:
    """Return the category of the safe completion for who is refused by ``rule``; empty: it is no budget's.

    >>> from roadworthy.guard.budget.model import Unit
    >>> completion_of([Budget(name="calls", unit=Unit.REQUESTS, limit=1)], "guard/budget-calls")
    'limit'
    """
    if not rule.startswith(_OF_BUDGET):
        return ""
    if rule.startswith(_OF_LIMIT):
        return "limit"
    return next((one.completion for one in budgets if rule == f"{_OF_BUDGET}{one.name}"), "")
