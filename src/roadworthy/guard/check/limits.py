"""Budgets that cannot bind, fail modes that are open, unknown fields that pass, detectors of unknown quality."""

from __future__ import annotations

from collections.abc import Iterator

from roadworthy.core.severity import RiskTier, Severity
from roadworthy.guard.budget.model import Budget, Per
from roadworthy.guard.check.model import Flaw
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.policy.model import FailMode, GuardPolicy, UnknownBehaviour

_WITHIN = {
    Per.CONVERSATION: frozenset({Per.PRINCIPAL, Per.TENANT, Per.EVERYBODY}),
    Per.PRINCIPAL: frozenset({Per.TENANT, Per.EVERYBODY}),
    Per.TENANT: frozenset({Per.EVERYBODY}),
    Per.MODEL: frozenset({Per.EVERYBODY}),
    Per.EVERYBODY: frozenset[Per](),
}
"""Whose budget draws on whose."""


def budget_flaws(policy: GuardPolicy) -> Iterator[Flaw]:
    """Yield budgets that another one always stops first, and those for routes that there are not."""
    routes = {route.name for route in policy.routes}
    for number, budget in enumerate(policy.budgets):
        outer = next((one for one in policy.budgets if one is not budget and _binds_first(one, budget)), None)
        if outer is not None:
            yield Flaw(
                check="never-binds",
                severity=Severity.WARN,
                place=("budgets", number, "limit"),
                subject=f"budget {budget.name}",
                said=f"{outer.name} is used up first: its limit of {outer.limit} is for more spenders or a longer time",
                fix="lower the limit, or take the budget out",
            )
        unnamed = sorted(set(budget.routes) - routes - {"*"})
        if unnamed:
            yield Flaw(
                check="route-not-named",
                severity=Severity.WARN,
                place=("budgets", number, "routes"),
                subject=f"budget {budget.name}",
                said=f"no route is named {unnamed[0]!r}",
                fix="add the route, or correct the name",
            )


def _binds_first(outer: Budget, inner: Budget) -> bool:
    is_same = outer.per is inner.per
    if outer.unit is not inner.unit or not (is_same or outer.per in _WITHIN[inner.per]):
        return False
    if outer.routes and not (inner.routes and set(inner.routes) <= set(outer.routes)):
        return False
    lasts = outer.window_s is None or (inner.window_s is not None and outer.window_s >= inner.window_s)
    if not lasts or outer.limit > inner.limit:
        return False
    return not (is_same and (outer.limit, outer.window_s) == (inner.limit, inner.window_s)) or outer.name < inner.name


def failing_flaws(policy: GuardPolicy, *, tier: RiskTier) -> Iterator[Flaw]:
    """Yield what goes on after a failure, and what passes though nobody knows it."""
    is_serious = tier.rank >= RiskTier.HIGH.rank
    for number, one in enumerate(policy.fail_modes):
        if one.mode is FailMode.OPEN:
            yield Flaw(
                check="fails-open",
                severity=Severity.BLOCK if one.tier.rank >= RiskTier.HIGH.rank else Severity.WARN,
                place=("fail_modes", number, "mode"),
                subject=f"tier {one.tier.value}",
                said="whatever breaks the guard gets through",
                fix="take the line out: closed is what holds then",
            )
    for number, rule in enumerate(policy.rules):
        if rule.on_failure is FailMode.OPEN:
            yield Flaw(
                check="fails-open",
                severity=Severity.BLOCK if is_serious else Severity.WARN,
                place=("rules", number, "on_failure"),
                subject=f"rule {rule.id}",
                said="whatever breaks it gets through, and nothing says why that is acceptable",
                fix="take `on_failure` out; an open tier in `fail_modes` has a `reason`",
            )
    if policy.unknown.default is UnknownBehaviour.PASS_AND_FLAG:
        yield Flaw(
            check="unknown-passes",
            severity=Severity.BLOCK if is_serious else Severity.WARN,
            place=("unknown", "default"),
            subject="unknown fields",
            said="what no adapter knows goes on, and no rule looks at it",
            fix="deny or strip by default, and name the paths that may pass",
        )
    for number, (path, behaviour) in enumerate(policy.unknown.paths):
        if behaviour is UnknownBehaviour.PASS_AND_FLAG:
            yield Flaw(
                check="unknown-passes",
                severity=Severity.INFO,
                place=("unknown", "paths", number),
                subject=f"unknown field {path}",
                said="it goes on, no rule looks at it, and every decision with it is degraded",
                fix="nothing, if that is meant",
            )


def detector_flaws(bundle: Bundle) -> Iterator[Flaw]:
    """Yield rules whose detector is not there, or of which nobody knows how good it is."""
    for number, written in enumerate(bundle.policy.rules):
        for rule in bundle.rules:
            if rule.id != written.id:
                continue
            point = rule.operating_point
            if rule.absent:
                yield Flaw(
                    check="detector-missing",
                    severity=Severity.WARN,
                    place=("rules", number, "rail"),
                    subject=f"rule {rule.id}",
                    said=f"{rule.absent}: where it is not there either, the rule fails at every request",
                    fix="register the detector or install the extra where the guard runs",
                )
            elif point is not None and (point.recall is None or point.false_positive_rate is None):
                yield Flaw(
                    check="not-measured",
                    severity=Severity.INFO,
                    place=("rules", number, "rail"),
                    subject=f"rule {rule.id}",
                    said=f"how much {point.detector} {point.version} misses or finds wrongly was not measured",
                    fix="measure it on texts of this use, and state its operating point",
                )
