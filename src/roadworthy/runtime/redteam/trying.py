"""``rw redteam worlds``: names of worlds and persons in, figures and the page out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.files import write_atomically
from roadworthy.core.errors import ConfigError
from roadworthy.redteam.worlds.campaign import USUAL, Asking
from roadworthy.runtime.redteam.page import page
from roadworthy.runtime.redteam.worlds import Tried, try_worlds, worlds_named


def askings_named(names: Sequence[str]) -> tuple[Asking, ...]:
    """Return the kinds of persons with these names, each once; the usual ones where none is named.

    Raises:
        ConfigError: If there is no such kind.
    """
    known = {one.value: one for one in Asking}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ConfigError(
            f"nobody answers in the way {unknown[0]!r}", where="--asking", fix=f"take one of {', '.join(known)}"
        )
    return tuple(dict.fromkeys(known[name] for name in names)) or USUAL


def tried(
    names: Sequence[str],
    *,
    policy: Path | None,
    askings: Sequence[Asking],
    tasks_per_injection: int | None,
    progress: Callable[[int, int], None],
    write: Path | None = None,
    jobs: int = 1,
) -> Tried:
    """Play the worlds with these names through, and write the page where one is wanted.

    Args:
        names: Empty: all worlds.
        policy: As for `try_worlds`, and so the rest.
        askings: Kinds of persons.
        tasks_per_injection: None: all.
        progress: Of plays.
        write: File of the page; None: none is written.
        jobs: Processes that play at once.

    Raises:
        ConfigError: If there is no such world, or the policy cannot be used.
    """
    chosen = worlds_named(names)
    if write is not None and (write.is_dir() or not write.parent.is_dir()):
        raise ConfigError(
            f"nothing can be written to {write}", where="--write", fix="name a file in a folder that exists"
        )
    done = try_worlds(
        chosen, policy=policy, askings=askings, tasks_per_injection=tasks_per_injection, progress=progress, jobs=jobs
    )
    if write is not None:
        made = page(
            chosen,
            done,
            on=SystemClock().now().date(),
            policy="" if policy is None else policy.name,
            tasks_per_injection=tasks_per_injection,
        )
        write_atomically(write, made.encode())
    return done
