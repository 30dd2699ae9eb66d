"""Detectors of pickles in model files: what unpickling them would run."""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.models.archive import archive_of
from roadworthy.lint.models.dangerous import danger_of, raw_dangers
from roadworthy.lint.models.format import HEAD, Format, format_of, may_be_pickle, suffix_of
from roadworthy.lint.models.pickle_walk import MAX_BYTES, PickleWalk, walk_pickle
from roadworthy.lint.ports import SourceFile

_NUMPY_OBJECTS = re.compile(rb"'descr':\s*'\|O'|'descr':\s*\[[^\]]*'\|?O'")
_MAY_BE_PACKED = frozenset([".joblib", ".pkl", ".pickle", ".dill", ".gz", ".z", ".p"])
_MOST_NAMED = 3
_MAX_UNPACKED = MAX_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pickle:
    """A pickle in a file, walked."""

    member: str
    """Its name in the archive; empty where the file is the pickle."""

    walk: PickleWalk
    raw: tuple[str, ...] = ()
    """Dangerous names seen behind where the walk ended."""


def unsafe_pickle(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield pickles that import names of one of ``dangers``: ``runs_code``, ``carries_code`` or ``nested``."""
    wanted = set(parameters["dangers"])
    for found in _pickles(file):
        names = [str(name) for name in found.walk.imports if danger_of(name) in wanted]
        if "runs_code" in wanted:
            names += [name for name in found.raw if name not in names]
        if names:
            shown = ", ".join(name[:80] for name in names[:_MOST_NAMED])
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            yield Hit(said=f"unpickling {_where(found)} calls up {shown}{more}", subject=f"{found.member}:{names[0]}")


def any_pickle(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield files that are loaded by unpickling, whatever they hold; not what tests keep to try loaders on."""
    found = next(iter(_pickles(file)), None) if FileKind.TEST not in file.kinds else None
    if found is not None:
        yield Hit(
            said=f"{_where(found)} is a pickle: whoever can write it runs code where it is loaded", subject="pickle"
        )


def unreadable_pickle(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield pickles that could not be walked to their end, so that what they import is not known."""
    for found in _pickles(file):
        if found.walk.cut_off:
            yield Hit(
                said=f"only the first part of {_where(found)} was walked; the rest may import more",
                subject=found.member,
            )
        elif found.walk.broken and not _is_joblib(file.path, found.walk):
            yield Hit(said=f"{_where(found)} breaks off in what is no pickle", subject=found.member)
    head = file.head(HEAD)
    found_format = format_of(head, suffix=suffix_of(file.path))
    if found_format is Format.COMPRESSED and not _unpacked(file.head(MAX_BYTES)):
        yield Hit(said="an archive of this kind is not looked into: what it holds is not known", subject="archive")
    if found_format is Format.ZIP and (problem := archive_of(file).problem):
        yield Hit(said=f"the archive was not looked through: {problem}", subject="archive")


def pickle_in_disguise(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield pickles whose name says that they are of a format that holds no code."""
    suffix = suffix_of(file.path)
    if suffix in {".safetensors", ".gguf", ".onnx", ".npy", ".h5", ".hdf5", ".tflite", ".keras", ".json"}:
        head = file.head(HEAD)
        if format_of(head, suffix=suffix) is Format.PICKLE:
            yield Hit(said=f"the file ends in {suffix} and is a pickle", subject="disguise")


def _where(found: _Pickle) -> str:
    return f"member {found.member[:80]!r}" if found.member else "the file"


def _is_joblib(path: str, walk: PickleWalk) -> bool:
    """Whether arrays lie between the opcodes, as joblib writes them: then the walk ends at the first one."""
    return any(name.module.startswith("joblib.") for name in walk.imports)


def _pickles(file: SourceFile) -> Iterator[_Pickle]:
    suffix = suffix_of(file.path)
    head = file.head(HEAD)
    found = format_of(head, suffix=suffix)
    if found is Format.ZIP:
        for member in archive_of(file).members:
            data = _pickled_part(member.data, suffix_of(member.name))
            if data is not None:
                yield _looked_at(data, member=member.name, whole=member.whole)
    elif suffix in _MAY_BE_PACKED and (data := _unpacked(file.head(MAX_BYTES))):
        if may_be_pickle(data[:HEAD], ".pkl"):
            yield _looked_at(data, member="", whole=file.size <= MAX_BYTES and len(data) < _MAX_UNPACKED)
    elif found is Format.NUMPY or may_be_pickle(head, suffix):
        part = _pickled_part(file.head(MAX_BYTES), suffix)
        if part is not None:
            yield _looked_at(part, member="", whole=file.size <= MAX_BYTES)


def _looked_at(data: bytes, *, member: str, whole: bool) -> _Pickle:
    walk = walk_pickle(data, whole=whole)
    raw = tuple(dict.fromkeys(str(name) for name in raw_dangers(data))) if walk.broken or walk.cut_off else ()
    return _Pickle(member=member, walk=walk, raw=raw)


def _pickled_part(data: bytes, suffix: str) -> bytes | None:
    """Return the pickle in ``data``; behind a header where it is an array of objects. None where there is none."""
    found = format_of(data[:HEAD], suffix=suffix)
    if found is not Format.NUMPY:
        return data if may_be_pickle(data[:HEAD], suffix) and data else None
    wide = data[6:7] >= b"\x02"
    length = int.from_bytes(data[8:12] if wide else data[8:10], "little")
    start = (12 if wide else 10) + length
    return data[start:] if _NUMPY_OBJECTS.search(data[:start]) else None


def _unpacked(data: bytes) -> bytes:
    """Return the first part of what is packed in ``data``; empty where it is packed in no way that Python knows."""
    try:
        if data.startswith(b"\x1f\x8b"):
            return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, _MAX_UNPACKED)
        if data.startswith(b"BZh"):
            return bz2.BZ2Decompressor().decompress(data, _MAX_UNPACKED)
        if data.startswith(b"\xfd7zXZ\x00") or data[:1] == b"\x5d":
            return lzma.LZMADecompressor(memlimit=1 << 28).decompress(data, _MAX_UNPACKED)
        if data[:1] == b"\x78" and int.from_bytes(data[:2], "big") % 31 == 0:
            return zlib.decompressobj().decompress(data, _MAX_UNPACKED)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        return b""
    return b""
