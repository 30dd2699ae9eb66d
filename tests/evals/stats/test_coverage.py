"""Coverage of the intervals and boldness of the bounds: by enumeration where samples are independent, by
simulation where they are clustered. `-s` prints the tables.

What was found, at nominal 95 %:

- Two-sided, independent, rates 0.05 to 0.95 in steps of 0.05. Mid-P stays within 93 to 97 % at every rate for
  50, 100 and 400 trials. At 20 trials it stays within 93 to 99 %: counts are too coarse there for any method
  (Wilson spans 92.4 to 97.8 %, Clopper-Pearson 95.9 to 98.9 %).
- Two-sided, clustered: 96 % on average, at least 93 % at each point but for the simulation's error, also with
  clusters of very unequal size; up to 99 % where few events are seen.
- One-sided, independent: never below nominal, and `1 - alpha ** (1 / n)` at no event, because it is exact.
- One-sided, clustered: the chance to ship at the threshold stays at or below alpha.
"""

# ruff: noqa: T201  the tables are shown with -s

from functools import cache

import numpy as np
import pytest
from scipy.stats import binom

from roadworthy.core.result import ClusterCount
from roadworthy.evals.stats.cluster import flipped, lower_bound, two_sided, upper_bound
from roadworthy.evals.stats.proportion import exact_lower, exact_upper, interval

pytestmark = pytest.mark.xdist_group("coverage")  # what is drawn is shared by several tests

RATES = np.round(np.arange(0.05, 0.951, 0.05), 2)
NOMINAL = 0.95
ALPHA = 0.05


def coverages(method, trials):
    """Exact coverage at each rate: the chance of the counts whose interval holds the rate."""
    found = [interval(s, trials, confidence=NOMINAL, method=method) for s in range(trials + 1)]
    low, high = np.array([i.low for i in found]), np.array([i.high for i in found])
    counts = np.arange(trials + 1)
    return [float(binom.pmf(counts, trials, p)[(low <= p) & (p <= high)].sum()) for p in RATES]


@pytest.mark.parametrize(
    ("trials", "lowest", "highest"),
    [(20, 0.93, 0.99), (50, 0.93, 0.97), (100, 0.93, 0.97), (400, 0.93, 0.97)],
)
def test_default_interval_covers_as_stated_at_every_rate(trials, lowest, highest):
    found = coverages("mid-p", trials)
    table = f"mid-p n={trials}: " + " ".join(f"{c:.3f}" for c in found)
    print(table)

    assert lowest <= min(found), table
    assert max(found) <= highest, table
    assert 0.93 <= np.mean(found) <= 0.97, table


@pytest.mark.parametrize("trials", [20, 50, 100, 400])
def test_wilson_covers_on_average_and_exact_never_falls_short(trials):
    wilson, exact = coverages("wilson", trials), coverages("clopper-pearson", trials)
    print(f"n={trials}: wilson {min(wilson):.3f}..{max(wilson):.3f}, exact {min(exact):.3f}..{max(exact):.3f}")

    assert 0.93 <= np.mean(wilson) <= 0.97
    assert min(wilson) >= 0.92
    assert min(exact) >= NOMINAL


@pytest.mark.parametrize("trials", [30, 59, 100, 250, 400])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_one_sided_bounds_never_fall_below_their_confidence(trials, confidence):
    counts = np.arange(trials + 1)
    upper = np.array([exact_upper(int(s), trials, confidence=confidence) for s in counts])
    lower = np.array([exact_lower(int(s), trials, confidence=confidence) for s in counts])

    for p in (0.001, 0.01, *RATES, 0.99, 0.999):
        chances = binom.pmf(counts, trials, p)
        assert chances[upper >= p].sum() >= confidence - 1e-9
        assert chances[lower <= p].sum() >= confidence - 1e-9


@pytest.mark.parametrize("threshold", [0.01, 0.02, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.1])
def test_chance_to_ship_at_the_threshold_is_at_most_alpha(threshold, alpha):
    for trials in range(30, 401):
        # The bound grows with the count, so shipping means at most a certain count.
        shipping = -1
        while exact_upper(shipping + 1, trials, confidence=1 - alpha) <= threshold:
            shipping += 1

        assert binom.cdf(shipping, trials, threshold) <= alpha + 1e-9


def drawn(rng, *, count, rate, correlation, sizes=(2, 3, 4, 5)):
    """One draw of clusters of these sizes: beta-binomial with that intra-cluster correlation."""
    trials = rng.choice(sizes, size=count)
    if correlation == 0:
        rates = np.full(count, rate)
    elif correlation == 1:
        rates = (rng.random(count) < rate).astype(float)
    else:
        spread = (1 - correlation) / correlation
        rates = np.nan_to_num(rng.beta(rate * spread, (1 - rate) * spread, size=count))
    successes = rng.binomial(trials, rates)
    return [
        ClusterCount(cluster=str(i), successes=int(s), trials=int(t))
        for i, (s, t) in enumerate(zip(successes, trials, strict=True))
    ]


@cache
def clustered_coverages(count, correlation):
    rng = np.random.default_rng([count, int(100 * correlation)])
    found = {}
    for rate in (0.05, 0.2, 0.5, 0.8, 0.95):
        intervals = [two_sided(drawn(rng, count=count, rate=rate, correlation=correlation)) for _ in range(300)]
        found[rate] = float(np.mean([i.low <= rate <= i.high for i in intervals]))
    return found


CORRELATIONS = (0.0, 0.1, 0.3, 0.6)
DRAWS_ERROR = 3 * (0.95 * 0.05 / 300) ** 0.5
"""Three standard errors of a simulated coverage."""


@pytest.mark.slow
@pytest.mark.parametrize("count", [30, 100])
@pytest.mark.parametrize("correlation", CORRELATIONS)
def test_clustered_interval_covers_as_stated_at_every_rate(count, correlation):
    found = clustered_coverages(count, correlation)
    table = f"clusters={count} correlation={correlation}: " + " ".join(f"{r}:{c:.3f}" for r, c in found.items())
    print(table)

    assert min(found.values()) >= 0.93 - DRAWS_ERROR, table
    assert max(found.values()) <= 0.985 + DRAWS_ERROR, table
    assert 0.94 <= np.mean(list(found.values())) <= 0.975, table


@pytest.mark.slow
def test_clustered_interval_covers_95_per_cent_on_average_and_little_more():
    found = [c for k in (30, 100) for r in CORRELATIONS for c in clustered_coverages(k, r).values()]

    assert 0.945 <= np.mean(found) <= 0.965


UNEQUAL = {"1, 1, 1, 5, 12": (1, 1, 1, 5, 12), "nine of 1, one of 30": (1,) * 9 + (30,), "1, 2, 3, 8": (1, 2, 3, 8)}


@pytest.mark.slow
@pytest.mark.parametrize("sizes", UNEQUAL.values(), ids=UNEQUAL)
def test_unequal_clusters_neither_narrow_the_interval_nor_embolden_the_bounds(sizes):
    draws, rng = 200, np.random.default_rng(list(sizes))
    cover_error, bound_error = (3 * (p * (1 - p) / draws) ** 0.5 for p in (0.07, ALPHA))

    for count, rate, correlation in [
        (60, 0.1, 0.95),
        (60, 0.3, 0.9),
        (150, 0.05, 0.6),
        (45, 0.03, 0.8),
        (45, 0.15, 0.15),
    ]:
        found = [drawn(rng, count=count, rate=rate, correlation=correlation, sizes=sizes) for _ in range(draws)]
        shown = [two_sided(f) for f in found]
        covered = np.mean([i.low <= rate <= i.high for i in shown])
        ships = np.mean([upper_bound(f, confidence=1 - ALPHA).value <= rate for f in found])
        blocks = np.mean([lower_bound(f, confidence=1 - ALPHA).value >= rate for f in found])
        print(f"sizes={sizes} {count} {rate} {correlation}: {covered:.3f} ships {ships:.3f} blocks {blocks:.3f}")

        assert covered >= 0.93 - cover_error
        assert ships <= ALPHA + bound_error
        assert blocks <= ALPHA + bound_error


@pytest.mark.slow
@pytest.mark.parametrize("count", [30, 100, 300])
@pytest.mark.parametrize("threshold", [0.02, 0.05, 0.1, 0.2])
def test_chance_to_ship_at_the_threshold_is_at_most_alpha_with_clusters(count, threshold):
    draws = 300
    rng = np.random.default_rng([count, int(1000 * threshold)])
    error = 3 * (ALPHA * (1 - ALPHA) / draws) ** 0.5

    for correlation in (0.0, 0.3, 0.6, 1.0):
        failures = [drawn(rng, count=count, rate=threshold, correlation=correlation) for _ in range(draws)]
        shipped = np.mean([upper_bound(f, confidence=1 - ALPHA).value <= threshold for f in failures])
        for mirrored in failures[:40]:
            above = lower_bound(flipped(mirrored), confidence=1 - ALPHA).value
            assert above == pytest.approx(1 - upper_bound(mirrored, confidence=1 - ALPHA).value, abs=1e-9)
        print(f"clusters={count} threshold={threshold} correlation={correlation}: ships {shipped:.3f}")

        assert shipped <= ALPHA + error
