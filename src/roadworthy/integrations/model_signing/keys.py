"""Elliptic curve keys in PEM files: the format knows no other local keys, not even Ed25519."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from roadworthy.core.errors import ConfigError

CURVES = ("secp256r1", "secp384r1", "secp521r1")
_MAX_KEY_BYTES = 16 * 1024


def open_private(path: Path, *, make: bool) -> EllipticCurvePrivateKey:
    """Return the private key in a file that only its owner may read.

    Args:
        path: PEM file, not encrypted.
        make: Make a P-256 key and its public key beside it where there is no file.

    Raises:
        ConfigError: If the file is missing, open to others, or holds no key on a curve of the format.
    """
    if make and not os.path.lexists(path):
        _make(path)
    content = _read(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigError("others may read the key", where=str(path), fix=f"run `chmod 600 {path}`")
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError("the file holds no unencrypted private key in PEM", where=str(path), fix=_NEED) from error
    if not isinstance(key, EllipticCurvePrivateKey) or key.curve.name not in CURVES:
        raise ConfigError("the key is on no curve that the format knows", where=str(path), fix=_NEED)
    return key


def open_public(path: Path) -> EllipticCurvePublicKey:
    """Return the public key in a file.

    Raises:
        ConfigError: If the file is missing or holds no public key on a curve of the format.
    """
    content = _read(path)
    if b"PRIVATE KEY" in content:
        raise ConfigError("the file holds a private key", where=str(path), fix="give the public key")
    try:
        key = load_pem_public_key(content)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError("the file holds no public key in PEM", where=str(path), fix=_NEED) from error
    if not isinstance(key, EllipticCurvePublicKey) or key.curve.name not in CURVES:
        raise ConfigError("the key is on no curve that the format knows", where=str(path), fix=_NEED)
    return key


_NEED = "give a PEM key on P-256, P-384 or P-521"


def public_path(path: Path) -> Path:
    """Return where the public key of a private key lies: ``model-key.pem`` has ``model-key.pub.pem``."""
    return path.with_name(f"{path.stem}.pub.pem")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(_MAX_KEY_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"the key cannot be read: {error.strerror}", where=str(path), fix="check the path") from error
    if len(content) > _MAX_KEY_BYTES:
        raise ConfigError("the file is larger than any key", where=str(path), fix=_NEED)
    return content


def _make(path: Path) -> None:
    """Put a new pair in place, the private key last and whole; the first of several processes wins."""
    key = generate_private_key(SECP256R1())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as stream:
            stream.write(private)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        finally:
            draft.unlink(missing_ok=True)
        public_path(path).write_bytes(public)
    except OSError as error:
        raise ConfigError(
            f"the key cannot be written: {error.strerror}", where=str(path), fix="check that the folder is yours"
        ) from error
