"""Reads a question sentence by sentence: what each is about, and what no record is kept of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from typing import ClassVar

from roadworthy.core.subject import STRICT
from roadworthy.evidence.documents.answers.concepts import concepts_in
from roadworthy.evidence.documents.answers.subjects import SUBJECTS, Subject

NEAR_CHARACTERS = 110
"""How far apart the words of one combination may stand: a clause's length."""

MOST_PLACES = 6
"""How many places of one concept are tried; a sentence that repeats a word more often says no more."""

OUTSIDE = "outside"
_ASKS = r"(?:do|does|did|how|who|whom|what|which|where|when|why|is|are|was|were|can|could|has|have|will|would|should)"
_SENTENCE = re.compile(rf"(?<=[?;!\n])\s*|(?<=\.)\s+(?=[A-Z])|,?\s+(?:and|or|und)\s+(?={_ASKS}\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A subject that a sentence shows, and by which of its words."""

    __pydantic_config__: ClassVar = STRICT

    subject: Subject
    concepts: frozenset[str]
    start: int
    end: int
    words: tuple[str, ...]


def sentences(question: str) -> tuple[str, ...]:
    """Return the sentences of a question, and its clauses that ask something of their own.

    >>> sentences("Do you log? And how long, and who reads it?")
    ('Do you log?', 'And how long', 'who reads it?')
    """
    return tuple(part.strip() for part in _SENTENCE.split(question) if re.search(r"\w", part))


def ways_in(sentence: str) -> tuple[Way, ...]:
    """Return what a sentence is about, in the order of its words."""
    shown = concepts_in(sentence)
    found = [
        way for subject in SUBJECTS for concepts in subject.ways if (way := _way(subject, concepts, shown, sentence))
    ]
    kept = [way for way in found if not any(_says_more(other, way) for other in found)]
    return tuple(sorted(kept, key=lambda way: (-len(way.concepts), way.start, way.end)))


def is_outside(sentence: str) -> bool:
    """Return whether a sentence asks about what no record is kept of, such as insurance or encryption."""
    return OUTSIDE in concepts_in(sentence)


def _says_more(other: Way, way: Way) -> bool:
    if other.subject is way.subject:
        return False
    return way.concepts < other.concepts


def _way(
    subject: Subject, concepts: frozenset[str], shown: Mapping[str, tuple[tuple[int, int], ...]], sentence: str
) -> Way | None:
    """Return the nearest places of all concepts, each at words of its own; None where they are not there together."""
    if not concepts <= shown.keys():
        return None
    names = sorted(concepts)
    best: tuple[tuple[int, int], ...] | None = None
    for places in product(*(shown[name][:MOST_PLACES] for name in names)):
        apart = sorted(places)
        if any(one[1] > two[0] for one, two in pairwise(apart)):
            continue
        if best is None or _span(places) < _span(best):
            best = places
    if best is None or _span(best) > NEAR_CHARACTERS:
        return None
    start, end = min(place[0] for place in best), max(place[1] for place in best)
    return Way(
        subject=subject, concepts=concepts, start=start, end=end,
        words=tuple(sentence[place[0] : place[1]].casefold() for place in sorted(best)),
    )  # fmt: skip


def _span(places: tuple[tuple[int, int], ...]) -> int:
    return max(place[1] for place in places) - min(place[0] for place in places)
