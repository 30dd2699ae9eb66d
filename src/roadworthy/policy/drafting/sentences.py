"""Splits running text into sentences, in English, German and French."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?…]+[\"'”“»’)\]]*(?=\s+)")
_OPENS = re.compile(r"\s+[\"'“„«(\[]*[A-ZÀ-ÖØ-Þ0-9§]")
_ORDERED = re.compile(
    r"\s+(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Quartal"
    r"|Abschnitt|Kapitel)"
)
"""What a German ordinal number, ``1. Januar``, stands before."""

_WORD_BEFORE = re.compile(r"(\S+)$")
_ABBREVIATIONS = frozenset(
    [
        "e.g",
        "i.e",
        "etc",
        "cf",
        "vs",
        "no",
        "nos",
        "art",
        "arts",
        "sec",
        "para",
        "approx",
        "incl",
        "excl",
        "fig",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "inc",
        "ltd",
        "co",
        "st",
        "pp",
        "p",
        "z.b",
        "b",
        "d.h",
        "h",
        "bzw",
        "abs",
        "nr",
        "s",
        "lit",
        "vgl",
        "ca",
        "ggf",
        "inkl",
        "ausschl",
        "ziff",
        "usw",
        "u.a",
        "a",
        "z",
        "u.u",
        "gem",
        "evtl",
        "sog",
        "max",
        "min",
        "m",
        "mme",
        "mm",
        "al",
        "cf.",
        "n°",
        "ch",
        "p.ex",
        "ex",
    ]
)
"""Words that a full stop belongs to."""


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence of ``text`` with the offset at which it begins; joined, they are the text without its ends.

    A full stop ends a sentence where space and a capital, a quotation mark or a digit follow,
    unless it belongs to an abbreviation or an ordinal number.

    >>> [s for _, s in sentences("See Art. 5, e.g. No. 2. It binds. Does it?")]
    ['See Art. 5, e.g. No. 2.', 'It binds.', 'Does it?']
    """
    start = 0
    for end in _END.finditer(text):
        if _OPENS.match(text, end.end()) is None or _belongs(text, start, end):
            continue
        yield from _piece(text, start, end.end())
        start = end.end()
    yield from _piece(text, start, len(text))


def _piece(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), piece.strip()


def _belongs(text: str, start: int, end: re.Match[str]) -> bool:
    """Whether the full stop belongs to the word before it."""
    if end.group() not in (".", ".)"):
        return False
    found = _WORD_BEFORE.search(text[max(start, end.start() - 40) : end.start()])
    if found is None:
        return True
    word = found.group(1).strip("(\"'“„«[").casefold()
    if word.isdigit():
        return len(word) <= 2 and _ORDERED.match(text, end.end()) is not None
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())
