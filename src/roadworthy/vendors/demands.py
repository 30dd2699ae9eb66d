"""What is asked of vendors where an organisation says nothing else: defaults with their reasons."""

from __future__ import annotations

from collections.abc import Sequence

from roadworthy.core.severity import RiskTier
from roadworthy.vendors.model import Criticality, Demand, Requirement

_GRAVE = (RiskTier.HIGH, RiskTier.CRITICAL, RiskTier.PROHIBITED)
_ABOVE_MINIMAL = (RiskTier.LIMITED, *_GRAVE)
_PEOPLE = ("personal", "special_category", "children")
_GUARDED = (*_PEOPLE, "confidential", "financial", "credentials")
_RELIED_ON = (Criticality.IMPORTANT, Criticality.ESSENTIAL)

DEFAULT_DEMANDS = (
    Demand(
        id="no-training",
        term="training_use",
        requires=Requirement.ONE_OF,
        values=("never", "opted_out"),
        data_classes=_GUARDED,
        rationale="What a model was trained on cannot be taken back, and may come out again.",
    ),
    Demand(
        id="training-stated",
        term="training_use",
        requires=Requirement.STATED,
        rationale="Whoever does not know whether a vendor trains on what it is sent cannot tell people.",
    ),
    Demand(
        id="retention-stated",
        term="retention_days",
        requires=Requirement.STATED,
        tiers=_ABOVE_MINIMAL,
        rationale="What is kept can leak and can be asked for.",
    ),
    Demand(
        id="retention-of-personal-data",
        term="retention_days",
        requires=Requirement.AT_MOST,
        limit=30,
        data_classes=_PEOPLE,
        rationale="Personal data are kept no longer than needed (GDPR Art. 5(1)(e)); 30 days is what abuse monitoring "
        "of large providers asks for. The figure is ours.",
    ),
    Demand(
        id="region-stated",
        term="region",
        requires=Requirement.STATED,
        data_classes=_PEOPLE,
        rationale="A transfer to a third country needs grounds (GDPR Art. 44 to 49), so that one has to know of it.",
    ),
    Demand(
        id="processing-agreement",
        term="data_processing_agreement",
        requires=Requirement.TRUE,
        data_classes=_PEOPLE,
        rationale="Processing by a processor is governed by a contract (GDPR Art. 28(3)).",
    ),
    Demand(
        id="sub-processors-stated",
        term="sub_processors",
        requires=Requirement.STATED,
        data_classes=_PEOPLE,
        rationale="A processor engages no other without authorisation (GDPR Art. 28(2)).",
    ),
    Demand(
        id="incident-notice",
        term="incident_notice_hours",
        requires=Requirement.AT_MOST,
        limit=48,
        tiers=_GRAVE,
        data_classes=_PEOPLE,
        rationale="A breach is notified within 72 hours of becoming known (GDPR Art. 33(1)); that leaves a day.",
    ),
    Demand(
        id="change-notice",
        term="change_notice_days",
        requires=Requirement.AT_LEAST,
        limit=30,
        tiers=_GRAVE,
        criticalities=_RELIED_ON,
        rationale="A changed model has to be evaluated before it is relied on. The figure is ours.",
    ),
    Demand(
        id="audit-rights",
        term="audit_rights",
        requires=Requirement.TRUE,
        tiers=_GRAVE,
        criticalities=_RELIED_ON,
        rationale="What may not be looked at cannot be shown (ISO/IEC 42001 A.10.3; DORA Art. 30(3) for finance).",
    ),
    Demand(
        id="exit-plan",
        term="exit_plan",
        requires=Requirement.STATED,
        tiers=_ABOVE_MINIMAL,
        criticalities=_RELIED_ON,
        rationale="A vendor may stop, change its terms or its price, or be forbidden.",
    ),
    Demand(
        id="criticality-stated",
        term="criticality",
        requires=Requirement.STATED,
        rationale="How much is asked of a vendor follows from how much hangs on it.",
    ),
    Demand(
        id="availability-stated",
        term="sla",
        requires=Requirement.STATED,
        tiers=_GRAVE,
        criticalities=(Criticality.ESSENTIAL,),
        rationale="What the system stops without has to be promised.",
    ),
    Demand(
        id="certified",
        term="certifications",
        requires=Requirement.STATED,
        tiers=_GRAVE,
        data_classes=_GUARDED,
        rationale="Somebody independent has looked at how the vendor guards what it is sent.",
    ),
)
"""Sorted by nothing but the order in which a reader asks."""


def demands_in_force(own: Sequence[Demand]) -> tuple[Demand, ...]:
    """Return the shipped demands, each replaced by one's own of the same id, and then one's own further ones."""
    by_id = {demand.id: demand for demand in own}
    shipped = {demand.id for demand in DEFAULT_DEMANDS}
    return (
        *(by_id.get(demand.id, demand) for demand in DEFAULT_DEMANDS),
        *(demand for demand in own if demand.id not in shipped),
    )
