"""What every book of idempotency keys must do: one effect under one key, whoever asks and whatever breaks."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from roadworthy.adapters.guard.idempotency import SqliteKeys
from roadworthy.core.digest import digest_of
from roadworthy.guard.idempotency.book import InProcessKeys
from roadworthy.guard.idempotency.keys import MAX_RESULT_CHARS, TOO_LONG, Clash, Earlier, IdempotencyKeys, KeysError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAY, OTHER = digest_of("pay"), digest_of("other")
PLACE = ("acme", "ada", "run-1", "order-17")


@pytest.fixture(params=["in-process", "sqlite"])
def make(request, tmp_path):
    if request.param == "in-process":
        return InProcessKeys
    return lambda **fields: SqliteKeys(tmp_path / "keys.sqlite", **fields)


@pytest.fixture
def keys(make) -> IdempotencyKeys:
    return make()


def begin(keys: IdempotencyKeys, ticket: str = "one", *, place=PLACE, action=PAY, at=NOON):
    return keys.begin(place, action, ticket=ticket, at=at)


def test_a_key_is_taken_once_and_then_gives_the_result(keys):
    assert begin(keys) is None
    assert begin(keys, "two") is Clash.UNDER_WAY
    keys.done(PLACE, {"status": ["paid", 1.5, None]}, ticket="one")

    assert begin(keys, "two") == Earlier(ticket="one", result={"status": ["paid", 1.5, None]})
    assert begin(keys, "two", action=OTHER) is Clash.OTHER_ACTION


@pytest.mark.parametrize("part", range(4))
def test_a_key_belongs_to_its_tenant_principal_and_run_alone(keys, part):
    begin(keys)
    place = tuple("other" if number == part else name for number, name in enumerate(PLACE))

    assert begin(keys, place=place, action=OTHER) is None


def test_a_key_is_given_back_by_its_own_ticket_until_it_is_done(keys):
    begin(keys)
    keys.release(PLACE, ticket="two")
    assert begin(keys, "two") is Clash.UNDER_WAY
    keys.release(PLACE, ticket="one")
    assert begin(keys, "two") is None
    keys.done(PLACE, "paid", ticket="two")
    keys.release(PLACE, ticket="two")
    keys.doubt(PLACE, ticket="two")

    assert begin(keys, "three") == Earlier(ticket="two", result="paid")


def test_a_key_in_doubt_stays_taken(keys):
    begin(keys)
    keys.doubt(PLACE, ticket="one")

    assert begin(keys, "two") is Clash.NOT_KNOWN


def other(keys: IdempotencyKeys, at: datetime) -> None:
    begin(keys, place=(*PLACE[:3], str(at)), at=at)


def test_a_key_is_forgotten_after_a_day_and_not_before_and_never_by_a_clock_that_is_set_back(keys):
    begin(keys)
    assert begin(keys, at=NOON - timedelta(days=3)) is Clash.UNDER_WAY
    assert begin(keys, at=NOON + timedelta(hours=23)) is Clash.UNDER_WAY
    other(keys, NOON + timedelta(days=1))

    assert begin(keys, at=NOON + timedelta(days=1, minutes=10)) is None


@pytest.mark.parametrize("before", [timedelta(), timedelta(hours=1)], ids=["busy", "idle"])
def test_a_clock_that_is_ahead_for_a_moment_forgets_nothing(keys, before):
    begin(keys)
    keys.done(PLACE, "paid", ticket="one")
    other(keys, NOON + before)
    ahead = NOON + before + timedelta(days=2)
    other(keys, ahead)
    assert begin(keys, at=ahead) == begin(keys, at=NOON + before) == Earlier(ticket="one", result="paid")
    for minutes in range(0, 60, 4):
        assert begin(keys, at=NOON + before + timedelta(minutes=minutes)) is not None


def test_a_key_that_is_taken_after_a_long_pause_is_known_for_a_day(keys):
    other(keys, NOON - timedelta(days=30))
    begin(keys)
    for hours in range(1, 24):
        assert begin(keys, at=NOON + timedelta(hours=hours)) is Clash.UNDER_WAY
    other(keys, NOON + timedelta(hours=25))

    assert begin(keys, at=NOON + timedelta(hours=26)) is None


def test_a_clock_that_was_set_back_for_good_still_forgets(make):
    keys = make(max_keys=3)
    other(keys, NOON + timedelta(days=3))
    for hours in range(1, 30):
        begin(keys, str(hours), place=(*PLACE[:3], "one"), at=NOON + timedelta(hours=hours))

    assert begin(keys, at=NOON + timedelta(hours=30)) is None
    assert begin(keys, place=(*PLACE[:3], "last"), at=NOON + timedelta(hours=30)) is None


def test_a_file_without_a_clock_goes_on(tmp_path):
    path = tmp_path / "keys.sqlite"
    begin(SqliteKeys(path))
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TABLE clock")

    assert begin(SqliteKeys(path)) is Clash.UNDER_WAY


def test_more_keys_than_can_be_kept_are_refused(make):
    keys = make(max_keys=2)
    for number in range(2):
        assert begin(keys, place=(*PLACE[:3], str(number))) is None

    assert begin(keys) is Clash.FULL


def test_a_result_that_is_too_long_is_said_to_be(keys):
    begin(keys)
    keys.done(PLACE, "x" * MAX_RESULT_CHARS, ticket="one")

    assert begin(keys) == Earlier(ticket="one", result=TOO_LONG)


def test_of_many_threads_one_takes_the_key(keys):
    started, got = threading.Barrier(8), []

    def take(number: int) -> None:
        started.wait()
        got.append(begin(keys, str(number)))

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(got, key=str) == [None, *[Clash.UNDER_WAY] * 7]


def _killed(path: Path, started) -> None:
    SqliteKeys(path).begin(PLACE, PAY, ticket="killed", at=NOON)
    started.set()
    os.kill(os.getpid(), 9)


def test_what_a_process_was_doing_when_it_was_killed_is_not_done_again(tmp_path):
    path = tmp_path / "keys.sqlite"
    context = multiprocessing.get_context("fork")
    started = context.Event()
    process = context.Process(target=_killed, args=(path, started))
    process.start()
    process.join(120)

    assert begin(SqliteKeys(path), "two") is Clash.UNDER_WAY


def test_a_file_that_cannot_be_used_lets_nothing_be_taken(tmp_path):
    path = tmp_path / "keys.sqlite"
    path.write_bytes(b"no database at all, and long enough to be one" * 100)

    with pytest.raises(KeysError, match="cannot be used"):
        begin(SqliteKeys(path))
    assert repr(SqliteKeys(path)) == "SqliteKeys('keys.sqlite')"


def test_the_file_is_for_its_owner_alone(tmp_path):
    begin(SqliteKeys(tmp_path / "keys.sqlite"))

    assert (tmp_path / "keys.sqlite").stat().st_mode & 0o077 == 0
