"""Digests of a model's files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.evidence.exchange.model_signature import MAX_FILES

_BLOCK = 1024 * 1024


def hash_files(model: Path, *, hash_type: str = "sha256") -> dict[str, str]:
    """Return the hexadecimal digest of every file of a model by its relative path, ``.`` for a single file.

    Args:
        model: Folder or file.
        hash_type: ``sha256`` or ``blake2``.

    Raises:
        NotFoundError: If there is no such folder or file.
        ConfigError: If it holds a link or something that is no file, more files than can be
            signed, or one that cannot be read.
    """
    if not model.exists():
        raise NotFoundError(f"there is no model at {model}", where=str(model), fix="give its folder or file")
    try:
        return {name: _digest(path, hash_type) for name, path in _files(model)}
    except OSError as error:
        raise ConfigError(
            f"a file of the model cannot be read: {error.strerror}", where=str(error.filename or model), fix="check it"
        ) from error


def _files(model: Path) -> Iterator[tuple[str, Path]]:
    if model.is_file() and not model.is_symlink():
        yield ".", model
        return
    count = 0
    for path in (model, *sorted(model.rglob("*"))):
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise ConfigError(
                "the model holds something that is neither a file nor a folder",
                where=str(path),
                fix="put the file itself in its place: what a link leads to is not covered by a signature",
            )
        if path.is_file():
            count += 1
            if count > MAX_FILES:
                raise ConfigError(
                    f"the model has more than {MAX_FILES} files", where=str(model), fix="name a folder of it"
                )
            yield path.relative_to(model).as_posix(), path


def _digest(path: Path, hash_type: str) -> str:
    whole = hashlib.blake2b() if hash_type == "blake2" else hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            whole.update(block)
    return whole.hexdigest()
