"""Quantiles: exact by enumeration, silent where samples are too few, wider where they come in clusters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from roadworthy.evals.stats.quantile import quantile, sorted_values
from roadworthy.evals.stats.quantity import quantity


def ranks(count):
    return sorted_values((str(i), float(i)) for i in range(1, count + 1))


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Conover 1999, Practical Nonparametric Statistics, table A3 (binomial): ranks for the median at 95 %.
    [(6, 1, 6), (10, 2, 9), (15, 4, 12), (20, 6, 15), (30, 10, 21)],
)
def test_ranks_for_a_median_are_the_tabled_ones(count, low, high):
    found = quantile(ranks(count), probability=0.5).interval

    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(("probability", "least"), [(0.5, 6), (0.95, 72), (0.99, 368), (0.05, 72)])
def test_a_bound_exists_from_the_least_number_of_samples_on(probability, least):
    assert quantile(ranks(least - 1), probability=probability).interval is None
    assert quantile(ranks(least), probability=probability).interval is not None


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.9, 0.95])
@pytest.mark.parametrize("count", [80, 200, 401])
def test_coverage_is_at_least_nominal_by_enumeration(probability, count):
    found = quantile(ranks(count), probability=probability).interval

    # The quantile lies between ranks l and u when l to u - 1 values are below it.
    covered = binom.cdf(found.high - 1, count, probability) - binom.cdf(found.low - 1, count, probability)
    assert 0.95 <= covered <= 0.985


def test_clusters_that_agree_count_once():
    rng = np.random.default_rng(3)
    shared = [(str(i), float(x)) for i, x in enumerate(rng.normal(size=60))]

    alone = quantile(sorted_values(shared), probability=0.5).interval
    repeated = quantile(sorted_values(shared * 5), probability=0.5).interval

    assert (repeated.low, repeated.high) == (alone.low, alone.high)
    assert repeated.method == "order-statistics-effective"


@pytest.mark.slow
@pytest.mark.parametrize("probability", [0.5, 0.9])
@pytest.mark.parametrize("sizes", [[3], [1, 2, 7]])
def test_clustered_interval_covers(probability, sizes):
    draws, rng = 500, np.random.default_rng([int(100 * probability), *sizes])
    truth = float(np.quantile(rng.normal(size=2_000_000), probability))
    covered = 0
    for _ in range(draws):
        values = [
            (str(i), 0.8 * common + 0.6 * own)
            for i, size in enumerate(rng.choice(sizes, size=80))
            for common in [rng.normal()]
            for own in rng.normal(size=size)
        ]
        found = quantile(sorted_values(values), probability=probability).interval
        covered += found is None or found.low <= truth <= found.high

    assert covered / draws >= 0.95 - 3 * (0.95 * 0.05 / draws) ** 0.5


VALUES = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.floats(-1e6, 1e6)), min_size=1, max_size=60)


@given(VALUES, st.floats(0.01, 0.99))
def test_interval_holds_the_estimate_and_ends_at_values_seen(values, probability):
    found = quantile(sorted_values(values), probability=probability)

    seen = {v for _, v in values}
    assert found.estimate in seen
    if found.interval is not None:
        assert found.interval.low <= found.estimate <= found.interval.high
        assert {found.interval.low, found.interval.high} <= seen


@given(VALUES, st.randoms(use_true_random=False))
def test_order_of_the_values_does_not_matter(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)

    assert quantity(shuffled, metric="m", slice="all", attempted=100) == quantity(
        values, metric="m", slice="all", attempted=100
    )


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), 1e101])
def test_values_that_are_no_numbers_are_refused(value):
    with pytest.raises(ValueError, match="finite and below 1e100"):
        sorted_values([("a", value)])


def test_nothing_has_no_quantile():
    with pytest.raises(ValueError, match="at least one assessed sample"):
        sorted_values([])


@pytest.mark.parametrize("keyword", ["probability", "confidence"])
def test_arguments_out_of_range_are_refused(keyword):
    with pytest.raises(ValueError, match=keyword):
        quantile(ranks(9), **{"probability": 0.5, keyword: 1.0})


def test_quantity_says_what_it_rests_on():
    found = quantity([("a", 1.0), ("a", 3.0), ("b", 8.0)], metric="seconds", slice="language=de", attempted=5)

    assert (found.metric, found.slice) == ("seconds", "language=de")
    assert (found.assessed, found.attempted, found.clusters, found.mean) == (3, 5, 2, 4.0)
    assert [q.interval for q in found.quantiles] == [None] * 3


def test_quantity_of_one_cluster_has_no_interval():
    assert quantity([("a", 1.0), ("a", 2.0)], metric="m", slice="all", attempted=2).interval is None


def test_quantity_refuses_more_values_than_attempts():
    with pytest.raises(ValueError, match="is not a count"):
        quantity([("a", 1.0), ("b", 2.0)], metric="m", slice="all", attempted=1)


@pytest.mark.timeout(60)
def test_a_hundred_thousand_values_are_no_trouble():
    values = [(f"c{i % 30_000}", float(i * 7919 % 100_003)) for i in range(100_000)]

    found = quantity(values, metric="m", slice="all", attempted=100_000)

    assert found.clusters == 30_000


def test_the_interval_of_a_mean_ends_where_no_value_can_be():
    skewed = [(str(i), 0.001) for i in range(9)] + [("x", 0.3)]
    free = quantity(skewed, metric="seconds", slice="all", attempted=10).interval
    kept = quantity(skewed, metric="seconds", slice="all", attempted=10, floor=0.0).interval

    assert free.low < kept.low == 0.0
    assert free.high == kept.high
