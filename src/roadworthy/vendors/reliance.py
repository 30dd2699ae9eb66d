"""Which components come from which vendor, and through which routes they are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from roadworthy.inventory.model import Component, HostedModel, Manifest, McpServer, PinKind
from roadworthy.vendors.assessment import Reliance
from roadworthy.vendors.model import Vendor

NOBODY = ""
"""Stands for the vendor of a hosted model or tool server for which none is named."""


def reliances(manifest: Manifest, vendors: Sequence[Vendor]) -> dict[str, tuple[Reliance, ...]]:
    """Return what the system has from each vendor, by its key, and under `NOBODY` what no vendor is named for."""
    owners = {key: vendor.key for vendor in vendors for key in vendor.components}
    providers = {name: vendor.key for vendor in vendors for name in vendor.providers}
    found: dict[str, list[Reliance]] = {vendor.key: [] for vendor in vendors}
    for component in manifest.components:
        owner = owners.get(component.key)
        if owner is None and isinstance(component, HostedModel):
            owner = providers.get(component.provider)
        if owner is None and not isinstance(component, HostedModel | McpServer):
            continue
        found.setdefault(owner or NOBODY, []).append(_reliance(component, manifest))
    return {key: tuple(parts) for key, parts in found.items()}


def strangers(manifest: Manifest, vendor: Vendor) -> tuple[str, ...]:
    """Return what a vendor's entry names and the manifest does not have, sorted."""
    keys = {component.key for component in manifest.components}
    providers = {c.provider for c in manifest.components if isinstance(c, HostedModel)}
    watched = {alias.component for alias in vendor.aliases}
    return tuple(sorted(((set(vendor.components) | watched) - keys) | (set(vendor.providers) - providers)))


def _reliance(component: Component, manifest: Manifest) -> Reliance:
    hosted = component if isinstance(component, HostedModel) else None
    return Reliance(
        component=component.key,
        type=component.type,
        model=hosted.model if hosted is not None else "",
        pin=hosted.pin.value if hosted is not None else "",
        pinned=_is_pinned(component),
        agents=_agents(component.key, manifest),
    )


def _is_pinned(component: Component) -> bool:
    if isinstance(component, HostedModel):
        return component.pin is not PinKind.ALIAS
    return not isinstance(component, McpServer) or component.tool_list_digest is not None


def _agents(key: str, manifest: Manifest) -> tuple[str, ...]:
    uses: Mapping[str, tuple[str, ...]] = {c.key: c.uses for c in manifest.components}
    return tuple(sorted(c.key for c in manifest.components if c.type == "agent" and key in _reached(c.key, uses)))


def _reached(start: str, uses: Mapping[str, tuple[str, ...]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for used in uses[waiting.pop()]:
            if used not in found:
                found.add(used)
                waiting.append(used)
    return found
