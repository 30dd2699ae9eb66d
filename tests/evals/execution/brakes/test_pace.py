"""The limiter, in virtual time, against systems that behave in stated ways."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.virtual_time import run_virtually
from roadworthy.evals.execution.brakes.congestion import Congestion
from roadworthy.evals.execution.brakes.ending import Ending, Halt, HaltedError, Stop
from roadworthy.evals.execution.brakes.pace import Pace, PaceLimits


class World:
    """Workers that call a system as fast as the pace lets them, and what came of it."""

    def __init__(self, limits, *, system, workers=256):
        self.halt = Halt()
        self.pace = Pace(limits, halt=self.halt)
        self.system = system
        self.workers = workers
        self.in_flight = 0
        self.calls = []
        """Time of each call."""

        self.limits = []
        """The limit after each call."""

        self.most = 0

    def run(self, *, seconds):
        async def main():
            tasks = [asyncio.create_task(self._work()) for _ in range(self.workers)]
            await asyncio.sleep(seconds)
            self.halt.stop(Ending(stop=Stop.INTERRUPTED))
            await asyncio.gather(*tasks)

        run_virtually(main())
        return self

    async def _work(self):
        loop = asyncio.get_running_loop()
        while self.halt.ending is None:
            try:
                await self.pace.enter()
            except HaltedError:
                return
            self.in_flight += 1
            self.most = max(self.most, self.in_flight)
            started = loop.time()
            self.calls.append(started)
            latency_s, said, retry_after_s = self.system(self, started)
            await asyncio.sleep(latency_s)
            self.in_flight -= 1
            self.pace.leave(started=started, said=said, retry_after_s=retry_after_s)
            self.limits.append(self.pace.limit)


def steady(world, now):
    return 0.05, Congestion.NONE, None


@pytest.mark.parametrize("most", [1, 7, 64, 256])
def test_a_healthy_system_gets_the_most_within_a_few_round_trips_and_keeps_it(most):
    world = World(PaceLimits(most=most), system=steady).run(seconds=3)

    reached = next(number for number, limit in enumerate(world.limits) if limit == most)
    assert world.calls[reached] <= 0.05 * 6
    assert set(world.limits[reached:]) == {most}
    assert world.most == most


@settings(max_examples=10)
@given(
    most=st.integers(1, 80),
    latencies=st.lists(st.floats(0.005, 2.0), min_size=1, max_size=20),
    said=st.lists(st.sampled_from(list(Congestion)), min_size=1, max_size=20),
    waits=st.lists(st.sampled_from([None, 0.5, 3.0]), min_size=1, max_size=5),
)
def test_whatever_the_system_does_the_bound_holds_and_every_turn_comes_back(most, latencies, said, waits):
    def system(world, now):
        number = len(world.calls)
        return latencies[number % len(latencies)], said[number % len(said)], waits[number % len(waits)]

    world = World(PaceLimits(most=most), system=system, workers=100).run(seconds=4)

    assert 1 <= world.most <= most
    assert all(1 <= limit <= most for limit in world.limits)
    assert world.pace.in_flight == 0


def test_one_burst_of_refusals_is_one_cut_and_nothing_grows_until_it_has_cooled_down():
    def system(world, now):
        return 0.05, Congestion.LIMITED if 1.0 <= now < 1.05 else Congestion.NONE, None

    world = World(PaceLimits(most=100, cooldown_s=15.0), system=system)
    world.run(seconds=14)

    assert world.limits[-1] == 80
    assert min(world.limits[len(world.limits) // 2 :]) == 80


def test_it_grows_back_after_the_cooldown():
    def system(world, now):
        return 0.05, Congestion.LIMITED if 1.0 <= now < 1.05 else Congestion.NONE, None

    world = World(PaceLimits(most=100, cooldown_s=2.0), system=system).run(seconds=10)

    assert world.limits[-1] == 100


def test_retry_after_holds_every_worker_not_only_the_one_that_heard_it():
    def system(world, now):
        is_one = len(world.calls) == 500
        return 0.05, Congestion.LIMITED if is_one else Congestion.NONE, 7.0 if is_one else None

    world = World(PaceLimits(most=64), system=system).run(seconds=10)

    told_at = world.calls[499] + 0.05
    assert [t for t in world.calls if told_at < t < told_at + 7.0 - 1e-9] == []
    assert any(t >= told_at + 7.0 for t in world.calls)


def test_it_settles_below_the_capacity_of_a_system_that_turns_away_what_is_too_much():
    refused = []

    def system(world, now):
        too_much = world.in_flight > 12
        if too_much:
            refused.append(now)
        return 0.05, Congestion.LIMITED if too_much else Congestion.NONE, None

    world = World(PaceLimits(most=64, cooldown_s=1.0), system=system).run(seconds=60)

    late = [t for t in world.calls if t > 30]
    assert 10 <= world.limits[-1] <= 16
    assert sum(t > 30 for t in refused) < 0.05 * len(late)
    assert len(late) > 0.7 * 12 / 0.05 * 30


def test_a_queue_that_builds_up_shrinks_the_limit_before_anything_is_refused():
    """One server of 10 ms and a queue before it: beyond one call in flight only the waiting grows."""
    free_at = [0.0]

    def system(world, now):
        free_at[0] = max(free_at[0], now) + 0.01
        return free_at[0] - now, Congestion.NONE, None

    world = World(PaceLimits(most=64, initial=2), system=system).run(seconds=20)

    assert max(world.limits[-200:]) <= 32
    assert len(world.calls) > 0.95 * 20 / 0.01


def test_a_system_that_became_slower_for_good_is_believed():
    def system(world, now):
        return (0.05 if now < 2 else 0.4), Congestion.NONE, None

    world = World(PaceLimits(most=64), system=system).run(seconds=120)

    assert min(world.limits) < 20
    assert world.limits[-1] == 64


def test_requests_a_minute_are_kept_in_every_minute():
    world = World(PaceLimits(most=64, requests_per_minute=120), system=steady).run(seconds=300)

    assert max(sum(s <= t < s + 60 for t in world.calls) for s in world.calls) <= 120
    assert len(world.calls) >= 0.85 * 120 * 5


def test_tokens_a_minute_are_kept_on_average():
    halt = Halt()
    pace = Pace(PaceLimits(most=10, tokens_per_minute=6000), halt=halt)
    taken = []

    async def work():
        loop = asyncio.get_running_loop()
        while loop.time() < 600:
            await pace.enter(tokens=100.0)
            started = loop.time()
            taken.append(started)
            await asyncio.sleep(0.1)
            pace.leave(started=started, said=Congestion.NONE)
            pace.correct(150.0 - 100.0)

    async def main():
        await asyncio.gather(*(work() for _ in range(10)))

    run_virtually(main())

    assert 0.85 * 6000 * 10 <= len(taken) * 150 <= 1.1 * 6000 * 10


def test_a_crash_at_the_start_delays_the_most_by_little():
    def system(world, now):
        return 0.05, Congestion.BROKEN if len(world.calls) == 1 else Congestion.NONE, None

    world = World(PaceLimits(most=64), system=system).run(seconds=3)

    assert world.limits[-1] == 64
    assert world.limits[int(20 * 0.5 / 0.05)] >= 40


def test_those_who_wait_together_share_the_tokens_of_the_minute():
    async def main():
        halt = Halt()
        pace = Pace(PaceLimits(most=64, tokens_per_minute=1000), halt=halt)
        await pace.enter(tokens=100.0)
        waiting = [asyncio.create_task(pace.enter(tokens=100.0)) for _ in range(20)]
        await asyncio.sleep(60)
        entered = pace.in_flight
        halt.stop(Ending(stop=Stop.INTERRUPTED))
        await asyncio.gather(*waiting, return_exceptions=True)
        return entered

    assert 9 <= run_virtually(main()) <= 11


def test_who_is_cancelled_while_waiting_leaves_the_turn_to_others():
    async def main():
        pace = Pace(PaceLimits(most=1), halt=Halt())
        await pace.enter()
        waiting = [asyncio.create_task(pace.enter()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        pace.give_back()
        waiting[1].cancel()
        await asyncio.sleep(0)
        await asyncio.wait_for(waiting[2], 1)
        return pace.in_flight

    assert run_virtually(main()) == 1


def test_a_stop_wakes_everybody_who_waits():
    async def main():
        halt = Halt()
        pace = Pace(PaceLimits(most=1), halt=halt)
        await pace.enter()
        waiting = [asyncio.create_task(pace.enter()) for _ in range(3)]
        await asyncio.sleep(0)
        halt.stop(Ending(stop=Stop.INTERRUPTED))
        return await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(one) for one in run_virtually(main())] == [HaltedError] * 3


@pytest.mark.parametrize(
    "wrong", [{"most": 0}, {"most": 1, "initial": 0}, {"most": 1, "cut": 1.0}, {"most": 1, "tolerance": 0.5}]
)
def test_impossible_limits_are_refused(wrong):
    with pytest.raises(ValueError, match=r"at least 1|in \(0, 1\)"):
        PaceLimits(**wrong)
