"""Limits of grants as draws on the book of budgets: exact amounts in thousandths, reserved before a call is made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, Decimal
from functools import cache

from roadworthy.core.digest import JsonValue
from roadworthy.guard.budget.book import Draw
from roadworthy.guard.budget.model import MAX_AMOUNT, Budget, Unit
from roadworthy.guard.calls.policy import Limit
from roadworthy.guard.event import Event

_THOUSANDTHS = Decimal(1000)
_MAX_DIGITS = 40
_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)


class AmountError(Exception):
    """An argument whose sum is limited is no amount. Its message names the argument, and no content."""


def limit_draws(
    limits: Iterable[Limit], arguments: dict[str, JsonValue], event: Event, *, conversation: str
) -> tuple[Draw, ...]:
    """Return what a call asks of each limit, each once; what asks for nothing is left out.

    Raises:
        AmountError: If an argument whose sum counts is not there, or is no number >= 0 of bounded size.
    """
    known = {limit.name: limit for limit in limits}
    return tuple(
        Draw(budget=budget_of(limit), key=limit.per.key(event, conversation=conversation), amount=amount)
        for limit in known.values()
        if (amount := _asked(limit, arguments)) > 0
    )


def call_draws(budgets: Sequence[Budget], event: Event, *, conversation: str) -> tuple[Draw, ...]:
    """Return what one call asks of the policy's budgets for tool calls that bind its route."""
    return tuple(
        Draw(budget=budget, key=budget.per.key(event, conversation=conversation), amount=1)
        for budget in budgets
        if budget.unit is Unit.TOOL_CALLS and (not budget.routes or event.route in budget.routes)
    )


@cache
def budget_of(limit: Limit) -> Budget:
    """Return the budget that keeps ``limit``, of a name that no budget of a policy has."""
    return Budget(
        name=f"limit/{limit.name}",
        unit=Unit.AMOUNT,
        limit=limit.limit,
        per=limit.per,
        window_s=limit.window_s,
        assumed=1,
    )


def thousandths(value: JsonValue, *, name: str) -> int:
    """Return a number of JSON in thousandths, rounded up: what is spent is never counted as less.

    A text that is nothing but digits with a decimal point is read as the number that it says.

    Raises:
        AmountError: If it is no number, less than 0, or larger than can be counted.

    >>> thousandths(0.1, name="amount"), thousandths("12.50", name="amount"), thousandths(0.0001, name="amount")
    (100, 12500, 1)
    """
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = Decimal(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        text = repr(value) if abs(value) <= MAX_AMOUNT else ""
        if not text or len(text) > _MAX_DIGITS:
            raise AmountError(f"argument {name} is larger than can be counted, or no number")
        number = Decimal(text)
    else:
        raise AmountError(f"argument {name} is no number")
    if number < 0:
        raise AmountError(f"argument {name} is less than 0")
    counted = int((number * _THOUSANDTHS).to_integral_value(rounding=ROUND_CEILING))
    if counted > MAX_AMOUNT:
        raise AmountError(f"argument {name} is larger than can be counted")
    return counted


def _asked(limit: Limit, arguments: dict[str, JsonValue]) -> int:
    if not limit.amount:
        return 1
    total = sum(
        thousandths(value, name=limit.amount) for value in _values(arguments, limit.amount.split("/"), limit.amount)
    )
    if total > MAX_AMOUNT:
        raise AmountError(f"argument {limit.amount} is larger than can be counted")
    return total


def _values(value: JsonValue, path: list[str], name: str) -> list[JsonValue]:
    """Return what stands at ``path``, ``*`` standing for each item of a list; a list there is summed item by item."""
    if isinstance(value, (list, tuple)):
        below = path[1:] if path and path[0] == "*" else path
        return [leaf for item in value for leaf in _values(item, below, name)]
    if not path:
        return [value]
    if not isinstance(value, dict) or path[0] not in value:
        raise AmountError(f"argument {name} is not there")
    return _values(value[path[0]], path[1:], name)
