"""Containments as they are given out: signed, and read only if a key of the team holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from roadworthy.adapters.guard.documents import Document, adapter_of
from roadworthy.adapters.yaml_source import Located
from roadworthy.core.digest import canonical_json
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.dsse import decode, encode, open_envelope, seal, strict_json
from roadworthy.evidence.ports import Signer, Verifier
from roadworthy.guard.policy.model import Containment

PAYLOAD_TYPE = "application/vnd.roadworthy.guard-containment+json"
MAX_BYTES = 2 * 1024 * 1024


def sign_containment(containment: Containment, *, signer: Signer) -> bytes:
    """Return ``containment`` in a DSSE envelope, as it is given out."""
    return encode(seal(canonical_json(containment), payload_type=PAYLOAD_TYPE, signer=signer))


def read_signed_containment(path: Path, *, verifiers: Sequence[Verifier]) -> Document[Containment]:
    """Read a containment that one of the team's keys signed. Whether it has expired is asked with each request.

    Args:
        path: The envelope.
        verifiers: Of the keys that may contain.

    Raises:
        VerificationError: If it cannot be read, none of the keys signed it, or it is no containment.
    """
    where = str(path)
    try:
        with path.open("rb") as handle:
            content = handle.read(MAX_BYTES + 1)
    except OSError as fault:
        raise VerificationError(f"cannot read the file: {fault.strerror}", where=where) from fault
    if len(content) > MAX_BYTES:
        raise VerificationError(f"larger than {MAX_BYTES} bytes", where=where)
    named = decode(content, where=where).signature.key_id
    verifier = next((one for one in verifiers if one.key_id == named), None)
    if verifier is None:
        raise VerificationError(
            f"it is signed by key {named[:16]}…, which may not contain", where=where, fix="sign it with the team's key"
        )
    data = strict_json(open_envelope(content, payload_type=PAYLOAD_TYPE, verifier=verifier, where=where), where=where)
    try:
        value = adapter_of(Containment).validate_python(data)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        raise VerificationError(f"it is signed and no containment: {first['msg']}", where=where) from fault
    return Document(value=value, located=Located(path=path, data=data, positions={(): (1, 1)}))
