"""Reads letters that look like Latin ones as those, where they stand among Latin letters.

Words of a living script stay as they are: ``роса`` is Russian for dew, and is no ``poca``. A letter is read as the one
it looks like only

1. in a word with a Latin letter at most `_NEAR` characters away, or
2. in a word of up to `_NEAR` look-alikes only, whose neighbours, within `_GAP` characters, all have Latin letters;
   of a single letter (``в``, ``с`` and ``а`` are words) both neighbours.

Both look at a bounded stretch, so that a piece of a text reads as it does in the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.guard.reading.code_points import PerCharacter
from roadworthy.guard.reading.look_alike_table import LOOK_ALIKES

_NEAR = 32
"""Characters of a word from a look-alike to the Latin letter that gives it away."""

_GAP = 8
"""Characters between two words that are neighbours."""

_TABLE = str.maketrans(LOOK_ALIKES)
_IS_LATIN = re.compile("[A-Za-zªºÀ-ÖØ-öø-ʸḀ-ỿⱠ-ⱿꜢ-ꟊꬰ-ꭤᴀ-ᶿ]")
_FOREIGN = "".join(letter for letter in LOOK_ALIKES if not _IS_LATIN.match(letter))
PRESENT = (
    rf"\p{{Latin}}[\p{{L}}\p{{Nd}}_]*[^\p{{L}}]{{0,{_GAP}}}[{_FOREIGN}]"
    rf"|[{_FOREIGN}][\p{{L}}\p{{Nd}}_]*[^\p{{L}}]{{0,{_GAP}}}\p{{Latin}}"
    f"|[{''.join(letter for letter in LOOK_ALIKES if _IS_LATIN.match(letter))}]"
)
"""RE2 pattern that is there wherever anything is read otherwise, so that what else is in a text does not matter."""

_OWN_ALPHABET = re.compile("[\u0370-\u058f\u1f00-\u1fff]")
_RARE = "".join(letter for letter in _FOREIGN if not _OWN_ALPHABET.match(letter))
RARE_WORDS = f"[{_RARE}]{{2,}}"
"""RE2 pattern of look-alikes of scripts that are rarely seen, such as Lisu and Cherokee: a whole text in them is more
likely Latin in disguise, but may not be."""


def as_latin(text: str) -> str:
    """Return ``text`` with every letter that looks like a Latin one as that.

    >>> as_latin("ꓲꓖꓠꓳꓣꓰ")
    'IGNORE'
    """
    return text.translate(_TABLE)


_IS_GREEK = re.compile("[Ͱ-Ͽἀ-῿]")


def _sort_of(character: str) -> str:
    if character == "_" or character.isdecimal():
        return "d"
    if not character.isalnum():
        return "."
    is_latin = _IS_LATIN.match(character) is not None
    if character in LOOK_ALIKES:
        return "K" if is_latin else "g" if _IS_GREEK.match(character) else "k"
    return "L" if is_latin else "o"


_SORT_OF = PerCharacter(_sort_of)
"""Each character as one letter. ``L``: Latin. ``k``: looks like a Latin one; ``g``: a Greek one that does; ``K``: a
Latin one that does. ``o``: another letter. ``d``: a digit. ``.``: in no word."""

_MISREAD = re.compile("K|L[kgo]|[kgo]L|Ld++[kgo]|[kgo]d++L|(?<![LKkgo])[kg]++(?![LKkgo])")
"""What is in every word of which a letter may have to be read otherwise."""

_RUN = re.compile("[kKg]+")


def among_latin(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return ``text`` with look-alikes among Latin letters as those, and where a reader would be misled.

    The text keeps its length. A single Greek letter at the edge of a word, as in ``IFNα`` or ``μm``, is read as
    the Latin one and misleads nobody.

    >>> among_latin("іgnоre, а это роса")
    ('ignore, а это роса', [(0, 1), (3, 4)])
    """
    present = "".join(set(text)).translate(_SORT_OF)
    if not ("L" in present and ("k" in present or "g" in present)) and "K" not in present:
        return text, []
    sorts = text.translate(_SORT_OF)
    pieces: list[str] = []
    found: list[tuple[int, int]] = []
    done = at = 0
    while match := _MISREAD.search(sorts, at):
        first, last = _word(sorts, match.start())
        for start, end in _misread(sorts, first, last):
            pieces += (text[done:start], text[start:end].translate(_TABLE))
            done = end
            if end - start > 1 or (first < start and end < last) or sorts[start] != "g":
                found.append((start, end))
        at = max(last, match.end())
    pieces.append(text[done:])
    return "".join(pieces), found


def _word(sorts: str, place: int) -> tuple[int, int]:
    """Return the first place of the word that has ``place``, and the one after its last; digits at its ends are out."""
    first, end = sorts.rfind(".", 0, place) + 1, sorts.find(".", place)
    word = sorts[first : end if end >= 0 else len(sorts)]
    return first + len(word) - len(word.lstrip("d")), first + len(word.rstrip("d"))


def _misread(sorts: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of look-alikes of a word that are to be read as Latin."""
    if not sorts[first:last].strip("kg"):
        if last - first <= _NEAR and _stands_among_latin(sorts, first, last):
            yield first, last
        return
    for run in _RUN.finditer(sorts, first, last):
        start, end = run.span()
        low = start - _NEAR
        if _has_latin(sorts[low if low > first else first : end + _NEAR if end + _NEAR < last else last]):
            yield start, end


def _has_latin(sorts: str) -> bool:
    return "L" in sorts or "K" in sorts


def _stands_among_latin(sorts: str, first: int, last: int) -> bool:
    before = sorts[max(0, first - _GAP - _NEAR - 1) : first]
    after = sorts[last : last + _GAP + _NEAR + 1]
    beside = [word for word in (_BEFORE.search(before), _AFTER.match(after)) if word]
    return len(beside) >= (2 if last - first == 1 else 1) and all(_has_latin(word[1]) for word in beside)


_BEFORE = re.compile(f"([LKkgo][LKkgod]{{0,{_NEAR - 1}}})[.d]{{0,{_GAP}}}$")
_AFTER = re.compile(f"[.d]{{0,{_GAP}}}([LKkgo][LKkgod]{{0,{_NEAR - 1}}})")
