"""Public keys of people: PEM or a line of OpenSSH in, what checks their signatures out."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from roadworthy.adapters.keys.ssh_public import parse_ssh_line
from roadworthy.adapters.signing import Ed25519Verifier
from roadworthy.core.errors import ConfigError
from roadworthy.evidence.ports import Verifier

_MAX_KEY_BYTES = 16 * 1024
_NEED = (
    "give an Ed25519 or ECDSA P-256 public key in PEM, or one line of an OpenSSH public key "
    "(ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa, sk-ssh-ed25519@openssh.com)"
)


class EcdsaVerifier:
    """Checks ECDSA signatures over P-256 with SHA-256, in DER, as key services make them."""

    def __init__(self, key: EllipticCurvePublicKey) -> None:
        self._key = key
        self._key_id = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    @property
    def key_id(self) -> str:
        """SHA-256 of the key's SPKI DER, hexadecimal."""
        return self._key_id

    def holds(self, content: bytes, sig: bytes) -> bool:
        """Return whether ``sig`` is this key's signature of ``content``."""
        try:
            self._key.verify(sig, content, ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            return False
        return True

    def __repr__(self) -> str:
        return f"EcdsaVerifier({self._key_id[:16]}…)"


def parse_key(content: bytes, *, where: str) -> Verifier:
    """Read a public key.

    Args:
        content: PEM, or one line as in ``authorized_keys`` without options.
        where: What it is called in errors. The content is never repeated.

    Raises:
        ConfigError: If it is no public key of a kind that can be checked; a private key is refused by name.
    """
    if len(content) > _MAX_KEY_BYTES:
        raise ConfigError(f"larger than any key ({_MAX_KEY_BYTES} bytes)", where=where, fix=_NEED)
    if b"PRIVATE KEY" in content:
        raise ConfigError(
            "a private key stands where a public key belongs",
            where=where,
            fix="put the public key there; if others could read this file, make a new key",
        )
    if not content.lstrip().startswith(b"-----BEGIN"):
        return parse_ssh_line(content, where=where, fix=_NEED)
    try:
        key = load_pem_public_key(content.strip() + b"\n")
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError("not a public key in PEM that can be read", where=where, fix=_NEED) from error
    if isinstance(key, Ed25519PublicKey):
        return Ed25519Verifier(key)
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return EcdsaVerifier(key)
    raise ConfigError("a public key of a kind that is not checked here", where=where, fix=_NEED)
