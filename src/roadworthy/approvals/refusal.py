"""What the log keeps of an attempt that was refused: who, what and why, as words of a closed list. No text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT


class RefusedBecause(StrEnum):
    """Why somebody may not do what they tried."""

    UNKNOWN_PERSON = "unknown_person"
    NOT_HUMAN = "not_human"
    NOT_IN_ROLE = "not_in_role"
    NO_SEAT = "no_seat"
    """The role that they hold has no say in this."""

    NOT_INDEPENDENT = "not_independent"
    """The governance file does not call them independent of the team."""

    SEPARATION_OF_DUTIES = "separation_of_duties"
    KEY_DOES_NOT_COUNT = "key_does_not_count"
    NOT_THEIRS = "not_theirs"
    """What they would take back is somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Somebody tried what they may not do. Nothing else was written."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/refusal/v1"] = "roadworthy/refusal/v1"
    id: str
    action: Literal[
        "request",
        "approve",
        "reject",
        "abstain",
        "withdraw",
        "delegate",
        "met",
        "except",
        "recall",
        "review",
        "finding",
        "vendor",
        "risk",
        "attest",
    ]
    by: str
    """Id of the person where the governance file knows them, else the digest of the name that they gave."""

    of: Digest | None
    """Digest of the payload or record that it was about; None: of none in particular."""

    because: RefusedBecause
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
