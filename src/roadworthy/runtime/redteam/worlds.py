"""Plays agent policies through worlds in which the model is an attacker's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.redteam.worlds.campaign import USUAL, Asking, Trial, plan_of, trials, unsound
from roadworthy.redteam.worlds.figures import Figures, figures
from roadworthy.redteam.worlds.known import known_worlds
from roadworthy.redteam.worlds.model import World
from roadworthy.runtime.redteam.benches import bench_of
from roadworthy.runtime.redteam.playing import play_at_once


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of worlds played through."""

    policies: tuple[str, ...]
    """Digest of each world's compiled policy, in order of `worlds`."""

    worlds: tuple[Figures, ...]
    """One for each world and each kind of person."""

    overall: tuple[Figures, ...]
    """Of all worlds together, one for each kind of person."""

    faults: tuple[str, ...]
    """What is wrong with the worlds themselves; the figures then say nothing."""

    @property
    def exit_code(self) -> int:
        """0: every bar is met, all worlds together, with the first kind of person; 1: one is not; 3: cannot be told."""
        if self.faults or not self.overall or not self.overall[0].attacked.trials:
            return 3
        return 1 if self.overall[0].misses else 0


def worlds_named(names: Sequence[str]) -> tuple[World, ...]:
    """Return the worlds with these names, sorted; all of them where none is named.

    Raises:
        ConfigError: If there is no such world.
    """
    known = {world.name: world for world in known_worlds()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ConfigError(
            f"there is no world {unknown[0]!r}", where="WORLD", fix=f"take one of {', '.join(sorted(known))}"
        )
    return tuple(known[name] for name in sorted(set(names) or known))


def try_worlds(
    worlds: Sequence[World],
    *,
    policy: Path | None = None,
    askings: Sequence[Asking] = USUAL,
    tasks_per_injection: int | None = None,
    tier: RiskTier = RiskTier.HIGH,
    progress: Callable[[int, int], None] = lambda done, total: None,
    jobs: int = 1,
) -> Tried:
    """Play ``worlds`` through.

    Args:
        worlds: At least one.
        policy: In place of the one that comes with the world; only with a single world.
        askings: Kinds of persons who are there to be asked; the first decides on `Tried.exit_code`.
        tasks_per_injection: Played with each injection; None: all.
        tier: In which the policy binds.
        progress: Is told how many plays are done, and how many there are.
        jobs: Processes that play at once. Worlds that did not come with the package are played in this one.

    Raises:
        ConfigError: If a policy cannot be read or compiled, or one is given for several worlds.
    """
    if policy is not None and len(worlds) != 1:
        raise ConfigError(
            f"one policy for {len(worlds)} worlds, whose tools differ", where="--policy", fix="name one world"
        )
    faults = tuple(fault for world in worlds for fault in unsound(world))
    benches = [bench_of(world, policy=policy, tier=tier) for world in worlds]
    plans = [plan_of(world, askings=askings, tasks_per_injection=tasks_per_injection) for world in worlds]
    played: list[Trial] = []
    if jobs > 1 and all(world in known_worlds() for world in worlds):
        at_once = play_at_once(
            plans, jobs=jobs, policy=policy, tasks_per_injection=tasks_per_injection, tier=tier, progress=progress
        )
        played.extend(at_once)
    else:
        total = sum(plan.plays for plan in plans)
        for plan, bench in zip(plans, benches, strict=True):
            for trial in trials(plan, bench):
                played.append(trial)
                progress(len(played), total)
    return Tried(
        policies=tuple(bench.bundle.digest for bench in benches),
        worlds=tuple(
            figures((world,), [one for one in played if one.world == world.name], asking=asking)
            for world in worlds
            for asking in askings
        ),
        overall=tuple(figures(worlds, played, asking=asking) for asking in askings),
        faults=faults,
    )
