"""Plans sample sizes before anything is asked: for a bar, a comparison, a budget, or everything that a tier asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.packs import PackFolders
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.evals.stats import planning
from roadworthy.evals.stats.proportion import exact_upper
from roadworthy.evals.stats.sequential.duration import duration
from roadworthy.policy.model import MeasureCheck, Pack
from roadworthy.runtime.policy.reading import read_packs, resolve_policy
from roadworthy.runtime.workspace import MANIFEST, Workspace, find_root

_MAX_SEQUENTIAL = 20_000
"""Longest run that stops early which is enumerated; beyond, its length is not stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What every plan is made for."""

    power: float = 0.8
    """Chance to find the right answer."""

    confidence: float = 0.95
    cluster_size: int = 1
    """Samples times epochs of one cluster."""

    icc: float = 1.0
    """Intra-cluster correlation; 1 is the worst case, where repeats tell nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """How long a run goes on that stops when its question is answered, at one true rate."""

    rate: float
    """Of what the bar counts."""

    mean_clusters: int
    """Expected; exact when a cluster is one sample, or when its samples always agree. Fewer if they do not."""

    median_clusters: int | None
    samples: int
    """``mean_clusters`` times the size of a cluster."""

    right_answer: float
    """Chance to end with the right answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPlan:
    """Samples that decide on a bar."""

    threshold: float
    rate: float
    design: Design
    independent: int | None
    """Independent samples; None: more than anybody can ask."""

    clusters: int | None
    samples: int | None
    """Clusters times their size: what to ask."""

    without_event: int
    """Fewest clusters that can show "at most the threshold": all of them without an event."""

    sequential: tuple[Stopping, ...]
    """At the best rate, at the planned one and beyond the threshold; those too long to enumerate are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPlan:
    """Samples that compare two systems."""

    margin: float
    design: Design
    discordance: float | None
    baseline: float | None
    pairs_to_detect: int | None
    """Same samples asked of both: to detect a difference of the margin (two-sided McNemar test, Connor 1987)."""

    pairs_not_worse: int | None
    """Same samples: to show that the new one is not worse by the margin if it is as good (one-sided, Nam 1997)."""

    each_to_detect: int | None
    """Different samples: for each system (two-sided pooled z test, Fleiss 2003, 4.14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPlan:
    """What a number of samples can answer."""

    samples: int
    independent: int
    """Independent samples that they are worth."""

    design: Design
    threshold: float | None
    shown_without_event: float
    """Rate that is shown not to be exceeded when nothing at all is seen."""

    passes_up_to: float | None
    """Largest true rate that passes ``threshold`` with the power; None: none does, or no threshold was given."""

    fails_from: float | None
    """Smallest true rate that is shown to exceed ``threshold`` with the power."""

    discordance: float
    paired_difference: float | None
    """Least difference that is detected on the same samples."""

    baseline: float
    unpaired_drop: float | None
    """Least drop from ``baseline`` that is detected with as many other samples of each system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePlan:
    """Samples that one rule of the policy asks for."""

    tier: RiskTier
    rule: str
    category: str
    severity: Severity
    bar: str
    """E.g. ``failure <= 0.05``."""

    confidence: float
    min_samples: int
    slices: tuple[str, ...]
    """Each value of these needs as many samples again."""

    without_event: int
    """Fewest samples that can pass: not one failure, and the rule's own minimum."""

    fixed: int | None
    """Fixed number that passes with the power at half the failures that the bar allows."""

    stops_at_best: int | None
    """Expected number of a run that stops early, without failures; None: too long to enumerate."""

    stops_at_half: int | None
    """At half the failures that the bar allows."""

    stops_at_twice: int | None
    """At twice the failures that the bar allows: then it is shown not to meet it."""


def plan_bar(*, threshold: float, rate: float | None, design: Design) -> BarPlan:
    """Plan for one bar; without a rate, for half the events that it allows.

    Raises:
        ConfigError: If a number is out of range.
    """
    planned = _half(threshold) if rate is None else rate
    if planned == threshold:
        raise ConfigError(
            f"no number of samples tells a rate of {planned:g} from a bar at {threshold:g}",
            where="--rate",
            fix="give the true rate that you expect; without --rate, half of what the bar allows is taken",
        )
    with _asked("--threshold, --rate, --power, --confidence, --cluster-size, --icc"):
        independent = planning.samples_for_bar(
            threshold=threshold, rate=planned, power=design.power, confidence=design.confidence
        )
        clusters = None if independent is None else _clusters(independent, design)
    # What can be shown without one exception is that the rate lies on the side where it is thought to be.
    limit = threshold if planned < threshold else 1.0 - threshold
    return BarPlan(
        threshold=threshold,
        rate=planned,
        design=design,
        independent=independent,
        clusters=clusters,
        samples=None if clusters is None else clusters * design.cluster_size,
        without_event=planning.samples_without_event(threshold=limit, confidence=design.confidence),
        sequential=tuple(_stoppings(threshold, planned, design)),
    )


def plan_comparison(
    *, margin: float, discordance: float | None, baseline: float | None, design: Design
) -> ComparisonPlan:
    """Plan for a comparison: on the same samples where the discordance is given, on different ones for a baseline.

    Raises:
        ConfigError: If a number is out of range, or neither is given.
    """
    if discordance is None and baseline is None:
        raise ConfigError(
            "a comparison needs to know how much the systems differ or how good the old one is",
            where="--margin",
            fix="give --discordance 0.1 (same samples: the share on which they disagree) or --baseline 0.9",
        )
    if not 0.0 < margin < 1.0:
        raise ConfigError(f"the margin must be in (0, 1), got {margin:g}", where="--margin", fix="five points are 0.05")
    if baseline is not None and baseline < margin:
        raise ConfigError(
            f"a success rate of {baseline:g} cannot drop by {margin:g}", where="--baseline", fix="give a smaller margin"
        )
    power, confidence = design.power, design.confidence
    detect = not_worse = each = None
    with _asked("--margin, --discordance, --baseline, --power, --confidence, --cluster-size, --icc"):
        if discordance is not None:
            detect = planning.samples_for_pairs(
                difference=margin, discordance=discordance, power=power, confidence=confidence
            )
            not_worse = planning.samples_not_worse(
                margin=margin, discordance=discordance, power=power, confidence=confidence
            )
        if baseline is not None:
            each = planning.samples_for_arms(
                first=baseline, second=baseline - margin, power=power, confidence=confidence
            )
        return ComparisonPlan(
            margin=margin,
            design=design,
            discordance=discordance,
            baseline=baseline,
            pairs_to_detect=_inflated(detect, design),
            pairs_not_worse=_inflated(not_worse, design),
            each_to_detect=_inflated(each, design),
        )


def plan_budget(
    *, samples: int, threshold: float | None, discordance: float | None, baseline: float | None, design: Design
) -> BudgetPlan:
    """Say what ``samples`` can answer. Unless given, a discordance of 0.1 and a baseline of 0.9 are taken.

    Raises:
        ConfigError: If a number is out of range.
    """
    differing, old = 0.1 if discordance is None else discordance, 0.9 if baseline is None else baseline
    power, confidence = design.power, design.confidence
    with _asked("--samples, --threshold, --discordance, --baseline, --power, --confidence, --cluster-size, --icc"):
        size = min(design.cluster_size, samples)
        worth = max(1, int(samples / planning.design_effect(cluster_size=size, icc=design.icc) + 1e-9))
        below = above = None
        if threshold is not None:
            below = planning.rate_decided(
                samples=worth, threshold=threshold, power=power, confidence=confidence, side="below"
            )
            above = planning.rate_decided(
                samples=worth, threshold=threshold, power=power, confidence=confidence, side="above"
            )
        return BudgetPlan(
            samples=samples,
            independent=worth,
            design=design,
            threshold=threshold,
            shown_without_event=exact_upper(0, worth, confidence=confidence),
            passes_up_to=below,
            fails_from=above,
            discordance=differing,
            paired_difference=planning.difference_in_pairs(
                samples=worth, discordance=differing, power=power, confidence=confidence
            ),
            baseline=old,
            unpaired_drop=planning.drop_between_arms(samples=worth, rate=old, power=power, confidence=confidence),
        )


def plan_tiers(root: Path | None, tiers: Sequence[RiskTier], *, power: float) -> tuple[RulePlan, ...]:
    """Plan for every rule that measures, tier by tier.

    The packs are those of the manifest at or above ``root``; where there is none and no root
    was named, the shipped ``base`` pack.

    Raises:
        ConfigError: If ``root`` is named and has no manifest, or the power is out of range.
        PackError: If a pack does not load.
    """
    packs = _packs(root)
    with _asked("--power"):
        return tuple(plan for tier in tiers for plan in _rule_plans(packs, tier, power))


def _packs(root: Path | None) -> tuple[Pack, ...]:
    here = (root or Path()).resolve()
    if root is None and not any((folder / MANIFEST).is_file() for folder in (here, *here.parents)):
        return (PackFolders(here).load("base"),)
    workspace = Workspace(root=find_root(here))
    return read_packs(workspace, load_manifest(workspace.manifest_path))


def _rule_plans(packs: Sequence[Pack], tier: RiskTier, power: float) -> Iterator[RulePlan]:
    for rule in resolve_policy(packs, tier, on=SystemClock().now().date()).rules:
        check = rule.require
        if not isinstance(check, MeasureCheck):
            continue
        # Everything is counted in failures: at least 0.8 successes is at most 0.2 failures.
        most = check.threshold if check.rate == "failure" else 1.0 - check.threshold
        if not 0.0 < most < 1.0:
            continue
        fixed = planning.samples_for_bar(threshold=most, rate=most / 2.0, power=power, confidence=check.confidence)
        least = planning.samples_without_event(threshold=most, confidence=check.confidence)
        lengths = [_length(most, rate, check) for rate in (0.0, most / 2.0, min(1.0, most * 2.0))]
        yield RulePlan(
            tier=tier,
            rule=rule.id,
            category=check.category,
            severity=rule.severity,
            bar=f"{check.rate} {check.comparator} {check.threshold:g}",
            confidence=check.confidence,
            min_samples=check.min_samples,
            slices=check.slices,
            without_event=max(least, check.min_samples),
            fixed=None if fixed is None else max(fixed, check.min_samples),
            stops_at_best=lengths[0],
            stops_at_half=lengths[1],
            stops_at_twice=lengths[2],
        )


def _length(threshold: float, rate: float, check: MeasureCheck) -> int | None:
    # A bar can be missed with fewer samples than it takes to meet it.
    least = 1 if rate > threshold else check.min_samples
    found = duration(
        threshold=threshold,
        rate=rate,
        confidence=check.confidence,
        max_samples=_MAX_SEQUENTIAL,
        min_samples=least,
    )
    return None if found.still_open > 0.01 else round(found.mean)


def _stoppings(threshold: float, planned: float, design: Design) -> Iterator[Stopping]:
    mirrored = 1.0 - min(1.0, (1.0 - threshold) * 2.0) if threshold > 0.5 else min(1.0, threshold * 2.0)
    best = 1.0 if threshold > 0.5 else 0.0
    for rate in dict.fromkeys((best, planned, mirrored)):
        if rate == threshold:
            continue
        found = duration(threshold=threshold, rate=rate, confidence=design.confidence, max_samples=_MAX_SEQUENTIAL)
        if found.still_open > 0.01:
            continue
        clusters = round(found.mean)
        yield Stopping(
            rate=rate,
            mean_clusters=clusters,
            median_clusters=found.median,
            samples=clusters * design.cluster_size,
            right_answer=found.below if rate < threshold else found.above,
        )


def _half(threshold: float) -> float:
    """Return the rate at which half the events are seen that the bar allows."""
    return threshold / 2.0 if threshold <= 0.5 else 1.0 - (1.0 - threshold) / 2.0


def _clusters(samples: int, design: Design) -> int:
    return planning.clusters_for(samples, cluster_size=design.cluster_size, icc=design.icc)


def _inflated(samples: int | None, design: Design) -> int | None:
    return None if samples is None else _clusters(samples, design) * design.cluster_size


@contextmanager
def _asked(where: str) -> Iterator[None]:
    """Turn what a formula refuses into what the caller asked wrongly."""
    try:
        yield
    except ValueError as error:
        fix = "give a number in the range; rates are fractions, 5 % is 0.05"
        raise ConfigError(str(error), where=where, fix=fix) from error
