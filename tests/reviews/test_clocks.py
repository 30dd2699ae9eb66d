"""The clocks of a review: they run in working time, stop while somebody is waited for, and tell when they are over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.review_people import MONDAY, change, review, working
from roadworthy.core.severity import RiskTier
from roadworthy.governance.model import ReviewTerms
from roadworthy.reviews.clocks import ClockStatus, NoticeKind, clocks, notices
from roadworthy.reviews.model import (
    Answered,
    Asked,
    Decided,
    Outcome,
    Paused,
    Reopened,
    Resumed,
    Returned,
    Submitted,
    Triaged,
)
from roadworthy.reviews.steps import folded

TERMS = ReviewTerms(triage_days=2, decision_days={RiskTier.HIGH: 4})
DAY = timedelta(days=1)
TRIAGED = Triaged(tier=RiskTier.HIGH, reviewer="bea", reason="x")
REJECTED = Decided(outcome=Outcome.REJECT, role="risk_reviewer", reason="x")
WORKING = working()


def state_of(*steps):
    """Return the state after steps of (days since Monday 10:00, who, what)."""
    return folded(
        review(), [change(n, by, step, at=MONDAY + days * DAY) for n, (days, by, step) in enumerate(steps, start=1)]
    )


def at(state, days):
    return clocks(state, now=MONDAY + days * DAY, working=WORKING, terms=TERMS)


def told(state, days):
    found = notices(state, now=MONDAY + days * DAY, working=WORKING, terms=TERMS)
    return [(notice.kind, notice.to) for notice in found]


TO_TRIAGE = ((0, "ada", Submitted()),)
IN_REVIEW = (*TO_TRIAGE, (1, "bea", TRIAGED))


def test_triage_has_its_own_clock():
    triage, decision = at(state_of(*TO_TRIAGE), 1)

    assert (triage.status, triage.spent_days, triage.due_at) == (ClockStatus.RUNNING, 1, MONDAY + 2 * DAY)
    assert decision.status is ClockStatus.NOT_STARTED


def test_a_draft_has_no_clock():
    assert {clock.status for clock in at(state_of(), 30)} == {ClockStatus.NOT_STARTED}


def test_the_clock_of_the_decision_runs_from_triage():
    triage, decision = at(state_of(*IN_REVIEW), 2)

    assert (triage.status, triage.spent_days) == (ClockStatus.STOPPED, 1)
    # Tuesday and four working days: Monday, for Saturday and Sunday do not count.
    assert (decision.status, decision.spent_days, decision.due_at) == (ClockStatus.RUNNING, 1, MONDAY + 7 * DAY)


@pytest.mark.parametrize("waiting", [Paused(reason="x"), Returned(reason="x")], ids=["paused", "returned"])
def test_while_the_requester_is_waited_for_no_time_passes(waiting):
    state = state_of(*IN_REVIEW, (2, "bea", waiting))

    _, decision = at(state, 40)

    assert (decision.status, decision.spent_days) == (ClockStatus.PAUSED, 1)
    assert (decision.due_at, decision.breached_at) == (None, None)


def test_after_a_pause_the_clock_goes_on_where_it_stood():
    state = state_of(*IN_REVIEW, (2, "bea", Paused(reason="x")), (7, "bea", Resumed()))

    _, decision = at(state, 8)

    assert decision.spent_days == 2
    assert decision.due_at == MONDAY + 10 * DAY


def test_a_clock_that_is_over_says_since_when_also_after_it_stopped():
    late = state_of(*IN_REVIEW, (9, "bea", REJECTED))

    assert at(state_of(*IN_REVIEW), 9)[1].breached_at == MONDAY + 7 * DAY
    assert at(late, 30)[1].breached_at == MONDAY + 7 * DAY
    assert at(late, 30)[1].status is ClockStatus.STOPPED


def test_a_decision_in_time_is_no_breach_however_long_ago_it_was():
    assert at(state_of(*IN_REVIEW, (3, "bea", REJECTED)), 300)[1].breached_at is None


def test_reopening_starts_the_clock_anew():
    state = state_of(*IN_REVIEW, (9, "bea", REJECTED), (10, "cem", Reopened(reason="x")))

    _, decision = at(state, 11)

    assert (decision.spent_days, decision.breached_at) == (1, None)


def test_a_tier_without_a_number_of_days_has_a_clock_and_no_deadline():
    minimal = Triaged(tier=RiskTier.MINIMAL, reviewer="bea", reason="x")
    _, decision = at(state_of(*TO_TRIAGE, (1, "bea", minimal)), 9)

    assert (decision.allowed_days, decision.due_at, decision.breached_at) == (None, None, None)
    assert decision.spent_days > 0


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (3, []),
        (4, [(NoticeKind.REMINDER, "bea")]),
        (7, [(NoticeKind.REMINDER, "bea"), (NoticeKind.ESCALATION, "role:ai_owner")]),
        (
            9,
            [
                (NoticeKind.REMINDER, "bea"),
                (NoticeKind.ESCALATION, "role:ai_owner"),
                (NoticeKind.ESCALATION, "role:board_member"),
            ],
        ),
    ],
)
def test_as_time_runs_out_more_people_are_told(days, expected):
    assert told(state_of(*IN_REVIEW), days) == expected


def test_nobody_is_told_about_what_is_decided():
    assert told(state_of(*IN_REVIEW, (2, "bea", REJECTED)), 100) == []


ASKED = Asked(question="q1", text="Why?", to="dan", due=date(2026, 3, 5))


def test_a_question_is_overdue_after_its_day_and_not_on_it():
    state = state_of(*IN_REVIEW, (1, "bea", ASKED), (1, "bea", Paused(reason="x")))

    assert told(state, 3.5) == []
    assert told(state, 3.6) == [(NoticeKind.QUESTION_OVERDUE, "dan")]


def test_a_clock_that_stays_paused_after_the_last_answer_is_told_of():
    paused = (*IN_REVIEW, (1, "bea", ASKED), (1, "bea", Paused(reason="x")))

    assert told(state_of(*paused), 2) == []
    answered = (2, "dan", Answered(question="q1", text="So."))
    assert told(state_of(*paused, answered), 2) == [(NoticeKind.CLOCK_FORGOTTEN, "bea")]


@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 3000)), max_size=6), st.integers(0, 20_000))
def test_what_is_spent_is_all_time_less_the_pauses(pauses, minutes_after):
    steps, minute = [], 24 * 60
    running = timedelta(0)
    for before, long in pauses:
        start = MONDAY + timedelta(minutes=minute)
        running += WORKING.elapsed(start, start + timedelta(minutes=before))
        steps.append(((minute + before) / 1440, "bea", Paused(reason="x")))
        minute += before + long
        steps.append((minute / 1440, "bea", Resumed()))
    now = MONDAY + timedelta(minutes=minute + minutes_after)
    running += WORKING.elapsed(MONDAY + timedelta(minutes=minute), now)

    _, decision = clocks(state_of(*IN_REVIEW, *steps), now=now, working=WORKING, terms=TERMS)

    assert decision.spent_days == pytest.approx(WORKING.days(running), abs=0.002)
    assert (decision.breached_at is not None) == (running > 4 * WORKING.day_length)
    assert decision.due_at is not None
