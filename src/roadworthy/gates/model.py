"""A gate decision as a value: what was judged, against what, on what, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.approvals.standing import ConsentStanding
from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.core.subject import STRICT
from roadworthy.exceptions.model import ExceptionStanding
from roadworthy.policy.model import Area, Link


class RuleOutcome(StrEnum):
    """What came of one rule. Only `PASS`, `NOT_APPLICABLE` and `PENDING` let a blocking rule through."""

    PASS = "pass"
    FAIL = "fail"
    """Refuted: the evidence shows that it does not hold."""

    MISSING = "missing"
    """No evidence, or a fact that the rule needs is not stated."""

    STALE = "stale"
    """There is evidence, but none that is valid for this release now."""

    UNDERPOWERED = "underpowered"
    """Valid evidence that is too little to say either way."""

    ERROR = "error"
    """The rule itself could not be evaluated."""

    NOT_APPLICABLE = "not_applicable"
    """Its condition is stated and false."""

    PENDING = "pending"
    """Takes effect on a later day."""


class Verdict(StrEnum):
    """What the gate says of the release."""

    SHIP = "ship"
    CONDITIONS = "conditions"
    """Ships; the warnings are owed."""

    BLOCKED = "blocked"
    """Some blocking rule is refuted."""

    CANNOT_TELL = "cannot_tell"
    """None is refuted, but some blocking rule could not be judged."""

    @property
    def exit_code(self) -> int:
        """0 ship and conditions, 1 blocked, 3 cannot tell."""
        return {"ship": 0, "conditions": 0, "blocked": 1, "cannot_tell": 3}[self.value]


class Validity(StrEnum):
    """Whether a piece of evidence counts, for one release at one time. Computed, never stored as truth."""

    VALID = "valid"
    NOT_YET_VALID = "not_yet_valid"
    """Dated after the decision."""

    EXPIRED = "expired"
    """Older than the policy allows."""

    SUBJECT_CHANGED = "subject_changed"
    """A component that it depended on is another one now, or it does not cover one that the check exercises."""

    TASK_CHANGED = "task_changed"
    """The samples, the scorers or the task's definition changed."""

    TARGET_CHANGED = "target_changed"
    """Another target was asked than the manifest names now."""

    POLICY_CHANGED = "policy_changed"
    """A proof that tried other controls, or other faults, than those in force now."""

    RECALLED = "recalled"
    """What became known later of its collector, dataset, judge or subject voids it."""

    UNVERIFIABLE = "unverifiable"
    """Its signature or digest does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedEvidence:
    """A piece of evidence that a rule looked at, and whether it counted."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    digest: Digest
    type: str
    age_s: int
    """Seconds between observation and decision; negative when it is dated in the future."""

    validity: Validity
    reason: str = ""
    """Why it does not count, naming the changed component; empty when it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A rate held against its bar."""

    __pydantic_config__: ClassVar = STRICT

    metric: str
    slice: str
    rate: Literal["failure", "success"]
    events: int
    """Failures or successes, as ``rate`` says."""

    assessed: int
    attempted: int
    estimate: float | None
    low: float | None
    """Lower one-sided bound at ``confidence``."""

    high: float | None
    """Upper one-sided bound at ``confidence``."""

    comparator: Literal["<=", ">="]
    threshold: float
    confidence: float
    method: str
    outcome: RuleOutcome
    needed: int | None = None
    """About how many more samples would decide it, at the rate seen so far; None when it is decided or
    cannot be said."""

    judge: str = ""
    """Id of the judge that gave the outcomes; ``estimate`` and bounds are then corrected for its errors."""

    raw: float | None = None
    """The rate as the judge said it; None where no judge did, or nothing was assessed."""

    calibrated_at: datetime | None = None
    """When the judge's errors were counted, where they count."""

    note: str = ""
    """Why what the judge said cannot be decided on, and what to do; empty where it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """What the gate found of one rule, with everything that explains it."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    control: str
    title: str
    """Of the control."""

    area: Area
    severity: Severity
    outcome: RuleOutcome
    reason: str
    """One sentence with the figures."""

    requirement: str
    """The control's objective."""

    serves: tuple[Link, ...]
    evidence: tuple[UsedEvidence, ...] = ()
    judged: tuple[Judged, ...] = ()
    bar_moved: bool = False
    """The bar was loosened after the run was registered; the registered one was used."""

    remediation: str = ""
    """What turns it green; empty when it is green."""

    command: str = ""
    """The command to run now, where one helps."""

    who_may_waive: tuple[str, ...] = ()
    category: str | None = None
    """Of the evaluation tasks that serve it; None for other checks."""

    tasks: tuple[str, ...] = ()
    """Ids of the evaluation tasks that serve it."""

    pending: tuple[str, ...] = ()
    """What tightens it on a later day, one sentence each with the day and both values."""

    exceptions: tuple[str, ...] = ()
    """Ids of the effective exceptions that let it through although it does not hold. ``outcome`` stays what was found:
    an exception hides nothing, and a rule that holds has none here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateDecision:
    """The verdict on a release, with the digests of everything that it was a function of."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/gate-decision/v1"] = "roadworthy/gate-decision/v1"
    id: str
    system: str
    version: str
    release: Digest
    tier: RiskTier
    verdict: Verdict
    summary: str
    """One sentence for people."""

    results: tuple[RuleResult, ...]
    """Worst first, then by rule."""

    policy: Digest
    assessment: Digest
    facts: Digest
    evidence_set: Digest
    """Over the sorted digests of all evidence that was considered."""

    tasks: Digest
    """Over the ids and digests of the tasks as they were."""

    decided_at: datetime
    valid_until: datetime
    """When the first evidence that it rests on expires; not after the assessment does."""

    evaluator: str
    """Name and version of the deciding code."""

    exceptions: tuple[ExceptionStanding, ...] = ()
    """Every exception of the system that names a rule in force, effective or not, sorted by id."""

    consent: ConsentStanding | None = None
    """How people's consent to this release stands; None: no governance file says whose is needed."""

    governance: Digest | None = None
    """Over the governance file without aliases; None: there is none."""

    recalls: tuple[str, ...] = ()
    """Ids of the recalls that voided evidence of this decision, sorted."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "decided_at", require_aware(self.decided_at, name="decided_at"))
        object.__setattr__(self, "valid_until", require_aware(self.valid_until, name="valid_until"))
