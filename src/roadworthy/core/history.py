"""Histories: something that changes is a first record and numbered changes, none of which is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class Change(Protocol):
    """One change of one thing. Which change it is stands in the record, so that two of one number are a conflict."""

    @property
    def of(self) -> str:
        """Id of what changed."""
        ...

    @property
    def number(self) -> int:
        """1 for the first change after the making."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...


AnyChange = TypeVar("AnyChange", bound=Change)


def claim_of(of: str, number: int) -> str:
    """Return the claim by which a store lets only one record be change ``number`` of ``of``.

    >>> claim_of("review_1", 4)
    'review_1/4'
    """
    return f"{of}/{number}"


def in_order(changes: Iterable[AnyChange], *, of: str) -> tuple[AnyChange, ...]:
    """Return the changes of ``of`` by their number.

    Raises:
        ValueError: If a number is missing or there twice: something was taken out or slipped in.
    """
    mine = sorted((change for change in changes if change.of == of), key=lambda change: change.number)
    for expected, change in enumerate(mine, start=1):
        if change.number != expected:
            raise ValueError(f"{of}: change {expected} is missing or there twice, the next is {change.number}")
    return tuple(mine)
