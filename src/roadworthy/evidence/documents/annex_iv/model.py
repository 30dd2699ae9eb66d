"""The technical file as a value: its points, what stands under each, and its gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.evidence.documents.annex_iv.outline import (
    CANNOT_TELL,
    FORBIDDEN,
    LAW,
    NOT_OWED,
    OUTLINE,
    OWED,
    SIMPLIFIED,
    Point,
)
from roadworthy.evidence.documents.annex_iv.points import FILL
from roadworthy.evidence.documents.citation import Gap, Part
from roadworthy.evidence.documents.dossier import Dossier
from roadworthy.evidence.documents.parts import said

REGIME = "eu-ai-act"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledPoint:
    """A point and what is known of what it asks for."""

    __pydantic_config__: ClassVar = STRICT

    point: Point
    parts: tuple[Part, ...]
    """Empty only for the heading of a point with letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGap:
    """Something that is missing, and every point where a reader expects it."""

    __pydantic_config__: ClassVar = STRICT

    points: tuple[str, ...]
    gap: Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicalFile:
    """The technical file of one release, and its JSON form."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/annex-iv/v1"] = "roadworthy/annex-iv/v1"
    law: str
    owed: str
    """Whether the law asks for this file, as far as the assessment can tell."""

    simplified: str
    """What small enterprises may do; empty where that was not asked for."""

    name: str
    system: str
    version: str
    release: Digest
    decision: str
    decision_digest: Digest
    policy: Digest
    assessment: Digest
    verdict: str
    tier: str
    decided_at: datetime
    valid_until: datetime
    written_at: datetime
    lapsed: bool
    points: tuple[FilledPoint, ...]
    gaps: tuple[OpenGap, ...]
    """In the order of the points, each once."""

    def __post_init__(self) -> None:
        for name in ("decided_at", "valid_until", "written_at"):
            object.__setattr__(self, name, require_aware(getattr(self, name), name=name))


def technical_file_of(dossier: Dossier, *, decision_digest: Digest, simplified: bool = False) -> TechnicalFile:
    """Return the technical file of the release that was decided on.

    Args:
        dossier: What it is written from.
        decision_digest: Digest of the decision's record.
        simplified: Say what Article 11(1) lets small enterprises do.

    Raises:
        EvidenceError: If evidence that is cited is not the one that counted.
    """
    points = tuple(
        FilledPoint(point=point, parts=FILL[point.id](dossier) if point.id in FILL else ()) for point in OUTLINE
    )
    decision = dossier.decision
    return TechnicalFile(
        law=LAW,
        owed=_owed(dossier),
        simplified=SIMPLIFIED if simplified else "",
        name=said(dossier.system.get("name")) or decision.system,
        system=decision.system,
        version=decision.version,
        release=decision.release,
        decision=decision.id,
        decision_digest=decision_digest,
        policy=decision.policy,
        assessment=decision.assessment,
        verdict=decision.verdict.value,
        tier=decision.tier.value,
        decided_at=decision.decided_at,
        valid_until=decision.valid_until,
        written_at=dossier.written_at,
        lapsed=dossier.lapsed,
        points=points,
        gaps=_gaps(points),
    )


def _gaps(points: tuple[FilledPoint, ...]) -> tuple[OpenGap, ...]:
    found: dict[Gap, list[str]] = {}
    for filled in points:
        for part in filled.parts:
            if isinstance(part, Gap):
                found.setdefault(part, []).append(filled.point.id)
    return tuple(OpenGap(points=tuple(dict.fromkeys(ids)), gap=gap) for gap, ids in found.items())


def _owed(dossier: Dossier) -> str:
    law = next((regime for regime in dossier.assessment.legal if regime.regime == REGIME), None)
    if law is None:
        return CANNOT_TELL
    if law.established == "prohibited":
        return FORBIDDEN
    if law.established.startswith("high_risk"):
        return OWED
    return NOT_OWED if law.could_be is None else CANNOT_TELL
