"""Plays the public cases that a user has, AgentDojo's and InjecAgent's, behind their policy or a drafted one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.ids import UlidSource
from roadworthy.adapters.redteam.injecagent.files import Setting
from roadworthy.adapters.redteam.injecagent.world import world as injecagent_world
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.drafting.definition import read_definitions
from roadworthy.guard.drafting.document import policy_text
from roadworthy.guard.drafting.draft import draft_policy
from roadworthy.integrations.agentdojo import world as agentdojo
from roadworthy.redteam.worlds.campaign import USUAL, Asking, Bench, Trial, plan_of, trials, unsound
from roadworthy.redteam.worlds.figures import figures
from roadworthy.redteam.worlds.model import World
from roadworthy.runtime.guard.policies import ready
from roadworthy.runtime.redteam.worlds import Tried

INSTALLED = "installed"
"""In place of a folder: the copy that Python finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Worlds of the user's own copy, with what its tools are."""

    worlds: tuple[World, ...]
    definitions: Mapping[str, Sequence[Any]]
    """Of the tools of each world, with the schemas of their results where the copy states them."""

    left_out: tuple[str, ...] = ()
    """Cases that cannot be played, and why."""


def from_agentdojo(copy: str = INSTALLED, *, version: str = "", names: Sequence[str] = ()) -> Imported:
    """Return the suites of an AgentDojo.

    Args:
        copy: The folder that holds the package, or `INSTALLED`.
        version: Of the benchmark; empty: the newest.
        names: Of suites; empty: all.

    Raises:
        ConfigError: If there is no such copy, version or suite.
    """
    folder = None if copy == INSTALLED else Path(copy)
    worlds = agentdojo.worlds(folder, version=version)
    suites = agentdojo.definitions(folder, version=version)
    chosen = tuple(world for world in worlds if not names or world.name.partition("-")[0] in names)
    if not chosen:
        raise ConfigError(
            f"AgentDojo has no suite {', '.join(names)[:80]!r}", where="WORLD", fix=f"take one of {', '.join(suites)}"
        )
    unplayable = agentdojo.left_out(folder, version=version)
    return Imported(
        worlds=chosen,
        definitions={world.name: suites[world.name.partition("-")[0]] for world in chosen},
        left_out=tuple(
            f"{suite}: {', '.join(ids)}: the benchmark states no calls for them"
            for suite, ids in unplayable.items()
            if ids and any(world.name.partition("-")[0] == suite for world in chosen)
        ),
    )


def from_injecagent(folder: Path, *, setting: Setting = "base") -> Imported:
    """Return the cases of an InjecAgent.

    Raises:
        ConfigError: If the folder does not hold them.
    """
    world = injecagent_world(folder, setting=setting)
    return Imported(worlds=(world,), definitions={world.name: world.definitions})


def imported_named(
    names: Sequence[str], *, agentdojo: str | None, injecagent: Path | None, variety: str, write: Path | None
) -> Imported | None:
    """Return what a command asks to be imported; None: nothing.

    Args:
        names: Of suites.
        agentdojo: A copy of AgentDojo; None: not that.
        injecagent: A folder of InjecAgent; None: not that.
        variety: Version of AgentDojo's benchmark, or a setting of InjecAgent.
        write: File of the page on Roadworthy's own worlds, which imported ones have none of.

    Raises:
        ConfigError: If both are asked for, or what is asked for does not go with them.
    """
    if agentdojo is None and injecagent is None:
        if variety:
            raise ConfigError("nothing is imported", where="--variety", fix="use it with --agentdojo or --injecagent")
        return None
    if agentdojo is not None and injecagent is not None:
        raise ConfigError("two benchmarks at once", where="--injecagent", fix="play them one after the other")
    if write is not None:
        raise ConfigError("imported worlds have no page", where="--write", fix="use --format json")
    if injecagent is None:
        return from_agentdojo(agentdojo or INSTALLED, version=variety, names=names)
    if variety not in ("", "base", "enhanced") or (names and list(names) != ["injecagent"]):
        raise ConfigError(
            "InjecAgent is one world, with the settings base and enhanced", where="--variety", fix="leave it out"
        )
    return from_injecagent(injecagent, setting="enhanced" if variety == "enhanced" else "base")


def try_imported(
    imported: Imported,
    *,
    policy: Path | None = None,
    askings: Sequence[Asking] = USUAL,
    tasks_per_injection: int | None = None,
    tier: RiskTier = RiskTier.HIGH,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Tried:
    """Play imported worlds through.

    Args:
        imported: As `from_agentdojo` or `from_injecagent` give it.
        policy: In force in all of its worlds; None: each has one drafted from its tools' definitions.
        askings: Kinds of persons who are there to be asked; the first decides on the exit code.
        tasks_per_injection: Played with each injection; None: all.
        tier: In which the policy binds.
        progress: Is told how many plays are done, and how many there are.

    Raises:
        ConfigError: If a policy cannot be read or compiled.
    """
    worlds = imported.worlds
    benches = [_bench(world, imported, policy=policy, tier=tier) for world in worlds]
    plans = [plan_of(world, askings=askings, tasks_per_injection=tasks_per_injection) for world in worlds]
    total = sum(plan.plays for plan in plans)
    played: list[Trial] = []
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
        faults=tuple(fault for world in worlds for fault in unsound(world)),
    )


def _bench(world: World, imported: Imported, *, policy: Path | None, tier: RiskTier) -> Bench:
    clock = SystemClock()
    if policy is not None:
        return Bench(bundle=ready(policy, tier=tier).bundle, clock=clock, ids=UlidSource(clock))
    draft = draft_policy(read_definitions(list(imported.definitions[world.name])))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{world.name}.yaml"
        path.write_text(policy_text(draft), encoding="utf-8")
        return Bench(bundle=ready(path, tier=tier).bundle, clock=clock, ids=UlidSource(clock))
