"""The controls in force and the frameworks that they are linked to, by identifier. No text of a framework is copied."""

from __future__ import annotations

from roadworthy.core.digest import JsonValue
from roadworthy.evidence.exchange.cyclonedx.parts import properties, requirement_ref, without_empty
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.policy.frameworks.known import FRAMEWORKS


def standards_of(source: DecidedRelease) -> list[JsonValue]:
    """Return the policy as a standard of its own, and each framework with the requirements that are referred to."""
    linked: dict[str, set[str]] = {}
    for result in source.decision.results:
        for link in result.serves:
            if link.status in {"proposed", "reviewed"}:
                linked.setdefault(link.framework, set()).add(link.id)
    return [_policy(source), *(_framework(name, linked[name]) for name in sorted(linked))]


def _policy(source: DecidedRelease) -> JsonValue:
    packs = ", ".join(f"{pack.name} {pack.version}" for pack in source.policy.packs)
    return {
        "bom-ref": "standard:controls",
        "name": f"Controls of {packs}",
        "version": source.decision.policy,
        "owner": source.manifest.system.owner or source.manifest.system.name,
        "requirements": [
            {
                "bom-ref": requirement_ref("controls", one.control.id),
                "identifier": one.control.id,
                "title": one.control.title,
                "text": one.control.objective,
                "properties": [found for rule in one.rules for found in properties(("rule", rule.id))],
            }
            for one in source.policy.controls
        ],
    }


def _framework(name: str, identifiers: set[str]) -> JsonValue:
    framework = FRAMEWORKS[name]
    return {
        "bom-ref": f"standard:{name}",
        "name": framework.title,
        "version": framework.edition,
        "description": f"Published as {framework.source}. Referred to by identifier; none of its text is here.",
        "requirements": [
            without_empty(
                {
                    "bom-ref": requirement_ref(name, identifier),
                    "identifier": identifier,
                    "title": framework.topic(identifier),
                }
            )
            for identifier in sorted(identifiers)
        ],
    }
