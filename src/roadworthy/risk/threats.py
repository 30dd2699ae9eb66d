"""Which threats of the catalogue a system is exposed to: by its components, its facts and its data flows."""

from __future__ import annotations

from collections.abc import Sequence

from roadworthy.core.digest import JsonValue
from roadworthy.policy.ports import Broken, ConditionLanguage, Fails, Missing
from roadworthy.risk.catalogue import Threat, ThreatCatalogue
from roadworthy.risk.facts import Facts, stated, unstated
from roadworthy.risk.flow import Route
from roadworthy.risk.model import ApplicableThreat


def applicable_threats(
    facts: Facts, *, catalogue: ThreatCatalogue, routes: Sequence[Route], conditions: ConditionLanguage
) -> tuple[ApplicableThreat, ...]:
    """Return the threats that stand, sorted by id.

    A threat is ruled out only by what is stated: no component of its types, or a
    condition that is false. Silence rules nothing out.
    """
    found = [
        applicable
        for threat in catalogue.threats
        if (applicable := _applicable(threat, facts, routes, conditions)) is not None
    ]
    return tuple(sorted(found, key=lambda applicable: applicable.threat))


def _applicable(
    threat: Threat, facts: Facts, routes: Sequence[Route], conditions: ConditionLanguage
) -> ApplicableThreat | None:
    keys = _exposed(threat, facts)
    if threat.component_types and not keys:
        return None
    truth = conditions.evaluate(threat.applies_when, facts)
    if isinstance(truth, Fails):
        return None
    flows = tuple(route.sentence(threat.flow) for route in routes if threat.flow and route.has(threat.flow))
    because = f"through {', '.join(keys)}" if keys else "the system as a whole"
    if isinstance(truth, Missing | Broken):
        because += f"; cannot be ruled out: {truth.reason}"
    return ApplicableThreat(
        threat=threat.id,
        title=threat.title,
        components=keys,
        flows=flows,
        because=because,
        missing=unstated(facts, threat.applies_when) if isinstance(truth, Missing) else (),
        atlas=threat.atlas,
        owasp_llm=threat.owasp_llm,
        owasp_asi=threat.owasp_asi,
        evaluation=threat.evaluation,
    )


def _exposed(threat: Threat, facts: Facts) -> tuple[str, ...]:
    listed = stated(facts, "components")
    components: Sequence[JsonValue] = listed if isinstance(listed, list | tuple) else ()
    return tuple(
        sorted(
            str(component.get("key"))
            for component in components
            if isinstance(component, dict) and component.get("type") in threat.component_types
        )
    )
