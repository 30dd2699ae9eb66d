"""Differences and ratios of rates from different samples: published tables, mirror images, coverage."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import binom

from roadworthy.core.result import ClusterCount
from roadworthy.evals.stats.difference import difference, difference_bounds, ratio
from roadworthy.evals.stats.proportion import wilson


def single(successes, trials):
    return [ClusterCount(cluster=str(i), successes=int(i < successes), trials=1) for i in range(trials)]


# Newcombe 1998, Stat. Med. 17:873-890, table II, method 10.
@pytest.mark.parametrize(
    ("candidate", "baseline", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_difference_is_the_published_one(candidate, baseline, low, high):
    found = difference(single(*candidate), single(*baseline), method="wilson").interval

    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


COUNT = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNT, COUNT)
def test_swapping_mirrors_the_difference(first, second):
    here = difference(single(*first), single(*second)).interval
    there = difference(single(*second), single(*first)).interval

    assert (here.low, here.high) == pytest.approx((-there.high, -there.low), abs=1e-9)


@given(COUNT, COUNT)
def test_deciding_bounds_hold_the_estimate_and_have_a_width(first, second):
    bounds = difference_bounds(single(*first), single(*second))

    estimate = first[0] / first[1] - second[0] / second[1]
    assert bounds.low <= estimate + 1e-9
    assert estimate - 1e-9 <= bounds.high
    assert bounds.high - bounds.low > 0


@pytest.mark.parametrize(("candidate", "baseline"), [((7, 20), (4, 30)), ((0, 20), (9, 30)), ((20, 20), (15, 25))])
def test_ratio_ends_are_where_the_bound_of_the_weighted_difference_is_zero(candidate, baseline):
    p, q = candidate[0] / candidate[1], baseline[0] / baseline[1]
    one, two = wilson(*candidate), wilson(*baseline)

    found = ratio(single(*candidate), single(*baseline), method="wilson")

    def lower(r):
        return p - r * q - math.hypot(p - one.low, r * (two.high - q))

    def upper(r):
        return p - r * q + math.hypot(one.high - p, r * (q - two.low))

    assert found.high == pytest.approx(brentq(upper, p / q, 1e4), rel=1e-6)
    if p > 0:
        assert found.low == pytest.approx(brentq(lower, 0, p / q), rel=1e-6)
    else:
        assert found.low == 0.0


def test_ratio_to_a_baseline_that_never_succeeded_has_a_lower_bound_alone():
    found = ratio(single(30, 40), single(0, 40))

    assert (found.estimate, found.high) == (None, None)
    assert found.low > 3


def test_ratio_of_nothing_to_nothing_says_nothing():
    found = ratio(single(0, 10), single(0, 10))

    assert (found.estimate, found.low, found.high) == (None, 0.0, None)


@given(COUNT, COUNT)
def test_ratio_lies_within_its_bounds(first, second):
    found = ratio(single(*first), single(*second))

    assert found.low >= 0
    if found.estimate is not None:
        assert found.low <= found.estimate + 1e-9
        assert found.high is None or found.estimate <= found.high + 1e-9


@pytest.mark.parametrize("trials", [(30, 30), (50, 100)])
def test_difference_ratio_and_bounds_cover_by_enumeration(trials):
    first, second = trials
    counts = [(single(i, first), single(j, second)) for i in range(first + 1) for j in range(second + 1)]
    shown, ratios, bounds = (
        np.array([(found.low, np.inf if found.high is None else found.high) for found in several]).T
        for several in (
            [difference(*both).interval for both in counts],
            [ratio(*both) for both in counts],
            [difference_bounds(*both) for both in counts],
        )
    )

    for p, q in [(0.03, 0.03), (0.1, 0.02), (0.3, 0.2), (0.5, 0.5), (0.9, 0.8), (0.97, 0.99)]:
        chance = np.outer(
            binom.pmf(np.arange(first + 1), first, p), binom.pmf(np.arange(second + 1), second, q)
        ).ravel()
        covered = chance[(shown[0] <= p - q) & (p - q <= shown[1])].sum()
        over = chance[(ratios[0] <= p / q) & (p / q <= ratios[1])].sum()
        low, high = chance[bounds[0] > p - q].sum(), chance[bounds[1] < p - q].sum()
        assert chance.sum() == pytest.approx(1)
        assert covered >= 0.93, (p, q, covered)
        assert over >= 0.93, (p, q, over)
        assert max(low, high) <= 0.05, (p, q, low, high)


def test_clusters_widen_the_difference():
    clustered = [ClusterCount(cluster=str(i), successes=5 * (i % 2), trials=5) for i in range(40)]

    alone, repeated = difference(single(100, 200), single(100, 200)), difference(clustered, clustered)

    assert repeated.interval.high > 2 * alone.interval.high
    assert repeated.interval.method == "mover-mid-p-effective"


def test_no_cluster_is_refused():
    with pytest.raises(ValueError, match="at least one assessed sample"):
        difference(single(1, 2), [])


@pytest.mark.slow
def test_clustered_difference_covers():
    draws, rng = 600, np.random.default_rng(9)
    covered = 0
    for _ in range(draws):
        sides = []
        for rate in (0.2, 0.1):
            sizes = rng.choice([1, 2, 3, 8], size=50)
            rates = rng.beta(rate * 1.5, (1 - rate) * 1.5, size=50)
            sides.append(
                [
                    ClusterCount(cluster=str(i), successes=int(rng.binomial(n, r)), trials=int(n))
                    for i, (n, r) in enumerate(zip(sizes, rates, strict=True))
                ]
            )
        found = difference(*sides).interval
        covered += found.low <= 0.1 <= found.high

    assert covered / draws >= 0.93
