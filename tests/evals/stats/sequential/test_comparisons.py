"""Paired and unpaired differences, and means: what they show, and that they never claim too much."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.core.result import ClusterCount
from roadworthy.evals.stats.sequential import (
    MeanSequence,
    PairCount,
    difference,
    e_value_difference,
    e_value_not_worse,
    paired_difference,
)
from roadworthy.evals.stats.sequential.wealth import log_wealth, mirrored, tally_of


def pairs(better, worse, same):
    kinds = [(1, 0)] * better + [(0, 1)] * worse + [(0, 0)] * same
    return [PairCount(cluster=str(i), better=b, worse=w, pairs=1) for i, (b, w) in enumerate(kinds)]


def singles(successes, trials):
    return [ClusterCount(cluster=str(i), successes=int(i < successes), trials=1) for i in range(trials)]


def test_a_system_that_is_the_same_is_shown_not_to_be_worse():
    assert e_value_not_worse(pairs(20, 20, 460), margin=0.05, largest=1) >= 20


def test_a_system_that_is_worse_by_the_margin_is_not():
    assert e_value_not_worse(pairs(10, 35, 455), margin=0.05, largest=1) <= 1


def test_a_better_system_is_shown_to_be_better():
    assert e_value_not_worse(pairs(60, 10, 130), margin=0.0, largest=1) >= 20


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 60), st.floats(-0.5, 0.5))
def test_the_interval_of_pairs_and_their_evidence_say_the_same(better, worse, same, margin):
    if better + worse + same == 0:
        same = 1
    found = paired_difference(pairs(better, worse, same), confidence=0.9, largest=1)
    evidence = e_value_not_worse(pairs(better, worse, same), margin=margin, largest=1)

    assert found.low <= (better - worse) / (better + worse + same) <= found.high
    if -margin < found.low - 1e-9:
        assert evidence >= 20 * (1 - 1e-9)
    if -margin > found.low + 1e-9:
        assert evidence < 20


def test_swapping_the_systems_mirrors_the_paired_interval():
    forward = paired_difference(pairs(30, 10, 60), largest=1)
    backward = paired_difference(pairs(10, 30, 60), largest=1)

    assert forward.low == pytest.approx(-backward.high, abs=1e-9)
    assert forward.high == pytest.approx(-backward.low, abs=1e-9)


@settings(max_examples=15)
@given(st.integers(0, 30), st.integers(1, 30), st.integers(0, 30), st.integers(1, 30), st.floats(-0.6, 0.6))
def test_unpaired_evidence_is_never_above_that_at_any_second_rate(s1, f1, s2, f2, margin):
    first, second = singles(s1, s1 + f1), singles(s2, s2 + f2)
    found = math.log(max(e_value_difference(first, second, more_than=margin, largest=(1, 1)), 1e-300))

    for step in range(101):
        rate = step / 100
        if not 0 <= rate + margin <= 1:
            continue
        product = log_wealth(mirrored(tally_of(first)), threshold=1 - (rate + margin), largest=1)
        product += log_wealth(tally_of(second), threshold=rate, largest=1)
        assert found <= product + 1e-9


def test_unpaired_interval_holds_the_difference_seen_and_narrows():
    few = difference(singles(18, 20), singles(10, 20), largest=(1, 1))
    many = difference(singles(360, 400), singles(200, 400), largest=(1, 1))

    assert few.low <= 0.4 <= few.high
    assert few.low < many.low < 0.4 < many.high < few.high
    assert many.low > 0.25


def test_unpaired_interval_is_mirrored_when_the_systems_are_swapped():
    forward = difference(singles(45, 60), singles(20, 50), largest=(1, 1))
    backward = difference(singles(20, 50), singles(45, 60), largest=(1, 1))

    assert forward.low == pytest.approx(-backward.high, abs=1e-4)


def test_identical_extremes_do_not_break_the_unpaired_interval():
    found = difference(singles(5, 5), singles(5, 5), largest=(1, 1))

    assert -1 <= found.low <= 0 <= found.high <= 1


def test_means_in_any_unit_agree_with_those_in_fractions():
    seconds, fractions = MeanSequence(low=0, high=40), MeanSequence(low=0, high=1)
    for i in range(200):
        seconds.add(i % 10 * 4)
        fractions.add(i % 10 / 10)

    assert seconds.interval().low == pytest.approx(40 * fractions.interval().low)
    assert seconds.interval().high == pytest.approx(40 * fractions.interval().high)


@given(st.lists(st.floats(2.0, 3.0), min_size=1, max_size=50))
def test_the_mean_seen_lies_in_its_interval(values):
    sequence = MeanSequence(low=2.0, high=3.0)
    for value in values:
        sequence.add(value)
    found = sequence.interval()

    assert found.low <= math.fsum(values) / len(values) + 1e-9
    assert found.high >= math.fsum(values) / len(values) - 1e-9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: PairCount(cluster="a", better=1, worse=1, pairs=1), "not a count"),
        (lambda: e_value_not_worse(pairs(1, 1, 1), margin=1.0, largest=1), "`margin`"),
        (lambda: paired_difference([], largest=1), "no cluster"),
        (lambda: paired_difference(pairs(1, 0, 0), confidence=1.0, largest=1), "`confidence`"),
        (lambda: difference([], singles(1, 2), largest=(1, 1)), "no cluster"),
        (lambda: difference(singles(1, 2), singles(1, 2), confidence=0, largest=(1, 1)), "`confidence`"),
        (lambda: e_value_difference([], [], more_than=1, largest=(1, 1)), "`more_than`"),
        (lambda: MeanSequence(low=1, high=1), "range"),
        (lambda: MeanSequence(low=0, high=math.inf), "range"),
        (lambda: MeanSequence(low=0, high=1).add(1.01), "outside"),
        (lambda: MeanSequence(low=0, high=1).add(math.nan), "outside"),
        (lambda: MeanSequence(low=0, high=1).interval(), "at least one"),
    ],
)
def test_arguments_out_of_range_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
