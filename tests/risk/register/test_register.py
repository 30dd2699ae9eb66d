"""The register: what is left is what is shown, and an acceptance ends by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.risk.register.model import (
    SCALES,
    AcceptanceSought,
    Closed,
    Rating,
    RegisterRisk,
    Reviewed,
    Treated,
    Treatment,
)
from roadworthy.risk.register.standing import Acceptance, AcceptanceStanding, RiskState, Support, standing_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def rating(severity=4, likelihood=4, exposure=3, detectability=3, *, irreversible=False) -> Rating:
    return Rating(
        severity=severity,
        likelihood=likelihood,
        exposure=exposure,
        detectability=detectability,
        irreversible=irreversible,
        rationale="seen",
    )


LESS = rating(2, 2, 3, 3)
RISK = RegisterRisk(
    id="R-1",
    system="desk",
    cause="users write what they like",
    event="the model obeys",
    consequence="money moves",
    threats=("T08", "T01", "T08"),
    inherent=rating(),
    origin="person",
    by="ada",
    at=NOW - 10 * DAY,
)


def treated(number=1, *, controls=("p/a",), residual=LESS, **changes) -> Treated:
    values = {
        "system": "desk",
        "of": "R-1",
        "number": number,
        "treatment": Treatment.MITIGATE if controls else Treatment.AVOID,
        "controls": controls,
        "owner": "ada",
        "residual": residual if controls else None,
        "plan": "check in code",
        "by": "ada",
        "at": NOW - 5 * DAY,
    }
    return Treated(**{**values, **changes})


def sought(number=1, *, at_most=None, until=NOW + DAY) -> AcceptanceSought:
    return AcceptanceSought(
        system="desk",
        of="R-1",
        number=number,
        statement=RISK.statement,
        rating=at_most or rating(),
        owner="ada",
        until=until,
        justification="low volume",
        by="ada",
        at=NOW - 2 * DAY,
    )


def consent(standing=AcceptanceStanding.APPROVED, *, number=1, until=None) -> Acceptance:
    return Acceptance(of="R-1", number=number, standing=standing, reason="said so", valid_until=until)


def stands(*changes, holding=(), acceptances=(), now=NOW):
    return standing_of(RISK, changes=changes, holding=holding, acceptances=acceptances, now=now)


def test_a_risk_that_nobody_touched_is_open_and_all_of_it_is_left():
    found = stands()

    assert (found.state, found.residual, found.support) == (RiskState.OPEN, RISK.inherent, Support.NOT_CLAIMED)
    assert found.threats == ("T01", "T08")


@pytest.mark.parametrize(
    ("holding", "support", "left"),
    [
        pytest.param((), Support.UNSUPPORTED, rating(), id="no control holds"),
        pytest.param(("p/a",), Support.UNSUPPORTED, rating(), id="one of two holds"),
        pytest.param(("p/a", "p/b"), Support.SUPPORTED, LESS, id="both hold"),
        pytest.param(("p/other",), Support.UNSUPPORTED, rating(), id="another one holds"),
    ],
)
def test_what_is_left_is_smaller_only_when_every_treating_control_holds(holding, support, left):
    found = stands(treated(controls=("p/a", "p/b")), holding=holding)

    assert (found.support, found.residual) == (support, left)
    assert found.claimed == LESS


ratings = st.builds(rating, *[st.integers(1, 5)] * 4, irreversible=st.booleans())


@given(claimed=ratings, holding=st.sets(st.sampled_from(["p/a", "p/b"])))
def test_nothing_is_better_than_inherent_without_support(claimed, holding):
    found = stands(treated(controls=("p/a", "p/b"), residual=claimed), holding=holding)

    if holding != {"p/a", "p/b"}:
        assert found.residual == RISK.inherent
    assert bool(found.residual.lower_than(RISK.inherent)) <= (found.support is Support.SUPPORTED)


@pytest.mark.parametrize(
    ("acceptance", "state"),
    [
        pytest.param((), RiskState.OPEN, id="nobody was asked"),
        pytest.param((consent(AcceptanceStanding.IN_REVIEW),), RiskState.DEVIATION_REQUESTED, id="asked"),
        pytest.param((consent(),), RiskState.DEVIATION_APPROVED, id="approved"),
        pytest.param((consent(AcceptanceStanding.NOT_APPROVED),), RiskState.OPEN, id="rejected or void"),
        pytest.param((consent(number=2),), RiskState.OPEN, id="another one was approved"),
        pytest.param((consent(until=NOW),), RiskState.OPEN, id="the consent ran out"),
    ],
)
def test_an_acceptance_counts_with_consent_alone(acceptance, state):
    found = stands(sought(), acceptances=acceptance)

    assert found.state is state
    assert (found.accepted_until is not None) == (state is RiskState.DEVIATION_APPROVED)


def test_an_acceptance_ends_on_its_minute_without_a_job():
    end = NOW + DAY

    assert stands(sought(until=end), acceptances=(consent(),), now=end - timedelta(seconds=1)).accepted_until == end
    assert stands(sought(until=end), acceptances=(consent(),), now=end).state is RiskState.OPEN


def test_an_acceptance_does_not_cover_what_became_graver():
    graver = Reviewed(system="desk", of="R-1", number=2, note="seen again", inherent=rating(5), by="ada", at=NOW - DAY)

    found = stands(sought(), graver, acceptances=(consent(),))

    assert found.state is RiskState.OPEN
    assert "graver" in found.reason


def test_what_was_accepted_as_mitigated_is_not_accepted_once_the_control_fails():
    changes = (treated(), sought(2, at_most=LESS))

    assert stands(*changes, holding=("p/a",), acceptances=(consent(number=2),)).accepted_until is not None
    assert stands(*changes, holding=(), acceptances=(consent(number=2),)).state is RiskState.OPEN


def closed(number=2, *, residual=LESS, is_gone=False) -> Closed:
    return Closed(
        system="desk", of="R-1", number=number, reason="done", residual=residual, is_gone=is_gone, by="cleo", at=NOW
    )


def test_a_change_after_closing_opens_it_again():
    again = Reviewed(system="desk", of="R-1", number=3, note="it came back", by="ada", at=NOW)

    assert stands(treated(), closed(), holding=("p/a",)).state is RiskState.CLOSED
    assert stands(treated(), closed(), again, holding=("p/a",)).state is RiskState.REMEDIATING


@pytest.mark.parametrize(
    ("changes", "holding", "why"),
    [
        ((treated(), closed()), (), "is not shown to be mitigated any more: p/a"),
        ((closed(1, residual=rating(), is_gone=True),), (), "the newest one has it again"),
        ((treated(controls=()), closed(residual=LESS)), (), "graver now than when it was closed"),
    ],
    ids=["control-fails", "there-again", "rated-graver"],
)
def test_a_closed_risk_is_open_again_when_what_closed_it_ends(changes, holding, why):
    found = stands(*changes, holding=holding)

    assert found.state is RiskState.OPEN
    assert why in found.reason


def test_a_risk_that_no_assessment_has_any_more_stays_closed_whatever_its_controls_do():
    changes = (treated(), closed(is_gone=True))

    assert (
        standing_of(RISK, changes=changes, holding=(), acceptances=(), now=NOW, is_gone=True).state is RiskState.CLOSED
    )


def test_changes_of_another_systems_risk_of_the_same_name_are_not_its_own():
    other = replace(treated(), system="bot")

    assert stands(other).treatment is None
    assert stands(other, treated()).treatment is Treatment.MITIGATE


def test_a_history_with_a_gap_is_refused():
    with pytest.raises(ValueError, match="change 1 is missing or there twice"):
        stands(treated(2))


@pytest.mark.parametrize(("holding", "overdue"), [((), True), (("p/a",), False)])
def test_a_deadline_binds_until_the_controls_hold(holding, overdue):
    late = treated(deadline=date(2026, 11, 20))

    assert stands(late, holding=holding).overdue is overdue
    assert not stands(replace(late, deadline=date(2026, 11, 21))).overdue


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("value", [0, 6, -1])
def test_a_scale_runs_from_1_to_5(scale, value):
    with pytest.raises(ValueError, match=f"`{scale}` must be in 1..5"):
        rating(**{scale: value})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: treated(treatment=Treatment.ACCEPT, controls=(), residual=None), "accepted by consent"),
        (lambda: treated(treatment=Treatment.MITIGATE, controls=(), residual=None), "controls go with `mitigate`"),
        (lambda: treated(treatment=Treatment.AVOID), "controls go with `mitigate`"),
        (lambda: treated(owner=" "), "names an owner"),
        (lambda: sought(until=NOW - 3 * DAY), "ends after it is asked for"),
        (lambda: replace(RISK, id="../x"), "risk id"),
        (lambda: replace(RISK, event=""), "`event` is empty"),
        (lambda: replace(RISK, at=datetime(2026, 1, 1)), "timezone-aware"),  # noqa: DTZ001 - that is the point
        (lambda: replace(rating(), rationale=" "), "rationale"),
    ],
)
def test_what_is_not_sound_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()
