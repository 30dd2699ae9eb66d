"""What the exceptions of a system say together: how many, why, of which rules, how old, and which end soon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import ClassVar

from roadworthy.core.subject import STRICT
from roadworthy.exceptions.model import ExceptionState, HeldException

LIVE = frozenset({ExceptionState.APPROVED, ExceptionState.ACTIVE})
OPEN = LIVE | {ExceptionState.REQUESTED, ExceptionState.UNDER_REVIEW}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedException:
    """An exception with its state at the time that is asked about."""

    __pydantic_config__: ClassVar = STRICT

    held: HeldException
    state: ExceptionState
    reason: str
    """Why it is not active; empty where it is."""

    def is_expiring(self, *, now: datetime, within_days: int) -> bool:
        """Return whether it holds now and ends within so many days."""
        left = self.held.exception.expires_at - now
        return self.state in LIVE and timedelta(0) <= left <= timedelta(days=within_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often a word stands for an exception."""

    __pydantic_config__: ClassVar = STRICT

    word: str
    live: int
    """Of those that are approved or active."""

    ever: int
    """Of all, whatever became of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """What the exceptions of a system say together."""

    __pydantic_config__: ClassVar = STRICT

    total: int
    live: int
    by_reason: tuple[Tally, ...]
    """Commonest first."""

    by_rule: tuple[Tally, ...]
    by_state: tuple[tuple[str, int], ...]
    renewed: int
    """How many of the live ones are renewals."""

    most_renewals: int
    median_age_days: float | None
    """Of the live ones since they were first asked for, over all renewals; None where none is live."""

    oldest_age_days: float | None
    expiring: tuple[str, ...]
    """Ids of those that end soon, the first to end first."""


def distribution_of(exceptions: Sequence[StatedException], *, now: datetime, expiring_days: int) -> Distribution:
    """Return what ``exceptions`` say together.

    Args:
        exceptions: All of one system or more.
        now: Time that is asked about.
        expiring_days: What counts as soon.
    """
    live = [one for one in exceptions if one.state in LIVE]
    ages = sorted(_age_days(one, exceptions, now=now) for one in live)
    soon = [one for one in live if one.is_expiring(now=now, within_days=expiring_days)]
    soon.sort(key=lambda one: (one.held.exception.expires_at, one.held.exception.id))
    return Distribution(
        total=len(exceptions),
        live=len(live),
        by_reason=_tallies(
            [one.held.exception.reason_code.value for one in live],
            [one.held.exception.reason_code.value for one in exceptions],
        ),
        by_rule=_tallies(
            [rule for one in live for rule in one.held.exception.rules],
            [rule for one in exceptions for rule in one.held.exception.rules],
        ),
        by_state=tuple(sorted(Counter(one.state.value for one in exceptions).items())),
        renewed=sum(one.held.exception.renewal > 0 for one in live),
        most_renewals=max((one.held.exception.renewal for one in exceptions), default=0),
        median_age_days=median(ages) if ages else None,
        oldest_age_days=ages[-1] if ages else None,
        expiring=tuple(one.held.exception.id for one in soon),
    )


def _age_days(one: StatedException, among: Sequence[StatedException], *, now: datetime) -> float:
    """Days since the first of its line was asked for: a renewal is as old as what it goes on from."""
    by_id = {other.held.exception.id: other.held.exception for other in among}
    first, seen = one.held.exception, {one.held.exception.id}
    while first.renews in by_id and first.renews not in seen:
        first = by_id[first.renews]
        seen.add(first.id)
    return max((now - first.requested_at) / timedelta(days=1), 0.0)


def _tallies(live: Sequence[str], ever: Sequence[str]) -> tuple[Tally, ...]:
    now, all_ = Counter(live), Counter(ever)
    made = [Tally(word=word, live=now[word], ever=count) for word, count in all_.items()]
    return tuple(sorted(made, key=lambda tally: (-tally.live, -tally.ever, tally.word)))
