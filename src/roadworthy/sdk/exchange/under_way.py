"""Calls of a run that a client was given and whose results come with a later request."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from roadworthy.guard.segment import Channel, Segment, Stage
from roadworthy.guard.session.run import Run
from roadworthy.guard.session.ticket import Ticket

_MAX_OPEN = 10_000


class UnderWay:
    """Tickets by run and id of the call. Safe for any number of threads; a run that is gone takes its tickets along."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tickets: WeakKeyDictionary[Run, dict[str, Ticket]] = WeakKeyDictionary()

    def keep(self, run: Run, call: str, ticket: Ticket) -> None:
        """Keep the ticket of a call until its result comes."""
        with self._lock:
            kept = self._tickets.setdefault(run, {})
            if call and len(kept) < _MAX_OPEN:
                kept[call] = ticket

    def take(self, run: Run, call: str) -> Ticket | None:
        """Return the ticket of a call, once."""
        with self._lock:
            return self._tickets.get(run, {}).pop(call, None)


UNDER_WAY = UnderWay()
"""Of this process."""


def note_results(run: Run, segments: Iterable[Segment], *, kept: UnderWay = UNDER_WAY) -> None:
    """Tell ``run`` what came of the calls whose results stand among ``segments``."""
    results: dict[str, list[str]] = {}
    for segment in segments:
        if segment.stage is Stage.TOOL_RESULT and segment.channel is Channel.TOOL_RESULT and segment.call:
            results.setdefault(segment.call, []).append(segment.text)
    for call, parts in results.items():
        ticket = kept.take(run, call)
        if ticket is not None:
            run.returned(ticket, "\n".join(parts))
