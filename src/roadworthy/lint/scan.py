"""One pass over a text that tells which of many patterns occur in it.

A rule whose patterns do not occur costs nothing more. RE2 alone: time is linear in the
text, whatever a team's own rules and a stranger's files say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeAlias

import re2

from roadworthy.lint.model import Absent, Detection, Hit, Named, Pattern
from roadworthy.sensitive.pattern import compiled

Part: TypeAlias = Literal["patterns", "when"]

MAX_PATTERN_CHARACTERS = 2000
MAX_HITS = 200
"""Hits of one rule in one file; what is said so often is known."""


class Scan:
    """Which parts of which detections a text matches.

    One pass looks for the literals without which no pattern can match, and only the patterns
    whose literals are there are tried. One automaton of all patterns would have more states than
    it can keep, and be ten times slower.
    """

    def __init__(self, detections: Iterable[Detection]) -> None:
        options = re2.Options()
        options.log_errors = False
        self._filter = re2.Filter()
        self._owners: list[tuple[int, Part]] = []
        self._patterns: list[Any] = []
        for number, detection in enumerate(detections):
            for part, pattern in parts(detection):
                written = f"(?m){pattern}" if isinstance(detection, Pattern) else pattern
                self._filter.Add(written, options)
                self._owners.append((number, part))
                self._patterns.append(compiled(written))
        if self._owners:
            self._filter.Compile()

    def matched(self, text: str) -> frozenset[tuple[int, Part]]:
        """Return which part of which detection, by its position, occurs in ``text``.

        For a `Pattern` this may say too much, never too little: it is matched over lines here.
        """
        if not self._owners or not text:
            return frozenset()
        encoded = text.encode("utf-8", "surrogatepass")
        found: set[tuple[int, Part]] = set()
        for index in self._filter.Match(_lowered(text, encoded), True) or ():
            owner = self._owners[index]
            if owner not in found and self._patterns[index].search(encoded) is not None:
                found.add(owner)
        return frozenset(found)


def _lowered(text: str, encoded: bytes) -> bytes:
    """Return a text in small letters, in which literals are looked for whatever their case is.

    The long s is the one letter that patterns without case take for another and that stays itself.
    """
    if len(encoded) == len(text):
        return encoded.lower()
    return text.lower().replace("\u017f", "s").encode("utf-8", "surrogatepass")


def parts(detection: Detection) -> Iterator[tuple[Part, str]]:
    """Yield the patterns of ``detection`` that a text is scanned for."""
    match detection:
        case Pattern(patterns=patterns):
            yield from (("patterns", pattern) for pattern in patterns)
        case Absent(patterns=patterns, when=when):
            yield from (("patterns", pattern) for pattern in patterns)
            yield from (("when", pattern) for pattern in when)
        case Named(when=when):
            yield from (("when", pattern) for pattern in when)


def require_patterns(detection: Detection) -> None:
    """Refuse a detection whose patterns cannot be matched.

    Raises:
        ValueError: If one is no RE2 pattern or too long, or a pattern detection has none.
    """
    unless = detection.unless if isinstance(detection, Pattern) else ()
    given = [pattern for _, pattern in parts(detection)]
    for pattern in (*given, *unless):
        if len(pattern) > MAX_PATTERN_CHARACTERS:
            raise ValueError(f"a pattern of {len(pattern)} characters is longer than {MAX_PATTERN_CHARACTERS}")
        compiled(pattern)
    if not isinstance(detection, Named) and not detection.patterns:
        raise ValueError("`patterns` is empty, so that nothing could ever be found")
    if isinstance(detection, Pattern) and detection.subject:
        without = [p for p in detection.patterns if detection.subject not in compiled(p).groupindex]
        if without:
            raise ValueError(f"`subject` names the group {detection.subject!r}, which a pattern has not")


def line_hits(pattern: Pattern, text: str) -> Iterator[Hit]:
    r"""Yield where a line matches one of the patterns and none of ``unless``; at most one hit a line.

    >>> list(line_hits(Pattern(patterns=("b+",), unless=("ok",)), "a\nabb\nb ok"))
    [Hit(line=2, column=2, said='', subject='', path='')]
    """
    expressions = [compiled(one) for one in pattern.patterns]
    excused = [compiled(one) for one in pattern.unless]
    found = 0
    for number, line in enumerate(text.split("\n"), start=1):
        matches = [match for match in (one.search(line) for one in expressions) if match is not None]
        if not matches or any(one.search(line) for one in excused):
            continue
        first = min(matches, key=lambda match: match.start())
        subject = (first.group(pattern.subject) or "") if pattern.subject else ""
        yield Hit(line=number, column=first.start() + 1, subject=subject)
        found += 1
        if found >= MAX_HITS:
            return


def place(text: str, offset: int) -> tuple[int, int]:
    r"""Return line and column, both from 1, of the character at ``offset``.

    >>> place("ab\ncd", 4)
    (2, 2)
    """
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
