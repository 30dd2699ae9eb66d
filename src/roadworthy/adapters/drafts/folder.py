"""Writes the folder of a drafted pack whole or not at all, and reads back what it was drafted from."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from roadworthy.adapters.drafts.pages import draft_page, read_sources, sources_page
from roadworthy.adapters.drafts.text import yaml_of
from roadworthy.adapters.files import write_all_atomically
from roadworthy.adapters.packs import MAX_SOURCES_BYTES, PackFolders
from roadworthy.adapters.yaml_source import read_text
from roadworthy.core.errors import ConfigError, PackError, StoreError
from roadworthy.policy.drafting.cases import cases_of, expectations_of
from roadworthy.policy.drafting.comparing import Mapped
from roadworthy.policy.drafting.disposition import Draft
from roadworthy.policy.model import Area, Control, Pack

PAGE = "DRAFT.md"
"""The reviewer's list. A folder that has one is a draft, and only a draft may be written over."""


def write_draft(folder: Path, draft: Draft, *, force: bool = False) -> tuple[Path, ...]:
    """Write the pack of ``draft`` to ``folder`` and return its files, sorted.

    The folder is made beside its place, read back, and only then put there: what stands in the
    place is a pack that loads, or what stood there before.

    Args:
        folder: Where the pack is to lie.
        draft: A draft with a pack.
        force: Write over an earlier draft; edits in it are lost.

    Raises:
        ConfigError: If something is there already that may not be written over.
        StoreError: If it cannot be written.
    """
    if draft.pack is None:
        raise ValueError("the draft proposes no control, so there is no pack to write")
    _require_free(folder, force=force)
    parent = folder.absolute().parent
    making = parent / f".{folder.name}.{secrets.token_hex(6)}.new"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        write_all_atomically({making / name: text.encode() for name, text in files_of(draft, draft.pack).items()})
        PackFolders(parent).load(making.name)
        _put(making, folder)
    except OSError as error:
        raise StoreError(
            f"cannot write {folder.name}: {error.strerror or error}",
            where=str(folder),
            fix="check that the folder above is writable and has room",
        ) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return tuple(sorted(file for file in folder.rglob("*") if file.is_file()))


def _put(making: Path, folder: Path) -> None:
    """Put the new folder in the place of the old; the old one comes back where that fails."""
    aside = making.with_suffix(".old")
    if folder.exists():
        folder.rename(aside)
    try:
        making.rename(folder)
    except OSError:
        if aside.exists():
            aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _require_free(folder: Path, *, force: bool) -> None:
    if folder.is_symlink():
        raise ConfigError("the folder is a link", where=str(folder), fix="name the folder itself")
    if not folder.exists():
        return
    if not folder.is_dir() or not (folder / PAGE).is_file() or not (folder / "pack.yaml").is_file():
        raise ConfigError("something that is no draft is there", where=str(folder), fix="choose another --out")
    if not force:
        raise ConfigError(
            "a draft is there already",
            where=str(folder),
            fix="see what changed with --update, or write over it and its edits with --force",
        )
    if PackFolders(folder.absolute().parent).load(f"./{folder.name}").status != "proposed":
        raise ConfigError("the pack there has been reviewed", where=str(folder), fix="choose another --out")


def files_of(draft: Draft, pack: Pack) -> Mapping[str, str]:
    """Return the texts of the pack's files by their paths below its folder."""
    files = {"pack.yaml": _header(pack), "SOURCES.md": sources_page(draft), PAGE: draft_page(draft)}
    for area in Area:
        controls = [control for control in pack.controls if control.area is area]
        if controls:
            head = f"# Proposed from {_comment(draft.document)}; read DRAFT.md before you edit.\n\n"
            files[f"controls/{area.value}.yaml"] = head + yaml_of(controls)
            files[f"cases/{area.value}.yaml"] = _cases(controls)
    files["cases/expectations.yaml"] = _EXPECTED + yaml_of(expectations_of(pack.controls))
    return files


_EXPECTED = """\
# CONFIRM: in which tiers the rules bind, how heavily, and who may waive them. This restates the proposal and
# shows nothing until somebody has decided each line; then change the control as well, where it says otherwise.

"""


def _header(pack: Pack) -> str:
    return yaml_of(
        {
            "schema": pack.schema,
            "name": pack.name,
            "version": pack.version,
            "layer": pack.layer.value,
            "title": pack.title,
            "owner": pack.owner,
            "licence": pack.licence,
            "status": pack.status,
        }
    )


def _cases(controls: list[Control]) -> str:
    cases = [case for control in controls for case in cases_of(control)]
    return "# Cases that follow from the rules' own numbers; add what only you know.\n\n" + yaml_of(cases)


def _comment(text: str) -> str:
    """Return ``text`` as it may stand behind a ``#``: on one line, without characters that end one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


def drafted_from(folder: Path) -> tuple[str, tuple[Mapped, ...]]:
    """Return the digest of the document that the pack in ``folder`` was drafted from, and its statements.

    Raises:
        PackError: If the folder has no ``SOURCES.md`` that maps a document.
    """
    path = folder / "SOURCES.md"
    found = read_sources(read_text(path, error=PackError, max_bytes=MAX_SOURCES_BYTES))
    if found is None or not found[1]:
        raise PackError(
            "SOURCES.md maps no document",
            where=str(path),
            fix="name the folder of a pack that `rw policy draft` wrote",
        )
    return found
