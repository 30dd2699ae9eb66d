from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.clock import parse_rfc3339, require_aware, rfc3339

moments = st.datetimes(
    min_value=datetime(1, 1, 3),  # noqa: DTZ001 - hypothesis adds the offset
    max_value=datetime(9999, 12, 28),  # noqa: DTZ001 - hypothesis adds the offset
    timezones=st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(moments)
def test_a_time_survives_being_written_and_read(moment):
    assert parse_rfc3339(rfc3339(moment)) == moment


@given(moments)
def test_times_are_written_in_utc(moment):
    assert rfc3339(moment).endswith("Z")


@given(moments)
def test_one_instant_has_one_text(moment):
    assert rfc3339(moment) == rfc3339(moment.astimezone(UTC))


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02", "2026-01-02T03:04:05", "20260102T030405Z", "2026-01-02T03:04Z", "2026-W01-1T00:00:00Z",
        "now", "", "2026-01-02T03:04:05Z ", "2026-01-02T03:04:05.1234567Z",
    ],
)  # fmt: skip
def test_what_is_not_a_strict_time_is_refused(text):
    with pytest.raises(ValueError, match=r"RFC 3339"):
        parse_rfc3339(text)


def test_a_date_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=r"day is out of range"):
        parse_rfc3339("2026-02-30T00:00:00Z")


def test_a_naive_time_is_refused_by_name():
    with pytest.raises(ValueError, match=r"`frozen_at` must be timezone-aware"):
        require_aware(datetime(2026, 1, 1), name="frozen_at")  # noqa: DTZ001 - naive on purpose
