"""What every keeper of budgets must do: reserve whole or not at all, settle once, and never let more through."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from roadworthy.guard.budget.book import Draw, Exhausted, InProcessBudgets, Reservation
from roadworthy.guard.budget.model import Budget, Per, Unit
from roadworthy.guard.event import Usage

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MONEY = Budget(name="spend", unit=Unit.MONEY, limit=450_000, window_s=3600, assumed=120_000)
CALLS = Budget(name="calls", unit=Unit.REQUESTS, limit=3, window_s=60)
PLACES = Budget(name="places", unit=Unit.CONCURRENT, limit=2)
TOKENS = Budget(name="tokens", unit=Unit.OUTPUT_TOKENS, limit=1000, assumed=400)


@pytest.fixture(params=[InProcessBudgets])
def budgets(request: pytest.FixtureRequest) -> InProcessBudgets:
    return request.param()


def draw(budget: Budget, amount: int = 1, key: str = "acme") -> Draw:
    return Draw(budget=budget, key=key, amount=amount)


def test_many_threads_never_spend_more_than_the_cap(budgets):
    started, done = threading.Barrier(16), []

    def spend() -> None:
        started.wait()
        for _ in range(50):
            answer = budgets.reserve([draw(MONEY, 120_000)], at=NOON)
            if isinstance(answer, Reservation):
                budgets.settle(answer, Usage(money=120_000), at=NOON)
                done.append(120_000)

    threads = [threading.Thread(target=spend) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(done) == 360_000
    assert budgets.spent(MONEY, "acme", at=NOON) == 360_000


def test_what_does_not_fit_one_budget_takes_nothing_of_the_other(budgets):
    answer = budgets.reserve([draw(CALLS), draw(MONEY, 460_000)], at=NOON)

    assert isinstance(answer, Exhausted)
    assert answer.budget == MONEY
    assert answer.retry_after_s is None
    assert budgets.spent(CALLS, "acme", at=NOON) == 0


def test_the_same_budget_drawn_on_twice_in_one_request_counts_twice(budgets):
    assert isinstance(budgets.reserve([draw(CALLS, 2), draw(CALLS, 2)], at=NOON), Exhausted)


def test_keys_do_not_share(budgets):
    assert isinstance(budgets.reserve([draw(CALLS, 3, "acme")], at=NOON), Reservation)
    assert isinstance(budgets.reserve([draw(CALLS, 3, "other")], at=NOON), Reservation)


def test_settling_gives_back_what_was_not_used_and_counts_what_was_used_beyond(budgets):
    first = budgets.reserve([draw(TOKENS, 400)], at=NOON)
    assert budgets.settle(first, Usage(output_tokens=100), at=NOON)
    assert budgets.spent(TOKENS, "acme", at=NOON) == 100

    second = budgets.reserve([draw(TOKENS, 400)], at=NOON)
    assert budgets.settle(second, Usage(output_tokens=700), at=NOON)
    assert budgets.spent(TOKENS, "acme", at=NOON) == 800


def test_a_reservation_is_settled_once(budgets):
    held = budgets.reserve([draw(TOKENS, 400)], at=NOON)

    assert budgets.settle(held, Usage(output_tokens=10), at=NOON)
    assert not budgets.settle(held, Usage(output_tokens=0), at=NOON)
    assert budgets.spent(TOKENS, "acme", at=NOON) == 10


def test_a_stream_that_is_cut_short_pays_for_what_it_used_and_its_extensions(budgets):
    held = budgets.reserve([draw(TOKENS, 400)], at=NOON)
    assert budgets.extend(held, Usage(output_tokens=300), at=NOON) is None
    assert budgets.spent(TOKENS, "acme", at=NOON) == 700
    assert isinstance(budgets.extend(held, Usage(output_tokens=301), at=NOON), Exhausted)

    budgets.settle(held, Usage(output_tokens=450), at=NOON)
    assert budgets.spent(TOKENS, "acme", at=NOON) == 450


def test_what_nobody_settles_stays_spent_but_its_place_becomes_free(budgets):
    held = [budgets.reserve([draw(PLACES), draw(TOKENS, 400)], at=NOON, ttl_s=60) for _ in range(2)]
    assert all(isinstance(one, Reservation) for one in held)
    assert isinstance(budgets.reserve([draw(PLACES)], at=NOON), Exhausted)

    later = NOON + timedelta(seconds=61)
    assert isinstance(budgets.reserve([draw(PLACES)], at=later), Reservation)
    assert budgets.spent(TOKENS, "acme", at=later) == 800
    assert not budgets.settle(held[0], Usage(), at=later)


def test_a_place_is_free_as_soon_as_its_request_is_settled(budgets):
    first, _ = (budgets.reserve([draw(PLACES)], at=NOON) for _ in range(2))
    budgets.settle(first, Usage(), at=NOON)

    assert isinstance(budgets.reserve([draw(PLACES)], at=NOON), Reservation)


def test_it_says_when_it_will_fit_and_then_it_does(budgets):
    for _ in range(3):
        budgets.reserve([draw(CALLS)], at=NOON)
    refused = budgets.reserve([draw(CALLS)], at=NOON + timedelta(seconds=20))

    wait = refused.retry_after_s
    assert 39 < wait < 42
    assert isinstance(budgets.reserve([draw(CALLS)], at=NOON + timedelta(seconds=20 + wait * 0.9)), Exhausted)
    assert isinstance(budgets.reserve([draw(CALLS)], at=NOON + timedelta(seconds=20 + wait + 0.001)), Reservation)


def test_a_clock_that_is_set_back_opens_nothing(budgets):
    for _ in range(3):
        budgets.reserve([draw(CALLS)], at=NOON)

    assert isinstance(budgets.reserve([draw(CALLS)], at=NOON - timedelta(hours=1)), Exhausted)
    assert isinstance(budgets.reserve([draw(CALLS)], at=NOON + timedelta(seconds=5)), Exhausted)


def test_a_clock_that_was_far_ahead_by_mistake_does_not_stop_every_window(budgets):
    budgets.reserve([draw(CALLS, 3)], at=NOON + timedelta(days=4000))
    wait = timedelta(seconds=0)
    while isinstance(budgets.reserve([draw(CALLS)], at=NOON + wait), Exhausted):
        wait += timedelta(seconds=10)

    assert timedelta(minutes=10) <= wait <= timedelta(minutes=12)


def test_a_clock_that_is_set_back_and_forth_opens_nothing(budgets):
    budgets.reserve([draw(CALLS, 3)], at=NOON)
    for _ in range(300):
        assert isinstance(budgets.reserve([draw(CALLS)], at=NOON - timedelta(hours=1)), Exhausted)
        assert isinstance(budgets.reserve([draw(CALLS)], at=NOON + timedelta(seconds=1)), Exhausted)


@pytest.mark.parametrize("used", [Usage(output_tokens=-(10**12)), Usage(input_tokens=-5, output_tokens=-5)])
def test_nobody_earns_by_what_they_report(budgets, used):
    before = budgets.reserve([draw(TOKENS, 400)], at=NOON)
    budgets.settle(before, Usage(output_tokens=300), at=NOON)
    held = budgets.reserve([draw(TOKENS, 400)], at=NOON)
    budgets.extend(held, used, at=NOON)

    assert budgets.settle(held, used, at=NOON)
    assert budgets.spent(TOKENS, "acme", at=NOON) == 300


def test_a_stream_that_is_extended_stays_open_longer_than_it_was_set_aside_for(budgets):
    held = budgets.reserve([draw(TOKENS, 10), draw(PLACES)], at=NOON, ttl_s=60)
    for minute in range(1, 20):
        assert budgets.extend(held, Usage(output_tokens=10), at=NOON + timedelta(seconds=50 * minute)) is None

    late = NOON + timedelta(seconds=50 * 20)
    assert budgets.settle(held, Usage(output_tokens=500), at=late)
    assert budgets.spent(TOKENS, "acme", at=late) == 500
    assert budgets.spent(PLACES, "acme", at=late) == 0


@pytest.mark.parametrize("ttl_s", [0, -1])
def test_a_reservation_that_is_over_at_once_is_refused(budgets, ttl_s):
    with pytest.raises(ValueError, match="`ttl_s` must be >= 1"):
        budgets.reserve([draw(CALLS)], at=NOON, ttl_s=ttl_s)


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_and_less_is_no_draw(budgets, amount):
    with pytest.raises(ValueError, match="`amount` must be >= 1"):
        budgets.reserve([draw(CALLS, amount)], at=NOON)


def test_a_time_without_a_zone_is_refused(budgets):
    with pytest.raises(ValueError, match="time zone"):
        budgets.reserve([draw(CALLS)], at=NOON.replace(tzinfo=None))


def test_extending_what_is_over_is_told(budgets):
    held = budgets.reserve([draw(TOKENS, 400)], at=NOON)
    budgets.settle(held, Usage(), at=NOON)

    with pytest.raises(KeyError, match="not open"):
        budgets.extend(held, Usage(output_tokens=1), at=NOON)


LIMIT = Budget(name="limit/refunds", unit=Unit.AMOUNT, limit=1_000, per=Per.TENANT, assumed=1)


@pytest.mark.parametrize(("used", "spent"), [(None, 700), (Usage(), 0), (Usage(tool_calls=5, money=9), 0)])
def test_what_a_limit_set_aside_is_spent_whole_or_given_back_whole(budgets, used, spent):
    held = budgets.reserve([draw(LIMIT, 700), draw(PLACES)], at=NOON)
    assert isinstance(budgets.reserve([draw(LIMIT, 301)], at=NOON), Exhausted)

    assert budgets.settle(held, used, at=NOON)
    assert not budgets.settle(held, used, at=NOON)
    assert budgets.spent(LIMIT, "acme", at=NOON) == spent
    assert budgets.spent(PLACES, "acme", at=NOON) == 0


def test_what_was_extended_and_is_not_told_is_spent_whole(budgets):
    held = budgets.reserve([draw(TOKENS, 400)], at=NOON)
    budgets.extend(held, Usage(output_tokens=300), at=NOON)

    assert budgets.settle(held, None, at=NOON)
    assert budgets.spent(TOKENS, "acme", at=NOON) == 700


@pytest.mark.parametrize(
    ("unit", "name"), [(Unit.AMOUNT, "refunds"), (Unit.TOOL_CALLS, "limit/refunds"), (Unit.AMOUNT, "limit/")]
)
def test_a_limit_and_a_budget_never_share_a_name(unit, name):
    with pytest.raises(ValueError, match="must look like"):
        Budget(name=name, unit=unit, limit=1, assumed=1)
