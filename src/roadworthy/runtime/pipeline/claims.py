"""Which files of a repository one system depends on, and as what."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.repository.folder_files import files_below
from roadworthy.adapters.tasks import load_task
from roadworthy.core.errors import RoadworthyError
from roadworthy.inventory.model import FileComponent, Manifest
from roadworthy.runtime.workspace import MANIFEST

GOVERNANCE = "governance.yaml"
EVERY_FILE = "static checks look at it"
"""Why a system depends on every file of its folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A file or folder that a system depends on."""

    path: str
    """Relative to the repository; ``.`` is all of it."""

    because: str
    """As what, e.g. ``component answer-prompt``."""

    def covers(self, name: str) -> bool:
        """Return whether a change of ``name`` is a change of this, also where a whole submodule above it moved.

        >>> prompts = Claim(path="a/prompts", because="component prompts")
        >>> prompts.covers("a/prompts/one.txt"), prompts.covers("a/prompts-old")
        (True, False)
        """
        return self.path in (".", name) or name.startswith(f"{self.path}/") or self.path.startswith(f"{name}/")


def claims_of(folder: Path, *, top: Path) -> tuple[Claim, ...]:
    """Return what the system in ``folder`` depends on, the most telling first.

    Everything below the folder is claimed at the end: static checks look at every file there. Links from the
    folder to elsewhere in the repository are followed.

    Args:
        folder: Folder of the manifest.
        top: Top folder of the repository.

    Raises:
        RoadworthyError: If the manifest does not load.
    """
    manifest = load_manifest(folder / MANIFEST)
    named = [(MANIFEST, "the manifest"), (GOVERNANCE, "the governance file"), *_named(manifest, folder)]
    claims = [Claim(path=_below(folder / path, top), because=because) for path, because in named]
    claims += _linked(folder, top=top)
    claims.append(Claim(path=_below(folder, top), because=EVERY_FILE))
    return tuple(claims)


def _named(manifest: Manifest, folder: Path) -> Iterator[tuple[str, str]]:
    for component in manifest.components:
        if isinstance(component, FileComponent) and component.path is not None:
            yield component.path, f"component {component.key}"
    for pattern in manifest.tasks:
        for file in sorted(folder.glob(pattern)):
            yield from _task_files(file, folder)
    for name, path in sorted(manifest.documents.items()):
        yield path, f"document {name}"
    for pack in manifest.policy.packs:
        if (folder / pack).is_dir():
            yield pack, f"policy pack {pack}"


def _task_files(path: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the task's file and every file that it is made of; of a task that does not load, those found so far."""
    found: list[Path] = [path]
    # What is wrong with a task is said when it is evaluated; here only its files matter.
    with suppress(RoadworthyError):
        load_task(path, root=folder, on_file=found.append)
    for file in dict.fromkeys(found):
        if file.is_absolute() and file.is_relative_to(folder):
            yield file.relative_to(folder).as_posix(), f"task {path.stem}"


def _linked(folder: Path, *, top: Path) -> Iterator[Claim]:
    for name in files_below(folder):
        place = folder / name
        target = place.resolve()
        if place.is_symlink() and target.is_relative_to(top.resolve()):
            yield Claim(path=target.relative_to(top.resolve()).as_posix(), because=f"{name} links to it")


def _below(place: Path, top: Path) -> str:
    """Name ``place`` relative to the repository without following links: a changed link is itself a change."""
    return Path(os.path.relpath(Path(os.path.normpath(place)), top)).as_posix()
