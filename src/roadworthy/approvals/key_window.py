"""Whether a key counted when the log took in what it signed."""

from __future__ import annotations

from roadworthy.approvals.model import Signed
from roadworthy.governance.model import Person, RevocationReason


def why_key_does_not_count(signed: Signed, *, person: Person) -> str:
    """Return why the signature of a record does not count; empty where it does.

    What is looked at is when the log took the record in, not what the record says of itself: a key that expired or
    was retired cannot be made to count by dating back. What a compromised key signed counts for nothing at any time,
    because whoever had it could have signed before it was noticed.

    Args:
        signed: What the store says of the signature.
        person: Whose signature it must be.
    """
    if not signed.holds or signed.key is None:
        return f"no key of {person.id} in the governance file made its signature"
    key = next((key for key in person.keys if key.id == signed.key), None)
    if key is None:
        return f"key {signed.key} is not {person.id}'s"
    if key.revoked_because is RevocationReason.COMPROMISED:
        return f"key {key.id} was compromised: nothing that it signed counts"
    if signed.recorded_at < key.valid_from:
        return f"key {key.id} was not valid yet when this was recorded"
    if signed.recorded_at >= key.valid_until:
        return f"key {key.id} had expired when this was recorded"
    if key.revoked_at is not None and signed.recorded_at >= key.revoked_at:
        return f"key {key.id} had been revoked when this was recorded"
    return ""
