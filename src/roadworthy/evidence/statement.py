"""What is signed about evidence and decisions: in-toto statements and their exact bytes.

The record itself stands in the predicate, so that a reader gets back what was decided
on; beside it stand the same figures in the words that outside verifiers look for.
``docs/reference/predicates.md`` describes every field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from roadworthy.core.calibration import JudgeUse
from roadworthy.core.digest import Digest, JsonValue, canonical_json, digest_of, is_digest, plain
from roadworthy.core.errors import VerificationError
from roadworthy.core.evidence import Evidence, RunResult
from roadworthy.core.result import Measurement
from roadworthy.core.subject import Subject
from roadworthy.evidence.dsse import IN_TOTO, Envelope, seal, strict_json
from roadworthy.evidence.ports import Signer
from roadworthy.gates.model import GateDecision

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
EVAL_RESULT = "urn:roadworthy:predicate:eval-result:v1"
GATE_DECISION = "urn:roadworthy:predicate:gate-decision:v1"
DECLARATION = "urn:roadworthy:predicate:declaration:v1"
CALIBRATION = "urn:roadworthy:predicate:judge-calibration:v1"
CONTROL_PROOF = "urn:roadworthy:predicate:control-proof:v1"

NON_CLAIMS = (
    "It does not say that the samples represent what users will ask.",
    "It does not say that the scorers judge as a person would; see their versions in the task.",
    "It does not say anything about components other than its subjects.",
    "A signature says who states this, not that it is true.",
)
"""What an evaluation result never says. Stands in every one, because readers assume it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Who states what about which digests. Its bytes are canonical JSON, and they are what is signed."""

    subjects: tuple[tuple[str, Digest], ...]
    """Name and digest of each thing; several mean that the predicate is about all of them together."""

    predicate_type: str
    """URI, with the version: what a reader must understand to read the predicate."""

    predicate: Mapping[str, JsonValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.subjects:
            raise ValueError("a statement needs a subject with a digest")
        bad = next((digest for _, digest in self.subjects if not is_digest(digest)), None)
        if bad is not None:
            raise ValueError(f"statement subject: {bad!r} is not a sha256 digest")

    @property
    def content(self) -> bytes:
        """The exact bytes."""
        return canonical_json(
            {
                "_type": STATEMENT_TYPE,
                "subject": [resource(digest, name=name) for name, digest in self.subjects],
                "predicateType": self.predicate_type,
                "predicate": dict(self.predicate),
            }
        )


def resource(digest: Digest, **fields: JsonValue) -> dict[str, JsonValue]:
    """Return an in-toto resource descriptor: ``fields`` and the digest as a digest set.

    >>> resource("sha256:" + "0" * 64, name="a")["digest"]["sha256"][:4]
    '0000'
    """
    return {**fields, "digest": {"sha256": digest.removeprefix("sha256:")}}


def sign_statement(statement: Statement, *, signer: Signer) -> Envelope:
    """Sign the exact bytes of ``statement``."""
    return seal(statement.content, payload_type=IN_TOTO, signer=signer)


def parse_statement(content: bytes, *, where: str) -> Statement:
    """Read the bytes of a statement that `Statement.content` wrote.

    Raises:
        VerificationError: If they are not such a statement, byte for byte.
    """
    match strict_json(content, where=where):
        case {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [*subjects],
            "predicateType": str(predicate_type),
            "predicate": dict(predicate),
            **rest,
        } if subjects and not rest:
            return Statement(
                subjects=tuple(_subject(subject, where=where) for subject in subjects),
                predicate_type=predicate_type,
                predicate=predicate,
            )
        case _:
            raise VerificationError("the payload is not an in-toto Statement v1", where=where)


def statement_of_evidence(
    evidence: Evidence, *, redacted_journal: Digest | None = None, harness: Digest | None = None
) -> Statement:
    """State what a piece of evidence found.

    Args:
        evidence: The record. An evaluation run becomes an ``eval-result``, a judge's errors a
            ``judge-calibration``, what planted mistakes showed of the controls a ``control-proof``,
            everything that a person says a ``declaration``.
        redacted_journal: Digest of the redacted journal that goes with it; None when none does.
        harness: Digest of the evaluating code; None when it was not recorded.
    """
    subjects = tuple(_name_and_digest(subject) for subject in evidence.subjects)
    record: dict[str, JsonValue] = {"evidence": plain(evidence), "evidenceDigest": digest_of(evidence)}
    if evidence.calibration is not None:
        return Statement(subjects=subjects, predicate_type=CALIBRATION, predicate=record)
    if evidence.proof is not None:
        return Statement(subjects=subjects, predicate_type=CONTROL_PROOF, predicate=record)
    if evidence.result is None:
        return Statement(subjects=subjects, predicate_type=DECLARATION, predicate=record)
    return Statement(
        subjects=subjects,
        predicate_type=EVAL_RESULT,
        predicate={
            **record,
            "harness": {
                "name": evidence.producer.name,
                "version": evidence.producer.version,
                "digest": harness,
            },
            "journal": {"digest": evidence.result.journal_digest, "redacted": redacted_journal},
            **_run(evidence.result),
            "assuranceLevel": evidence.assurance.value,
            "nonClaims": list(NON_CLAIMS),
        },
    )


def statement_of_decision(decision: GateDecision) -> Statement:
    """State what the gate decided about a release."""
    return Statement(
        subjects=(release_subject(decision),),
        predicate_type=GATE_DECISION,
        predicate={"decision": plain(decision), "decisionDigest": digest_of(decision)},
    )


def release_subject(decision: GateDecision) -> tuple[str, Digest]:
    """Return the name and digest by which statements about a decision name its release."""
    return f"release:{decision.system} {decision.version}", decision.release


def _run(result: RunResult) -> dict[str, JsonValue]:
    return {
        "task": {"id": result.task, "category": result.category, "digest": result.task_digest},
        "run": result.run,
        "registration": {
            "at": plain(result.registered_at),
            "policy": result.registered_policy,
            "bars": plain(result.bars),
        },
        "results": [_measured(measurement) for measurement in result.measurements],
        "errors": result.errors,
    }


def _measured(measurement: Measurement) -> JsonValue:
    """The figures without the per-cluster counts, which the record has."""
    return {
        "metric": measurement.metric,
        "slice": measurement.slice,
        "numerator": measurement.numerator,
        "sampleSize": measurement.denominator,
        "attempted": measurement.attempted,
        "estimate": measurement.estimate,
        "coverage": measurement.coverage,
        "interval": plain(measurement.interval),
        "samplingDesign": measurement.design,
        **({"judge": _judge(measurement.judge)} if measurement.judge is not None else {}),
    }


def _judge(use: JudgeUse) -> JsonValue:
    """Which judge gave the outcomes, and whether anybody counted its errors; the counts are in the record."""
    known = use.calibration
    return {
        "id": use.judge,
        "digest": use.digest,
        "targetFamily": use.target_family,
        "calibrated": None if known is None else {"at": plain(known.calibrated_at), "gold": known.gold},
    }


def _name_and_digest(subject: Subject) -> tuple[str, Digest]:
    return f"{subject.kind}:{subject.name}", subject.digest


def _subject(value: JsonValue, *, where: str) -> tuple[str, Digest]:
    match value:
        case {"name": str(name), "digest": {"sha256": str(digest)}} if is_digest(f"sha256:{digest}"):
            return name, f"sha256:{digest}"
        case _:
            raise VerificationError("a subject of the statement has no name or no sha256 digest", where=where)
