"""Writes a policy as a folder or a bundle of Rego."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.files import write_all_atomically, write_atomically
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.adapters.signed_packs.archives import ARCHIVE_SUFFIX
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.policy.cases import Case
from roadworthy.policy.model import Pack
from roadworthy.policy.rego.export import export_rego
from roadworthy.policy.rego.model import RegoExport
from roadworthy.runtime.assessing import assessment_in_force
from roadworthy.runtime.candidate import read_candidate
from roadworthy.runtime.policy.archives import load_archive_to_test
from roadworthy.runtime.policy.reading import read_packs, resolve_policy
from roadworthy.runtime.policy.references import folder_named, packs_named
from roadworthy.runtime.workspace import Workspace

_ROOTS = ["roadworthy"]


def export_named(references: Sequence[str], *, tier: RiskTier, root: Path) -> RegoExport:
    """Return the policy of the named packs for systems of ``tier``, in Rego.

    Raises:
        PackError: If a pack does not load, no rule binds the tier, or a condition does not compile.
    """
    packs: dict[str, Pack] = {}
    cases: dict[str, tuple[Case, ...]] = {}
    for reference in references:
        found = packs_named(reference, root=root)
        packs |= {pack.name: pack for pack in found}
        cases |= {pack.name: _cases(reference if len(found) == 1 else pack.name, root=root) for pack in found}
    policy = resolve_policy(tuple(packs.values()), tier, on=SystemClock().now().date())
    return export_rego(policy, cases=cases, language=CelConditions())


def export_workspace(workspace: Workspace, *, tier: RiskTier | None) -> RegoExport:
    """Return the policy that binds the system of ``workspace``, in Rego.

    Args:
        workspace: The repository.
        tier: None takes that of the assessment in force, so that the policy is the one that the gate asks.

    Raises:
        PackError: If a pack does not load, no rule binds the tier, or a condition does not compile.
    """
    candidate = read_candidate(workspace)
    tier = tier or assessment_in_force(workspace, candidate.manifest).record.tier
    names = candidate.manifest.policy.packs
    packs = read_packs(workspace, candidate.manifest)
    policy = resolve_policy(packs, tier, on=workspace.clock.now().date())
    cases = {pack.name: workspace.packs.cases(name) for name, pack in zip(names, packs, strict=True)}
    return export_rego(policy, cases=cases, language=workspace.conditions)


def write_folder(export: RegoExport, folder: Path) -> tuple[Path, ...]:
    """Write every file of ``export`` below ``folder``, and take away what an earlier export left. Return the files.

    Raises:
        ConfigError: If the folder holds something else than an earlier export.
        StoreError: If a file cannot be written.
    """
    _require_ours(folder)
    files = {folder / file.path: file.text.encode() for file in export.files}
    write_all_atomically(files)
    for stale in set((folder / "roadworthy" / "packs").glob("*.rego")) - set(files):
        stale.unlink()
    return tuple(files)


def write_bundle(export: RegoExport, path: Path) -> None:
    """Write the bundle that ``opa run -b`` takes; the same policy gives the same bytes.

    Raises:
        StoreError: If the file cannot be written.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file in export.bundle:
            content = file.text.encode()
            entry = tarfile.TarInfo(file.path)
            entry.size = len(content)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(content))
    # No time and no name in the header: they would make two bundles of one policy differ.
    write_atomically(path, gzip.compress(packed.getvalue(), mtime=0))


def _cases(reference: str, *, root: Path) -> tuple[Case, ...]:
    """Return the cases of a pack."""
    if reference in shipped_packs() and not (Path(reference) / "pack.yaml").is_file():
        return PackFolders(root).cases(reference)
    if Path(reference).suffix == ARCHIVE_SUFFIX:
        return tuple(placed.case for placed in load_archive_to_test(Path(reference))[1].cases)
    if Path(reference).is_file():
        return ()
    folder = folder_named(reference, root=root)
    # `./` keeps a folder that is called like a shipped pack from being taken for it.
    return () if folder is None else PackFolders(folder.resolve().parent).cases(f"./{folder.resolve().name}")


def _require_ours(folder: Path) -> None:
    if (folder.is_symlink() or folder.exists()) and not folder.is_dir():
        raise ConfigError(f"{folder.name} is no folder", where="--out", fix="name a folder")
    inner = (folder / "roadworthy", folder / "roadworthy" / "packs")
    foreign = any(part.is_symlink() for part in inner)
    if foreign or (folder.is_dir() and any(folder.iterdir()) and not _is_export(folder)):
        raise ConfigError(
            f"{folder.name} holds something else than an export",
            where="--out",
            fix="name an empty folder, or one that an earlier export wrote",
        )


def _is_export(folder: Path) -> bool:
    try:
        found = json.loads((folder / ".manifest").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("roots") == _ROOTS
