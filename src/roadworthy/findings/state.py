"""How a finding stands at one time, as a value. Computed from its history, never stored as truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.digest import Digest
from roadworthy.core.severity import Severity
from roadworthy.core.subject import STRICT, Subject
from roadworthy.findings.model import Finding, Likelihood, Regression


class FindingStatus(StrEnum):
    """Where a finding is."""

    NEW = "new"
    TRIAGED = "triaged"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    IN_REMEDIATION = "in_remediation"
    FIXED = "fixed"
    """Somebody says so; nothing shows it yet."""

    VERIFIED = "verified"
    CLOSED = "closed"
    RISK_ACCEPTED = "risk_accepted"
    REOPENED = "reopened"
    """It came back, was dismissed or closed too early, or the exception that it was accepted with has ended."""

    @property
    def is_open(self) -> bool:
        """Whether something is still wrong, as far as anybody has shown."""
        return self not in (self.DISMISSED, self.VERIFIED, self.CLOSED, self.RISK_ACCEPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingState:
    """How a finding stands after its last change."""

    __pydantic_config__: ClassVar = STRICT

    finding: Finding
    status: FindingStatus
    severity: Severity
    """As triaged, raised where it was seen worse since."""

    likelihood: Likelihood
    owner: str | None
    """Id of who mends it; None: nobody yet."""

    owners: tuple[str, ...]
    """Ids of everybody who was ever to mend it, or set about it, sorted. Handing it on takes nobody off this list."""

    menders: tuple[str, ...]
    """Of those, who was to mend it or set about it since it was opened last, sorted."""

    is_confirmed: bool
    """Somebody said that it is so, and nobody has dismissed it since."""

    fixed_by: str | None
    fixed_in: Digest | None
    """Release that is said to have it no more."""

    fixed_at: datetime | None
    verified_with: str | None
    """Id of the evidence."""

    regression: Regression | None
    """None: it is not closed."""

    accepted_with: str | None
    """Id of the exception that it was accepted with; it may have ended."""

    reason: str
    """Why it stands as it does, in a sentence; empty where the status says it."""

    sightings: tuple[str, ...]
    """What it was seen in, first the first; each once."""

    first_seen: datetime
    last_seen: datetime
    about: tuple[Subject, ...]
    """Everything that it was seen in, sorted."""

    open_since: datetime
    """When its clock was started last: found, or opened again."""

    ended_at: datetime | None
    """When it was closed, verified, dismissed or accepted; None: it is open."""

    number: int
    """Of the last change; 0: there is none."""

    last_by: str
    last_at: datetime

    @property
    def count(self) -> int:
        """How often it was seen."""
        return len(self.sightings)

    @property
    def is_violation(self) -> bool:
        """Whether it may be called a violation of the policy: the policy asked, somebody confirmed, it is open."""
        return self.finding.policy_grade and self.is_confirmed and self.status.is_open


def found(finding: Finding) -> FindingState:
    """Return the state of a finding to which nothing has happened."""
    return FindingState(
        finding=finding,
        status=FindingStatus.NEW,
        severity=finding.severity,
        likelihood=finding.likelihood,
        owner=None,
        owners=(),
        menders=(),
        is_confirmed=False,
        fixed_by=None,
        fixed_in=None,
        fixed_at=None,
        verified_with=None,
        regression=None,
        accepted_with=None,
        reason="",
        sightings=(finding.sighting,),
        first_seen=finding.found_at,
        last_seen=finding.found_at,
        about=finding.about,
        open_since=finding.found_at,
        ended_at=None,
        number=0,
        last_by=finding.reported_by,
        last_at=finding.found_at,
    )
