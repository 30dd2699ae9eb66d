"""Tries a guard policy with its cases, whole and in streams, and asks whether the cases would notice a change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.guard.cases import body_of, read_cases
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.policy.model import GuardPolicy
from roadworthy.guard.trying.model import GuardCase, Miss
from roadworthy.guard.trying.mutation import Noticed, Progress, noticed, uncovered
from roadworthy.guard.trying.running import Asked, asked, in_modes, is_streamable, misses, stream_misses
from roadworthy.runtime.guard.messages import decoded
from roadworthy.runtime.guard.policies import CASES, Ready, compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardTest:
    """What came of the cases of a policy."""

    policy: str
    version: str
    cases: int
    streamed: int
    """Cases that were also put as streams, in every mode."""

    misses: tuple[Miss, ...]
    uncovered: tuple[str, ...]
    """Rules that no case expects to fire."""

    self_tests: int
    """Cases that a guard must pass to start."""

    mutation: Noticed | None
    """None: not asked, or there were misses."""

    @property
    def is_good(self) -> bool:
        """Whether every case is met, every rule has one, and every change is noticed."""
        return not self.misses and not self.uncovered and (self.mutation is None or self.mutation.is_good)


def cases_beside(policy: Path) -> Path:
    """Return the file with the cases of the policy in ``policy``: ``guard-cases.yaml``, or ``<name>-cases.yaml``."""
    own = policy.with_name(f"{policy.stem}-cases.yaml")
    return own if own.is_file() else policy.with_name(CASES)


def try_policy(policy: Ready, *, cases: Path, with_mutants: bool, progress: Progress) -> GuardTest:
    """Return what ``policy`` says of its cases.

    Args:
        policy: Ready for the tier in which it is tried.
        cases: File of the cases.
        with_mutants: Whether to ask if the cases would notice a change.
        progress: Hears how far the changes are.

    Raises:
        ConfigError: If the cases cannot be read or are of another policy.
    """
    found = read_cases(cases)
    written, tier = policy.document.value, policy.bundle.tier
    if found.value.policy != written.name:
        raise ConfigError(
            f"these are cases of {found.value.policy!r}, and the policy is {written.name!r}",
            where=found.located.where(("policy",)),
            fix="name the file of the cases with --cases",
        )
    put = tuple(_asked(case, beside=cases.parent) for case in found.value.cases)
    modes = {name: _bundle(one, tier=tier) for name, one in in_modes(written).items()}
    missed = tuple(
        miss
        for one in put
        for miss in (*misses(policy.bundle, one), *stream_misses({k: v for k, v in modes.items() if v}, one))
    )
    is_asked = with_mutants and not missed
    return GuardTest(
        policy=written.name,
        version=written.version,
        cases=len(put),
        streamed=sum(is_streamable(one.event) for one in put),
        misses=missed,
        uncovered=uncovered(written, found.value),
        self_tests=sum(case.self_test for case in found.value.cases),
        mutation=noticed(
            written,
            put,
            make=lambda changed: _bundle(changed, tier=tier, every_rail_asked=True),
            reasons=found.value.survivors,
            progress=progress,
        )
        if is_asked
        else None,
    )


def self_test(bundle: Bundle, *, cases: Path) -> tuple[Miss, ...]:
    """Return what ``bundle`` lets through of what a guard must stop before it may start; empty: it may.

    Raises:
        ConfigError: If the cases cannot be read, or none of them is for that: nothing would be tested.
    """
    found = read_cases(cases).value
    canaries = [case for case in found.cases if case.self_test]
    if not canaries:
        raise ConfigError(
            "no case is marked `self_test: true`, so that nothing says that the guard works",
            where=str(cases),
            fix="mark the cases that the guard must stop before it may start",
        )
    return tuple(miss for case in canaries for miss in misses(bundle, _asked(case, beside=cases.parent)))


def _asked(case: GuardCase, *, beside: Path) -> Asked:
    if case.message is None:
        return asked(case)
    body = body_of(case, beside=beside)
    message = decoded(case.message.protocol, body, tool=case.message.tool)
    return asked(case, message=message, protocol=case.message.protocol)


def _bundle(policy: GuardPolicy, *, tier: RiskTier, every_rail_asked: bool = False) -> Bundle | None:
    try:
        made = compiled(policy, tier=tier, every_rail_asked=every_rail_asked)
    except ValueError:
        return None
    return made if isinstance(made, Bundle) else None
