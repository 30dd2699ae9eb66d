"""Ed25519 keys in files: made on first use, readable by their owner only, never shown."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from roadworthy.core.errors import ConfigError, StoreError
from roadworthy.evidence.ports import Signature

PRIVATE_NAME = "signing-key.pem"
PUBLIC_NAME = "signing-key.pub.pem"
_MAX_KEY_BYTES = 16 * 1024


class Ed25519Verifier:
    """Checks signatures with one Ed25519 public key."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self._key_id = _fingerprint(key)

    @property
    def key_id(self) -> str:
        """SHA-256 of the key's SPKI DER, hexadecimal."""
        return self._key_id

    def holds(self, content: bytes, sig: bytes) -> bool:
        """Return whether ``sig`` is this key's signature of ``content``."""
        try:
            self._key.verify(sig, content)
        except InvalidSignature:
            return False
        return True

    def __repr__(self) -> str:
        return f"Ed25519Verifier({self._key_id[:16]}…)"


class FileSigner:
    """Signs with an Ed25519 key kept in a folder."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._key_id = _fingerprint(key.public_key())

    @classmethod
    def open(cls, folder: Path) -> FileSigner:
        """Return the signer whose key lies in ``folder``; make folder and key where there are none.

        Several processes that start at once end up with one key: the first to put its
        file in place wins, and the others read it. A public key without its private
        key stops everything: what it verifies would silently no longer be signed here.

        Raises:
            ConfigError: If the key is readable by others, is not a plain file of this
                user, or is no Ed25519 key; if the private key is gone and its public key
                is still here; or if the two do not belong together.
            StoreError: If the folder or the key cannot be read or written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            require_private(folder, wanted=0o700)
            path = folder / PRIVATE_NAME
            public = folder / PUBLIC_NAME
            # Looked for first: whoever makes a pair puts the private key in place before the public one.
            has_public = os.path.lexists(public)
            if not os.path.lexists(path):
                if has_public:
                    raise _gone(path, public)
                _place(path, _new_key(), mode=0o600)
            signer = cls(_read_private(path))
            if not os.path.lexists(public):
                _place(public, signer.public_pem, mode=0o644)
            _require_pair(signer, public)
        except OSError as error:
            raise StoreError(
                f"the signing key cannot be read or written: {error.strerror}",
                where=str(folder),
                fix="check that the folder is yours and writable",
            ) from error
        return signer

    @classmethod
    def read(cls, path: Path) -> FileSigner:
        """Return the signer of the private key at ``path``. Nothing is made.

        Raises:
            ConfigError: If there is none, it is readable by others, or it is no unencrypted Ed25519 key in PEM.
        """
        try:
            return cls(_read_private(path))
        except OSError as error:
            raise ConfigError(
                f"the key cannot be read: {error.strerror}", where=str(path), fix="check the path"
            ) from error

    @property
    def key_id(self) -> str:
        """SHA-256 of the public key's SPKI DER, hexadecimal."""
        return self._key_id

    @property
    def public_pem(self) -> bytes:
        """The public key as PEM."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def verifier(self) -> Ed25519Verifier:
        """Checks what this signer signed."""
        return Ed25519Verifier(self._key.public_key())

    def sign(self, content: bytes) -> Signature:
        """Return a signature of ``content``. Deterministic: the same content has one signature."""
        return Signature(key_id=self._key_id, sig=self._key.sign(content))

    def __repr__(self) -> str:
        return f"FileSigner({self._key_id[:16]}…)"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a signing key is not to be copied")


def _gone(private: Path, public: Path) -> ConfigError:
    return ConfigError(
        "the private key is gone, its public key is still here",
        where=str(private),
        fix=(
            f"restore the private key from its backup, or move {public} away to start with a new key "
            "(evidence signed with the old one will no longer count)"
        ),
    )


def _require_pair(signer: FileSigner, public: Path) -> None:
    """Refuse a public key that does not verify what ``signer`` signs.

    Raises:
        ConfigError: If it is another key, or cannot be read.
    """
    fix = f"restore the file that belongs to the other, or move {public} away to have it written anew"
    try:
        found = load_public_key(public).key_id
    except ConfigError as error:
        raise ConfigError(error.problem, where=str(public), fix=fix) from error
    if found != signer.key_id:
        raise ConfigError("the public key does not belong to the private key beside it", where=str(public), fix=fix)


def load_public_key(path: Path) -> Ed25519Verifier:
    """Read a public key.

    Raises:
        ConfigError: If the file cannot be read or holds no Ed25519 public key; a private
            key in its place is refused by name.
    """
    try:
        content = read_bounded(path)
    except OSError as error:
        raise ConfigError(
            f"the public key cannot be read: {error.strerror}", where=str(path), fix="check the path"
        ) from error
    return parse_public_key(content, where=str(path))


def parse_public_key(content: bytes, *, where: str) -> Ed25519Verifier:
    """Read a public key from PEM.

    Raises:
        ConfigError: If it is no Ed25519 public key.
    """
    if b"PRIVATE KEY" in content:
        raise ConfigError(
            "the file holds a private key", where=where, fix=f"give the public key, `{PUBLIC_NAME}` beside it"
        )
    try:
        key = load_pem_public_key(content)
    except (ValueError, TypeError) as error:
        raise ConfigError(
            "the file holds no public key in PEM", where=where, fix=f"give the team's `{PUBLIC_NAME}`"
        ) from error
    except UnsupportedAlgorithm as error:
        raise ConfigError("the file holds a key of an unknown kind", where=where, fix=_NEED) from error
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigError("the file holds a public key that is not Ed25519", where=where, fix=_NEED)
    return Ed25519Verifier(key)


_NEED = "give an Ed25519 public key in PEM"


def make_pair(private: Path) -> FileSigner:
    """Make a key pair: the private key at ``private``, closed to others, the public one beside it with ``.pub``.

    Raises:
        ConfigError: If one of the files is there already.
        StoreError: If they cannot be written.
    """
    public = private.with_name(f"{private.name}.pub")
    taken = next((path for path in (private, public) if os.path.lexists(path)), None)
    if taken is not None:
        raise ConfigError("there is a file already", where=str(taken), fix="choose another name; keys are not replaced")
    try:
        _place(private, _new_key(), mode=0o600)
        signer = FileSigner.read(private)
        _place(public, signer.public_pem, mode=0o644)
    except OSError as error:
        raise StoreError(
            f"the key cannot be written: {error.strerror}", where=str(private), fix="check that the folder is writable"
        ) from error
    return signer


def place_new_key(path: Path) -> None:
    """Make a private key at ``path``, closed to others; leave one that is there as it is.

    Raises:
        OSError: If it cannot be written.
    """
    _place(path, _new_key(), mode=0o600)


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _place(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file that no one saw half of; leave one that is already there as it is."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read_private(path: Path) -> Ed25519PrivateKey:
    if path.is_symlink() or not path.is_file():
        raise ConfigError("the signing key is not a plain file", where=str(path), fix="put the key file itself there")
    require_private(path, wanted=0o600)
    try:
        key = load_pem_private_key(read_bounded(path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        # The library's message may quote the file, so it is not repeated.
        raise ConfigError(
            "the file holds no unencrypted private key in PEM", where=str(path), fix=_MOVE_AWAY
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError("the signing key is not Ed25519", where=str(path), fix=_MOVE_AWAY)
    return key


_MOVE_AWAY = (
    f"restore the key from its backup, or move it and `{PUBLIC_NAME}` away, and a new pair is made on the next start"
)


def require_private(path: Path, *, wanted: int) -> None:
    """Refuse a file or folder that others may read, or that is another user's.

    Args:
        path: The private key, or the folder that holds it.
        wanted: The mode that the error tells to set.

    Raises:
        ConfigError: If it is so.
        OSError: If there is no such file.
    """
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        raise ConfigError(
            f"others may use the signing key: {path.name} has mode {mode:04o}",
            where=str(path),
            fix=f"run `chmod {wanted:o} {path}`; make a new key if somebody else could have read it",
        )
    if found.st_uid != os.geteuid():
        raise ConfigError(f"{path.name} belongs to another user", where=str(path), fix=f"run `chown` on {path}")


def read_bounded(path: Path) -> bytes:
    """Read a file that holds a key.

    Raises:
        ConfigError: If it is larger than any key.
        OSError: If it cannot be read.
    """
    with path.open("rb") as stream:
        content = stream.read(_MAX_KEY_BYTES + 1)
    if len(content) > _MAX_KEY_BYTES:
        raise ConfigError(
            f"the file is larger than any key ({_MAX_KEY_BYTES} bytes)", where=str(path), fix="name a PEM file"
        )
    return content


def _fingerprint(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
