"""Recalls evidence: what is voided by what became known later, shown before and recorded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from roadworthy.core.errors import ConfigError, ConflictError, NotFoundError, NotPermittedError
from roadworthy.core.evidence import Evidence
from roadworthy.core.records import Stored
from roadworthy.core.subject import STRICT
from roadworthy.gates.model import GateDecision, Validity, Verdict
from roadworthy.gates.oversight.recalled import is_recalled
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.governance.model import ActorKind
from roadworthy.runtime.oversight.acting import acting_human
from roadworthy.runtime.workspace import Workspace

MAX_REASON_CHARACTERS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallWish:
    """What somebody wants to recall. Every part that is given must match."""

    cause: RecallCause
    reason: str
    producer: str | None = None
    versions: tuple[str, ...] = ()
    subject: str | None = None
    """Digest, the start of one, or the key of a component of a release that is in the store."""

    evidence: tuple[str, ...] = ()
    observed_from: datetime | None = None
    observed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidedEvidence:
    """A piece of evidence that a recall voids."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    type: str
    producer: str
    """Name and version."""

    observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidedDecision:
    """A decision that let a release through and rests on evidence that a recall voids."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    system: str
    version: str
    release: str
    verdict: Verdict
    decided_at: datetime
    rests_on: tuple[str, ...]
    """Ids of the voided pieces that it counted, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallReach:
    """What a recall voids: exactly this and nothing else."""

    __pydantic_config__: ClassVar = STRICT

    recall: Recall
    evidence: tuple[VoidedEvidence, ...]
    decisions: tuple[VoidedDecision, ...]
    releases: tuple[str, ...]
    """System and version of each release that was let through on such evidence, sorted."""


def wish_of(
    *,
    cause: str,
    reason: str,
    producer: str | None = None,
    versions: Sequence[str] = (),
    subject: str | None = None,
    evidence: Sequence[str] = (),
    window: tuple[datetime | None, datetime | None] = (None, None),
) -> RecallWish:
    """Return what was typed as a wish.

    Raises:
        ConfigError: If the cause is none of the list.
    """
    try:
        known = RecallCause(cause.replace("-", "_"))
    except ValueError as error:
        causes = ", ".join(one.value for one in RecallCause)
        raise ConfigError(f"{cause!r} is no cause", where="--cause", fix=f"give {causes}") from error
    return RecallWish(
        cause=known,
        reason=reason,
        producer=producer,
        versions=tuple(versions),
        subject=subject,
        evidence=tuple(evidence),
        observed_from=window[0],
        observed_until=window[1],
    )


def plan_recall(workspace: Workspace, wish: RecallWish) -> RecallReach:
    """Return what ``wish`` would void. Nothing is written.

    Raises:
        NotPermittedError: If nobody known acts, or a service or agent does.
        ConfigError: If it says nothing to match, gives no reason, or its window is empty.
        NotFoundError: If it names evidence or a component that is not in the store.
    """
    person = acting_human(workspace, action="recall").id
    reason = wish.reason.strip()
    if not reason or len(reason) > MAX_REASON_CHARACTERS:
        raise ConfigError(
            "a recall needs a reason" if not reason else f"a reason has at most {MAX_REASON_CHARACTERS} characters",
            where="--reason",
            fix="say in a sentence what became known",
        )
    for key in wish.evidence:
        workspace.evidence.record(key)
    try:
        recall = Recall(
            id=workspace.ids.new("recall"),
            cause=wish.cause,
            reason=reason,
            producer=wish.producer,
            versions=wish.versions,
            subject=_subject(workspace, wish.subject),
            evidence=tuple(sorted({workspace.evidence.record(key).id for key in wish.evidence})),
            observed_from=wish.observed_from,
            observed_until=wish.observed_until,
            recorded_by=person,
            recorded_at=workspace.clock.now(),
        )
    except ValueError as error:
        raise ConfigError(
            str(error), where="rw evidence recall", fix="name a producer, a subject or pieces of evidence"
        ) from error
    return reach_of(workspace, recall)


def reach_of(workspace: Workspace, recall: Recall) -> RecallReach:
    """Return which evidence, decisions and releases ``recall`` voids."""
    pieces = [stored.record for stored in workspace.evidence.all() if is_recalled(recall, stored.record)]
    voided = {piece.id for piece in pieces}
    decisions = tuple(
        decision for stored in workspace.decisions.all() if (decision := _voided(stored.record, voided)) is not None
    )
    return RecallReach(
        recall=recall,
        evidence=tuple(_shown(piece) for piece in sorted(pieces, key=lambda piece: (piece.observed_at, piece.id))),
        decisions=decisions,
        releases=tuple(sorted({f"{decision.system} {decision.version}" for decision in decisions})),
    )


def producers(workspace: Workspace) -> tuple[str, ...]:
    """Return name and version of everything that made evidence which is here, sorted."""
    made = {stored.record.producer for stored in workspace.evidence.all()}
    return tuple(sorted(f"{producer.name} {producer.version}" for producer in made))


def record_recall(workspace: Workspace, recall: Recall, *, observed: bool = False) -> Stored[Recall]:
    """Store ``recall``. From now on what it matches counts for no decision, and decisions on it are void.

    Args:
        workspace: The repository.
        recall: What is voided, and why.
        observed: It follows from a change that a program saw and recorded, by a fixed rule: nobody has to answer for
            it, and evidence that counts no more must not go on counting until somebody comes by.

    Raises:
        NotPermittedError: If who recorded it is nobody of the governance file, or no human, unless it was observed.
        ConflictError: If another recall has its id.
    """
    if not observed:
        _require_person(workspace, recall.recorded_by)
    held = [stored.record for stored in workspace.recalls.all() if stored.record.id == recall.id]
    if held and held[0] != recall:
        raise ConflictError(f"there is another recall {recall.id}", fix="record it under a new id")
    workspace.recalls.add(recall, claim=f"{recall.id}/0")
    return workspace.recalls.get(recall.id)


def _require_person(workspace: Workspace, name: str) -> None:
    governance = workspace.governance
    person = governance.person(name) if governance is not None else None
    if person is None or person.kind is not ActorKind.HUMAN:
        raise NotPermittedError(
            f"{name!r} is no person of the governance file, so nobody answers for the recall",
            where="governance.yaml",
            fix="let a person record it: set ROADWORTHY_ACTOR to their id",
        )


def _subject(workspace: Workspace, named: str | None) -> str | None:
    if named is None:
        return None
    text = named.removeprefix("sha256:").lower()
    if set(text) <= set("0123456789abcdef") and len(text) == 64:
        return f"sha256:{text}"
    found = sorted(
        {
            part.digest
            for stored in workspace.releases.all()
            for part in stored.record.components
            if part.key == named or (len(text) >= 8 and part.digest.startswith(f"sha256:{text}"))
        }
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(
            f"component {named!r} had {len(found)} digests in the releases that are known",
            where="--subject",
            fix="give the digest: " + ", ".join(found[:5]),
        )
    raise NotFoundError(
        f"no component of a known release is called {named!r}",
        where="--subject",
        fix="give its key, or the whole digest of a judge, dataset or document",
    )


def _shown(piece: Evidence) -> VoidedEvidence:
    producer = f"{piece.producer.name} {piece.producer.version}"
    return VoidedEvidence(id=piece.id, type=piece.type, producer=producer, observed_at=piece.observed_at)


def _voided(decision: GateDecision, voided: set[str]) -> VoidedDecision | None:
    counted = {u.id for r in decision.results for u in r.evidence if u.validity is Validity.VALID}
    hit: Sequence[str] = sorted(counted & voided)
    if not hit or decision.verdict not in (Verdict.SHIP, Verdict.CONDITIONS):
        return None
    return VoidedDecision(
        id=decision.id,
        system=decision.system,
        version=decision.version,
        release=decision.release,
        verdict=decision.verdict,
        decided_at=decision.decided_at,
        rests_on=tuple(hit),
    )
