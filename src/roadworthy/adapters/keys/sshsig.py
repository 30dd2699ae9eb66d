"""SSH signatures of files: what ``ssh-keygen -Y sign`` writes and ``-Y verify`` reads.

Source:
    OpenSSH, PROTOCOL.sshsig (format and what is signed) and PROTOCOL.u2f (signatures of hardware keys).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from roadworthy.adapters.keys.ssh_wire import WireError, WireReader, string

NAMESPACE = "roadworthy"
"""What signatures are made for: one made for mail or for a commit says nothing here."""

_MAGIC = b"SSHSIG"
_VERSION = 1
_HASHES = {b"sha512": hashlib.sha512, b"sha256": hashlib.sha256}
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


@dataclass(frozen=True, slots=True, kw_only=True)
class SshSignature:
    """One SSH signature, taken apart."""

    public: bytes
    """The public key in wire form."""

    hash_name: bytes
    signature: bytes
    """The key's own signature in wire form: its kind and what the kind says."""


def to_be_signed(content: bytes, *, hash_name: bytes = b"sha512") -> bytes:
    """Return what the key signs when ``content`` is signed.

    Raises:
        WireError: If the hash is not one that the format allows.
    """
    if hash_name not in _HASHES:
        raise WireError("its hash is not sha256 or sha512")
    digest = _HASHES[hash_name](content).digest()
    return _MAGIC + string(NAMESPACE.encode()) + string(b"") + string(hash_name) + string(digest)


def pack(signature: SshSignature) -> bytes:
    """Return the bytes of a signature."""
    return (
        _MAGIC
        + _VERSION.to_bytes(4, "big")
        + string(signature.public)
        + string(NAMESPACE.encode())
        + string(b"")
        + string(signature.hash_name)
        + string(signature.signature)
    )


def unpack(content: bytes) -> SshSignature:
    """Read the bytes of a signature for our namespace.

    Raises:
        WireError: If they are no such signature, of another version or for another namespace.
    """
    reader = WireReader(content)
    if reader.take(len(_MAGIC)) != _MAGIC or reader.uint32() != _VERSION:
        raise WireError("it is no SSH signature of version 1")
    public, namespace, reserved = reader.string(), reader.string(), reader.string()
    hash_name, signature = reader.string(), reader.string()
    reader.finish()
    if namespace != NAMESPACE.encode() or reserved:
        raise WireError(f"it was not made for {NAMESPACE}")
    return SshSignature(public=public, hash_name=hash_name, signature=signature)


def armoured(content: bytes) -> str:
    """Return a signature as the text that ``ssh-keygen`` reads."""
    text = base64.b64encode(content).decode("ascii")
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def unarmoured(text: str) -> bytes:
    """Return the bytes of a signature that ``ssh-keygen`` wrote.

    Raises:
        WireError: If it is no such text.
    """
    lines = text.strip().splitlines()
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
        raise WireError("it is no armoured SSH signature")
    try:
        return base64.b64decode("".join(lines[1:-1]), validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError("it holds text that is not base64") from error
