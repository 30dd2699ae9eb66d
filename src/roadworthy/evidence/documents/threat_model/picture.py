"""The data-flow diagram as SVG: no script, no style sheet, nothing fetched, every name escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from roadworthy.evidence.documents.threat_model.layout import GAP, Box, Layout, Line, layout_of
from roadworthy.evidence.documents.wording import visible
from roadworthy.risk.threat_model.diagram import BoundaryKind, DataFlowDiagram, ElementKind
from roadworthy.risk.threat_model.model import ThreatModel, ThreatState, worst_state

_INK, _SOFT, _PAPER, _CARD = "#1c1b19", "#5b5853", "#fbfaf8", "#ffffff"
_LINE, _UNTRUSTED, _CROSSING = "#a39d93", "#a01c1c", "#33302b"
_STATE = {
    ThreatState.OPEN: "#a01c1c",
    ThreatState.PARTLY: "#b36b00",
    ThreatState.ACCEPTED: "#4a3f9a",
    ThreatState.MITIGATED: "#17663a",
}
_FONT = 'font-family="system-ui, Liberation Sans, DejaVu Sans, sans-serif"'
_LEGEND = 58.0
_MOST_CHARACTERS = 18


def diagram_svg(model: ThreatModel, *, fits: bool = False) -> str:
    """Return the picture of a threat model's diagram.

    The bar at the left of an element has the colour of its worst threat. Dashed frames are trust boundaries; a dark
    line crosses one, a red line carries what outsiders can have written. Numbers are those of the table of flows.

    Args:
        model: What is drawn.
        fits: Whether it takes the width of what it stands in, instead of its own.
    """
    layout = layout_of(model.diagram)
    width, height = max(layout.width, 860.0), layout.height + _LEGEND
    size = 'width="100%"' if fits else f'width="{width:.0f}" height="{height:.0f}"'
    title = escape(visible(f"Data-flow diagram of {model.system}"))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'{size} role="img" aria-label="{title}" {_FONT}>',
        f"<title>{title}</title>",
        _markers(),
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="{_PAPER}"/>',
        *(_frame(box, model.diagram) for box in layout.boundaries),
        *(_path(line) for line in layout.lines),
        *_elements(model, layout),
        *(_number(line) for line in layout.lines),
        *_legend(layout.height),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _markers() -> str:
    colours = {"plain": _LINE, "untrusted": _UNTRUSTED, "crossing": _CROSSING}
    made = [
        f'<marker id="to-{name}" viewBox="0 0 8 8" refX="7.2" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto-start-reverse"><path d="M0 0.6 L7.4 4 L0 7.4 z" fill="{colour}"/></marker>'
        for name, colour in colours.items()
    ]
    return f"<defs>{''.join(made)}</defs>"


def _frame(box: Box, diagram: DataFlowDiagram) -> str:
    boundary = next(b for b in diagram.boundaries if b.id == box.id)
    ours = boundary.kind is BoundaryKind.OURS
    title = _cut(boundary.title, 60 if ours else _MOST_CHARACTERS + 3)
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="10" '
        f'fill="{"#f1f5f0" if ours else "#f4f1ec"}" stroke="{_SOFT}" stroke-width="1.2" stroke-dasharray="6 4"/>'
        f'<text x="{box.x + 12:.1f}" y="{box.y + 19:.1f}" font-size="12" font-weight="600" '
        f'fill="{_SOFT}">{title}</text>'
    )


def _path(line: Line) -> str:
    name, colour = _manner(line)
    d = _bulge(line) if line.within_column else _through(line)
    ends = (f' marker-end="url(#to-{name})"' if line.forward else "") + (
        f' marker-start="url(#to-{name})"' if line.backward else ""
    )
    stroke = "1.8" if line.interaction.crosses else "1.2"
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{stroke}"{ends}/>'


def _manner(line: Line) -> tuple[str, str]:
    if line.interaction.untrusted:
        return "untrusted", _UNTRUSTED
    return ("crossing", _CROSSING) if line.interaction.crosses else ("plain", _LINE)


def _through(line: Line) -> str:
    (x, y), *rest = line.points
    steps = [f"M{x:.1f} {y:.1f}"]
    for index, (to_x, to_y) in enumerate(rest):
        in_gap = index % 2 == 0
        middle = (x + to_x) / 2
        steps.append(
            f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
            if in_gap
            else f"L{to_x:.1f} {to_y:.1f}"
        )
        x, y = to_x, to_y
    return " ".join(steps)


def _bulge(line: Line) -> str:
    (x, y), (to_x, to_y) = line.points
    out = x + GAP * 0.55
    return f"M{x:.1f} {y:.1f} C{out:.1f} {y:.1f} {out:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"


def _number(line: Line) -> str:
    (x, y), text = line.points[0], str(line.interaction.number)
    width = 10 + 6 * len(text)
    _, colour = _manner(line)
    return (
        f'<rect x="{x + 12:.1f}" y="{y - 7:.1f}" width="{width}" height="14" rx="7" fill="{_CARD}" '
        f'stroke="{colour}" stroke-width="0.8"/>'
        f'<text x="{x + 12 + width / 2:.1f}" y="{y + 3.6:.1f}" font-size="10" text-anchor="middle" '
        f'fill="{_INK}">{text}</text>'
    )


def _elements(model: ThreatModel, layout: Layout) -> Iterator[str]:
    by_id = {element.id: element for element in model.diagram.elements}
    for box in layout.elements:
        element = by_id[box.id]
        states = [threat.state for threat in model.threats if element.id in threat.through]
        colour = _STATE[worst_state(states)] if states else _LINE
        middle = box.y + box.height / 2
        said = element.type.replace("_", " ") or "outside"
        yield (
            f"<g><title>{escape(visible(f'{element.title}: {said}, {len(states)} threats'))}</title>"
            f"{_shape(box, element.kind)}"
            f'<rect x="{box.x + 3:.1f}" y="{box.y + 9:.1f}" width="4" height="{box.height - 18:.1f}" rx="2" '
            f'fill="{colour}"/>'
            f'<text x="{box.x + 15:.1f}" y="{middle - 2:.1f}" font-size="12.5" font-weight="600" fill="{_INK}">'
            f"{_cut(element.title, _MOST_CHARACTERS)}</text>"
            f'<text x="{box.x + 15:.1f}" y="{middle + 13:.1f}" font-size="11" fill="{_SOFT}">'
            f"{_cut(said, 26)}</text></g>"
        )


def _shape(box: Box, kind: ElementKind) -> str:
    """Draw an element as data-flow diagrams do: square outsiders, round processes, stores between two lines."""
    x, y, width, height = box.x, box.y, box.width, box.height
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    match kind:
        case ElementKind.EXTERNAL:
            return f'<rect {place} fill="{_CARD}" stroke="{_INK}" stroke-width="1.4"/>'
        case ElementKind.PROCESS:
            return f'<rect {place} rx="18" fill="{_CARD}" stroke="{_INK}" stroke-width="1.1"/>'
    return (
        f'<rect {place} fill="{_CARD}"/>'
        f'<path d="M{x:.1f} {y:.1f} h{width:.1f} M{x:.1f} {y + height:.1f} h{width:.1f}" '
        f'stroke="{_INK}" stroke-width="1.6"/>'
    )


def _legend(top: float) -> Iterator[str]:
    entries = (
        ("line", _UNTRUSTED, "carries what outsiders wrote"),
        ("line", _CROSSING, "crosses a trust boundary"),
        ("bar", _STATE[ThreatState.OPEN], "a threat is open"),
        ("bar", _STATE[ThreatState.PARTLY], "countered in part"),
        ("bar", _STATE[ThreatState.ACCEPTED], "accepted"),
        ("bar", _STATE[ThreatState.MITIGATED], "all countered"),
    )
    x = 20.0
    for kind, colour, text in entries:
        if kind == "line":
            yield f'<path d="M{x:.0f} {top + 16:.0f} h26" stroke="{colour}" stroke-width="1.8"/>'
            start = x + 32
        else:
            yield f'<rect x="{x:.0f}" y="{top + 8:.0f}" width="4" height="16" rx="2" fill="{colour}"/>'
            start = x + 10
        yield f'<text x="{start:.0f}" y="{top + 20:.0f}" font-size="11.5" fill="{_SOFT}">{text}</text>'
        x = start + 6.2 * len(text) + 18
    shapes = "square: outsider · round: process · between two lines: data store · dashed frame: trust boundary"
    yield f'<text x="20" y="{top + 44:.0f}" font-size="11.5" fill="{_SOFT}">{shapes}</text>'


def _cut(text: str, most: int) -> str:
    shown = visible(text)
    return escape(shown if len(shown) <= most else f"{shown[: most - 1]}…")
