"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from roadworthy.core.errors import StoreError


def write_atomically(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write ``content`` so that a reader sees the old file or the new one, never half of it.

    The bytes are on the disk before the name changes, and the name is on the disk
    before this returns.

    Raises:
        StoreError: If the file cannot be written; the old one is then as it was.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StoreError(
            f"cannot write {path.name}: {error.strerror or error}",
            where=str(path),
            fix="check that the folder exists, is writable and has room",
        ) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
