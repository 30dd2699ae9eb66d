"""The tier method as values: scales, factors, floors and the matrix. Data with a source; nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT


class Harm(StrEnum):
    """What is hurt."""

    FINANCIAL = "financial"
    PRIVACY = "privacy"
    SECURITY = "security"
    SAFETY = "safety"
    """Life, body and mind."""

    DISCRIMINATION = "discrimination"
    RIGHTS = "rights"
    """Access to what a person is entitled to, and redress."""

    MISINFORMATION = "misinformation"
    MANIPULATION = "manipulation"
    SERVICE = "service"
    """The system does not do its work."""

    ASSURANCE = "assurance"
    """We believe something about the system that is not so."""


class Scale(StrEnum):
    """The four ordinal scales, each from 1 to 5."""

    SEVERITY = "severity"
    LIKELIHOOD = "likelihood"
    EXPOSURE = "exposure"
    DETECTABILITY = "detectability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A fact about the system that moves one scale for some threats."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    scale: Scale
    when: str
    """CEL. A factor that raises counts when its facts are not stated; one that lowers does not."""

    at_least: int | None = None
    """Raises the scale to this value."""

    add: int = 0
    """Steps up, or down where negative."""

    harms: tuple[Harm, ...] = ()
    """Threats with any of these harms; empty: all."""

    threats: tuple[str, ...] = ()
    """Ids of threats; empty: all."""

    phrase: str
    """A few words for people, e.g. ``acts on customers' money``."""

    rationale: str

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.add == 0):
            raise ValueError(f"factor {self.id} must say either `at_least` or `add`")
        if self.at_least is not None and not 1 <= self.at_least <= 5:
            raise ValueError(f"factor {self.id}: `at_least` must be in 1..5, got {self.at_least}")
        if not -2 <= self.add <= 2:
            raise ValueError(f"factor {self.id}: `add` must be in -2..2, got {self.add}")

    @property
    def raises(self) -> bool:
        """Whether it makes things look worse, never better."""
        return self.at_least is not None or self.add > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmFloor:
    """A fact below whose tier no score can bring the system."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    when: str
    """CEL. Counts when its facts are not stated."""

    tier: RiskTier
    phrase: str
    rationale: str

    def __post_init__(self) -> None:
        if self.tier is RiskTier.PROHIBITED:
            raise ValueError(f"harm floor {self.id}: only law prohibits")


@dataclass(frozen=True, slots=True, kw_only=True)
class TierMatrix:
    """Severity against likelihood.

    Raises:
        ValueError: If it is not 5 by 5, prohibits, or gets milder as a risk gets worse.
    """

    __pydantic_config__: ClassVar = STRICT

    source: str
    rationale: str
    rows: tuple[tuple[RiskTier, ...], ...]
    """``rows[severity - 1][likelihood - 1]``."""

    def __post_init__(self) -> None:
        if len(self.rows) != 5 or any(len(row) != 5 for row in self.rows):
            raise ValueError("the tier matrix must have 5 rows of 5")
        ranks = [[tier.rank for tier in row] for row in self.rows]
        if any(rank == RiskTier.PROHIBITED.rank for row in ranks for rank in row):
            raise ValueError("the tier matrix prohibits; only law does")
        columns = [list(column) for column in zip(*ranks, strict=True)]
        if any(line != sorted(line) for line in (*ranks, *columns)):
            raise ValueError("the tier matrix gets milder as a risk gets worse")

    def tier(self, *, severity: int, likelihood: int) -> RiskTier:
        """Return the tier of a cell; both scales run from 1 to 5."""
        return self.rows[severity - 1][likelihood - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierMethod:
    """How a tier comes about, as data: matrix, factors, floors and the values that escalate."""

    __pydantic_config__: ClassVar = STRICT

    version: str
    matrix: TierMatrix
    exposure_base: int
    """Exposure of a system of which nothing is known but that it exists, 1 to 5."""

    escalate_exposure_from: int
    escalate_detectability_from: int
    escalation_source: str
    factors: tuple[Factor, ...]
    harm_floors: tuple[HarmFloor, ...]
    valid_days: dict[RiskTier, int]
    """How long an assessment holds, by tier."""

    def __post_init__(self) -> None:
        if missing := sorted(set(RiskTier) - set(self.valid_days)):
            raise ValueError(f"`valid_days` lacks {', '.join(missing)}")
        ids = [*(f.id for f in self.factors), *(f.id for f in self.harm_floors)]
        if repeated := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"factors repeat: {', '.join(repeated)}")
