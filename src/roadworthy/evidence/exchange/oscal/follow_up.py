"""The component definition, and the plan of action for what is owed."""

from __future__ import annotations

from roadworthy.core.digest import JsonValue
from roadworthy.evidence.exchange.identifiers import token
from roadworthy.evidence.exchange.oscal.parts import (
    File,
    Json,
    assessment_assets,
    file_resource,
    line,
    metadata,
    origin,
    own_uuid,
    prop,
    resource_uuid,
)
from roadworthy.evidence.exchange.oscal.results import evidence_resources, observations_of, related
from roadworthy.evidence.exchange.oscal.risks import is_owed, risk_uuid, risks_of
from roadworthy.evidence.exchange.oscal.system import describe
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.gates.model import RuleOutcome, RuleResult, Validity
from roadworthy.inventory.release import ComponentVersion


def component_definition_of(source: DecidedRelease, *, catalog: File) -> Json:
    """Return each component with the controls that were measured to hold with it, and no other."""
    return {
        "component-definition": {
            "uuid": own_uuid(source, "component-definition"),
            "metadata": metadata(source, title=f"{source.manifest.system.name}: components"),
            "components": [_defined(source, version, catalog) for version in source.release.components],
            "back-matter": {"resources": [file_resource(source, catalog)]},
        }
    }


def _defined(source: DecidedRelease, version: ComponentVersion, catalog: File) -> JsonValue:
    about = {item.id for item in source.about(version.key)}
    held: dict[str, list[RuleResult]] = {}
    for result in source.decision.results:
        cited = {used.id for used in result.evidence if used.validity is Validity.VALID}
        if result.outcome is RuleOutcome.PASS and cited & about:
            held.setdefault(result.control, []).append(result)
    made = describe(source, version)
    if not held:
        return made
    return made | {
        "control-implementations": [
            {
                "uuid": own_uuid(source, "implementation", version.key),
                "source": f"#{resource_uuid(source, catalog.name)}",
                "description": "Rules that held for this release with this component in it.",
                "implemented-requirements": [
                    {
                        "uuid": own_uuid(source, "implemented", version.key, control),
                        "control-id": token(control),
                        "description": "; ".join(f"{result.rule}: {result.reason}" for result in held[control]),
                        "props": [prop("rule", result.rule) for result in held[control]],
                    }
                    for control in sorted(held)
                ],
            }
        ]
    }


def plan_of_action_of(source: DecidedRelease, *, plan: File, evidence: dict[str, File]) -> Json | None:
    """Return what is owed as a plan of action; None where nothing is: the format needs at least one item.

    Args:
        source: The decided release.
        plan: The system security plan.
        evidence: File of each piece of evidence that goes along, by its id.
    """
    owed = [result for result in source.decision.results if is_owed(result)]
    if not owed:
        return None
    return {
        "plan-of-action-and-milestones": {
            "uuid": own_uuid(source, "plan-of-action"),
            "metadata": metadata(source, title=f"{source.manifest.system.name}: what is owed"),
            "import-ssp": {"href": f"#{resource_uuid(source, plan.name)}"},
            "local-definitions": {"assessment-assets": assessment_assets(source)},
            "observations": observations_of(source),
            "risks": risks_of(source),
            "poam-items": [_item(source, result) for result in owed],
            "back-matter": {"resources": [file_resource(source, plan), *evidence_resources(source, evidence)]},
        }
    }


def _item(source: DecidedRelease, result: RuleResult) -> JsonValue:
    return {
        "uuid": own_uuid(source, "item", result.rule),
        "title": line(result.title),
        "description": result.remediation or result.reason,
        "props": [prop("rule", result.rule), prop("severity", result.severity.value)],
        "origins": origin(source),
        "related-observations": [{"observation-uuid": one} for one in related(source, result)],
        "related-risks": [{"risk-uuid": risk_uuid(source, result)}],
    }
