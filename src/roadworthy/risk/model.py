"""A risk assessment as a value: class, tier, threats and risks, each with its facts and rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT
from roadworthy.risk.method import Harm
from roadworthy.risk.source import SourceStatus

UNKNOWN_CLASS = "unknown"
"""Legal class of a system whose unanswered questions could still raise it."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class FactUsed:
    """A fact that a result rests on."""

    __pydantic_config__: ClassVar = STRICT

    fact: str
    """As conditions name it, e.g. ``system.legal_facts.interacts_with_people``."""

    value: str
    """Its value as JSON."""

    inferred_from: str | None = None
    """The wider question whose *no* answered it; None: it was stated."""


class FindingStatus(StrEnum):
    """What is known of one legal row."""

    APPLIES = "applies"
    PRESUMED = "presumed"
    """Its wider question is answered *yes*, its own is not answered: counted until it is."""

    EXEMPT = "exempt"
    """It would apply; an exemption was shown."""

    UNKNOWN = "unknown"
    """A fact is not stated, and it could apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFinding:
    """A row of a legal table that applies, or might. Rows that do not apply are not listed."""

    __pydantic_config__: ClassVar = STRICT

    row: str
    title: str
    status: FindingStatus
    outcome: str
    """Class of the row; of the exemption, where one was shown."""

    tier_floor: RiskTier
    """What it contributes to the tier; see ``docs/explanation/risk.md``."""

    applies_from: date
    in_force: bool
    """Whether it applies on the day of the assessment."""

    citation: str
    obligations: tuple[str, ...]
    """``<duty> (<citation>)`` for the system's role; for every role when the role is not stated."""

    facts: tuple[FactUsed, ...]
    missing: tuple[str, ...]
    """Facts that are not stated and could change this finding."""

    rationale: str
    """Why, in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeResult:
    """What one law makes of the system."""

    __pydantic_config__: ClassVar = STRICT

    regime: str
    title: str
    jurisdiction: str
    version: str
    outcome: str
    """The class; `UNKNOWN_CLASS` when unanswered questions could still raise it."""

    outcome_title: str
    phrase: str
    """A few words for the headline; empty when there is nothing to say."""

    established: str
    """The class that the stated facts give, whatever the rest turns out to be."""

    could_be: str | None
    """The gravest class that unanswered questions leave open; None when they leave none."""

    tier_floor: RiskTier
    rationale: str
    findings: tuple[LegalFinding, ...]
    """Gravest class first, then in the order of the table."""

    source_status: SourceStatus
    legal_data_as_of: date
    review_by: date
    overdue: bool
    """Whether the table is past its review date on the day of the assessment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicableThreat:
    """A threat of the catalogue that this system is exposed to, and why."""

    __pydantic_config__: ClassVar = STRICT

    threat: str
    title: str
    components: tuple[str, ...]
    """Keys of the components through which it comes, sorted; empty: the system as a whole."""

    flows: tuple[str, ...]
    """Data flows that make it likelier, one sentence each."""

    because: str
    missing: tuple[str, ...] = ()
    """Facts that, once stated, could rule it out."""

    atlas: tuple[str, ...] = ()
    owasp_llm: tuple[str, ...] = ()
    owasp_asi: tuple[str, ...] = ()
    evaluation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """One thing that may go wrong, on four ordinal scales. They are never multiplied.

    Raises:
        ValueError: If a scale is outside 1 to 5.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    """``R-T08`` for the risk derived from threat T08; the assessor's own id, else."""

    statement: str
    """Cause, event and consequence in a sentence."""

    harms: tuple[Harm, ...]
    severity: int
    """1 negligible to 5 grave: somebody's life, health, liberty or livelihood."""

    likelihood: int
    """1 remote to 5 to be expected."""

    exposure: int
    """1 a few people, rarely, to 5 the public, all the time."""

    detectability: int
    """1 noticed at once to 5 silent."""

    irreversible: bool = False
    threat: str | None = None
    basis: Literal["derived", "assessed"] = "derived"
    """From the facts by rule, or judged by a person."""

    rationale: str = ""
    """What moved each scale."""

    def __post_init__(self) -> None:
        for name in ("severity", "likelihood", "exposure", "detectability"):
            value = getattr(self, name)
            if not 1 <= value <= 5:
                raise ValueError(f"risk {self.id}: `{name}` must be in 1..5, got {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRisk:
    """A risk with the tier it has before any control is shown to work."""

    __pydantic_config__: ClassVar = STRICT

    risk: Risk
    tier: RiskTier
    path: str
    """How the tier came about, e.g. ``severity 4 × likelihood 4: high``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierStep:
    """One reason for the tier."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    """E.g. ``legal-floor/eu-ai-act``, ``harm-floor/children``, ``matrix/R-T08``."""

    result: RiskTier
    facts: tuple[FactUsed, ...]
    because: str
    phrase: str
    """A few words for the headline."""

    source: str
    missing: tuple[str, ...] = ()
    """Facts that are not stated and were assumed to be the worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A fact that nobody has stated and that could change the result."""

    __pydantic_config__: ClassVar = STRICT

    fact: str
    """Where the answer belongs in the manifest, e.g. ``system.legal_facts.social_scoring``."""

    text: str
    decides: tuple[str, ...]
    """What waits for it: ``<regime>/<row>``, threat ids, factor ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataUsed:
    """A shipped table or catalogue, by digest."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    version: str
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAssessment:
    """How dangerous a system is, on one day, by stated rules.

    Raises:
        ValueError: If a time is naive, or it expires before it is made.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/assessment/v1"] = "roadworthy/assessment/v1"
    id: str
    system: str
    """Key of the system."""

    facts: Digest
    """Digest of the facts as they were given: what was assessed. Other facts need another assessment."""

    author: str
    assessed_at: datetime
    expires_at: datetime
    tier: RiskTier
    headline: str
    """One line for people, e.g. ``high: acts on customers' money; personal data; Article 50 applies``."""

    legal: tuple[RegimeResult, ...]
    legal_unknown: bool
    """Whether some law's class cannot be told yet."""

    steps: tuple[TierStep, ...]
    """Gravest first."""

    threats: tuple[ApplicableThreat, ...]
    """Sorted by id."""

    risks: tuple[OpenRisk, ...]
    """Gravest tier first."""

    questions: tuple[OpenQuestion, ...]
    """What to answer; the ones that decide most first."""

    warnings: tuple[str, ...]
    """What a reader must know about the data behind this."""

    data: tuple[DataUsed, ...]
    """The legal tables and the threat catalogue, sorted by name."""

    method: str
    """Version of the tier method."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "assessed_at", require_aware(self.assessed_at, name="assessed_at"))
        object.__setattr__(self, "expires_at", require_aware(self.expires_at, name="expires_at"))
        if self.expires_at <= self.assessed_at:
            raise ValueError(f"assessment {self.id} expires at {self.expires_at}, not after it was made")

    @property
    def digest(self) -> Digest:
        """Digest that names this assessment."""
        return digest_of(self)
