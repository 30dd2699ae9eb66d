"""The system as its manifest states it: a system security plan that claims no implementation."""

from __future__ import annotations

from roadworthy.core.digest import JsonValue
from roadworthy.evidence.exchange.identifiers import token
from roadworthy.evidence.exchange.oscal.parts import (
    File,
    Json,
    component_uuid,
    file_resource,
    line,
    metadata,
    own_uuid,
    prop,
    resource_uuid,
)
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.inventory.model import HostedModel, McpServer
from roadworthy.inventory.release import ComponentVersion

_UNSTATED = "not stated"


def system_plan_of(source: DecidedRelease, *, catalog: File) -> Json:
    """Return the system under the controls of the catalogue.

    It says which controls bind. It does not say that any is implemented: that is what the results say.
    """
    return {
        "system-security-plan": {
            "uuid": own_uuid(source, "system-security-plan"),
            "metadata": metadata(source, title=f"{source.manifest.system.name}: system description"),
            "import-profile": {"href": f"#{resource_uuid(source, catalog.name)}"},
            "system-characteristics": _characteristics(source),
            "system-implementation": _implementation(source),
            "control-implementation": {
                "description": "Controls that bind the system. Whether they hold is in the assessment results.",
                "implemented-requirements": [
                    {
                        "uuid": own_uuid(source, "binding", one.control.id),
                        "control-id": token(one.control.id),
                        "remarks": "Binding; see the assessment results.",
                    }
                    for one in source.policy.controls
                ],
            },
            "back-matter": {"resources": [file_resource(source, catalog)]},
        }
    }


def _characteristics(source: DecidedRelease) -> Json:
    system = source.manifest.system
    classes = [item.value for item in system.data_classes or ()] or [_UNSTATED]
    return {
        "system-ids": [{"id": line(system.key)}],
        "system-name": line(system.name),
        "description": system.purpose or _UNSTATED,
        "props": [prop("risk-tier", source.decision.tier.value)],
        "system-information": {
            "information-types": [
                {
                    "uuid": own_uuid(source, "information", name),
                    "title": name,
                    "description": f"Data of the class {name}.",
                }
                for name in dict.fromkeys(classes)
            ]
        },
        "status": {
            "state": "under-development",
            "remarks": "A release; where it runs is not said.",
        },
        "authorization-boundary": {"description": "The components of the release, and the services that they call."},
    }


def _implementation(source: DecidedRelease) -> Json:
    system = source.manifest.system
    users: list[JsonValue] = [
        {"uuid": own_uuid(source, "user", name), "title": line(name)}
        for name in dict.fromkeys(system.users or (_UNSTATED,))
    ]
    return {
        "users": users,
        "components": [
            {
                "uuid": own_uuid(source, "this-system"),
                "type": "this-system",
                "title": line(system.name),
                "description": system.purpose or _UNSTATED,
                "status": {"state": "under-development"},
            },
            *(describe(source, one) | {"status": {"state": "under-development"}} for one in source.release.components),
        ],
    }


def describe(source: DecidedRelease, version: ComponentVersion) -> Json:
    """Return what a component is, by its digest; a service for hosted models and MCP servers."""
    component = source.component(version.key)
    service = isinstance(component, HostedModel | McpServer)
    pin = [prop("pin", version.pin)] if version.pin else []
    return {
        "uuid": component_uuid(source, version.key),
        "type": "service" if service else "software",
        "title": line(version.key),
        "description": f"A component of the type {version.type} at digest {version.digest}.",
        "props": [prop("component-type", version.type), prop("digest", version.digest), *pin],
    }
