"""Signs, with a person's own key, that a finding is closed without a regression test; and says whose key that was."""

from __future__ import annotations

from roadworthy.core.digest import Digest, digest_of, plain
from roadworthy.core.errors import ConfigError, VerificationError
from roadworthy.core.records import Stored
from roadworthy.evidence.dsse import IN_TOTO, encode, open_envelope
from roadworthy.evidence.statement import Statement, parse_statement, sign_statement
from roadworthy.findings.model import Closed, FindingChange, NoRegressionTest
from roadworthy.governance.model import Person
from roadworthy.runtime.oversight.signing import KeyChoice, key_of, signer_for
from roadworthy.runtime.trust.consents import verifiers_of
from roadworthy.runtime.workspace import Workspace

CLOSURE = "urn:roadworthy:predicate:finding-closure:v1"


def needs_signature(change: FindingChange) -> bool:
    """Return whether a change counts only with a signature: where no test keeps a finding mended."""
    return isinstance(change.step, Closed) and isinstance(change.step.regression, NoRegressionTest)


def signed_closure(person: Person, change: FindingChange, *, finding: Digest, choice: KeyChoice) -> dict[str, bytes]:
    """Return the envelope that says ``change`` in the name of ``person``, by predicate type.

    Raises:
        ConfigError: If not exactly one way to sign is chosen, or the key is none of theirs in the governance file.
    """
    signer = signer_for(person, choice)
    if key_of(person, signer) is None:
        raise ConfigError(
            f"this is no key of {person.id} in the governance file",
            where="--key",
            fix="sign with a key whose public half stands there, or have this one added",
        )
    return {CLOSURE: encode(sign_statement(_statement(change, finding=finding), signer=signer))}


def closure_key(workspace: Workspace, stored: Stored[FindingChange], *, finding: Digest) -> str | None:
    """Return the id of the key with which who closed a finding signed exactly that; None where none can be found."""
    person = workspace.governance.person(stored.record.by) if workspace.governance is not None else None
    envelope = stored.envelopes.get(CLOSURE)
    if person is None or envelope is None:
        return None
    wanted = _statement(stored.record, finding=finding)
    for key, verifier in verifiers_of(person).items():
        try:
            payload = open_envelope(envelope, payload_type=IN_TOTO, verifier=verifier, where=CLOSURE)
            found = parse_statement(payload, where=CLOSURE)
        except VerificationError:
            continue
        if (found.predicate_type, found.subjects, dict(found.predicate)) == (
            wanted.predicate_type,
            wanted.subjects,
            dict(wanted.predicate),
        ):
            return key
    return None


def _statement(change: FindingChange, *, finding: Digest) -> Statement:
    return Statement(
        subjects=((change.of, finding),),
        predicate_type=CLOSURE,
        predicate={"record": plain(change), "recordDigest": digest_of(change)},
    )
