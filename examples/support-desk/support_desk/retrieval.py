"""Finds passages of the help centre for a question, by BM25."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

K1 = 1.2
B = 0.75
_WORD = re.compile(r"\w+")
_COMMON_ENGLISH = (
    "a an and are as at be by can do does for from how i in is it my of on or that the this to was what when where "
    "which will with you your"
)
_COMMON_GERMAN = "das der die ein eine ich ist und wie zu"
_COMMON = frozenset(f"{_COMMON_ENGLISH} {_COMMON_GERMAN}".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One section of an article."""

    source: str
    text: str


def load_passages(folder: Path) -> tuple[Passage, ...]:
    """Cut every article below ``folder`` into its sections, in a fixed order."""
    return tuple(
        Passage(source=path.name, text=section.strip())
        for path in sorted(folder.glob("*.md"))
        for section in path.read_text(encoding="utf-8").split("\n## ")[1:]
    )


def words_of(text: str) -> list[str]:
    """Return the words that count, in lower case, a plural ``s`` taken off.

    >>> words_of("Where are my Refunds?")
    ['refund']
    """
    words = (word for word in _WORD.findall(text.lower()) if word not in _COMMON)
    return [word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words]


class Index:
    """A BM25 index in memory.

    Source:
        Robertson and Zaragoza 2009, The Probabilistic Relevance Framework: BM25 and Beyond.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = tuple(passages)
        self._counts = [Counter(words_of(passage.text)) for passage in self._passages]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean_length = sum(self._lengths) / max(len(self._lengths), 1)
        self._in_how_many = Counter(word for counts in self._counts for word in counts)

    def search(self, question: str, *, limit: int) -> tuple[Passage, ...]:
        """Return up to ``limit`` passages that share a word with ``question``, best first."""
        words = set(words_of(question))
        scored = ((self._score(words, at), -at) for at in range(len(self._passages)))
        best = sorted((pair for pair in scored if pair[0] > 0), reverse=True)[:limit]
        return tuple(self._passages[-at] for _, at in best)

    def _score(self, words: set[str], at: int) -> float:
        counts = self._counts[at]
        norm = K1 * (1 - B + B * self._lengths[at] / (self._mean_length or 1))
        return sum(self._weight(word) * counts[word] * (K1 + 1) / (counts[word] + norm) for word in sorted(words))

    def _weight(self, word: str) -> float:
        seen = self._in_how_many[word]
        return math.log(1 + (len(self._passages) - seen + 0.5) / (seen + 0.5))
