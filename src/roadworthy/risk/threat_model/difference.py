"""What differs between two threat models of one system: elements, flows, threats and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeVar

from roadworthy.core.subject import STRICT
from roadworthy.risk.threat_model.diagram import DataFlow, Element
from roadworthy.risk.threat_model.model import AbuseCase, ModelledThreat, ThreatModel, ThreatState

T = TypeVar("T", Element, DataFlow, ModelledThreat, AbuseCase)


@dataclass(frozen=True, slots=True, kw_only=True)
class WiderThreat:
    """A threat that was there before and comes through more."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    title: str
    through: tuple[str, ...]
    """Elements and flows that are new to it, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedThreat:
    """A threat that stands otherwise than before."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    title: str
    before: ThreatState
    now: ThreatState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatModelDifference:
    """What a change of the system does to its threat model."""

    __pydantic_config__: ClassVar = STRICT

    new_elements: tuple[Element, ...]
    gone_elements: tuple[Element, ...]
    new_flows: tuple[DataFlow, ...]
    gone_flows: tuple[DataFlow, ...]
    changed_flows: tuple[DataFlow, ...]
    """Those that carry other data, or are untrusted or cross a boundary now and did not before, or the reverse."""

    new_threats: tuple[ModelledThreat, ...]
    gone_threats: tuple[ModelledThreat, ...]
    wider_threats: tuple[WiderThreat, ...]
    turned_threats: tuple[TurnedThreat, ...]
    new_abuse_cases: tuple[AbuseCase, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not any(getattr(self, name) for name in self.__slots__)

    @property
    def is_worse(self) -> bool:
        """Whether there is more to look at: something new, something wider, or something less well countered."""
        order = tuple(ThreatState)
        turned = any(order.index(t.now) < order.index(t.before) for t in self.turned_threats)
        return bool(self.new_threats or self.wider_threats or self.new_abuse_cases or turned)


def difference(before: ThreatModel, now: ThreatModel) -> ThreatModelDifference:
    """Return what differs from ``before`` to ``now``."""
    new_elements, gone_elements = _apart(before.diagram.elements, now.diagram.elements)
    new_flows, gone_flows = _apart(before.diagram.flows, now.diagram.flows)
    new_threats, gone_threats = _apart(before.threats, now.threats)
    new_cases, _ = _apart(before.abuse_cases, now.abuse_cases)
    old_flows = {flow.id: flow for flow in before.diagram.flows}
    old_threats = {threat.id: threat for threat in before.threats}
    kept = [(old_threats[t.id], t) for t in now.threats if t.id in old_threats]
    wider = [
        WiderThreat(id=t.id, title=t.title, through=tuple(sorted(more)))
        for old, t in kept
        if (more := set(t.through) - set(old.through))
    ]
    turned = [
        TurnedThreat(id=t.id, title=t.title, before=old.state, now=t.state, reason=t.reason)
        for old, t in kept
        if old.state is not t.state
    ]
    return ThreatModelDifference(
        new_elements=new_elements,
        gone_elements=gone_elements,
        new_flows=new_flows,
        gone_flows=gone_flows,
        changed_flows=tuple(f for f in now.diagram.flows if f.id in old_flows and old_flows[f.id] != f),
        new_threats=new_threats,
        gone_threats=gone_threats,
        wider_threats=tuple(wider),
        turned_threats=tuple(turned),
        new_abuse_cases=new_cases,
    )


def _apart(before: tuple[T, ...], now: tuple[T, ...]) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """Return what is only in ``now`` and what is only in ``before``, by id."""
    old, new = {item.id for item in before}, {item.id for item in now}
    return tuple(i for i in now if i.id not in old), tuple(i for i in before if i.id not in new)
