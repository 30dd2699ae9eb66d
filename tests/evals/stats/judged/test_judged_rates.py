"""Rates that a judge with known errors saw: golden values, laws, and coverage by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betainc, betaincinv
from scipy.stats import binom

from roadworthy.core.calibration import LabelCount
from roadworthy.core.result import ClusterCount
from roadworthy.evals.stats.cluster import upper_bound
from roadworthy.evals.stats.judged import bounds
from roadworthy.evals.stats.judged.decision import judged_bounds, more_judged
from roadworthy.evals.stats.judged.errors import JudgeErrors, corrected_rate, errors_of, mixed
from roadworthy.evals.stats.judged.interval import corrected_clusters, corrected_interval
from roadworthy.evals.stats.judged.labelled import Labelled, chance_at_most, labelled_rate
from roadworthy.evals.stats.judged.quadrature import beta_nodes, unit_nodes

MILLION = 1_000_000
GOLD = [(50, 50), (100, 300), (500, 500)]
ERRORS = JudgeErrors(hits=80, bad=100, alarms=6, good=300)


def known(sensitivity: float, specificity: float) -> JudgeErrors:
    """Errors that are known all but exactly."""
    return JudgeErrors(hits=sensitivity * MILLION, bad=MILLION, alarms=(1.0 - specificity) * MILLION, good=MILLION)


@pytest.mark.parametrize(
    ("flagged", "trials", "sensitivity", "specificity", "rate"),
    [
        pytest.param(23, 150, 0.96, 0.89, 0.051, id="brucellosis, epiR's manual"),
        pytest.param(6, 151, 0.964, 0.927, 0.0, id="Helicobacter, Moujaber et al. 2008"),
        pytest.param(50, 3330, 1.0, 1.0, 0.015, id="a perfect test"),
    ],
)
def test_published_prevalences_come_out(flagged, trials, sensitivity, specificity, rate):
    assert corrected_rate(flagged / trials, known(sensitivity, specificity)) == pytest.approx(rate, abs=5e-4)


def test_with_known_errors_the_bound_is_the_published_clopper_pearson_one():
    # Moujaber et al. 2008, 1 to 4 years: 0 to 1.3 cases per 100, two-sided 95 %.
    # Theirs is not taken relative to the chance of so few flags of a system that never fails; this undoes it.
    confidence = 1.0 - 0.025 / binom.cdf(6, 151, 1.0 - 0.927)
    assert bounds.upper(6, 151, known(0.964, 0.927), confidence=confidence) == pytest.approx(0.013, abs=5e-4)
    assert bounds.lower(6, 151, known(0.964, 0.927), confidence=0.975) == 0.0


@pytest.mark.parametrize(
    ("x", "n", "errors"),
    [
        pytest.param(12, 400, ERRORS, id="few flags"),
        pytest.param(3, 2000, JudgeErrors(hits=160, bad=200, alarms=1, good=200), id="fewer flags than alarms"),
        pytest.param(50, 3330, JudgeErrors(hits=78, bad=85, alarms=2, good=401), id="Santa Clara"),
        pytest.param(90, 100, JudgeErrors(hits=4, bad=5, alarms=0, good=5), id="hardly a label"),
        pytest.param(30, 200, JudgeErrors(hits=50, bad=50, alarms=0, good=50), id="no error seen"),
    ],
)
def test_the_bounds_are_those_of_drawing_at_random(x, n, errors):
    rng = np.random.default_rng(5)
    draws = 400_000

    def beta(a, b):
        return np.zeros(draws) if a == 0 else np.ones(draws) if b == 0 else rng.beta(a, b, draws)

    def rate(share, hit, alarm, otherwise):
        tells = np.where(hit > alarm, hit - alarm, 1.0)
        return np.clip(np.where(hit > alarm, (share - alarm) / tells, otherwise), 0.0, 1.0)

    s, b, f, g = errors.hits, errors.bad, errors.alarms, errors.good
    above = rate(beta(x + 1, n - x), beta(s, b - s + 1), beta(f, g - f + 1), 1.0)
    below = rate(beta(x, n - x + 1), beta(s + 1, b - s), beta(f + 1, g - f), 0.0)

    # Of a system that never fails, so few flags have this chance; the rest of the distribution lies at 0.
    left = 0.05 * np.mean(above > 0.0)
    assert bounds.upper(x, n, errors, confidence=0.95) == pytest.approx(np.quantile(above, 1 - left), abs=2e-3)
    assert bounds.lower(x, n, errors, confidence=0.95) == pytest.approx(np.quantile(below, 0.05), abs=2e-3)


def test_with_a_perfect_judge_the_bounds_are_those_of_any_rate():
    clusters = [ClusterCount(cluster=str(i), successes=int(i < 3), trials=1) for i in range(60)]
    low, high = judged_bounds(clusters, JudgeErrors(hits=1e9, bad=1e9, alarms=0, good=1e9), confidence=0.95)

    assert high.value == pytest.approx(upper_bound(clusters, confidence=0.95).value, abs=1e-5)
    assert (low.method, high.method) == ("melded", "melded")


errors_drawn = st.builds(
    lambda bad, good, missed, alarms: JudgeErrors(
        hits=bad - min(missed, bad), bad=bad, alarms=min(alarms, good), good=good
    ),
    bad=st.integers(1, 300),
    good=st.integers(1, 300),
    missed=st.integers(0, 60),
    alarms=st.integers(0, 30),
)


@settings(max_examples=20)
@given(errors=errors_drawn, n=st.integers(1, 500), data=st.data())
def test_bounds_enclose_the_corrected_rate_and_never_leave_the_unit_interval(errors, n, data):
    x = data.draw(st.integers(0, n))
    low = bounds.lower(x, n, errors, confidence=0.95)
    high = bounds.upper(x, n, errors, confidence=0.95)
    rate = corrected_rate(x / n, errors)

    assert 0.0 <= low <= high <= 1.0
    assert rate is None or low - 1e-6 <= rate <= high + 1e-6


@settings(max_examples=8)
@given(x=st.integers(0, 99), confidence=st.sampled_from([0.8, 0.9, 0.95]))
def test_more_flags_and_more_confidence_raise_the_upper_bound(x, confidence):
    here = bounds.upper(x, 100, ERRORS, confidence=confidence)

    assert bounds.upper(x + 1, 100, ERRORS, confidence=confidence) >= here - 1e-6
    assert bounds.upper(x, 100, ERRORS, confidence=confidence + 0.04) >= here - 1e-6


def test_more_labels_narrow_the_bounds():
    few = JudgeErrors(hits=40, bad=50, alarms=1, good=50)
    many = JudgeErrors(hits=800, bad=1000, alarms=20, good=1000)

    assert bounds.upper(20, 200, many, confidence=0.95) < bounds.upper(20, 200, few, confidence=0.95)
    assert bounds.lower(20, 200, many, confidence=0.95) > bounds.lower(20, 200, few, confidence=0.95)


@pytest.mark.parametrize("n", [30, 120, 400])
def test_false_alarms_among_the_labels_never_make_a_clean_run_look_better_than_its_size(n):
    """Labels of hard good replies must not buy what no number of samples showed."""
    hard = JudgeErrors(hits=1e9, bad=1e9, alarms=2, good=200)

    assert bounds.upper(0, n, hard, confidence=0.95) >= 1 - 0.05 ** (1 / n) - 1e-6


def test_labels_that_do_not_describe_the_run_bound_nothing():
    """A tenth of the good labelled replies is flagged, and nothing of 2,000 in the run."""
    elsewhere = JudgeErrors(hits=90, bad=100, alarms=100, good=1000)

    assert bounds.upper(0, 2000, elsewhere, confidence=0.95) == 1.0


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_a_run_in_the_languages_of_the_labels_needs_no_weights(share):
    half = JudgeErrors(hits=40, bad=50, alarms=share * 50, good=50)
    found = mixed([(10, half), (10, half)])

    assert (found.sensitivity, found.false_alarm_rate) == pytest.approx((0.8, share))
    assert (found.bad, found.good) == pytest.approx((100, 100))


def test_a_language_with_few_labels_and_many_replies_is_worth_its_few_labels():
    many = JudgeErrors(hits=300, bad=300, alarms=0, good=1000)
    few = JudgeErrors(hits=5, bad=10, alarms=0, good=10)
    found = mixed([(1, many), (9, few)])

    assert found.sensitivity == pytest.approx(0.55)
    assert found.bad < 13


@pytest.mark.parametrize("shares", [(0.1, 0.9), (0.5, 0.5), (0.8, 0.2)])
def test_the_bounds_hold_for_languages_that_the_judge_errs_differently_in(shares):
    """Two thousand draws; sensitivities 0.95 and 0.5, specificities 0.999 and 0.95, labels mostly of the first."""
    rng, draws, n, rate = np.random.default_rng(29), 2000, 1000, 0.05
    hits, alarms = rng.binomial(300, 0.95, draws), rng.binomial(600, 0.001, draws)
    others = rng.binomial(30, 0.5, draws), rng.binomial(40, 0.05, draws)
    flags = [rate * se + (1 - rate) * (1 - sp) for se, sp in ((0.95, 0.999), (0.5, 0.95))]
    x = sum(rng.binomial(round(n * share), flag, draws) for share, flag in zip(shares, flags, strict=True))
    both = [
        mixed([
            (shares[0], JudgeErrors(hits=int(a), bad=300, alarms=int(b), good=600)),
            (shares[1], JudgeErrors(hits=int(c), bad=30, alarms=int(d), good=40)),
        ])
        for a, b, c, d in zip(hits, alarms, *others, strict=True)
    ]  # fmt: skip
    s, bad, f, good = (np.array([getattr(e, name) for e in both]) for name in ("hits", "bad", "alarms", "good"))
    held = _chance_above(rate, x, n, hits=(s, bad), alarms=(f, good)) >= 0.05

    assert held.mean() >= 0.94


def test_a_judge_that_tells_nothing_bounds_nothing():
    coin = JudgeErrors(hits=50, bad=100, alarms=50, good=100)

    assert corrected_rate(0.5, coin) is None
    assert (bounds.lower(50, 100, coin, confidence=0.95), bounds.upper(50, 100, coin, confidence=0.95)) == (0.0, 1.0)
    assert corrected_interval(50, 100, coin) is None


def test_a_run_that_may_stop_early_gets_a_wider_bound_that_says_so():
    clusters = [ClusterCount(cluster=str(i), successes=int(i < 6), trials=1) for i in range(200)]
    _, fixed = judged_bounds(clusters, ERRORS, confidence=0.95)
    _, early = judged_bounds(clusters, ERRORS, confidence=0.95, largest=1)

    assert early.value > fixed.value
    assert early.method == "bonferroni of betting"


def test_repeats_of_one_prompt_are_worth_less_than_prompts():
    alone = [ClusterCount(cluster=str(i), successes=int(i < 20), trials=1) for i in range(200)]
    repeated = [ClusterCount(cluster=str(i), successes=5 * int(i < 4), trials=5) for i in range(40)]
    of_alone, of_repeated = (corrected_clusters(c, ERRORS) for c in (alone, repeated))

    assert (
        judged_bounds(repeated, ERRORS, confidence=0.95)[1].value
        > judged_bounds(alone, ERRORS, confidence=0.95)[1].value
    )
    assert of_alone is not None
    assert of_repeated is not None
    assert of_repeated.high - of_repeated.low > of_alone.high - of_alone.low
    assert of_repeated.method == "lang-reiczigel-effective"


def test_how_many_more_samples_decide_is_what_decides():
    clusters = [ClusterCount(cluster=str(i), successes=int(i < 4), trials=1) for i in range(80)]
    more = more_judged(clusters, ERRORS, threshold=0.08, confidence=0.95)

    assert more is not None
    total = 80 + more
    assert bounds.upper(4 / 80 * total, total, ERRORS, confidence=0.95) <= 0.08 + 1e-6
    assert bounds.upper(4 / 80 * (total - 2), total - 2, ERRORS, confidence=0.95) > 0.08


def test_no_number_of_samples_makes_up_for_missing_labels():
    clusters = [ClusterCount(cluster=str(i), successes=int(i < 12), trials=1) for i in range(80)]
    hardly_known = JudgeErrors(hits=4, bad=5, alarms=0, good=5)

    assert more_judged(clusters, hardly_known, threshold=0.08, confidence=0.95) is None


@pytest.mark.parametrize("call", [bounds.upper, bounds.lower])
@pytest.mark.parametrize(("flagged", "trials"), [(0, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(call, flagged, trials):
    with pytest.raises(ValueError, match=r"not a count|at least one trial"):
        call(flagged, trials, ERRORS, confidence=0.95)


@pytest.mark.parametrize(
    "counts", [{"hits": 1, "bad": 0, "alarms": 0, "good": 1}, {"hits": 2, "bad": 1, "alarms": 0, "good": 1}]
)
def test_impossible_labels_are_refused(counts):
    with pytest.raises(ValueError, match=r"labels of both kinds|not counts"):
        JudgeErrors(**counts)


def test_without_labels_of_a_kind_nothing_is_known():
    assert errors_of(LabelCount(slice="all", bad_flagged=0, bad_missed=0, good_passed=9, good_flagged=1)) is None


def test_labels_of_paraphrases_count_as_what_they_are_worth():
    count = LabelCount(slice="all", bad_flagged=8, bad_missed=2, good_passed=20, good_flagged=0, bad_worth=5.0)

    assert errors_of(count) == JudgeErrors(hits=4.0, bad=5.0, alarms=0.0, good=20.0)


@pytest.mark.parametrize("degree", range(1, 21))
def test_the_rule_integrates_polynomials_exactly(degree):
    assert sum(w * x ** (2 * degree - 1) for x, w in unit_nodes(degree)) == pytest.approx(1 / (2 * degree), rel=1e-12)


def test_nodes_stand_for_the_distribution():
    mean = sum(w * x for x, w in beta_nodes(3.0, 7.0))

    assert mean == pytest.approx(0.3, abs=1e-4)
    assert beta_nodes(0.0, 5.0) == ((0.0, 1.0),)
    assert beta_nodes(5.0, 0.0) == ((1.0, 1.0),)


def _nodes(a, b, places):
    safe = betaincinv(np.where(a > 0, a, 1)[:, None], np.where(b > 0, b, 1)[:, None], places[None, :])
    return np.where(a[:, None] == 0, 0.0, np.where(b[:, None] == 0, 1.0, safe))


def _chance_above(rate, x, n, *, hits: tuple, alarms: tuple):
    """Return `bounds.chance_above` of many draws at once."""
    (s, bad), (f, good) = hits, alarms
    places, weights = (np.array(part) for part in zip(*unit_nodes(12), strict=True))
    hit, alarm = _nodes(s, bad - s + 1.0, places)[:, :, None], _nodes(f, good - f + 1.0, places)[:, None, :]

    def mean(at):
        chance = 1.0 - betainc(x[:, None, None] + 1.0, (n - x)[:, None, None] + 0.0, at * hit + (1 - at) * alarm)
        return np.einsum("ijk,j,k->i", np.where(hit > alarm, chance, 1.0), weights, weights)

    return mean(rate) / mean(0.0)


def test_the_vectorised_chance_is_the_one_that_decides():
    found = _chance_above(0.03, np.array([12]), 400, hits=(np.array([80]), 100), alarms=(np.array([6]), 300))

    assert found[0] == pytest.approx(bounds.chance_above(0.03, 12, 400, ERRORS), abs=2e-4)


@pytest.mark.parametrize("gold", GOLD)
def test_the_deciding_bound_errs_no_more_often_than_stated(gold):
    """Nominal 95 %, sensitivity 0.8, specificity 0.98; three standard errors of 2,000 draws are 1.5 %."""
    rng, (bad, good), draws = np.random.default_rng(11), gold, 2000
    for n, rate in ((100, 0.02), (400, 0.002), (2000, 0.2)):
        s, f = rng.binomial(bad, 0.8, draws), rng.binomial(good, 0.02, draws)
        x = rng.binomial(n, rate * 0.8 + (1 - rate) * 0.02, draws)
        held = _chance_above(rate, x, n, hits=(s, bad), alarms=(f, good)) >= 0.05

        assert held.mean() >= 0.94 - 0.005


@pytest.mark.parametrize("gold", GOLD)
@pytest.mark.parametrize("rate", [0.002, 0.02, 0.2])
def test_the_shown_interval_covers_as_stated_or_more(gold, rate):
    """4,000 draws a point: three standard errors are 1 %."""
    rng, (bad, good), draws = np.random.default_rng(13), gold, 4000
    covered = {}
    for n in (100, 400, 2000):
        drawn = zip(
            rng.binomial(bad, 0.8, draws),
            rng.binomial(good, 0.02, draws),
            rng.binomial(n, rate * 0.8 + (1 - rate) * 0.02, draws),
            strict=True,
        )
        found = [
            corrected_interval(int(x), n, JudgeErrors(hits=int(s), bad=bad, alarms=int(f), good=good))
            for s, f, x in drawn
        ]
        covered[n] = sum(one is not None and one.low <= rate <= one.high for one in found) / draws

    assert min(covered.values()) >= 0.94 - 0.01


def test_labels_of_a_part_of_the_run_correct_what_the_judge_said_of_all_of_it():
    counts = Labelled(
        flagged=40, judged=400, bad_of_flagged=30, labelled_flagged=40, bad_of_passed=2, labelled_passed=80
    )
    found = labelled_rate(counts)

    assert found.estimate == pytest.approx(0.1 * 0.75 + 0.9 * 0.025)
    assert found.interval.low < found.low < found.estimate < found.high < found.interval.high


def test_a_side_without_labels_is_as_unknown_as_it_is():
    counts = Labelled(flagged=40, judged=400, bad_of_flagged=0, labelled_flagged=0, bad_of_passed=0, labelled_passed=60)
    found = labelled_rate(counts)

    assert found.estimate is None
    assert found.high > 0.1


@pytest.mark.parametrize(("judged", "labelled"), [(400, 60), (2000, 200)])
@pytest.mark.parametrize("rate", [0.002, 0.02, 0.2])
def test_bounds_from_a_labelled_part_err_no_more_often_than_stated(judged, labelled, rate):
    """Nominal 95 %; 300 draws a point, so that three standard errors are 3.7 %."""
    rng, draws = np.random.default_rng(17), 300
    held = [0, 0]
    for _ in range(draws):
        bad = rng.random(judged) < rate
        flagged = np.where(bad, rng.random(judged) < 0.8, rng.random(judged) < 0.02)
        seen, said = bad[:labelled], flagged[:labelled]
        counts = Labelled(
            flagged=int(flagged.sum()), judged=judged,
            bad_of_flagged=int((seen & said).sum()), labelled_flagged=int(said.sum()),
            bad_of_passed=int((seen & ~said).sum()), labelled_passed=int((~said).sum()),
        )  # fmt: skip
        held[0] += chance_at_most(rate, counts, cautious=True) <= 0.95
        held[1] += chance_at_most(rate, counts, cautious=False) >= 0.05

    assert min(held) / draws >= 0.94 - 0.037


@pytest.mark.parametrize(
    "changed", [{"flagged": 5}, {"judged": 0, "flagged": 0}, {"bad_of_flagged": 3}, {"labelled_flagged": 0}]
)
def test_impossible_counts_of_labels_are_refused(changed):
    fields = {
        "flagged": 2, "judged": 4, "bad_of_flagged": 0, "labelled_flagged": 2, "bad_of_passed": 0,
        "labelled_passed": 0,
    }  # fmt: skip
    with pytest.raises(ValueError, match=r"cannot be more|no reply is labelled"):
        Labelled(**(fields | changed))
