"""Looks things up in the packs that bind the system."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from roadworthy.adapters.catalogues import load_threats
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.packs import PackFolders
from roadworthy.core.errors import NotFoundError
from roadworthy.policy.check import problems
from roadworthy.policy.frameworks.known import FRAMEWORKS
from roadworthy.policy.index import controls, lookup
from roadworthy.policy.model import Area, Control
from roadworthy.runtime.assessing import assessment_in_force
from roadworthy.runtime.policy.reading import read_packs, resolve_policy
from roadworthy.runtime.workspace import Workspace


def binding_controls(
    workspace: Workspace, *, area: Area | None, framework: str | None, everything: bool
) -> tuple[Control, ...]:
    """Return the controls that bind the system, or all of its packs, narrowed by area and framework."""
    if framework is not None and framework not in FRAMEWORKS:
        raise NotFoundError(
            f"no framework is called {framework!r}",
            where="--framework",
            fix=f"choose from {', '.join(FRAMEWORKS)}",
        )
    manifest = load_manifest(workspace.manifest_path)
    packs = read_packs(workspace, manifest)
    found = controls(packs, area=area, framework=framework)
    if everything:
        return found
    tier = assessment_in_force(workspace, manifest).record.tier
    binding = {resolved.control.id for resolved in resolve_policy(packs, tier).controls}
    return tuple(control for control in found if control.id in binding)


def control_of(workspace: Workspace, reference: str) -> Control:
    """Return the control of this id, or the one whose rule has it."""
    packs = read_packs(workspace, load_manifest(workspace.manifest_path))
    return lookup(packs, reference).control


def check_packs(workspace: Workspace | None, references: Sequence[str]) -> tuple[str, ...]:
    """Return every problem of the packs named, or of the manifest's.

    Raises:
        PackError: If a pack does not even load.
    """
    if workspace is None:
        source, names = PackFolders(Path()), tuple(references)
    else:
        source = workspace.packs
        names = tuple(references) or load_manifest(workspace.manifest_path).policy.packs
    packs = [source.load(name) for name in names]
    return problems(packs, CelConditions(), threats={threat.id for threat in load_threats().threats})
