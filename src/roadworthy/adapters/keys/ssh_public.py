"""OpenSSH public keys, and the signatures that they hold against."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA512

from roadworthy.adapters.keys.ssh_wire import WireError, WireReader
from roadworthy.adapters.keys.sshsig import to_be_signed, unpack
from roadworthy.core.errors import ConfigError

ED25519 = b"ssh-ed25519"
ECDSA_P256 = b"ecdsa-sha2-nistp256"
RSA = b"ssh-rsa"
SK_ED25519 = b"sk-ssh-ed25519@openssh.com"
_RSA_SIGNATURE = b"rsa-sha2-512"
_MIN_RSA_BITS = 2048
_TOUCHED = 0x01
_Check = Callable[[bytes, bytes], None]
"""Takes what was signed and the signature field in wire form; raises where the signature does not hold."""


class SshVerifier:
    """Checks SSH signatures, see `roadworthy.adapters.keys.sshsig`, with one public key."""

    def __init__(self, wire: bytes) -> None:
        self._wire = wire
        self._check = _check_of(wire)
        self._key_id = hashlib.sha256(wire).hexdigest()

    @property
    def key_id(self) -> str:
        """SHA-256 of the key in SSH wire form, hexadecimal: what ``ssh-keygen -l`` shows in base64."""
        return self._key_id

    def holds(self, content: bytes, sig: bytes) -> bool:
        """Return whether ``sig`` is this key's signature of ``content``, made for this program."""
        try:
            taken = unpack(sig)
            if taken.public != self._wire:
                return False
            self._check(to_be_signed(content, hash_name=taken.hash_name), taken.signature)
        except (InvalidSignature, ValueError):
            return False
        return True

    def __repr__(self) -> str:
        return f"SshVerifier({self._key_id[:16]}…)"


def parse_ssh_line(content: bytes, *, where: str, fix: str) -> SshVerifier:
    """Read one line of an OpenSSH public key: its kind, the key in base64, and a comment that says nothing.

    Raises:
        ConfigError: If it is no such line, or a kind of key that is not checked here.
    """
    parts = content.strip().split(None, 2)
    if len(parts) < 2 or b"\n" in content.strip():
        raise ConfigError("not a public key in PEM and not one line of an OpenSSH key", where=where, fix=fix)
    try:
        wire = base64.b64decode(parts[1], validate=True)
        if WireReader(wire).string() != parts[0]:
            raise WireError("the line names another kind than the key")
        return SshVerifier(wire)
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise ConfigError("not an OpenSSH public key that can be checked", where=where, fix=fix) from error


def _check_of(wire: bytes) -> _Check:
    """Return what checks signatures of a key in wire form.

    Raises:
        WireError: If it is no key of a known kind.
        ValueError: If the key itself is not sound.
    """
    reader = WireReader(wire)
    kind = reader.string()
    makers = {ED25519: _ed25519, ECDSA_P256: _ecdsa, RSA: _rsa, SK_ED25519: _hardware}
    if kind not in makers:
        raise WireError("a key of an unknown kind")
    check = makers[kind](reader)
    reader.finish()
    return check


def _field(signature: bytes, kind: bytes) -> tuple[bytes, WireReader]:
    reader = WireReader(signature)
    if reader.string() != kind:
        raise WireError("the signature is of another kind than the key")
    return reader.string(), reader


def _ed25519(reader: WireReader) -> _Check:
    key = Ed25519PublicKey.from_public_bytes(reader.string())

    def check(signed: bytes, signature: bytes) -> None:
        raw, rest = _field(signature, ED25519)
        rest.finish()
        key.verify(raw, signed)

    return check


def _ecdsa(reader: WireReader) -> _Check:
    if reader.string() != b"nistp256":
        raise WireError("an ECDSA key of another curve")
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), reader.string())

    def check(signed: bytes, signature: bytes) -> None:
        raw, rest = _field(signature, ECDSA_P256)
        rest.finish()
        numbers = WireReader(raw)
        r, s = numbers.mpint(), numbers.mpint()
        numbers.finish()
        key.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))

    return check


def _rsa(reader: WireReader) -> _Check:
    exponent, modulus = reader.mpint(), reader.mpint()
    if modulus.bit_length() < _MIN_RSA_BITS:
        raise WireError(f"an RSA key of less than {_MIN_RSA_BITS} bits")
    key: RSAPublicKey = RSAPublicNumbers(exponent, modulus).public_key()

    def check(signed: bytes, signature: bytes) -> None:
        raw, rest = _field(signature, _RSA_SIGNATURE)
        rest.finish()
        key.verify(raw, signed, PKCS1v15(), SHA512())

    return check


def _hardware(reader: WireReader) -> _Check:
    key = Ed25519PublicKey.from_public_bytes(reader.string())
    application = hashlib.sha256(reader.string()).digest()

    def check(signed: bytes, signature: bytes) -> None:
        raw, rest = _field(signature, SK_ED25519)
        flags, counter = rest.take(1), rest.take(4)
        rest.finish()
        if not flags[0] & _TOUCHED:
            raise WireError("nobody touched the hardware key")
        key.verify(raw, application + flags + counter + hashlib.sha256(signed).digest())

    return check
