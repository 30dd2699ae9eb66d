"""Controls, rules and packs as values. A pack is data that a lawyer or an auditor edits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias

from roadworthy.core.clock import Day
from roadworthy.core.evidence import Assurance, Origin
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.core.subject import STRICT
from roadworthy.core.tagged import TaggedBy
from roadworthy.policy.frameworks.known import FRAMEWORKS

DEFAULT_CALIBRATION_AGE_DAYS = 180
"""How long ago a judge's errors may have been counted, where a rule does not say."""

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*/[a-z0-9][a-z0-9-]*")


class Area(StrEnum):
    """What a control looks after."""

    DATA = "data"
    MODEL = "model"
    EVALUATION = "evaluation"
    GUARD = "guard"
    MONITORING = "monitoring"
    INCIDENT = "incident"
    DOCUMENTATION = "documentation"
    SUPPLY_CHAIN = "supply_chain"
    OVERSIGHT = "oversight"


class Layer(StrEnum):
    """Whose pack it is, widest first. A lower layer may tighten, never loosen."""

    ORGANISATION = "organisation"
    REGION = "region"
    SECTOR = "sector"
    TENANT = "tenant"
    SYSTEM = "system"

    @property
    def rank(self) -> int:
        """0 for `ORGANISATION` to 4 for `SYSTEM`."""
        return tuple(Layer).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How a control relates to a requirement of a framework. Never says *compliant*."""

    __pydantic_config__: ClassVar = STRICT

    framework: str
    """One of `roadworthy.policy.frameworks.known.FRAMEWORKS`."""

    id: str
    """The framework's own identifier, e.g. ``Art. 15(1)``, ``MEASURE 2.7``, ``LLM01:2025``."""

    relation: Literal["equal", "subset", "superset", "intersects"]
    """The control, seen as a set of duties, against the requirement."""

    rationale: str
    strength: int
    """0 to 10: how much of the requirement the control carries."""

    status: Literal["proposed", "reviewed", "disputed", "withdrawn"]

    def __post_init__(self) -> None:
        if self.framework not in FRAMEWORKS:
            raise ValueError(f"unknown framework {self.framework!r}; known are {', '.join(sorted(FRAMEWORKS))}")
        if not 0 <= self.strength <= 10:
            raise ValueError(f"link to {self.framework} {self.id}: `strength` must be in 0..10, got {self.strength}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCheck:
    """Asks a condition about the facts of the system and its release."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["fact"] = "fact"
    condition: str
    """CEL; see ``docs/reference/facts.md`` for the facts. An absent fact makes the rule *missing*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureCheck:
    """Asks that a confidence bound on a rate lies on the right side of a threshold."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["measure"] = "measure"
    category: str
    """Category of the evaluation tasks that serve the rule, e.g. ``injection_indirect``."""

    metric: str = "*"
    """Scorer whose rate is judged; ``*`` judges every scorer of the task and takes the worst."""

    rate: Literal["failure", "success"] = "failure"
    comparator: Literal["<=", ">="]
    threshold: float
    """Fraction in [0, 1]."""

    confidence: float = 0.95
    """One-sided confidence of the bound, in (0, 1)."""

    min_samples: int = 30
    """Fewest assessed samples; below it the rule is *underpowered*, whatever the rate."""

    min_coverage: float = 0.9
    """Fewest assessed / attempted, in (0, 1]."""

    max_age_days: int = 90
    slices: tuple[str, ...] = ()
    """Slice names that must each meet the bar as well, e.g. ``language``."""

    max_calibration_age_days: int = DEFAULT_CALIBRATION_AGE_DAYS
    """Where a model judges: how long ago its errors may have been counted."""

    imports: bool = False
    """Whether results that another tool produced may answer it, where no task of the release measures the category.
    They were run without this bar being registered; one that refutes it counts beside the release's own tasks."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.threshold <= 1.0:
            raise ValueError(f"`threshold` is a fraction in [0, 1], got {self.threshold}")
        if not 0.5 < self.confidence < 1.0:
            raise ValueError(f"`confidence` must be in (0.5, 1), got {self.confidence}")
        if self.min_samples < 1:
            raise ValueError(f"`min_samples` must be >= 1, got {self.min_samples}")
        if not 0.0 < self.min_coverage <= 1.0:
            raise ValueError(f"`min_coverage` must be in (0, 1], got {self.min_coverage}")
        for name in ("max_age_days", "max_calibration_age_days"):
            if getattr(self, name) < 1:
                raise ValueError(f"`{name}` must be >= 1, got {getattr(self, name)}")
        if (self.rate == "failure") != (self.comparator == "<="):
            raise ValueError(f"a {self.rate} rate is judged with `{'<=' if self.rate == 'failure' else '>='}`")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceCheck:
    """Asks for a declaration or an imported attestation about this release."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["evidence"] = "evidence"
    type: str
    """Evidence type, e.g. ``document:runbook`` or ``review:threat-model``."""

    origins: tuple[Origin, ...] = tuple(Origin)
    min_assurance: Assurance = Assurance.SELF_ATTESTED
    max_age_days: int = 180
    about: tuple[str, ...] = ()
    """Component types that it must cover; empty: at least one component of the release."""

    def __post_init__(self) -> None:
        if self.max_age_days < 1:
            raise ValueError(f"`max_age_days` must be >= 1, got {self.max_age_days}")
        if not self.origins:
            raise ValueError("`origins` is empty: no evidence could ever satisfy this rule")


Check: TypeAlias = Annotated[FactCheck | MeasureCheck | EvidenceCheck, TaggedBy("kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that must hold for a control to be met."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    """``pack/name``."""

    require: Check
    applies_when: str = "true"
    """CEL over the same facts. An absent fact makes the rule *missing*: silence never switches a rule off."""

    severity: Severity = Severity.BLOCK
    tiers: tuple[RiskTier, ...] = ()
    """Tiers in which it binds; empty: those of its control."""

    effective_on: Day | None = None
    """First day on which it binds; before that it is shown as *pending*. None binds at once."""

    who_may_waive: tuple[str, ...] = ()
    """Roles; empty: nobody."""

    message: str
    """What is wrong when it is not met, in one sentence."""

    remediation: str
    """What turns it green, in one imperative sentence."""

    def __post_init__(self) -> None:
        if _NAME.fullmatch(self.id) is None:
            raise ValueError(f"rule id must look like 'pack/name', got {self.id!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One requirement that evidence can satisfy.

    Raises:
        ValueError: If the id is malformed, the objective does not say what to verify, or
            no rule tests it: a control that nothing can satisfy is a mistake in the pack.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    """``pack/name``."""

    title: str
    objective: str
    """``Verify that …``: one sentence that a reviewer can answer yes or no to."""

    why: str
    """What goes wrong without it, in one sentence."""

    area: Area
    type: Literal["preventive", "detective", "corrective", "directive"]
    stage: Literal["design", "build", "evaluate", "release", "operate", "retire"]
    tiers: tuple[RiskTier, ...]
    """Tiers in which it binds."""

    rules: tuple[Rule, ...]
    links: tuple[Link, ...] = ()
    threats: tuple[str, ...] = ()
    """Ids of our threat catalogue that it counters, e.g. ``T07``."""

    def __post_init__(self) -> None:
        if _NAME.fullmatch(self.id) is None:
            raise ValueError(f"control id must look like 'pack/name', got {self.id!r}")
        if not self.objective.startswith("Verify that "):
            raise ValueError(f"control {self.id}: `objective` must start with 'Verify that '")
        if not self.rules:
            raise ValueError(f"control {self.id} has no rule, so nothing could satisfy it")
        if not self.tiers:
            raise ValueError(f"control {self.id} binds in no tier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tightening:
    """Makes a rule of a wider layer stricter. A value left None stays as it is."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    reason: str
    threshold: float | None = None
    confidence: float | None = None
    min_samples: int | None = None
    min_coverage: float | None = None
    max_age_days: int | None = None
    max_calibration_age_days: int | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A named, versioned set of controls of one layer."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/pack/v1"] = "roadworthy/pack/v1"
    name: str
    version: str
    layer: Layer
    title: str
    owner: str
    licence: str
    """SPDX id of the pack's own text. A pack without one is refused."""

    controls: tuple[Control, ...] = ()
    tighten: tuple[Tightening, ...] = ()
    effective_on: Day | None = None
    """First day on which its rules and tightenings bind, where a rule names no later one; None binds at once."""

    status: Literal["proposed", "reviewed"] = "reviewed"
    """A *proposed* pack binds nobody: a manifest that names it is refused until a person has reviewed it."""

    reviewed_by: str = ""
    """Who reviewed it; needed where a draft became a pack."""

    suits: str = ""
    """CEL over the facts: for which systems it is meant. It decides nothing: what binds is what a manifest names.
    Empty: every system."""

    def __post_init__(self) -> None:
        if not self.licence:
            raise ValueError(f"pack {self.name} states no licence")
        ids = [c.id for c in self.controls] + [r.id for c in self.controls for r in c.rules]
        for prefix, kind in ((self.name + "/", "control or rule"),):
            foreign = [i for i in ids if not i.startswith(prefix)]
            if foreign:
                raise ValueError(f"pack {self.name}: {kind} {foreign[0]!r} must start with {prefix!r}")
        for group in ([c.id for c in self.controls], [r.id for c in self.controls for r in c.rules]):
            repeated = sorted({i for i in group if group.count(i) > 1})
            if repeated:
                raise ValueError(f"pack {self.name}: ids repeat: {', '.join(repeated)}")
        if not self.controls and not self.tighten:
            raise ValueError(f"pack {self.name} is empty")
