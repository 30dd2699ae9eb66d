"""What the exceptions of a system say together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fakes.consenting_people import EARLIER, exception, held_exception
from fakes.gate_world import NOW
from roadworthy.exceptions.distribution import StatedException, distribution_of
from roadworthy.exceptions.model import ExceptionState, ReasonCode

ACTIVE, EXPIRED = ExceptionState.ACTIVE, ExceptionState.EXPIRED


def stated(one, state=ACTIVE):
    return StatedException(held=held_exception(one), state=state, reason="")


FIRST = exception("a/one", id="exception_1", requested_at=EARLIER - timedelta(days=8))
RENEWED = replace(FIRST, id="exception_2", requested_at=EARLIER, renews=FIRST.id, renewal=1, review_note="still")
OTHER = exception("a/one", "a/two", id="exception_3", reason_code=ReasonCode.LEGACY, expires_at=NOW + timedelta(days=3))
ALL = [stated(FIRST, EXPIRED), stated(RENEWED), stated(OTHER)]


def test_reasons_and_rules_are_counted_for_now_and_for_ever():
    found = distribution_of(ALL, now=NOW, expiring_days=14)

    assert (found.total, found.live, found.renewed, found.most_renewals) == (3, 2, 1, 1)
    assert {(t.word, t.live, t.ever) for t in found.by_reason} == {("compensated", 1, 2), ("legacy", 1, 1)}
    assert [(t.word, t.live, t.ever) for t in found.by_rule] == [("a/one", 2, 3), ("a/two", 1, 1)]
    assert found.by_state == (("active", 2), ("expired", 1))


def test_a_renewal_is_as_old_as_what_it_goes_on_from():
    found = distribution_of(ALL, now=NOW, expiring_days=14)

    assert (found.oldest_age_days, found.median_age_days) == (10.0, 6.0)


def test_what_ends_soon_comes_first_to_end_first_and_what_is_over_does_not_come():
    late = replace(OTHER, id="exception_4", expires_at=NOW + timedelta(days=15))
    edge = replace(OTHER, id="exception_5", expires_at=NOW + timedelta(days=14))
    found = distribution_of([*ALL, stated(late), stated(edge)], now=NOW, expiring_days=14)

    assert found.expiring == ("exception_3", "exception_5")


def test_of_no_exception_nothing_is_said():
    found = distribution_of([], now=NOW, expiring_days=14)

    assert (found.total, found.median_age_days, found.oldest_age_days, found.expiring) == (0, None, None, ())


def test_a_circle_of_renewals_ends():
    one = replace(FIRST, renews="exception_2", renewal=2, review_note="round and round")
    found = distribution_of([stated(one), stated(RENEWED)], now=NOW, expiring_days=14)

    assert found.live == 2
