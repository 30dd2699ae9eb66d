"""Opens archives of policy packs and reads the pack that each holds."""

from __future__ import annotations

from pathlib import Path

from roadworthy.adapters.packs import PackFolders
from roadworthy.adapters.signed_packs.archives import read_archive_bytes
from roadworthy.adapters.signed_packs.files import unpacked
from roadworthy.core.errors import PackError, VerificationError
from roadworthy.evidence.bundle import OpenedBundle, open_bundle, require_same_pack
from roadworthy.evidence.ports import Verifier
from roadworthy.policy.model import Pack


def open_archive(path: Path, *, verifier: Verifier | None) -> tuple[OpenedBundle, Pack]:
    """Open an archive and read the pack that it holds.

    Raises:
        PackError: If the file cannot be read, or its pack does not load.
        VerificationError: If anything in it is not what was signed.
    """
    return open_content(read_archive_bytes(path), verifier=verifier, where=path.name)


def open_content(content: bytes, *, verifier: Verifier | None, where: str) -> tuple[OpenedBundle, Pack]:
    """Do the same with the bytes of an archive."""
    opened = open_bundle(content, verifier=verifier, where=where)
    with unpacked(opened.files) as folder:
        pack = load_unpacked(folder, where=where)
    require_same_pack(opened.statement, pack, where=where)
    return opened, pack


def load_archive(path: Path) -> Pack:
    """Return the pack in an archive, without asking who signed it.

    Raises:
        PackError: If it cannot be read or is damaged.
    """
    try:
        return open_archive(path, verifier=None)[1]
    except VerificationError as error:
        raise PackError(error.problem, where=error.where, fix=error.fix, details=error.details) from error


def load_unpacked(folder: Path, *, where: str) -> Pack:
    """Return the pack whose files lie in a folder that is gone when anybody reads an error.

    Raises:
        PackError: If it does not load, with the files named as they are called in ``where``.
    """
    try:
        # `./` keeps a folder that is called like a shipped pack from being taken for it.
        return PackFolders(folder.parent).load(f"./{folder.name}")
    except PackError as fault:
        gone = f"{folder.parent}/./{folder.name}/", f"{folder}/"
        raise PackError(
            fault.problem,
            where=_renamed(fault.where, gone, where),
            fix=fault.fix,
            details=tuple(_renamed(detail, gone, where) for detail in fault.details),
        ) from fault


def _renamed(text: str, gone: tuple[str, ...], where: str) -> str:
    for prefix in gone:
        text = text.replace(prefix, f"{where}: ")
    return text
