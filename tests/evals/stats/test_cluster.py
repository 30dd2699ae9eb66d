"""Clustered bounds: equal to the exact ones where samples are independent, never bolder elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.result import ClusterCount
from roadworthy.evals.stats.cluster import effective_trials, flipped, lower_bound, two_sided, upper_bound
from roadworthy.evals.stats.proportion import exact_lower, exact_upper


def clusters(*counts):
    return [ClusterCount(cluster=f"c{i}", successes=s, trials=t) for i, (s, t) in enumerate(counts)]


COUNT = st.integers(1, 6).flatmap(lambda t: st.tuples(st.integers(0, t), st.just(t)))
SETS = st.lists(COUNT, min_size=1, max_size=60).map(lambda counts: clusters(*counts))


def totals(found):
    return sum(c.successes for c in found), sum(c.trials for c in found)


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_single_trial_clusters_get_the_exact_bounds(successes):
    found = clusters(*((int(s), 1) for s in successes))

    upper, lower = upper_bound(found, confidence=0.95), lower_bound(found, confidence=0.95)

    assert upper.value == exact_upper(sum(successes), len(successes), confidence=0.95)
    assert lower.value == exact_lower(sum(successes), len(successes), confidence=0.95)
    assert upper.method == lower.method == "clopper-pearson"


def test_ten_repeats_of_thirty_prompts_without_a_failure_are_thirty_trials():
    repeated = clusters(*[(0, 10)] * 30)

    bound = upper_bound(repeated, confidence=0.95)

    assert bound.value == pytest.approx(1 - 0.05 ** (1 / 30))
    assert bound.method == "clopper-pearson-effective"


def test_one_prompt_asked_a_thousand_times_is_one_trial():
    assert upper_bound(clusters((0, 1000)), confidence=0.95).value == pytest.approx(0.95)
    assert upper_bound(clusters((3, 1000)), confidence=0.95).value > 0.9


def test_repeats_that_disagree_are_worth_more_than_repeats_that_agree():
    agreeing = clusters(*[(4, 4)] * 20, *[(0, 4)] * 20)
    disagreeing = clusters(*[(2, 4)] * 40)

    worth = [effective_trials(c, probability=0.95, cautious=True) for c in (agreeing, disagreeing)]

    assert worth[0] == pytest.approx(40)
    assert worth[1] > 100


@given(SETS)
def test_clustering_never_makes_a_bound_bolder(found):
    assert upper_bound(found, confidence=0.95).value >= exact_upper(*totals(found), confidence=0.95) - 1e-9
    assert lower_bound(found, confidence=0.95).value <= exact_lower(*totals(found), confidence=0.95) + 1e-9


@given(SETS, st.randoms(use_true_random=False))
def test_order_of_the_clusters_does_not_matter(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)

    assert upper_bound(shuffled, confidence=0.9) == upper_bound(found, confidence=0.9)
    assert two_sided(shuffled) == two_sided(found)


@given(SETS)
def test_failure_rate_bounds_mirror_success_rate_bounds(found):
    upper = upper_bound(flipped(found), confidence=0.95).value

    assert upper == pytest.approx(1 - lower_bound(found, confidence=0.95).value, abs=1e-9)


@given(SETS)
def test_effective_trials_lie_between_the_clusters_worth_and_the_trials(found):
    _, trials = totals(found)
    fewest = trials**2 / sum(c.trials**2 for c in found)

    for cautious in (True, False):
        worth = effective_trials(found, probability=0.95, cautious=cautious)
        assert fewest - 1e-9 <= worth <= trials


@given(SETS)
def test_caution_never_adds_trials(found):
    bold = effective_trials(found, probability=0.95, cautious=False)

    assert effective_trials(found, probability=0.95, cautious=True) <= bold + 1e-9


@given(SETS)
def test_flipping_twice_changes_nothing(found):
    assert list(flipped(flipped(found))) == found


@given(SETS)
def test_two_sided_interval_holds_the_estimate(found):
    successes, trials = totals(found)

    interval = two_sided(found)

    assert interval.low - 1e-9 <= successes / trials <= interval.high + 1e-9


@pytest.mark.parametrize("bound", [upper_bound, lower_bound])
def test_no_clusters_have_no_bound(bound):
    with pytest.raises(ValueError, match="at least one assessed sample"):
        bound([], confidence=0.95)


@pytest.mark.parametrize("confidence", [0.0, 0.5, 1.0])
def test_bound_below_even_odds_is_refused(confidence):
    with pytest.raises(ValueError, match=r"confidence in \(0.5, 1\)"):
        upper_bound(clusters((0, 2)), confidence=confidence)
