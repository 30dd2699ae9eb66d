"""Which evidence a vendor's change voids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roadworthy.core.digest import Digest
from roadworthy.core.evidence import Evidence
from roadworthy.vendors.changes import ChangeKind, VendorChange

REVIEW = "review:vendor"
"""Type of the evidence that a vendor was looked at."""


class Voids(StrEnum):
    """Why evidence counts no more."""

    COMPONENT_CHANGED = "component_changed"
    TERMS_CHANGED = "terms_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voiding:
    """Evidence that counts no more because of one change: every given part must match."""

    change: str
    cause: Voids
    reason: str
    subject: Digest | None = None
    """Digest of the component; None: the pieces are named."""

    evidence: tuple[str, ...] = ()
    """Ids of pieces, sorted."""

    observed_until: datetime | None = None
    """First moment whose evidence counts again."""


def voiding_of(
    change: VendorChange,
    *,
    components: Sequence[tuple[str, Digest]],
    mine: Collection[str],
    evidence: Sequence[Evidence],
) -> tuple[Voiding, ...]:
    """Return what a change voids.

    A model that moved behind its name: all evidence on the component that was observed before the move was noticed.
    What was observed before the last look is about a model that is not served any more, and what was observed since
    may be about either. Terms, a certificate or a withdrawal: the reviews of the vendor from before.

    Args:
        change: What changed.
        components: Key and digest of every component of every known release and of the one in the making.
        mine: Keys of the components that come from the vendor.
        evidence: What there is.
    """
    if change.kind is ChangeKind.ALIAS_MOVED:
        return tuple(
            Voiding(
                change=change.id,
                cause=Voids.COMPONENT_CHANGED,
                reason=change.what,
                subject=digest,
                observed_until=change.noticed_at,
            )
            for digest in sorted({digest for key, digest in components if key == change.subject})
        )
    others = {key for key, _ in components} - set(mine)
    reviews = tuple(
        sorted(
            piece.id
            for piece in evidence
            if piece.type == REVIEW and piece.observed_at < change.noticed_at and _is_about(piece, mine, others)
        )
    )
    if not reviews:
        return ()
    return (
        Voiding(
            change=change.id,
            cause=Voids.TERMS_CHANGED,
            reason=change.what,
            evidence=reviews,
            observed_until=change.noticed_at,
        ),
    )


def _is_about(piece: Evidence, mine: Collection[str], others: Collection[str]) -> bool:
    """Return whether a review may be about the vendor: it names one of its components, or no component at all."""
    named = {subject.name for subject in piece.subjects}
    return bool(named & set(mine)) or not named & set(others)
