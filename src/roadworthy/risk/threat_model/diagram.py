"""A data-flow diagram as values: who and what there is, what flows between them, and where trust ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.subject import STRICT


class ElementKind(StrEnum):
    """What an element of a data-flow diagram is."""

    EXTERNAL = "external"
    """Somebody or something that we do not run and do not control."""

    PROCESS = "process"
    """Turns what comes in into what goes out."""

    STORE = "store"
    """Keeps data that others read."""


class BoundaryKind(StrEnum):
    """Why trust ends at a boundary."""

    OURS = "ours"
    """What the team runs."""

    PUBLIC = "public"
    """Anybody."""

    PROVIDER = "provider"
    """A company that serves a model to us."""

    TOOL_SERVER = "tool_server"
    """A Model Context Protocol server of somebody else."""

    OTHER_SYSTEMS = "other_systems"
    """People and systems that tools act on."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Boundary:
    """A line inside which one party answers for everything."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    kind: BoundaryKind
    title: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Element:
    """A part of the diagram."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    """The component's key; ``users/<name>``, ``writers`` or ``recipients`` for those who are no component."""

    kind: ElementKind
    title: str
    boundary: str
    """Id of the boundary that it lies in."""

    type: str = ""
    """Type of the component; empty for those who are none."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DataFlow:
    """Data that go from one element to another."""

    __pydantic_config__: ClassVar = STRICT

    source: str
    target: str
    carries: str
    """What it is, in a few words."""

    data_classes: tuple[str, ...] | None
    """At most these classes of data, sorted; None: nobody stated which data the system reads."""

    untrusted: bool = False
    """Whether outsiders can have written what it carries, or nobody said that they cannot."""

    crosses: bool = False
    """Whether it crosses a trust boundary."""

    @property
    def id(self) -> str:
        """``<source> > <target>``."""
        return f"{self.source} > {self.target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFlowDiagram:
    """Elements, flows and boundaries of one system, each sorted.

    Raises:
        ValueError: If ids repeat, or a flow or element names what is not there.
    """

    __pydantic_config__: ClassVar = STRICT

    boundaries: tuple[Boundary, ...]
    elements: tuple[Element, ...]
    flows: tuple[DataFlow, ...]

    def __post_init__(self) -> None:
        for name in ("boundaries", "elements", "flows"):
            ids = [item.id for item in getattr(self, name)]
            if len(set(ids)) != len(ids):
                raise ValueError(f"ids of {name} repeat")
        boundaries, elements = {b.id for b in self.boundaries}, {e.id for e in self.elements}
        if any(e.boundary not in boundaries for e in self.elements):
            raise ValueError("an element lies in a boundary that is not there")
        if any(f.source not in elements or f.target not in elements for f in self.flows):
            raise ValueError("a flow ends at an element that is not there")

    def element(self, identifier: str) -> Element:
        """Return the element with this id.

        Raises:
            KeyError: If there is none.
        """
        return {element.id: element for element in self.elements}[identifier]
