"""Intervals for one proportion: published figures, an independent implementation, laws."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binomtest

from roadworthy.evals.stats.proportion import (
    clopper_pearson,
    exact_lower,
    exact_upper,
    interval,
    mid_p,
    wilson,
)

# Newcombe 1998, Statistics in Medicine 17:857-872, table I.
NEWCOMBE = [
    pytest.param(wilson, 81, 263, 0.2553, 0.3662, id="wilson 81/263"),
    pytest.param(wilson, 15, 148, 0.0624, 0.1605, id="wilson 15/148"),
    pytest.param(wilson, 0, 20, 0.0, 0.1611, id="wilson 0/20"),
    pytest.param(wilson, 1, 29, 0.0061, 0.1718, id="wilson 1/29"),
    pytest.param(clopper_pearson, 81, 263, 0.2527, 0.3676, id="exact 81/263"),
    pytest.param(clopper_pearson, 15, 148, 0.0578, 0.1617, id="exact 15/148"),
    pytest.param(clopper_pearson, 0, 20, 0.0, 0.1684, id="exact 0/20"),
    pytest.param(clopper_pearson, 1, 29, 0.0009, 0.1776, id="exact 1/29"),
    pytest.param(mid_p, 81, 263, 0.2544, 0.3658, id="mid-p 81/263"),
    pytest.param(mid_p, 15, 148, 0.0601, 0.1581, id="mid-p 15/148"),
    pytest.param(mid_p, 0, 20, 0.0, 0.1391, id="mid-p 0/20"),
    pytest.param(mid_p, 1, 29, 0.0017, 0.1585, id="mid-p 1/29"),
]


@pytest.mark.parametrize(("method", "successes", "trials", "low", "high"), NEWCOMBE)
def test_intervals_are_the_published_ones(method, successes, trials, low, high):
    found = method(successes, trials)

    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize("trials", [1, 2, 7, 30, 400])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_exact_and_wilson_intervals_agree_with_scipy_for_every_count(trials, confidence):
    for successes in range(0, trials + 1, max(1, trials // 20)):
        test = binomtest(successes, trials)
        for name, ours in (("exact", clopper_pearson), ("wilson", wilson)):
            expected = test.proportion_ci(confidence_level=confidence, method=name)
            found = ours(successes, trials, confidence=confidence)

            assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-10)


@pytest.mark.parametrize("trials", [1, 10, 30, 59, 100, 10_000])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_zero_events_bound_is_the_closed_form(trials, confidence):
    expected = 1 - (1 - confidence) ** (1 / trials)

    assert exact_upper(0, trials, confidence=confidence) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("trials", [30, 100, 1000])
def test_rule_of_three_is_near_the_zero_events_bound(trials):
    assert exact_upper(0, trials, confidence=0.95) == pytest.approx(3 / trials, rel=0.06)


@pytest.mark.parametrize("method", [wilson, clopper_pearson, mid_p])
@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (-1, 5), (6, 5), (0, float("nan"))])
def test_counts_that_are_none_are_refused(method, successes, trials):
    with pytest.raises(ValueError, match=r"at least one trial|is not a count"):
        method(successes, trials)


@pytest.mark.parametrize("method", [wilson, mid_p])
@pytest.mark.parametrize("confidence", [0.0, 1.0, 1.5])
def test_confidence_outside_its_range_is_refused(method, confidence):
    with pytest.raises(ValueError, match="`confidence` must be in"):
        method(1, 2, confidence=confidence)


METHODS = st.sampled_from(["mid-p", "wilson", "clopper-pearson"])
COUNTS = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, METHODS, st.floats(0.5, 0.999))
def test_interval_holds_the_estimate_and_stays_inside_zero_and_one(counts, method, confidence):
    successes, trials = counts

    found = interval(successes, trials, confidence=confidence, method=method)

    assert 0.0 <= found.low <= successes / trials + 1e-9
    assert successes / trials - 1e-9 <= found.high <= 1.0
    assert found.method == method


@given(COUNTS, METHODS)
def test_interval_of_failures_mirrors_that_of_successes(counts, method):
    successes, trials = counts

    ours = interval(successes, trials, method=method)
    mirrored = interval(trials - successes, trials, method=method)

    assert (ours.low, ours.high) == pytest.approx((1 - mirrored.high, 1 - mirrored.low), abs=1e-9)


@given(COUNTS, METHODS, st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_more_confidence_never_narrows(counts, method, one, other):
    assume(one < other)

    inner = interval(*counts, confidence=one, method=method)
    outer = interval(*counts, confidence=other, method=method)

    assert outer.low <= inner.low + 1e-9
    assert outer.high >= inner.high - 1e-9


@given(COUNTS)
def test_another_failure_lowers_and_another_success_raises_both_bounds(counts):
    successes, trials = counts
    upper = exact_upper(successes, trials, confidence=0.95)
    lower = exact_lower(successes, trials, confidence=0.95)

    assert exact_upper(successes, trials + 1, confidence=0.95) <= upper + 1e-12
    assert exact_lower(successes, trials + 1, confidence=0.95) <= lower + 1e-12
    assert exact_upper(successes + 1, trials + 1, confidence=0.95) >= upper - 1e-12
    assert exact_lower(successes + 1, trials + 1, confidence=0.95) >= lower - 1e-12


@given(COUNTS, st.integers(2, 5))
def test_more_of_the_same_never_widens_the_exact_bounds(counts, times):
    successes, trials = counts

    more = (successes * times, trials * times)

    assert exact_upper(*more, confidence=0.95) <= exact_upper(*counts, confidence=0.95) + 1e-12
    assert exact_lower(*more, confidence=0.95) >= exact_lower(*counts, confidence=0.95) - 1e-12
