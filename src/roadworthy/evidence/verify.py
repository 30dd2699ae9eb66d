"""Checks a pack from its bytes and a public key alone: no network, no store, no clock.

Every check is listed in its order. A check that depends on a broken one is *not
checked*, never passed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from roadworthy.core.clock import require_aware
from roadworthy.core.errors import RoadworthyError
from roadworthy.evidence.chain import Checkpoint
from roadworthy.evidence.checks import consents, integrity, meaning
from roadworthy.evidence.checks.reading import NotChecked, Reading
from roadworthy.evidence.ports import KeyReader, RecordReader, Replay, Verifier
from roadworthy.evidence.verification import Check, CheckStatus, Force, Verification
from roadworthy.gates.model import GateDecision

_Look = Callable[[Reading], str]

_CHECKS: tuple[tuple[str, str, tuple[str, ...], _Look], ...] = (
    ("archive", "the archive is byte for byte what Roadworthy writes", (), integrity.read_files),
    ("index", "the index is signed with the given key", ("archive",), integrity.read_index),
    (
        "file-list",
        "every file that the index names is there, and no other",
        ("index",),
        integrity.check_names,
    ),
    (
        "file-digests",
        "every file has the digest and size that the index names",
        ("index",),
        integrity.check_digests,
    ),
    (
        "decision",
        "the decision is signed and is the one that the index names",
        ("file-digests",),
        meaning.read_decision,
    ),
    ("release", "the release is the one that was decided on", ("decision",), meaning.read_release),
    (
        "inputs",
        "policy, assessment, facts and tasks are those of the decision",
        ("decision",),
        meaning.read_inputs,
    ),
    ("evidence", "every piece of evidence is signed and is what it says", ("file-digests",), meaning.read_evidence),
    (
        "evidence-set",
        "the evidence here is exactly what the decision considered",
        ("decision", "inputs", "evidence"),
        meaning.check_evidence_set,
    ),
    (
        "subjects",
        "evidence that counted is about components of this release",
        ("decision", "release", "evidence"),
        meaning.check_subjects,
    ),
    ("tasks", "the evaluation tasks are those of the decision", ("inputs",), meaning.check_tasks),
    ("journals", "every run's redacted journal is there and linked", ("evidence",), meaning.check_journals),
    ("log", "the log is a whole chain", ("file-digests",), integrity.read_log),
    (
        "checkpoint",
        "the log is as long as the signed checkpoint says, and the same",
        ("log",),
        integrity.check_log,
    ),
    (
        "logged",
        "decision and evidence stand in the log",
        ("log", "decision", "evidence"),
        meaning.check_logged,
    ),
    (
        "people",
        "what people said is signed with their own keys, and in the log",
        ("inputs", "log"),
        consents.check_people,
    ),
    ("summaries", "the outside summaries say what the decision says", ("decision",), meaning.check_summaries),
    (
        "claims",
        "every claim of the system card cites evidence that is here",
        ("evidence",),
        meaning.check_claims,
    ),
    (
        "replay",
        "the gate decides the same again from what is here",
        ("evidence-set", "release", "people"),
        meaning.check_replay,
    ),
)


def verify(
    pack: bytes | Mapping[str, bytes],
    *,
    verifier: Verifier,
    reader: RecordReader,
    at: datetime,
    replay: Replay | None = None,
    known_checkpoint: Checkpoint | None = None,
    keys: KeyReader | None = None,
) -> Verification:
    """Check a pack.

    Args:
        pack: The archive's bytes, or the files of an unpacked folder by relative name.
        verifier: The key that must have signed it, from a source that the reader trusts.
            The copy of a key inside the pack is never used.
        reader: Reads records back, strictly.
        at: Time at which the decision is to be relied on, aware.
        replay: Takes the decision again; None leaves that check *not checked*.
        known_checkpoint: A checkpoint of the same log that the reader kept; None where
            there is none, and then a log built anew from its start cannot be noticed.
        keys: Reads the public keys of people that the governance names; None leaves what they signed, where they
            signed something, *not checked*.

    Returns:
        Every check in order; never raises for a broken pack.
    """
    at = require_aware(at, name="at")
    reading = Reading(
        source=pack, verifier=verifier, reader=reader, replay=replay, known_checkpoint=known_checkpoint, keys=keys
    )
    done: dict[str, Check] = {}
    for name, what, needs, look in _CHECKS:
        broken = [need for need in needs if done[need].status is not CheckStatus.OK]
        done[name] = (
            Check(
                name=name,
                what=what,
                status=CheckStatus.NOT_CHECKED,
                detail=f"`{broken[0]}` does not hold",
            )
            if broken
            else _one(name, what, look, reading=reading)
        )
    decision = reading.decision
    return Verification(
        checks=tuple(done.values()),
        force=_force(decision, at=at),
        at=at,
        key_id=verifier.key_id,
        decision=decision.id if decision else None,
        release=decision.release if decision else None,
        verdict=decision.verdict if decision else None,
        valid_until=decision.valid_until if decision else None,
    )


def _one(name: str, what: str, look: _Look, *, reading: Reading) -> Check:
    try:
        return Check(name=name, what=what, status=CheckStatus.OK, detail=look(reading))
    except NotChecked as reason:
        return Check(name=name, what=what, status=CheckStatus.NOT_CHECKED, detail=str(reason))
    except RoadworthyError as error:
        detail = "; ".join((error.problem, *error.details))
        return Check(name=name, what=what, status=CheckStatus.FAILED, detail=detail, where=error.where)
    except ValueError as error:
        # A record that was signed and still breaks a value's own rules: broken, not our mistake.
        return Check(name=name, what=what, status=CheckStatus.FAILED, detail=str(error))


def _force(decision: GateDecision | None, *, at: datetime) -> Force:
    if decision is None:
        return Force.UNKNOWN
    if at < decision.decided_at:
        return Force.NOT_YET
    return Force.IN_FORCE if at < decision.valid_until else Force.EXPIRED
