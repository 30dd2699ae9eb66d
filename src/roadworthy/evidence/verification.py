"""What came of checking a pack, as values: every check in its order, and the first that failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.gates.model import Verdict


class CheckStatus(StrEnum):
    """What came of one check."""

    OK = "ok"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"
    """Something it needs is broken or was not given. Never counted as a pass."""


class Force(StrEnum):
    """Whether a decision may be relied on at a time. Apart from whether its pack is intact."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    """The time asked about is before the decision."""

    EXPIRED = "expired"
    UNKNOWN = "unknown"
    """The decision could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    """Stable word for scripts, e.g. ``file-digests``."""

    what: str
    """What holds when it is ok, in one sentence."""

    status: CheckStatus
    detail: str = ""
    """What was seen; for a failure, what is broken."""

    where: str = ""
    """File of the pack that is broken; empty otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The result of checking one pack with one key at one time."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/verification/v1"] = "roadworthy/verification/v1"
    checks: tuple[Check, ...]
    force: Force
    at: datetime
    key_id: str
    decision: str | None = None
    """Id of the decision; None when it could not be read. Trust it only if `intact`."""

    release: Digest | None = None
    verdict: Verdict | None = None
    valid_until: datetime | None = None

    @property
    def intact(self) -> bool:
        """Whether nothing is broken. Says nothing about the verdict, or whether it is still in force."""
        return all(check.status is not CheckStatus.FAILED for check in self.checks)

    @property
    def first_failure(self) -> Check | None:
        """The first broken thing; None when the pack is intact."""
        return next((check for check in self.checks if check.status is CheckStatus.FAILED), None)

    @property
    def may_be_relied_on(self) -> bool:
        """Whether the pack is intact and its decision in force."""
        return self.intact and self.force is Force.IN_FORCE
