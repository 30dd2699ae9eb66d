"""Draws an assurance case level by level: an overview, one view for each area, one for the threats."""

from __future__ import annotations

from collections.abc import Sequence

from roadworthy.core.errors import NotFoundError
from roadworthy.evidence.documents.assurance.model import AssuranceCase, LinkKind, Node, NodeKind, Status
from roadworthy.evidence.documents.assurance.shapes import box, canvas, diamond, label, line, path, solution

OVERVIEW = "overview"
WIDTH = 1180
_GAP, _BOX_W, _BOX_H = 26, 206, 92
_CELL_H = 176
_COLUMNS = 5
_MOST_CIRCLES = 4
_RADIUS = 24
_MARGIN = 9
_BESIDE_TRUNK = 174


def views(case: AssuranceCase) -> tuple[tuple[str, str], ...]:
    """Return name and title of every view: the overview, then each goal under a strategy that has goals under it."""
    made = [(OVERVIEW, "Overview")]
    made += [
        (name_of(goal), goal.text)
        for strategy in case.below(case.top, LinkKind.SUPPORTED_BY)
        for goal in case.below(strategy.id, LinkKind.SUPPORTED_BY)
        if goal.kind is NodeKind.GOAL
    ]
    return tuple(dict(made).items())


def name_of(goal: Node) -> str:
    """Return the name of the view of a goal: ``guard`` for the area, ``threat-T02`` for a threat."""
    return goal.id.removeprefix("G-area-").removeprefix("G-")


def drawing_of(case: AssuranceCase, view: str = OVERVIEW) -> str:
    """Return one view as SVG.

    Raises:
        NotFoundError: If there is no such view.
    """
    if view == OVERVIEW:
        return _overview(case)
    for strategy in case.below(case.top, LinkKind.SUPPORTED_BY):
        for goal in case.below(strategy.id, LinkKind.SUPPORTED_BY):
            if name_of(goal) == view:
                return _goal_view(case, goal)
    known = ", ".join(name for name, _ in views(case))
    raise NotFoundError(f"the case has no view {view!r}", where="--view", fix=f"choose from {known}")


def _overview(case: AssuranceCase) -> str:
    top = case.node(case.top)
    parts: list[str] = []
    beside = case.below(case.top, LinkKind.IN_CONTEXT_OF)
    left = [node for node in beside if node.kind is NodeKind.CONTEXT]
    right = [node for node in beside if node.kind is not NodeKind.CONTEXT]
    bottom = _beside(parts, left, right)
    parts.append(box(top, x=WIDTH / 2 - 170, y=30, width=340, height=92))
    y = max(bottom, 30 + 92 + _defeaters(parts, case, top, x=WIDTH / 2, y=122)) + 34
    trunk, turn = WIDTH / 2, y - 18
    for place, strategy in enumerate(case.below(case.top, LinkKind.SUPPORTED_BY)):
        around = [(trunk, 122), (trunk, turn), (_MARGIN, turn), (_MARGIN, y + 25), (trunk - 163, y + 25)]
        parts.append(line(around if place else [(trunk, 122), (trunk, y)]))
        y = _strategy(parts, case, strategy, y=y)
    return canvas(parts, width=WIDTH, height=y + 12, title=f"Assurance case of {case.system} {case.version}: overview")


def _beside(parts: list[str], left: Sequence[Node], right: Sequence[Node]) -> float:
    """Draw contexts at the left and assumptions at the right of the top goal; return where they end."""
    ends = [30.0]
    for nodes, x, edge, goal_edge in (
        (left, 40, 40 + 310, WIDTH / 2 - 170),
        (right, WIDTH - 350, WIDTH - 350, WIDTH / 2 + 170),
    ):
        for place, node in enumerate(nodes[:5]):
            y = 30 + place * 72
            parts.append(box(node, x=x, y=y, width=310, height=62))
            parts.append(
                line(
                    [(goal_edge, 76), ((edge + goal_edge) / 2, 76), ((edge + goal_edge) / 2, y + 31), (edge, y + 31)],
                    context=True,
                )
            )
            ends.append(y + 62)
        if len(nodes) > 5:
            ends.append(30 + 5 * 72 + 16)
            parts.append(label(f"and {len(nodes) - 5} more in the outline", x=x + 155, y=30 + 5 * 72 + 8, middle=True))
    return max(ends)


def _strategy(parts: list[str], case: AssuranceCase, strategy: Node, *, y: float) -> float:
    """Draw a strategy and its goals in rows; return where they end."""
    parts.append(box(strategy, x=WIDTH / 2 - 170, y=y, width=340, height=50))
    goals = case.below(strategy.id, LinkKind.SUPPORTED_BY)
    y += 50
    for number, row in enumerate(_rows(goals)):
        y += 34
        _bus(parts, row, y=y - 18, number=number, up=_BOX_H + 52, more=len(goals) > _COLUMNS)
        for place, goal in enumerate(row):
            x = _column(place, len(row))
            parts.append(box(goal, x=x, y=y, width=_BOX_W, height=_BOX_H, href=f"#view-{name_of(goal)}"))
            below = case.below(goal.id, LinkKind.SUPPORTED_BY)
            parts.append(label(_tally(below), x=x + _BOX_W / 2, y=y + _BOX_H + 13, size=9.5, middle=True))
        y += _BOX_H + 18
    return y + 26


def _rows(nodes: Sequence[Node]) -> list[Sequence[Node]]:
    return [nodes[start : start + _COLUMNS] for start in range(0, len(nodes), _COLUMNS)]


def _column(place: int, count: int) -> float:
    width = count * _BOX_W + (count - 1) * _GAP
    return (WIDTH - width) / 2 + place * (_BOX_W + _GAP)


def _bus(parts: list[str], row: Sequence[Node], *, y: float, number: int, up: float, more: bool) -> None:
    """Draw the line from which a row hangs: the first from its parent, the others from the row above, at the right."""
    middles = [_column(place, len(row)) + _BOX_W / 2 for place in range(len(row))]
    if number == 0:
        parts.append(path([(WIDTH / 2, y - 16), (WIDTH / 2, y)]))
    else:
        parts.append(path([(WIDTH - _MARGIN, y - up), (WIDTH - _MARGIN, y)]))
    ends = [*middles, *((WIDTH / 2,) if number == 0 else ()), *((WIDTH - _MARGIN,) if more else ())]
    parts.append(path([(min(ends), y), (max(ends), y)]))
    parts += [line([(x, y), (x, y + 18)]) for x in middles]


def _tally(nodes: Sequence[Node]) -> str:
    """Say how many of the nodes under a goal have which status, worst first."""
    counts = [(status, sum(node.status is status for node in nodes)) for status in reversed(Status)]
    return ", ".join(f"{count} {status.value}" for status, count in counts if count) or "nothing under it"


def _goal_view(case: AssuranceCase, goal: Node) -> str:
    parts = [box(goal, x=WIDTH / 2 - 200, y=20, width=400, height=80)]
    controls = case.below(goal.id, LinkKind.SUPPORTED_BY)
    y = 20.0 + 80
    if not controls:
        parts.append(diamond(x=WIDTH / 2, y=y))
        return canvas(parts, width=WIDTH, height=y + 40, title=f"{goal.text}: nothing supports it")
    rows = _rows(controls)
    for number, row in enumerate(rows):
        y += 34
        _bus(parts, row, y=y - 18, number=number, up=_CELL_H + 34, more=len(rows) > 1)
        for place, control in enumerate(row):
            _control(parts, case, control, x=_column(place, len(row)), y=y)
        y += _CELL_H
    title = f"Assurance case of {case.system} {case.version}: {goal.text}"
    return canvas(parts, width=WIDTH, height=y + 12, title=title)


def _control(parts: list[str], case: AssuranceCase, control: Node, *, x: float, y: float) -> None:
    """Draw one control's goal, its solutions and what defeats it."""
    parts.append(box(control, x=x, y=y, width=_BOX_W, height=_BOX_H))
    solutions = [n for n in case.below(control.id, LinkKind.SUPPORTED_BY) if n.kind is NodeKind.SOLUTION]
    middle, y = x + _BOX_W / 2, y + _BOX_H
    against = case.below(control.id, LinkKind.DEFEATED_BY)
    shown = solutions[: _MOST_CIRCLES if not against else 1]
    places = len(shown) + (1 if against else 0)
    step = 2 * _RADIUS + 6
    start = middle - (places - 1) * step / 2 - (24 if against and shown else 0)
    for place, node in enumerate(shown):
        centre = start + place * step
        parts.append(line([(centre, y), (centre, y + 14)]))
        parts.append(solution(node, x=centre, y=y + 14 + _RADIUS, radius=_RADIUS, text=_short(node)))
    if len(solutions) > len(shown):
        parts.append(label(f"+{len(solutions) - len(shown)}", x=start + len(shown) * step - 18, y=y + 20 + 2 * _RADIUS))
    if against:
        width = 92 if shown else _BOX_W - 10
        _against(parts, against, x=start + len(shown) * step - 20 if shown else middle - width / 2, y=y, width=width)
    if control.status is Status.UNDEVELOPED and not against:
        parts.append(diamond(x=x + _BOX_W - 14 if shown else middle, y=y))


def _against(parts: list[str], against: Sequence[Node], *, x: float, y: float, width: float) -> None:
    first = against[0]
    more = f" (+{len(against) - 1})" if len(against) > 1 else ""
    short = first.text.partition(":")[0].partition(" lets ")[0][:24]
    text = (short if width < _BOX_W / 2 else first.text) + more
    parts.append(line([(x + width / 2, y + 16), (x + width / 2, y)], against=True))
    node = Node(id=first.id, kind=NodeKind.DEFEATER, text=text)
    parts.append(box(node, x=x, y=y + 16, width=width, height=54))


def _defeaters(parts: list[str], case: AssuranceCase, node: Node, *, x: float, y: float) -> float:
    against = case.below(node.id, LinkKind.DEFEATED_BY)
    if against:
        # Between the trunk and the lines to the assumptions, so that it hides neither.
        _against(parts, against, x=x + 18, y=y, width=_BESIDE_TRUNK)
        return 78
    return 0


def _short(node: Node) -> str:
    """Return what fits into a circle: the end of the evidence's id, or that the team states it, or a record says it."""
    return f"…{node.cites[0].evidence[-5:]}" if node.cites else "stated" if node.is_word else "on record"
