"""Which files a folder holds, as far as a component or a look at a repository is concerned."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from roadworthy.adapters.repository import git
from roadworthy.core.errors import ConfigError

MAX_DEPTH = 64
"""Folders below folders that are entered."""


def files_below(folder: Path) -> tuple[str, ...]:
    """Return the names of the files of ``folder``, relative to it, POSIX, sorted.

    In a git checkout: what git does not ignore, committed or not, that is there;
    checkouts inside it by the same rule. Elsewhere: every file and link outside
    dot-folders and ``__pycache__``. ``.roadworthy`` is never part of it.

    Raises:
        ConfigError: If the folder is in a git checkout and git cannot say.
    """
    listed = git.tracked_files(folder)
    if listed is None:
        return tuple(sorted(walk(folder, enter=_is_source, refuse=True)))
    found: list[str] = []
    for name in listed:
        place = folder / name
        if name.split("/", 1)[0] == ".roadworthy" or not os.path.lexists(place):
            continue
        if place.is_dir() and not place.is_symlink():
            found += [f"{name}/{inner}" for inner in files_below(place)]
        else:
            found.append(name)
    return tuple(sorted(found))


def walk(folder: Path, *, enter: Callable[[Path], bool], refuse: bool = False) -> Iterator[str]:
    """Yield the names of the files and links below ``folder``, relative to it, in a fixed order.

    Folders that cannot be listed, links to folders and what lies deeper than
    `MAX_DEPTH` are not entered; a link to a folder is named like a file.

    Args:
        folder: Where to begin.
        enter: Whether to go into a folder below it.
        refuse: Whether a folder that cannot be entered is an error instead.

    Raises:
        ConfigError: If ``refuse`` is set and a folder cannot be listed or lies too deep.
    """
    waiting: list[tuple[str, int]] = [("", 0)]
    while waiting:
        prefix, depth = waiting.pop()
        try:
            entries = sorted(os.scandir(folder / prefix), key=lambda entry: entry.name)
        except OSError as fault:
            if refuse:
                raise _unlisted(folder / prefix, fault.strerror or type(fault).__name__) from None
            continue
        inner: list[tuple[str, int]] = []
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if not entry.is_dir(follow_symlinks=False):
                yield name
            elif enter(Path(entry.path)) and depth < MAX_DEPTH:
                inner.append((f"{name}/", depth + 1))
            elif depth >= MAX_DEPTH and refuse:
                raise _unlisted(Path(entry.path), f"deeper than {MAX_DEPTH} folders")
        waiting += reversed(inner)


def _unlisted(folder: Path, reason: str) -> ConfigError:
    return ConfigError(
        f"cannot list a folder: {reason}", where=str(folder), fix="make it readable, or name other paths"
    )


def _is_source(folder: Path) -> bool:
    return not folder.name.startswith(".") and folder.name != "__pycache__"
