"""Plays worlds in several processes at once: each plays one world with one kind of person."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from roadworthy.core.severity import RiskTier
from roadworthy.redteam.worlds.campaign import Plan, Trial, plan_of, trials
from roadworthy.redteam.worlds.known import known_worlds
from roadworthy.runtime.redteam.benches import bench_of


def play_at_once(
    plans: Sequence[Plan],
    *,
    jobs: int,
    policy: Path | None,
    tasks_per_injection: int | None,
    tier: RiskTier,
    progress: Callable[[int, int], None],
) -> Iterator[Trial]:
    """Yield what comes of the plays of ``plans``, each in a process of its own, the largest first.

    Args:
        plans: In the worlds that come with the package: others cannot be found again in another process.
        jobs: Processes at once, at least 1.
        policy: As for `roadworthy.runtime.redteam.worlds.try_worlds`, and so the rest.
        tasks_per_injection: With which ``plans`` were made.
        tier: In which the policy binds.
        progress: Is told how many plays are done, and how many there are, at the end of each part.
    """
    parts = [replace(plan, askings=(asking,)) for plan in plans for asking in plan.askings]
    parts.sort(key=lambda one: (-one.plays, one.world.name))
    total, done = sum(one.plays for one in parts), 0
    pool = ProcessPoolExecutor(
        min(jobs, len(parts)), mp_context=multiprocessing.get_context("spawn"), initializer=_leave_interrupts
    )
    try:
        waiting = {
            pool.submit(_part, one.world.name, one.askings[0].value, policy, tasks_per_injection, tier): one
            for one in parts
        }
        for ended in as_completed(waiting):
            yield from ended.result()
            done += waiting[ended].plays
            progress(done, total)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that waits, which ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _part(
    name: str, asking: str, policy: Path | None, tasks_per_injection: int | None, tier: RiskTier
) -> tuple[Trial, ...]:
    world = next(one for one in known_worlds() if one.name == name)
    plan = plan_of(world, tasks_per_injection=tasks_per_injection)
    mine = replace(plan, askings=tuple(one for one in type(plan.askings[0]) if one.value == asking))
    return tuple(trials(mine, bench_of(world, policy=policy, tier=tier)))
