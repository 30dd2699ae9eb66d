"""A threat model as a value: the diagram, every threat with what stands against it, and every abuse case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.subject import STRICT
from roadworthy.risk.threat_model.diagram import DataFlowDiagram
from roadworthy.risk.threat_model.stride import Stride


class RuleState(StrEnum):
    """How a rule came out in the latest decision."""

    HOLDS = "holds"
    WAIVED = "waived"
    """It does not hold, and an exception lets the release ship all the same."""

    DOES_NOT_HOLD = "does_not_hold"
    NOT_KNOWN = "not_known"
    """Nothing was decided yet, or it could not be told."""

    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountermeasureRule:
    """A rule that tests a control, and how it stands."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    state: RuleState
    reason: str
    tests: tuple[str, ...] = ()
    """Ids of the evaluation tasks, or types of evidence, that answer it, sorted."""

    exceptions: tuple[str, ...] = ()
    """Ids of exceptions that let it through although it does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Countermeasure:
    """A control of the policy in force that counters threats."""

    __pydantic_config__: ClassVar = STRICT

    control: str
    title: str
    threats: tuple[str, ...]
    """Ids of threats of the catalogue that it counters."""

    rules: tuple[CountermeasureRule, ...]

    @property
    def state(self) -> RuleState:
        """How the control stands: as its worst rule that applies. One whose rules all do not apply does not."""
        states = {rule.state for rule in self.rules} - {RuleState.NOT_APPLICABLE}
        for worst in (RuleState.DOES_NOT_HOLD, RuleState.NOT_KNOWN, RuleState.WAIVED):
            if worst in states:
                return worst
        return RuleState.HOLDS if states else RuleState.NOT_APPLICABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class HandledRisk:
    """What the risk register says of some threats."""

    __pydantic_config__: ClassVar = STRICT

    risk: str
    """Id of the risk."""

    threats: tuple[str, ...]
    """Ids of threats, of the catalogue or of this model, and of abuse cases."""

    controls: tuple[str, ...] = ()
    """Ids of controls that treat it."""

    accepted_until: datetime | None = None
    """Until when somebody who may has accepted it; None: nobody has, or it ran out."""

    def __post_init__(self) -> None:
        if self.accepted_until is not None:
            object.__setattr__(self, "accepted_until", require_aware(self.accepted_until, name="accepted_until"))


class ThreatState(StrEnum):
    """Whether something stands against a threat. Only what was shown to hold counts."""

    OPEN = "open"
    """Nothing is shown to hold."""

    PARTLY = "partly"
    """Some of what counters it is shown to hold, some is not."""

    ACCEPTED = "accepted"
    """Somebody who may has accepted it for a while, or every rule that does not hold is excepted."""

    MITIGATED = "mitigated"
    """Everything that counters it is shown to hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelledThreat:
    """One threat, where it comes in, and what stands against it."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    """``T07`` for a threat of the catalogue; ``<element or flow>/S`` for a kind of threat that none of these is."""

    title: str
    description: str
    stride: tuple[Stride, ...]
    through: tuple[str, ...]
    """Ids of the elements and flows that it comes through, sorted; empty: the system as a whole."""

    catalogued: bool
    atlas: tuple[str, ...] = ()
    owasp_llm: tuple[str, ...] = ()
    owasp_asi: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    """Dangerous meetings of data and powers that make it likelier, one sentence each."""

    countermeasures: tuple[str, ...] = ()
    """Ids of the controls that counter it and apply, sorted."""

    in_force: tuple[str, ...] = ()
    """Those of them that are shown to hold, sorted."""

    risks: tuple[str, ...] = ()
    """Ids of risks of the register that name it, sorted."""

    accepted_by: tuple[str, ...] = ()
    """Ids of the risks or exceptions that accept it, sorted."""

    state: ThreatState
    reason: str
    """Why it stands so, in one sentence."""

    advice: tuple[str, ...] = ()
    """What helps against it, for a threat of the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbuseCase:
    """A way in which somebody uses the system against its purpose."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    """``abuse/<8 hexadecimal digits of its text>``: it stays while the text does."""

    text: str
    origin: Literal["stated", "route"]
    """Stated as foreseeable misuse in the manifest, or found on a dangerous route."""

    route: str | None = None
    threats: tuple[str, ...] = ()
    """Ids of threats of this model that it makes use of, sorted."""

    risks: tuple[str, ...] = ()
    """Ids of risks of the register that name it, sorted."""

    state: ThreatState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatModel:
    """What may go wrong with one system, part by part, and what stands against it at one time."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/threat-model/v1"] = "roadworthy/threat-model/v1"
    system: str
    diagram: DataFlowDiagram
    threats: tuple[ModelledThreat, ...]
    """Those of the catalogue first, then by id."""

    abuse_cases: tuple[AbuseCase, ...]
    countermeasures: tuple[Countermeasure, ...]
    """Controls that some threat here names, sorted by id."""

    catalogue: Digest
    """Of the threat catalogue."""

    decision: str | None
    """Id of the decision that says how the rules stand; None: nothing was decided yet."""

    notes: tuple[str, ...] = ()
    """What a reader must know of how it was made, one sentence each."""

    @property
    def digest(self) -> Digest:
        """Over what was modelled, not over how it stands: evidence comes and goes, and a review of the model holds."""
        return digest_of(
            {
                "schema": self.schema,
                "system": self.system,
                "diagram": self.diagram,
                "catalogue": self.catalogue,
                "threats": [
                    {"id": t.id, "through": t.through, "flows": t.flows, "countermeasures": t.countermeasures}
                    for t in self.threats
                ],
                "abuse_cases": [{"id": a.id, "threats": a.threats} for a in self.abuse_cases],
            }
        )

    def in_state(self, *states: ThreatState) -> tuple[ModelledThreat, ...]:
        """Return the threats that stand so, in their order."""
        return tuple(threat for threat in self.threats if threat.state in states)

    def cell(self, place: str, stride: Stride) -> tuple[ModelledThreat, ...]:
        """Return the threats of one kind that come through one element or flow."""
        return tuple(t for t in self.threats if place in t.through and stride in t.stride)


def worst_state(states: Iterable[ThreatState]) -> ThreatState:
    """Return the state that calls for most; `MITIGATED` of none.

    >>> worst_state([ThreatState.MITIGATED, ThreatState.PARTLY])
    <ThreatState.PARTLY: 'partly'>
    """
    order = tuple(ThreatState)
    return min(states, key=order.index, default=ThreatState.MITIGATED)
