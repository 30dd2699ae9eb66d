"""Findings: known by their fingerprint, mended by one and verified by another, open again when they come back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.review_people import GOVERNANCE, MONDAY, working
from roadworthy.core.severity import Severity
from roadworthy.core.subject import Subject
from roadworthy.findings.due import due, in_order_of_risk
from roadworthy.findings.fingerprint import fingerprint
from roadworthy.findings.model import (
    CaseRef,
    Closed,
    Confirmed,
    Dismissed,
    Finding,
    FindingChange,
    FindingReopened,
    FindingSource,
    FindingTriaged,
    Fixed,
    Likelihood,
    NoRegressionTest,
    OwnerAssigned,
    RegressionTest,
    RemediationStarted,
    RiskAccepted,
    Seen,
    Verified,
)
from roadworthy.findings.moves import MOVES, fault, impossible, refusal, separation
from roadworthy.findings.state import FindingStatus, found
from roadworthy.findings.steps import applied, folded, open_again
from roadworthy.governance.model import ReviewTerms

RELEASE = "sha256:" + "a" * 64
OLDER = "sha256:" + "b" * 64
TEST = RegressionTest(case=CaseRef(task="leaks", sample="ask-7"))
TRIAGED = FindingTriaged(severity=Severity.WARN, likelihood=Likelihood.LIKELY, reason="seen")
FIXED = Fixed(release=RELEASE, reason="filtered")
VERIFIED = Verified(evidence="ev_1", reason="run again")


def finding(**given) -> Finding:
    values = {
        "id": "finding_1",
        "system": "desk",
        "fingerprint": fingerprint(rule="leaks", case="ask-7", component="desk"),
        "source": FindingSource.EVAL,
        "rule": "leaks",
        "title": "The word is told",
        "severity": Severity.WARN,
        "sighting": "run_1",
        "reported_by": "ada",
        "found_at": MONDAY,
    }
    return Finding(**(values | given))


def change(number, by, step, *, at=MONDAY):
    return FindingChange(of="finding_1", number=number, by=by, at=at, step=step)


def after(*steps, of=None):
    return folded(of or finding(), [change(n, by, step) for n, (by, step) in enumerate(steps, start=1)])


def seen(sighting="run_2", *, severity=Severity.WARN, release=None, observed_at=None):
    about = () if release is None else (Subject(kind="release", name="desk", digest=release),)
    return Seen(sighting=sighting, severity=severity, about=about, observed_at=observed_at)


CONFIRMED = (("bea", TRIAGED), ("bea", Confirmed(reason="so")), ("bea", OwnerAssigned(owner="cem")))
MENDED = (*CONFIRMED, ("cem", RemediationStarted()), ("cem", FIXED))
DONE = (*MENDED, ("bea", VERIFIED), ("bea", Closed(regression=TEST)))


def test_a_finding_goes_from_new_to_closed():
    statuses = [after(*DONE[:count]).status.value for count in range(len(DONE) + 1)]

    assert statuses == ["new", "triaged", "confirmed", "confirmed", "in_remediation", "fixed", "verified", "closed"]
    assert after(*DONE).regression == TEST


@pytest.mark.parametrize(
    ("steps", "by", "step", "why"),
    [
        ((), "ada", Dismissed(reason="x"), "ada reported it"),
        (CONFIRMED, "cem", Dismissed(reason="x"), "cem has to mend it"),
        (CONFIRMED, "cem", RiskAccepted(exception="e", reason="x"), "cem has to mend it"),
        (MENDED, "cem", VERIFIED, "cem mended it"),
        (DONE[:-1], "cem", Closed(regression=NoRegressionTest(reason="x")), "cem mended it, or had to: that there can"),
    ],
)
def test_duties_are_separate(steps, by, step, why):
    state = after(*steps)

    assert separation(state, change(state.number + 1, by, step)).says.startswith(why)
    assert separation(state, change(state.number + 1, "bea", step)) is None


def test_with_a_test_who_mended_it_may_close_it():
    state = after(*DONE[:-1])

    assert separation(state, change(7, "cem", Closed(regression=TEST))) is None


@pytest.mark.parametrize(
    ("by", "step", "because"),
    [
        ("dan", Dismissed(reason="x"), "not_in_role"),
        ("dan", OwnerAssigned(owner="ada"), None),
        ("bot", seen(), None),
        ("bot", OwnerAssigned(owner="ada"), "not_human"),
        ("bot", Dismissed(reason="x"), "not_human"),
        ("zoe", seen(), "unknown_person"),
        ("bea", OwnerAssigned(owner="zoe"), "unknown_person"),
        ("bea", OwnerAssigned(owner="bot"), "not_human"),
    ],
)
def test_the_governance_file_says_who_may(by, step, because):
    denied = refusal(change(1, by, step), governance=GOVERNANCE)

    assert (denied.because if denied else None) == because


@pytest.mark.parametrize(
    ("steps", "step"),
    [
        ((), FIXED),
        ((), VERIFIED),
        (CONFIRMED, Closed(regression=TEST)),
        (MENDED, Closed(regression=TEST)),
        (MENDED, Dismissed(reason="x")),
        (MENDED, RiskAccepted(exception="e", reason="x")),
        (DONE, FIXED),
        ((), FindingReopened(reason="x")),
        ((), RiskAccepted(exception="e", reason="x")),
    ],
)
def test_no_step_is_left_out(steps, step):
    state = after(*steps)

    assert f"that is {state.status.value} cannot be {step.step}" in impossible(
        state, change(state.number + 1, "bea", step)
    )


@pytest.mark.parametrize("count", [5, 6, 7], ids=["fixed", "verified", "closed"])
def test_what_was_mended_and_is_seen_again_is_open_again(count):
    state = after(*DONE[:count], ("bot", seen()))

    assert state.status is FindingStatus.REOPENED
    assert state.status.is_open
    assert (state.count, state.fixed_in, state.verified_with, state.regression) == (2, None, None, None)
    assert "is seen again" in state.reason


@pytest.mark.parametrize(
    ("count", "again", "status"),
    [
        (5, seen(release=OLDER), FindingStatus.FIXED),
        (5, seen(release=RELEASE), FindingStatus.REOPENED),
        (6, seen(release=OLDER), FindingStatus.REOPENED),
        (7, seen(observed_at=MONDAY - timedelta(hours=1)), FindingStatus.CLOSED),
        (7, seen(observed_at=MONDAY + timedelta(hours=1)), FindingStatus.REOPENED),
    ],
    ids=["not-yet-fixed-there", "fixed-there", "after-verifying", "seen-before-the-fix", "seen-after-it"],
)
def test_only_a_sighting_that_may_have_the_fix_says_that_it_does_not_hold(count, again, status):
    state = after(*DONE[:count], ("bot", again))

    assert (state.status, state.count) == (status, 2)


def test_one_report_counts_once_however_often_it_is_read():
    assert after(("bot", seen("run_1")), ("bot", seen("run_2")), ("bot", seen("run_2"))).count == 2


def test_what_was_dismissed_stays_so_unless_it_is_seen_worse():
    dismissed = ("bea", Dismissed(reason="by design"))

    assert after(dismissed, ("bot", seen())).status is FindingStatus.DISMISSED
    worse = after(dismissed, ("bot", seen(severity=Severity.BLOCK)))
    assert (worse.status, worse.severity) == (FindingStatus.REOPENED, Severity.BLOCK)


def test_a_finding_seen_worse_is_worse_and_seen_milder_is_not_milder():
    assert after(("bot", seen(severity=Severity.BLOCK))).severity is Severity.BLOCK
    assert after(("bot", seen(severity=Severity.INFO))).severity is Severity.WARN


ACCEPTED = (*CONFIRMED, ("bea", RiskAccepted(exception="exception_1", reason="until March")))


@pytest.mark.parametrize("steps", [ACCEPTED, DONE[:-1], DONE], ids=["accepted", "verified", "closed"])
def test_a_finding_is_open_again_when_what_bore_it_out_falls_away(steps):
    state = after(*steps)
    ended = open_again(state, because="it was recalled")

    assert open_again(state, because="") == state
    assert (ended.status, ended.status.is_open, ended.ended_at) == (FindingStatus.REOPENED, True, None)
    assert (ended.reason, ended.verified_with, ended.accepted_with) == ("it was recalled", None, None)


@pytest.mark.parametrize("steps", [(), CONFIRMED, MENDED, (("bea", Dismissed(reason="x")),)])
def test_nothing_falls_away_from_a_finding_that_rests_on_nothing(steps):
    assert open_again(after(*steps), because="it was recalled") == after(*steps)


def test_work_goes_on_where_what_bore_it_out_fell_away_without_a_step_of_its_own():
    first = [change(n, by, step) for n, (by, step) in enumerate(ACCEPTED, start=1)]
    mended = change(5, "cem", FIXED)
    told = replace(mended, reopened_because="exception_1 ended")

    with pytest.raises(ValueError, match="that is risk_accepted cannot be fixed"):
        folded(finding(), [*first, mended])
    assert folded(finding(), [*first, told]).status is FindingStatus.FIXED


@pytest.mark.parametrize(
    ("by", "step", "why"),
    [
        ("cem", Dismissed(reason="x"), "cem has to mend it, or had to"),
        ("cem", RiskAccepted(exception="e", reason="x"), "cem has to mend it, or had to"),
        ("cem", replace(TRIAGED, severity=Severity.INFO), "says that it is less bad"),
    ],
)
def test_handing_it_on_does_not_let_who_had_to_mend_it_say_that_it_stays(by, step, why):
    state = after(*CONFIRMED, ("cem", OwnerAssigned(owner="eve")))

    assert why in separation(state, change(state.number + 1, by, step)).says


@pytest.mark.parametrize("who", ["cem", "eve", "bea"])
def test_nobody_who_was_to_mend_it_verifies_that_somebody_pressed_the_button_for_them(who):
    """Cem owns it, eve set about it, bea says that it is fixed: none of them verifies it."""
    state = after(*CONFIRMED, ("eve", RemediationStarted()), ("bea", FIXED))

    assert f"{who} mended it, or had to" in separation(state, change(state.number + 1, who, VERIFIED)).says


def test_who_mended_it_once_may_verify_what_another_mends_when_it_comes_back():
    state = after(*DONE, ("bot", seen()), ("bea", OwnerAssigned(owner="eve")), ("eve", FIXED))

    assert separation(state, change(state.number + 1, "bea", VERIFIED)) is None
    assert separation(state, change(state.number + 1, "eve", VERIFIED)) is not None


def test_who_has_to_mend_it_may_say_that_it_is_worse():
    state = after(*CONFIRMED)

    assert separation(state, change(4, "cem", replace(TRIAGED, severity=Severity.BLOCK))) is None


def test_only_what_the_policy_asks_for_and_somebody_confirmed_is_a_violation():
    asked = finding(policy_grade=True)

    assert after(*CONFIRMED, of=asked).is_violation
    assert not after(*CONFIRMED).is_violation
    assert not after(("bea", TRIAGED), of=asked).is_violation
    assert not after(*DONE, of=asked).is_violation


def test_the_fingerprint_tells_rule_case_and_component_apart():
    told = {
        fingerprint(rule=r, case=c, component=k)
        for r, c, k in [("a", "b", "c"), ("ab", "", "c"), ("a", "bc", ""), ("a", "c", "b"), ("a", 'b","c', "")]
    }
    assert len(told) == 5


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"title": " "}, "the title is empty"),
        ({"title": "x" * 301}, "at most 300 are kept"),
        ({"title": "a\nb"}, "one line of text each"),
        ({"rule": "a\x1b[2J"}, "one line of text each"),
        ({"controls": ("a\x1b[2J",)}, "one line of text each"),
        ({"place": "x" * 1001}, "at most 1000 are kept"),
        ({"fingerprint": "F" * 32}, "is not a fingerprint"),
        ({"transcripts": ("said",)}, "is not a sha256 digest"),
        ({"found_at": datetime(2026, 1, 1)}, "must be timezone-aware"),  # noqa: DTZ001 - a naive time is the point
    ],
)
def test_a_finding_that_says_nothing_or_too_much_is_refused(given, why):
    with pytest.raises(ValueError, match=why):
        finding(**given)


@pytest.mark.parametrize(
    "slipped",
    [change(2, "ada", TRIAGED), change(1, "ada", Dismissed(reason="x")), change(1, "bea", VERIFIED)],
    ids=["gap", "own", "left-out"],
)
def test_a_change_that_was_slipped_in_does_not_read(slipped):
    with pytest.raises(ValueError, match=r"is missing or there twice|does not hold"):
        folded(finding(), [slipped])


TERMS = ReviewTerms(finding_days={Severity.WARN: 5, Severity.BLOCK: 1})


def due_at(state, days):
    return due(state, now=MONDAY + timedelta(days=days), working=working(), terms=TERMS)


def test_the_time_to_mend_it_goes_by_severity_in_working_time():
    assert due_at(found(finding()), 1).due_at == MONDAY + timedelta(days=7)
    assert due_at(found(finding(severity=Severity.BLOCK)), 1).due_at == MONDAY + timedelta(days=1)
    assert due_at(found(finding(severity=Severity.INFO)), 1).due_at is None


def test_a_finding_is_overdue_only_while_it_is_open_or_if_it_was_done_too_late():
    assert not due_at(found(finding()), 7).is_breached
    assert due_at(found(finding()), 8).is_breached
    assert not due_at(after(*DONE), 100).is_breached
    late = [change(n, by, s, at=MONDAY + timedelta(days=20)) for n, (by, s) in enumerate(DONE, start=1)]
    assert due_at(folded(finding(), late), 100).is_breached


def test_said_to_be_mended_is_not_mended():
    assert due_at(after(*MENDED), 100).is_breached


def test_the_list_begins_with_the_worst_that_is_open():
    states = [
        found(finding(id="finding_mild", severity=Severity.INFO)),
        found(finding(id="finding_unknown")),
        found(finding(id="finding_rare", likelihood=Likelihood.RARE)),
        found(finding(id="finding_bad", severity=Severity.BLOCK)),
        after(*DONE, of=finding()),
    ]
    order = [state.finding.id for state, _ in in_order_of_risk((state, due_at(state, 1)) for state in states)]

    assert order == ["finding_bad", "finding_unknown", "finding_rare", "finding_mild", "finding_1"]


STEPS = st.sampled_from(
    [step for _, step in DONE]
    + [seen("run_2"), seen("run_3"), Dismissed(reason="x"), FindingReopened(reason="x"), Confirmed(reason="x")]
    + [Closed(regression=NoRegressionTest(reason="x")), RiskAccepted(exception="e", reason="x")]
)
PEOPLE = st.sampled_from(["ada", "bea", "bea", "cem", "cem", "dan", "bot"])


@given(
    st.integers(0, len(DONE)),
    st.lists(st.tuples(PEOPLE, STEPS), max_size=30),
)
def test_no_sequence_of_steps_closes_a_finding_without_two_people_and_a_test_or_a_reason(begun, attempts):
    state = after(*DONE[:begun])
    for by, step in attempts:
        wanted = change(state.number + 1, by, step, at=datetime(2026, 4, 1, tzinfo=UTC))
        if fault(state, wanted) or refusal(wanted, governance=GOVERNANCE):
            continue
        before, state = state, applied(state, wanted)
        if state.status is FindingStatus.VERIFIED and before.status is not FindingStatus.VERIFIED:
            assert by != state.fixed_by
        if state.status is FindingStatus.CLOSED:
            assert state.regression is not None
            assert state.verified_with is not None
            assert state.fixed_in is not None
        assert (state.ended_at is None) == state.status.is_open


def test_every_step_has_its_guard():
    kinds = {type(step) for _, step in DONE} | {Seen, Dismissed, FindingReopened, RiskAccepted}
    assert {one.__dataclass_fields__["step"].default for one in kinds} == MOVES.keys()
