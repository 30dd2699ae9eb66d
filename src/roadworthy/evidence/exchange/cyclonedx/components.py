"""Components and services of a release, as CycloneDX says them.

Hosted models and MCP servers are services: nobody here holds their bytes. Prompts, tools, guard
policies, datasets and indexes are ``data``, because the format has no type of its own for them.
"""

from __future__ import annotations

import re
from typing import assert_never

from roadworthy.core.digest import JsonValue
from roadworthy.evidence.exchange.cyclonedx.card import model_card
from roadworthy.evidence.exchange.cyclonedx.parts import Json, component_ref, hashes, properties, without_empty
from roadworthy.evidence.exchange.licence import licences_of
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.inventory.model import Agent, Component, FileComponent, HostedModel, McpServer, PinKind, Tool
from roadworthy.inventory.release import ComponentVersion

MAX_FILES = 500
"""Files of one component that are listed each; of more only the digest over all of them is."""

_TYPE = {
    "model": "machine-learning-model",
    "adapter": "machine-learning-model",
    "prompt": "data",
    "dataset": "data",
    "index": "data",
    "guard_policy": "data",
    "document": "file",
    "application": "application",
    "library": "library",
}
_DATA = {"prompt": "definition", "guard_policy": "configuration", "dataset": "dataset", "index": "dataset"}
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>\"{}|\\^`]+")
_PURL = re.compile(r"pkg:[a-z][a-z0-9.+-]*/[^\s]+")


def components_of(source: DecidedRelease) -> list[JsonValue]:
    """Return every component whose content the team holds, in the order of their keys."""
    return [
        _component(source, component, version)
        for version in source.release.components
        if not isinstance(component := source.component(version.key), HostedModel | McpServer)
    ]


def services_of(source: DecidedRelease) -> list[JsonValue]:
    """Return hosted models and MCP servers, in the order of their keys."""
    return [
        _hosted(component, version) if isinstance(component, HostedModel) else _server(component, version)
        for version in source.release.components
        if isinstance(component := source.component(version.key), HostedModel | McpServer)
    ]


def dependencies_of(source: DecidedRelease, *, root: str) -> list[JsonValue]:
    """Return what uses what. The system depends on every component that no other one uses."""
    used = {key for version in source.release.components for key in version.uses}
    heads = [version.key for version in source.release.components if version.key not in used]
    edges: list[JsonValue] = [{"ref": root, "dependsOn": [component_ref(key) for key in heads]}]
    edges += [
        {"ref": component_ref(version.key), "dependsOn": [component_ref(key) for key in version.uses]}
        for version in source.release.components
    ]
    return edges


def _component(source: DecidedRelease, component: Component, version: ComponentVersion) -> Json:
    match component:
        case FileComponent():
            return _files(source, component, version)
        case Tool():
            return _tool(component, version)
        case Agent():
            return _described(component, version, kind="application", text=component.description)
        case HostedModel() | McpServer():
            raise TypeError(f"{component.key} is a service")
        case _:
            assert_never(component)


def _files(source: DecidedRelease, component: FileComponent, version: ComponentVersion) -> Json:
    kind = _TYPE[component.type]
    stated = component.source or ""
    single = [digest for _, digest in version.files] if len(version.files) == 1 else []
    made = _described(component, version, kind=kind, text="" if _PURL.fullmatch(stated) else stated)
    made |= {
        "hashes": hashes(single or ([component.digest] if component.digest and component.path is None else [])),
        "licenses": licences_of(component.licence),
        "purl": stated if _PURL.fullmatch(stated) else None,
        "externalReferences": [{"type": "distribution", "url": stated}] if _ADDRESS.fullmatch(stated) else [],
        "components": _parts(version),
        "data": _data(component),
        "modelCard": model_card(source, component.key) if kind == "machine-learning-model" else None,
    }
    made["properties"] = [
        *_about(version),
        *properties(
            ("path", component.path),
            ("role", component.role),
            ("personal-data", component.personal_data),
            ("trusted", component.trusted),
            ("expected-digest", component.digest),
            ("files", len(version.files) if len(version.files) > MAX_FILES else None),
        ),
    ]
    return without_empty(made)


def _parts(version: ComponentVersion) -> list[JsonValue]:
    if not 1 < len(version.files) <= MAX_FILES:
        return []
    return [
        {"type": "file", "bom-ref": f"{component_ref(version.key)}#{name}", "name": name, "hashes": hashes([digest])}
        for name, digest in version.files
    ]


def _data(component: FileComponent) -> list[JsonValue]:
    kind = _DATA.get(component.type)
    if kind is None:
        return []
    sensitive = ["personal data"] if component.personal_data else []
    return [without_empty({"type": kind, "name": component.key, "sensitiveData": list(sensitive)})]


def _tool(tool: Tool, version: ComponentVersion) -> Json:
    made = _described(tool, version, kind="data", text=tool.description)
    made["data"] = [{"type": "definition", "name": tool.key}]
    made["properties"] = [
        *_about(version),
        *(one for effect in tool.side_effects for one in properties(("side-effect", effect.value))),
        *(one for scope in tool.scopes for one in properties(("scope", scope))),
        *properties(("requires-approval", tool.requires_approval)),
        *(one for name, limit in sorted(tool.limits.items()) for one in properties((f"limit:{name}", float(limit)))),
    ]
    return without_empty(made)


def _described(component: Component, version: ComponentVersion, *, kind: str, text: str) -> Json:
    return without_empty(
        {
            "type": kind,
            "bom-ref": component_ref(component.key),
            "name": component.key,
            "version": version.revision,
            "description": text,
            "properties": _about(version),
        }
    )


def _about(version: ComponentVersion) -> list[JsonValue]:
    return properties(("component-type", version.type), ("digest", version.digest), ("content-digest", version.content))


def _hosted(model: HostedModel, version: ComponentVersion) -> Json:
    unpinned = model.pin is PinKind.ALIAS
    return without_empty(
        {
            "bom-ref": component_ref(model.key),
            "provider": {"name": model.provider},
            "name": model.model,
            "version": model.snapshot,
            "description": "Unpinned: the provider may point this name at another model." if unpinned else "",
            "x-trust-boundary": True,
            "licenses": licences_of(model.licence),
            "properties": [
                *_about(version),
                *properties(("pin", model.pin.value), ("unpinned", unpinned or None), ("region", model.region)),
            ],
        }
    )


def _server(server: McpServer, version: ComponentVersion) -> Json:
    unpinned = server.tool_list_digest is None
    address = _ADDRESS.fullmatch(server.uri) is not None
    return without_empty(
        {
            "bom-ref": component_ref(server.key),
            "name": server.key,
            "version": server.version,
            "description": "Unpinned: its list of tools was not fixed by a digest." if unpinned else "",
            "endpoints": [server.uri] if address else [],
            "x-trust-boundary": True,
            "properties": [
                *_about(version),
                *properties(
                    ("unpinned", unpinned or None),
                    ("tool-list-digest", server.tool_list_digest),
                    ("uri", None if address else server.uri),
                ),
            ],
        }
    )
