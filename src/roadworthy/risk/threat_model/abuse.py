"""Abuse cases: what the team foresees as misuse, and what every dangerous route makes possible."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from roadworthy.risk.catalogue import FlowKind, ThreatCatalogue
from roadworthy.risk.flow import Route
from roadworthy.risk.threat_model.model import (
    AbuseCase,
    Countermeasure,
    HandledRisk,
    ModelledThreat,
    ThreatState,
    worst_state,
)
from roadworthy.risk.threat_model.standing import standing_of


def abuse_id(text: str) -> str:
    """Return the id of an abuse case, which stays while its text does.

    >>> abuse_id("asking for other customers' records") == abuse_id(" Asking for other customers' records")
    True
    """
    said = " ".join(text.split()).casefold()
    return f"abuse/{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:8]}"


def stated_cases(
    texts: Iterable[str], *, countermeasures: Sequence[Countermeasure], handled: Sequence[HandledRisk], now: datetime
) -> tuple[AbuseCase, ...]:
    """Return a case for each misuse that the manifest foresees.

    Words do not say which control counters them, so that a case is *open* until a risk of the register names it
    and says how it is treated.
    """
    found: dict[str, AbuseCase] = {}
    for text in texts:
        identifier = abuse_id(text)
        stands = standing_of((identifier,), countermeasures=countermeasures, handled=handled, now=now)
        threats = {t for risk in handled if identifier in risk.threats for t in risk.threats} - {identifier}
        found[identifier] = AbuseCase(
            id=identifier,
            text=" ".join(text.split()),
            origin="stated",
            threats=tuple(sorted(threats)),
            risks=stands.risks,
            state=stands.state,
            reason=stands.reason if stands.risks else "no risk of the register names it",
        )
    return tuple(found.values())


def route_cases(
    routes: Sequence[Route], *, catalogue: ThreatCatalogue, threats: Mapping[str, ModelledThreat]
) -> tuple[AbuseCase, ...]:
    """Return a case for each dangerous meeting on each route. It stands as the worst threat that it makes likelier."""
    return tuple(
        _route_case(route, kind, catalogue=catalogue, threats=threats)
        for route in routes
        for kind in FlowKind
        if route.has(kind)
    )


def _route_case(
    route: Route, kind: FlowKind, *, catalogue: ThreatCatalogue, threats: Mapping[str, ModelledThreat]
) -> AbuseCase:
    text = f"{_PLAN[kind]} {route.sentence(kind)}"
    mine = [threats[t.id] for t in catalogue.threats if t.flow is kind and t.id in threats]
    state = worst_state(threat.state for threat in mine) if mine else ThreatState.OPEN
    worst = ", ".join(threat.id for threat in mine if threat.state is state)
    return AbuseCase(
        id=abuse_id(f"{route.key} {kind.value}"),
        text=text,
        origin="route",
        route=route.key,
        threats=tuple(sorted(threat.id for threat in mine)),
        risks=tuple(sorted({risk for threat in mine for risk in threat.risks})),
        state=state,
        reason=f"as {worst}" if worst else "no threat of the catalogue covers it",
    )


_PLAN = {
    FlowKind.LETHAL: "An outsider hides instructions where the system reads, and has private data sent out.",
    FlowKind.UNTRUSTED_ACTION: "An outsider hides instructions where the system reads, and has it act.",
}
