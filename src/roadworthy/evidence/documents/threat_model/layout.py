"""Where everything stands in the picture of a data-flow diagram, in pixels. Geometry only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from roadworthy.evidence.documents.threat_model.layers import Interaction, Layers, layers_of, slots
from roadworthy.risk.threat_model.diagram import BoundaryKind, DataFlowDiagram

WIDTH, GAP = 160.0, 104.0
_PORT, _SLOT, _SPACE, _LEAST = 17.0, 10.0, 16.0, 44.0
_MARGIN, _PAD, _HEAD = 18.0, 16.0, 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle; `x` and `y` are its upper left corner."""

    id: str
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def overlaps(self, other: Box) -> bool:
        """Return whether the two share more than an edge."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line: points that are joined within gaps by curves and within columns by straight pieces."""

    interaction: Interaction
    points: tuple[tuple[float, float], ...]
    """Where it enters and leaves each column, from left to right."""

    within_column: bool
    """Whether both ends stand in one column; it then bulges to the right."""

    forward: bool
    """Whether something flows from its first end to its second."""

    backward: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The whole picture."""

    width: float
    height: float
    boundaries: tuple[Box, ...]
    elements: tuple[Box, ...]
    lines: tuple[Line, ...]


def layout_of(diagram: DataFlowDiagram) -> Layout:
    """Return where everything stands. Elements never overlap, and no line passes through one."""
    layers = layers_of(diagram)
    place = {name: index for index, names in enumerate(layers.columns) for name in names}
    left, right = _ports(layers, place)
    heights = {
        name: _SLOT if "@" in name and name.partition("@")[0].isdigit() else _height(left[name], right[name])
        for names in layers.columns
        for name in names
    }
    owners = {element.id: element.boundary for element in diagram.elements}
    tops = _tops(layers, heights, owners)
    boxes = {
        name: Box(
            id=name,
            x=_MARGIN + _PAD + place[name] * (WIDTH + GAP),
            y=tops[name],
            width=WIDTH,
            height=heights[name],
        )
        for name in place
    }
    lines = tuple(_line(one, boxes, place, left, right) for one in layers.interactions)
    elements = tuple(boxes[element.id] for element in diagram.elements)
    frames = _frames(diagram, boxes)
    everything = [*frames, *elements]
    return Layout(
        width=max((box.right for box in everything), default=0.0) + _MARGIN,
        height=max((box.bottom for box in everything), default=0.0) + _MARGIN,
        boundaries=frames,
        elements=elements,
        lines=lines,
    )


def _height(left: list[str], right: list[str]) -> float:
    return max(_LEAST, _PORT * max(len(left), len(right)) + 10)


def _ports(layers: Layers, place: Mapping[str, int]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the lines that end at the left and at the right side of each element or slot, from top to bottom."""
    rank = {name: i for names in layers.columns for i, name in enumerate(names)}
    left: dict[str, list[tuple[int, str]]] = defaultdict(list)
    right: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for one in layers.interactions:
        path = [one.first, *slots(one, place), one.second]
        if place[one.first] == place[one.second]:
            right[one.first].append((rank[one.second], f"{one.number}>"))
            right[one.second].append((rank[one.first], f"{one.number}<"))
            continue
        for here, there in pairwise(path):
            right[here].append((rank[there], f"{one.number}>"))
            left[there].append((rank[here], f"{one.number}<"))
    names = [name for column in layers.columns for name in column]
    return (
        {name: [label for _, label in sorted(left.get(name, []))] for name in names},
        {name: [label for _, label in sorted(right.get(name, []))] for name in names},
    )


def _tops(layers: Layers, heights: Mapping[str, float], owners: Mapping[str, str]) -> dict[str, float]:
    """Return where each element begins: columns are centred against the tallest."""
    spans = [_span(names, heights, owners) for names in layers.columns]
    tallest = max((total for _, total in spans), default=0.0)
    return {
        name: _MARGIN + _HEAD + _PAD + (tallest - total) / 2 + offset
        for offsets, total in spans
        for name, offset in offsets.items()
    }


def _span(
    names: tuple[str, ...], heights: Mapping[str, float], owners: Mapping[str, str]
) -> tuple[dict[str, float], float]:
    """Return the offset of each name in its column and the column's height, with room between boundaries."""
    offsets: dict[str, float] = {}
    at, before = 0.0, None
    for name in names:
        owner = owners.get(name, before)
        if before is not None and owner != before:
            at += _HEAD + 2 * _PAD
        offsets[name] = at
        at += heights[name] + _SPACE
        before = owner
    return offsets, max(at - _SPACE, 0.0)


def _line(
    one: Interaction,
    boxes: Mapping[str, Box],
    place: Mapping[str, int],
    left: Mapping[str, list[str]],
    right: Mapping[str, list[str]],
) -> Line:
    forward = any(flow.source == one.first for flow in one.flows)
    backward = any(flow.source == one.second for flow in one.flows)
    first, second = boxes[one.first], boxes[one.second]
    start = (first.right, _port(first, right[one.first], f"{one.number}>"))
    if place[one.first] == place[one.second]:
        points = [start, (second.right, _port(second, right[one.second], f"{one.number}<"))]
    else:
        points = [start]
        for slot in slots(one, place):
            middle = boxes[slot].y + boxes[slot].height / 2
            points += [(boxes[slot].x, middle), (boxes[slot].right, middle)]
        points.append((second.x, _port(second, left[one.second], f"{one.number}<")))
    return Line(
        interaction=one,
        points=tuple(points),
        within_column=place[one.first] == place[one.second],
        forward=forward,
        backward=backward,
    )


def _port(box: Box, labels: list[str], label: str) -> float:
    """Return the height at which a line ends: ports are spread about the middle of the side."""
    return box.y + box.height / 2 + (labels.index(label) - (len(labels) - 1) / 2) * _PORT


def _frames(diagram: DataFlowDiagram, boxes: Mapping[str, Box]) -> tuple[Box, ...]:
    """Return a frame about the elements of each boundary; anybody's on the left and on the right are two."""
    members: dict[tuple[str, int], list[Box]] = defaultdict(list)
    kinds = {boundary.id: boundary.kind for boundary in diagram.boundaries}
    for element in diagram.elements:
        box = boxes[element.id]
        side = 0 if kinds[element.boundary] is BoundaryKind.OURS else round(box.x)
        members[element.boundary, side].append(box)
    slots_within = [box for box in boxes.values() if box.height == _SLOT]
    frames = []
    for (name, _), found in sorted(members.items()):
        x, right = min(b.x for b in found), max(b.right for b in found)
        ours = kinds[name] is BoundaryKind.OURS
        inside = [*found, *(b for b in slots_within if ours and x <= b.x < right)]
        top, bottom = min(b.y for b in inside), max(b.bottom for b in inside)
        frames.append(
            Box(
                id=name,
                x=x - _PAD,
                y=top - _PAD - _HEAD + 4,
                width=right - x + 2 * _PAD,
                height=bottom - top + 2 * _PAD + _HEAD - 4,
            )
        )
    return tuple(frames)
