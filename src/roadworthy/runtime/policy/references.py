"""What a person may name packs by: a name, a folder, an archive, an installed version, a manifest's whole set."""

from __future__ import annotations

from pathlib import Path

from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.adapters.signed_packs.archives import ARCHIVE_SUFFIX
from roadworthy.adapters.signed_packs.registry import DEFAULT_FOLDER
from roadworthy.core.errors import PackError
from roadworthy.policy.model import Pack
from roadworthy.runtime.policy.archives import load_archive
from roadworthy.runtime.workspace import MANIFEST


def packs_named(reference: str, *, root: Path) -> tuple[Pack, ...]:
    """Return the packs that ``reference`` names.

    Args:
        reference: A manifest or a folder with one (all packs that it binds to); a folder of a
            pack, an archive, the name of a shipped or an installed pack, ``NAME@VERSION`` of
            an installed one; or several of the latter with commas between them.
        root: Folder below which installed packs lie.

    Raises:
        PackError: If nothing has that name, or a pack does not load. The signature of an
            archive is not checked here: nothing comes to bind by being read.
    """
    if not reference.strip():
        raise PackError("a pack's name is empty", where="PACK", fix="name a pack, a folder or an archive")
    place = Path(reference)
    manifest = place / MANIFEST if place.is_dir() and not (place / "pack.yaml").is_file() else place
    if manifest.name == MANIFEST and manifest.is_file():
        source = PackFolders(manifest.parent)
        return tuple(source.load(name) for name in load_manifest(manifest).policy.packs)
    if "," in reference and not place.exists():
        return tuple(pack for part in reference.split(",") for pack in packs_named(part.strip(), root=root))
    return (pack_named(reference, root=root),)


def pack_named(reference: str, *, root: Path) -> Pack:
    """Return the one pack that ``reference`` names: a folder, an archive, a shipped or an installed pack.

    Raises:
        PackError: If there is none, or it does not load.
    """
    place = Path(reference)
    if place.suffix == ARCHIVE_SUFFIX:
        return load_archive(place)
    folder = folder_named(reference, root=root)
    if folder is None:
        return PackFolders(root).load(reference)
    pack = _from(folder)
    _, _, version = reference.partition("@")
    if version and not place.is_dir() and pack.version != version:
        raise PackError(
            f"version {version} of {pack.name} is not installed, version {pack.version} is",
            where=str(folder),
            fix="name the archive of the other version, or install it",
        )
    return pack


def folder_named(reference: str, *, root: Path) -> Path | None:
    """Return the folder of the pack that ``reference`` names; None for a shipped pack.

    Raises:
        PackError: If there is none.
    """
    place = Path(reference)
    if (place / "pack.yaml").is_file():
        return place
    if place.suffix == ARCHIVE_SUFFIX:
        raise PackError(
            f"{place.name} is an archive, and the folder of a pack is asked for",
            where=reference,
            fix="name the folder that it was made from",
        )
    if reference in shipped_packs():
        return None
    name = reference.partition("@")[0]
    for folder in (root / name, root / DEFAULT_FOLDER / name):
        if name and (folder / "pack.yaml").is_file():
            return folder
    raise PackError(
        f"there is no pack {reference!r}",
        where=reference,
        fix=f"name a folder with a pack.yaml, an archive, or a shipped pack ({', '.join(shipped_packs())})",
    )


def _from(folder: Path) -> Pack:
    # `./` keeps a folder that is called like a shipped pack from being taken for it.
    return PackFolders(folder.resolve().parent).load(f"./{folder.resolve().name}")
