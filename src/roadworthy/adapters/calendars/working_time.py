"""Makes a calendar ready to count: its time zone and closed days are looked up, or it is an error."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from roadworthy.core.errors import ConfigError
from roadworthy.governance.model import Calendar
from roadworthy.governance.working_time import ClosedDays, WorkingTime

_WHERE = "governance.yaml: calendar"


def working_time(calendar: Calendar, *, first_year: int, last_year: int) -> WorkingTime:
    """Return ``calendar`` with its time zone, and its closed days of these years (both included).

    Raises:
        ConfigError: If the time zone or the country is not known, the country's holidays are not known for all the
            years, or the extra ``calendars`` is not installed. No country is never read as no holidays: one that
            names no country says in its `ClosedDays.source` that it knows listed days only.
    """
    listed = frozenset(calendar.closed)
    holidays = _holidays(calendar.country, range(first_year, last_year + 1)) if calendar.country else frozenset()
    closed = ClosedDays(
        days=listed | holidays, first_year=first_year, last_year=last_year, source=_source(calendar, len(listed))
    )
    return WorkingTime(calendar=calendar, zone=_zone(calendar.timezone), closed=closed)


def _source(calendar: Calendar, listed: int) -> str:
    days = f"{listed} listed day{'s' if listed != 1 else ''}"
    if calendar.country:
        return f"public holidays of {calendar.country} and {days}"
    known = f"only {days}" if listed else "none but weekends"
    return f"{known}: the calendar in governance.yaml names no country, so no public holiday is known"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ConfigError(
            f"no time zone is called {name[:60]!r}",
            where=f"{_WHERE}.timezone",
            fix="use an IANA name, like Europe/Berlin or UTC",
        ) from fault


def _holidays(country: str, years: Iterable[int]) -> frozenset[date]:
    try:
        import holidays
    except ImportError as fault:
        raise ConfigError(
            f"the public holidays of {country[:20]!r} cannot be looked up: the extra `calendars` is not installed",
            where=f"{_WHERE}.country",
            fix="pip install 'roadworthy[calendars]', or leave out `country` and list the days under `closed`",
        ) from fault
    wanted = list(years)
    code, _, subdivision = country.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if code not in known or (subdivision and subdivision not in known[code]):
        raise ConfigError(
            f"no public holidays are known of {country[:20]!r}",
            where=f"{_WHERE}.country",
            fix="use an ISO 3166 code, like DE or DE-BY, or leave it out and list the days under `closed`",
        )
    found = holidays.country_holidays(code, subdiv=subdivision or None, years=wanted)
    # Outside of these the library answers with no holiday at all.
    if wanted[0] < found.start_year or wanted[-1] > found.end_year:
        raise ConfigError(
            f"the public holidays of {country} are known from {found.start_year} to {found.end_year} only",
            where=f"{_WHERE}.country",
            fix="leave out `country` and list the days under `closed`",
        )
    return frozenset(found)
