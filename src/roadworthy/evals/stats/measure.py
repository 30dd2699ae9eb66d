"""Outcomes in, one measurement out: numerator, denominator, coverage, clusters and interval."""

from __future__ import annotations

from collections.abc import Iterable

from roadworthy.core.result import ClusterCount, Measurement, Outcome, Success, Unassessed
from roadworthy.evals.stats.cluster import is_clustered, two_sided
from roadworthy.evals.stats.proportion import Method


def measure(
    outcomes: Iterable[tuple[str, Outcome]],
    *,
    metric: str,
    slice: str,
    confidence: float = 0.95,
    method: Method = "mid-p",
) -> Measurement:
    """Summarise outcomes as a success rate with its interval.

    An unassessed outcome counts as attempted and as nothing else: it neither helps nor
    harms the rate, and it lowers the coverage.

    Args:
        outcomes: Each with the cluster of its sample; the order does not matter.
        metric: Name of the scorer.
        slice: ``all`` or ``<name>=<value>``.
        confidence: Two-sided coverage of the interval, in (0, 1).
        method: Of the interval.

    Returns:
        A measurement without an interval when nothing was assessed.

    >>> from roadworthy.core.result import Failure
    >>> both = [("a", Success()), ("b", Failure()), ("c", Unassessed(reason="timeout"))]
    >>> found = measure(both, metric="exact", slice="all")
    >>> found.numerator, found.denominator, found.attempted
    (1, 2, 3)
    """
    counts: dict[str, list[int]] = {}
    attempted = 0
    for cluster, outcome in outcomes:
        attempted += 1
        if isinstance(outcome, Unassessed):
            continue
        count = counts.setdefault(cluster, [0, 0])
        count[0] += isinstance(outcome, Success)
        count[1] += 1
    clusters = tuple(
        ClusterCount(cluster=cluster, successes=successes, trials=trials)
        for cluster, (successes, trials) in sorted(counts.items())
    )
    return Measurement(
        metric=metric,
        slice=slice,
        numerator=sum(c.successes for c in clusters),
        denominator=sum(c.trials for c in clusters),
        attempted=attempted,
        clusters=clusters,
        interval=two_sided(clusters, confidence=confidence, method=method) if clusters else None,
        design="clustered" if is_clustered(clusters) else "independent",
    )
