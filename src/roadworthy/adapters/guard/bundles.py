"""Makes a bundle of files, and says in which line of which file anything is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.guard.documents import Document, read_overlay
from roadworthy.adapters.guard.extending import read_extended
from roadworthy.adapters.yaml_source import MAX_PROBLEMS, Located
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.completions.shipped import with_shipped
from roadworthy.guard.engine.bundle import Bundle, try_compile
from roadworthy.guard.engine.compiling.problem import POLICY, Problem, containment_document, overlay_document
from roadworthy.guard.policy.facts import VARIABLES
from roadworthy.guard.policy.model import Containment
from roadworthy.guard.rails.known import NO_DETECTORS, Detectors


def load_bundle(
    policy: Path,
    *,
    tier: RiskTier,
    overlays: Sequence[Path] = (),
    containments: Sequence[Document[Containment]] = (),
    detectors: Detectors = NO_DETECTORS,
    stub_key: bytes | None = None,
) -> Bundle:
    """Return the policy in the file ``policy``, compiled with what lies over it.

    Where it has no safe completion of its own, those that come with the package serve.

    Args:
        policy: A file with a guard policy.
        tier: Of the system that is guarded.
        overlays: Files of tenants.
        containments: Already verified (`roadworthy.adapters.guard.signed.read_signed_containment`).
        detectors: What rails may use.
        stub_key: As for `roadworthy.guard.engine.bundle.compile_policy`.

    Raises:
        ConfigError: With every problem of a file, or of all together, each with its file and line.
    """
    base = read_extended(policy)
    over = [read_overlay(path) for path in overlays]
    made = try_compile(
        with_shipped(base.value),
        tier=tier,
        language=CelConditions(variables=VARIABLES),
        detectors=detectors,
        overlays=[one.value for one in over],
        containments=[one.value for one in containments],
        stub_key=stub_key,
    )
    if isinstance(made, Bundle):
        return made
    places = {POLICY: base.located}
    places |= {overlay_document(one.value): one.located for one in over}
    places |= {containment_document(one.value): one.located for one in containments}
    raise located_error(made, places)


def located_error(problems: Sequence[Problem], places: Mapping[str, Located]) -> ConfigError:
    """Return one error that says all of ``problems``, each with its file and line.

    Args:
        problems: At least one.
        places: By `Problem.document`, where its fields stand.
    """
    first, *rest = problems
    return ConfigError(
        _said(first),
        where=places[first.document].where(first.place),
        fix="correct the fields named above",
        details=tuple(f"{places[one.document].where(one.place)} {_said(one)}" for one in rest[: MAX_PROBLEMS - 1]),
    )


def _said(problem: Problem) -> str:
    return ": ".join(part for part in (problem.field, problem.rule, problem.said) if part)
