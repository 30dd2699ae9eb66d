"""Paper as Markdown. Nothing that a name or a reason contains becomes markup."""

from __future__ import annotations

from typing import assert_never

from roadworthy.evidence.documents.citation import BASIS_WORD, GAP_WORD, Gap, Part, Passage
from roadworthy.evidence.documents.paper.model import Block, Grid, Listing, Paper, Parts, Prose, Section
from roadworthy.evidence.documents.wording import visible

_MARKUP = {c: f"\\{c}" for c in "\\*_{}[]#|~"} | {"<": "&lt;", "&": "&amp;", "@": "@\u200b"}


def markdown_paper(paper: Paper) -> str:
    """Return ``paper`` as Markdown, with headings, tables and lists of its own and no other markup."""
    lines = [f"# {plain_text(paper.title)}", "", f"*{plain_text(paper.kind)}.* {plain_text(paper.subtitle)}", ""]
    if paper.banner is not None:
        lines += [f"> **{plain_text(paper.banner.word)}.** {plain_text(paper.banner.text)}", ""]
    lines += [f"- **{plain_text(name)}:** {plain_text(value)}" for name, value in paper.facts]
    for section in paper.sections:
        lines += ["", *_section(section)]
    return "\n".join([*lines, "", "---", "", plain_text(paper.closing), ""])


def plain_text(text: str) -> str:
    r"""Return ``text`` so that nothing in it is markup, a mention, or hidden from the reader; code stays code.

    >>> plain_text("*no* <b> but `rw gate`")
    '\\*no\\* &lt;b> but `rw gate`'
    """
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without a partner is text
        return _escaped(visible(text).replace("`", "'"))
    return "`".join(_escaped(part) if place % 2 == 0 else part for place, part in enumerate(parts))


def _escaped(text: str) -> str:
    return "".join(_MARKUP.get(c, c) for c in text)


def _section(section: Section) -> list[str]:
    lines = [f"{'#' * section.level} {plain_text(section.title)}", ""]
    if section.lead:
        lines += [f"_{plain_text(section.lead)}_", ""]
    for block in section.blocks:
        lines += [*_block(block), ""]
    return lines[:-1]


def _block(block: Block) -> list[str]:
    match block:
        case Prose():
            return [plain_text(block.text)]
        case Parts():
            return [line for part in block.parts for line in _part(part)]
        case Listing():
            mark = "1." if block.numbered else "-"
            return [f"{mark} {plain_text(item)}" for item in block.items]
        case Grid():
            head = "| " + " | ".join(plain_text(name) for name in block.columns) + " |"
            rule = "|" + " --- |" * len(block.columns)
            return [head, rule, *("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in block.rows)]
        case _:
            assert_never(block)


def _cell(text: str) -> str:
    """Return the text of a cell: a bar in code would end it, and only there a backslash is not shown."""
    parts = plain_text(text).split("`")
    return "`".join(part.replace("|", "\\|") if place % 2 else part for place, part in enumerate(parts))


def _part(part: Part) -> list[str]:
    match part:
        case Passage():
            lines = [
                f"- **{BASIS_WORD[part.basis]}.** {plain_text(part.text)}",
                f"  <br>Source: {plain_text(part.source)}",
            ]
            return lines + [f"  <br>Evidence: `{cite.evidence}` `{cite.digest}`" for cite in part.cites]
        case Gap():
            command = " `" + visible(part.command).replace("`", "'") + "`" if part.command else ""
            who = part.who.replace("_", " ")
            return [
                f"- **{GAP_WORD.upper()}.** {plain_text(part.text)}",
                f"  <br>Closed by: {plain_text(who)}. {plain_text(part.closes)}{command}",
            ]
        case _:
            assert_never(part)
