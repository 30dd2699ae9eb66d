"""Finds runs of the words of one text in another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from roadworthy.guard.reading.reading import read
from roadworthy.sensitive.pattern import compiled

_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")
"""A word; of scripts without spaces, and of Korean, a character."""

_ASCII = re.compile("[\x00-\x7f]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_MAX_BETWEEN = 16
"""Characters between two words of a run."""

MIN_WORDS = 4
"""Of a run that is no chance."""

_TO_BLANKS = bytes(code if code >= 0x80 or chr(code).isalnum() else 0x20 for code in range(256))


def words_of(folded: str) -> Sequence[bytes]:
    """Return the words of a text, in order.

    >>> words_of("so, it_is: 7 o'clock")
    [b'so', b'it', b'is', b'7', b'o', b'clock']
    """
    if not folded.isascii():
        others = _ASCII.sub("", folded)
        if _IS_UNSPACED.search(others):
            return " ".join(_WORD.findall(folded)).encode("utf-8", "replace").split()
        for character in set(others):
            if not character.isalnum():
                folded = folded.replace(character, " ")
    return folded.encode("utf-8", "replace").translate(_TO_BLANKS).split()


class Words:
    """The words of a text that is not to be recited. No repr: the text is not to be logged.

    Args:
        text: As it came.
    """

    def __init__(self, text: str) -> None:
        self._words = words_of(text.lower() if text.isascii() and text.isprintable() else read(text).folded)
        self._known = frozenset(self._words)
        self._joined = _in_a_row(self._words)

    def __repr__(self) -> str:
        return "Words()"

    def pairs(self, length: int) -> set[tuple[bytes, bytes]]:
        """Return two neighbouring words of each run of ``length`` words."""
        length = max(MIN_WORDS, min(length, len(self._words)))
        runs = zip(*(self._words[offset:] for offset in range(length)), strict=False)
        return {max(pairwise(run), key=lambda pair: len(pair[0]) + len(pair[1])) for run in runs}

    def recited_in(self, folded: str, said: Sequence[bytes], length: int) -> list[tuple[int, int]]:
        """Return where ``length`` words in a row stand in ``folded``; all of this text's, of a shorter one.

        Args:
            folded: A text.
            said: Its words, as `words_of` gives them.
            length: >= `MIN_WORDS`.
        """
        length = max(MIN_WORDS, min(length, len(self._words)))
        if not self._may_be_recited(said, length):
            return []
        runs = frozenset(zip(*(self._words[offset:] for offset in range(length)), strict=False))
        return list(_recited(folded, self._known, runs, length))

    def _may_be_recited(self, said: Sequence[bytes], length: int) -> bool:
        """Return whether any run could be there.

        Of every row of ``length`` words, half of them stand in one block of the text's words: all have to be known,
        and in a row.
        """
        block = (length + 1) // 2
        for place in range(0, len(said) - block + 1, block):
            words = said[place : place + block]
            if self._known.issuperset(words) and _in_a_row(words) in self._joined:
                return True
        return False


def anchors(texts: Sequence[Words], length: int) -> Any:
    """Return a pattern without which no run of ``length`` words of any of ``texts`` is in a folded text."""
    pairs = sorted({pair for text in texts for pair in text.pairs(length)})
    return compiled("|".join(rf"{_literal(first)}[\W_]*{_literal(second)}" for first, second in pairs) or r"\z.\A")


def _literal(word: bytes) -> str:
    return re.escape(word.decode("utf-8", "replace"))


def _in_a_row(words: Sequence[bytes]) -> bytes:
    return b" %b " % b" ".join(words)


def _recited(
    folded: str, known: frozenset[bytes], runs: frozenset[tuple[bytes, ...]], length: int
) -> Iterator[tuple[int, int]]:
    row: list[tuple[bytes, int, int]] = []
    for match in _WORD.finditer(folded):
        word = (match[0].encode("utf-8", "replace"), *match.span())
        if word[0] not in known:
            row = []
            continue
        if row and word[1] - row[-1][2] > _MAX_BETWEEN:
            row = []
        row.append(word)
        if len(row) >= length and tuple(one[0] for one in row[-length:]) in runs:
            yield row[-length][1], word[2]
