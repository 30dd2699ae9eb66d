"""Finds a planted string in whatever dress it comes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from roadworthy.guard.canary import Dresses

_NO_LETTER = re.compile(r"[\W_]+")
_NO_ASCII_LETTER = bytes(code for code in range(128) if not chr(code).isalnum())
_BLANKS = bytes(code for code in range(128) if chr(code).isspace())
_BLANK = re.compile(r"\s+")


def places(text: str, folded: str, canaries: Sequence[Dresses]) -> list[tuple[int, int]]:
    """Return where in ``text`` the canaries are, in order.

    Args:
        text: Normalised.
        folded: The same, caseless.
        canaries: As `dresses` gives them; an empty one is nowhere.

    >>> from roadworthy.guard.canary import Canary
    >>> places("so K I T E - 7 f 3 a 9 c", "so k i t e - 7 f 3 a 9 c", [Canary("kite-7F3A9C").dresses])
    [(3, 24)]
    """
    found = {hit for known in canaries for hit in _occurrences(text, known.exact)}
    squeezed = [needle for known in canaries for needle in known.squeezed]
    letters = _ascii(folded, but=_NO_ASCII_LETTER).decode()
    if any(needle in letters or not needle.isascii() for needle in squeezed):
        # What stands in a row among all letters stands in a row among those of ASCII too, which are quicker to get.
        found |= _among(folded, _NO_LETTER.sub("", folded), squeezed, keep=_is_kept)
    without_blanks = _ascii(text, but=_BLANKS)
    coded = [needle.decode() for known in canaries for needle in known.unspaced if needle in without_blanks]
    if coded:
        found |= _among(text, _BLANK.sub("", text), coded, keep=_is_no_blank)
    return sorted(found)


def _occurrences(text: str, needle: str) -> Iterator[tuple[int, int]]:
    at = text.find(needle) if needle else -1
    while at >= 0:
        yield at, at + len(needle)
        at = text.find(needle, at + len(needle))


def _ascii(text: str, *, but: bytes) -> bytes:
    """Return the ASCII of ``text`` without the characters ``but``."""
    return text.encode("ascii", "ignore").translate(None, but)


def _is_kept(character: str) -> bool:
    return _NO_LETTER.match(character) is None


def _is_no_blank(character: str) -> bool:
    return _BLANK.match(character) is None


def _among(text: str, dense: str, needles: Sequence[str], *, keep: Callable[[str], bool]) -> set[tuple[int, int]]:
    hits = [hit for needle in needles for hit in _occurrences(dense, needle)]
    if not hits:
        return set()
    kept = [place for place, character in enumerate(text) if keep(character)]
    return {(kept[start], kept[end - 1] + 1) for start, end in hits}
