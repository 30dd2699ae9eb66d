"""The whole file: an AI bill of materials with what was found of it.

Source:
    OWASP CycloneDX, Bill of Materials Specification 1.6 (ECMA-424, 1st edition) and 1.7.
"""

from __future__ import annotations

from enum import StrEnum

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import JsonValue
from roadworthy.evidence.exchange.cyclonedx.components import components_of, dependencies_of, services_of
from roadworthy.evidence.exchange.cyclonedx.declarations import declarations_of
from roadworthy.evidence.exchange.cyclonedx.parts import Json, properties, without_empty
from roadworthy.evidence.exchange.cyclonedx.standards import standards_of
from roadworthy.evidence.exchange.identifiers import uuid_of
from roadworthy.evidence.exchange.source import DecidedRelease

SYSTEM = "system"


class SpecVersion(StrEnum):
    """Editions of the format that can be written."""

    V1_6 = "1.6"
    V1_7 = "1.7"


def bom_of(source: DecidedRelease, *, spec: SpecVersion = SpecVersion.V1_6) -> Json:
    """Return the bill of materials of a decided release.

    The serial number follows from the decision's digest, so the same decision always gives the same file.

    Args:
        source: The decided release.
        spec: Edition of the format.
    """
    services = services_of(source)
    return without_empty(
        {
            "$schema": f"http://cyclonedx.org/schema/bom-{spec.value}.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": spec.value,
            "serialNumber": f"urn:uuid:{uuid_of('cyclonedx', spec.value, source.decision_digest)}",
            "version": 1,
            "metadata": _metadata(source),
            "components": components_of(source),
            "services": services,
            "dependencies": dependencies_of(source, root=SYSTEM),
            "compositions": _compositions(services),
            "declarations": declarations_of(source, target=SYSTEM),
            "definitions": {"standards": standards_of(source)},
            "properties": _outcomes(source),
        }
    )


def _metadata(source: DecidedRelease) -> Json:
    system, decision = source.manifest.system, source.decision
    return without_empty(
        {
            "timestamp": rfc3339(decision.decided_at),
            "tools": {"components": [{"type": "application", "name": "roadworthy", "version": source.program}]},
            "component": without_empty(
                {
                    "type": "application",
                    "bom-ref": SYSTEM,
                    "name": system.name,
                    "group": system.key,
                    "version": source.release.version,
                    "description": system.purpose,
                    "externalReferences": [
                        {
                            "type": "attestation",
                            "url": f"urn:roadworthy:decision:{decision.id}",
                            "comment": "The signed gate decision; verify it with its evidence pack.",
                        }
                    ],
                    "properties": properties(
                        ("release-digest", source.release.digest), ("decision-digest", source.decision_digest)
                    ),
                }
            ),
        }
    )


def _compositions(services: list[JsonValue]) -> list[JsonValue]:
    """Say that what is behind a service is not known."""
    refs: list[JsonValue] = [service["bom-ref"] for service in services if isinstance(service, dict)]
    return [{"aggregate": "unknown", "assemblies": refs}] if refs else []


def _outcomes(source: DecidedRelease) -> list[JsonValue]:
    decision = source.decision
    return [
        *properties(
            ("verdict", decision.verdict.value),
            ("tier", decision.tier.value),
            ("decision", decision.id),
            ("decided-at", rfc3339(decision.decided_at)),
            ("valid-until", rfc3339(decision.valid_until)),
        ),
        *(one for result in decision.results for one in properties((f"rule:{result.rule}", result.outcome.value))),
        *(
            one
            for standing in decision.exceptions
            for one in properties((f"exception:{standing.id}", "effective" if standing.effective else standing.reason))
        ),
    ]
