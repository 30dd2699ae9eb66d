"""Caps, circuit breaker, rate limits and deadline, as a whole run meets them; in virtual time."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.scripted_target import MemoryJournal, SaysAnswer, ScriptedTarget, TickingClock, make_plan, make_task
from fakes.virtual_time import run_virtually
from roadworthy.evals.execution.brakes.breaker import Breaker, BreakerPolicy
from roadworthy.evals.execution.brakes.budget import Budget, Caps, Prices
from roadworthy.evals.execution.brakes.controls import Controls
from roadworthy.evals.execution.brakes.ending import FINISHED, Ending, Halt, Stop
from roadworthy.evals.execution.brakes.pace import Pace, PaceLimits
from roadworthy.evals.execution.past import read_past
from roadworthy.evals.execution.retry import RetryPolicy
from roadworthy.evals.execution.runner import run
from roadworthy.evals.model import NoReply, Reply, Usage

DOWN = NoReply(reason="HTTP 503", retryable=True)
LIMITED = NoReply(reason="HTTP 429", retryable=True, retry_after_s=1.0)
GOOD = Reply(text="an answer", usage=Usage(input_tokens=60, output_tokens=40))


class Slow(ScriptedTarget):
    """Takes a tenth of a second, and knows when it is asked."""

    def __init__(self, script=None, *, latency_s=0.1):
        super().__init__(script)
        self.latency_s = latency_s
        self.times = []

    async def ask(self, request):
        self.times.append(asyncio.get_running_loop().time())
        self.in_flight += 1
        try:
            await asyncio.sleep(self.latency_s)
        finally:
            self.in_flight -= 1
        return await super().ask(request)


def carry_out(
    task, target, *, lines=None, caps=None, breaker=None, concurrency=8, deadline_s=None, during=None, retries=None
):
    """Run ``task`` with brakes, going on from ``lines``; returns lines, ending and budget."""
    lines = [] if lines is None else lines
    halt, budget = Halt(), Budget(caps or Caps())
    prices = Prices(per_million_input=1.0, per_million_output=2.0)
    read_past(lines, retry_unassessed=False, budget=budget, prices=prices)

    async def main():
        controls = Controls(
            pace=Pace(PaceLimits(most=concurrency), halt=halt), halt=halt, budget=budget, prices=prices,
            breaker=Breaker(breaker, halt=halt) if breaker else None, deadline_s=deadline_s,
        )  # fmt: skip
        if during is not None:
            during(halt)
        return await run(
            task, plan=make_plan(task), target=target, scorers=(SaysAnswer(),), journal=MemoryJournal(lines),
            cache=None, clock=TickingClock(), concurrency=concurrency, retries=retries or RetryPolicy(),
            on_result=lambda _: None, controls=controls,
        )  # fmt: skip

    return lines, run_virtually(main()), budget


def keys(lines):
    return Counter((line.sample, line.epoch) for line in lines)


FLAKY = st.lists(st.sampled_from([GOOD, DOWN, NoReply(reason="HTTP 400")]), min_size=1, max_size=9)


@settings(max_examples=60)
@given(script=FLAKY, cap=st.integers(1, 60), concurrency=st.integers(1, 9), epochs=st.integers(1, 2))
def test_the_cap_on_calls_is_never_passed_and_resuming_completes_the_run(script, cap, concurrency, epochs):
    turn = iter(range(10**6))
    target = Slow(lambda *_: script[next(turn) % len(script)])
    task = make_task(12, epochs=epochs)

    lines, ending, budget = carry_out(task, target, caps=Caps(calls=cap), concurrency=concurrency)
    asked = target.asked.total()
    whole, end, _ = carry_out(task, target, lines=list(lines), concurrency=concurrency)

    assert asked == budget.calls <= cap
    assert ending.stop in (Stop.FINISHED, Stop.MAX_CALLS)
    assert sum(line.calls for line in lines) <= asked
    assert end == FINISHED
    assert whole[: len(lines)] == lines
    assert keys(whole) == Counter((f"s{i}", e) for i in range(12) for e in range(epochs))


@settings(max_examples=60)
@given(
    sizes=st.lists(st.integers(1, 400), min_size=1, max_size=9), cap=st.integers(50, 4000), workers=st.integers(1, 9)
)
def test_caps_on_tokens_and_cost_are_passed_by_the_calls_in_flight_at_most(sizes, cap, workers):
    turn = iter(range(10**6))
    target = Slow(
        lambda *_: Reply(text="an answer", usage=Usage(input_tokens=sizes[next(turn) % len(sizes)], output_tokens=0))
    )

    lines, ending, budget = carry_out(make_task(40), target, caps=Caps(tokens=cap), concurrency=workers)
    priced, priced_ending, spent = carry_out(make_task(40), target, caps=Caps(cost=cap / 1e6), concurrency=workers)

    assert budget.tokens == sum(line.response.usage.input_tokens for line in lines)
    assert budget.tokens <= cap + max(sizes) * workers
    assert spent.cost <= (cap + max(sizes) * workers) / 1e6 * (1 + 1e-9)
    for made, stopped, named in ((lines, ending, Stop.MAX_TOKENS), (priced, priced_ending, Stop.MAX_COST)):
        assert stopped.stop is (named if len(made) < 40 else Stop.FINISHED)


def test_equal_calls_one_at_a_time_never_pass_a_cap_on_tokens():
    lines, ending, budget = carry_out(make_task(40), Slow(lambda *_: GOOD), caps=Caps(tokens=1050), concurrency=1)

    assert (len(lines), budget.tokens) == (10, 1000)
    assert ending == Ending(stop=Stop.MAX_TOKENS, detail="1000 of at most 1050 tokens are used")


def test_what_was_spent_before_counts_on_resume():
    task, caps = make_task(40), Caps(calls=10)
    lines, _, _ = carry_out(task, Slow(lambda *_: GOOD), caps=caps)
    idle, eager = Slow(lambda *_: GOOD), Slow(lambda *_: GOOD)

    _, ending, _ = carry_out(task, idle, lines=list(lines), caps=caps)
    more, _, budget = carry_out(task, eager, lines=list(lines), caps=Caps(calls=15))

    assert (idle.asked.total(), ending.stop) == (0, Stop.MAX_CALLS)
    assert (eager.asked.total(), len(more), budget.calls) == (5, 15, 15)
    assert budget.tokens == 1500


def test_a_cap_on_tokens_is_not_taken_for_kept_where_no_tokens_are_reported():
    lines, ending, _ = carry_out(make_task(40), Slow(), caps=Caps(tokens=10**9), concurrency=4)

    assert ending.stop is Stop.TOKENS_UNKNOWN
    assert 1 <= len(lines) <= 4


def test_the_cap_on_time_lets_calls_in_flight_finish_and_cuts_waits_short():
    target = Slow(lambda r, n: GOOD if r.sample < "s2" else DOWN)
    lines, ending, _ = carry_out(
        make_task(400), target, caps=Caps(time_s=5.05), concurrency=4, retries=RetryPolicy(max_attempts=100)
    )

    assert ending == Ending(stop=Stop.MAX_TIME, detail="the run went on for 5.05 s")
    assert target.in_flight == 0
    assert max(target.times) < 5.05
    assert all(isinstance(line.response, Reply) for line in lines)


def test_a_target_that_is_down_stops_the_run_before_samples_are_used_up():
    target = Slow(lambda *_: DOWN)

    lines, ending, _ = carry_out(make_task(500), target, breaker=BreakerPolicy(), concurrency=64)
    whole, end, _ = carry_out(make_task(500), Slow(), lines=list(lines), concurrency=64)

    assert ending.stop is Stop.TARGET_DOWN
    assert ending.detail == "the target is down: HTTP 503; 3 further tries did not help"
    assert lines == []
    assert target.asked.total() <= 64 + 3
    assert 5 + 10 + 20 <= max(target.times) <= 40
    assert (end, len(whole)) == (FINISHED, 500)


def test_a_target_that_comes_back_is_gone_on_with_and_no_sample_is_lost():
    target = Slow()

    def script(request, _):
        return DOWN if 3.0 < target.times[-1] < 15.0 else GOOD

    target._script = script
    lines, ending, _ = carry_out(make_task(600), target, breaker=BreakerPolicy(), concurrency=8)

    assert ending == FINISHED
    assert all(isinstance(line.response, Reply) for line in lines)
    assert len(lines) == 600
    assert sum(3.0 < t < 15.0 for t in target.times) < 30


def test_one_sample_that_crashes_the_target_does_not_open_the_circuit():
    target = Slow(lambda r, _: NoReply(reason="HTTP 500", retryable=True) if r.sample == "s7" else GOOD)

    lines, ending, _ = carry_out(
        make_task(9), target, breaker=BreakerPolicy(failures=2), concurrency=9, retries=RetryPolicy(max_attempts=9)
    )

    assert ending == FINISHED
    assert [line.sample for line in lines if isinstance(line.response, NoReply)] == ["s7"]


def test_malformed_replies_are_answers_for_the_breaker_and_unassessed_for_the_run():
    target = Slow(lambda *_: NoReply(reason="HTTP 200, but the body is text/html, not JSON"))

    lines, ending, _ = carry_out(make_task(50), target, breaker=BreakerPolicy(), concurrency=8)

    assert ending == FINISHED
    assert set(target.asked.values()) == {1}
    assert {line.scores[0].outcome.kind for line in lines} == {"unassessed"}


def test_a_storm_of_refusals_costs_waiting_and_no_sample():
    """At most four at a time, the rest is turned away for a second: as many providers do."""
    target = Slow()
    target._script = lambda *_: LIMITED if target.in_flight > 4 else GOOD

    lines, ending, _ = carry_out(make_task(300), target, breaker=BreakerPolicy(), concurrency=64)

    assert ending == FINISHED
    assert all(isinstance(line.response, Reply) for line in lines)
    assert keys(lines) == Counter((f"s{i}", 0) for i in range(300))


def test_a_target_that_turns_everything_away_stops_the_run_and_burns_nothing():
    lines, ending, _ = carry_out(make_task(100), Slow(lambda *_: LIMITED), breaker=BreakerPolicy(), concurrency=8)

    assert lines == []
    assert ending.stop is Stop.RATE_LIMITED


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_is_too_long_stops_the_run_instead_of_asking_early(status):
    target = Slow(lambda *_: NoReply(reason=f"HTTP {status}", retryable=True, retry_after_s=3600.0))

    lines, ending, _ = carry_out(make_task(100), target, concurrency=8)

    assert lines == []
    assert target.asked.total() == 8
    assert ending.detail.endswith("asks to wait 3600 s")


def test_a_call_that_never_comes_back_is_given_up_at_the_deadline():
    class Hanging(Slow):
        async def ask(self, request):
            if request.sample == "s1":
                await asyncio.Event().wait()
            return await super().ask(request)

    lines, ending, _ = carry_out(
        make_task(30), Hanging(), deadline_s=65.0, concurrency=2, retries=RetryPolicy(max_attempts=2)
    )

    assert ending == FINISHED
    hung = next(line for line in lines if line.sample == "s1")
    assert hung.response.reason == "timeout: no answer within 65 s after 2 tries"
    assert sum(isinstance(line.response, Reply) for line in lines) == 29


def test_a_graceful_stop_records_what_was_in_flight_and_asks_nothing_more():
    target = Slow(lambda *_: GOOD)

    def stop_soon(halt):
        asyncio.get_running_loop().call_later(1.05, halt.stop, Ending(stop=Stop.INTERRUPTED))

    lines, ending, _ = carry_out(make_task(1000), target, concurrency=8, during=stop_soon)

    assert ending.stop is Stop.INTERRUPTED
    assert target.asked.total() == len(lines)
    assert max(target.times) < 1.05


@pytest.mark.parametrize(("stopped_at", "stop"), [(0.45, Stop.FINISHED), (0.35, Stop.INTERRUPTED)])
def test_a_stop_when_nothing_is_left_to_ask_has_stopped_nothing(stopped_at, stop):
    def stop_then(halt):
        asyncio.get_running_loop().call_later(stopped_at, halt.stop, Ending(stop=Stop.INTERRUPTED))

    lines, ending, _ = carry_out(make_task(5), Slow(lambda *_: GOOD), concurrency=1, during=stop_then)

    assert ending.stop is stop
    assert len(lines) == (5 if stop is Stop.FINISHED else 4)


def test_the_first_reason_to_stop_stays():
    halt = Halt()
    halt.stop(Ending(stop=Stop.MAX_CALLS))
    halt.stop(Ending(stop=Stop.INTERRUPTED))

    assert halt.ending == Ending(stop=Stop.MAX_CALLS)


def test_two_runs_of_one_plan_ask_the_same_at_the_same_times():
    def recorded():
        target = Slow(lambda r, n: DOWN if (int(r.sample[1:]) + n) % 3 else GOOD)
        lines, _, _ = carry_out(make_task(60, epochs=2), target, breaker=BreakerPolicy(failures=1000))
        return target.times, [(line.sample, line.epoch, line.calls) for line in lines]

    assert recorded() == recorded()


@pytest.mark.parametrize("wrong", [{"calls": 0}, {"tokens": -1}, {"cost": float("nan")}, {"time_s": float("inf")}])
def test_a_cap_that_caps_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="must be a number above 0"):
        Caps(**wrong)


@pytest.mark.parametrize("wrong", [{"failures": 0}, {"samples": 0}, {"max_openings": 0}, {"wait_s": -1.0}])
def test_an_impossible_breaker_is_refused(wrong):
    with pytest.raises(ValueError, match=r"at least 1|negative"):
        BreakerPolicy(**wrong)


def test_samples_that_always_crash_a_system_that_works_do_not_make_it_down():
    def crashes_on_some(request, _):
        return Reply(text="ok") if int(request.sample[1:]) % 3 else NoReply(reason="HTTP 500", retryable=True)

    lines, ending, _ = carry_out(
        make_task(300), Slow(crashes_on_some), breaker=BreakerPolicy(), concurrency=8, retries=RetryPolicy()
    )

    assert ending == FINISHED
    assert len(lines) == 300
    assert sum(isinstance(line.response, NoReply) for line in lines) == 100
