"""Which words stand near a place: one scan tells all topics at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.personal.forms.address import FORMS
from roadworthy.sensitive.personal.forms.national import SCHEMES
from roadworthy.sensitive.personal.forms.words import WORDS, Topic

BEFORE = 56
"""Characters before a number in which words tell what it is."""

AFTER = 24
"""Characters after it."""

_SET_BYTES = 64 << 20
_EDGE = _END = "[^a-z0-9]"
"""Of ASCII alone: classes of all letters make the automaton many times larger."""
_NEVER = "[^\\x00-\\x{10FFFF}]"
_NONE: frozenset[int] = frozenset()
_INSIDE_FROM = 5
"""Letters from which a word counts inside another, as in ``customerphone``."""

TOPICS: tuple[Topic, ...] = tuple(Topic)
"""Topics by number in what `near` returns; from ``len(TOPICS)`` on, the schemes in order."""

NUMBER_OF = {topic: number for number, topic in enumerate(TOPICS)}

FIRST_FORM = len(TOPICS) + len(SCHEMES)
"""Number of the first of the forms of addresses, which are told by the same scan."""


@lru_cache(maxsize=512)
def pattern_of(words: str) -> str:
    """Return the RE2 pattern of words as `words` writes them.

    >>> pattern_of("tel!|phone")
    '(?:[^a-z0-9](?:tel[^a-z0-9])|(?:phone))'
    """
    short: list[str] = []
    long: list[str] = []
    for word in words.replace("_", " ").split("|"):
        if word.endswith("!"):
            short.append(word[:-1] + _END)
        elif len(re.sub(r"\W", "", word)) < _INSIDE_FROM and word.isascii():
            short.append(word)
        else:
            long.append(word)
    parts = [f"{_EDGE}(?:{'|'.join(short)})"] if short else []
    parts += [f"(?:{'|'.join(long)})"] if long else []
    return f"(?:{'|'.join(parts)})"


@lru_cache(maxsize=2)
def _topics(in_ascii: bool) -> Any:
    """Return all topics, all schemes' own words and the words of addresses as one automaton over caseless text.

    That for texts in ASCII leaves out words in which other characters stand. It is a fraction of the size, and its
    states stay where the processor has them at hand.
    """
    options = re2.Options()
    options.max_mem = _SET_BYTES
    options.log_errors = False
    found = re2.Set.SearchSet(options)
    for words in (*(WORDS[topic] for topic in TOPICS), *(scheme.words for scheme in SCHEMES)):
        kept = "|".join(word for word in words.split("|") if word and (word.isascii() or not in_ascii))
        found.Add(pattern_of(kept) if kept else _NEVER)
    for form in FORMS:
        found.Add(form.gate_in(ascii_only=in_ascii))
    found.Compile()
    return found


def _matching(text: str) -> frozenset[int]:
    found = _topics(text.isascii()).Match(text.encode())
    return frozenset(found) if found else _NONE


def topics_in(folded: str) -> frozenset[int]:
    """Return the topics, schemes and forms of addresses of which words stand in caseless text.

    >>> [TOPICS[number].value for number in topics_in("my phone")]
    ['phone']
    """
    return _matching(f" {folded} ")


def near(folded: str, *, start: int, end: int, floor: int = 0) -> frozenset[int]:
    """Return the topics and schemes of which words stand near the characters from ``start`` to ``end``.

    One character more is read at each edge, so that no half word counts.

    Args:
        folded: Caseless text.
        start: Where the number begins.
        end: Where it ends.
        floor: Place before which is not looked.
    """
    low = max(start - BEFORE, floor, 0)
    before = folded[low - 1 : start + 1] if low else f" {folded[: start + 1]}"
    after = folded[end - 1 : end + AFTER + 1] if end else folded[: AFTER + 1]
    if end + AFTER >= len(folded):
        after += " "
    return _matching(f"{before}\n{after}")


def places(folded: str, *, topic: Topic) -> Iterator[tuple[int, int]]:
    """Yield where words of ``topic`` stand in caseless text: start and end.

    >>> list(places("born 1980", topic=Topic.BORN))
    [(0, 4)]
    """
    coded, is_ascii = f" {folded} ".encode(), folded.isascii()
    # Of a text in ASCII, places in its bytes are places in it, which saves counting.
    for found in compiled(pattern_of(WORDS[topic])).finditer(coded):
        start, end = found.span()
        if not is_ascii:
            start, end = len(coded[:start].decode()), len(coded[:end].decode())
        yield max(start - 1, 0), min(end - 1, len(folded))
