"""The shapes of the notation as SVG: each status has a word, a line and a colour of its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from roadworthy.evidence.documents.assurance.model import Node, NodeKind, Status
from roadworthy.evidence.documents.wording import visible

COLOUR = {
    Status.SUPPORTED: "#17663a",
    Status.UNDEVELOPED: "#4a3f9a",
    Status.CHALLENGED: "#7a4b00",
    Status.REFUTED: "#a01c1c",
}
FILL = {
    Status.SUPPORTED: "#f1f9f4",
    Status.UNDEVELOPED: "#f4f3fd",
    Status.CHALLENGED: "#fef8ea",
    Status.REFUTED: "#fdf1f0",
}
INK, SOFT = "#1c1b19", "#5b5853"
FONT = "Liberation Sans, DejaVu Sans, Arial, sans-serif"
LINE_HEIGHT = 14
CHARACTER_WIDTH = 6.1
"""Width of a letter at 11 px, on the wide side, so that lines do not run out of their shapes."""


def box(node: Node, *, x: float, y: float, width: float, height: float, href: str = "") -> str:
    """Return a goal, strategy, context, assumption or justification with its top left corner at ``x``, ``y``."""
    colour = COLOUR[node.status] if node.status is not None else SOFT
    fill = FILL[node.status] if node.status is not None else "#ffffff"
    line = f'fill="{fill}" stroke="{colour}" stroke-width="{2 if node.status is not None else 1.2}"'
    match node.kind:
        case NodeKind.STRATEGY:
            slant = 14
            points = f"{x + slant},{y} {x + width},{y} {x + width - slant},{y + height} {x},{y + height}"
            shape = f'<polygon points="{points}" {line}/>'
        case NodeKind.CONTEXT:
            shape = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{height / 2.6}" {line}/>'
        case NodeKind.ASSUMPTION | NodeKind.JUSTIFICATION:
            half_w, half_h = width / 2, height / 2
            shape = f'<ellipse cx="{x + half_w}" cy="{y + half_h}" rx="{half_w}" ry="{half_h}" {line}/>'
            letter = "A" if node.kind is NodeKind.ASSUMPTION else "J"
            shape += label(letter, x=x + width - 8, y=y + height - 2, size=12, colour=SOFT, bold=True)
        case NodeKind.DEFEATER:
            dashed = f'fill="#fdf1f0" stroke="{COLOUR[Status.REFUTED]}" stroke-width="1.5" stroke-dasharray="5 3"'
            shape = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" {dashed}/>'
        case _:
            shape = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" {line}/>'
    inner = 16 if node.kind in (NodeKind.GOAL, NodeKind.DEFEATER, NodeKind.CONTEXT) else width * 0.2
    word = node.status.value if node.status is not None else ""
    drawn = shape + _inside(node, word, colour, x=x, y=y, width=width, height=height, inner=inner)
    whole = f"<g><title>{_safe(f'{node.id}: {node.text} {word}')}</title>{drawn}</g>"
    return f'<a href="{escape(href, quote=True)}">{whole}</a>' if href else whole


def _inside(
    node: Node, word: str, colour: str, *, x: float, y: float, width: float, height: float, inner: float
) -> str:
    most = int((height - 12) // LINE_HEIGHT) - (1 if word else 0)
    lines = wrapped(node.text, int((width - inner) / CHARACTER_WIDTH), most=max(most, 1))
    count = len(lines) + (1 if word else 0)
    top = y + (height - count * LINE_HEIGHT) / 2 + 10
    drawn = label(word.upper(), x=x + width / 2, y=top, size=9.5, colour=colour, bold=True, middle=True) if word else ""
    for number, line in enumerate(lines, start=1 if word else 0):
        drawn += label(line, x=x + width / 2, y=top + number * LINE_HEIGHT, middle=True)
    return drawn


def solution(node: Node, *, x: float, y: float, radius: float, text: str) -> str:
    """Return the circle of a solution with its middle at ``x``, ``y``; dashed where it is the team's word alone."""
    dash = ' stroke-dasharray="4 3"' if node.is_word else ""
    colour = COLOUR[node.status or Status.UNDEVELOPED]
    cited = " ".join(f"{cite.evidence} {cite.digest}" for cite in node.cites) or (node.record or "")
    return (
        f"<g><title>{_safe(f'{node.id}: {node.text} {cited}')}</title>"
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{FILL[Status.SUPPORTED]}" stroke="{colour}" '
        f'stroke-width="1.5"{dash}/>'
        f"{label(text, x=x, y=y + 3.5, size=8.5, middle=True)}</g>"
    )


def diamond(*, x: float, y: float, size: float = 8) -> str:
    """Return the sign of what is undeveloped, with its upper corner at ``x``, ``y``."""
    points = f"{x},{y} {x + size},{y + size} {x},{y + 2 * size} {x - size},{y + size}"
    return f'<polygon points="{points}" fill="#ffffff" stroke="{COLOUR[Status.UNDEVELOPED]}" stroke-width="1.6"/>'


def line(points: Sequence[tuple[float, float]], *, context: bool = False, against: bool = False) -> str:
    """Return a line through ``points`` with its arrow: filled for support, open for context, red for what defeats."""
    drawn = " ".join(f"{x},{y}" for x, y in points)
    head = "open" if context else "against" if against else "filled"
    colour = COLOUR[Status.REFUTED] if against else SOFT
    dash = ' stroke-dasharray="4 3"' if against else ""
    return (
        f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.2"{dash} marker-end="url(#{head})"/>'
    )


def path(points: Sequence[tuple[float, float]]) -> str:
    """Return a line through ``points`` without an arrow."""
    drawn = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline points="{drawn}" fill="none" stroke="{SOFT}" stroke-width="1.2"/>'


def label(
    text: str, *, x: float, y: float, size: float = 11, colour: str = INK, bold: bool = False, middle: bool = False
) -> str:
    """Return one line of text; ``y`` is where it stands on."""
    weight = ' font-weight="700"' if bold else ""
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}"{weight}{anchor}>{_safe(text)}</text>'


def canvas(parts: Sequence[str], *, width: float, height: float, title: str) -> str:
    """Return a whole drawing. Its arrows are named, and nothing in it needs a style sheet."""
    heads = "".join(
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 0 10 5 0 10z" fill="{fill}" stroke="{colour}"/></marker>'
        for name, fill, colour in (("filled", SOFT, SOFT), ("open", "#ffffff", SOFT), ("against", "#a01c1c", "#a01c1c"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" font-family="{FONT}"><title>{_safe(title)}</title><defs>{heads}</defs>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def wrapped(text: str, width: int, *, most: int) -> tuple[str, ...]:
    """Return ``text`` in at most ``most`` lines of about ``width`` letters; what does not fit ends in an ellipsis.

    >>> wrapped("one two three", 7, most=2), wrapped("one two three", 7, most=1)
    (('one two', 'three'), ('one tw…',))
    """
    lines: list[str] = []
    left = " ".join(visible(text).split())
    while left and len(lines) < most:
        if len(left) <= width:
            cut = len(left)
        elif len(lines) + 1 == most:
            return (*lines, left[: max(width - 1, 1)].rstrip() + "…")
        else:
            cut = left.rfind(" ", 1, width + 1)
            cut = cut if cut > 0 else width
        lines.append(left[:cut].strip())
        left = left[cut:].strip()
    return tuple(lines)


def _safe(text: str) -> str:
    return escape(visible(text), quote=True)
