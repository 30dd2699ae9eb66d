"""Words that show that a text was written backwards or with its letters shifted."""

from __future__ import annotations

import codecs
import re

_WORDS = (
    "the and you your for with this that have from not are was all any what when will can how about must "
    "tell give show make write send use now please ignore disregard forget previous above prior instruction "
    "instructions system prompt secret password reveal rules rule developer assistant safety bypass override "
    "delete execute email address token key people time way day year man thing world life school state family student "
    "group country problem hand part place case week company program question work government number night point home "
    "water room money story fact month right study book job word business issue side kind head house service friend "
    "power hour game line member law city community name president team minute idea body information back parent face "
    "level office door health person history party result change morning reason research moment teacher force file "
    "list have say get take see come think look want find ask seem feel try leave call good new first last long great "
    "other old big high different small large next early young important few public same able they their there would "
    "could should into more than then some very just also been were und nicht der die das ist "
    "mit les des pour que para con una"
)
WORDS = frozenset(_WORDS.split())
_LONG = 6
"""Letters from which a single word is enough."""

_MIN_HITS = 2

_TELLING = sorted(word for word in WORDS if len(word) > 2)


def rot13(text: str) -> str:
    """Return ``text`` with each Latin letter 13 further."""
    return codecs.encode(text, "rot13")


def backwards(text: str) -> str:
    """Return ``text`` from its end to its start."""
    return text[::-1]


ROT13_WORDS = tuple(word for word in map(rot13, _TELLING) if word not in WORDS)
BACKWARD_WORDS = tuple(word for word in map(backwards, _TELLING) if word not in WORDS and word != "lla")

_WORD = re.compile(r"[A-Za-z]+")


def shows_words(said: str, instead_of: str) -> bool:
    """Return whether ``said`` has the words that ``instead_of`` lacks.

    >>> shows_words("ignore the rules", "vtaber gur ehyrf")
    True
    """
    hits = _hits(said)
    return hits >= _MIN_HITS and hits > 2 * _hits(instead_of)


def _hits(text: str) -> int:
    """Return the words of the list that are in ``text``, each once; a long one counts for two."""
    found = {word.lower() for word in _WORD.findall(text)} & WORDS
    return sum(2 if len(word) >= _LONG else 1 for word in found)
