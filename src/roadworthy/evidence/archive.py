"""A zip in which every byte is accounted for: one set of files has exactly one archive.

Common readers ignore much of a zip (two copies of each header, time stamps, gaps,
comments), so a byte there can change unseen. This reader accepts an archive only if
it is what `write_archive` writes, and names the file whose part differs. Entries are
stored, not compressed: nothing can inflate, and any unzip program opens the result.

Source:
    PKWARE, .ZIP File Format Specification (APPNOTE) 6.3.10, sections 4.3.7, 4.3.12, 4.3.16.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from roadworthy.core.errors import VerificationError

MAX_ARCHIVE_BYTES = 1024 * 1024 * 1024
MAX_FILES = 20_000
MAX_NAME_BYTES = 255

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_RECORD = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_LOCAL_MARK, _RECORD_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION = 20
_MADE_BY_UNIX = 3 << 8 | _VERSION
_REGULAR_FILE_0644 = 0o100644 << 16
_DATE_1980_01_01 = 1 << 5 | 1
_UTF8_NAME = 1 << 11
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class _Part:
    """Where one piece of an archive lies, and what to call it."""

    end: int
    what: str
    name: str


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """Return ``files`` as a zip. The same files always give the same bytes.

    Args:
        files: Content by relative name with ``/`` between folders.

    Raises:
        ValueError: If a name is unsafe, or there are more or larger files than a reader accepts.
    """
    return _lay_out(files)[0]


def read_archive(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive that `write_archive` wrote.

    Raises:
        VerificationError: If any byte is not what `write_archive` writes for these
            files; names the file whose content, header or directory record differs.
    """
    if len(content) > MAX_ARCHIVE_BYTES:
        raise VerificationError(
            f"the archive has {len(content)} bytes, the limit is {MAX_ARCHIVE_BYTES}", where="archive"
        )
    walked = _walk(content)
    if walked is None:
        raise _damage(content)
    _require_same_names(walked, _directory(content) or [])
    _require_sound_names(walked)
    files = dict(walked)
    expected, parts = _lay_out(files)
    if expected != content:
        raise _first_difference(content, expected, parts)
    return files


def name_problem(name: str) -> str | None:
    """Return why ``name`` may not stand in an archive, or None when it may.

    >>> name_problem("evidence/a.json"), name_problem("../a")
    (None, 'has an empty, . or .. part')
    """
    if not name or len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        return f"must have 1 to {MAX_NAME_BYTES} bytes"
    if name.startswith("/") or ":" in name or "\\" in name:
        return "is absolute or not in POSIX form"
    if _CONTROL.search(name) or not name.isprintable():
        return "holds a character that cannot be printed"
    if any(part in {"", ".", ".."} for part in name.split("/")):
        return "has an empty, . or .. part"
    return None


def _lay_out(files: Mapping[str, bytes]) -> tuple[bytes, tuple[_Part, ...]]:
    if len(files) > MAX_FILES:
        raise ValueError(f"{len(files)} files are more than an archive may hold ({MAX_FILES})")
    body, directory, parts, tail = bytearray(), bytearray(), [], []
    for name in sorted(files, key=lambda n: n.encode("utf-8", "surrogatepass")):
        problem = name_problem(name)
        if problem:
            raise ValueError(f"file name {name!r} {problem}")
        header = _local_header(name, files[name])
        directory += _record(name, files[name], offset=len(body))
        body += header
        parts.append(_Part(len(body), "the header", name))
        body += files[name]
        parts.append(_Part(len(body), "the content", name))
        tail.append(_Part(len(directory), "the directory record", name))
    start = len(body)
    parts += [_Part(start + part.end, part.what, part.name) for part in tail]
    body += directory
    body += _END.pack(_END_MARK, 0, 0, len(files), len(files), len(directory), start, 0)
    parts.append(_Part(len(body), "the end record", ""))
    if len(body) > MAX_ARCHIVE_BYTES:
        raise ValueError(f"the archive would have {len(body)} bytes, the limit is {MAX_ARCHIVE_BYTES}")
    return bytes(body), tuple(parts)


def _local_header(name: str, content: bytes) -> bytes:
    raw, size = name.encode("utf-8"), len(content)
    fixed = _LOCAL.pack(
        _LOCAL_MARK,
        _VERSION,
        _flags(raw),
        0,
        0,
        _DATE_1980_01_01,
        zlib.crc32(content),
        size,
        size,
        len(raw),
        0,
    )
    return fixed + raw


def _record(name: str, content: bytes, *, offset: int) -> bytes:
    raw, size = name.encode("utf-8"), len(content)
    fixed = _RECORD.pack(
        _RECORD_MARK,
        _MADE_BY_UNIX,
        _VERSION,
        _flags(raw),
        0,
        0,
        _DATE_1980_01_01,
        zlib.crc32(content),
        size,
        size,
        len(raw),
        0,
        0,
        0,
        0,
        _REGULAR_FILE_0644,
        offset,
    )
    return fixed + raw


def _flags(raw_name: bytes) -> int:
    return 0 if raw_name.isascii() else _UTF8_NAME


def _walk(content: bytes) -> list[tuple[str, bytes]] | None:
    """Follow the local headers; None when they do not lead to the directory."""
    found: list[tuple[str, bytes]] = []
    position = 0
    while content[position : position + 4] == _LOCAL_MARK:
        entry = _local_entry(content, position)
        if entry is None or len(found) >= MAX_FILES:
            return None
        name, start, end = entry
        found.append((name, content[start:end]))
        position = end
    at_directory = content[position : position + 4] in {_RECORD_MARK, _END_MARK}
    return found if at_directory or position == _directory_start(content) else None


def _local_entry(content: bytes, position: int) -> tuple[str, int, int] | None:
    """Return name, start and end of the content behind the local header at ``position``."""
    if position + _LOCAL.size > len(content):
        return None
    *_, crc, size, _, name_length, extra_length = _LOCAL.unpack_from(content, position)
    start = position + _LOCAL.size + name_length + extra_length
    raw = content[position + _LOCAL.size : position + _LOCAL.size + name_length]
    if start + size > len(content) or zlib.crc32(content[start : start + size]) != crc:
        return None
    try:
        return raw.decode("utf-8"), start, start + size
    except UnicodeDecodeError:
        return None


def _require_same_names(entries: list[tuple[str, bytes]], directory: list[tuple[str, int, int]]) -> None:
    if len(entries) != len(directory):
        return  # the comparison of the bytes finds where
    for (name, _), (listed, _, _) in zip(entries, directory, strict=True):
        if name != listed:
            raise VerificationError(
                f"one file is called {name!r} in its header and {listed!r} in the directory", where=listed
            )


def _require_sound_names(entries: Iterable[tuple[str, bytes]]) -> None:
    seen: set[str] = set()
    for name, _ in entries:
        problem = name_problem(name)
        if problem:
            raise VerificationError(f"the file name {name!r} {problem}", where=repr(name))
        if name in seen:
            raise VerificationError(f"the file {name!r} is there twice", where=name)
        seen.add(name)


def _first_difference(content: bytes, expected: bytes, parts: tuple[_Part, ...]) -> VerificationError:
    offset = next(
        (i for i, (a, b) in enumerate(zip(content, expected, strict=False)) if a != b),
        min(len(content), len(expected)),
    )
    part = next((part for part in parts if offset < part.end), None)
    if part is None:
        return VerificationError(f"the archive goes on after its end, at byte {offset}", where="archive")
    if not part.name:
        return VerificationError(f"the archive's end record is damaged, at byte {offset}", where="archive")
    return VerificationError(f"{part.what} of {part.name!r} is damaged, at byte {offset}", where=part.name)


def _directory_start(content: bytes) -> int | None:
    """Return where the end record says that the directory starts; None when that cannot be."""
    if len(content) < _END.size:
        return None
    mark, *_, size, start, _ = _END.unpack_from(content, len(content) - _END.size)
    return start if mark == _END_MARK and start + size + _END.size == len(content) else None


def _directory(content: bytes) -> list[tuple[str, int, int]] | None:
    """Return name, offset and size of every directory record; None when the directory does not parse."""
    start = _directory_start(content)
    if start is None:
        return None
    count = _END.unpack_from(content, len(content) - _END.size)[4]
    found, position = [], start
    for _ in range(min(count, MAX_FILES)):
        if position + _RECORD.size > len(content):
            return None
        fields = _RECORD.unpack_from(content, position)
        name = content[position + _RECORD.size : position + _RECORD.size + fields[10]]
        found.append((name.decode("utf-8", "replace"), fields[16], fields[8]))
        position += _RECORD.size + fields[10]
    return found


def _damage(content: bytes) -> VerificationError:
    """Name the first file whose local part is not what the directory says."""
    for name, offset, size in _directory(content) or []:
        raw = name.encode("utf-8", "replace")
        start = offset + _LOCAL.size + len(raw)
        data = content[start : start + size]
        if content[offset:start] == _local_header(name, data) and len(data) == size:
            continue
        crc_at = offset + 14
        header = content[offset:crc_at] + content[crc_at + 4 : start]
        sound = _local_header(name, data)
        if header == sound[:14] + sound[18:]:
            return VerificationError(f"the content of {name!r} is damaged (its checksum does not hold)", where=name)
        return VerificationError(f"the header of {name!r} is damaged, after byte {offset}", where=name)
    return VerificationError(
        "the file is not an archive that Roadworthy wrote",
        where="archive",
        fix="fetch the archive again; an archive that was packed anew can be checked as an unpacked folder",
    )
