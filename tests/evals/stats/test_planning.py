"""Sample sizes: golden values, agreement with scipy, and by simulation that the promised power is reached."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from roadworthy.evals.stats.paired import PairedCount, paired_bounds
from roadworthy.evals.stats.planning import (
    clusters_for,
    design_effect,
    difference_in_pairs,
    drop_between_arms,
    power_of,
    rate_decided,
    samples_for_arms,
    samples_for_bar,
    samples_for_pairs,
    samples_not_worse,
    samples_without_event,
)
from roadworthy.evals.stats.proportion import exact_lower, exact_upper
from roadworthy.evals.stats.sequential.duration import duration


def enumerated_power(n, threshold, rate, confidence):
    """The chance that the exact bound decides, from scipy's distribution."""
    if rate < threshold:
        most = max((k for k in range(n + 1) if stats.binom.cdf(k, n, threshold) <= 1 - confidence), default=-1)
        return stats.binom.cdf(most, n, rate) if most >= 0 else 0.0
    return enumerated_power(n, 1 - threshold, 1 - rate, confidence)


@pytest.mark.parametrize(
    ("threshold", "confidence", "needed"),
    [(0.05, 0.95, 59), (0.02, 0.95, 149), (0.01, 0.95, 299), (0.1, 0.9, 22), (0.05, 0.99, 90), (0.5, 0.75, 2)],
)
def test_samples_without_an_event(threshold, confidence, needed):
    assert samples_without_event(threshold=threshold, confidence=confidence) == needed
    assert exact_upper(0, needed, confidence=confidence) <= threshold + 1e-12
    assert exact_upper(0, needed - 1, confidence=confidence) > threshold


@pytest.mark.parametrize(
    ("threshold", "rate", "power"),
    [(0.05, 0.02, 0.8), (0.05, 0.025, 0.95), (0.1, 0.2, 0.8), (0.8, 0.9, 0.9), (0.8, 0.65, 0.8), (0.3, 0.0, 0.8)],
)
def test_power_is_reached_from_that_number_on_and_not_just_before(threshold, rate, power):
    n = samples_for_bar(threshold=threshold, rate=rate, power=power, confidence=0.95)

    after = [enumerated_power(m, threshold, rate, 0.95) for m in range(n, n + 60)]

    assert min(after) >= power
    assert enumerated_power(n - 1, threshold, rate, 0.95) < power


@given(st.integers(1, 300), st.floats(0.02, 0.98), st.floats(0.0, 1.0))
def test_power_agrees_with_scipy(samples, threshold, rate):
    assume(rate != threshold)
    found = power_of(samples=samples, threshold=threshold, rate=rate, confidence=0.95)

    assert found == pytest.approx(enumerated_power(samples, threshold, rate, 0.95), abs=1e-9)


@pytest.mark.parametrize(("threshold", "rate"), [(0.05, 0.02), (0.8, 0.9)])
def test_simulated_decisions_by_the_products_own_bound_reach_the_power(threshold, rate):
    rng = np.random.default_rng(1)
    n = samples_for_bar(threshold=threshold, rate=rate, power=0.8, confidence=0.95)
    events = rng.binomial(n, rate, size=4_000)

    if rate < threshold:
        decided = [exact_upper(int(k), n, confidence=0.95) <= threshold for k in events]
    else:
        decided = [exact_lower(int(k), n, confidence=0.95) >= threshold for k in events]

    assert np.mean(decided) >= 0.8 - 3 * 0.0064
    assert np.mean(decided) <= 0.9


@pytest.mark.parametrize(
    ("change", "needed"),
    [
        pytest.param({}, 312, id="five points, ten per cent disagree"),
        pytest.param({"discordance": 0.2}, 626, id="twice as many disagree"),
        pytest.param({"difference": 0.1, "discordance": 0.1}, 77, id="all that disagree go one way"),
    ],
)
def test_golden_numbers_of_pairs(change, needed):
    question = {"difference": 0.05, "discordance": 0.10, "power": 0.8} | change

    assert samples_for_pairs(**question) == needed


def test_golden_number_of_each_of_two_arms():
    assert samples_for_arms(first=0.90, second=0.85, power=0.8) == 686
    assert samples_for_arms(first=0.85, second=0.90, power=0.8) == 686
    assert samples_for_arms(first=0.6, second=0.5, power=0.8) == 388


@pytest.mark.parametrize(("difference", "discordance"), [(0.05, 0.1), (0.08, 0.3)])
def test_simulated_pairs_reach_the_power(difference, discordance):
    rng = np.random.default_rng(2)
    n = samples_for_pairs(difference=difference, discordance=discordance, power=0.8)
    up, down = (discordance + difference) / 2, (discordance - difference) / 2
    drawn = rng.multinomial(n, [up, down, 1 - up - down], size=20_000)
    chi = (drawn[:, 0] - drawn[:, 1]) / np.sqrt(np.maximum(drawn[:, 0] + drawn[:, 1], 1))

    assert 0.78 <= np.mean(np.abs(chi) >= stats.norm.ppf(0.975)) <= 0.84


def test_simulated_arms_reach_the_power():
    rng = np.random.default_rng(3)
    n = samples_for_arms(first=0.9, second=0.85, power=0.8)
    first, second = rng.binomial(n, 0.9, 20_000) / n, rng.binomial(n, 0.85, 20_000) / n
    mean = (first + second) / 2
    z = (first - second) / np.sqrt(2 * mean * (1 - mean) / n)

    assert np.mean(np.abs(z) >= stats.norm.ppf(0.975)) == pytest.approx(0.8, abs=0.01)


def test_what_a_budget_detects_is_what_needs_that_budget():
    paired = difference_in_pairs(samples=312, discordance=0.1, power=0.8)
    arms = drop_between_arms(samples=686, rate=0.9, power=0.8)

    assert samples_for_pairs(difference=paired, discordance=0.1, power=0.8) <= 312
    assert samples_for_pairs(difference=paired * 0.99, discordance=0.1, power=0.8) > 312
    assert samples_for_arms(first=0.9, second=0.9 - arms, power=0.8) <= 686
    assert arms == pytest.approx(0.05, abs=1e-4)


def test_a_budget_that_detects_nothing_says_so():
    assert difference_in_pairs(samples=5, discordance=0.1, power=0.8) is None
    assert drop_between_arms(samples=1, rate=0.1, power=0.8) is None
    assert rate_decided(samples=20, threshold=0.05, power=0.8, confidence=0.95, side="below") is None


@given(st.integers(60, 400), st.sampled_from(["below", "above"]))
def test_the_rate_that_a_budget_decides_is_decided(samples, side):
    rate = rate_decided(samples=samples, threshold=0.2, power=0.8, confidence=0.95, side=side)
    further = rate * 0.9 if side == "below" else min(1.0, rate * 1.1)

    assert power_of(samples=samples, threshold=0.2, rate=rate, confidence=0.95) >= 0.8 - 1e-6
    assert power_of(samples=samples, threshold=0.2, rate=further, confidence=0.95) > 0.8


def test_clusters_inflate_by_the_design_effect():
    assert design_effect(cluster_size=1, icc=0.7) == 1
    assert design_effect(cluster_size=10, icc=0.1) == pytest.approx(1.9)
    assert clusters_for(100, cluster_size=4, icc=1.0) == 100
    assert clusters_for(100, cluster_size=4, icc=0.0) == 25


def test_a_rate_too_near_to_the_threshold_has_no_plan():
    assert samples_for_bar(threshold=0.05, rate=0.04999, power=0.8, confidence=0.95) is None


@settings(max_examples=6)
@given(st.sampled_from([0.05, 0.2, 0.8]), st.sampled_from([0.0, 0.02, 0.1, 0.5, 0.95]))
def test_lengths_of_runs_agree_with_simulation(threshold, rate):
    """The enumeration against runs that look after each sample by the product's own evidence."""
    from roadworthy.evals.stats.sequential.wealth import log_wealth

    rng = np.random.default_rng([int(threshold * 100), int(rate * 100)])
    found = duration(threshold=threshold, rate=rate, confidence=0.95, max_samples=80)
    lengths = []
    for _ in range(40):
        events = 0
        for n in range(1, 81):
            events += int(rng.random() < rate)
            tally, others = {(1, 1): events, (0, 1): n - events}, {(1, 1): n - events, (0, 1): events}
            if max(
                log_wealth(tally, threshold=threshold, largest=1),
                log_wealth(others, threshold=1 - threshold, largest=1),
            ) >= np.log(20):
                break
        lengths.append(n)

    spread = 4 * max(np.std(lengths), 0.5) / np.sqrt(len(lengths))
    assert found.mean == pytest.approx(np.mean(lengths), abs=spread)
    assert found.below + found.above + found.still_open == pytest.approx(1.0)


@pytest.mark.parametrize(("threshold", "side"), [(0.05, "below"), (0.05, "above"), (0.3, "below"), (0.3, "above")])
def test_at_the_threshold_a_run_ends_wrongly_at_most_as_often_as_stated(threshold, side):
    """Exact, not simulated: every path of 3,000 samples."""
    found = duration(threshold=threshold, rate=threshold, confidence=0.95, max_samples=3_000)

    assert 0.01 < getattr(found, side) <= 0.05


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: samples_for_bar(threshold=0, rate=0.1, power=0.8, confidence=0.95), "`threshold`"),
        (lambda: samples_for_bar(threshold=0.1, rate=1.1, power=0.8, confidence=0.95), "`rate`"),
        (lambda: samples_for_bar(threshold=0.1, rate=0.1, power=0.8, confidence=0.95), "on the threshold"),
        (lambda: samples_for_bar(threshold=0.1, rate=0.2, power=1, confidence=0.95), "`power`"),
        (lambda: samples_for_bar(threshold=0.1, rate=0.2, power=0.8, confidence=0.5), "`confidence`"),
        (lambda: samples_for_pairs(difference=0.2, discordance=0.1, power=0.8), "`discordance`"),
        (lambda: samples_for_pairs(difference=0, discordance=0.1, power=0.8), "`difference`"),
        (lambda: samples_for_arms(first=0.5, second=0.5, power=0.8), "`difference`"),
        (lambda: samples_for_arms(first=0.5, second=-0.5, power=0.8), "fractions"),
        (lambda: samples_not_worse(margin=0.1, discordance=0, power=0.8), "`discordance`"),
        (lambda: design_effect(cluster_size=0.5, icc=0), "`cluster_size`"),
        (lambda: design_effect(cluster_size=2, icc=1.5), "`icc`"),
        (lambda: power_of(samples=0, threshold=0.1, rate=0.2, confidence=0.95), "`samples`"),
        (lambda: duration(threshold=0, rate=0.1, confidence=0.95, max_samples=10), "out of range"),
        (lambda: duration(threshold=0.1, rate=0.1, confidence=0.95, max_samples=0), "`max_samples`"),
    ],
)
def test_arguments_out_of_range_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("margin", "discordance", "power", "confidence"),
    [(0.05, 0.1, 0.8, 0.95), (0.1, 0.1, 0.8, 0.95), (0.1, 0.3, 0.9, 0.9), (0.05, 0.05, 0.8, 0.99)],
)
def test_a_system_that_is_as_good_is_told_to_be_not_worse_as_often_as_planned(margin, discordance, power, confidence):
    """Enumerated over every table of discordant pairs, by the very bounds that verdicts rest on."""
    n = samples_not_worse(margin=margin, discordance=discordance, power=power, confidence=confidence)
    half, most = discordance / 2.0, math.ceil(n * discordance / 2.0 + 5.0 * math.sqrt(n * discordance / 2.0))
    found = 0.0
    for plus, minus in itertools.product(range(most + 1), repeat=2):
        chance = math.comb(n, plus) * math.comb(n - plus, minus) * half ** (plus + minus)
        chance *= (1.0 - discordance) ** (n - plus - minus)
        if chance > 1e-7:
            table = [PairedCount(cluster=str(i), only_candidate=1) for i in range(plus)]
            table += [PairedCount(cluster=f"m{i}", only_baseline=1) for i in range(minus)]
            table += [PairedCount(cluster=f"s{i}", both=1) for i in range(n - plus - minus)]
            found += chance * (paired_bounds(table, alpha=1.0 - confidence).low > -margin)
    assert power - 0.015 < found < power + 0.06
