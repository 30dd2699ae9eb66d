"""Finds a guard policy: in a file, of a shipped pack, or of the repository's manifest; and makes it ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.guard.bundles import located_error
from roadworthy.adapters.guard.documents import Document
from roadworthy.adapters.guard.extending import read_extended, shipped_policies
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.completions.shipped import with_shipped
from roadworthy.guard.engine.bundle import Bundle, try_compile
from roadworthy.guard.engine.compiling.problem import POLICY, Problem
from roadworthy.guard.policy.facts import VARIABLES
from roadworthy.guard.policy.model import GuardPolicy
from roadworthy.guard.rails.known import BUILDERS, Detectors
from roadworthy.guard.rails.rail import Rail, Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment
from roadworthy.guard.verdict import Detection
from roadworthy.inventory.model import FileComponent

CASES = "guard-cases.yaml"
"""Where the cases of ``guard.yaml`` stand."""

NO_DETECTORS = Detectors(entities={}, languages={}, poison={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A policy as it was written, and made ready."""

    path: Path
    document: Document[GuardPolicy]
    bundle: Bundle


def find_policy(named: str | None, *, root: Path | None = None) -> Path:
    """Return the file of a guard policy.

    Args:
        named: A file, a folder with a ``guard.yaml``, or a shipped pack's name; None: the manifest's component of
            type ``guard_policy``, or else ``guard.yaml`` beside the manifest.
        root: Folder of the repository; None: here or the nearest above with a manifest.

    Raises:
        ConfigError: If there is none.
    """
    if named is None:
        # Who names a policy needs nothing of a repository.
        from roadworthy.runtime.workspace import find_root

        return _of_manifest(find_root(root if root is not None else Path()))
    path = Path(named)
    if path.is_dir() and (path / "guard.yaml").is_file():
        return path / "guard.yaml"
    shipped = shipped_policies().get(named)
    if not path.exists() and shipped is not None:
        return shipped
    if not path.is_file():
        raise ConfigError(
            f"there is no guard policy {named!r}",
            where="POLICY",
            fix="name a file, or the policy of a pack that comes with the product: "
            + ", ".join(sorted(shipped_policies())),
        )
    return path


def ready(path: Path, *, tier: RiskTier) -> Ready:
    """Return the policy in ``path``, ready to judge in ``tier``.

    Raises:
        ConfigError: With every problem found, each with file and line.
    """
    document = read_extended(path)
    made = compiled(document.value, tier=tier)
    if isinstance(made, Bundle):
        return Ready(path=path, document=document, bundle=made)
    raise located_error(made, {POLICY: document.located})


def with_shadow_enforced(policy: Ready) -> Bundle:
    """Return ``policy`` as it would be if its rules in shadow mode were enforced."""
    written = policy.document.value
    rules = tuple(replace(rule, mode="enforce") for rule in written.rules)
    made = compiled(replace(written, rules=rules), tier=policy.bundle.tier)
    if not isinstance(made, Bundle):
        raise TypeError("a policy that compiles does so with its shadow rules enforced")
    return made


def compiled(policy: GuardPolicy, *, tier: RiskTier, every_rail_asked: bool = False) -> Bundle | tuple[Problem, ...]:
    """Return what `try_compile` returns. Rails that were made before for the same settings are taken again.

    Args:
        policy: As it was written.
        tier: Of the system.
        every_rail_asked: Whether to leave the search for triggers out, most of the work of compiling: what is found is
            the same, and finding it takes longer.
    """
    builders = _asking_builders() if every_rail_asked else _kept_builders()
    return try_compile(with_shipped(policy), tier=tier, language=_language(), detectors=NO_DETECTORS, builders=builders)


class _AlwaysAsked:
    """A rail without its triggers."""

    triggers: Triggers | None = None

    def __init__(self, rail: Rail) -> None:
        self._rail = rail
        self.reach = rail.reach
        self.operating_point = rail.operating_point

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return what the rail finds."""
        return self._rail.examine(segment, reading, scene)


_Build: TypeAlias = Callable[[Any, Detectors], Rail]


@lru_cache(maxsize=1)
def _language() -> CelConditions:
    return CelConditions(variables=VARIABLES)


@lru_cache(maxsize=1)
def _kept_builders() -> Mapping[type, _Build]:
    return {kind: _keeping(build) for kind, build in BUILDERS.items()}


@lru_cache(maxsize=1)
def _asking_builders() -> Mapping[type, _Build]:
    return {kind: _asking(build) for kind, build in _kept_builders().items()}


def _keeping(build: _Build) -> _Build:
    kept = lru_cache(maxsize=256)(lambda settings: build(settings, NO_DETECTORS))
    return lambda settings, _: kept(settings)


def _asking(build: _Build) -> _Build:
    return lambda settings, detectors: _AlwaysAsked(build(settings, detectors))


def _of_manifest(root: Path) -> Path:
    from roadworthy.adapters.manifest.load import load_manifest

    manifest = load_manifest(root / "roadworthy.yaml")
    found = [one for one in manifest.components if isinstance(one, FileComponent) and one.type == "guard_policy"]
    for component in found:
        path = root / (component.path or "")
        if path.is_file():
            return path
    if (root / "guard.yaml").is_file():
        return root / "guard.yaml"
    raise ConfigError(
        "the release has no guard policy",
        where=str(root / "roadworthy.yaml"),
        fix="add a component of type `guard_policy`, or name a policy: `rw guard lint guard.yaml`",
    )
