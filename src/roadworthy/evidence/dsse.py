"""DSSE envelopes: what is signed is the payload's exact bytes and its type.

One payload and one signature have exactly one encoding here, so that no byte of an
envelope can change without being noticed, the unsigned ``keyid`` included.

Source:
    secure-systems-lab, Dead Simple Signing Envelope v1.0.2, protocol and envelope.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass

from roadworthy.core.digest import JsonValue, canonical_json
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.ports import Signature, Signer, Verifier

IN_TOTO = "application/vnd.in-toto+json"
"""Payload type of in-toto statements."""

MAX_ENVELOPE_BYTES = 64 * 1024 * 1024
_KEY_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A payload, its type and one signature over both.

    Several people's consent is several statements, never several signatures.
    """

    payload: bytes
    payload_type: str
    signature: Signature


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding: the bytes that are signed.

    >>> pae("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def seal(payload: bytes, *, payload_type: str, signer: Signer) -> Envelope:
    """Sign ``payload`` as it is."""
    return Envelope(payload=payload, payload_type=payload_type, signature=signer.sign(pae(payload_type, payload)))


def encode(envelope: Envelope) -> bytes:
    """Return the one encoding of ``envelope``: canonical JSON with padded standard base64."""
    return canonical_json(
        {
            "payload": base64.b64encode(envelope.payload).decode("ascii"),
            "payloadType": envelope.payload_type,
            "signatures": [
                {
                    "keyid": envelope.signature.key_id,
                    "sig": base64.b64encode(envelope.signature.sig).decode("ascii"),
                }
            ],
        }
    )


def decode(content: bytes, *, where: str) -> Envelope:
    """Read an envelope that `encode` wrote. Says nothing about its signature.

    Args:
        content: The envelope's bytes.
        where: The file's name, for the error.

    Raises:
        VerificationError: If ``content`` is not byte for byte what `encode` writes.
    """
    match strict_json(content, where=where):
        case {
            "payload": str(payload),
            "payloadType": str(payload_type),
            "signatures": [{"keyid": str(key_id), "sig": str(sig)}],
        } if _KEY_ID.fullmatch(key_id):
            envelope = Envelope(
                payload=_unbase64(payload, where=where),
                payload_type=payload_type,
                signature=Signature(key_id=key_id, sig=_unbase64(sig, where=where)),
            )
        case _:
            raise VerificationError("the file is not a DSSE envelope with one signature", where=where)
    if encode(envelope) != content:
        raise VerificationError("the envelope is not in its canonical form, so it was changed", where=where)
    return envelope


def open_envelope(content: bytes, *, payload_type: str, verifier: Verifier, where: str) -> bytes:
    """Return the payload of an envelope that ``verifier``'s key signed.

    Raises:
        VerificationError: If the envelope is not canonical, holds another type, names
            another key, or its signature does not hold.
    """
    envelope = decode(content, where=where)
    if envelope.payload_type != payload_type:
        raise VerificationError(f"the payload is {envelope.payload_type!r}, expected {payload_type!r}", where=where)
    if envelope.signature.key_id != verifier.key_id:
        raise VerificationError(
            f"the envelope names key {envelope.signature.key_id[:16]}…, the given key is {verifier.key_id[:16]}…",
            where=where,
            fix="check with the public key of the team that made it, obtained from the team itself",
        )
    if not verifier.holds(pae(payload_type, envelope.payload), envelope.signature.sig):
        raise VerificationError("the signature does not hold", where=where)
    return envelope.payload


def strict_json(content: bytes, *, where: str) -> JsonValue:
    """Parse JSON in its canonical form and nothing else.

    Repeated keys, spaces, NaN and other spellings of a number are refused, because
    two readers could read them differently.

    Raises:
        VerificationError: If ``content`` is too large, is not JSON or is not canonical.
    """
    if len(content) > MAX_ENVELOPE_BYTES:
        raise VerificationError(f"the file has {len(content)} bytes, the limit is {MAX_ENVELOPE_BYTES}", where=where)
    try:
        value: JsonValue = json.loads(content.decode("utf-8"))
        canonical = canonical_json(value)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise VerificationError(f"the file is not canonical JSON: {type(error).__name__}", where=where) from error
    if canonical != content:
        raise VerificationError("the JSON is not in its canonical form (RFC 8785), so it was changed", where=where)
    return value


def _unbase64(text: str, *, where: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise VerificationError("the envelope holds text that is not base64", where=where) from error
