"""Looks things up in the packs that bind the system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.catalogues import load_threats
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.core.errors import NotFoundError
from roadworthy.policy.check import problems
from roadworthy.policy.faults import Fault
from roadworthy.policy.frameworks.known import FRAMEWORKS
from roadworthy.policy.index import Found, controls, lookup
from roadworthy.policy.model import Area, Control, Pack
from roadworthy.risk.catalogue import Threat
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
    binding = {
        resolved.control.id for resolved in resolve_policy(packs, tier, on=workspace.clock.now().date()).controls
    }
    return tuple(control for control in found if control.id in binding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A control with what explains it."""

    control: Control
    pack: Pack
    threats: tuple[Threat, ...]
    """Those that it counters."""

    faults: tuple[Fault, ...]
    """Mistakes that its rules are meant to catch."""


def explain_control(workspace: Workspace | None, reference: str) -> Explained:
    """Return the control of this id, or the one whose rule has it, with what explains it.

    Args:
        workspace: Whose packs are looked at first; None where there is no manifest. Then, and
            for an id that they do not have, the shipped packs are looked at.
        reference: Id of a control or a rule; the pack's name may be left out.

    Raises:
        NotFoundError: If nothing, or more than one thing, has that name.
    """
    source = PackFolders(Path()) if workspace is None else workspace.packs
    bound = () if workspace is None else load_manifest(workspace.manifest_path).policy.packs
    try:
        found, name = _found(source, bound, reference)
    except NotFoundError:
        if set(shipped_packs()) <= set(bound):
            raise
        found, name = _found(source, (*bound, *(pack for pack in shipped_packs() if pack not in bound)), reference)
    rules = {rule.id for rule in found.control.rules}
    return Explained(
        control=found.control,
        pack=found.pack,
        threats=tuple(threat for threat in load_threats().threats if threat.id in found.control.threats),
        faults=tuple(fault for fault in source.faults(name) if rules & set(fault.caught_by)),
    )


def _found(source: PackFolders, references: Sequence[str], wanted: str) -> tuple[Found, str]:
    packs = {name: source.load(name) for name in references}
    found = lookup(tuple(packs.values()), wanted)
    return found, next(name for name, pack in packs.items() if pack is found.pack)


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
