"""A ledger and its runs as one signed archive; nothing of it is believed before its signature holds.

The archive is a zip with ``index.dsse.json`` first: a signed list of every other file with size and digest.
Keys and the cache of replies are never in it.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from roadworthy.adapters.evidence_cache.index import INDEX_TYPE, CachedFile, CacheIndex, parse_index
from roadworthy.core.digest import Digest, canonical_json
from roadworthy.core.errors import StoreError, VerificationError
from roadworthy.evidence.dsse import encode, open_envelope, seal
from roadworthy.evidence.ports import Signer, Verifier

LEDGER = "ledger.sqlite"
RUNS = "runs"
INDEX = "index.dsse.json"

MAX_BYTES = 4 * 1024 * 1024 * 1024
"""Of all files together, unpacked."""

MAX_FILES = 100_000
_MAX_INDEX_BYTES = 64 * 1024 * 1024
_PIECE = 1024 * 1024
_NAME = re.compile(r"ledger\.sqlite|runs/run_[0-9A-Za-z]{1,64}/[a-z][a-z0-9._-]{0,63}")


def snapshot_ledger(source: Path, target: Path) -> None:
    """Write a whole copy of a ledger that others may be writing.

    Raises:
        StoreError: If it cannot be read or written.
    """
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with (
            closing(sqlite3.connect(source.resolve().as_uri() + "?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"the ledger cannot be copied: {error}", where=str(source), fix="check the disk") from error


def files_to_keep(runs: Path) -> dict[str, Path]:
    """Return the files of every run by their name in an archive; links and drafts are left out."""
    found: dict[str, Path] = {}
    for path in sorted(runs.glob("*/*")) if runs.is_dir() else ():
        name = f"{RUNS}/{path.parent.name}/{path.name}"
        if _NAME.fullmatch(name) and path.is_file() and not path.is_symlink():
            found[name] = path
    return found


def write_archive(path: Path, files: Mapping[str, Path], *, index: CacheIndex, signer: Signer) -> CacheIndex:
    """Write an archive, whole or not at all, and return its index with every file in it.

    Raises:
        StoreError: If a file cannot be read, the archive cannot be written, or it would be too large.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
    try:
        listed = {name: _measured(source) for name, source in files.items()}
        _require_bounded(listed, where=str(path))
        whole = index.with_files(listed)
        path.parent.mkdir(parents=True, exist_ok=True)
        envelope = encode(seal(canonical_json(whole), payload_type=INDEX_TYPE, signer=signer))
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(zipfile.ZipInfo(INDEX), envelope)
                for name, source in files.items():
                    _pack(archive, name, source)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise StoreError(
            f"the evidence cannot be kept: {error.strerror or error}", where=str(path), fix="check the disk"
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return whole


def read_index(path: Path, *, verifier: Verifier) -> CacheIndex:
    """Return what an archive says that it holds.

    Raises:
        VerificationError: If it is torn, or was not signed with this key.
    """
    with _opened(path) as archive:
        if archive.namelist()[:1] != [INDEX] or archive.getinfo(INDEX).file_size > _MAX_INDEX_BYTES:
            raise VerificationError("it is no archive of evidence: its signed index is missing", where=path.name)
        envelope = archive.read(INDEX)
    return parse_index(open_envelope(envelope, payload_type=INDEX_TYPE, verifier=verifier, where=path.name))


def unpack(path: Path, folder: Path, *, index: CacheIndex) -> None:
    """Write every file that ``index`` names below ``folder``, each checked against its digest.

    Raises:
        VerificationError: If the archive holds other files or other bytes than the index names.
        StoreError: If a file cannot be written.
    """
    _require_bounded(index.files, where=path.name)
    bad = next((name for name in index.files if _NAME.fullmatch(name) is None), None)
    if bad is not None:
        raise VerificationError(f"the index names a file that does not belong here: {bad[:80]!r}", where=path.name)
    with _opened(path) as archive:
        names = archive.namelist()
        if len(names) != len(set(names)) or set(names) != {INDEX, *index.files}:
            raise VerificationError("it holds other files than its index names", where=path.name)
        for name, wanted in index.files.items():
            with archive.open(name) as stream:
                _write_checked(stream, folder / name, wanted=wanted, where=f"{path.name}: {name}")


_TORN = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What the library raises for an archive that is torn, encrypted, compressed in a way that it does not know, or none:
each is told as a refusal, and nothing of the archive is used."""


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _TORN as error:
        raise VerificationError("the archive is torn or is none", where=path.name) from error
    except OSError as error:
        raise StoreError(f"the archive cannot be read: {error.strerror}", where=path.name) from error


def _write_checked(stream: IO[bytes], place: Path, *, wanted: CachedFile, where: str) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    hashed, size = hashlib.sha256(), 0
    handle = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as out:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > wanted.size:
                break
            hashed.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if size != wanted.size or f"sha256:{hashed.hexdigest()}" != wanted.digest:
        raise VerificationError("its bytes are not those that were signed", where=where)


def _pack(archive: zipfile.ZipFile, name: str, source: Path) -> None:
    with source.open("rb") as stream, archive.open(_entry(name), "w", force_zip64=True) as out:
        while piece := stream.read(_PIECE):
            out.write(piece)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _measured(path: Path) -> CachedFile:
    with path.open("rb") as stream:
        digest: Digest = f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
        return CachedFile(digest=digest, size=stream.tell())


def _require_bounded(files: Mapping[str, CachedFile], *, where: str) -> None:
    total = sum(file.size for file in files.values())
    if len(files) > MAX_FILES or total > MAX_BYTES:
        raise StoreError(
            f"{len(files)} files of {total} bytes are more than an archive may hold ({MAX_FILES}, {MAX_BYTES})",
            where=where,
            fix="keep the ledger on a disk or a server instead; see the page on continuous integration",
        )
