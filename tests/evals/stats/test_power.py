"""How many more samples: enough when collected, not far more than enough, and quick to say."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from roadworthy.core.result import ClusterCount
from roadworthy.evals.stats.power import more_samples, more_samples_like
from roadworthy.evals.stats.proportion import exact_lower, exact_upper


@pytest.mark.parametrize(
    ("events", "trials", "comparator", "threshold", "needed"),
    [
        pytest.param(0, 30, "<=", 0.05, 29, id="59 clean samples show 5 per cent"),
        pytest.param(0, 0, "<=", 0.05, 59, id="nothing tried: the best case"),
        pytest.param(0, 0, ">=", 0.95, 59, id="nothing tried, success rate: the best case"),
        pytest.param(0, 0, "<=", 0.01, 299, id="299 clean samples show 1 per cent"),
        pytest.param(0, 59, "<=", 0.05, 0, id="decided: met"),
        pytest.param(30, 59, "<=", 0.05, 0, id="decided: refuted"),
        pytest.param(59, 59, ">=", 0.95, 0, id="decided: success rate met"),
        pytest.param(5, 100, "<=", 0.05, None, id="on the threshold no number can be promised"),
        pytest.param(0, 1000, "<=", 0.0, None, id="zero can be refuted and never shown"),
        pytest.param(0, 0, "<=", 1.0, 1, id="anything meets one"),
    ],
)
def test_samples_that_decide(events, trials, comparator, threshold, needed):
    found = more_samples(events=events, trials=trials, comparator=comparator, threshold=threshold, confidence=0.95)

    assert found == needed


@given(st.integers(1, 300), st.integers(0, 40), st.sampled_from([0.01, 0.05, 0.1, 0.3, 0.5]))
def test_that_many_more_at_the_same_rate_decide_and_one_fewer_does_not(trials, events, threshold):
    assume(events <= trials)
    needed = more_samples(events=events, trials=trials, comparator="<=", threshold=threshold, confidence=0.95)
    assume(needed)

    def decided(total):
        count = events / trials * total
        return (
            exact_upper(count, total, confidence=0.95) <= threshold
            or exact_lower(count, total, confidence=0.95) > threshold
        )

    assert decided(trials + needed)
    assert not decided(trials + needed - 1)


@given(st.integers(1, 200), st.integers(0, 20), st.floats(0.02, 0.98))
def test_success_rates_need_what_failure_rates_need(trials, failures, threshold):
    assume(failures <= trials)

    of_failures = more_samples(events=failures, trials=trials, comparator="<=", threshold=1 - threshold, confidence=0.9)
    of_successes = more_samples(
        events=trials - failures, trials=trials, comparator=">=", threshold=threshold, confidence=0.9
    )

    assert of_failures == of_successes


def test_a_number_beyond_the_most_that_makes_sense_is_not_given():
    question = {"events": 9, "trials": 200, "comparator": "<=", "threshold": 0.05, "confidence": 0.95}

    assert more_samples(**question) > 1000
    assert more_samples(**question, max_samples=1000) is None


def test_repeats_are_worth_less_in_future_too():
    repeated = [ClusterCount(cluster=str(i), successes=0, trials=5) for i in range(30)]
    single = [ClusterCount(cluster=str(i), successes=0, trials=1) for i in range(30)]
    bar = {"comparator": "<=", "threshold": 0.05, "confidence": 0.95}

    assert more_samples_like(single, **bar) == 29
    assert more_samples_like(repeated, **bar) == 29 * 5


def test_clustered_need_beyond_the_most_is_not_given():
    repeated = [ClusterCount(cluster=str(i), successes=0, trials=5) for i in range(30)]

    needed = more_samples_like(repeated, comparator="<=", threshold=0.05, confidence=0.95, max_samples=100)

    assert needed is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"events": 3}, "3 of 2 is not a count"),
        ({"threshold": 5}, "fraction"),
        ({"confidence": 0.4}, "`confidence`"),
    ],
)
def test_arguments_out_of_range_are_refused(change, message):
    question = {"events": 1, "trials": 2, "comparator": "<=", "threshold": 0.1, "confidence": 0.95}

    with pytest.raises(ValueError, match=message):
        more_samples(**(question | change))


@pytest.mark.timeout(30)
def test_two_hundred_rules_are_answered_soon():
    answers = [
        more_samples(events=i % 7, trials=101 + i, comparator="<=", threshold=0.043, confidence=0.95)
        for i in range(200)
    ]

    assert len(answers) == 200
