"""Risks of the register as values: a first record and numbered changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias

from roadworthy.core.clock import Day, require_aware
from roadworthy.core.subject import STRICT
from roadworthy.core.tagged import TaggedBy

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MAX_CHARACTERS = 4000
"""Of any text of a risk."""

SCALES = ("severity", "likelihood", "exposure", "detectability")


class Treatment(StrEnum):
    """What is done about a risk.

    Source:
        ISO 31000:2018, 6.5.2, in four words.
    """

    MITIGATE = "mitigate"
    """Make it less likely, less grave or easier to notice, by controls."""

    AVOID = "avoid"
    """Do not do what gives rise to it."""

    TRANSFER = "transfer"
    """Somebody else bears it, by contract or insurance."""

    ACCEPT = "accept"
    """Bear it, until a day, with the consent of who may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """How a risk is rated on four ordinal scales. They are never multiplied or added.

    Raises:
        ValueError: If a scale is outside 1 to 5, or there is no rationale.
    """

    __pydantic_config__: ClassVar = STRICT

    severity: int
    """1 negligible to 5 grave."""

    likelihood: int
    """1 remote to 5 to be expected."""

    exposure: int
    """1 a few people, rarely, to 5 the public, all the time."""

    detectability: int
    """1 noticed at once to 5 silent."""

    irreversible: bool = False
    rationale: str
    evidence: tuple[str, ...] = ()
    """Ids of pieces of evidence that it rests on."""

    def __post_init__(self) -> None:
        for name in SCALES:
            if not 1 <= getattr(self, name) <= 5:
                raise ValueError(f"`{name}` must be in 1..5, got {getattr(self, name)}")
        if not self.rationale.strip():
            raise ValueError("a rating gives its rationale")

    def lower_than(self, other: Rating) -> tuple[str, ...]:
        """Return the names of what is better here than in ``other``."""
        found = [name for name in SCALES if getattr(self, name) < getattr(other, name)]
        return (*found, *(["irreversible"] if other.irreversible and not self.irreversible else []))

    def higher_than(self, other: Rating) -> tuple[str, ...]:
        """Return the names of what is worse here than in ``other``."""
        return other.lower_than(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRisk:
    """A risk was entered.

    Raises:
        ValueError: If the id is malformed or part of the statement is missing.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/risk/v1"] = "roadworthy/risk/v1"
    id: str
    """``R-T07`` for one that the assessment derived from a threat; as people named it, else."""

    system: str
    cause: str
    event: str
    consequence: str
    threats: tuple[str, ...] = ()
    """Ids of threats of the catalogue or of the threat model, and of abuse cases, sorted."""

    inherent: Rating
    """Before any control."""

    origin: Literal["assessment", "person"]
    assessment: str | None = None
    """Id of the assessment that it is from."""

    by: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
        object.__setattr__(self, "threats", tuple(sorted(set(self.threats))))
        if _ID.fullmatch(self.id) is None:
            raise ValueError(f"risk id {self.id[:80]!r}: use 1 to 64 letters, digits, '.', '_' and '-'")
        for name in ("cause", "event", "consequence"):
            text = getattr(self, name)
            if not text.strip() or len(text) > MAX_CHARACTERS:
                raise ValueError(f"risk {self.id}: `{name}` is empty or longer than {MAX_CHARACTERS} characters")

    @property
    def statement(self) -> str:
        """Cause, event and consequence in a sentence."""
        return f"{self.event} (because {self.cause}): {self.consequence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """Somebody said what is done about a risk.

    Raises:
        ValueError: If a mitigation names no control, something else claims a residual rating, or it says *accept*.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/risk-treated/v1"] = "roadworthy/risk-treated/v1"
    kind: Literal["treated"] = "treated"
    system: str
    of: str
    number: int
    treatment: Treatment
    controls: tuple[str, ...] = ()
    """Ids of the controls of the policy that treat it, sorted."""

    owner: str
    """Who answers for it."""

    deadline: Day | None = None
    """Last day by which it is to be done."""

    residual: Rating | None = None
    """What is left when the controls hold, as claimed; None: nothing is claimed."""

    plan: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
        object.__setattr__(self, "controls", tuple(sorted(set(self.controls))))
        if self.treatment is Treatment.ACCEPT:
            raise ValueError("a risk is accepted by consent, see `AcceptanceSought`, not by saying so")
        if (self.treatment is Treatment.MITIGATE) != bool(self.controls):
            raise ValueError("controls go with `mitigate`, and with nothing else")
        if self.residual is not None and self.treatment is not Treatment.MITIGATE:
            raise ValueError("only what is mitigated leaves another risk than the inherent one")
        if not self.owner.strip() or not self.plan.strip():
            raise ValueError("a treatment names an owner and says what is done")


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceSought:
    """Somebody asks that what is left of a risk be accepted until a time. Consent is given to exactly this record."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/risk-acceptance/v1"] = "roadworthy/risk-acceptance/v1"
    kind: Literal["acceptance_sought"] = "acceptance_sought"
    system: str
    of: str
    number: int
    statement: str
    """Of the risk, so that who consents reads it in what they sign for."""

    rating: Rating
    """What is left, as it is shown to be, not as it is claimed."""

    owner: str
    """Who answers for it."""

    until: datetime
    justification: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
        object.__setattr__(self, "until", require_aware(self.until, name="until"))
        if self.until <= self.at:
            raise ValueError("an acceptance ends after it is asked for")
        if not self.justification.strip():
            raise ValueError("an acceptance is justified")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """Somebody looked at a risk again, and may have rated it anew."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/risk-reviewed/v1"] = "roadworthy/risk-reviewed/v1"
    kind: Literal["reviewed"] = "reviewed"
    system: str
    of: str
    number: int
    note: str
    inherent: Rating | None = None
    """The new rating; None: it stands as it was."""

    by: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
        if not self.note.strip():
            raise ValueError("a review says what was looked at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Somebody closed a risk. A later change of another kind opens it again; so does the end of what closed it."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/risk-closed/v1"] = "roadworthy/risk-closed/v1"
    kind: Literal["closed"] = "closed"
    system: str
    of: str
    number: int
    reason: str
    residual: Rating
    """What was left then. What is graver later is open again."""

    is_gone: bool = False
    """The newest assessment did not have it any more; where one has it again, it is open again."""

    by: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", require_aware(self.at, name="at"))
        if not self.reason.strip():
            raise ValueError("a risk is closed for a reason")


RiskChange: TypeAlias = Annotated[Treated | AcceptanceSought | Reviewed | Closed, TaggedBy("kind")]
"""Read through its ``kind``."""
