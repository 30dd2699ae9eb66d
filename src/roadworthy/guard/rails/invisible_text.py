"""Looks for characters that a reader does not see or takes for others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, Edit, EditKind, OperatingPoint

Oddity = Literal[
    "ansi_escape",
    "bidi",
    "bidi_mark",
    "combining_stuffing",
    "control",
    "enclosed_letters",
    "filler",
    "full_width",
    "look_alike",
    "not_decoded",
    "soft_hyphen",
    "styled_letters",
    "surrogate",
    "tag_characters",
    "variation_selector",
    "zero_width",
]
"""``docs/reference/guard-rails-text.md`` says what each is."""

DEFAULT: tuple[Oddity, ...] = (
    "ansi_escape",
    "bidi",
    "combining_stuffing",
    "control",
    "filler",
    "look_alike",
    "not_decoded",
    "surrogate",
    "tag_characters",
    "variation_selector",
    "zero_width",
)
"""Those that honest text has no use for. Soft hyphens and single direction marks come with copied text, styled and
enclosed letters with names and posts, full-width letters with Chinese and Japanese."""


_REACH = 80
"""Characters that decide on an oddity: a word of look-alikes, up to 32, with what stands to both sides of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvisibleTextSettings:
    """Which oddities are found."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["invisible_text"] = "invisible_text"
    kinds: tuple[Oddity, ...] = DEFAULT
    at_least: int = 1
    """Characters of these kinds that a text has before any is found, >= 1. More than 1: the whole text decides."""

    def __post_init__(self) -> None:
        if not self.kinds:
            raise ValueError("`kinds` is empty")
        if self.at_least < 1:
            raise ValueError(f"`at_least` must be >= 1, got {self.at_least}")


class InvisibleTextRail:
    """Finds what `Reading.oddities` names, and offers the text as a reader sees it.

    Args:
        settings: Which.
    """

    operating_point: OperatingPoint | None = None

    def __init__(self, settings: InvisibleTextSettings) -> None:
        self._kinds = frozenset(settings.kinds)
        self._at_least = settings.at_least
        self.reach: int | None = _REACH if settings.at_least == 1 else None
        self.triggers: Triggers | None = Triggers(patterns=(), unusual=True)

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return each oddity, with what a reader sees in its stead as the edit."""
        odd = [(kind, span) for kind, span in reading.oddities if kind in self._kinds]
        if not scene.final:
            odd = sorted(((kind, one) for kind, span in odd for one in _single(span)), key=lambda one: (one[1], one[0]))
        if sum(span.length for _, span in odd) < self._at_least:
            return ()
        wholes = _wholes([span for kind, span in odd if kind != _NOT_DECODED])
        return [
            Detection(kind=kind, span=span, edit=None if kind == _NOT_DECODED else _seen(wholes[span], reading))
            for kind, span in odd
        ]


def _single(span: Span) -> Iterator[Span]:
    """Yield the characters one by one: in a stretch of a text nobody knows where a run of them began."""
    return (Span(start=place, end=place + 1) for place in range(span.start, span.end))


def _wholes(spans: Sequence[Span]) -> dict[Span, Span]:
    """Return for each span what it makes up with those that it overlaps, so that no two edits do.

    Args:
        spans: In order.
    """
    wholes: dict[Span, Span] = {}
    group: list[Span] = []
    end = 0
    for span in spans:
        if group and span.start >= end:
            wholes |= dict.fromkeys(group, Span(start=group[0].start, end=end))
            group = []
        end = max(end, span.end) if group else span.end
        group.append(span)
    return wholes | dict.fromkeys(group, Span(start=group[0].start, end=end)) if group else wholes


def _seen(span: Span, reading: Reading) -> Edit:
    """Return the edit that leaves what a reader sees."""
    return Edit(span=span, replacement=reading.seen_at(span), kind=EditKind.NEUTRALISE)


_NOT_DECODED = "not_decoded"
