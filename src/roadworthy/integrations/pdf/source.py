"""Paper as Typst source. Every text goes in as a string literal, so that nothing in it is markup or code."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import assert_never

from roadworthy.evidence.documents.citation import BASIS_WORD, GAP_WORD, Basis, Gap, Part, Passage
from roadworthy.evidence.documents.paper.model import Banner, Block, Grid, Listing, Paper, Parts, Prose, Section
from roadworthy.evidence.documents.wording import Tone, visible

_TONES = {
    Tone.GOOD: "17663a",
    Tone.OWED: "7a4b00",
    Tone.BAD: "a01c1c",
    Tone.UNKNOWN: "4a3f9a",
    Tone.QUIET: "5b5853",
}
_BASES = {
    Basis.STATED: "8a857d",
    Basis.ATTESTED: "7a4b00",
    Basis.MEASURED: "4a3f9a",
    Basis.RECORDED: "5b5853",
}
_SAYS = {"good": " · holds", "bad": " · does not hold", "open": " · open", "plain": ""}
_SAYS_TONE = {"good": Tone.GOOD, "bad": Tone.BAD}

MOST_IN_HEAD = 104
"""Characters that fit into one line at the head of a page."""

_PREAMBLE = """\
#set page(paper: "a4", margin: (x: 2.2cm, y: 2.2cm), numbering: "1 / 1", footer-descent: 40%)
#set text(font: ("Libertinus Serif", "DejaVu Sans", "Noto Sans CJK SC"), size: 10pt, hyphenate: true)
#set par(justify: false, leading: 0.58em)
#show raw: set text(font: "DejaVu Sans Mono", size: 0.86em)
#show heading.where(level: 1): set text(size: 17pt)
#show heading.where(level: 2): set text(size: 13pt)
#show heading.where(level: 3): set text(size: 11pt)
#set table.cell(breakable: false)
#show heading: set block(above: 1.3em, below: 0.55em)
#let soft = rgb("5b5853")
#let small(body) = text(size: 8.2pt, fill: soft, body)
#let part(tone, word, fill: none, dash: "solid", body) = block(
  width: 100%, breakable: false, above: 0.55em, below: 0.55em, inset: (left: 8pt, rest: 4.5pt), fill: fill,
  stroke: (left: (paint: tone, thickness: 2.4pt, dash: dash)),
)[#text(size: 8pt, weight: "bold", fill: tone, word) #linebreak() #body]
#let breaks(it) = {
  show regex("[0-9a-f]{16}"): m => m + sym.zws
  show regex("[0-9A-Z]{13}"): m => m + sym.zws
  it
}
"""


def typst_source(paper: Paper, *, at: datetime) -> str:
    """Return ``paper`` as the source of a Typst document that was made at ``at``."""
    at = at.astimezone(UTC)
    made = (
        f"datetime(year: {at.year}, month: {at.month}, day: {at.day}, hour: {at.hour}, minute: {at.minute}, "
        f"second: {at.second})"
    )
    lines = [
        _PREAMBLE,
        f"#set document(title: {literal(f'{paper.kind}: {paper.title}')}, author: (), date: {made})",
        '#set text(lang: "en")',
        _running_head(paper),
        "#show: breaks",
        f"#small(upper({literal(paper.kind)}))",
        f"#heading(level: 1, outlined: false, {literal(paper.title)})",
        f"#par({_text(paper.subtitle)})",
    ]
    if paper.banner is not None:
        lines.append(_banner(paper.banner))
    lines.append(_facts(paper.facts))
    if paper.contents:
        lines.append('#heading(level: 2, outlined: false, "Contents")\n#outline(title: none, depth: 2, indent: 1em)')
    lines += [_section(section) for section in paper.sections]
    lines += ["#line(length: 100%, stroke: 0.5pt + soft)", f"#small({_text(paper.closing)})"]
    return "\n".join(lines) + "\n"


def _running_head(paper: Paper) -> str:
    """Return what stands at the head of every page but the first, so that a loose page says where it belongs."""
    facts = dict(paper.facts)
    dated = [f"{name.lower()} {facts[name]}" for name in ("Version", "Written") if name in facts]
    room = MOST_IN_HEAD - sum(len(text) + 3 for text in dated)
    about = f"{paper.kind.partition(',')[0]} · {paper.title}"
    about = about if len(about) <= room else about[: max(room - 1, 0)].rstrip() + "…"
    line = _text(" · ".join([about, *dated]))
    return f"#set page(header: context if counter(page).get().first() > 1 {{ small({line}) }})"


def literal(text: str) -> str:
    r"""Return ``text`` as a Typst string.

    >>> literal('a "b" \\ #c')
    '"a \\"b\\" \\\\ #c"'
    """
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(text: str) -> str:
    """Return content with what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return f"text({literal(text)})"
    pieces = [
        (f"raw({literal(part)})" if place % 2 else f"text({literal(part)})") for place, part in enumerate(parts) if part
    ]
    return "{" + "; ".join(pieces) + "}" if pieces else "none"


def _banner(banner: Banner) -> str:
    tone = f'rgb("{_TONES[banner.tone]}")'
    return (
        f"#block(width: 100%, inset: 9pt, radius: 4pt, stroke: 0.8pt + {tone}, above: 1em, below: 1em)["
        f'#text(size: 14pt, weight: "bold", fill: {tone}, {literal(banner.word)}) #linebreak() #{_text(banner.text)}]'
    )


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    cells = ", ".join(f"small({literal(name)}), text(size: 9pt, {literal(value)})" for name, value in facts)
    return f"#grid(columns: (3.2cm, 1fr), row-gutter: 0.5em, column-gutter: 0.6em, {cells})"


def _section(section: Section) -> str:
    lines = [f"#heading(level: {section.level}, {literal(section.title)})"]
    if section.lead:
        lines.append(f"#block(sticky: true, small({_text(section.lead)}))")
    lines += [_block(block) for block in section.blocks]
    return "\n".join(lines)


def _block(block: Block) -> str:
    match block:
        case Prose():
            return f"#par({_text(block.text)})" if not block.quiet else f"#block(small({_text(block.text)}))"
        case Parts():
            return "\n".join(_part(part) for part in block.parts)
        case Listing():
            kind = "enum" if block.numbered else "list"
            return f"#{kind}({', '.join(_text(item) for item in block.items)})" if block.items else ""
        case Grid():
            return _grid(block)
        case _:
            assert_never(block)


def _grid(grid: Grid) -> str:
    widths = ", ".join(f"{width}fr" for width in (grid.widths or (1,) * len(grid.columns)))
    head = ", ".join(f'text(size: 8.2pt, weight: "bold", {literal(name)})' for name in grid.columns)
    cells = "".join(f", text(size: 8.6pt, {_text(cell)})" for row in grid.rows for cell in row)
    return (
        f"#table(columns: ({widths},), stroke: (x, y) => (bottom: 0.4pt + soft), inset: (x: 3pt, y: 4pt), "
        f"align: left, table.header({head}){cells})"
    )


def _part(part: Part) -> str:
    match part:
        case Passage():
            tone = _TONES[_SAYS_TONE[part.tone]] if part.tone in _SAYS_TONE else _BASES[part.basis]
            dash = {Basis.STATED: "dotted", Basis.ATTESTED: "dashed"}.get(part.basis, "solid")
            cites = "".join(f" #linebreak() #small(raw({literal(f'{c.evidence} {c.digest}')}))" for c in part.cites)
            return (
                f'#part(rgb("{tone}"), {literal(BASIS_WORD[part.basis] + _SAYS[part.tone])}, dash: "{dash}")['
                f"#{_text(part.text)} #linebreak() #small({_text(part.source)}){cites}]"
            )
        case Gap():
            command = f" #linebreak() #raw({literal(part.command)})" if part.command else ""
            closes = f"Closed by: {part.who.replace('_', ' ')}. {part.closes}"
            return (
                f'#part(rgb("{_TONES[Tone.BAD]}"), {literal(GAP_WORD.upper())}, fill: rgb("fbe6e4"), dash: "dashed")['
                f"#{_text(part.text)} #linebreak() #small({_text(closes)}){command}]"
            )
        case _:
            assert_never(part)
