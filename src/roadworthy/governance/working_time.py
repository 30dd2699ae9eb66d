"""Working time: how much of it passed between two moments, and when so much of it will have passed.

Time zone and closed days come in as values. A working day is as long as the calendar's hours say; where the clocks
change within them, that one day has an hour more or less, and it counts as what it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from roadworthy.core.clock import require_aware
from roadworthy.governance.model import Calendar

MAX_WORKING_DAYS = 2_000
"""Longest time that is asked for; about eight years."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDays:
    """Days on which nobody works beside the weekend, and of which years that is known.

    Raises:
        ValueError: If no year is known.
    """

    days: frozenset[date]
    first_year: int
    last_year: int
    """Included. A day outside of these years is not known to be open: asking for it is an error."""

    source: str
    """Where they are from, in words for a report, e.g. ``public holidays of DE-BY and 2 listed days``."""

    def __post_init__(self) -> None:
        if self.last_year < self.first_year:
            raise ValueError(f"closed days are known of no year: {self.first_year} to {self.last_year}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """A calendar with its time zone and closed days, ready to count."""

    calendar: Calendar
    zone: tzinfo
    closed: ClosedDays

    @property
    def day_length(self) -> timedelta:
        """Length of a working day.

        >>> days = ClosedDays(days=frozenset(), first_year=2026, last_year=2026, source="no day")
        >>> WorkingTime(calendar=Calendar(), zone=UTC, closed=days).day_length
        datetime.timedelta(seconds=28800)
        """
        opens, closes = _clock(self.calendar.opens), _clock(self.calendar.closes)
        return timedelta(hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute)

    def is_open(self, moment: datetime) -> bool:
        """Return whether ``moment`` is working time: from the opening on and before the closing."""
        moment = require_aware(moment, name="moment")
        hours = self._hours(moment.astimezone(self.zone).date())
        return hours is not None and hours[0] <= moment < hours[1]

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from ``start`` to ``end``; zero where ``end`` is not later.

        Raises:
            ValueError: If a time is naive, or a day lies in a year of which closed days are not known.
        """
        start, end = require_aware(start, name="start"), require_aware(end, name="end")
        total = timedelta(0)
        for opens, closes in self._windows(start):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        return total

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """Return the first moment at which ``amount`` of working time has passed since ``start``, in UTC.

        With no amount that is ``start`` itself, or the next opening where ``start`` is outside of working hours.

        Raises:
            ValueError: If the amount is negative or beyond `MAX_WORKING_DAYS`, a time is naive, or a day lies in a
                year of which closed days are not known.
        """
        start = require_aware(start, name="start")
        if not timedelta(0) <= amount <= MAX_WORKING_DAYS * self.day_length:
            raise ValueError(f"working time must be 0 to {MAX_WORKING_DAYS} days, got {amount}")
        left = amount
        for opens, closes in self._windows(start):
            begin = max(opens, start)
            if begin < closes and left <= closes - begin:
                return begin + left
            left -= max(closes - begin, timedelta(0))
        raise AssertionError("the days ended before the error that says so")

    def deadline(self, start: datetime, working_days: int) -> datetime:
        """Return when ``working_days`` working days have passed since ``start``, in UTC.

        Something that starts on Monday at 14:00 and may take two days is due on Wednesday at 14:00; something that
        starts on Saturday and may take one day is due on Monday at closing time.

        Raises:
            ValueError: As `after`.
        """
        return self.after(start, working_days * self.day_length)

    def days(self, amount: timedelta) -> float:
        """Return ``amount`` of working time in working days."""
        return amount / self.day_length

    def _windows(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield opening and closing of every working day from that of ``start`` on, in UTC."""
        day = start.astimezone(self.zone).date()
        while True:
            hours = self._hours(day)
            if hours is not None:
                yield hours
            day += _ONE_DAY

    def _hours(self, day: date) -> tuple[datetime, datetime] | None:
        if not self.closed.first_year <= day.year <= self.closed.last_year:
            known = f"{self.closed.first_year} to {self.closed.last_year}"
            raise ValueError(f"closed days are known from {known}, and {day} is asked for")
        if day in self.closed.days or _WEEKDAYS[day.weekday()] in self.calendar.weekend:
            return None
        opens = _moment(day, _clock(self.calendar.opens), self.zone)
        closes = _moment(day, _clock(self.calendar.closes), self.zone)
        return (opens, closes) if opens < closes else None


def _clock(written: str) -> time:
    hour, minute = written.split(":")
    return time(int(hour), int(minute))


def _moment(day: date, clock: time, zone: tzinfo) -> datetime:
    """Return when it is ``clock`` on ``day``, in UTC; the first time where it is that twice.

    Where the clocks are put forward past it, it is the moment at which they are.
    """
    wall = datetime.combine(day, clock)
    late = wall.replace(tzinfo=zone).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == wall:
        return late
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
