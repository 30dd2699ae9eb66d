"""Who has spent what: reserve before, settle after. What is reserved is spent until it is settled."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from roadworthy.guard.budget.clock import ForwardClock
from roadworthy.guard.budget.model import Budget, Unit
from roadworthy.guard.budget.window import SlidingWindow
from roadworthy.guard.event import Usage

MAX_ACCOUNTS = 200_000
"""Accounts that are kept, where nothing else is said."""

_ONE_EACH = (Unit.REQUESTS, Unit.CONCURRENT)
_SWEEP_EVERY_S = 1.0

MAX_OPEN = 100_000
"""Reservations that may be open at once, where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What is asked of one budget."""

    budget: Budget
    key: str
    """As `Per.key` gives it."""

    amount: int
    """>= 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What was set aside. It is settled once; what is never settled stays spent."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhausted:
    """Nothing was set aside, because one budget has not enough left."""

    budget: Budget
    spent: int
    """Of `Budget.limit`, with what is reserved."""

    asked: int
    retry_after_s: float | None
    """When it would fit if nobody else spends; None: never, or when a request that is under way ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """Nothing was set aside, because no more can be kept count of: refused like an exhausted budget."""

    what: str


class BudgetsError(Exception):
    """The keeper of budgets cannot be asked. The tier's fail mode decides."""


class Budgets(Protocol):
    """Keeps count. Implementations pass ``tests/contract/test_budgets.py``.

    One that asks another machine raises `BudgetsError` where that does not answer.
    """

    def reserve(self, draws: Sequence[Draw], *, at: datetime, ttl_s: int = 600) -> Reservation | Exhausted | Full:
        """Set aside all of ``draws``, or nothing.

        Args:
            draws: What is asked of each budget.
            at: Now; aware.
            ttl_s: >= 1. That long after it was made or last extended nobody will settle it any more: a place among
                those under way becomes free, and the rest stays spent.

        Raises:
            ValueError: If ``at`` has no time zone, an amount is less than 1, or ``ttl_s`` is.
        """
        ...

    def extend(self, reservation: Reservation, more: Usage, *, at: datetime) -> Exhausted | None:
        """Set aside ``more`` for a request that is under way; None: done. A stream that gets no more must stop.

        Raises:
            KeyError: If it was settled, or was under way longer than its ``ttl_s`` without a word: it must stop too.
        """
        ...

    def settle(self, reservation: Reservation, used: Usage | None, *, at: datetime) -> bool:
        """Count what was ``used`` in place of what was set aside, also where it was cut short.

        Args:
            reservation: What was set aside.
            used: What it was used for; None: for all that was set aside, and its place among those under way is free.
                Of an amount (`Unit.AMOUNT`) all is given back unless it is None.
            at: Now; aware.

        Returns:
            False: it was settled before, or is not known; nothing was changed.
        """
        ...


_Account: TypeAlias = tuple[str, Unit, int | None, str]
"""Budget, unit, window and key: another policy with another window begins to count anew."""


@dataclass(slots=True)
class _Held:
    draw: Draw
    bucket: int
    amount: int

    @property
    def account(self) -> _Account:
        return _account(self.draw)

    @property
    def is_place(self) -> bool:
        return self.draw.budget.unit is Unit.CONCURRENT


@dataclass(slots=True)
class _Open:
    """What a request that is under way holds, and until when."""

    held: list[_Held]
    ttl_s: int
    ends: float


def _account(draw: Draw) -> _Account:
    return (draw.budget.name, draw.budget.unit, draw.budget.window_s, draw.key)


class InProcessBudgets:
    """`Budgets` of one process, for any number of threads.

    Args:
        max_accounts: Accounts (budget x key) that are kept; when that many are in use, nobody new is admitted.
        max_open: Reservations that may be open at once.

    >>> from datetime import UTC, datetime
    >>> budgets, now = InProcessBudgets(), datetime(2026, 1, 1, tzinfo=UTC)
    >>> draw = Draw(budget=Budget(name="calls", unit=Unit.REQUESTS, limit=1, window_s=60), key="acme", amount=1)
    >>> first = budgets.reserve([draw], at=now)
    >>> budgets.reserve([draw], at=now).retry_after_s > 59
    True
    """

    def __init__(self, *, max_accounts: int = MAX_ACCOUNTS, max_open: int = MAX_OPEN) -> None:
        self._max_accounts, self._max_open = max_accounts, max_open
        self._lock = threading.Lock()
        self._accounts: dict[_Account, SlidingWindow] = {}
        self._open: dict[str, _Open] = {}
        self._ends: list[tuple[float, str]] = []
        self._made = 0
        self._clock = ForwardClock()
        self._swept_at = float("-inf")

    def reserve(self, draws: Sequence[Draw], *, at: datetime, ttl_s: int = 600) -> Reservation | Exhausted | Full:
        """As `Budgets.reserve`."""
        if ttl_s < 1:
            raise ValueError(f"`ttl_s` must be >= 1, got {ttl_s}")
        with self._lock:
            now = self._at(at)
            refused = self._refusal(draws, now)
            if refused is not None:
                return refused
            if len(self._open) >= self._max_open:
                return Full(what=f"{self._max_open} requests are under way")
            self._made += 1
            name = str(self._made)
            self._open[name] = _Open(held=[self._take(draw, now) for draw in draws], ttl_s=ttl_s, ends=now + ttl_s)
            heapq.heappush(self._ends, (now + ttl_s, name))
            return Reservation(id=name)

    def extend(self, reservation: Reservation, more: Usage, *, at: datetime) -> Exhausted | None:
        """As `Budgets.extend`."""
        with self._lock:
            now = self._at(at)
            under_way = self._open.get(reservation.id)
            if under_way is None:
                raise KeyError(f"reservation {reservation.id} is not open")
            under_way.ends = now + under_way.ttl_s
            held = under_way.held
            budgets = {one.account: one.draw for one in held if one.draw.budget.unit not in _ONE_EACH}
            asked = [
                Draw(budget=draw.budget, key=draw.key, amount=amount)
                for draw in budgets.values()
                if (amount := draw.budget.unit.amount(more)) > 0
            ]
            refused = self._refusal(asked, now)
            if isinstance(refused, Exhausted):
                return refused
            for draw in asked:
                more_held = self._take(draw, now)
                same = (one for one in held if one.account == more_held.account and one.bucket == more_held.bucket)
                if (one := next(same, None)) is not None:
                    one.amount += more_held.amount
                else:
                    held.append(more_held)
            return None

    def settle(self, reservation: Reservation, used: Usage | None, *, at: datetime) -> bool:
        """As `Budgets.settle`."""
        with self._lock:
            now = self._at(at)
            under_way = self._open.pop(reservation.id, None)
            if under_way is None:
                return False
            held = [one for one in under_way.held if used is not None or one.is_place]
            left = {
                one.account: 0 if used is None else one.draw.budget.unit.amount(used)
                for one in held
                if not one.is_place
            }
            for one in held:
                # Several holds of one account (a stream that was extended) are filled in order.
                filled = min(one.amount, left.get(one.account, 0))
                self._accounts[one.account].give_back(one.bucket, one.amount - filled, at=now)
                if not one.is_place:
                    left[one.account] -= filled
            for account, more in left.items():
                self._accounts[account].add(more, at=now)
            return True

    def spent(self, budget: Budget, key: str, *, at: datetime) -> int:
        """Return what is spent or reserved of one budget."""
        with self._lock:
            now = self._at(at)
            account = self._accounts.get((budget.name, budget.unit, budget.window_s, key))
            return 0 if account is None else account.total(at=now)

    def _at(self, at: datetime) -> float:
        if at.tzinfo is None:
            raise ValueError("`at` needs a time zone")
        now = self._clock.read(at.timestamp())
        while self._ends and self._ends[0][0] <= now:
            name = heapq.heappop(self._ends)[1]
            under_way = self._open.get(name)
            if under_way is None:
                continue
            if under_way.ends > now:
                heapq.heappush(self._ends, (under_way.ends, name))
                continue
            del self._open[name]
            for one in under_way.held:
                if one.is_place:
                    self._accounts[one.account].give_back(one.bucket, one.amount, at=now)
        return now

    def _refusal(self, draws: Sequence[Draw], now: float) -> Exhausted | Full | None:
        asked: dict[_Account, int] = {}
        for draw in draws:
            if draw.amount < 1:
                raise ValueError(f"budget {draw.budget.name}: `amount` must be >= 1, got {draw.amount}")
            name = _account(draw)
            asked[name] = asked.get(name, 0) + draw.amount
            account = self._accounts.get(name)
            spent = 0 if account is None else account.total(at=now)
            if spent + asked[name] > draw.budget.limit:
                wait = None
                if draw.budget.unit is not Unit.CONCURRENT and account is not None:
                    wait = account.free_in(asked[name], limit=draw.budget.limit, at=now)
                return Exhausted(budget=draw.budget, spent=spent, asked=draw.amount, retry_after_s=wait)
        return self._make_room(sum(name not in self._accounts for name in asked), now)

    def _make_room(self, wanted: int, now: float) -> Full | None:
        if len(self._accounts) + wanted <= self._max_accounts:
            return None
        if now - self._swept_at >= _SWEEP_EVERY_S:
            # All accounts are looked at, so not for every request of a flood of them.
            self._swept_at = now
            in_use = {one.account for under_way in self._open.values() for one in under_way.held}
            for name in [name for name, account in self._accounts.items() if account.is_over(at=now)]:
                if name not in in_use:
                    del self._accounts[name]
        fits = len(self._accounts) + wanted <= self._max_accounts
        return None if fits else Full(what=f"{self._max_accounts} accounts are in use")

    def _take(self, draw: Draw, now: float) -> _Held:
        account = self._accounts.get(_account(draw))
        if account is None:
            account = self._accounts[_account(draw)] = SlidingWindow(length_s=draw.budget.window_s)
        return _Held(draw=draw, bucket=account.add(draw.amount, at=now), amount=draw.amount)
