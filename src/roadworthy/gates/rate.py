"""Holds a measured rate against a bar: on confidence bounds, never on the mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from roadworthy.core.calibration import Calibration
from roadworthy.core.evidence import Bar, RunResult
from roadworthy.core.result import ClusterCount, Measurement
from roadworthy.evals.stats import sequential
from roadworthy.evals.stats.cluster import Bound, flipped, lower_bound, upper_bound
from roadworthy.evals.stats.judged.decision import judged_bounds, more_judged
from roadworthy.evals.stats.judged.errors import corrected_rate
from roadworthy.evals.stats.power import more_samples_like
from roadworthy.gates.judged import Unusable, Usable, best_known, is_judged, judge_standing, languages_of
from roadworthy.gates.model import Judged, RuleOutcome
from roadworthy.gates.recent import Recent
from roadworthy.policy.model import MeasureCheck

ALL = "all"
"""The slice that holds every sample."""

WORST_FIRST = (
    RuleOutcome.FAIL,
    RuleOutcome.ERROR,
    RuleOutcome.MISSING,
    RuleOutcome.STALE,
    RuleOutcome.UNDERPOWERED,
    RuleOutcome.PASS,
)
"""Outcomes of a measurement in the order in which they decide."""

_RECENT: Recent[Judged] = Recent(size=256)


def judge_runs(
    runs: Sequence[RunResult],
    *,
    check: MeasureCheck,
    bar: Bar,
    now: datetime | None = None,
    calibrations: Sequence[Calibration] = (),
) -> tuple[Judged, ...]:
    """Judge every metric and slice that ``check`` asks for.

    All valid runs of a task are pooled by cluster, so a good run does not wipe out a bad
    one; sample size and coverage are those of the newest run. A run that was allowed to
    stop early is judged by bounds that hold whenever it stopped, and so is everything that
    is pooled with it. Runs of a fixed size are not: with fresh draws at the bar itself, ten
    looks let about 6 % through where one lets 3 % (nominal 5 %).

    Args:
        runs: Results of one task on the same components, newest first; at least one.
        check: What is asked.
        bar: The bar to use: today's, or the one registered before the run.
        now: Time of the decision, for the age of a judge's calibration; None does not ask for it.
        calibrations: Every calibration of judges that is held, whether a run carries it or not.

    Returns:
        One judgement for each metric and slice; empty when the task has no such metric.
    """
    newest = runs[0]
    largest = _largest(runs)
    judged = []
    for measurement in newest.measurements:
        if check.metric not in ("*", measurement.metric):
            continue
        name = measurement.slice.partition("=")[0]
        if measurement.slice != ALL and name not in check.slices:
            continue
        same = tuple(_same(measurement, runs))
        if not is_judged(measurement):
            # Who decides many releases in a row asks the same of one run again and again.
            judged.append(
                _RECENT.answer(
                    (measurement, *same),
                    (check.rate, bar, largest),
                    partial(_as_observed, measurement, same, rate=check.rate, bar=bar, largest=largest),
                )
            )
            continue
        standing = judge_standing(
            best_known(measurement, runs),
            languages=languages_of(runs, metric=measurement.metric),
            max_age_days=check.max_calibration_age_days,
            now=now,
            calibrations=calibrations,
        )
        judged.append(
            judge_measurement(
                measurement, pooled=_pooled(same), rate=check.rate, bar=bar, largest=largest, standing=standing
            )
        )
    seen = {item.slice.partition("=")[0] for item in judged}
    judged += [_unlabelled(name, check=check, bar=bar) for name in check.slices if name not in seen]
    return tuple(judged)


def _as_observed(
    measurement: Measurement, same: Sequence[Measurement], *, rate: str, bar: Bar, largest: int | None
) -> Judged:
    return judge_measurement(measurement, pooled=_pooled(same), rate=rate, bar=bar, largest=largest)


def _unlabelled(name: str, *, check: MeasureCheck, bar: Bar) -> Judged:
    """A slice that the rule asks for and that no sample is labelled with: nothing is known about it."""
    return Judged(
        metric=check.metric,
        slice=f"{name}=?",
        rate=check.rate,
        events=0,
        assessed=0,
        attempted=0,
        estimate=None,
        low=None,
        high=None,
        comparator=bar.comparator,
        threshold=bar.threshold,
        confidence=bar.confidence,
        method="none",
        outcome=RuleOutcome.MISSING,
        needed=bar.min_samples,
    )


def judge_measurement(
    measurement: Measurement,
    *,
    pooled: Sequence[ClusterCount],
    rate: str,
    bar: Bar,
    largest: int | None = None,
    standing: Usable | Unusable | None = None,
) -> Judged:
    """Judge one measurement: pass and fail both need a bound; between them it is underpowered.

    Args:
        measurement: Of the newest run.
        pooled: Counts of all its valid runs.
        rate: Whether ``failure`` or ``success`` is held against the bar.
        bar: The bar.
        largest: Trials in the largest planned cluster of a run that was allowed to stop
            early; None: the number of samples was fixed before.
        standing: What is known of the errors of the judge that gave the outcomes; None: no model did.
    """
    if standing is not None:
        return _corrected(measurement, pooled=pooled, rate=rate, bar=bar, largest=largest, standing=standing)
    failure = rate == "failure"
    counts = flipped(pooled) if failure else tuple(pooled)
    events, assessed = sum(c.successes for c in counts), sum(c.trials for c in counts)
    low = high = None
    method = "none"
    outcome = RuleOutcome.MISSING
    needed: int | None = bar.min_samples
    if assessed:
        lower, upper = _bounds(counts, confidence=bar.confidence, largest=largest)
        low, high, method = lower.value, upper.value, upper.method
        outcome = _outcome(measurement, low=low, high=high, bar=bar)
        needed = _needed(measurement, counts=counts, bar=bar, largest=largest) if _open(outcome) else None
    return Judged(
        metric=measurement.metric,
        slice=measurement.slice,
        rate="failure" if failure else "success",
        events=events,
        assessed=assessed,
        attempted=max(measurement.attempted, assessed),
        estimate=events / assessed if assessed else None,
        low=low,
        high=high,
        comparator=bar.comparator,
        threshold=bar.threshold,
        confidence=bar.confidence,
        method=method,
        outcome=outcome,
        needed=needed,
    )


def _corrected(
    measurement: Measurement,
    *,
    pooled: Sequence[ClusterCount],
    rate: str,
    bar: Bar,
    largest: int | None,
    standing: Usable | Unusable,
) -> Judged:
    """Judge what a model said: the rate that its flags speak for, and bounds that know how little is known of it."""
    failure = rate == "failure"
    flagged = flipped(pooled)
    flags, assessed = sum(c.successes for c in flagged), sum(c.trials for c in flagged)
    events = flags if failure else assessed - flags
    found = Judged(
        metric=measurement.metric,
        slice=measurement.slice,
        rate="failure" if failure else "success",
        events=events,
        assessed=assessed,
        attempted=max(measurement.attempted, assessed),
        estimate=None,
        low=None,
        high=None,
        comparator=bar.comparator,
        threshold=bar.threshold,
        confidence=bar.confidence,
        method="none",
        outcome=RuleOutcome.MISSING,
        needed=bar.min_samples,
        judge=standing.judge,
        raw=events / assessed if assessed else None,
    )
    if isinstance(standing, Unusable):
        return replace(
            found, outcome=standing.outcome, note=standing.note, needed=None, calibrated_at=standing.calibrated_at
        )
    estimate = corrected_rate(flags / assessed, standing.errors) if assessed else None
    if estimate is None:
        return found
    lower, upper = judged_bounds(flagged, standing.errors, confidence=bar.confidence, largest=largest)
    low, high = (lower.value, upper.value) if failure else (1.0 - upper.value, 1.0 - lower.value)
    outcome = _outcome(measurement, low=low, high=high, bar=bar)
    return replace(
        found,
        estimate=estimate if failure else 1.0 - estimate,
        low=low,
        high=high,
        method=upper.method,
        outcome=outcome,
        needed=_more_judged(measurement, flagged, standing=standing, bar=bar, largest=largest)
        if _open(outcome)
        else None,
        calibrated_at=standing.calibrated_at,
    )


def _more_judged(
    measurement: Measurement,
    flagged: Sequence[ClusterCount],
    *,
    standing: Usable,
    bar: Bar,
    largest: int | None,
) -> int | None:
    if largest is not None:
        return None
    threshold = bar.threshold if bar.comparator == "<=" else 1.0 - bar.threshold
    more = more_judged(flagged, standing.errors, threshold=threshold, confidence=bar.confidence)
    return None if more is None else max(0, bar.min_samples - measurement.denominator, more)


def worst(judged: Sequence[Judged]) -> RuleOutcome:
    """Return the worst outcome of several; `MISSING` when there is none.

    Every metric and slice must pass, so no correction for their number is owed: the
    chance of a false pass is at most that of each test alone (an intersection-union test).

    Source:
        Berger (1982), Technometrics 24:295-300, doi:10.1080/00401706.1982.10487790.
    """
    found = {item.outcome for item in judged}
    return next((outcome for outcome in WORST_FIRST if outcome in found), RuleOutcome.MISSING)


def _outcome(measurement: Measurement, *, low: float, high: float, bar: Bar) -> RuleOutcome:
    most = bar.comparator == "<="
    if (low > bar.threshold) if most else (high < bar.threshold):
        return RuleOutcome.FAIL
    enough = measurement.denominator >= bar.min_samples
    covered = (measurement.coverage or 0.0) >= bar.min_coverage
    right_side = (high <= bar.threshold) if most else (low >= bar.threshold)
    return RuleOutcome.PASS if right_side and enough and covered else RuleOutcome.UNDERPOWERED


def _needed(measurement: Measurement, *, counts: Sequence[ClusterCount], bar: Bar, largest: int | None) -> int | None:
    short = max(0, bar.min_samples - measurement.denominator)
    if largest is None:
        more = more_samples_like(counts, comparator=bar.comparator, threshold=bar.threshold, confidence=bar.confidence)
    else:
        more = sequential.more_samples_like(counts, threshold=bar.threshold, confidence=bar.confidence, largest=largest)
    return None if more is None else max(short, more)


def _open(outcome: RuleOutcome) -> bool:
    return outcome is RuleOutcome.UNDERPOWERED


def _same(measurement: Measurement, runs: Sequence[RunResult]) -> Iterator[Measurement]:
    """Yield what each run found of the same metric and slice."""
    for run in runs:
        for other in run.measurements:
            if other.metric == measurement.metric and other.slice == measurement.slice:
                yield other


def _pooled(measurements: Sequence[Measurement]) -> tuple[ClusterCount, ...]:
    successes: dict[str, int] = defaultdict(int)
    trials: dict[str, int] = defaultdict(int)
    for measurement in measurements:
        for count in measurement.clusters:
            successes[count.cluster] += count.successes
            trials[count.cluster] += count.trials
    return tuple(ClusterCount(cluster=c, successes=successes[c], trials=trials[c]) for c in sorted(trials))


def _bounds(counts: Sequence[ClusterCount], *, confidence: float, largest: int | None) -> tuple[Bound, Bound]:
    if largest is None:
        return lower_bound(counts, confidence=confidence), upper_bound(counts, confidence=confidence)
    return (
        sequential.lower_bound(counts, confidence=confidence, largest=largest),
        sequential.upper_bound(counts, confidence=confidence, largest=largest),
    )


def _largest(runs: Sequence[RunResult]) -> int | None:
    """Return how large a pooled cluster may be, where a run was allowed to stop early; None where none was.

    Runs of one task ask the same clusters in one order. So, for a number of runs that is fixed, whether
    a cluster was asked in a run depends on earlier clusters only, its pooled count is bounded by this sum,
    and the pooled wealth is that of a fair game cluster by cluster. For complete runs it is a reverse
    martingale in their number, so that any number of them is as good as one. What is proved for
    neither alone, running early runs again until they pass, is simulated:
    ``tests/gates/test_pools_of_early_runs.py``.

    Source:
        Manole and Ramdas 2023, IEEE Trans. Inf. Theory 69:4641-4658, for reverse martingales and Ville's inequality.
    """
    if all(run.sequential is None for run in runs):
        return None
    return sum(run.sequential.largest_cluster if run.sequential else _most_trials(run) for run in runs)


def _most_trials(run: RunResult) -> int:
    return max((c.trials for m in run.measurements for c in m.clusters), default=1)
