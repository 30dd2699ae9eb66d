"""Counts what was spent in a sliding window, never too little, in bounded memory."""

from __future__ import annotations

BUCKETS = 64
"""Parts that a window is counted in. What lies in the oldest one is counted until all of it is out of the window, so
at most 1/64 of the window's length is counted too long, and nothing too short."""

IDLE_S = 31 * 86_400
"""Seconds without a request after which what was spent for good by a conversation may be forgotten, as long as the
longest window."""


class SlidingWindow:
    """Amounts by the time at which they were spent.

    Time is never taken back: a clock that was set back reads as the latest time seen.

    Args:
        length_s: Length of the window in seconds; None: nothing is ever out of it.

    >>> window = SlidingWindow(length_s=60)
    >>> _ = window.add(5, at=0.0)
    >>> window.total(at=59.0), window.total(at=62.0)
    (5, 0)
    """

    __slots__ = ("_buckets", "_latest", "_oldest", "_sum", "_width")

    def __init__(self, *, length_s: int | None) -> None:
        self._width = None if length_s is None else length_s / BUCKETS
        self._buckets: dict[int, int] = {}
        self._sum = 0
        self._latest = self._oldest = float("-inf")

    def add(self, amount: int, *, at: float) -> int:
        """Count ``amount`` (>= 0) as spent at ``at`` (seconds), and return where it was counted."""
        bucket = self._now(at)
        self._buckets[bucket] = self._buckets.get(bucket, 0) + amount
        self._sum += amount
        return bucket

    def give_back(self, bucket: int, amount: int, *, at: float) -> None:
        """Give back ``amount`` (>= 0) of what was counted in ``bucket``; out of the window it stays out."""
        self._now(at)
        if bucket in self._buckets:
            self._buckets[bucket] -= amount
            self._sum -= amount

    def total(self, *, at: float) -> int:
        """Return what was spent in the window that ends at ``at``."""
        self._now(at)
        return self._sum

    def is_over(self, *, at: float) -> bool:
        """Return whether nothing in it counts any more; of one without end, after `IDLE_S` in which nothing came."""
        if self._width is None:
            return not self._sum or at - self._latest >= IDLE_S
        return not self.total(at=at)

    def free_in(self, amount: int, *, limit: int, at: float) -> float | None:
        """Return the seconds after which ``amount`` more will be within ``limit`` if nobody spends; None: never."""
        if amount > limit:
            return None
        self._now(at)
        left = self._sum
        if left + amount <= limit:
            return 0.0
        if self._width is None:
            return None
        for bucket in sorted(self._buckets):
            left -= self._buckets[bucket]
            if left + amount <= limit:
                return max((bucket + BUCKETS + 1) * self._width - self._latest, 0.0)
        return None

    def _now(self, at: float) -> int:
        self._latest = max(self._latest, at)
        if self._width is None:
            return 0
        bucket = int(self._latest // self._width)
        oldest = bucket - BUCKETS
        if oldest > self._oldest:
            self._oldest = oldest
            for gone in [known for known in self._buckets if known < oldest]:
                self._sum -= self._buckets.pop(gone)
        return bucket
