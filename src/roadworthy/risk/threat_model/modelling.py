"""Makes a threat model: diagram, threats of the catalogue where they come in, STRIDE for the rest, abuse cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, digest_of
from roadworthy.policy.ports import ConditionLanguage
from roadworthy.risk.catalogue import ThreatCatalogue
from roadworthy.risk.facts import Facts, stated
from roadworthy.risk.flow import routes
from roadworthy.risk.model import ApplicableThreat
from roadworthy.risk.threat_model.abuse import route_cases, stated_cases
from roadworthy.risk.threat_model.diagram import DataFlow, DataFlowDiagram, ElementKind
from roadworthy.risk.threat_model.drawing import diagram_of
from roadworthy.risk.threat_model.model import Countermeasure, HandledRisk, ModelledThreat, ThreatModel
from roadworthy.risk.threat_model.standing import Standing, standing_of
from roadworthy.risk.threat_model.stride import (
    PER_ELEMENT,
    Stride,
    element_sentence,
    flow_kinds,
    flow_sentence,
    stride_of,
)
from roadworthy.risk.threats import applicable_threats


def threat_model(
    facts: Facts,
    *,
    catalogue: ThreatCatalogue,
    conditions: ConditionLanguage,
    countermeasures: Sequence[Countermeasure],
    now: datetime,
    handled: Sequence[HandledRisk] = (),
    decision: str | None = None,
) -> ThreatModel:
    """Return the threat model of a system.

    Each threat of the catalogue that the facts do not rule out is there once, with every element and dangerous flow
    that it comes through. Each kind of threat that STRIDE names for an element or flow and that none of these covers
    is there as a threat of its own, open until the register treats it: what nobody thought of is not covered.

    Args:
        facts: What is stated, as an assessment reads it.
        catalogue: The threats that we know.
        conditions: The language of their conditions.
        countermeasures: Every control of the policy in force, with how its rules came out.
        now: Acceptances are held against it.
        handled: What the risk register says.
        decision: Id of the decision that the states are from; None: there is none.

    Raises:
        ValueError: If the facts name no system, or ``now`` is naive.
    """
    now = require_aware(now, name="now")
    system = stated(facts, "system.key")
    if not isinstance(system, str):
        raise ValueError("the facts name no `system.key`")
    diagram = diagram_of(facts)
    found = routes(facts)
    applicable = applicable_threats(facts, catalogue=catalogue, routes=found, conditions=conditions)

    def stands(names: Sequence[str]) -> Standing:
        return standing_of(names, countermeasures=countermeasures, handled=handled, now=now)

    known = [_catalogued(one, catalogue, diagram, stands((one.threat,))) for one in applicable]
    covered = _covered(known, catalogue)
    further = [
        _uncatalogued(place, kind, text, stands((f"{place}/{kind.letter}",)))
        for place, kind, text in _stride_cells(diagram)
        if (place, kind) not in covered
    ]
    threats = (*known, *sorted(further, key=lambda threat: threat.id))
    misuse = stated(facts, "system.foreseeable_misuse")
    texts = [str(text) for text in misuse] if isinstance(misuse, list | tuple) else []
    cases = (
        *stated_cases(texts, countermeasures=countermeasures, handled=handled, now=now),
        *route_cases(found, catalogue=catalogue, threats={t.id: t for t in known}),
    )
    named = {control for threat in threats for control in threat.countermeasures}
    return ThreatModel(
        system=system,
        diagram=diagram,
        threats=threats,
        abuse_cases=cases,
        countermeasures=tuple(sorted((c for c in countermeasures if c.control in named), key=lambda c: c.control)),
        catalogue=_digest(catalogue),
        decision=decision,
        notes=_notes(facts, decision=decision, misuse=bool(texts)),
    )


def _digest(catalogue: ThreatCatalogue) -> Digest:
    return digest_of(catalogue)


def _covered(threats: Sequence[ModelledThreat], catalogue: ThreatCatalogue) -> frozenset[tuple[str, Stride]]:
    """Return the places and kinds that threats of the catalogue cover. Wrong output is no attack and covers none."""
    return frozenset(
        (place, kind)
        for threat in threats
        if catalogue.threat(threat.id).surface != "output"
        for place in threat.through
        for kind in threat.stride
    )


def _catalogued(
    applicable: ApplicableThreat, catalogue: ThreatCatalogue, diagram: DataFlowDiagram, stands: Standing
) -> ModelledThreat:
    threat = catalogue.threat(applicable.threat)
    return ModelledThreat(
        id=threat.id,
        title=threat.title,
        description=f"{threat.description.rstrip('.')}: {threat.consequence}.",
        stride=stride_of(threat),
        through=_places(applicable, diagram, threat.surface),
        catalogued=True,
        atlas=threat.atlas,
        owasp_llm=threat.owasp_llm,
        owasp_asi=threat.owasp_asi,
        flows=applicable.flows,
        countermeasures=stands.countermeasures,
        in_force=stands.in_force,
        risks=stands.risks,
        accepted_by=stands.accepted_by,
        state=stands.state,
        reason=stands.reason,
        advice=threat.mitigations,
    )


def _places(applicable: ApplicableThreat, diagram: DataFlowDiagram, surface: str) -> tuple[str, ...]:
    """Return the elements that a threat comes through, and the flows of what outsiders wrote that carry it."""
    elements = {element.id: element for element in diagram.elements}
    through = set(applicable.components) & set(elements)

    def carries(flow: DataFlow) -> bool:
        match surface:
            case "user_input":
                return flow.target in through and elements[flow.source].kind is ElementKind.EXTERNAL
            case "retrieved_content" | "memory" | "training_data":
                return flow.source in through or flow.target in through
            case "tool_results":
                return flow.source in through
        return False

    return tuple(sorted(through | {flow.id for flow in diagram.flows if flow.untrusted and carries(flow)}))


def _uncatalogued(place: str, kind: Stride, text: str, stands: Standing) -> ModelledThreat:
    return ModelledThreat(
        id=f"{place}/{kind.letter}",
        title=f"{kind.value.replace('_', ' ').capitalize()}: {place}",
        description=f"{text}.",
        stride=(kind,),
        through=(place,),
        catalogued=False,
        countermeasures=stands.countermeasures,
        in_force=stands.in_force,
        risks=stands.risks,
        accepted_by=stands.accepted_by,
        state=stands.state,
        reason=stands.reason,
    )


def _stride_cells(diagram: DataFlowDiagram) -> Iterator[tuple[str, Stride, str]]:
    """Yield every element and flow with every kind of threat that applies to it, and what that means there."""
    boundaries = {boundary.id: boundary.kind for boundary in diagram.boundaries}
    for element in diagram.elements:
        for kind in PER_ELEMENT[element.kind]:
            boundary = boundaries[element.boundary]
            yield element.id, kind, element_sentence(element.kind, kind, element.title, boundary=boundary)
    for flow in diagram.flows:
        for kind in flow_kinds(flow):
            yield flow.id, kind, flow_sentence(kind, flow)


def _notes(facts: Facts, *, decision: str | None, misuse: bool) -> tuple[str, ...]:
    notes = []
    if decision is None:
        notes.append("nothing was decided yet, so that no control is known to hold; run `rw gate`")
    if stated(facts, "system.users") in (None, [], ()):
        notes.append("`system.users` is not stated")
    if stated(facts, "system.data_classes") is None:
        notes.append("`system.data_classes` is not stated, so that no flow says which data it carries")
    if not misuse:
        notes.append("`system.foreseeable_misuse` is not stated, so that no abuse case comes from it")
    notes.append(
        "flows inside one trust boundary are looked at only where they carry what outsiders wrote, and the data "
        "classes of a flow are the most that it may carry"
    )
    return tuple(notes)
