"""Archives of policy packs as files. What is in one is checked by `roadworthy.evidence.bundle`."""

from __future__ import annotations

from pathlib import Path

from roadworthy.core.errors import PackError
from roadworthy.evidence.bundle import MAX_BYTES

ARCHIVE_SUFFIX = ".rwpolicy"


def archive_name(name: str, version: str) -> str:
    """Return what the archive of a version is called.

    >>> archive_name("acme", "1.0.0")
    'acme-1.0.0.rwpolicy'
    """
    return f"{name}-{version}{ARCHIVE_SUFFIX}"


def read_archive_bytes(path: Path) -> bytes:
    """Return the content of an archive.

    Raises:
        PackError: If it cannot be read, is no plain file, or is larger than any pack.
    """
    try:
        if not path.is_file():
            raise PackError("there is no such archive", where=str(path), fix="check the path")
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise PackError(
            f"the archive cannot be read: {error.strerror}", where=str(path), fix="check the path"
        ) from error
    if len(content) > MAX_BYTES:
        raise PackError(f"the archive is larger than {MAX_BYTES} bytes", where=str(path), fix="it is no policy pack")
    return content
