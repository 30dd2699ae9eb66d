"""Time that only goes forward, and still goes on when the clock was wrong."""

from __future__ import annotations

MAX_SKEW_S = 300.0
"""Seconds by which two readings may come in the wrong order without the clock having been set."""

PATIENCE_S = 600.0
"""Seconds that a clock has to run on after it was set back before time goes on with it."""


class ForwardClock:
    """Reads of a clock that may be set.

    Set back, it stands still, so that no window opens twice. A clock that was far ahead by mistake and was put right
    would stand still for as long as it was ahead, and with it every budget; so after `PATIENCE_S` on the new time,
    without a reading of the old one, time goes on from where it stood.

    >>> clock = ForwardClock()
    >>> clock.read(1e9), clock.read(1000.0), clock.read(1500.0), clock.read(1600.0), clock.read(1601.0)
    (1000000000.0, 1000000000.0, 1000000000.0, 1000000000.0, 1000000001.0)
    """

    __slots__ = ("_behind_since", "_latest", "_offset")

    def __init__(self) -> None:
        self._latest = float("-inf")
        self._offset = 0.0
        self._behind_since: float | None = None

    @property
    def reading(self) -> tuple[float, float, float | None]:
        """All that it knows, for `resumed`."""
        return self._latest, self._offset, self._behind_since

    @classmethod
    def resumed(cls, reading: tuple[float, float, float | None]) -> ForwardClock:
        """Return a clock that goes on from what another one knew."""
        clock = cls()
        clock._latest, clock._offset, clock._behind_since = reading
        return clock

    def read(self, stated: float) -> float:
        """Return the time, in seconds, that ``stated`` is taken for: never less than before."""
        now = stated + self._offset
        if now >= self._latest - MAX_SKEW_S:
            self._behind_since = None
            self._latest = max(self._latest, now)
        elif self._behind_since is None or now < self._behind_since:
            self._behind_since = now
        elif now - self._behind_since >= PATIENCE_S:
            self._offset += self._latest - now
            self._behind_since = None
        return self._latest
