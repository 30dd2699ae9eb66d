"""Reads what people said: each record with whether its signature holds, by which key, and when the log took it in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from roadworthy.adapters.keys.public import parse_key
from roadworthy.adapters.store.log_times import recorded_at
from roadworthy.approvals.history import as_of
from roadworthy.approvals.model import (
    Consents,
    HeldApproval,
    HeldConditionMet,
    HeldDelegation,
    HeldIndependentReview,
    HeldWithdrawal,
    Signed,
)
from roadworthy.core.digest import Digest
from roadworthy.core.errors import VerificationError
from roadworthy.core.records import Stored
from roadworthy.evidence.consent import SignedByPerson, key_that_signed, signer_of
from roadworthy.evidence.ports import Verifier
from roadworthy.governance.model import Governance, Person
from roadworthy.runtime.workspace import Workspace

Said = TypeVar("Said", bound=SignedByPerson)

KINDS = ("approval", "delegation", "withdrawal", "condition-met", "independent-review")


def consents_of(workspace: Workspace, *, at: datetime | None = None) -> Consents:
    """Return everything that people said in this workspace about anything.

    A signature is held against the keys that the governance file names for the person whose word it must be.

    Args:
        workspace: The repository.
        at: Leave out what the log took in later; None: leave out nothing.

    Raises:
        VerificationError: If a record or its log entry was changed.
        StoreError: If the store cannot be read.
    """
    requests = tuple(stored.record for stored in workspace.requests.all())
    approvals = tuple(workspace.approvals.all())
    delegations = tuple(workspace.delegations.all())
    conditions_met = tuple(workspace.conditions_met.all())
    withdrawals = tuple(workspace.withdrawals.all())
    independent_reviews = tuple(workspace.independent_reviews.all())
    # The log is read last: what somebody adds meanwhile is then in the log of every record that was read.
    signatures = Signatures(workspace.governance, times=recorded_at(workspace.ledger, kinds=KINDS))
    found = Consents(
        requests=requests,
        approvals=tuple(
            HeldApproval(approval=one.record, digest=one.digest, signed=signatures.of(one)) for one in approvals
        ),
        delegations=tuple(
            HeldDelegation(delegation=one.record, digest=one.digest, signed=signatures.of(one)) for one in delegations
        ),
        conditions_met=tuple(
            HeldConditionMet(met=one.record, digest=one.digest, signed=signatures.of(one)) for one in conditions_met
        ),
        withdrawals=tuple(
            HeldWithdrawal(withdrawal=one.record, digest=one.digest, signed=signatures.of(one)) for one in withdrawals
        ),
        independent_reviews=tuple(
            HeldIndependentReview(review=one.record, digest=one.digest, signed=signatures.of(one))
            for one in independent_reviews
        ),
    )
    return found if at is None else as_of(found, at)


class Signatures:
    """Holds signatures against the keys of a governance file.

    Args:
        governance: Who has which keys; None: nobody has one.
        times: When the log took each record in, by its digest.
    """

    def __init__(self, governance: Governance | None, *, times: Mapping[Digest, datetime]) -> None:
        self._governance = governance
        self._times = times
        self._verifiers: dict[str, dict[str, Verifier]] = {}

    def of(self, stored: Stored[Said]) -> Signed:
        """Return what is to be said of the signature of ``stored``.

        Raises:
            VerificationError: If no log entry is about it.
        """
        key = key_that_signed(
            stored.record, envelopes=stored.envelopes, verifiers=self._keys_of(signer_of(stored.record))
        )
        if stored.digest not in self._times:
            raise VerificationError(f"{stored.digest} is in no log entry", fix="run `rw log verify`")
        return Signed(holds=key is not None, key=key, recorded_at=self._times[stored.digest])

    def _keys_of(self, name: str) -> dict[str, Verifier]:
        if name not in self._verifiers:
            person = None if self._governance is None else self._governance.person(name)
            self._verifiers[name] = {} if person is None or person.id != name else verifiers_of(person)
        return self._verifiers[name]


def verifiers_of(person: Person) -> dict[str, Verifier]:
    """Return what checks the signatures of ``person``, by the key's id in the governance file.

    Raises:
        ConfigError: If a key cannot be read.
    """
    return {key.id: parse_key(key.public.encode("utf-8"), where=f"key {key.id}") for key in person.keys}
