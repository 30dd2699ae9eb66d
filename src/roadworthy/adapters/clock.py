"""The wall clock, and one that stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


class SystemClock:
    """Tells the machine's time in UTC."""

    def now(self) -> datetime:
        """Return the present, timezone-aware."""
        return datetime.now(tz=UTC)  # noqa: TID251 - the one place that reads the clock


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedClock:
    """Tells one time for ever: for replays and for tests."""

    at: datetime

    def now(self) -> datetime:
        """Return the time it was given."""
        return self.at
