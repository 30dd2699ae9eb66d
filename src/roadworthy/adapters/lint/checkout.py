"""A folder as lint sees it: what version control does not ignore, and model files whether ignored or not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from roadworthy.adapters.lint.kinds import WEIGHTS
from roadworthy.adapters.lint.memory import FilesRepository
from roadworthy.adapters.lint.source import Content
from roadworthy.adapters.repository import git
from roadworthy.adapters.repository.folder_files import walk
from roadworthy.adapters.repository.scan import SKIPPED_FOLDERS
from roadworthy.core.errors import ConfigError

MAX_FILES = 200_000
_DOT_FOLDERS = frozenset([".github", ".cursor", ".vscode", ".claude", ".streamlit", ".circleci", ".gitlab", ".aws"])
"""Folders of settings that are looked into although their names begin with a dot."""


class FileOnDisk:
    """Bytes of one regular file; no link is followed and nothing is waited for."""

    __slots__ = ("_place",)

    def __init__(self, place: str) -> None:
        self._place = place

    @property
    def size(self) -> int:
        """Bytes; 0 where it cannot be told."""
        try:
            return os.lstat(self._place).st_size
        except OSError:
            return 0

    def read(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``, from the end where negative.

        Raises:
            OSError: If it is no regular file or cannot be read.
        """
        descriptor = os.open(self._place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise OSError(0, "it is no regular file")
            start = max(0, found.st_size + offset) if offset < 0 else offset
            # What a file of the kernel holds, its size does not tell.
            return _read(descriptor, start, min(count, found.st_size - start))
        finally:
            os.close(descriptor)


def checkout(root: Path, *, instead: Mapping[str, Content] | None = None) -> FilesRepository:
    """Return the files of ``root``.

    In a git checkout these are the files that git does not ignore, and ignored model files;
    elsewhere everything outside dot-folders. Folders of foreign or built code are passed over
    in both. Links are left out: what they point to is looked at where it lies.

    Args:
        root: A folder.
        instead: Content by path that stands in for what lies on the disk, e.g. what is staged.

    Raises:
        ConfigError: If ``root`` is no folder, holds too many files, or git cannot read it.
    """
    if not root.is_dir():
        raise ConfigError(f"{str(root)!r} is not a folder", where=str(root), fix="name the repository's folder")
    names = _names(root)
    if len(names) > MAX_FILES:
        fix = "name the folders that matter, or have git ignore what is not source"
        raise ConfigError(f"there are more than {MAX_FILES} files", where=str(root), fix=fix)
    prefix = f"{os.fspath(root)}/"
    contents: dict[str, Content] = {_shown(name): FileOnDisk(prefix + name) for name in names}
    return FilesRepository({**contents, **(instead or {})})


def _shown(name: str) -> str:
    """Return a name that can be written: bytes that are no UTF-8 become the sign for that."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")


def _names(root: Path) -> list[str]:
    listed = git.tracked_files(root)
    walked = _walked(root)
    # A folder that git ignores as a whole was named on purpose.
    if not listed:
        return walked
    known = frozenset(listed)
    kept = [name for name in walked if name in known or PurePosixPath(name).suffix.lower() in WEIGHTS]
    seen = frozenset(kept)
    further = [name for name in listed if name not in seen and _is_own(name)]
    inner = [f"{name}/{file}" for name in further if _is_folder(root, name) for file in _names(root / name)]
    return [*kept, *(name for name in further if _is_plain(root, name)), *(name for name in inner if name not in seen)]


def _walked(root: Path) -> list[str]:
    names = walk(root, enter=_is_source)
    return [name for name in names if not os.path.islink(f"{root}/{name}")]


def _is_source(folder: Path) -> bool:
    name = folder.name
    if name in SKIPPED_FOLDERS or name.endswith(".egg-info") or (name.startswith(".") and name not in _DOT_FOLDERS):
        return False
    return not (folder / "pyvenv.cfg").exists()


def _is_own(name: str) -> bool:
    return not any(part in SKIPPED_FOLDERS for part in name.split("/")[:-1]) and not name.startswith(".roadworthy/")


def _is_plain(root: Path, name: str) -> bool:
    return stat.S_ISREG(_mode(root, name))


def _is_folder(root: Path, name: str) -> bool:
    """Return whether git names a folder: a checkout of its own within this one."""
    return stat.S_ISDIR(_mode(root, name))


def _mode(root: Path, name: str) -> int:
    try:
        return os.lstat(f"{root}/{name}").st_mode
    except OSError:
        return 0


def _read(descriptor: int, start: int, count: int) -> bytes:
    pieces: list[bytes] = []
    while count > 0:
        piece = os.pread(descriptor, min(count, 1 << 20), start)
        if not piece:
            break
        pieces.append(piece)
        start += len(piece)
        count -= len(piece)
    return b"".join(pieces)


def below(names: Iterable[str], *, wanted: Iterable[str]) -> frozenset[str]:
    """Return those of ``names`` that are, or lie below, one of ``wanted``; ``.`` is everything.

    >>> sorted(below(["a/b.py", "a.py", "c.py"], wanted=["a", "c.py"]))
    ['a/b.py', 'c.py']
    """
    places = tuple(wanted)
    if "." in places:
        return frozenset(names)
    folders = tuple(f"{place}/" for place in places)
    return frozenset(name for name in names if name in places or name.startswith(folders))
