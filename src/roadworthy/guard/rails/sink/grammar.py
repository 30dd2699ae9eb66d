"""What a sink reads as code, as a value: when to look, how far a finding reaches, and how to find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from roadworthy.guard.rails.rail import Triggers
from roadworthy.guard.segment import Span
from roadworthy.guard.verdict import Detection, Edit, EditKind

Find = Callable[[str], Iterator[Detection]]
"""Finds in a text as it came, in order of place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """One sink's way to read."""

    triggers: Triggers
    reach: int | None
    """As `Rail.reach`."""

    find: Find


def encoded(kind: str, *, start: int, end: int, replacement: str, detail: str = "") -> Detection:
    """Return a detection of the characters from ``start`` to ``end``, with what is to stand there instead."""
    span = Span(start=start, end=end)
    edit = Edit(span=span, replacement=replacement, kind=EditKind.ENCODE)
    return Detection(kind=kind, span=span, detail=detail, edit=edit)


def characters(pattern: str, *, kind: str, encode: Callable[[str], str]) -> Grammar:
    """Return the grammar of a sink in which single characters matter, whatever stands around them.

    Args:
        pattern: A class of characters, alike in RE2 and here.
        kind: `Detection.kind`.
        encode: Makes the replacement of such a character.
    """
    places = re.compile(pattern)

    def find(text: str) -> Iterator[Detection]:
        for match in places.finditer(text):
            here = match.start()
            yield encoded(kind, start=here, end=here + 1, replacement=encode(text[here]))

    return Grammar(triggers=Triggers(patterns=(pattern,), unusual=True), reach=1, find=find)
