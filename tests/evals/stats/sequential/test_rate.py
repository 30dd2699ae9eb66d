"""Bounds at every moment at once: golden values by hand, agreement with the evidence, and laws."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.core.result import ClusterCount
from roadworthy.evals.stats.cluster import flipped
from roadworthy.evals.stats.proportion import exact_lower, exact_upper
from roadworthy.evals.stats.sequential import (
    e_value_at_least,
    e_value_at_most,
    interval,
    lower_bound,
    more_samples_like,
    upper_bound,
)
from roadworthy.evals.stats.sequential.wealth import BETTORS, log_wealth, mirrored, tally_of

counts = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(sum), min_size=1, max_size=60)
thresholds = st.floats(0.001, 0.999)


def clusters_of(pairs):
    return [ClusterCount(cluster=str(i), successes=s, trials=s + f) for i, (s, f) in enumerate(pairs)]


def singles(successes, trials):
    return clusters_of([(1, 0)] * successes + [(0, 1)] * (trials - successes))


def test_the_shares_add_up_to_all_the_money():
    assert math.fsum(math.exp(share) for _, share in BETTORS) == pytest.approx(1.0, abs=1e-12)


@given(thresholds, st.integers(1, 5), st.floats(0.0, 1.0))
def test_no_bettor_expects_to_gain_on_the_threshold(threshold, largest, agreement):
    """A cluster whose samples agree with some chance, else are independent: the expectation of the wealth is 1."""
    expected = 0.0
    for successes in range(largest + 1):
        chance = (1 - agreement) * math.comb(largest, successes)
        chance *= threshold**successes * (1 - threshold) ** (largest - successes)
        if successes == largest:
            chance += agreement * threshold
        if successes == 0:
            chance += agreement * (1 - threshold)
        expected += chance * math.exp(log_wealth({(successes, largest): 1}, threshold=threshold, largest=largest))

    assert expected == pytest.approx(1.0, abs=1e-9)


def test_wealth_is_the_mixture_of_likelihood_ratios_for_independent_samples():
    threshold, successes, failures = 0.1, 3, 47
    by_hand = 0.0
    for ratio, share in BETTORS:
        odds = 0.0 if math.isinf(ratio) else threshold / (1 - threshold) / (1 + ratio)
        other = odds / (1 + odds)
        by_hand += math.exp(share) * (other / threshold) ** successes * ((1 - other) / (1 - threshold)) ** failures

    found = log_wealth({(1, 1): successes, (0, 1): failures}, threshold=threshold, largest=1)

    assert found == pytest.approx(math.log(by_hand), abs=1e-10)


@pytest.mark.parametrize(
    ("threshold", "needed"), [(0.05, 77), (0.02, 194), (0.01, 389), (0.1, 38), (0.2, 18), (0.001, 3902)]
)
def test_samples_without_a_failure_that_show_the_threshold(threshold, needed):
    def shown(n):
        return math.exp(log_wealth({(0, 1): n}, threshold=threshold, largest=1)) >= 20

    assert shown(needed)
    assert not shown(needed - 1)


@settings(max_examples=60)
@given(counts, st.sampled_from([0.8, 0.9, 0.95, 0.99]), thresholds)
def test_bound_and_evidence_say_the_same(pairs, confidence, threshold):
    clusters = clusters_of(pairs)
    high = upper_bound(clusters, confidence=confidence, largest=8).value
    evidence = e_value_at_most(clusters, threshold=threshold, largest=8)

    if threshold > high + 1e-9:
        assert evidence >= 1 / (1 - confidence) * (1 - 1e-9)
    if threshold < high - 1e-9:
        assert evidence < 1 / (1 - confidence)


@given(counts, st.randoms(use_true_random=False))
def test_order_does_not_matter_to_the_last_digit(pairs, rng):
    shuffled = list(pairs)
    rng.shuffle(shuffled)

    assert interval(clusters_of(pairs), largest=8) == interval(clusters_of(shuffled), largest=8)


@given(counts, thresholds, thresholds)
def test_evidence_rises_with_the_threshold(pairs, one, other):
    tally, (low, high) = tally_of(clusters_of(pairs)), sorted((one, other))

    assert log_wealth(tally, threshold=low, largest=8) <= log_wealth(tally, threshold=high, largest=8) + 1e-9


@given(counts)
def test_the_rate_seen_lies_between_the_bounds(pairs):
    clusters = clusters_of(pairs)
    seen = sum(c.successes for c in clusters) / sum(c.trials for c in clusters)

    found = interval(clusters, largest=8)

    assert found.low <= seen <= found.high


@given(counts)
def test_failures_are_bounded_as_successes_are(pairs):
    clusters = clusters_of(pairs)

    low = lower_bound(clusters, confidence=0.95, largest=8).value
    high = upper_bound(flipped(clusters), confidence=0.95, largest=8).value

    assert low == pytest.approx(1 - high, abs=1e-12)


@given(st.integers(0, 40), st.integers(1, 40))
def test_looking_always_costs_width_over_looking_once(failures, others):
    trials = failures + others
    clusters = singles(failures, trials)

    assert upper_bound(clusters, confidence=0.95, largest=1).value >= exact_upper(failures, trials, confidence=0.95)
    assert lower_bound(clusters, confidence=0.95, largest=1).value <= exact_lower(failures, trials, confidence=0.95)


@given(st.integers(1, 60), st.integers(0, 60))
def test_repeats_that_agree_are_worth_one(failures, others):
    once = singles(failures, failures + others)
    five = clusters_of([(5, 0)] * failures + [(0, 5)] * others)

    assert interval(five, largest=5).high == pytest.approx(interval(once, largest=1).high, abs=1e-9)
    assert interval(five, largest=5).low == pytest.approx(interval(once, largest=1).low, abs=1e-9)


def test_a_cluster_of_which_nothing_was_assessed_changes_nothing():
    clusters = singles(2, 50)
    tally = tally_of(clusters)

    assert log_wealth({**tally, (0, 0): 9}, threshold=0.1, largest=3) == pytest.approx(
        log_wealth(tally, threshold=0.1, largest=3), abs=1e-12
    )


@pytest.mark.parametrize(
    ("threshold", "at_most", "at_least"),
    [pytest.param(1.0, math.inf, 0, id="at most 1 is certain"), pytest.param(0.0, 0, math.inf, id="at least 0 too")],
)
def test_what_is_certain_needs_no_evidence(threshold, at_most, at_least):
    clusters = singles(5, 10)

    assert e_value_at_most(clusters, threshold=threshold, largest=1) == pytest.approx(at_most, abs=1)
    assert e_value_at_least(clusters, threshold=threshold, largest=1) == pytest.approx(at_least, abs=1)


def test_one_event_shows_that_the_rate_is_above_zero_and_none_does_not():
    assert lower_bound(singles(1, 1000), confidence=0.95, largest=1).value > 0
    assert lower_bound(singles(0, 1000), confidence=0.95, largest=1).value == 0
    assert upper_bound(singles(1000, 1000), confidence=0.95, largest=1).value == 1
    assert upper_bound(singles(999, 1000), confidence=0.95, largest=1).value < 1


def test_a_hundred_thousand_clusters_narrow_it_down():
    tally = {(1, 1): 2_000, (0, 1): 98_000}

    assert log_wealth(tally, threshold=0.0225, largest=1) > math.log(20)
    assert log_wealth(mirrored(tally), threshold=1 - 0.0178, largest=1) > math.log(20)


def test_no_evidence_before_anything_is_asked():
    assert e_value_at_most([], threshold=0.05, largest=1) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: upper_bound([], confidence=0.95, largest=1), "no cluster"),
        (lambda: upper_bound(singles(1, 2), confidence=0.5, largest=1), "confidence"),
        (lambda: upper_bound(clusters_of([(2, 3)]), confidence=0.95, largest=4), "larger than the largest planned, 4"),
        (lambda: e_value_at_most(singles(1, 2), threshold=1.5, largest=1), "fraction"),
        (lambda: e_value_at_most(singles(1, 2), threshold=0.5, largest=0), "at least 1"),
        (lambda: log_wealth({(3, 2): 1}, threshold=0.5, largest=4), "not a count"),
        (lambda: log_wealth({(0, 1): 1}, threshold=math.nan, largest=1), "fraction"),
    ],
)
def test_arguments_out_of_range_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_bounds_of_many_kinds_of_clusters_are_quick():
    clusters = clusters_of([(i * 7 % 10, 1 + i * 5 % 9) for i in range(5_000)])

    found = interval(clusters, largest=18)

    assert found.low < 4.5 / 9.5 < found.high


@pytest.mark.parametrize(
    ("failing", "of", "size", "threshold"), [(0, 20, 1, 0.1), (1, 40, 3, 0.2), (30, 40, 1, 0.6), (2, 3, 1, 0.5)]
)
def test_as_many_further_samples_as_are_asked_for_answer_the_question(failing, of, size, threshold):
    def seen(times):
        return [
            ClusterCount(cluster=f"{t}/{i}", successes=size if i < failing else 0, trials=size)
            for t in range(times)
            for i in range(of)
        ]

    more = more_samples_like(seen(1), threshold=threshold, confidence=0.95, largest=size)
    assert more is not None
    times = 1 + math.ceil(more / (of * size))
    low, high = (bound(seen(times), confidence=0.95, largest=size).value for bound in (lower_bound, upper_bound))

    assert high <= threshold or low > threshold
    assert more > 0 or times == 1


def test_at_the_threshold_itself_no_number_of_further_samples_is_promised():
    half = [ClusterCount(cluster=str(i), successes=i % 2, trials=1) for i in range(100)]

    assert more_samples_like(half, threshold=0.5, confidence=0.95, largest=1) is None
