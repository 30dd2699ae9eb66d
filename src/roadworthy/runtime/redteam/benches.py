"""A world's policy, compiled, with what a guard needs."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.ids import UlidSource
from roadworthy.core.severity import RiskTier
from roadworthy.redteam.worlds.campaign import Bench
from roadworthy.redteam.worlds.model import World
from roadworthy.runtime.guard.policies import ready


def bench_of(world: World, *, policy: Path | None, tier: RiskTier) -> Bench:
    """Return the policy in ``policy``, or the one that comes with ``world``, with a clock and ids.

    Raises:
        ConfigError: With every problem of the policy, each with its file and line.
    """
    clock = SystemClock()
    if policy is not None:
        return Bench(bundle=ready(policy, tier=tier).bundle, clock=clock, ids=UlidSource(clock))
    with as_file(files("roadworthy.redteam.worlds") / "policies" / f"{world.name}.yaml") as shipped:
        return Bench(bundle=ready(shipped, tier=tier).bundle, clock=clock, ids=UlidSource(clock))
