"""How far the rules of one pace have come in one field."""

from __future__ import annotations

from dataclasses import replace

from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.stream.horizon import horizon
from roadworthy.guard.stream.settling import Settled, Stretch
from roadworthy.guard.stream.tape import Tape
from roadworthy.guard.stream.terms import Pace


class Progress:
    """What was looked at and settled by the rules of one pace.

    Args:
        pace: The rules.
    """

    __slots__ = ("_open_from", "going_on", "looked", "pace", "settled")

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.looked = 0
        """Characters that had come at the last look."""
        self.settled = 0
        """Place before which all that these rules find is final."""
        self.going_on: frozenset[Span] = frozenset()
        """What stands encoded and may still go on, in characters of the field."""
        self._open_from: int | None = None

    @property
    def start(self) -> int:
        """Where the next stretch begins: what is not settled, and before it what that can depend on."""
        return max(0, self.settled - self.pace.reach)

    def is_due(self, length: int) -> bool:
        """Return whether so much came since the last look, of ``length`` characters, that it is time for another.

        Where much is not settled yet each look is at all of it, and so they grow further apart.
        """
        unsettled = self.looked - self.settled - self.pace.reach
        return length - self.looked >= max(self.pace.stride, unsettled // 2)

    def next_text(self, segment: Segment, tape: Tape) -> Segment:
        """Return the stretch of the field to look at now."""
        start, head = self.start, tape.length
        return replace(segment, text=tape.cut(start, head), span=Span(start=start, end=head))

    def stretch(self, reading: Reading | None, *, head: int) -> Stretch:
        """Return what of that stretch is settled, and keep what may still go on.

        Args:
            reading: Of its text; None: it could not be read, and nothing more is settled.
            head: Characters of the field that are there.
        """
        start, first = self.start, self.settled
        if reading is None:
            return Stretch(start=start, head=head, first=first, settled=first)
        seen = horizon(reading, start=start, first=first, reach=self.pace.reach, decodes=self.pace.decodes)
        self.going_on = frozenset(Span(start=start + one.start, end=start + one.end) for one in seen.going_on)
        return Stretch(
            start=start, head=head, first=first, settled=seen.settled, encoded=seen.encoded, going_on=seen.going_on
        )

    def take_in(self, said: Settled, stretch: Stretch) -> None:
        """Remember what a look at ``stretch`` said."""
        self.settled, self.looked = stretch.settled, stretch.head
        self._open_from = said.open_from

    def end(self, *, held: int | None) -> int:
        """Return up to where the field may leave, as far as these rules decide on it.

        What is held is held behind what is settled: that is behind the reach of the rules, and further behind where
        characters that are not read stand between those that are, or where encoded text goes on.

        Args:
            held: Characters that are held at least; None: none are.
        """
        end = min(self.looked, self.settled + self.pace.slack)
        if held is None:
            return end
        end = min(end, self.looked - held + 1)
        return end if self._open_from is None else min(end, self._open_from)
