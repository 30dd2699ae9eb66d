"""The signature file: a Sigstore bundle with one DSSE envelope and the hint of an elliptic curve key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.dsse import IN_TOTO, pae

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
MAX_BYTES = 64 * 1024 * 1024


def seal_bundle(payload: bytes, *, key: EllipticCurvePrivateKey) -> bytes:
    """Return the signature file over ``payload``."""
    sig = key.sign(pae(IN_TOTO, payload), ECDSA(_hash(key.public_key())))
    return json.dumps(
        {
            "mediaType": MEDIA_TYPE,
            "verificationMaterial": {"publicKey": {"hint": key_hint(key.public_key())}, "tlogEntries": []},
            "dsseEnvelope": {
                "payload": base64.b64encode(payload).decode("ascii"),
                "payloadType": IN_TOTO,
                "signatures": [{"sig": base64.b64encode(sig).decode("ascii"), "keyid": ""}],
            },
        }
    ).encode("ascii")


def open_bundle(content: bytes, *, key: EllipticCurvePublicKey, where: str) -> bytes:
    """Return the payload that ``key`` signed.

    Raises:
        VerificationError: If the file is no such bundle, names another key, or the signature does not hold.
    """
    payload, sig, hint = _parts(content, where=where)
    if hint and hint != key_hint(key):
        raise VerificationError(
            "the signature was made with another key",
            where=where,
            fix="verify with the public key of the team that signed it, obtained from the team itself",
        )
    try:
        key.verify(sig, pae(IN_TOTO, payload), ECDSA(_hash(key)))
    except InvalidSignature as error:
        raise VerificationError("the signature does not hold", where=where) from error
    return payload


def key_hint(key: EllipticCurvePublicKey) -> str:
    """Return the format's fingerprint of a key: SHA-256 over its PEM."""
    return hashlib.sha256(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _parts(content: bytes, *, where: str) -> tuple[bytes, bytes, str]:
    if len(content) > MAX_BYTES:
        raise VerificationError(f"the signature file is larger than {MAX_BYTES} bytes", where=where)
    try:
        value: JsonValue = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise VerificationError("the signature file is not JSON", where=where) from error
    match value:
        case {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {"publicKey": dict(named)},
            "dsseEnvelope": {
                "payload": str(payload),
                "payloadType": "application/vnd.in-toto+json",
                "signatures": [{"sig": str(sig)}],
            },
        }:
            hint = named.get("hint")
            return _decoded(payload, where=where), _decoded(sig, where=where), hint if isinstance(hint, str) else ""
        case _:
            raise VerificationError(
                "the file is no signature with an elliptic curve key",
                where=where,
                fix="verify certificates and keyless signatures with the model-signing package",
            )


def _decoded(text: str, *, where: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise VerificationError("the signature file holds text that is not base64", where=where) from error


def _hash(key: EllipticCurvePublicKey) -> SHA256 | SHA384 | SHA512:
    hashes: dict[int, SHA256 | SHA384 | SHA512] = {256: SHA256(), 384: SHA384(), 521: SHA512()}
    return hashes[key.curve.key_size]
