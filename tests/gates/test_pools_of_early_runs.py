"""Running again until it passes, where runs may stop early: what a pool of them lets through at the bar itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fakes.gate_world import bar, measure_check, rule, run_evidence, task
from roadworthy.core.evidence import RunResult, SequentialDesign
from roadworthy.core.result import ClusterCount, Interval, Measurement
from roadworthy.evals.stats.sequential.wealth import BETTORS
from roadworthy.gates.rate import judge_runs

PROMPTS, REPETITIONS, RUNS, ALPHA = 250, 1_500, 8, 0.05
MOST = ALPHA + 3 * (ALPHA * (1 - ALPHA) / REPETITIONS) ** 0.5
"""The stated error and three standard errors of the simulation: 6.7 %."""
MOST_LOG = 600.0
"""Wealth is not followed beyond this logarithm: it has long been enough."""


def wealth(events: np.ndarray, trials: np.ndarray, *, threshold: float, largest: int) -> np.ndarray:
    """Wealth against "the rate is at least the threshold" after each cluster; repetitions by clusters."""
    gains, total = (threshold * trials - events) / largest, np.zeros(events.shape)
    for ratio, share in BETTORS:
        bet = 1 / (1 - threshold) if np.isinf(ratio) else ratio / (1 + ratio * (1 - threshold))
        factor = np.log(np.maximum(1 + bet * gains, 1e-300))
        total += np.exp(np.minimum(share + np.cumsum(factor, axis=1), MOST_LOG))
    return total


def last_wealth(events: np.ndarray, trials: np.ndarray, *, threshold: float, largest: int) -> np.ndarray:
    """`wealth` after the last cluster."""
    gains, total = (threshold * trials - events) / largest, np.zeros(len(events))
    for ratio, share in BETTORS:
        bet = 1 / (1 - threshold) if np.isinf(ratio) else ratio / (1 + ratio * (1 - threshold))
        total += np.exp(np.minimum(share + np.log(np.maximum(1 + bet * gains, 1e-300)).sum(axis=1), MOST_LOG))
    return total


def pools(luck: np.random.Generator, *, threshold: float, size: int, icc: float, fixed_first: bool):
    """Yield, after each run, failures and trials by prompt of all runs so far; each stops by its own results.

    Every run asks the same prompts in the same order, as runs of one task do.
    """
    shape, even = (REPETITIONS, PROMPTS), np.full((REPETITIONS, PROMPTS), float(size))
    rates = np.full(shape, threshold)
    if icc:
        rates = luck.beta(threshold * (1 - icc) / icc, (1 - threshold) * (1 - icc) / icc, shape)
    events, trials = np.zeros(shape), np.zeros(shape)
    for number in range(RUNS):
        bad = luck.binomial(size, rates).astype(float)
        met = wealth(bad, even, threshold=threshold, largest=size) >= 1 / ALPHA
        missed = wealth(even - bad, even, threshold=1 - threshold, largest=size) >= 1 / ALPHA
        answered = met | missed
        last = np.where(answered.any(axis=1), answered.argmax(axis=1), PROMPTS - 1)
        if fixed_first and number == 0:
            last[:] = PROMPTS - 1
        asked = np.arange(PROMPTS) <= last[:, None]
        events, trials = events + bad * asked, trials + size * asked
        yield events, trials


@pytest.mark.slow
@pytest.mark.parametrize("fixed_first", [False, True], ids=["early", "after a run of fixed size"])
@pytest.mark.parametrize(("threshold", "size", "icc"), [(0.3, 1, 0), (0.1, 3, 0.4), (0.15, 2, 0.9), (0.2, 1, 0.5)])
def test_running_again_until_it_passes_ships_at_most_as_often_as_stated(threshold, size, icc, fixed_first):
    luck = np.random.default_rng([int(threshold * 100), size, int(icc * 10), fixed_first])
    ever = np.zeros(REPETITIONS, bool)
    drawn = pools(luck, threshold=threshold, size=size, icc=icc, fixed_first=fixed_first)
    for number, (events, trials) in enumerate(drawn, start=1):
        ever |= last_wealth(events, trials, threshold=threshold, largest=size * number) >= 1 / ALPHA

    assert ever.mean() <= MOST


def test_what_is_simulated_is_what_the_gate_decides():
    threshold, size = 0.3, 2
    drawn = list(pools(np.random.default_rng(4), threshold=threshold, size=size, icc=0.5, fixed_first=False))
    shown = {
        number: last_wealth(events, trials, threshold=threshold, largest=size * number) >= 1 / ALPHA
        for number, (events, trials) in enumerate(drawn, start=1)
    }
    seen = set()
    for repetition in range(60):
        runs: list[RunResult] = []
        before = np.zeros(PROMPTS), np.zeros(PROMPTS)
        for number, (events, trials) in enumerate(drawn[:2], start=1):
            now = events[repetition], trials[repetition]
            runs.insert(0, run_of(now[0] - before[0], now[1] - before[1], size=size))
            before = now
            asked = bar(rule=rule().id, threshold=threshold)
            [judged] = judge_runs(runs, check=measure_check(threshold=threshold), bar=asked)
            passes = judged.high is not None and judged.high <= threshold
            assert passes == shown[number][repetition]
            seen.add((number, bool(passes)))

    assert {(1, False), (2, False)} <= seen


def run_of(failures: np.ndarray, trials: np.ndarray, *, size: int) -> RunResult:
    counts = tuple(
        ClusterCount(cluster=f"c{i:03}", successes=int(n - bad), trials=int(n))
        for i, (bad, n) in enumerate(zip(failures, trials, strict=True))
        if n
    )
    assessed = sum(c.trials for c in counts)
    measured = Measurement(
        metric="canary_leak",
        slice="all",
        numerator=sum(c.successes for c in counts),
        denominator=assessed,
        attempted=assessed,
        clusters=counts,
        interval=Interval(low=0, high=1, confidence=0.95, method="not used by the gate"),
    )
    found = run_evidence(measured, task_ref=task()).result
    assert found is not None
    return replace(found, sequential=SequentialDesign(order_seed=0, largest_cluster=size))
