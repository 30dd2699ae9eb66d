"""Vendors as values: whom the system relies on, on what terms, and how that is watched."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import Day
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
MAX_DAYS = 36_500


class Criticality(StrEnum):
    """What happens to the system when the vendor is gone."""

    CONVENIENT = "convenient"
    """It does without."""

    IMPORTANT = "important"
    """It does less, or worse."""

    ESSENTIAL = "essential"
    """It stops."""


class TrainingUse(StrEnum):
    """Whether the vendor trains on what it is sent."""

    NEVER = "never"
    OPT_OUT = "opt_out"
    """Unless somebody objects. Says nothing of whether somebody did."""

    OPTED_OUT = "opted_out"
    """Somebody objected, and it is confirmed."""

    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What was agreed. What is not stated is unknown, and unknown never meets a demand."""

    __pydantic_config__: ClassVar = STRICT

    training_use: TrainingUse | None = None
    retention_days: int | None = None
    """How long the vendor keeps what it is sent; 0 keeps nothing."""

    region: tuple[str, ...] | None = None
    """Where it is processed: ISO 3166 codes, or ``EU``."""

    sub_processors: tuple[str, ...] | None = None
    """Who else gets it; an empty list: nobody."""

    ip_indemnity: bool | None = None
    sla: str | None = None
    """What availability is promised, in words."""

    audit_rights: bool | None = None
    change_notice_days: int | None = None
    """How long before a change of model or terms the vendor says so; 0: not before."""

    incident_notice_hours: int | None = None
    data_processing_agreement: bool | None = None

    def __post_init__(self) -> None:
        for name in ("retention_days", "change_notice_days", "incident_notice_hours"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= MAX_DAYS:
                raise ValueError(f"`{name}` must be in 0..{MAX_DAYS}, got {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """A certificate of the vendor, and until when it holds."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    """E.g. ``ISO/IEC 27001``."""

    scope: str
    valid_until: Day
    """Last day on which it holds, in UTC."""

    evidence: str | None = None
    """Id of a piece of evidence, or where the certificate lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasWatch:
    """How to ask a provider which model stands behind a name."""

    __pydantic_config__: ClassVar = STRICT

    component: str
    """Key of the hosted model in the manifest."""

    kind: Literal["openai", "responses", "anthropic"]
    url: str
    """Base URL. ``${NAME}`` reads a variable."""

    model: str | None = None
    """Name to ask for; None: the one that the manifest names."""

    headers: dict[str, str] = field(default_factory=dict)
    """Values may name environment variables as ``${NAME}``; they are never stored."""

    fingerprint: bool = False
    """Whether a changed ``system_fingerprint`` counts as a change too. Some providers give several at any time."""

    timeout_s: float = 30.0

    def __post_init__(self) -> None:
        if not 0 < self.timeout_s <= 600:
            raise ValueError(f"`timeout_s` must be above 0 and at most 600, got {self.timeout_s}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsWatch:
    """A document of the vendor whose change is noticed."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    """E.g. ``data processing addendum``."""

    path: str | None = None
    """File relative to the manifest."""

    url: str | None = None
    """Where it is published; fetched by ``rw vendor watch`` and by nothing else."""

    def __post_init__(self) -> None:
        if (self.path is None) == (self.url is None):
            raise ValueError(f"terms {self.name!r}: give either a `path` or a `url`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """A model that the vendor said it withdraws."""

    __pydantic_config__: ClassVar = STRICT

    model: str
    on: Day
    """First day without it, in UTC."""

    source: str
    """Where that was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A company, or another party, that part of the system comes from or runs at.

    Raises:
        ValueError: If the key is malformed, or the vendor stands for nothing in the manifest.
    """

    __pydantic_config__: ClassVar = STRICT

    key: str
    name: str
    services: tuple[str, ...]
    """What it does for the system, in words."""

    providers: tuple[str, ...] = ()
    """Names that the manifest gives as ``provider`` of hosted models of this vendor."""

    components: tuple[str, ...] = ()
    """Keys of further components that come from it, such as tool servers."""

    criticality: Criticality | None = None
    contract: Contract = field(default_factory=Contract)
    certifications: tuple[Certification, ...] = ()
    exit_plan: str | None = None
    """What the system does without it, in words, or where that is written."""

    deprecations: tuple[Deprecation, ...] = ()
    aliases: tuple[AliasWatch, ...] = ()
    terms: tuple[TermsWatch, ...] = ()

    def __post_init__(self) -> None:
        if _KEY.fullmatch(self.key) is None:
            raise ValueError(f"vendor key {self.key[:80]!r}: use 1 to 64 of a-z, 0-9, '.', '_' and '-'")
        if not self.providers and not self.components:
            raise ValueError(f"vendor {self.key} stands for nothing: name `providers` or `components`")
        for what, names in (("terms", [t.name for t in self.terms]), ("alias", [a.component for a in self.aliases])):
            if len(set(names)) != len(names):
                raise ValueError(f"vendor {self.key}: {what} names repeat")


class Requirement(StrEnum):
    """How a term is held against a demand."""

    STATED = "stated"
    """It is said at all."""

    TRUE = "true"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    ONE_OF = "one_of"
    """Each of its values is among those named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What an organisation asks of a vendor's terms, and of which systems.

    Raises:
        ValueError: If the limit does not fit the requirement.
    """

    __pydantic_config__: ClassVar = STRICT

    id: str
    term: Literal[
        "training_use", "retention_days", "region", "sub_processors", "ip_indemnity", "sla", "audit_rights",
        "change_notice_days", "incident_notice_hours", "data_processing_agreement", "criticality", "exit_plan",
        "certifications",
    ]  # fmt: skip
    """Field of the contract or of the vendor."""

    requires: Requirement
    limit: int | None = None
    """For ``at_most`` and ``at_least``."""

    values: tuple[str, ...] = ()
    """For ``one_of``."""

    tiers: tuple[RiskTier, ...] = tuple(RiskTier)
    """Tiers of systems in which it is asked."""

    data_classes: tuple[str, ...] = ()
    """Asked where the system reads one of these; empty: whatever it reads."""

    criticalities: tuple[Criticality, ...] = ()
    """Asked of vendors that are this critical, or of which nobody said how critical; empty: of all."""

    rationale: str

    def __post_init__(self) -> None:
        needs_limit = self.requires in (Requirement.AT_MOST, Requirement.AT_LEAST)
        if needs_limit != (self.limit is not None) or (self.requires is Requirement.ONE_OF) != bool(self.values):
            raise ValueError(
                f"demand {self.id}: `limit` goes with at_most and at_least, `values` with one_of, and with nothing else"
            )
        numbers = {"retention_days", "change_notice_days", "incident_notice_hours"}
        truths = {"ip_indemnity", "audit_rights", "data_processing_agreement"}
        if needs_limit and self.term not in numbers:
            raise ValueError(f"demand {self.id}: {self.term} is no number")
        if self.requires is Requirement.TRUE and self.term not in truths:
            raise ValueError(f"demand {self.id}: {self.term} is neither true nor false")
        if self.requires is Requirement.ONE_OF and self.term not in {"training_use", "region", "criticality"}:
            raise ValueError(f"demand {self.id}: {self.term} has no values to choose from")


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorFile:
    """``vendors.yaml`` beside the manifest.

    Raises:
        ValueError: If keys, providers, components or demands repeat.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/vendors/v1"]
    vendors: tuple[Vendor, ...]
    demands: tuple[Demand, ...] = ()
    """Of one's own, beside the shipped ones; one with the id of a shipped demand stands in its place."""

    valid_days: int = 365
    """How long a decision on a vendor holds at most."""

    def __post_init__(self) -> None:
        _require_unique("vendor", [v.key for v in self.vendors])
        _require_unique("provider", [p for v in self.vendors for p in v.providers])
        _require_unique("component", [c for v in self.vendors for c in v.components])
        _require_unique("demand", [d.id for d in self.demands])
        if not 1 <= self.valid_days <= 3650:
            raise ValueError(f"`valid_days` must be in 1..3650, got {self.valid_days}")

    def vendor(self, key: str) -> Vendor | None:
        """Return the vendor with this key; None: there is none."""
        return next((vendor for vendor in self.vendors if vendor.key == key), None)


def _require_unique(what: str, names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"{what} {repeated[0][:80]!r} is there more than once")
