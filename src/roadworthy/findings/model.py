"""Findings as records: the first sighting, and numbered steps that follow it. No content, only names and digests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, is_digest
from roadworthy.core.severity import Severity
from roadworthy.core.subject import STRICT, Subject
from roadworthy.core.tagged import TaggedBy

MAX_TITLE = 300
MAX_TEXT = 4_000
"""Longest reason, in characters."""

MAX_NAME = 1_000
"""Longest name of a rule, case, component or place, in characters."""

_FINGERPRINT = re.compile(r"[0-9a-f]{32}")


class FindingSource(StrEnum):
    """What found it."""

    EVAL = "eval"
    RED_TEAM = "red_team"
    MONITOR = "monitor"
    AUDIT = "audit"
    BUG_BOUNTY = "bug_bounty"
    USER_REPORT = "user_report"
    SCANNER = "scanner"
    REVIEW = "review"


class Likelihood(StrEnum):
    """How often it is to be expected."""

    UNKNOWN = "unknown"
    """Nobody said; it is not *rare*."""

    RARE = "rare"
    POSSIBLE = "possible"
    LIKELY = "likely"
    CERTAIN = "certain"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CaseRef:
    """A case by which it can be seen again: a task's sample."""

    __pydantic_config__: ClassVar = STRICT

    task: str
    sample: str

    def __post_init__(self) -> None:
        for name in (self.task, self.sample):
            require_text(name, name="case", longest=MAX_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something is wrong. Immutable; what happens to it are `FindingChange` records.

    Raises:
        ValueError: If a text is empty or too long, the fingerprint is not one, or a digest is malformed.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/finding/v1"] = "roadworthy/finding/v1"
    id: str
    system: str
    """Key of the system."""

    fingerprint: str
    """See `roadworthy.findings.fingerprint`. One system has one first record of a fingerprint, ever."""

    source: FindingSource
    rule: str
    """What says that it is wrong: id of a lint rule, a scanner's rule, a task, a control."""

    title: str
    """One sentence of our own or of the rule; never what a model or a user wrote."""

    severity: Severity
    likelihood: Likelihood = Likelihood.UNKNOWN
    about: tuple[Subject, ...] = ()
    """Components and releases that have it, by digest, sorted."""

    controls: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()
    cases: tuple[CaseRef, ...] = ()
    """How to see it again."""

    transcripts: tuple[Digest, ...] = ()
    """Digests of what was said, never the text."""

    place: str = ""
    """File and line, e.g. ``prompts/answer.md:12``; empty: none."""

    policy_grade: bool = False
    """What found it was asked for by a rule of the policy. Only then may it be called a violation."""

    sighting: str
    """What it was seen in: id of a run or of evidence, or digest of a report."""

    reported_by: str
    """Id of a person of the governance file: who reported it, or read in the report of a machine."""

    found_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "found_at", require_aware(self.found_at, name="found_at"))
        object.__setattr__(self, "about", tuple(sorted(set(self.about))))
        for name in ("controls", "threats", "cases", "transcripts"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        require_text(self.title, name="title", longest=MAX_TITLE)
        require_text(self.rule, name="rule", longest=MAX_NAME)
        require_text(self.sighting, name="sighting", longest=MAX_NAME)
        if len(self.place) > MAX_NAME:
            raise ValueError(f"the place has {len(self.place)} characters; at most {MAX_NAME} are kept")
        lines = (self.title, self.rule, self.place, *self.controls, *self.threats)
        if not all(line.isprintable() for line in lines):
            raise ValueError("title, rule, place, controls and threats of a finding are one line of text each")
        if _FINGERPRINT.fullmatch(self.fingerprint) is None:
            raise ValueError(f"{self.fingerprint[:80]!r} is not a fingerprint: 32 hexadecimal digits")
        wrong = [digest for digest in self.transcripts if not is_digest(digest)]
        if wrong:
            raise ValueError(f"{wrong[0][:80]!r} is not a sha256 digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """It was seen again. Where it was closed, it is open again."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["seen"] = "seen"
    sighting: str
    """What it was seen in; each counts once."""

    severity: Severity
    about: tuple[Subject, ...] = ()
    transcripts: tuple[Digest, ...] = ()
    observed_at: datetime | None = None
    """When it was seen, where that was before it was recorded; None: then."""

    def __post_init__(self) -> None:
        require_text(self.sighting, name="sighting", longest=MAX_NAME)
        if self.observed_at is not None:
            object.__setattr__(self, "observed_at", require_aware(self.observed_at, name="observed_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingTriaged:
    """Somebody says how bad it is."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["triaged"] = "triaged"
    severity: Severity
    likelihood: Likelihood
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """It is so."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["confirmed"] = "confirmed"
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissed:
    """It is not so, or no fault; said by somebody who neither reported it nor has to mend it."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["dismissed"] = "dismissed"
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerAssigned:
    """Somebody has to mend it."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["assigned"] = "assigned"
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemediationStarted:
    """The owner is at it."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["in_remediation"] = "in_remediation"
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.note) > MAX_TEXT:
            raise ValueError(f"the note has {len(self.note)} characters; at most {MAX_TEXT} are kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A release is said to have it no more."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["fixed"] = "fixed"
    release: Digest
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")
        if not is_digest(self.release):
            raise ValueError(f"{self.release[:80]!r} is not a sha256 digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Evidence about the release says that it has it no more; looked at by somebody who did not mend it."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["verified"] = "verified"
    evidence: str
    reason: str

    def __post_init__(self) -> None:
        require_text(self.evidence, name="evidence", longest=MAX_NAME)
        require_text(self.reason, name="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionTest:
    """A sample that fails if it comes back."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["test"] = "test"
    case: CaseRef


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRegressionTest:
    """Why there can be no such sample. Only somebody who did not mend it may say so."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["none"] = "none"
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")


Regression: TypeAlias = Annotated[RegressionTest | NoRegressionTest, TaggedBy("kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """It is done with, and a test keeps it so."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["closed"] = "closed"
    regression: Regression


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAccepted:
    """It stays for as long as an exception lasts, and is open again when that ends."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["risk_accepted"] = "risk_accepted"
    exception: str
    reason: str

    def __post_init__(self) -> None:
        require_text(self.exception, name="exception", longest=MAX_NAME)
        require_text(self.reason, name="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingReopened:
    """It was not done with after all."""

    __pydantic_config__: ClassVar = STRICT

    step: Literal["reopened"] = "reopened"
    reason: str

    def __post_init__(self) -> None:
        require_text(self.reason, name="reason")


FindingStep: TypeAlias = Annotated[
    Seen
    | FindingTriaged
    | Confirmed
    | Dismissed
    | OwnerAssigned
    | RemediationStarted
    | Fixed
    | Verified
    | Closed
    | RiskAccepted
    | FindingReopened,
    TaggedBy("step"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingChange:
    """One step of one finding, by one person. Stored with the claim `roadworthy.core.history.claim_of`.

    Raises:
        ValueError: If the number is below 1 or the time naive.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/finding-change/v1"] = "roadworthy/finding-change/v1"
    of: str
    """Id of the finding."""

    number: int
    by: str
    """Id of a person of the governance file."""

    at: datetime
    step: FindingStep
    reopened_because: str = ""
    """Why the finding was open again when this was done, although its last change says otherwise: what bore it out
    had fallen away. Empty: it stood as its last change says."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
        if self.number < 1:
            raise ValueError(f"changes are numbered from 1, got {self.number}")
        if len(self.reopened_because) > MAX_TEXT:
            raise ValueError(f"`reopened_because` is longer than {MAX_TEXT} characters")


def require_text(text: str, *, name: str, longest: int = MAX_TEXT) -> None:
    """Check that ``text`` says something and is not too long.

    Raises:
        ValueError: If it is empty or longer than ``longest``.
    """
    if not text.strip():
        raise ValueError(f"the {name} is empty")
    if len(text) > longest:
        raise ValueError(f"the {name} has {len(text)} characters; at most {longest} are kept")
