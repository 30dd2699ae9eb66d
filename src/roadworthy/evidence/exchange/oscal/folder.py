"""The documents as a folder in which every reference leads to a file with the hash that is stated.

Source:
    NIST, Open Security Controls Assessment Language (OSCAL) 1.2.1: catalog, system security plan, assessment
    plan, assessment results, component definition, plan of action and milestones.
"""

from __future__ import annotations

import json
from enum import StrEnum

from roadworthy.core.digest import digest_of_bytes
from roadworthy.evidence.dsse import IN_TOTO
from roadworthy.evidence.exchange.oscal.catalog import catalog_of
from roadworthy.evidence.exchange.oscal.follow_up import component_definition_of, plan_of_action_of
from roadworthy.evidence.exchange.oscal.parts import File, Json
from roadworthy.evidence.exchange.oscal.plan import assessment_plan_of
from roadworthy.evidence.exchange.oscal.results import assessment_results_of
from roadworthy.evidence.exchange.oscal.system import system_plan_of
from roadworthy.evidence.exchange.source import DecidedRelease


class OscalModel(StrEnum):
    """What to write; each comes with every document that it refers to."""

    ASSESSMENT_PLAN = "assessment-plan"
    ASSESSMENT_RESULTS = "assessment-results"
    COMPONENT_DEFINITION = "component-definition"
    POAM = "poam"


CATALOG, SYSTEM_PLAN, PLAN = "catalog.json", "system-security-plan.json", "assessment-plan.json"
RESULTS, COMPONENTS, ACTION = (
    "assessment-results.json",
    "component-definition.json",
    "plan-of-action-and-milestones.json",
)


def folder_of(source: DecidedRelease, *, model: OscalModel) -> dict[str, bytes]:
    """Return the files of an export by relative name: the document of ``model`` and all that it needs.

    A plan of action is left out where nothing is owed.
    """
    made: dict[str, bytes] = {}

    def put(name: str, document: Json, title: str) -> File:
        made[name] = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
        return File(name=name, digest=digest_of_bytes(made[name]), title=title)

    catalog = put(CATALOG, catalog_of(source), "Controls in force")
    if model is OscalModel.COMPONENT_DEFINITION:
        put(COMPONENTS, component_definition_of(source, catalog=catalog), "Components")
        return made
    system = put(SYSTEM_PLAN, system_plan_of(source, catalog=catalog), "System description")
    if model is OscalModel.ASSESSMENT_PLAN:
        put(PLAN, assessment_plan_of(source, plan=system, catalog=catalog), "Assessment plan")
        return made
    evidence = {}
    for name, envelope in sorted(source.envelopes.items()):
        path = f"evidence/{name}.dsse.json"
        made[path] = envelope
        evidence[name] = File(name=path, digest=digest_of_bytes(envelope), media_type=f"{IN_TOTO}", title=name)
    if model is OscalModel.POAM:
        action = plan_of_action_of(source, plan=system, evidence=evidence)
        if action is not None:
            put(ACTION, action, "What is owed")
        return made
    plan = put(PLAN, assessment_plan_of(source, plan=system, catalog=catalog), "Assessment plan")
    put(RESULTS, assessment_results_of(source, plan=plan, evidence=evidence), "Assessment results")
    return made
