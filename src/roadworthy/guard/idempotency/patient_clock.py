"""Time that a clock has shown for a while: one that was wrong for a moment has shown nothing."""

from __future__ import annotations

PATIENCE_S = 600.0
"""Seconds for which a clock must go on from a time until that time is believed."""


class PatientClock:
    """Believes a time once the clock has gone on from it.

    Keys are forgotten by what is believed, so that a clock that was far ahead for a moment forgets none of them. It
    lags: by `PATIENCE_S` and more, where it is seldom read by one reading. It is never taken back, and goes on where
    the clock was set back.

    >>> clock = PatientClock()
    >>> [clock.read(stated)[0] for stated in (0.0, 172_800.0, 60.0, 700.0, 1400.0)]
    [0.0, 0.0, 0.0, 60.0, 700.0]
    """

    __slots__ = ("_believed", "_counted", "_since")

    def __init__(self) -> None:
        self._believed: float | None = None
        self._counted = 0.0
        """The latest reading of the clock up to which time is believed to have passed."""

        self._since = 0.0
        """A later reading, from which on the clock must go on for a while to be believed."""

    @property
    def reading(self) -> tuple[float | None, float, float]:
        """All that it knows, for `resumed`."""
        return self._believed, self._counted, self._since

    @classmethod
    def resumed(cls, reading: tuple[float | None, float, float]) -> PatientClock:
        """Return a clock that goes on from what another one knew."""
        clock = cls()
        clock._believed, clock._counted, clock._since = reading
        return clock

    def read(self, stated: float) -> tuple[float, float]:
        """Return the time, in seconds, that is believed, and the latest that it may be.

        What is believed is never less than before. The true time is between the two, as far as the clock was wrong for
        single moments only.
        """
        if self._believed is None:
            self._believed = self._counted = self._since = stated
        seen = max(stated, self._since)
        if stated < self._since or self._since < self._counted <= stated:
            # It was set back, or put right again: what it shows now is new.
            self._since = stated
        elif stated - self._since >= PATIENCE_S:
            self._believed += max(self._since - self._counted, 0.0)
            self._counted, self._since = self._since, stated
        return self._believed, self._believed + max(seen - self._counted, 0.0)
