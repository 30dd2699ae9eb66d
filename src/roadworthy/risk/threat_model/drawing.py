"""Draws the data-flow diagram of a system from its stated facts. What is not stated is drawn as the worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from roadworthy.core.digest import JsonValue
from roadworthy.risk.facts import Facts, stated
from roadworthy.risk.threat_model.diagram import (
    Boundary,
    BoundaryKind,
    DataFlow,
    DataFlowDiagram,
    Element,
    ElementKind,
)

OURS, PUBLIC, OTHERS = "ours", "public", "other systems"
WRITERS, RECIPIENTS = "outside/writers", "outside/recipients"
_STORES = frozenset({"prompt", "dataset", "index", "guard_policy", "document"})
_CONTENT = frozenset({"index", "dataset", "document"})
_OFFLINE = frozenset({"train", "finetune", "eval", "golden", "canary"})
_PERSONAL = frozenset({"personal", "special_category", "children"})
_ACTS = ("write", "send", "pay", "delete", "execute")

Component = Mapping[str, JsonValue]


def diagram_of(facts: Facts) -> DataFlowDiagram:
    """Return the data-flow diagram of a system.

    Users come in through every agent that no other agent uses, or through the application or the model where there
    is no agent. Content of which nobody said that only trusted people write it is drawn with outside writers.

    Args:
        facts: ``{"system": {…}, "components": […]}``, plain JSON; what is not stated is absent.
    """
    listed = stated(facts, "components")
    components = [c for c in listed if isinstance(c, dict)] if isinstance(listed, list | tuple) else []
    drawing = _Drawing(
        components={str(c.get("key")): c for c in components}, classes=_classes(stated(facts, "system.data_classes"))
    )
    for component in components:
        drawing.add_component(component)
    drawing.add_users(_texts(stated(facts, "system.users")))
    for component in components:
        drawing.wire(component)
    return drawing.finished()


def _classes(value: JsonValue) -> frozenset[str] | None:
    return frozenset(str(item) for item in value) if isinstance(value, list | tuple) else None


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


@dataclass(slots=True, kw_only=True)
class _Drawing:
    components: Mapping[str, Component]
    classes: frozenset[str] | None
    boundaries: dict[str, Boundary] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, DataFlow] = field(default_factory=dict)

    def add_component(self, component: Component) -> None:
        key, kind = str(component.get("key")), str(component.get("type"))
        boundary = self._boundary_of(component, kind)
        store = kind in _STORES
        self.elements[key] = Element(
            id=key,
            kind=ElementKind.STORE if store else ElementKind.PROCESS,
            title=key,
            boundary=boundary,
            type=kind,
        )

    def add_users(self, users: Sequence[str]) -> None:
        for name in users or ("users who are not stated",):
            self._outsider(f"users/{name}", name, boundary=PUBLIC)
            for entry in self._entries():
                self._flow(f"users/{name}", entry, "questions and requests", classes=self.classes, untrusted=True)
                self._flow(entry, f"users/{name}", "answers", classes=self.classes)

    def wire(self, component: Component) -> None:
        key, kind = str(component.get("key")), component.get("type")
        for used in dict.fromkeys(_texts(component.get("uses"))):
            if used in self.components and used != key:
                self._use(component, self.components[used])
        if kind in _CONTENT and component.get("trusted") is not True and component.get("role") not in _OFFLINE:
            self._outsider(WRITERS, "outside writers", boundary=PUBLIC)
            self._flow(WRITERS, key, "content", classes=self._held(component), untrusted=True)
        effects = [effect for effect in _ACTS if effect in _texts(component.get("side_effects"))]
        if kind == "tool" and effects:
            self._outsider(RECIPIENTS, "whom tools act on", boundary=OTHERS)
            self._flow(key, RECIPIENTS, f"acts: {', '.join(effects)}", classes=self.classes)

    def finished(self) -> DataFlowDiagram:
        crossing = {
            name: replace(flow, crosses=self.elements[flow.source].boundary != self.elements[flow.target].boundary)
            for name, flow in self.flows.items()
        }
        used = {element.boundary for element in self.elements.values()}
        return DataFlowDiagram(
            boundaries=tuple(sorted(b for b in self.boundaries.values() if b.id in used)),
            elements=tuple(sorted(self.elements.values())),
            flows=tuple(crossing[name] for name in sorted(crossing)),
        )

    def _boundary_of(self, component: Component, kind: str) -> str:
        key = str(component.get("key"))
        if kind == "hosted_model":
            provider = str(component.get("provider") or "provider who is not stated")
            return self._boundary(f"provider/{provider}", BoundaryKind.PROVIDER, f"provider: {provider}")
        if kind == "mcp_server":
            return self._boundary(f"tool server/{key}", BoundaryKind.TOOL_SERVER, f"tool server: {key}")
        return self._boundary(OURS, BoundaryKind.OURS, "what the team runs")

    def _boundary(self, identifier: str, kind: BoundaryKind, title: str) -> str:
        self.boundaries[identifier] = Boundary(id=identifier, kind=kind, title=title)
        return identifier

    def _outsider(self, identifier: str, title: str, *, boundary: str) -> None:
        kind = BoundaryKind.PUBLIC if boundary == PUBLIC else BoundaryKind.OTHER_SYSTEMS
        self._boundary(boundary, kind, "anybody" if boundary == PUBLIC else "other systems")
        self.elements[identifier] = Element(id=identifier, kind=ElementKind.EXTERNAL, title=title, boundary=boundary)

    def _entries(self) -> list[str]:
        """Return where users come in: agents that no agent uses, else the application, else models, else nothing."""
        for kinds in (("agent",), ("application",), ("model", "hosted_model")):
            found = [key for key, c in self.components.items() if c.get("type") in kinds]
            used = {u for key in found for u in _texts(self.components[key].get("uses")) if u != key}
            if found:
                return [key for key in found if key not in used] or found
        return []

    def _use(self, user: Component, used: Component) -> None:
        """Draw what flows when ``user`` puts ``used`` to work: there and back, or only back from what is read."""
        here, there, kind = str(user.get("key")), str(used.get("key")), str(used.get("type"))
        held = self._held(used)
        untrusted = self._brings_untrusted(there, seen=frozenset())
        if kind in _STORES:
            if kind in _CONTENT and {"write", "delete"} & set(_texts(user.get("side_effects"))):
                self._flow(here, there, "changes", classes=self.classes)
            self._flow(there, here, _READ[kind], classes=held, untrusted=untrusted)
            return
        if kind in ("library", "adapter"):
            self._flow(there, here, "code" if kind == "library" else "weights", classes=frozenset[str]())
            return
        asked, given = _ASKED.get(kind, ("requests", "results"))
        self._flow(here, there, asked, classes=self.classes)
        self._flow(there, here, given, classes=held, untrusted=untrusted)

    def _held(self, component: Component) -> frozenset[str] | None:
        """Return at most which classes of data a store holds."""
        match component.get("personal_data"), self.classes:
            case True, classes:
                return (classes or frozenset()) | {"personal"}
            case _, None:
                return None
            case False, frozenset() as classes:
                return classes - _PERSONAL
        return self.classes

    def _brings_untrusted(self, key: str, *, seen: frozenset[str]) -> bool:
        """Return whether what comes out of a component may hold what outsiders wrote."""
        component = self.components[key]
        kind = component.get("type")
        if kind == "mcp_server":
            return True
        if kind in _CONTENT:
            return component.get("trusted") is not True and component.get("role") not in _OFFLINE
        if kind not in ("tool", "agent"):
            return False
        later = [u for u in _texts(component.get("uses")) if u in self.components and u not in seen | {key}]
        return any(self._brings_untrusted(u, seen=seen | {key}) for u in later)

    def _flow(
        self, source: str, target: str, carries: str, *, classes: frozenset[str] | None, untrusted: bool = False
    ) -> None:
        flow = DataFlow(
            source=source,
            target=target,
            carries=carries,
            data_classes=None if classes is None else tuple(sorted(classes)),
            untrusted=untrusted,
        )
        self.flows.setdefault(flow.id, flow)


_READ = {
    "prompt": "instructions",
    "guard_policy": "guard rules",
    "document": "content",
    "index": "content",
    "dataset": "records",
}
_ASKED = {
    "model": ("prompt with context", "answer"),
    "hosted_model": ("prompt with context", "answer"),
    "tool": ("arguments", "results"),
    "mcp_server": ("arguments", "results"),
    "agent": ("task", "result"),
}
