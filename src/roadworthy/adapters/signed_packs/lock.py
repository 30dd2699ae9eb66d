"""What stands beside an installed pack, and whether its files are still those that were signed.

A lock keeps an honest reader from a pack that was changed after it was installed. Whoever
can write the whole folder can replace the lock as well; the key that the lock names is
then another, and that shows in a review of the change.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

import yaml
from pydantic import TypeAdapter

from roadworthy.adapters.signed_packs.files import LOCK, SIGNED, read_pack_files
from roadworthy.adapters.signing import parse_public_key
from roadworthy.adapters.yaml_source import read_yaml, validated
from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConfigError, PackError, VerificationError
from roadworthy.core.subject import STRICT
from roadworthy.evidence.bundle import read_statement, require_same_files

MAX_ENVELOPE_BYTES = 1024 * 1024
_FIX = "remove the folder and install it again with `rw policy install`, or copy your changes into a pack of your own"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLock:
    """Which version was installed, and whose signature it bore."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/pack-lock/v1"] = "roadworthy/pack-lock/v1"
    name: str
    version: str
    digest: Digest
    """Of the pack as a value."""

    archive: Digest
    """Of the archive that it came in."""

    key_id: str
    """SHA-256 of the signer's public key, hexadecimal."""

    public_key: str
    """The signer's public key in PEM, so that the signature can be checked again."""


def lock_files(lock: PackLock, *, envelope: bytes) -> dict[str, bytes]:
    """Return the two files that stand beside an installed pack."""
    values = {field.name: getattr(lock, field.name) for field in fields(lock)}
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
    return {LOCK: f"# Written by `rw policy install`. Do not edit.\n{text}".encode(), SIGNED: envelope}


def read_lock(folder: Path) -> PackLock | None:
    """Return the lock of the pack in ``folder``; None where it was never installed from an archive.

    Raises:
        PackError: If the lock cannot be read, or its signed statement is there without it.
    """
    path = folder / LOCK
    if not path.is_file():
        if (folder / SIGNED).exists() or path.is_symlink():
            raise PackError(f"{SIGNED} is here and {LOCK} is not", where=str(folder), fix=_FIX)
        return None
    return validated(_adapter(), read_yaml(path, error=PackError), error=PackError, fix=_FIX)


def require_as_signed(folder: Path) -> PackLock | None:
    """Check that an installed pack is what was signed; return its lock, None where it has none.

    Raises:
        PackError: If a file was changed, added or removed since, or the lock, the signed
            statement and the key do not belong together.
    """
    lock = read_lock(folder)
    if lock is None:
        return None
    try:
        verifier = parse_public_key(lock.public_key.encode(), where=str(folder / LOCK))
        if verifier.key_id != lock.key_id:
            raise VerificationError("the lock names one key and holds another", where=LOCK)
        statement = read_statement(_envelope(folder / SIGNED), verifier=verifier, where=SIGNED)
        if (statement.name, statement.version, statement.pack) != (lock.name, lock.version, lock.digest):
            raise VerificationError("the lock and the signed statement name different packs", where=LOCK)
        require_same_files(statement, read_pack_files(folder), where=str(folder))
    except (VerificationError, ConfigError) as error:
        raise PackError(
            f"the installed pack {lock.name} {lock.version} is not what was signed: {error.problem}",
            where=str(folder),
            fix=_FIX,
            details=error.details,
        ) from error
    return lock


def _envelope(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_ENVELOPE_BYTES + 1)
    except OSError as error:
        raise VerificationError(f"{SIGNED} cannot be read: {error.strerror}", where=str(path)) from error
    if len(content) > MAX_ENVELOPE_BYTES:
        raise VerificationError(f"{SIGNED} is larger than {MAX_ENVELOPE_BYTES} bytes", where=str(path))
    return content


@cache
def _adapter() -> TypeAdapter[PackLock]:
    return TypeAdapter(PackLock)
