"""Makes of a text the one that a reader takes it for, character by character traceable.

In this order: invisible characters go; compatibility forms become the plain ones (NFKC), enclosed letters too; quotes
and dashes become those of ASCII; letters that look like Latin ones among Latin letters become those.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from roadworthy.guard.reading.code_points import CHANGING, COMPATIBLE, JOINING, LONGER, MARK, USES
from roadworthy.guard.reading.invisible import ODD, Hidden, Oddity, Place, Seen, without_invisible
from roadworthy.guard.reading.look_alike import PRESENT, among_latin
from roadworthy.guard.reading.look_alike_table import LOOK_ALIKES
from roadworthy.guard.reading.rewriting import Rewritten, rewritten
from roadworthy.guard.segment import Span

_SIMPLE = (
    *((quote, "'") for quote in "‘’‚‛′"),
    *((quote, '"') for quote in "“”„‟″"),
    *((dash, "-") for dash in "‐‑‒–—−"),
)
_WIDE = (*((chr(0xFEE0 + ord(sign)), sign) for sign in "!(),:;?~"), ("\u3000", " "), ("\xa0", " "))
"""Signs that Chinese and Japanese text is full of, and spaces: quicker this way than one by one."""

_ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_ACCENT = re.compile(f"[{_ACCENTS}]")
_OVERLAY = re.compile("[\u0334-\u0338\u20d0-\u20ff]")

_FLAG = "\U0001f1e6-\U0001f1ff"
_FIRST_ENCLOSED = (0x249C, 0x1F110, 0x1F150, 0x1F170, 0x1F1E6)
_ENCLOSED_LETTERS = {first + place: ord("A") + place for first in _FIRST_ENCLOSED for place in range(26)}
"""Enclosed letters that NFKC leaves alone: white on black, those that flags are made of, and those in brackets, of
which it makes three characters."""

_IN_SHAPES = "\u249c-\u24b5\U0001f110-\U0001f129\U0001f150-\U0001f169\U0001f170-\U0001f189"
_IS_ENCLOSED = f"[{_IN_SHAPES}]|[{_FLAG}]{{3}}|(?:^|[^{_FLAG}])[{_FLAG}](?:$|[^{_FLAG}])"
_ENCLOSED = re.compile(f"[{_IN_SHAPES}]+|[{_FLAG}]+")

_STYLED = {
    "full_width": "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a",
    "styled_letters": "\u2100-\u214f\U0001d400-\U0001d7ff\u02b0-\u02b8\u1d2c-\u1d6a\u2070-\u209c",
    "enclosed_letters": "\u249c-\u24e9\U0001f110-\U0001f149",
}
_STYLE_GAP = 3
"""Characters between two styled letters of one run."""


@dataclass(frozen=True, slots=True)
class Normal:
    """A text as a reader takes it."""

    plain: str = field(repr=False)
    offsets: tuple[int, ...] = ()
    """As `Reading.offsets`."""

    oddities: tuple[Oddity, ...] = ()
    hidden: tuple[Hidden, ...] = ()


LOOKS = (ODD, _IS_ENCLOSED, PRESENT, "[" + "".join(sign for sign, _ in _SIMPLE) + "]")
"""RE2 patterns; a text in compatibility form in which none of them is needs no normalising."""

_ODD, _CIRCLED, _LOOK_ALIKE, _SIGN = range(4)


def normalise(text: str, looks: Sequence[int]) -> Normal:
    """Return what a reader takes ``text`` for. Takes time and memory in proportion to the text.

    Args:
        text: As it came.
        looks: Which of `LOOKS` are there, at least.

    >>> normalise("ｉｇｎоre “it”", range(4)).plain
    'ignore "it"'
    """
    is_compatible = unicodedata.is_normalized("NFKC", text)
    if is_compatible and not looks:
        return Normal(text)
    odd = _ODD in looks
    seen = without_invisible(text) if odd else Seen(Rewritten(text), (), ())
    work, oddities = seen.text, list(seen.oddities)
    if odd or _CIRCLED in looks:
        work = _enclosed(work, oddities)
    if odd or not is_compatible:
        work = _compatible(work, oddities)
    work = work.with_text(_simple(work.text))
    if odd or _LOOK_ALIKE in looks or _CIRCLED in looks or not is_compatible:
        latin, misleading = among_latin(work.text)
        work = work.with_text(latin)
        oddities += _placed(work, "look_alike", misleading)
    oddities.sort(key=_by_place)
    named = tuple((kind, Span(start=start, end=end)) for kind, start, end in oddities)
    return Normal(work.text, tuple(work.offsets or ()), named, seen.hidden)


def _by_place(oddity: Place) -> tuple[int, int, str]:
    return oddity[1], oddity[2], oddity[0]


def _placed(work: Rewritten, kind: str, places: Iterable[tuple[int, int]]) -> Iterator[Place]:
    """Yield the places of an oddity as places of the first text."""
    offsets = work.offsets
    for start, end in places:
        if offsets is None:
            yield kind, start, end
            continue
        first, after = offsets[start], end
        while offsets[after] == first:
            after += 1
        yield kind, first, offsets[after]


def _enclosed(work: Rewritten, oddities: list[Place]) -> Rewritten:
    text = work.text
    pieces: list[str] = []
    done = 0
    for match in _ENCLOSED.finditer(text):
        start, end = match.span()
        is_flag = text[start] >= "\U0001f1e6"
        if is_flag and end - start == 2:
            continue
        pieces += (text[done:start], match[0].translate(_ENCLOSED_LETTERS))
        done = end
        if end - start > 1 and not (is_flag and (end - start) % 2 == 0):
            oddities += _placed(work, "enclosed_letters", ((start, end),))
    return work.with_text("".join((*pieces, text[done:]))) if done else work


def _compatible(work: Rewritten, oddities: list[Place]) -> Rewritten:
    """Return the compatibility form, and on letters of ASCII and those that look like them no piled marks."""
    text = work.text
    for wide, sign in _WIDE:
        text = text.replace(wide, sign)
    distinct = "".join(set(text))
    present = distinct.translate(USES)
    if CHANGING in present or LONGER in present:
        oddities += _styles(work.with_text(text), distinct)
    work = work.with_text(_changed(text, distinct, present) if CHANGING in present else text)
    if LONGER not in present and MARK not in present and JOINING not in present:
        return work
    return work.then(rewritten(work.text, _changed_units(work, text.translate(USES), oddities)))


def _changed(text: str, distinct: str, uses: str) -> str:
    """Return ``text`` with the compatibility form of each character that has one of a single character."""
    if uses.count(CHANGING) > _FEW:
        return text.translate(COMPATIBLE)
    for character, use in zip(distinct, uses, strict=True):
        if use == CHANGING:
            text = text.replace(character, COMPATIBLE[ord(character)])
    return text


_FEW = 24
"""Characters that are quicker replaced one after the other than all at once."""

_UNITS = re.compile(f"{LONGER}[{MARK}{JOINING}]*|[^{MARK}{JOINING}]?[{MARK}{JOINING}]+")


def _changed_units(work: Rewritten, uses: str, oddities: list[Place]) -> Iterator[tuple[int, int, str]]:
    text = work.text
    known: dict[str, tuple[str, bool]] = {}
    stuffed: list[tuple[int, int]] = []
    for match in _UNITS.finditer(uses):
        start, end = match.span()
        unit = text[start:end]
        if unit not in known:
            known[unit] = _plain(unit)
        plain, is_stuffed = known[unit]
        if is_stuffed and stuffed and start - stuffed[-1][1] <= _STYLE_GAP:
            stuffed[-1] = (stuffed[-1][0], end)
        elif is_stuffed:
            stuffed.append((start, end))
        if plain != unit:
            yield start, end, plain
    oddities += _placed(work, "combining_stuffing", stuffed)


def _plain(unit: str) -> tuple[str, bool]:
    """Return what a letter with its marks is read as, and whether a reader would not expect the marks."""
    plain = unicodedata.normalize("NFKC", unit)
    if len(plain) > 1 and len(unit) > 1 and _ACCENT.search(plain, 1):
        base = unicodedata.normalize("NFKD", unit[0])[0]
        if base.isascii() or base in LOOK_ALIKES:
            return base, len(unit) > 2 or _OVERLAY.search(unit) is not None
    return plain, False


def _styles(work: Rewritten, distinct: str) -> Iterator[Place]:
    """Yield runs of letters in another style; a single one (``ℝ``, ``²``) is none."""
    for kind, (letter, run) in _STYLE_RUNS.items():
        if letter.search(distinct):
            yield from _placed(work, kind, (match.span() for match in run.finditer(work.text)))


def _style_run(characters: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of one that stands for a letter, or for a digit and is none, and of two or more near."""
    letters = ""
    for first, last in re.findall("(.)-(.)", characters):
        codes = [code for code in range(ord(first), ord(last) + 1) if _is_letter(chr(code))]
        starts = (code for code in codes if code - 1 not in codes)
        ends = (code for code in codes if code + 1 not in codes)
        letters += "".join(f"{chr(start)}-{chr(end)}" for start, end in zip(starts, ends, strict=True))
    return re.compile(f"[{letters}]"), re.compile(f"[{letters}](?:[^{letters}]{{0,{_STYLE_GAP}}}[{letters}])+")


def _is_letter(character: str) -> bool:
    plain = unicodedata.normalize("NFKC", character)
    return plain != character and len(plain) == 1 and plain.isalnum() and not character.isdecimal()


_STYLE_RUNS = {kind: _style_run(characters) for kind, characters in _STYLED.items()}


def _simple(text: str) -> str:
    for sign, plain in _SIMPLE:
        text = text.replace(sign, plain)
    return text
