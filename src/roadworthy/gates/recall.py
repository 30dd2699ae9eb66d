"""Recalls: evidence that counts no more because of what became known later about what it was made with or of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT


class RecallCause(StrEnum):
    """What became known."""

    COLLECTOR_FAULTY = "collector_faulty"
    DATASET_FAULTY = "dataset_faulty"
    JUDGE_FAULTY = "judge_faulty"
    COMPONENT_CHANGED = "component_changed"
    """Behind the same name is another one: a provider moved an alias, or changed the model under it."""

    TERMS_CHANGED = "terms_changed"
    EVIDENCE_FALSE = "evidence_false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Voids every piece of evidence that it matches, and nothing else. Every part that is given must match.

    Raises:
        ValueError: If it matches everything, or its window is empty.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/recall/v1"] = "roadworthy/recall/v1"
    id: str
    cause: RecallCause
    reason: str
    producer: str | None = None
    """Name of the producer; None: any."""

    versions: tuple[str, ...] = ()
    """Versions of the producer; empty: any."""

    subject: Digest | None = None
    """Digest of a component, dataset, judge or document that it was about or made with; None: any."""

    evidence: tuple[str, ...] = ()
    """Ids of single pieces; empty: any."""

    observed_from: datetime | None = None
    """First moment of observation, included; None: from the beginning."""

    observed_until: datetime | None = None
    """Last moment of observation, excluded; None: without end."""

    recorded_by: str
    recorded_at: datetime

    def __post_init__(self) -> None:
        for name in ("observed_from", "observed_until", "recorded_at"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, require_aware(value, name=name))
        if self.versions and self.producer is None:
            raise ValueError(f"recall {self.id}: `versions` needs a `producer`")
        if self.producer is None and self.subject is None and not self.evidence:
            raise ValueError(
                f"recall {self.id} would void everything: name a producer, a subject or pieces of evidence"
            )
        if (
            self.observed_from is not None
            and self.observed_until is not None
            and self.observed_until <= self.observed_from
        ):
            raise ValueError(f"recall {self.id}: its window is empty")
