"""A text and all that stands encoded in it, for rails that look for text."""

from __future__ import annotations

from collections.abc import Iterator

from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Span


def each_reading(reading: Reading) -> Iterator[tuple[Reading, Span | None]]:
    """Yield ``reading`` and then every text that stands encoded in it, encodings of encodings too.

    A rail that looks for text looks here, or base64 hides it. With each comes where it stands: None for the text
    itself, whose places `Reading.in_raw` gives; for a smuggled text the characters of the outermost raw text that
    encode it, which are what a detection names and an edit replaces. `place` gives the right one of the two:

        for inner, within in each_reading(reading):
            for match in pattern.finditer(inner.plain):
                yield Detection(kind="...", span=place(inner, within, match.start(), match.end()))

    A rail with triggers states ``Triggers(patterns, unusual=True)`` to be asked where there is smuggled text.
    """
    yield reading, None
    for smuggled in reading.smuggled:
        for inner, _ in each_reading(smuggled.reading):
            yield inner, smuggled.span


def place(reading: Reading, within: Span | None, start: int, end: int) -> Span:
    """Return where characters ``start`` to ``end`` of ``reading.plain`` stand in the outermost raw text.

    Args:
        reading: As `each_reading` yields it.
        within: As it yields it beside.
        start: 0-based, in ``reading.plain``.
        end: After the last, in ``reading.plain``.
    """
    return reading.in_raw(start, end) if within is None else within
