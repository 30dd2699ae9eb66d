"""The assessment plan: how a release was to be assessed, one activity for each rule of the resolved policy."""

from __future__ import annotations

from roadworthy.core.digest import JsonValue
from roadworthy.evidence.exchange.identifiers import token
from roadworthy.evidence.exchange.oscal.catalog import method_of
from roadworthy.evidence.exchange.oscal.parts import (
    File,
    Json,
    assessment_assets,
    file_resource,
    line,
    metadata,
    own_uuid,
    prop,
    resource_uuid,
    reviewed_controls,
)
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.policy.model import Rule
from roadworthy.policy.resolved import ResolvedControl


def assessment_plan_of(source: DecidedRelease, *, plan: File, catalog: File) -> Json:
    """Return how the release was to be assessed: one activity for each rule of the resolved policy.

    Args:
        source: The decided release.
        plan: The system security plan, whose controls are reviewed.
        catalog: The catalogue of those controls.
    """
    return {
        "assessment-plan": {
            "uuid": own_uuid(source, "assessment-plan"),
            "metadata": metadata(source, title=f"{source.manifest.system.name}: assessment plan")
            | {"props": [prop("policy-digest", source.decision.policy), prop("risk-tier", source.decision.tier.value)]},
            "import-ssp": {"href": f"#{resource_uuid(source, plan.name)}"},
            "local-definitions": {
                "activities": [_activity(source, one, rule) for one in source.policy.controls for rule in one.rules]
            },
            "reviewed-controls": reviewed_controls(source),
            "assessment-subjects": [{"type": "component", "include-all": {}}],
            "assessment-assets": assessment_assets(source),
            "tasks": [
                {
                    "uuid": own_uuid(source, "task"),
                    "type": "action",
                    "title": "Decide on the release",
                    "associated-activities": [
                        {
                            "activity-uuid": own_uuid(source, "activity", rule.id),
                            "subjects": [{"type": "component", "include-all": {}}],
                        }
                        for rule in source.policy.rules
                    ],
                }
            ],
            "back-matter": {"resources": [file_resource(source, plan), file_resource(source, catalog)]},
        }
    }


def _activity(source: DecidedRelease, one: ResolvedControl, rule: Rule) -> JsonValue:
    return {
        "uuid": own_uuid(source, "activity", rule.id),
        "title": line(rule.id),
        "description": _description(rule),
        "props": [
            {"name": "method", "value": method_of(rule)},
            prop("rule", rule.id),
            prop("severity", rule.severity.value),
        ],
        "related-controls": {
            "control-selections": [{"include-controls": [{"control-id": token(one.control.id)}]}],
            "control-objective-selections": [{"include-objectives": [{"objective-id": token(rule.id)}]}],
        },
    }


def _description(rule: Rule) -> str:
    match rule.require.kind:
        case "measure":
            check = rule.require
            return (
                f"Measure the rate of {check.rate} in evaluations of the category {check.category}: its one-sided "
                f"bound at {check.confidence:g} must be {check.comparator} {check.threshold:g}, from at least "
                f"{check.min_samples} assessed samples with a coverage of at least {check.min_coverage:g}, "
                f"not older than {check.max_age_days} days."
            )
        case "evidence":
            return f"Examine evidence of the type {rule.require.type}, not older than {rule.require.max_age_days} days."
        case _:
            return f"Examine the stated facts: {rule.require.condition}"
