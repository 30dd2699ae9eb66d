"""What people sign: in-toto statements about requests, approvals and the like, and whose key made a signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from roadworthy.approvals.model import Approval, ConditionMet, Delegation, IndependentReview, Withdrawal
from roadworthy.core.digest import Digest, digest_of, plain
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.dsse import IN_TOTO, decode, open_envelope
from roadworthy.evidence.ports import Verifier
from roadworthy.evidence.statement import Statement, parse_statement

APPROVAL = "urn:roadworthy:predicate:approval:v1"
DELEGATION = "urn:roadworthy:predicate:delegation:v1"
WITHDRAWAL = "urn:roadworthy:predicate:withdrawal:v1"
CONDITION_MET = "urn:roadworthy:predicate:condition-met:v1"
INDEPENDENT_REVIEW = "urn:roadworthy:predicate:independent-review:v1"

SignedByPerson: TypeAlias = Approval | Delegation | Withdrawal | ConditionMet | IndependentReview
"""What somebody says with their own key."""


def statement_of_consent(record: SignedByPerson, *, about: Digest | None = None) -> Statement:
    """Return the statement that a person signs to say ``record``.

    Args:
        record: What is said.
        about: Digest of the approval that a withdrawal or a met condition is about, or of the request; an approval
            is about its payload, and a delegation about itself.
    """
    digest = digest_of(record)
    kind, name, subject = _heading(record, digest=digest, about=about)
    return Statement(
        subjects=((name, subject),),
        predicate_type=kind,
        predicate={"record": plain(record), "recordDigest": digest},
    )


def _heading(record: SignedByPerson, *, digest: Digest, about: Digest | None) -> tuple[str, str, Digest]:
    match record:
        case Approval():
            return APPROVAL, f"{record.kind.value} payload", record.payload
        case Delegation():
            return DELEGATION, record.id, digest
        case Withdrawal():
            return WITHDRAWAL, record.of, about or digest
        case ConditionMet():
            return CONDITION_MET, record.approval, about or digest
        case IndependentReview():
            return INDEPENDENT_REVIEW, "evidence", record.evidence


def signer_of(record: SignedByPerson) -> str:
    """Return the id of the person whose key must have signed ``record``."""
    match record:
        case Approval():
            return record.approver
        case Delegation():
            return record.lender
        case Withdrawal() | ConditionMet() | IndependentReview():
            return record.by


def key_that_signed(
    record: SignedByPerson, *, envelopes: Mapping[str, bytes], verifiers: Mapping[str, Verifier]
) -> str | None:
    """Return the id of the key that signed exactly ``record``; None where none of ``verifiers`` did.

    Args:
        record: What the store, or a pack, says was said.
        envelopes: Signed statements about it, by predicate type.
        verifiers: What checks signatures, by the key's id in the governance file: of the keys of the one person
            whose word it must be.
    """
    wanted = statement_of_consent(record)
    envelope = envelopes.get(wanted.predicate_type)
    if envelope is None:
        return None
    try:
        named = decode(envelope, where=wanted.predicate_type).signature.key_id
    except VerificationError:
        return None
    for key, verifier in verifiers.items():
        if verifier.key_id == named and _says(record, envelope, verifier=verifier):
            return key
    return None


def _says(record: SignedByPerson, envelope: bytes, *, verifier: Verifier) -> bool:
    wanted = statement_of_consent(record)
    try:
        payload = open_envelope(envelope, payload_type=IN_TOTO, verifier=verifier, where=wanted.predicate_type)
        found = parse_statement(payload, where=wanted.predicate_type)
    except VerificationError:
        return False
    if found.predicate_type != wanted.predicate_type or dict(found.predicate) != dict(wanted.predicate):
        return False
    return found.subjects == wanted.subjects if isinstance(record, Approval | Delegation | IndependentReview) else True
