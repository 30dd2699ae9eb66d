"""A decision in the words of outside verifiers: SLSA VSA and in-toto SVR.

Both say less than our own predicate: neither can say *cannot tell*, waived or expiring.
They stand beside the decision, never in its place, and an extension field names it by digest.

Source:
    SLSA, Verification Summary Attestation v1; in-toto, Simple Verification Result v0.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from roadworthy.approvals.standing import ConsentState
from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import Digest, JsonValue, digest_of
from roadworthy.core.errors import EvidenceError
from roadworthy.evidence.statement import Statement, release_subject, resource
from roadworthy.gates.model import GateDecision, RuleOutcome, Verdict

VSA = "https://slsa.dev/verification_summary/v1"
SVR = "https://in-toto.io/attestation/svr/v0.2"
EXTENSION = "urn:roadworthy:predicate:gate-decision:v1"
"""Name of the extension field, a URI as the parsing rules ask."""

_PASSED = {Verdict.SHIP, Verdict.CONDITIONS}


def vsa_of(decision: GateDecision, *, attestations: Mapping[str, Digest]) -> Statement:
    """Return the decision as a SLSA verification summary.

    ``verifiedLevels`` never claims a SLSA level, because the gate checks none. The
    format has no expiry: a reader must look at the decision's ``valid_until``.

    Args:
        decision: What was decided. Only *ship* and *conditions* are ``PASSED``.
        attestations: Digest of every evidence envelope that was considered, by its name
            in the pack. All of them: the format forbids naming some.
    """
    passed = decision.verdict in _PASSED
    return Statement(
        subjects=(release_subject(decision),),
        predicate_type=VSA,
        predicate={
            "verifier": {"id": _verifier(decision)},
            "timeVerified": rfc3339(decision.decided_at),
            "resourceUri": _release_uri(decision),
            "policy": _policy(decision),
            "inputAttestations": [resource(attestations[name], uri=name) for name in sorted(attestations)],
            "verificationResult": "PASSED" if passed else "FAILED",
            "verifiedLevels": _levels(decision) if passed else ["FAILED"],
            EXTENSION: _extension(decision),
        },
    )


def svr_of(decision: GateDecision) -> Statement:
    """Return the decision as a simple verification result.

    The format says what holds and nothing else, so it exists only for *ship*: with
    conditions, silence about what is owed would read as a clean pass. It cannot say *excepted*, and what an
    exception lets through is never *ship*, so there is none of such a release either.

    Raises:
        EvidenceError: If the verdict is anything but *ship*.
    """
    if decision.verdict is not Verdict.SHIP or any(result.exceptions for result in decision.results):
        raise EvidenceError(
            f"a verdict of {decision.verdict.value!r} has no simple verification result",
            where=decision.id,
            fix="read the gate-decision statement, which can say what is owed",
        )
    held = sorted({r.rule for r in decision.results if r.outcome is RuleOutcome.PASS})
    return Statement(
        subjects=(release_subject(decision),),
        predicate_type=SVR,
        predicate={
            "verifier": {"id": _verifier(decision)},
            "timeCreated": rfc3339(decision.decided_at),
            "properties": ["ROADWORTHY_SHIP", *(f"ROADWORTHY_RULE_{rule}" for rule in held)],
            "policies": [_policy(decision)],
            EXTENSION: _extension(decision),
        },
    )


def _levels(decision: GateDecision) -> list[JsonValue]:
    """Our own words for a release that is let through; never a SLSA level."""
    levels: list[JsonValue] = [f"ROADWORTHY_{decision.verdict.value.upper()}"]
    if any(standing.waived for standing in decision.exceptions):
        levels.append("ROADWORTHY_WITH_EXCEPTIONS")
    if decision.consent is not None and decision.consent.state is ConsentState.APPROVED:
        levels.append("ROADWORTHY_APPROVED_BY_PEOPLE")
    return levels


def _policy(decision: GateDecision) -> JsonValue:
    return resource(decision.policy, uri=f"urn:roadworthy:policy:{decision.policy}")


def _verifier(decision: GateDecision) -> str:
    return f"urn:roadworthy:gate:{quote(decision.evaluator, safe='')}"


def _release_uri(decision: GateDecision) -> str:
    return f"urn:roadworthy:release:{quote(decision.system, safe='')}:{quote(decision.version, safe='')}"


def _extension(decision: GateDecision) -> JsonValue:
    return {
        "decision": decision.id,
        "digest": digest_of(decision),
        "verdict": decision.verdict.value,
        "validUntil": rfc3339(decision.valid_until),
        "exceptions": [standing.id for standing in decision.exceptions if standing.waived],
        "consent": None if decision.consent is None else decision.consent.state.value,
        "approvers": [] if decision.consent is None else list(decision.consent.approvers),
    }
