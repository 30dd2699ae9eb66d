"""A small inverted index: which documents share a text's telling words, and how much of them."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

_WORD = re.compile(r"[a-z][a-z-]+[a-z]")
_ENDINGS = (
    ("ations", ""), ("ation", ""), ("ingly", ""), ("edly", ""), ("ments", ""), ("ment", ""), ("ities", ""), ("ity", ""),
    ("ings", ""), ("ing", ""), ("ies", "y"), ("ied", "y"), ("ers", ""), ("ed", ""), ("er", ""), ("es", ""), ("ly", ""),
    ("s", ""), ("e", ""),
)  # fmt: skip
_STOP_WORDS = (
    "the of and to in is that for with by are be must on not any which or this it as at an has have its "
    "their from who where when what how shall should may can will all each every no nor than then they "
    "them was were been being before after whether there here other such only also into out over under "
    "verify system systems people person team use used using uses stated state states model models data "
    "make made does do about"
)
_STOPPED = frozenset(_STOP_WORDS.split())
K1 = 1.2
"""Saturation: how soon a repeated word stops adding. Source: Robertson and Zaragoza 2009, doi:10.1561/1500000019."""

B = 0.4
"""How much longer documents are held back; less than the usual 0.75, as controls are all short."""

UNKNOWN_WEIGHT = 0.35
"""What a word counts that no document has: it is part of what was asked, but most of them are names."""


def terms(text: str) -> Counter[str]:
    """Return the telling English words of ``text`` by their stems, counted.

    >>> sorted(terms("Models are tested and the tests documented."))
    ['document', 'test']
    """
    words = _WORD.findall(text.casefold())
    return Counter(_stem(word) for word in words if word not in _STOPPED and len(word) > 2)


def _stem(word: str) -> str:
    for ending, put in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: len(word) - len(ending)] + put
    return word


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One document that shares words with the text."""

    name: str
    score: float
    """Share of the text's telling weight that the document has, in [0, 1]."""

    matched: tuple[str, ...]
    """What they share, weightiest first."""


class Index:
    """Documents by their terms.

    Args:
        documents: Weighted terms by document name.

    >>> index = Index({"a": {"drift": 1.0, "alarm": 1.0}, "b": {"licence": 2.0}})
    >>> [(hit.name, hit.matched) for hit in index.search({"drift": 1.0, "zebra": 1.0})]
    [('a', ('drift',))]
    """

    def __init__(self, documents: Mapping[str, Mapping[str, float]]) -> None:
        self._postings: dict[str, dict[str, float]] = defaultdict(dict)
        self._lengths = {name: sum(words.values()) for name, words in documents.items()}
        self._mean = sum(self._lengths.values()) / max(len(documents), 1) or 1.0
        for name, words in documents.items():
            for word, count in words.items():
                self._postings[word][name] = count

    def search(self, query: Mapping[str, float], *, most: int = 5) -> tuple[Hit, ...]:
        """Return the ``most`` best documents, best first; ties in the order of their names.

        Args:
            query: Terms and how much each counts.
            most: How many.
        """
        scores: dict[str, float] = defaultdict(float)
        parts: dict[str, list[tuple[float, str]]] = defaultdict(list)
        whole = 0.0
        for word, weight in query.items():
            having = self._postings.get(word, {})
            rarity = self._rarity(len(having))
            whole += weight * rarity * (1.0 if having else UNKNOWN_WEIGHT)
            for name, count in having.items():
                gain = weight * rarity * self._saturated(count, name)
                scores[name] += gain
                parts[name].append((gain, word))
        ranked = sorted(scores, key=lambda name: (-scores[name], name))[:most]
        return tuple(
            Hit(
                name=name,
                score=min(1.0, scores[name] / whole),
                matched=tuple(word for _, word in sorted(parts[name], key=lambda part: (-part[0], part[1]))),
            )
            for name in ranked
        )

    def _rarity(self, having: int) -> float:
        return math.log(1 + (len(self._lengths) - having + 0.5) / (having + 0.5))

    def _saturated(self, count: float, name: str) -> float:
        """BM25's part for repeats, scaled so that one mention in a document of mean length counts 1."""
        held = K1 * (1 - B + B * self._lengths[name] / self._mean)
        return min(1.0, (count * (K1 + 1) / (count + held)))
