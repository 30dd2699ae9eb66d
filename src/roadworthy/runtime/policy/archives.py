"""Opens archives of policy packs and reads the pack that each holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from roadworthy.adapters.packs import PackFolders
from roadworthy.adapters.signed_packs.archives import read_archive_bytes
from roadworthy.adapters.signed_packs.files import OF_INSTALLATION, unpacked
from roadworthy.core.errors import PackError, VerificationError
from roadworthy.evidence.bundle import OpenedBundle, open_bundle, require_same_pack
from roadworthy.evidence.ports import Verifier
from roadworthy.policy.expectations import Trial
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
    reserved = sorted(OF_INSTALLATION & set(opened.files))
    if reserved:
        raise VerificationError(
            f"the archive holds {reserved[0]}, which only installing may write", where=where, fix="ask for another one"
        )
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
        raise _unsound(error, path) from error


def load_archive_to_test(path: Path) -> tuple[Pack, Trial]:
    """Return the pack in an archive with what it brings to test itself, without asking who signed it.

    Raises:
        PackError: If it cannot be read or is damaged, or its cases do not load.
    """
    try:
        opened = open_bundle(read_archive_bytes(path), verifier=None, where=path.name)
    except VerificationError as error:
        raise _unsound(error, path) from error
    with unpacked(opened.files) as folder:
        pack = load_unpacked(folder, where=path.name)
        trial = _trial(folder, where=path.name)
    return pack, trial


def _unsound(error: VerificationError, path: Path) -> PackError:
    where = path.name if error.where in ("archive", path.name) else f"{path.name}: {error.where}"
    return PackError(error.problem, where=where, fix=error.fix, details=error.details)


def _trial(folder: Path, *, where: str) -> Trial:
    try:
        trial = PackFolders(folder.parent).trial(f"./{folder.name}")
    except PackError as fault:
        raise _named(fault, folder, where=where) from fault
    gone = _prefixes(folder)
    cases = tuple(replace(placed, where=_renamed(placed.where, gone, where)) for placed in trial.cases)
    return replace(trial, cases=cases)


def load_unpacked(folder: Path, *, where: str) -> Pack:
    """Return the pack whose files lie in a folder that is gone when anybody reads an error.

    Raises:
        PackError: If it does not load, with the files named as they are called in ``where``.
    """
    try:
        # `./` keeps a folder that is called like a shipped pack from being taken for it.
        return PackFolders(folder.parent).load(f"./{folder.name}")
    except PackError as fault:
        raise _named(fault, folder, where=where) from fault


def _named(fault: PackError, folder: Path, *, where: str) -> PackError:
    """Return ``fault`` with the files of a folder that will be gone named as they are called in ``where``."""
    gone = _prefixes(folder)
    return PackError(
        fault.problem,
        where=_renamed(fault.where, gone, where),
        fix=fault.fix,
        details=tuple(_renamed(detail, gone, where) for detail in fault.details),
    )


def _prefixes(folder: Path) -> tuple[str, ...]:
    return f"{folder.parent}/./{folder.name}/", f"{folder}/", f"./{folder.name}/", f"{folder.name}/"


def _renamed(text: str, gone: tuple[str, ...], where: str) -> str:
    for prefix in gone:
        text = text.replace(prefix, f"{where}: ")
    return text
