"""Data flows of a route: what private data it reads, who else can write what it reads, and what it can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roadworthy.core.digest import JsonValue
from roadworthy.risk.catalogue import FlowKind
from roadworthy.risk.facts import Facts, stated

_SENSITIVE = frozenset({"confidential", "personal", "special_category", "financial", "children", "credentials"})
_CONTENT = frozenset({"index", "dataset", "document"})
_OUTWARD = frozenset({"send", "execute"})
_CHANGES = frozenset({"write", "send", "pay", "delete", "execute"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An agent and everything that it puts to work, sorted by what it means for an attacker."""

    key: str
    """Of the agent; ``the system`` when the manifest has no agent."""

    private: tuple[str, ...]
    """Components through which private data come into reach."""

    untrusted: tuple[str, ...]
    """Components whose content outsiders can write, or of which nobody said that they cannot."""

    outward: tuple[str, ...]
    """Tools and servers through which text can leave."""

    changing: tuple[str, ...]
    """Tools and servers that change the world."""

    def has(self, kind: FlowKind) -> bool:
        """Return whether the dangerous meeting ``kind`` happens on this route."""
        if kind is FlowKind.LETHAL:
            return bool(self.private and self.untrusted and self.outward)
        return bool(self.untrusted and self.changing)

    def sentence(self, kind: FlowKind) -> str:
        """Say the flow for people."""
        untrusted = f"content that outsiders can write ({', '.join(self.untrusted)})"
        if kind is FlowKind.LETHAL:
            private, outward = ", ".join(self.private), ", ".join(self.outward)
            return f"{self.key}: private data ({private}) meet {untrusted} and a way out ({outward})"
        return f"{self.key}: {untrusted} reaches tools that act ({', '.join(self.changing)})"


def routes(facts: Facts) -> tuple[Route, ...]:
    """Return one route for each agent, by what it uses, directly or not.

    A system without agents is one route that uses everything: nobody said that its
    parts are kept apart.
    """
    listed = stated(facts, "components")
    components = [c for c in listed if isinstance(c, dict)] if isinstance(listed, list | tuple) else []
    by_key = {str(c.get("key")): c for c in components}
    sensitive = bool(_SENSITIVE & set(_texts(stated(facts, "system.data_classes"), unstated="personal")))
    agents = [str(c["key"]) for c in components if c.get("type") == "agent"]
    if not agents:
        return (_route("the system", components, sensitive=sensitive),) if components else ()
    return tuple(
        _route(agent, [by_key[key] for key in _reachable(agent, by_key)], sensitive=sensitive) for agent in agents
    )


def _reachable(start: str, by_key: Mapping[str, Mapping[str, JsonValue]]) -> list[str]:
    waiting, found = [start], dict.fromkeys([start])
    while waiting:
        for used in _texts(by_key[waiting.pop()].get("uses")):
            if used in by_key and used not in found:
                found[used] = None
                waiting.append(used)
    return sorted(found)


def _route(key: str, components: Sequence[Mapping[str, JsonValue]], *, sensitive: bool) -> Route:
    def keys(*, where: bool, component: Mapping[str, JsonValue]) -> list[str]:
        return [str(component.get("key"))] if where else []

    private: list[str] = []
    untrusted: list[str] = []
    outward: list[str] = []
    changing: list[str] = []
    for component in components:
        kind = component.get("type")
        effects = set(_texts(component.get("side_effects")))
        server = kind == "mcp_server"
        private += keys(where=_is_private(component, sensitive=sensitive), component=component)
        untrusted += keys(where=server or _is_untrusted(component), component=component)
        outward += keys(where=server or bool(effects & _OUTWARD), component=component)
        changing += keys(where=server or bool(effects & _CHANGES), component=component)
    return Route(
        key=key,
        private=tuple(private),
        untrusted=tuple(untrusted),
        outward=tuple(outward),
        changing=tuple(changing),
    )


def _is_private(component: Mapping[str, JsonValue], *, sensitive: bool) -> bool:
    kind = component.get("type")
    if kind in _CONTENT:
        personal = component.get("personal_data")
        return bool(personal) if isinstance(personal, bool) else sensitive
    if kind == "tool":
        return sensitive and "read" in _texts(component.get("side_effects"))
    return kind == "mcp_server" and sensitive


def _is_untrusted(component: Mapping[str, JsonValue]) -> bool:
    if component.get("type") == "document":
        return component.get("trusted") is False
    read = component.get("type") in _CONTENT and component.get("role") not in ("eval", "golden", "canary")
    return read and component.get("trusted") is not True


def _texts(value: JsonValue, *, unstated: str | None = None) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return () if unstated is None else (unstated,)
