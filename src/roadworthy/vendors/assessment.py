"""Assesses vendors: which demands their terms meet, what is not known, what hangs on them. Nothing is scored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import STRICT
from roadworthy.vendors.model import Demand, Requirement, Vendor


class DemandOutcome(StrEnum):
    """What came of one demand. Only `MET` is good."""

    BREACHED = "breached"
    UNKNOWN = "unknown"
    """Not stated: it cannot be told."""

    MET = "met"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandResult:
    """One demand that applies, held against the terms."""

    __pydantic_config__: ClassVar = STRICT

    demand: str
    term: str
    outcome: DemandOutcome
    reason: str
    rationale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliance:
    """A component that the system has from a vendor."""

    __pydantic_config__: ClassVar = STRICT

    component: str
    type: str
    model: str = ""
    pin: str = ""
    """``exact``, ``dated`` or ``alias`` for hosted models. An alias, and a tool server without a reviewed tool list,
    is *unpinned*."""

    pinned: bool
    digest: Digest | None = None
    """Of the component in the release in the making; None: it cannot be read."""

    agents: tuple[str, ...] = ()
    """Routes that put it to work, directly or not, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorAssessment:
    """How one vendor's terms stand against what is asked of it, on one day."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/vendor-assessment/v1"] = "roadworthy/vendor-assessment/v1"
    id: str
    system: str
    vendor: str
    """Key."""

    entry: Digest
    """Of the vendor's entry in ``vendors.yaml`` when it was assessed, without how it is watched."""

    tier: RiskTier
    data_classes: tuple[str, ...] | None
    """What the system reads; None: nobody stated it, and then every demand on data is asked."""

    results: tuple[DemandResult, ...]
    """Breaches first, then what is not known."""

    relies_on: tuple[Reliance, ...]
    lapsed: tuple[str, ...]
    """Certifications that no longer hold, sorted."""

    withdrawn: tuple[str, ...]
    """Models in use that the vendor has withdrawn, sorted."""

    assessed_by: str
    assessed_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "assessed_at", require_aware(self.assessed_at, name="assessed_at"))

    @property
    def outcome(self) -> DemandOutcome:
        """The worst of its results; a certificate that lapsed or a withdrawn model is a breach."""
        if self.lapsed or self.withdrawn:
            return DemandOutcome.BREACHED
        order = tuple(DemandOutcome)
        return min((r.outcome for r in self.results), key=order.index, default=DemandOutcome.UNKNOWN)

    @property
    def unpinned(self) -> tuple[str, ...]:
        """Components that may change without anybody here changing them, sorted."""
        return tuple(sorted(r.component for r in self.relies_on if not r.pinned))


def worse_since(then: VendorAssessment, now: VendorAssessment) -> tuple[str, ...]:
    """Return what is not met now and was when ``then`` was made, in a sentence each; empty where nothing is.

    A certificate that ran out, a model that was withdrawn, a graver tier, other data or another demand: none of them
    needs a new entry in ``vendors.yaml``, and all of them take from under a decision what it rested on.
    """
    open_then = {r.demand for r in then.results if r.outcome is not DemandOutcome.MET}
    breached_then = {r.demand for r in then.results if r.outcome is DemandOutcome.BREACHED}
    found = [f"the certificate {name} ran out" for name in now.lapsed if name not in then.lapsed]
    found += [f"{model} is withdrawn and in use" for model in now.withdrawn if model not in then.withdrawn]
    for result in now.results:
        was = breached_then if result.outcome is DemandOutcome.BREACHED else open_then
        if result.outcome is not DemandOutcome.MET and result.demand not in was:
            found.append(f"{result.demand}: {result.reason}")
    return tuple(found)


def entry_digest(vendor: Vendor) -> Digest:
    """Return the digest of what is stated about a vendor, without how it is watched."""
    return digest_of(
        {
            "key": vendor.key,
            "name": vendor.name,
            "services": vendor.services,
            "providers": vendor.providers,
            "components": vendor.components,
            "criticality": vendor.criticality,
            "contract": vendor.contract,
            "certifications": vendor.certifications,
            "exit_plan": vendor.exit_plan,
            "deprecations": vendor.deprecations,
        }
    )


def assess_vendor(
    vendor: Vendor,
    *,
    id: str,
    system: str,
    relies_on: Sequence[Reliance],
    demands: Sequence[Demand],
    tier: RiskTier,
    data_classes: Collection[str] | None,
    by: str,
    now: datetime,
) -> VendorAssessment:
    """Return how a vendor's terms stand.

    What is not stated is *unknown*, never met: personal data and a vendor of which nobody knows whether it trains on
    what it is sent cannot be told, and that is said.

    Args:
        vendor: The entry.
        id: Of the assessment.
        system: Key of the system that relies on it.
        relies_on: The components that come from it.
        demands: What is asked.
        tier: Of the system.
        data_classes: What the system reads; None: not stated, so that demands on data are asked whatever they name.
        by: Who assesses.
        now: When.
    """
    now = require_aware(now, name="now")
    today = now.date()
    asked = [demand for demand in demands if _is_asked(demand, vendor, tier=tier, data_classes=data_classes)]
    order = tuple(DemandOutcome)
    results = sorted((_held(demand, vendor, today) for demand in asked), key=lambda r: order.index(r.outcome))
    models = {r.model for r in relies_on}
    return VendorAssessment(
        id=id,
        system=system,
        vendor=vendor.key,
        entry=entry_digest(vendor),
        tier=tier,
        data_classes=None if data_classes is None else tuple(sorted(data_classes)),
        results=tuple(results),
        relies_on=tuple(sorted(relies_on, key=lambda r: r.component)),
        lapsed=tuple(sorted(c.name for c in vendor.certifications if c.valid_until < today)),
        withdrawn=tuple(sorted(d.model for d in vendor.deprecations if d.model in models and d.on <= today)),
        assessed_by=by,
        assessed_at=now,
    )


def _is_asked(demand: Demand, vendor: Vendor, *, tier: RiskTier, data_classes: Collection[str] | None) -> bool:
    by_data = not demand.data_classes or data_classes is None or bool(set(demand.data_classes) & set(data_classes))
    by_weight = not demand.criticalities or vendor.criticality is None or vendor.criticality in demand.criticalities
    return tier in demand.tiers and by_data and by_weight


def _held(demand: Demand, vendor: Vendor, today: date) -> DemandResult:
    value = _term(demand, vendor, today)
    if value is None:
        outcome, reason = DemandOutcome.UNKNOWN, f"`{demand.term}` is not stated"
    elif _meets(demand, value):
        outcome, reason = DemandOutcome.MET, f"`{demand.term}` is {_said(value)}"
    else:
        outcome, reason = DemandOutcome.BREACHED, f"`{demand.term}` is {_said(value)}, asked for is {_asked(demand)}"
    return DemandResult(demand=demand.id, term=demand.term, outcome=outcome, reason=reason, rationale=demand.rationale)


def _term(demand: Demand, vendor: Vendor, today: date) -> object:
    """Return the stated value of a term; None where it is not stated, or is empty where that says nothing."""
    match demand.term:
        case "criticality":
            return vendor.criticality
        case "exit_plan":
            return vendor.exit_plan if vendor.exit_plan and vendor.exit_plan.strip() else None
        case "certifications":
            return tuple(c.name for c in vendor.certifications if today <= c.valid_until) or None
        case "sla":
            return vendor.contract.sla if vendor.contract.sla and vendor.contract.sla.strip() else None
        case "region":
            return vendor.contract.region or None
    return getattr(vendor.contract, demand.term)


def _meets(demand: Demand, value: object) -> bool:
    match demand.requires:
        case Requirement.STATED:
            return True
        case Requirement.TRUE:
            return value is True
        case Requirement.AT_MOST:
            return isinstance(value, int) and demand.limit is not None and value <= demand.limit
        case Requirement.AT_LEAST:
            return isinstance(value, int) and demand.limit is not None and value >= demand.limit
    values = value if isinstance(value, tuple) else (value,)
    return {str(v) for v in values} <= set(demand.values)


def _said(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(str(item) for item in value) or "nobody"
    return str(value)


def _asked(demand: Demand) -> str:
    match demand.requires:
        case Requirement.AT_MOST:
            return f"at most {demand.limit}"
        case Requirement.AT_LEAST:
            return f"at least {demand.limit}"
        case Requirement.ONE_OF:
            return " or ".join(demand.values)
    return "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """How much of the system one vendor carries. Counts, not a score."""

    __pydantic_config__: ClassVar = STRICT

    vendor: str
    components: int
    of_components: int
    """Hosted models and tool servers in all."""

    agents: tuple[str, ...]
    """Routes that stop with it: every hosted model that they put to work is its, sorted."""


def concentrations(relies: Mapping[str, Sequence[Reliance]]) -> tuple[Concentration, ...]:
    """Return how much hangs on each vendor, most first.

    Args:
        relies: What the system has from each vendor, by its key; ``""`` holds what nobody named a vendor for.
    """
    everything = {r.component for found in relies.values() for r in found}
    by_agent: dict[str, set[str]] = {}
    for key, found in relies.items():
        for reliance in found:
            if reliance.type == "hosted_model":
                for agent in reliance.agents:
                    by_agent.setdefault(agent, set()).add(key)
    made = [
        Concentration(
            vendor=key,
            components=len({r.component for r in found}),
            of_components=len(everything),
            agents=tuple(sorted(agent for agent, vendors in by_agent.items() if vendors == {key})),
        )
        for key, found in relies.items()
        if key and found
    ]
    return tuple(sorted(made, key=lambda c: (-c.components, c.vendor)))
