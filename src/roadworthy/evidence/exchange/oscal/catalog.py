"""The controls in force as an OSCAL catalogue, with each rule as an assessment objective."""

from __future__ import annotations

from roadworthy.core.digest import JsonValue
from roadworthy.evidence.exchange.identifiers import token
from roadworthy.evidence.exchange.oscal.parts import Json, line, metadata, own_uuid, prop, resource_uuid
from roadworthy.evidence.exchange.source import DecidedRelease, max_age_of
from roadworthy.policy.frameworks.known import FRAMEWORKS
from roadworthy.policy.model import Rule
from roadworthy.policy.resolved import ResolvedControl


def catalog_of(source: DecidedRelease) -> Json:
    """Return the resolved policy as a catalogue, so that what other documents import is there."""
    named = sorted({link.framework for one in source.policy.controls for link in one.control.links})
    made: Json = {
        "uuid": own_uuid(source, "catalog"),
        "metadata": metadata(source, title=f"Controls in force for {source.manifest.system.name}"),
        "controls": [_control(source, one) for one in source.policy.controls],
    }
    if named:
        made["back-matter"] = {"resources": [_framework(source, name) for name in named]}
    return {"catalog": made}


def _control(source: DecidedRelease, one: ResolvedControl) -> JsonValue:
    control = one.control
    made: Json = {
        "id": token(control.id),
        "class": "roadworthy",
        "title": line(control.title),
        "props": [
            {"name": "label", "value": control.id},
            prop("area", control.area.value),
            prop("type", control.type),
            prop("stage", control.stage),
        ],
        "parts": [
            {"id": f"{token(control.id)}_smt", "name": "statement", "prose": control.objective},
            {"id": f"{token(control.id)}_gdn", "name": "guidance", "prose": control.why},
            *(_objective(rule) for rule in one.rules),
        ],
    }
    if control.links:
        made["links"] = [
            {
                "href": f"#{resource_uuid(source, f'framework/{link.framework}')}",
                "rel": "related",
                "text": line(f"{link.id}: {link.relation}, strength {link.strength} of 10, {link.status}"),
            }
            for link in control.links
        ]
    return made


def _objective(rule: Rule) -> JsonValue:
    age = max_age_of(rule)
    return {
        "id": token(rule.id),
        "name": "assessment-objective",
        "props": [
            {"name": "label", "value": rule.id},
            {"name": "method", "ns": "http://csrc.nist.gov/ns/rmf", "value": method_of(rule)},
            prop("severity", rule.severity.value),
            *([prop("max-age-days", age)] if age is not None else []),
        ],
        "prose": f"It is not the case that {rule.message.rstrip('.')}.",
    }


def method_of(rule: Rule) -> str:
    """Return how a rule is assessed in OSCAL's words: measured rules are tested, the others examined."""
    return "TEST" if rule.require.kind == "measure" else "EXAMINE"


def _framework(source: DecidedRelease, name: str) -> JsonValue:
    framework = FRAMEWORKS[name]
    return {
        "uuid": resource_uuid(source, f"framework/{name}"),
        "title": line(framework.title),
        "citation": {"text": line(f"{framework.title}, {framework.edition}. {framework.source}")},
    }
