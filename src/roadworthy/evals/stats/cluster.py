"""Bounds that hold when samples come in clusters: repeats and paraphrases of one prompt are not independent.

Asking one prompt ten times says little more than asking it once if its answers agree.
The counts are therefore shrunk to an *effective* number of independent trials, and the
bounds of ``proportion`` are taken on those.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roadworthy.core.result import ClusterCount, Interval
from roadworthy.evals.stats.proportion import Method, exact_lower, exact_upper, interval
from roadworthy.evals.stats.special import student_t_quantile

_TRUSTED_CLUSTERS = 5.0
"""Mixed evidence needed before the estimated variance counts at all; see `effective_trials`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A one-sided bound on a rate, and how it was found."""

    value: float
    """In [0, 1]."""

    method: str
    """``clopper-pearson`` for independent samples, ``clopper-pearson-effective`` for clustered ones."""


def upper_bound(clusters: Sequence[ClusterCount], *, confidence: float) -> Bound:
    """Return the one-sided upper bound of the success rate; of a failure rate after `flipped`.

    Exact (Clopper-Pearson) when no cluster has more than one trial, else the same on
    `effective_trials`.

    Args:
        clusters: At least one; their order does not matter.
        confidence: One-sided, in (0.5, 1).

    Raises:
        ValueError: If there is no cluster or ``confidence`` is out of range.

    >>> thirty = [ClusterCount(cluster=str(i), successes=0, trials=1) for i in range(30)]
    >>> round(upper_bound(thirty, confidence=0.95).value, 4)
    0.095
    """
    events, trials = _effective_count(clusters, confidence)
    return Bound(value=exact_upper(events, trials, confidence=confidence), method=_method(clusters))


def lower_bound(clusters: Sequence[ClusterCount], *, confidence: float) -> Bound:
    """Return the one-sided lower bound of the success rate; the mirror image of `upper_bound`.

    Raises:
        ValueError: If there is no cluster or ``confidence`` is out of range.
    """
    events, trials = _effective_count(clusters, confidence)
    return Bound(value=exact_lower(events, trials, confidence=confidence), method=_method(clusters))


def two_sided(clusters: Sequence[ClusterCount], *, confidence: float = 0.95, method: Method = "mid-p") -> Interval:
    """Return a two-sided interval for the success rate, to be shown and not to be judged by.

    It aims at nominal coverage where the one-sided bounds aim at never being too bold:
    over clusters of two to five, 30 to 100 of them, intra-cluster correlations 0 to 0.6
    and rates 0.05 to 0.95, a nominal 95 % covers 95 % on average and 92 to 97 % at each
    point, lowest at rate 0.05 with 30 strongly correlated clusters.

    Raises:
        ValueError: If there is no cluster or ``confidence`` is out of range.
    """
    trials = effective_trials(clusters, probability=0.5 + confidence / 2.0, cautious=False)
    found = interval(_rate(clusters) * trials, trials, confidence=confidence, method=method)
    if not is_clustered(clusters):
        return found
    return Interval(low=found.low, high=found.high, confidence=confidence, method=f"{method}-effective")


def effective_trials(clusters: Sequence[ClusterCount], *, probability: float, cautious: bool) -> float:
    """Return how many independent trials the clusters are worth.

    The design effect is the variance of the rate estimated between clusters over that
    of independent trials. It is kept between 1 (clusters say nothing about their
    members) and the trials' mean own-cluster size (all members of a cluster agree),
    and the result is reduced for the few degrees of freedom that it rests on. Where
    every outcome is the same the variance cannot be estimated, and each cluster counts
    as one trial.

    Args:
        clusters: At least one.
        probability: Level of the quantile that the result will be used for, in (0.5, 1).
        cautious: Pull the design effect towards its largest value when few clusters
            hold the rarer outcome: wholly up to five of them, by 5 / number beyond.
            Without this, by simulation, the chance of passing at the threshold reaches
            8.5 % where 5 % is stated (rates of 0.02 to 0.05 and strong correlation).

    Raises:
        ValueError: If there is no cluster or ``probability`` is out of range.

    Source:
        Korn and Graubard 1998, Survey Methodology 24:193-201, for the effective size and
        its correction by (t_{n-1} / t_{k-1})²; Kish 1965, Survey Sampling, for the design
        effect; the pull is ours, and ``tests/evals/stats/test_coverage.py`` simulates it.

    >>> alike = [ClusterCount(cluster=str(i), successes=0, trials=10) for i in range(30)]
    >>> effective_trials(alike, probability=0.95, cautious=True)
    30.0
    """
    if not clusters:
        raise ValueError("a rate needs at least one assessed sample, got no cluster")
    if not 0.5 < probability < 1.0:
        raise ValueError(f"a bound needs a confidence in (0.5, 1), got {probability}")
    count, trials = len(clusters), sum(c.trials for c in clusters)
    largest = sum(c.trials**2 for c in clusters) / trials
    if count == trials:
        return float(trials)
    fewest = trials / largest
    rate = _rate(clusters)
    if count == 1 or rate in (0.0, 1.0):
        return fewest
    effect = min(max(_design_effect(clusters, rate, trials), 1.0), largest)
    if cautious:
        informative = min(sum(c.successes > 0 for c in clusters), sum(c.successes < c.trials for c in clusters))
        pull = min(1.0, _TRUSTED_CLUSTERS / informative)
        effect = (1.0 - pull) * effect + pull * largest
    shortage = student_t_quantile(probability, degrees=trials - 1) / student_t_quantile(probability, degrees=count - 1)
    return min(max(trials / effect * shortage**2, fewest), float(trials))


def flipped(clusters: Iterable[ClusterCount]) -> tuple[ClusterCount, ...]:
    """Return the clusters with failures counted in place of successes.

    >>> flipped([ClusterCount(cluster="a", successes=1, trials=3)])[0].successes
    2
    """
    return tuple(ClusterCount(cluster=c.cluster, successes=c.trials - c.successes, trials=c.trials) for c in clusters)


def is_clustered(clusters: Sequence[ClusterCount]) -> bool:
    """Return whether any cluster has more than one trial."""
    return any(c.trials > 1 for c in clusters)


def _effective_count(clusters: Sequence[ClusterCount], confidence: float) -> tuple[float, float]:
    trials = effective_trials(clusters, probability=confidence, cautious=True)
    if not is_clustered(clusters):
        return float(sum(c.successes for c in clusters)), trials
    return min(_rate(clusters) * trials, trials), trials


def _rate(clusters: Sequence[ClusterCount]) -> float:
    return sum(c.successes for c in clusters) / sum(c.trials for c in clusters)


def _design_effect(clusters: Sequence[ClusterCount], rate: float, trials: int) -> float:
    count = len(clusters)
    # fsum rounds once, so that the order of the clusters cannot show in the last digit.
    between = math.fsum((c.successes - rate * c.trials) ** 2 for c in clusters) * count / (count - 1)
    return between / (trials * rate * (1.0 - rate))


def _method(clusters: Sequence[ClusterCount]) -> str:
    return "clopper-pearson-effective" if is_clustered(clusters) else "clopper-pearson"
