"""What evidence needs from outside: a signer, a verifier, a reader of records, a replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from roadworthy.core.digest import JsonValue
from roadworthy.core.evidence import Evidence
from roadworthy.gates.inputs import GateInputs
from roadworthy.gates.model import GateDecision
from roadworthy.inventory.release import Release
from roadworthy.policy.resolved import ResolvedPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature and the fingerprint of the key that is said to have made it."""

    key_id: str
    """SHA-256 fingerprint of the public key (SPKI, DER), 64 lower-case hexadecimal digits. A hint: proof is
    only that a key which the reader already trusts verifies ``sig``."""

    sig: bytes


class Signer(Protocol):
    """Signs bytes with one private key. Implementations pass ``tests/contract/test_signer.py``."""

    @property
    def key_id(self) -> str:
        """Fingerprint of the public key."""
        ...

    @property
    def public_pem(self) -> bytes:
        """The public key as PEM, for people to hand on over a channel that they trust."""
        ...

    def sign(self, content: bytes) -> Signature:
        """Return a signature of ``content`` as it is."""
        ...


class Verifier(Protocol):
    """Checks signatures with one public key."""

    @property
    def key_id(self) -> str:
        """Fingerprint of the public key."""
        ...

    def holds(self, content: bytes, sig: bytes) -> bool:
        """Return whether ``sig`` is this key's signature of ``content``. Never raises for a wrong one."""
        ...


class KeyReader(Protocol):
    """Turns a public key as the governance file has it into what checks its signatures."""

    def __call__(self, public: str) -> Verifier:
        """Return the verifier of a key: one line of OpenSSH, or PEM.

        Raises:
            RoadworthyError: If it is no key that can be checked.
        """
        ...


class RecordReader(Protocol):
    """Turns plain JSON back into values, strictly: an unknown or missing field is an error.

    Every method raises ``ValueError`` or `RoadworthyError` when the JSON is not such a record.
    """

    def evidence(self, value: JsonValue) -> Evidence:
        """Read `Evidence`."""
        ...

    def decision(self, value: JsonValue) -> GateDecision:
        """Read a `GateDecision`."""
        ...

    def release(self, value: JsonValue) -> Release:
        """Read a `Release`, whose constructor recomputes its digest."""
        ...

    def policy(self, value: JsonValue) -> ResolvedPolicy:
        """Read a `ResolvedPolicy`."""
        ...

    def inputs(self, value: JsonValue) -> GateInputs:
        """Read `GateInputs`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What a pack holds of one decision: enough to take it again."""

    decision: GateDecision
    release: Release
    policy: ResolvedPolicy
    inputs: GateInputs
    evidence: tuple[Evidence, ...]
    """Everything that was considered, sorted by id."""

    assessment: JsonValue


class Replay(Protocol):
    """Takes a decision again from what was sealed."""

    def __call__(self, sealed: Sealed) -> GateDecision:
        """Return what the gate decides on these inputs, with the id and times of the sealed decision."""
        ...
