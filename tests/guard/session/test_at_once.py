"""Many at once: shared budgets are never exceeded, what is broken off is given back, one yes opens one call."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.guard_world import NOW, bundle, rule
from fakes.guarded_runs import ADA, Numbers, SetClock, any_arguments, guard, say_yes, tool_bundle
from roadworthy.guard.approvals.book import InProcessApprovals
from roadworthy.guard.budget.book import InProcessBudgets
from roadworthy.guard.budget.model import Per
from roadworthy.guard.calls.policy import Limit, ToolPolicy
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.policy.model import Route
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.segment import Stage
from roadworthy.guard.session.calls.draws import budget_of
from roadworthy.guard.session.errors import ApprovalRequiredError, BudgetExhaustedError, CallRefusedError
from roadworthy.guard.session.guard import Guard
from roadworthy.guard.session.ticket import Ticket

RUNS = 10_000
LIMIT = 500


def limits(limit: int) -> tuple[Limit, Limit]:
    """Return a limit of ``limit`` calls, and one of as many units of an amount."""
    return (
        Limit(name="calls", limit=limit, per=Per.TENANT),
        Limit(name="spent", limit=limit * 1_000, amount="amount", per=Per.TENANT),
    )


def policy_of(limit: int) -> Bundle:
    """Return a policy without rules that look at text, so that many runs are cheap."""
    grant = any_arguments("pay", Effect.PAY, limits=limits(limit))
    route = Route(name="*", stages=tuple(Stage))
    return bundle(rule("none", when="false"), routes=(route,), tools=ToolPolicy(grants=(grant,)))


def spent(here: Guard, book: InProcessBudgets, limit: Limit, *, at: datetime = NOW) -> int:
    event = here.run(ADA)._course.event(())
    return book.spent(budget_of(limit), limit.per.key(event, conversation=""), at=at)


class Meter:
    """Counts what is let through by itself, without asking the book."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.ends: dict[str, int] = dict.fromkeys(("paid", "failed", "broken off", "forgotten", "refused"), 0)
        self.held = self.most = 0

    def let_through(self) -> None:
        with self._lock:
            self.held += 1
            self.most = max(self.most, self.held + self.lasting)

    def giving_back(self) -> None:
        with self._lock:
            self.held -= 1

    def ended(self, how: str) -> None:
        with self._lock:
            self.ends[how] += 1
            self.held -= how in ("paid", "forgotten")

    @property
    def lasting(self) -> int:
        """Calls whose part is spent for good."""
        return self.ends["paid"] + self.ends["forgotten"]


HOW = ("paid", "failed", "broken off", "failed", "broken off", "forgotten", "broken off")


def one_run(here: Guard, number: int, meter: Meter) -> None:
    """Pay 1 in a run of its own: paid, failed, broken off, or left to its time, by its number."""
    run, how = here.run(ADA), HOW[number % len(HOW)]
    try:
        ticket = run.call("pay", {"amount": 1})
    except BudgetExhaustedError:
        meter.ended("refused")
        return
    meter.let_through()
    if how == "paid":
        run.returned(ticket, "ok")
    elif how != "forgotten":
        meter.giving_back()
        if how == "failed":
            run.failed(ticket, happened=False)
        else:
            run.abort(happened=False)
    meter.ended(how)


def check_in_threads(book: InProcessBudgets, *, runs: int, limit: int) -> None:
    """Run ``runs`` runs in threads, and hold the book to what was counted beside it."""
    clock, meter = SetClock(), Meter()
    calls, amount = limits(limit)
    here = guard(policy_of(limit), budgets=book, clock=clock)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: one_run(here, number, meter), range(runs)))

    assert sum(meter.ends.values()) == runs
    assert meter.ends["refused"] > 0
    assert meter.ends["failed"] > 0
    assert meter.most <= limit
    assert spent(here, book, calls) == meter.lasting
    clock.wait(601)  # nobody will settle any more: what was let through may have been done, and stays spent
    assert spent(here, book, calls, at=clock.at) == meter.lasting
    assert spent(here, book, amount, at=clock.at) == meter.lasting * 1_000


@pytest.mark.slow
def test_ten_thousand_runs_in_threads_never_spend_more_than_the_limit_and_give_back_the_rest():
    check_in_threads(InProcessBudgets(), runs=RUNS, limit=LIMIT)


class Interrupted(InProcessBudgets):
    """Lets other threads go on between the look at what is left and the taking of it, as a scheduler may."""

    def _refusal(self, draws, now):
        answer = super()._refusal(draws, now)
        time.sleep(0.0005)
        return answer


class Unlocked(Interrupted):
    def __init__(self) -> None:
        super().__init__()
        self._lock = nullcontext()


def test_a_book_without_its_lock_is_caught_and_the_same_book_with_it_is_not():
    check_in_threads(Interrupted(), runs=200, limit=20)

    with pytest.raises((AssertionError, KeyError, RuntimeError)):
        check_in_threads(Unlocked(), runs=200, limit=20)


@pytest.mark.slow
def test_ten_thousand_runs_of_one_loop_that_are_all_open_at_once():
    book, let_through = InProcessBudgets(), []
    here = guard(policy_of(LIMIT), budgets=book)
    calls, amount = limits(LIMIT)

    async def run_one(number: int, all_asked: asyncio.Event) -> None:
        with here.run(ADA) as run:
            await asyncio.sleep(0)
            try:
                ticket = run.call("pay", {"amount": 1})
            except BudgetExhaustedError:
                return
            let_through.append(number)
            await all_asked.wait()
            if number % 2:
                run.returned(ticket, "ok")
            elif number % 4:
                run.failed(ticket, happened=False)
            else:
                run.abort(happened=False)

    async def everything() -> None:
        all_asked = asyncio.Event()
        tasks = [asyncio.create_task(run_one(number, all_asked)) for number in range(RUNS)]
        await asyncio.sleep(0)
        for task in tasks[::7]:
            task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(let_through) == LIMIT
        assert not any(number % 7 == 0 for number in let_through)
        assert spent(here, book, calls) == LIMIT
        for task in tasks[::5]:
            task.cancel()
        all_asked.set()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(everything())
    # Those that were cancelled may have paid.
    paid = sum(1 for number in let_through if number % 2 or not number % 5)
    assert spent(here, book, calls) == paid
    assert spent(here, book, amount) == paid * 1_000


class Held(InProcessBudgets):
    """Holds the thread that is named *slow* at one step of its way until the others are done."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self._step = step
        self.is_held, self.others_are_done = threading.Event(), threading.Event()

    def hold(self, step: str) -> None:
        if step == self._step and threading.current_thread().name == "slow":
            self.is_held.set()
            self.others_are_done.wait(5)

    def reserve(self, draws, *, at, ttl_s=600):
        self.hold("before reserving")
        answer = super().reserve(draws, at=at, ttl_s=ttl_s)
        self.hold("after reserving")
        return answer

    def settle(self, reservation, used, *, at):
        self.hold("before settling")
        answer = super().settle(reservation, used, at=at)
        self.hold("after settling")
        return answer


@pytest.mark.parametrize("step", ["before reserving", "after reserving", "before settling", "after settling"])
def test_the_last_place_is_given_to_one_whoever_is_between_which_steps(step):
    book = Held(step)
    grant = any_arguments("pay", Effect.PAY, limits=(Limit(name="calls", limit=1, per=Per.TENANT),))
    here, seen = guard(tool_bundle(grant), budgets=book), []

    def attempt() -> None:
        with here.run(ADA) as run:
            try:
                run.returned(run.call("pay", {}), "ok")
                seen.append(True)
            except BudgetExhaustedError:
                seen.append(False)

    slow = threading.Thread(target=attempt, name="slow")
    slow.start()
    assert book.is_held.wait(5)
    at_once([attempt] * 3)
    book.others_are_done.set()
    slow.join()

    assert sorted(seen) == [False, False, False, True]


def at_once(acts) -> None:
    """Let each of ``acts`` begin in a thread of its own at the same moment, and wait for all."""
    started = threading.Barrier(len(acts))

    def begin(act) -> None:
        started.wait()
        act()

    threads = [threading.Thread(target=begin, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_one_yes_opens_one_of_many_calls_that_are_made_at_once():
    book, clock = InProcessApprovals(), SetClock()
    here = guard(approvals=book, clock=clock, ids=Numbers())
    runs, got = [here.run(ADA, conversation="c") for _ in range(8)], []
    with pytest.raises(ApprovalRequiredError) as needed:
        runs[0].call("send", {"to": "bob"})
    say_yes(book, needed.value.asked, at=clock.at)

    def call(run) -> None:
        try:
            got.append(run.call("send", {"to": "bob"}).tool)
        except ApprovalRequiredError:
            got.append("")

    at_once([partial(call, run) for run in runs])
    assert sorted(got) == [""] * 7 + ["send"]


def test_one_key_lets_one_of_many_calls_through():
    here, got = guard(), []

    def call() -> None:
        try:
            got.append(here.run(ADA, conversation="c").call("pay", {"amount": 1}, key="k").tool)
        except CallRefusedError:
            got.append("")

    at_once([call] * 8)
    assert sorted(got) == [""] * 7 + ["pay"]


def test_parallel_calls_of_one_run_are_each_in_its_state():
    run = guard().run(ADA)
    with ThreadPoolExecutor(8) as pool:
        tickets = list(pool.map(lambda number: run.call("look", {"n": number}), range(64)))
        list(pool.map(lambda ticket: run.returned(ticket, "ok"), tickets))

    assert [made.step for made in run.state.run.calls] == list(range(1, 65))
    assert {made.status.value for made in run.state.run.calls} == {"returned"}


STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["call", "call", "returned", "failed", "abort"])), max_size=60
)


@settings(max_examples=25)
@given(steps=STEPS)
def test_no_schedule_of_calls_ends_and_aborts_exceeds_a_limit_or_loses_what_was_set_aside(steps):
    book = InProcessBudgets()
    limit = Limit(name="calls", limit=5, per=Per.TENANT)
    here = guard(tool_bundle(any_arguments("pay", Effect.PAY, limits=(limit,))), budgets=book)
    runs = [here.run(ADA) for _ in range(4)]
    tickets: list[tuple[int, Ticket]] = []
    paid = 0
    for number, what in steps:
        mine = [one for one in tickets if one[0] == number]
        if what == "call":
            is_full = paid + len(tickets) >= 5
            try:
                tickets.append((number, runs[number].call("pay", {})))
                assert not is_full
            except BudgetExhaustedError:
                assert is_full
        elif what == "abort":
            runs[number].abort(happened=False)
            tickets = [one for one in tickets if one[0] != number]
        elif mine:
            tickets.remove(mine[0])
            if what == "returned":
                runs[number].returned(mine[0][1], "ok")
                paid += 1
            else:
                runs[number].failed(mine[0][1], happened=False)
        assert spent(here, book, limit) == paid + len(tickets)
