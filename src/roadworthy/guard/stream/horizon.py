"""How far a stretch of text is settled: where what follows can no longer change how it reads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Span

_PARTS_RUNS = re.compile(r"[^0-9A-Za-z+/=_%&#;\\-]")
"""What ends a run of characters that could be one encoded text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Up to where the characters of a stretch are settled."""

    settled: int
    """What a rule finds before here is final; in characters of the field."""

    encoded: frozenset[Span] = frozenset()
    """What stands encoded, in characters of the stretch."""

    going_on: frozenset[Span] = frozenset()
    """Those that may still go on."""


def horizon(reading: Reading, *, start: int, first: int, reach: int, decodes: bool) -> Horizon:
    """Return how far the text of ``reading`` is settled.

    A reach counts characters that are read: invisible ones between them do not bring its end nearer. Encoded text is
    one thing from its first character to its last, however long, and settled when it has ended.

    Args:
        reading: Of the stretch.
        start: Where the stretch begins in its field.
        first: Where the field was settled up to before.
        reach: The largest of the rules that judge stretches.
        decodes: Whether one of them looks into encoded text.
    """
    settled = _read_up_to(reading, start=start, reach=reach)
    encoded = frozenset(one.span for one in reading.smuggled)
    if not decodes:
        return Horizon(settled=max(first, settled), encoded=encoded)
    near = len(reading.raw) - reach
    going_on = frozenset(one for one in encoded if one.end > near)
    run = _open_run(reading.raw, at=settled - start, since=first - start)
    begins = [start + one.start for one in going_on] + ([] if run is None else [start + run])
    return Horizon(settled=max(first, min([settled, *begins])), encoded=encoded, going_on=going_on)


def _read_up_to(reading: Reading, *, start: int, reach: int) -> int:
    """Return before which place every character has ``reach`` characters from it on, however they are counted."""
    length = len(reading.raw)
    raw = min(length, length - reach + 1)
    if not reading.offsets:
        return start + raw
    place = min(len(reading.plain), len(reading.plain) - reach + 1)
    return start + min(raw, reading.offsets[place] if place > 0 else 0)


def _open_run(raw: str, *, at: int, since: int) -> int | None:
    """Return where the run of characters around ``at`` begins that reaches the end of ``raw``; None: there is none."""
    if at <= since or at >= len(raw) or _PARTS_RUNS.search(raw, at - 1) is not None:
        return None
    begins = since
    for parted in _PARTS_RUNS.finditer(raw, since, at):
        begins = parted.end()
    return begins
