"""Reads a policy document, Markdown or plain text with HTML in it, into sentences with their places."""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from roadworthy.policy.drafting.sentences import sentences
from roadworthy.policy.drafting.statement import Place, Sentence

Kind: TypeAlias = Literal["prose", "item", "cell", "heading", "code", "comment", "metadata"]

MAX_METADATA_LINES = 100
"""Lines within which front matter must end."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_BULLET = re.compile(r"([ \t]*)([-*+•·‣▪–])[ \t]+(?=\S)")
_NUMBERED = re.compile(r"([ \t]*)(\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])[ \t]+(?=\S)")
_CLAUSE = re.compile(
    r"[ \t]*((?:§{1,2}[ ]?|Art(?:icle|ikel)?\.?[ ]|Section[ ]|Abschnitt[ ])?\d{1,3}(?:\.\d{1,3})+[.)]?"
    r"|(?:§{1,2}[ ]?|Art(?:icle|ikel)?\.?[ ]|Section[ ]|Abschnitt[ ])\d{1,3}[a-z]?)[ \t:.–-]+(?=\S)"
)
_TITLE_NUMBER = re.compile(r"((?:§ ?)?\d{1,3}(?:\.\d{1,3})*|[A-Z]{1,3}-?\d{1,3}(?:\.\d{1,3})*)[.):]?[ \t]+(?=\S)")
_ROW_ID = re.compile(r"[A-Z]{0,5}[-. ]?\d{1,3}(?:\.\d{1,3})*")
_BOX = re.compile(r"^\[[ xX]\][ \t]+(?=\S)")
"""Of an item of a task list."""

_DIVIDER = re.compile(r"[ \t|:-]*-[ \t|:-]*$")
_QUOTE = re.compile(r"^(?:[ \t]*>)+[ \t]?")
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,500}>")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,1000})\]\((?:[^()\s]{0,2000})(?:[ \t]+\"[^\"\n]{0,300}\")?\)")
_STRONG = re.compile(r"(?<!\w)(\*{1,3}|_{1,3})(?=\S)([^*_\n]{1,2000}?)(?<=\S)\1(?!\w)")
_CODE = re.compile(r"`+([^`\n]{1,2000})`+")
_HYPHENATED = re.compile(r"[a-zà-ÿ]-\Z")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(slots=True)
class _Block:
    """Lines that belong together, until a block ends."""

    kind: Kind
    clause: str = ""
    stem: str = ""
    column: str = ""
    lines: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """What is known so far while the lines go by."""

    headings: list[tuple[int, str, str]] = field(default_factory=list)
    """Level, title, clause number."""

    block: _Block | None = None
    stems: list[tuple[int, str, str]] = field(default_factory=list)
    """Of lists in which we are: indent, introduction, clause."""

    said: str = ""
    """The last sentence of prose: it introduces the list that follows it."""

    clause: str = ""
    columns: tuple[str, ...] = ()
    fence: str = ""
    metadata: bool = False
    may_have_metadata: bool = False
    hidden: list[Sentence] = field(default_factory=list)
    """Comments within the block, which come after it."""

    out: list[Sentence] = field(default_factory=list)


def read_document(text: str) -> tuple[Sentence, ...]:
    r"""Return every sentence of ``text``, in order; nothing that a reader would see is left out.

    Headings, table cells, list items, code and comments are sentences as well, each marked as
    what it is. Markup, tags and invisible characters are not text.

    >>> read = read_document("## 2 Data\n\nOwners must:\n- keep **logs**;")
    >>> [(s.place.line, s.place.clause, s.text) for s in read]
    [(1, '2', 'Data'), (3, '2', 'Owners must:'), (4, '2', 'keep logs;')]
    """
    reader = _Reader()
    lines = _set_comments_apart(_without_invisible(text)).split("\n")
    # Without an end it is no front matter, and a rule at the top must not hide what follows.
    reader.may_have_metadata = any(line.strip() in ("---", "...") for line in lines[1:MAX_METADATA_LINES])
    for number, line in enumerate(lines, start=1):
        following = lines[number] if number < len(lines) else ""
        _line(reader, number, line, following)
    _flush(reader)
    return tuple(reader.out)


def _without_invisible(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        " " if c in "\u2028\u2029" or (unicodedata.category(c) == "Cc" and c not in "\n\t") else c
        for c in text
        if c not in _INVISIBLE
    )


_OPEN, _CLOSE = "\ue000", "\ue001"
"""Private-use characters: what stands between them was a comment."""

_HIDDEN = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")


def _set_comments_apart(text: str) -> str:
    """Mark the words of each comment, line by line, without moving any line."""
    text = text.replace(_OPEN, " ").replace(_CLOSE, " ")

    def marked(found: re.Match[str]) -> str:
        return "\n".join(_OPEN + line + _CLOSE for line in found.group(1).split("\n"))

    return _COMMENT.sub(marked, text) if "<!--" in text else text


def _line(reader: _Reader, number: int, line: str, following: str) -> None:
    if _OPEN in line:
        shown, hidden = _HIDDEN.sub(" ", line), " ".join(" ".join(_HIDDEN.findall(line)).split())
        if shown.strip():
            _line(reader, number, shown, following)
        else:
            _flush(reader)
        if hidden:
            reader.hidden.append(Sentence(text=hidden, place=_place(reader, number, reader.clause), kind="comment"))
        return
    if _in_metadata(reader, number, line) or _in_code(reader, number, line):
        return
    if not line.strip():
        _flush(reader)
        reader.columns = ()
        return
    line = _QUOTE.sub("", line)
    for step in (_heading, _underlined, _table):
        if step(reader, number, line, following):
            return
    if _RULE.match(line) is not None:
        _flush(reader)
        return
    _item_or_prose(reader, number, line)


def _in_metadata(reader: _Reader, number: int, line: str) -> bool:
    if number == 1 and line.strip() == "---" and reader.may_have_metadata:
        reader.metadata = True
        return True
    if reader.metadata:
        if line.strip() in ("---", "..."):
            reader.metadata = False
        elif line.strip():
            _flush(reader)
            _append(reader, "metadata", number, line)
            _flush(reader)
        return True
    return False


def _in_code(reader: _Reader, number: int, line: str) -> bool:
    fence = _FENCE.match(line)
    if reader.fence:
        if fence is not None and fence.group(1).startswith(reader.fence):
            reader.fence = ""
            _flush(reader)
        elif line.strip():
            _append(reader, "code", number, line)
        return True
    if fence is not None:
        _flush(reader)
        reader.fence = fence.group(1)
        rest = line[fence.end() :]
        if rest.strip():
            _append(reader, "code", number, rest)
        return True
    return False


def _heading(reader: _Reader, number: int, line: str, _: str) -> bool:
    found = _HEADING.match(line)
    if found is None:
        return False
    _flush(reader)
    _open_heading(reader, number, found.group(2) or "", level=len(found.group(1)))
    return True


def _underlined(reader: _Reader, number: int, line: str, following: str) -> bool:
    under = _UNDERLINE.match(following)
    if under is None or reader.block is not None or _BULLET.match(line) or "|" in line or len(under.group(1)) < 3:
        return False
    _open_heading(reader, number, line, level=1 if under.group(1)[0] == "=" else 2)
    return True


def _open_heading(reader: _Reader, number: int, title: str, *, level: int) -> None:
    title = plain(title)
    found = _TITLE_NUMBER.match(title)
    clause = found.group(1) if found is not None else ""
    words = title[found.end() :] if found is not None else title
    if not words:
        return
    while reader.headings and reader.headings[-1][0] >= level:
        reader.headings.pop()
    reader.clause = clause or next((c for _, _, c in reversed(reader.headings) if c), "")
    reader.stems.clear()
    reader.said = ""
    _emit(reader, Sentence(text=words, place=_place(reader, number, reader.clause), kind="heading"))
    reader.headings.append((level, words[:200], clause))


def _table(reader: _Reader, number: int, line: str, following: str) -> bool:
    is_head = "|" in line and "|" in following and _DIVIDER.match(following) is not None
    if is_head:
        _flush(reader)
        cells = _cells(line)
        reader.columns = tuple(plain(cell).casefold() for cell in cells) or ("",)
        for cell in cells:
            _cell(reader, number, cell, column="", clause=reader.clause)
        return True
    if not reader.columns or "|" not in line:
        return False
    if _DIVIDER.match(line) is not None:
        return True
    cells = _cells(line)
    first = plain(cells[0]).strip() if cells else ""
    clause = first if _ROW_ID.fullmatch(first) else reader.clause
    for at, cell in enumerate(cells):
        _cell(reader, number, cell, column=reader.columns[min(at, len(reader.columns) - 1)], clause=clause)
    return True


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _cell(reader: _Reader, number: int, cell: str, *, column: str, clause: str) -> None:
    for _, text in sentences(plain(cell)):
        _emit(reader, Sentence(text=text, place=_place(reader, number, clause), kind="cell", column=column))


def _item_or_prose(reader: _Reader, number: int, line: str) -> None:
    bullet = _BULLET.match(line) or _NUMBERED.match(line)
    numbered = _CLAUSE.match(line) if bullet is None else None
    if bullet is not None:
        _open_item(reader, number, line, bullet)
    elif numbered is not None:
        _flush(reader)
        reader.clause = numbered.group(1).rstrip(".)")
        reader.stems.clear()
        reader.block = _Block("prose", clause=reader.clause)
        reader.block.lines.append((number, line[numbered.end() :]))
    else:
        if reader.block is None and not line.startswith((" ", "\t")):
            reader.stems.clear()
        _append(reader, "prose", number, line)


def _open_item(reader: _Reader, number: int, line: str, bullet: re.Match[str]) -> None:
    _flush(reader)
    indent = len(bullet.group(1).expandtabs(4))
    while reader.stems and reader.stems[-1][0] > indent:
        reader.stems.pop()
    if not reader.stems or reader.stems[-1][0] < indent:
        introduces = reader.said if reader.said.rstrip().endswith((":", "—", "–")) else ""
        inherited = reader.stems[-1][2] if reader.stems else reader.clause
        reader.stems.append((indent, introduces, inherited))
    _, stem, clause = reader.stems[-1]
    mark = bullet.group(2).strip("().")
    if mark.isalnum():
        clause = f"{clause}({mark})" if clause else mark
    reader.block = _Block("item", clause=clause, stem=stem)
    reader.block.lines.append((number, _BOX.sub("", line[bullet.end() :])))
    reader.said = ""


def _append(reader: _Reader, kind: Kind, number: int, line: str) -> None:
    if reader.block is None:
        reader.block = _Block(kind, clause=reader.clause)
    reader.block.lines.append((number, line))


def _flush(reader: _Reader) -> None:
    block, reader.block = reader.block, None
    if block is not None:
        _close(reader, block)
    reader.out += reader.hidden
    reader.hidden.clear()


def _close(reader: _Reader, block: _Block) -> None:
    text, starts = _joined(block)
    if block.kind in ("code", "comment", "metadata"):
        if text.strip():
            place = _place(reader, block.lines[0][0], block.clause)
            _emit(reader, Sentence(text=text.strip(), place=place, kind=block.kind))
        return
    stem = block.stem
    for offset, sentence in sentences(text):
        line = block.lines[bisect_right(starts, offset) - 1][0]
        place = _place(reader, line, block.clause)
        _emit(reader, Sentence(text=sentence, place=place, kind=block.kind, stem=stem))
        reader.said, stem = (f"{stem.rstrip(': ')} {sentence}" if stem else sentence), ""


def _joined(block: _Block) -> tuple[str, list[int]]:
    """Return the block's text on one line and the offset at which each of its lines begins."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for _, line in block.lines:
        words = " ".join(line.split()) if block.kind in ("code", "comment", "metadata") else plain(line).strip()
        if parts and _HYPHENATED.search(parts[-1][-2:]) and words[:1].islower():
            parts[-1] = parts[-1][:-1]
            length -= 1
        elif parts and words:
            parts.append(" ")
            length += 1
        starts.append(length)
        if words:
            parts.append(words)
            length += len(words)
    return "".join(parts), starts


def _place(reader: _Reader, line: int, clause: str) -> Place:
    return Place(line=line, headings=tuple(title for _, title, _ in reader.headings), clause=clause[:40])


def _emit(reader: _Reader, sentence: Sentence) -> None:
    reader.out.append(sentence)


def plain(line: str) -> str:
    """Return ``line`` without Markdown's and HTML's marks, its words as they were.

    >>> plain("**Owners** must [read](https://example.org) `it` &amp; <b>sign</b>")
    'Owners must read it & sign'
    """
    line = _TAG.sub(" ", line) if "<" in line else line
    for mark in (_LINK, _CODE):
        line = mark.sub(r"\1", line)
    for _ in range(3):
        line = _STRONG.sub(r"\2", line)
    return " ".join(html.unescape(line).split())
