"""Everything that people signed and that a decision was made on, each with the file of a pack that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roadworthy.approvals.model import Consents, Signed
from roadworthy.core.digest import Digest
from roadworthy.evidence.consent import SignedByPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one person said, with the file that holds it as it was signed."""

    record: SignedByPerson
    digest: Digest
    signed: Signed
    file: str


def words_of(consents: Consents) -> Iterator[Word]:
    """Yield everything that people signed, with the name of its file in a pack."""
    for approval in consents.approvals:
        yield _word(approval.approval, approval.digest, approval.signed, folder="approvals")
    for delegation in consents.delegations:
        yield _word(delegation.delegation, delegation.digest, delegation.signed, folder="delegations")
    for met in consents.conditions_met:
        yield _word(met.met, met.digest, met.signed, folder="conditions-met")
    for withdrawal in consents.withdrawals:
        yield _word(withdrawal.withdrawal, withdrawal.digest, withdrawal.signed, folder="withdrawals")
    for review in consents.independent_reviews:
        yield _word(review.review, review.digest, review.signed, folder="independent-reviews")


def _word(record: SignedByPerson, digest: Digest, signed: Signed, *, folder: str) -> Word:
    return Word(record=record, digest=digest, signed=signed, file=f"{folder}/{record.id}.dsse.json")
