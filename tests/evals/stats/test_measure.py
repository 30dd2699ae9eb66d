"""Measurements: every attempt is accounted for, and what was not assessed is never a success or a failure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.result import Failure, Success, Unassessed
from roadworthy.evals.stats.measure import measure
from roadworthy.evals.stats.proportion import mid_p

OUTCOME = st.sampled_from([Success(), Failure(), Unassessed(reason="timeout")])
OUTCOMES = st.lists(st.tuples(st.sampled_from("abcdefgh"), OUTCOME), max_size=50)


def test_independent_samples_get_the_plain_interval():
    outcomes = [(str(i), Success() if i < 27 else Failure()) for i in range(30)]

    found = measure(outcomes, metric="exact", slice="all")

    assert (found.numerator, found.denominator, found.attempted) == (27, 30, 30)
    assert found.interval == mid_p(27, 30)
    assert found.design == "independent"


def test_repeats_of_one_prompt_are_one_cluster_and_widen_the_interval():
    repeated = [(str(i // 5), Success() if i < 75 else Failure()) for i in range(150)]

    found = measure(repeated, metric="exact", slice="language=de")

    assert found.design == "clustered"
    assert len(found.clusters) == 30
    assert found.interval.method == "mid-p-effective"
    assert found.interval.high - found.interval.low > 1.9 * (mid_p(75, 150).high - mid_p(75, 150).low)


def test_nothing_assessed_has_no_interval_and_no_rate():
    found = measure([("a", Unassessed(reason="timeout"))], metric="exact", slice="all")

    assert (found.interval, found.estimate, found.coverage) == (None, None, 0.0)


def test_nothing_attempted_has_no_coverage():
    assert measure([], metric="exact", slice="all").coverage is None


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson"])
def test_method_asked_for_is_the_method_named(method):
    found = measure([("a", Success()), ("b", Failure())], metric="exact", slice="all", method=method)

    assert found.interval.method == method


@given(OUTCOMES)
def test_every_outcome_is_counted_once(outcomes):
    found = measure(outcomes, metric="m", slice="all")

    assert found.attempted == len(outcomes)
    assert found.numerator == sum(o == Success() for _, o in outcomes)
    assert found.attempted - found.denominator == sum(isinstance(o, Unassessed) for _, o in outcomes)
    assert [c.cluster for c in found.clusters] == sorted({c for c, o in outcomes if not isinstance(o, Unassessed)})


@given(OUTCOMES, st.randoms(use_true_random=False))
def test_order_of_the_outcomes_does_not_matter(outcomes, random):
    shuffled = list(outcomes)
    random.shuffle(shuffled)

    assert measure(shuffled, metric="m", slice="all") == measure(outcomes, metric="m", slice="all")


@given(OUTCOMES)
def test_an_unassessed_attempt_changes_the_coverage_alone(outcomes):
    before = measure(outcomes, metric="m", slice="all")

    after = measure([*outcomes, ("z", Unassessed(reason="timeout"))], metric="m", slice="all")

    assert (after.clusters, after.interval) == (before.clusters, before.interval)
    assert after.attempted == before.attempted + 1
