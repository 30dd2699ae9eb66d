"""Every file of a pack's folder as bytes, and back: no links, nothing half-written, nothing unbounded."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from roadworthy.adapters.files import write_all_atomically
from roadworthy.core.errors import PackError
from roadworthy.evidence.archive import name_problem
from roadworthy.evidence.bundle import MAX_BYTES, MAX_FILES

LOCK = "pack.lock.yaml"
SIGNED = "pack.dsse.json"
"""The signed statement beside an installed pack."""

OF_INSTALLATION = frozenset({LOCK, SIGNED})
_IGNORED = frozenset({"__pycache__", ".DS_Store", "Thumbs.db"})
"""Left behind by other programs; nothing reads them."""

_HALF_WRITTEN = re.compile(r"\..+\.[0-9a-f]{12}\.new")
"""Left behind by `roadworthy.adapters.files` where it was killed; nothing reads it either."""


def read_pack_files(folder: Path) -> dict[str, bytes]:
    """Return every file of the pack in ``folder`` by relative name, without what installing it added.

    Raises:
        PackError: If a file is a link or no plain file, has a name that no archive may hold,
            cannot be read, or there are too many or too large ones.
    """
    found: dict[str, bytes] = {}
    room = MAX_BYTES
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if name in OF_INSTALLATION:
            continue
        problem = name_problem(name)
        if problem:
            raise PackError(f"file name {name!r} {problem}", where=str(folder), fix="rename the file")
        found[name] = _content(path, room)
        room -= len(found[name])
        if len(found) > MAX_FILES:
            raise PackError(f"the pack has more than {MAX_FILES} files", where=str(folder), fix="join some")
    return found


def read_shipped_files(name: str) -> dict[str, bytes]:
    """Return every file of the shipped pack ``name``, as `read_pack_files` does."""
    with as_file(files("roadworthy.packs").joinpath(name)) as folder:
        return read_pack_files(folder)


def write_pack_files(folder: Path, content: Mapping[str, bytes]) -> None:
    """Write ``content`` below ``folder``; names were checked when they were read from an archive.

    Raises:
        PackError: If a name would lead out of the folder.
        StoreError: If a file cannot be written.
    """
    for name in content:
        problem = name_problem(name)
        if problem:
            raise PackError(f"file name {name!r} {problem}", where=str(folder), fix="ask for another archive")
    write_all_atomically({folder / name: body for name, body in sorted(content.items())})


@contextmanager
def unpacked(content: Mapping[str, bytes]) -> Iterator[Path]:
    """Put the files of a pack into a folder of their own for as long as they are looked at."""
    with tempfile.TemporaryDirectory(prefix="roadworthy-pack-") as name:
        folder = Path(name).resolve() / "pack"
        folder.mkdir()
        write_pack_files(folder, content)
        yield folder


def _walk(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise PackError(
            f"the pack's folder cannot be read: {error.strerror}", where=str(folder), fix="check the path"
        ) from error
    for entry in entries:
        path = folder / entry.name
        if entry.name in _IGNORED or _HALF_WRITTEN.fullmatch(entry.name):
            continue
        if entry.is_symlink() or not (entry.is_file() or entry.is_dir()):
            raise PackError(
                f"{entry.name} is a link or no plain file", where=str(path), fix="copy what it points to into the pack"
            )
        if entry.is_dir():
            yield from _walk(path)
        else:
            yield path


def _content(path: Path, room: int) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(room + 1)
    except OSError as error:
        raise PackError(
            f"the file cannot be read: {error.strerror}", where=str(path), fix="check its permissions"
        ) from error
    if len(content) > room:
        raise PackError(f"the pack is larger than {MAX_BYTES} bytes", where=str(path), fix="leave out large files")
    return content
