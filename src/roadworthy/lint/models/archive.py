"""Looks into zip archives, in which models are kept, without unpacking them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from roadworthy.lint.models.format import HEAD, Format, format_of, suffix_of
from roadworthy.lint.models.pickle_walk import MAX_BYTES
from roadworthy.lint.ports import SourceFile

_MAX_MEMBERS = 20_000
_MAX_AT_ONCE = 16 * 1024 * 1024
"""Bytes that are read in one go; `zipfile` reads the whole directory so."""

_MAX_READ = 64
"""Members of one archive whose content is looked at."""

_LOOKED_AT = frozenset([".pkl", ".pickle", ".npy", ".json", ".joblib", ".h5", ".bin", ".pt", ".pth"])
# What zipfile and zlib raise on archives that lie.
_BAD_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    RuntimeError,
    NotImplementedError,
    OSError,
    EOFError,
    KeyError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive, as far as it is needed."""

    name: str
    data: bytes
    """Its first bytes, unpacked."""

    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What a zip archive holds."""

    names: tuple[str, ...]
    members: tuple[Member, ...]
    """Those that may be pickles or say how the model is built."""

    problem: str = ""
    """Why it, or a part of it, could not be read; empty where all could."""


class _Window(io.RawIOBase):
    """A file that reads through the port, as `zipfile` wants it."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        if start + offset < 0:
            raise ValueError("an offset before the start of the archive")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        count = max(self._file.size - self._at, 0) if size < 0 else size
        if count > _MAX_AT_ONCE:
            raise ValueError("the archive's directory is larger than any model needs")
        data = self._file.read_at(self._at, count)
        self._at += len(data)
        return data


@lru_cache(maxsize=2)
def archive_of(file: SourceFile) -> Archive:
    """Return what a zip archive holds. One that lies about itself is told of, never raised."""
    try:
        with zipfile.ZipFile(_Window(file)) as opened:
            entries = opened.infolist()[:_MAX_MEMBERS]
            names = tuple(entry.filename for entry in entries)
            members: list[Member] = []
            problem = "" if len(opened.infolist()) <= _MAX_MEMBERS else f"it has more than {_MAX_MEMBERS} members"
            for entry in _worth_reading(entries):
                try:
                    members.append(_member(opened, entry))
                except _BAD_ARCHIVE:
                    problem = f"member {entry.filename[:80]!r} cannot be unpacked"
            return Archive(names=names, members=tuple(members), problem=problem)
    except _BAD_ARCHIVE:
        return Archive(names=(), members=(), problem="it cannot be opened as a zip archive")


def _worth_reading(entries: list[zipfile.ZipInfo]) -> Iterator[zipfile.ZipInfo]:
    """Yield the members that a loader may unpickle, those first that every loader does."""
    named = [entry for entry in entries if suffix_of(entry.filename) in _LOOKED_AT]
    named.sort(key=lambda entry: not entry.filename.endswith(("data.pkl", "config.json", "constants.pkl")))
    yield from named[:_MAX_READ]


def _member(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member:
    with opened.open(entry) as stream:
        data = stream.read(HEAD)
        suffix = suffix_of(entry.filename)
        if suffix == ".json" or format_of(data, suffix=suffix) in {Format.PICKLE, Format.NUMPY} or suffix == ".pkl":
            data += stream.read(MAX_BYTES - HEAD)
        return Member(name=entry.filename, data=data, whole=len(data) >= entry.file_size)
