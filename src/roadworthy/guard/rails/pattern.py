"""Looks for patterns and phrases: topics, names that must not be said, formats, anything that RE2 can say."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.pattern_phrase import is_lettered, is_whole, pattern_of
from roadworthy.guard.rails.pattern_width import widest
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.everywhere import each_reading, place
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.reading.scanner import Scanner
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, OperatingPoint
from roadworthy.sensitive.pattern import compiled

_MINDS_CASE = re.compile(r"\(\?[imsU]*-[msU]*i|\\[pP]\{?\^?L[ult]|\[:\^?(?:upper|lower):\]")
"""Bytes that the automaton of all patterns may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternSettings:
    """Which patterns and phrases, where they are meant, and how far a match of one can reach.

    Raises:
        ValueError: If there is nothing to look for, RE2 does not take a pattern, a pattern minds case, or there are
            labels for some patterns only.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["pattern"] = "pattern"
    patterns: tuple[str, ...] = ()
    """RE2, over the normalised text without regard to case."""

    phrases: tuple[str, ...] = ()
    """Words and phrases, found as whole words whatever stands between them; ``disguised`` ones too."""

    labels: tuple[str, ...] = ()
    """What the log calls each of ``patterns`` and then of ``phrases``; empty: by number."""

    unless: tuple[str, ...] = ()
    """RE2: what lies wholly within a match of one of these is not found, such as ``kill -9`` for ``kill``. An exception
    never makes anything found, and takes nothing that reaches out of it by a character."""

    disguised: bool = True
    """Whether phrases are also found with accents, or with digits and signs for letters (``p4$$word``)."""

    encoded: bool = True
    """Whether to look in what stands encoded as well."""

    reach: int | None = None
    """The most characters of the normalised text that a match spans, >= 1; a longer one is then not found. None:
    computed where the patterns bound it, else the whole text."""

    def __post_init__(self) -> None:
        if not self.patterns and not self.phrases:
            raise ValueError("`patterns` and `phrases` are both empty")
        if self.labels and len(self.labels) != len(self.patterns) + len(self.phrases):
            raise ValueError(f"`labels` has {len(self.labels)}, of {len(self.patterns) + len(self.phrases)} patterns")
        if self.reach is not None and self.reach < 1:
            raise ValueError(f"`reach` must be >= 1, got {self.reach}")
        for pattern in (*self.patterns, *self.unless):
            if _MINDS_CASE.search(pattern):
                raise ValueError(f"{pattern!r} minds case, and is matched without regard to case")
        for pattern in (*_all(self), *self.unless):
            if compiled(pattern, ignore_case=True).fullmatch("") is not None:
                raise ValueError(f"{pattern!r} matches where there is nothing")


def _all(settings: PatternSettings) -> tuple[str, ...]:
    phrases = (pattern_of(phrase, disguised=settings.disguised) for phrase in settings.phrases)
    return (*settings.patterns, *phrases)


class PatternRail:
    """Finds what matches any of the patterns and is no exception.

    Of a pattern whose matches have a bound all that overlap are found, but none within another; of one without, which
    one is found is decided from left to right.

    Args:
        settings: Which.
    """

    operating_point: OperatingPoint | None = None

    def __init__(self, settings: PatternSettings) -> None:
        patterns = _all(settings)
        self._settings = settings
        self._patterns = tuple(compiled(pattern, ignore_case=True) for pattern in patterns)
        self._widths = tuple(map(widest, patterns))
        self._which = Scanner(tuple(f"(?i:{pattern})" for pattern in patterns))
        self._unless = _Exceptions(settings.unless)
        self._lettered = tuple(map(is_lettered, settings.phrases))
        self.reach: int | None = settings.reach
        if self.reach is None:
            self.reach = _reach((*patterns, *settings.unless))
        self.triggers: Triggers | None = Triggers(
            patterns=tuple(f"(?i:{pattern})" for pattern in patterns), unusual=settings.encoded
        )

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return each match."""
        readings = each_reading(reading) if self._settings.encoded else ((reading, None),)
        found: set[tuple[Span, int]] = set()
        for inner, within in readings:
            for start, end, number in self._matches(inner.folded):
                span = place(inner, within, start, end)
                if self._settings.reach is None or end - start <= self._settings.reach:
                    found.add((span, number))
        return [Detection(kind="pattern", span=span, detail=self._label(number)) for span, number in sorted(found)]

    def _label(self, number: int) -> str:
        if self._settings.labels:
            return self._settings.labels[number]
        first_phrase = len(self._settings.patterns)
        return f"pattern {number + 1}" if number < first_phrase else f"phrase {number - first_phrase + 1}"

    def _matches(self, text: str) -> Iterator[tuple[int, int, int]]:
        excepted = self._unless.of(text)
        for number in self._which.found(text):
            phrase = number - len(self._settings.patterns)
            reached = 0
            for start, end in _each_match(self._patterns[number], self._widths[number], text):
                if end <= reached or (phrase >= 0 and not self._is_phrase(phrase, text, start, end)):
                    continue
                if not excepted(start, end):
                    reached = end
                    yield start, end, number

    def _is_phrase(self, phrase: int, text: str, start: int, end: int) -> bool:
        return is_whole(text, start, end) and (not self._lettered[phrase] or is_lettered(text[start:end]))


def _each_match(pattern: Any, width: int | None, text: str) -> Iterator[tuple[int, int]]:
    """Yield where ``pattern`` matches, in order; from each place that it does if no match is wider than ``width``.

    Matches that overlap are all there then. Else which of them there is would depend on what stands before them, all
    the way to the start, and one that is none after all (a part of a word, an exception) would hide another.
    """
    for match in pattern.finditer(text):
        start, end = match.span()
        yield start, end
        after = start + 1
        while width is not None and after < end:
            # With the character before it, which can decide where a word begins.
            inner = pattern.search(text[start : end + width], after - start)
            if inner is None or start + inner.start() >= end:
                break
            yield start + inner.start(), start + inner.end()
            after = start + inner.start() + 1


class _Exceptions:
    """Where a match is no match.

    Of the text around a match only what an exception could span is looked at, so that nothing farther off matters;
    where an exception has no bound, all of it, once.
    """

    def __init__(self, patterns: tuple[str, ...]) -> None:
        widths = [(compiled(pattern, ignore_case=True), widest(pattern)) for pattern in patterns]
        self._near = tuple((pattern, width) for pattern, width in widths if width is not None)
        self._far = tuple(pattern for pattern, width in widths if width is None)

    def of(self, text: str) -> Callable[[int, int], bool]:
        """Return what tells whether an exception has all the characters from one place to another of ``text``."""
        if not self._near and not self._far:
            return lambda start, end: False
        far = _widest_up_to(match.span() for pattern in self._far for match in pattern.finditer(text))
        starts = [start for start, _ in far]

        def excepted(start: int, end: int) -> bool:
            known = bisect_right(starts, start) - 1
            if known >= 0 and far[known][1] >= end:
                return True
            return any(_covers(pattern, width, text, start, end) for pattern, width in self._near)

        return excepted


def _widest_up_to(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return for each start the farthest end of what starts there or before."""
    farthest: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        farthest.append((start, max(end, farthest[-1][1]) if farthest else end))
    return farthest


def _covers(pattern: Any, width: int, text: str, start: int, end: int) -> bool:
    low = max(0, end - width - 1)
    near = text[low : start + width + 1]
    return any(match.start() <= start - low and end - low <= match.end() for match in pattern.finditer(near))


def _reach(patterns: tuple[str, ...]) -> int | None:
    """Return the widest match, and the character beside it that decides whether a word ends there."""
    widths = [widest(pattern) for pattern in patterns]
    known = [width for width in widths if width is not None]
    return max(known) + 1 if len(known) == len(widths) else None
