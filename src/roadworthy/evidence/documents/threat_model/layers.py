"""Which column of the picture each element stands in, and in what order, so that few lines cross.

Users stand on the left, what they reach first next to them, everybody else outside on the right. Lines between
columns that are not neighbours get a slot in every column between, so that they pass no element.

Source:
    K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system structures, IEEE
    Transactions on Systems, Man, and Cybernetics 11 (1981), doi:10.1109/TSMC.1981.4308636 (layers and barycentres).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from roadworthy.risk.threat_model.diagram import BoundaryKind, DataFlow, DataFlowDiagram

_SWEEPS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """What flows between two elements, one way or both: one line of the picture."""

    number: int
    """From 1, as the picture and the table have it."""

    first: str
    """The end that stands further left; of two in one column the first by id."""

    second: str
    flows: tuple[DataFlow, ...]

    @property
    def crosses(self) -> bool:
        """Whether it crosses a trust boundary."""
        return any(flow.crosses for flow in self.flows)

    @property
    def untrusted(self) -> bool:
        """Whether some of it carries what outsiders can have written."""
        return any(flow.untrusted for flow in self.flows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Columns from left to right, each from top to bottom."""

    columns: tuple[tuple[str, ...], ...]
    """Ids of elements; a slot that a line passes through is ``<number>@<column>``."""

    interactions: tuple[Interaction, ...]

    def column(self, name: str) -> int:
        """Return in which column an element or slot stands."""
        return next(index for index, names in enumerate(self.columns) if name in names)


def layers_of(diagram: DataFlowDiagram) -> Layers:
    """Return the columns of a diagram."""
    place = _columns(diagram)
    interactions = _interactions(diagram, place)
    last = max(place.values(), default=0)
    columns: list[list[str]] = [[] for _ in range(last + 1)]
    for element in diagram.elements:
        columns[place[element.id]].append(element.id)
    links: dict[str, set[str]] = defaultdict(set)
    for one in interactions:
        path = [one.first, *slots(one, place), one.second]
        for index, slot in enumerate(path[1:-1], start=place[one.first] + 1):
            columns[index].append(slot)
        for left, right in pairwise(path):
            links[left].add(right)
            links[right].add(left)
    boundary = {element.id: element.boundary for element in diagram.elements}
    _order(columns, links, groups={name: boundary[name] for name in columns[-1] if name in boundary})
    return Layers(columns=tuple(tuple(names) for names in columns), interactions=interactions)


def slots(interaction: Interaction, place: Mapping[str, int]) -> list[str]:
    """Return the slots that a line passes between its ends, from left to right."""
    return [f"{interaction.number}@{i}" for i in range(place[interaction.first] + 1, place[interaction.second])]


def _columns(diagram: DataFlowDiagram) -> dict[str, int]:
    """Return the column of each element: users 0, ours by their distance from users, everybody else last."""
    kinds = {boundary.id: boundary.kind for boundary in diagram.boundaries}
    ours = {e.id for e in diagram.elements if kinds[e.boundary] is BoundaryKind.OURS}
    near: dict[str, set[str]] = defaultdict(set)
    for flow in diagram.flows:
        near[flow.source].add(flow.target)
        near[flow.target].add(flow.source)
    users = [e.id for e in diagram.elements if e.id.startswith("users/")]
    place = dict.fromkeys(users, 0)
    reached, distance = set(users), 0
    while reached:
        distance += 1
        reached = {other for name in reached for other in near[name] if other in ours and other not in place}
        place |= dict.fromkeys(reached, distance)
    deepest = max((place[name] for name in ours if name in place), default=1)
    place |= {name: deepest for name in ours if name not in place}
    return place | {e.id: deepest + 1 for e in diagram.elements if e.id not in place}


def _interactions(diagram: DataFlowDiagram, place: Mapping[str, int]) -> tuple[Interaction, ...]:
    pairs: dict[tuple[str, str], list[DataFlow]] = defaultdict(list)
    for flow in diagram.flows:
        first, second = sorted((flow.source, flow.target), key=lambda name: (place[name], name))
        pairs[first, second].append(flow)
    ordered = sorted(pairs, key=lambda pair: (place[pair[0]], pair))
    return tuple(
        Interaction(number=number, first=pair[0], second=pair[1], flows=tuple(pairs[pair]))
        for number, pair in enumerate(ordered, start=1)
    )


def _order(columns: list[list[str]], links: Mapping[str, set[str]], *, groups: Mapping[str, str]) -> None:
    """Sort each column by where its neighbours stand, to and fro; the last one keeps boundaries together."""
    for names in columns:
        names.sort()
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for index in range(len(columns)) if forward else reversed(range(len(columns))):
            neighbour = index - 1 if forward else index + 1
            if 0 <= neighbour < len(columns):
                _by_barycentre(columns, index, neighbour, links)
    if groups:
        ranks = {name: index for index, name in enumerate(columns[-1])}
        best: dict[str, float] = {}
        for name, group in groups.items():
            members = [ranks[n] for n, g in groups.items() if g == group]
            best[name] = sum(members) / len(members)
        columns[-1].sort(key=lambda name: (best.get(name, ranks[name]), groups.get(name, ""), ranks[name]))


def _by_barycentre(columns: list[list[str]], index: int, neighbour: int, links: Mapping[str, set[str]]) -> None:
    names: Sequence[str] = columns[neighbour]
    size = max(len(names), 1)
    rank = {name: (position + 0.5) / size for position, name in enumerate(names)}
    own = {name: (position + 0.5) / len(columns[index]) for position, name in enumerate(columns[index])}

    def middle(name: str) -> float:
        near = [rank[other] for other in links.get(name, ()) if other in rank]
        return sum(near) / len(near) if near else own[name]

    columns[index].sort(key=lambda name: (middle(name), own[name]))
