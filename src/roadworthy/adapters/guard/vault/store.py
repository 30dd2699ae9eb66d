"""Vaults in a folder. To erase a conversation is to destroy its key; what is left of it then says nothing."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.guard.vault.sealed import (
    entries_as_bytes,
    entries_from,
    latest,
    scope_as_bytes,
    seal,
    unseal,
)
from roadworthy.core.errors import StoreError
from roadworthy.guard.vault.model import Entry, Scope, VaultPolicy
from roadworthy.guard.vault.vault import KEY_BYTES, Vault, conversation_key

_MAX_BYTES = 256 * 1024 * 1024
_KEY, _VALUES = b"key", b"values"


class FileVaultStore:
    """Keeps vaults between requests, encrypted, for several processes on one machine.

    Each conversation has a random key of its own, which lies sealed with the installation's secret beside the values.
    Names of files are keyed digests: they tell neither tenant nor conversation.

    Args:
        folder: Where; made when something is kept, readable by its owner alone.
        secret: Of the installation, at least 32 random bytes, kept elsewhere.

    Raises:
        ValueError: If the secret is too short to be one.
    """

    def __init__(self, folder: Path, *, secret: bytes) -> None:
        if len(secret) < KEY_BYTES:
            raise ValueError(f"the vault's secret needs at least {KEY_BYTES} bytes")
        self._folder = folder
        self._naming = _derived(secret, b"naming")
        self._wrapping = _derived(secret, b"wrapping")

    def __repr__(self) -> str:
        return "FileVaultStore(…)"

    def open(self, scope: Scope, *, policy: VaultPolicy) -> Vault:
        """Return the vault of a conversation with all that was kept; an empty one with a new key where there is none.

        Raises:
            StoreError: If what is kept cannot be read. It is never taken for an empty vault.
        """
        with self._locked(scope):
            key = self._key(scope)
            return Vault(scope, key=conversation_key(key, scope), policy=policy, entries=self._entries(scope, key))

    def save(self, vault: Vault, *, at: datetime) -> None:
        """Write what ``vault`` keeps, with what others kept of the conversation meanwhile, and without what expired.

        Raises:
            StoreError: If it cannot be written, or the conversation was erased after the vault was opened.
        """
        scope = vault.scope
        with self._locked(scope):
            if not self._path(scope, "key").exists():
                raise self._was_erased(scope)
            key = self._key(scope)
            if not vault.has_key(conversation_key(key, scope)):
                # Erased, and begun anew by somebody else: what this vault still holds is what was to be erased.
                raise self._was_erased(scope)
            known = {entry.code: entry for entry in self._entries(scope, key)}
            for entry in vault.entries:
                before = known.get(entry.code)
                if before is None or before.expires_at <= entry.expires_at:
                    known[entry.code] = entry
            left = tuple(known[code] for code in sorted(known) if known[code].expires_at > at)
            sealed = seal(entries_as_bytes(left), key=key, purpose=_VALUES + scope_as_bytes(scope))
            write_atomically(self._path(scope, "values"), sealed, mode=0o600)
            until = latest(left) or at
            write_atomically(self._path(scope, "until"), until.isoformat().encode(), mode=0o600)

    def erase(self, scope: Scope) -> bool:
        """Destroy the key of a conversation and with it all values, also those in copies of the values.

        Returns:
            Whether there was one.
        """
        with self._locked(scope):
            return self._erase(self._path(scope, "key"))

    def purge(self, at: datetime) -> int:
        """Erase the conversations of which everything has expired, and return how many those were."""
        gone = 0
        for until in sorted(self._folder.glob("*.until")):
            with self._locked_part(until.name[:2]):
                try:
                    expired = datetime.fromisoformat(until.read_text()) <= at
                except (ValueError, TypeError, OSError):
                    continue
                gone += expired and self._erase(until.with_suffix(".key"))
        return gone

    def _was_erased(self, scope: Scope) -> StoreError:
        return StoreError(
            "the conversation was erased; nothing of it is kept any more",
            where=self._path(scope, "key").name,
            fix="open a new vault for what is said from now on",
        )

    def _erase(self, key: Path) -> bool:
        try:
            existed = key.exists()
            if existed:
                self._remember_erased(key)
                # Overwritten first: a file system that writes in place then has nothing left of it.
                with key.open("r+b") as stream:
                    stream.write(secrets.token_bytes(key.stat().st_size))
                    stream.flush()
                    os.fsync(stream.fileno())
            for suffix in (".key", ".values", ".until"):
                key.with_suffix(suffix).unlink(missing_ok=True)
        except OSError as error:
            raise self._unreadable(key, error) from error
        return existed

    def _remember_erased(self, key: Path) -> None:
        """Note the erased key's digest, so that one that comes back from a copy of the folder is refused."""
        digest = hashlib.sha256(key.read_bytes()).digest()
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        with os.fdopen(os.open(self._erased(key), flags, 0o600), "ab") as stream:
            # What was cut off when a machine stopped is filled up: digests begin at multiples of their length.
            stream.write(bytes(-stream.tell() % len(digest)) + digest)
            stream.flush()
            os.fsync(stream.fileno())

    def _is_erased(self, key: Path, sealed: bytes) -> bool:
        noted = self._erased(key)
        digests = self._read(noted) if noted.exists() else b""
        digest = hashlib.sha256(sealed).digest()
        return any(digests[at : at + len(digest)] == digest for at in range(0, len(digests), len(digest)))

    def _erased(self, key: Path) -> Path:
        return self._folder / f"{key.name[:2]}.erased"

    def _key(self, scope: Scope) -> bytes:
        path = self._path(scope, "key")
        purpose = _KEY + scope_as_bytes(scope)
        if path.exists():
            sealed = self._read(path)
            if self._is_erased(path, sealed):
                raise StoreError(
                    "this key was erased, and came back from a copy of the folder",
                    where=path.name,
                    fix="erase the conversation again; keep `*.key` files out of backups",
                )
            return unseal(sealed, key=self._wrapping, purpose=purpose, where=path.name)
        if self._path(scope, "values").exists():
            raise StoreError(
                "the values of a conversation are there and their key is not",
                where=path.name,
                fix="if it was erased, delete the values too; otherwise restore the key",
            )
        key = secrets.token_bytes(KEY_BYTES)
        write_atomically(path, seal(key, key=self._wrapping, purpose=purpose), mode=0o600)
        return key

    def _entries(self, scope: Scope, key: bytes) -> tuple[Entry, ...]:
        path = self._path(scope, "values")
        if not path.exists():
            return ()
        content = unseal(self._read(path), key=key, purpose=_VALUES + scope_as_bytes(scope), where=path.name)
        return entries_from(content, where=path.name)

    def _read(self, path: Path) -> bytes:
        try:
            if path.stat().st_size > _MAX_BYTES:
                raise StoreError("larger than any vault", where=path.name, fix="erase the conversation")
            return path.read_bytes()
        except OSError as error:
            raise self._unreadable(path, error) from error

    def _unreadable(self, path: Path, error: OSError) -> StoreError:
        return StoreError(
            f"cannot use {path.name}: {error.strerror or 'unknown'}",
            where=path.name,
            fix="check that the vault's folder can be read and written by this user",
        )

    def _path(self, scope: Scope, suffix: str) -> Path:
        name = hmac.new(self._naming, scope_as_bytes(scope), hashlib.sha256).hexdigest()
        return self._folder / f"{name}.{suffix}"

    def _locked(self, scope: Scope) -> AbstractContextManager[None]:
        return self._locked_part(self._path(scope, "key").name[:2])

    @contextmanager
    def _locked_part(self, part: str) -> Iterator[None]:
        """Let nobody else at the conversations of one of the 256 parts of all names."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = self._folder / f"{part}.lock"
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._unreadable(self._folder, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return hmac.new(secret, b"roadworthy/vault-store/v1/" + purpose, hashlib.sha256).digest()
