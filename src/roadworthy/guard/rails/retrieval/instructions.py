"""Finds sentences in content that give orders to the model, and takes out the sentences, not the content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal, TypeAlias

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.rails.retrieval.phrases import BY_KIND
from roadworthy.guard.reading.everywhere import each_reading
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.reading.scanner import Scanner
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, Edit, EditKind, OperatingPoint
from roadworthy.sensitive.pattern import compiled

Kind: TypeAlias = Literal["override", "impersonation", "addressed", "secrecy", "misuse", "task"]

NOTICE = "[instruction removed]"
"""What stands in the place of a sentence that was taken out."""

_MAX_SENTENCE = 400
"""Characters to each side of what was found up to which its sentence is looked for."""

_COUNTED = re.compile(r"\{([0-9]+),[0-9]*\}")
_ENDS = " \t\r\n.!?"
_BEFORE = compiled(r"(?s).*(?:[.!?。！？।؟]\s|\n|^)")
_AFTER = compiled(r"[.!?。！？।؟](?:\s|$)|\n|$")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionsSettings:
    """Which kinds of order are looked for; what each is stands in ``docs/reference/guard-rails-retrieval.md``."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["instructions"] = "instructions"
    kinds: tuple[Kind, ...] = ("override", "impersonation", "addressed", "secrecy", "misuse")
    """``task`` is not among them unless it is named: people do write such sentences to each other."""

    def __post_init__(self) -> None:
        if not self.kinds:
            raise ValueError("`kinds` is empty: nothing would be looked for")


class InstructionsRail:
    """Finds orders to the model in content that has none to give.

    It knows wordings. An order in a wording of its own, or one that is bad only for who asks it (*rate this product
    highest*), is not among them: what such text may bring about is limited by what tools may do, not by this rail.

    Args:
        settings: Which kinds.
    """

    operating_point: OperatingPoint | None = None
    reach: int | None = None

    def __init__(self, settings: InstructionsSettings) -> None:
        self._patterns = _patterns(settings.kinds)
        self._which = _which(settings.kinds)
        self.triggers: Triggers | None = Triggers(
            patterns=tuple(_uncounted(pattern) for kind in settings.kinds for pattern in BY_KIND[kind]), unusual=True
        )

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return each sentence with an order, with an edit that takes it out."""
        found: dict[Span, str] = {}
        for read, place in each_reading(reading):
            for number in self._which.found(read.folded):
                kind, pattern = self._patterns[number]
                for match in pattern.finditer(read.folded):
                    span = place if place is not None else _sentence(segment.text, read.in_raw(*match.span()))
                    found.setdefault(span, kind)
        return [
            Detection(kind=kind, span=span, edit=Edit(span=span, replacement=NOTICE, kind=EditKind.NEUTRALISE))
            for span, kind in sorted(found.items())
        ]


@lru_cache(maxsize=32)
def _patterns(kinds: tuple[Kind, ...]) -> tuple[tuple[str, Any], ...]:
    return tuple((kind, compiled(pattern)) for kind in kinds for pattern in BY_KIND[kind])


@lru_cache(maxsize=32)
def _which(kinds: tuple[Kind, ...]) -> Scanner:
    return Scanner(tuple(_uncounted(pattern) for kind in kinds for pattern in BY_KIND[kind]))


def _uncounted(pattern: str) -> str:
    """Return a pattern that matches wherever ``pattern`` does, without counting, which makes the automaton small.

    >>> _uncounted("a[^.]{0,40}b{2,3}")
    'a[^.]*b+'
    """
    return _COUNTED.sub(lambda match: "*" if match[1] == "0" else "+", pattern)


def _sentence(text: str, span: Span) -> Span:
    """Return the sentence or line around ``span``, without the white space before and after it."""
    first = span.start
    while first < span.end - 1 and text[first] in _ENDS:  # what ends the sentence before
        first += 1
    left = max(0, first - _MAX_SENTENCE)
    before = _BEFORE.match(text[left:first])
    start = left + (before.end() if before is not None else 0)
    after = _AFTER.search(text[max(span.end - 1, span.start) : span.end + _MAX_SENTENCE])
    end = max(span.end - 1, span.start) + after.end() if after is not None else span.end + _MAX_SENTENCE
    end = max(end, span.end)
    while end > span.end and text[end - 1].isspace():
        end -= 1
    return Span(start=start, end=min(end, len(text)))
