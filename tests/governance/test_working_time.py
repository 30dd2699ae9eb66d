"""Working time: what is counted, and that counting forth and back agree, whatever the clocks do."""

import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.review_people import MONDAY, working
from roadworthy.adapters.calendars.working_time import working_time
from roadworthy.core.errors import ConfigError
from roadworthy.governance.model import Calendar

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Calendar(timezone="Europe/Berlin", opens="01:00", closes="04:30", weekend=())
CALENDARS = [
    Calendar(),
    Calendar(timezone="Europe/Berlin"),
    Calendar(timezone="America/New_York", opens="08:30", closes="17:15"),
    Calendar(timezone="Asia/Kolkata", weekend=("sun",)),
    Calendar(timezone="Pacific/Auckland", opens="00:00", closes="23:59", weekend=()),
    Calendar(timezone="Asia/Riyadh", weekend=("fri", "sat")),
    Calendar(timezone="Australia/Lord_Howe", opens="01:45", closes="02:15", weekend=()),
    NIGHT,
]
MOMENTS = st.integers(0, 6 * 365 * 86_400).map(lambda s: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
CLOSED = tuple(date(2024 + n % 6, 1 + n % 12, 1 + n % 28) for n in range(40))
WORKING = st.sampled_from([working(calendar, closed=CLOSED) for calendar in CALENDARS])


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-02T14:00", 2, "2026-03-04T14:00"),
        ("2026-03-06T14:00", 1, "2026-03-09T14:00"),
        ("2026-03-07T12:00", 1, "2026-03-09T17:00"),
        ("2026-03-02T07:00", 1, "2026-03-02T17:00"),
        ("2026-03-02T09:00", 1, "2026-03-02T17:00"),
        ("2026-03-02T17:00", 1, "2026-03-03T17:00"),
        ("2026-03-02T18:30", 0, "2026-03-03T09:00"),
        ("2026-04-02T15:00", 2, "2026-04-08T15:00"),
    ],
    ids=["inside", "weekend", "starts-closed", "before-opening", "at-opening", "at-closing", "no-time", "holidays"],
)
def test_a_deadline_passes_over_what_is_closed(start, days, due):
    easter = (date(2026, 4, 3), date(2026, 4, 6))
    time = working(Calendar(timezone="Europe/Berlin"), closed=easter)

    def local(text):
        return datetime.fromisoformat(text).replace(tzinfo=BERLIN)

    assert time.deadline(local(start), days) == local(due).astimezone(UTC)


def test_over_the_change_of_clocks_a_deadline_keeps_its_hour():
    time = working(Calendar(timezone="Europe/Berlin"))
    friday = datetime(2026, 3, 27, 14, tzinfo=BERLIN)

    due = time.deadline(friday, 1)

    assert due.astimezone(BERLIN).hour == 14
    assert due - friday.astimezone(UTC) == timedelta(days=3) - timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 3.5), (date(2026, 3, 29), 2.5), (date(2026, 10, 25), 4.5), (date(2026, 10, 26), 3.5)],
    ids=["usual", "put-forward", "put-back", "after"],
)
def test_a_day_on_which_the_clocks_change_has_the_hours_that_it_has(day, hours):
    time = working(NIGHT)
    midnight = datetime(day.year, day.month, day.day, tzinfo=BERLIN)

    assert time.elapsed(midnight, midnight + timedelta(hours=12)) == timedelta(hours=hours)


def test_opening_in_an_hour_that_there_is_not_is_when_the_clocks_are_put_forward():
    time = working(Calendar(timezone="Europe/Berlin", opens="02:30", closes="05:00", weekend=()))

    assert not time.is_open(datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    assert time.is_open(datetime(2026, 3, 29, 1, 0, tzinfo=UTC))


def test_working_time_is_half_open():
    time = working()

    assert time.is_open(MONDAY.replace(hour=9))
    assert not time.is_open(MONDAY.replace(hour=17))
    assert time.elapsed(MONDAY.replace(hour=17), MONDAY.replace(hour=23)) == timedelta(0)


@given(WORKING, MOMENTS, st.integers(0, 40 * 8 * 3600))
def test_as_much_passed_until_a_moment_as_it_was_computed_for(time, start, seconds):
    amount = min(timedelta(seconds=seconds), 40 * time.day_length)

    end = time.after(start, amount)

    assert time.elapsed(start, end) == amount
    assert end >= start


@given(WORKING, MOMENTS, st.integers(0, 10**7), st.integers(0, 10**7))
def test_time_adds_up(time, first, some, more):
    middle = first + timedelta(seconds=some)
    last = middle + timedelta(seconds=more)

    assert time.elapsed(first, middle) + time.elapsed(middle, last) == time.elapsed(first, last)
    assert timedelta(0) <= time.elapsed(first, middle) <= middle - first
    assert time.elapsed(last, first) == timedelta(0)


@given(WORKING, MOMENTS, st.integers(0, 60), st.integers(0, 60))
def test_more_days_are_never_due_earlier(time, start, some, others):
    fewer, more = sorted((some, others))

    assert time.deadline(start, fewer) <= time.deadline(start, more)


@given(WORKING, MOMENTS, st.integers(1, 3600))
def test_the_moment_before_a_deadline_is_not_yet_over(time, start, seconds):
    due = time.after(start, timedelta(seconds=seconds))

    assert time.elapsed(start, due - timedelta(microseconds=1)) < timedelta(seconds=seconds)
    assert time.is_open(due - timedelta(microseconds=1))


@pytest.mark.parametrize("amount", [timedelta(days=-1), timedelta(days=10_000)], ids=["negative", "too-long"])
def test_an_amount_that_makes_no_sense_is_refused(amount):
    with pytest.raises(ValueError, match="working time must be 0 to 2000 days"):
        working().after(MONDAY, amount)


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="must be timezone-aware"):
        working().elapsed(MONDAY.replace(tzinfo=None), MONDAY)


def test_a_year_of_which_nothing_is_known_is_no_year_without_holidays():
    time = working_time(Calendar(), first_year=2026, last_year=2026)

    with pytest.raises(ValueError, match="closed days are known from 2026 to 2026, and 2027-01-01 is asked for"):
        time.deadline(datetime(2026, 12, 30, tzinfo=UTC), 3)


def test_public_holidays_are_closed():
    time = working_time(
        Calendar(timezone="Europe/Berlin", country="DE-BY", closed=(date(2026, 12, 24),)),
        first_year=2026,
        last_year=2027,
    )

    assert time.deadline(datetime(2026, 12, 23, 16, tzinfo=BERLIN), 1) == datetime(2026, 12, 28, 15, tzinfo=UTC)
    assert time.closed.source == "public holidays of DE-BY and 1 listed day"


def test_a_calendar_without_a_country_says_that_it_knows_no_holiday():
    assert "no public holiday is known" in working_time(Calendar(), first_year=2026, last_year=2026).closed.source


@pytest.mark.parametrize(
    ("calendar", "problem"),
    [
        (Calendar(country="XX"), "no public holidays are known of 'XX'"),
        (Calendar(country="DE-ZZ"), "no public holidays are known of 'DE-ZZ'"),
        (Calendar(timezone="Europe/Atlantis"), "no time zone is called 'Europe/Atlantis'"),
        (Calendar(timezone="../../etc/passwd"), "no time zone is called"),
    ],
)
def test_what_is_not_known_is_an_error(calendar, problem):
    with pytest.raises(ConfigError, match=problem):
        working_time(calendar, first_year=2026, last_year=2026)


def test_years_of_which_a_country_has_no_list_are_an_error_and_not_without_holidays():
    with pytest.raises(ConfigError, match="known from 1991 to"):
        working_time(Calendar(country="DE"), first_year=1950, last_year=1960)


def test_without_the_extra_a_country_is_an_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)

    with pytest.raises(ConfigError, match="the extra `calendars` is not installed"):
        working_time(Calendar(country="DE"), first_year=2026, last_year=2026)
