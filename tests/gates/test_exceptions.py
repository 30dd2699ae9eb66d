"""What exceptions do to a decision: they let through what people approved, until a day, and hide nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.consenting_people import (
    EARLIER,
    PEOPLE,
    answer,
    approved,
    both,
    ended,
    exception,
    governance,
    held_exception,
    person,
    request,
    withdrawal,
)
from fakes.gate_world import (
    NOW,
    component,
    declared,
    evidence_check,
    fact_check,
    held,
    judge,
    policy,
    release,
    rule,
)
from roadworthy.approvals.model import Answer, Consents
from roadworthy.core.digest import digest_of
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.exceptions.model import ComponentScope, ExceptionState, ReleaseScope
from roadworthy.exceptions.standing import exception_payload
from roadworthy.gates.model import RuleOutcome, Verdict
from roadworthy.gates.oversight.consenting import Oversight
from roadworthy.gates.replay import differences
from roadworthy.governance.model import ActorKind, ExceptionTerms

UNMET = rule(fact_check("false"), id="base/unmet")
HOLDS = rule(fact_check("true"), id="base/holds")
ONE = exception("base/unmet")


def over(*exceptions, consents=None, rules=None, **changes):
    pure = [one.exception if hasattr(one, "exception") else one for one in exceptions]
    return Oversight(
        governance=rules or governance(),
        exceptions=tuple(one if hasattr(one, "exception") else held_exception(one) for one in exceptions),
        consents=consents if consents is not None else approved(*pure),
        **changes,
    )


def verdict(*rules, oversight, **how):
    return judge(*(rules or (UNMET, HOLDS)), oversight=oversight, **how).verdict


def test_an_approved_exception_lets_a_release_through_on_conditions():
    decision = judge(UNMET, HOLDS, oversight=over(ONE))
    result = next(r for r in decision.results if r.rule == "base/unmet")

    assert judge(UNMET, HOLDS).verdict is Verdict.BLOCKED
    assert decision.verdict is Verdict.CONDITIONS
    assert (result.outcome, result.exceptions) == (RuleOutcome.FAIL, ("exception_1",))
    assert decision.exceptions[0].waived == ("base/unmet",)
    assert decision.valid_until <= ONE.expires_at
    assert "let through by 1 exception" in decision.summary


@pytest.mark.parametrize(
    ("broken", "outcome"),
    [
        pytest.param(rule(fact_check("false"), id="base/unmet"), RuleOutcome.FAIL, id="refuted"),
        pytest.param(rule(fact_check("system.owner == 'me'"), id="base/unmet"), RuleOutcome.MISSING, id="missing"),
        pytest.param(rule(evidence_check(), id="base/unmet"), RuleOutcome.STALE, id="stale"),
    ],
)
def test_what_does_not_hold_can_be_excepted_whatever_it_lacks(broken, outcome):
    pieces = held(declared(age=timedelta(days=300)))
    decision = judge(broken, HOLDS, evidence=pieces, oversight=over(ONE))

    assert decision.results[0].outcome is outcome
    assert decision.verdict is Verdict.CONDITIONS


def test_an_error_is_never_excepted():
    broken = rule(fact_check("1 / 0 == 1"), id="base/unmet")
    decision = judge(broken, HOLDS, oversight=over(ONE))

    assert decision.results[0].outcome is RuleOutcome.ERROR
    assert (decision.verdict, decision.exceptions[0].waived) == (Verdict.CANNOT_TELL, ())


def test_a_rule_that_nobody_may_waive_is_not():
    fixed = replace(UNMET, who_may_waive=())

    assert verdict(fixed, HOLDS, oversight=over(ONE)) is Verdict.BLOCKED


@pytest.mark.parametrize(
    ("oversight", "state", "match"),
    [
        pytest.param(
            Oversight(exceptions=(held_exception(ONE),)), ExceptionState.REQUESTED, "not approved", id="no governance"
        ),
        pytest.param(over(ONE, consents=Consents()), ExceptionState.REQUESTED, "nobody asked", id="nobody asked"),
        pytest.param(
            over(ONE, consents=replace(approved(ONE), approvals=())),
            ExceptionState.REQUESTED,
            "still to approve",
            id="nobody answered",
        ),
        pytest.param(
            over(ONE, consents=approved(ONE, by="ada")), ExceptionState.REQUESTED, "still to approve", id="own request"
        ),
        pytest.param(
            over(ONE, consents=approved(ONE, by="cleo", role="release_manager")),
            ExceptionState.REQUESTED,
            "still to approve",
            id="somebody without a seat",
        ),
        pytest.param(
            over(ONE, consents=approved(ONE, by="robot")), ExceptionState.REQUESTED, "still to approve", id="a service"
        ),
        pytest.param(over(ended(ONE)), ExceptionState.REVOKED, "cleo revoked it", id="revoked"),
        pytest.param(over(ended(ONE, end="resolved")), ExceptionState.RESOLVED, "resolved", id="resolved"),
        pytest.param(
            over(ended(ONE, at=NOW + timedelta(days=9))), ExceptionState.REVOKED, "revoked", id="an end dated later"
        ),
        pytest.param(
            over(ONE, rules=governance(exceptions=ExceptionTerms(max_days={RiskTier.HIGH: 3}, compensated_tiers=()))),
            ExceptionState.UNREADABLE,
            "allows 3",
            id="longer than the terms of today",
        ),
        pytest.param(
            over(replace(ONE, starts_at=NOW + timedelta(minutes=1))),
            ExceptionState.APPROVED,
            "it starts on",
            id="not begun",
        ),
    ],
)
def test_what_is_not_active_lets_nothing_through(oversight, state, match):
    decision = judge(UNMET, HOLDS, oversight=oversight)
    (standing,) = decision.exceptions

    assert decision.verdict is Verdict.BLOCKED
    assert (standing.state, standing.effective, standing.waived) == (state, False, ())
    assert match in standing.reason
    assert decision.results[0].exceptions == ()


def test_an_approval_that_was_taken_back_ends_an_exception():
    consents = approved(ONE)
    taken = replace(consents, withdrawals=(withdrawal(consents.approvals[0].approval.id, by="ben"),))

    assert verdict(oversight=over(ONE, consents=taken)) is Verdict.BLOCKED


def test_a_rejection_beats_an_approval():
    consents = approved(ONE)
    no = answer(consents.requests[0], "dora", "risk_reviewer", says=Answer.REJECT, at=NOW - timedelta(hours=1))
    decision = judge(UNMET, HOLDS, oversight=over(ONE, consents=replace(consents, approvals=(*consents.approvals, no))))

    assert decision.verdict is Verdict.BLOCKED
    assert decision.exceptions[0].state is ExceptionState.REJECTED


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        pytest.param(ONE.expires_at - timedelta(seconds=1), Verdict.CONDITIONS, id="a second before"),
        pytest.param(ONE.expires_at, Verdict.BLOCKED, id="on the minute"),
    ],
)
def test_an_exception_ends_on_the_minute_and_no_job_is_needed(at, wanted):
    assert verdict(oversight=over(ONE), now=at) is wanted


def test_an_exception_counts_only_while_what_compensates_it_holds():
    compensated = replace(ONE, compensating=("base/holds",))
    broken = replace(HOLDS, require=fact_check("false"), severity=Severity.INFO)

    assert verdict(oversight=over(compensated)) is Verdict.CONDITIONS
    decision = judge(UNMET, broken, oversight=over(compensated))
    assert decision.verdict is Verdict.BLOCKED
    assert decision.exceptions[0].failing == ("base/holds",)


def test_what_compensates_cannot_be_excepted_itself():
    first = replace(ONE, compensating=("base/holds",))
    second = exception("base/holds", id="exception_2")
    broken = replace(HOLDS, require=fact_check("false"))
    decision = judge(UNMET, broken, oversight=over(first, second))

    assert decision.verdict is Verdict.BLOCKED
    assert [s.waived for s in decision.exceptions] == [(), ("base/holds",)]


def test_two_exceptions_cannot_compensate_each_other():
    first = replace(ONE, compensating=("base/holds",))
    second = exception("base/holds", id="exception_2", compensating=("base/unmet",))
    broken = replace(HOLDS, require=fact_check("false"))

    assert [s.waived for s in judge(UNMET, broken, oversight=over(first, second)).exceptions] == [(), ()]


def test_a_tier_that_asks_for_compensation_gets_it():
    strict = governance(exceptions=ExceptionTerms())

    assert verdict(oversight=over(ONE, rules=strict)) is Verdict.BLOCKED
    assert verdict(oversight=over(replace(ONE, compensating=("base/holds",)), rules=strict)) is Verdict.CONDITIONS


def test_a_tier_that_rose_ends_an_exception():
    strict = policy(UNMET, HOLDS, tier=RiskTier.CRITICAL)
    decision = judge(binding=strict, oversight=over(ONE))

    assert decision.verdict is Verdict.BLOCKED
    assert "tier rose from high to critical" in decision.exceptions[0].reason


def test_two_exceptions_on_one_rule_with_different_scopes_both_work():
    agent = component("agent", type="agent", uses=("answer", "model"))
    other_release = exception("base/unmet", id="exception_0", scope=ReleaseScope(release=digest_of("another")))
    here = exception("base/unmet", id="exception_2", scope=ComponentScope(component="agent", digest=agent.digest))
    decision = judge(UNMET, HOLDS, oversight=over(ONE, other_release, here))

    assert decision.results[0].exceptions == ("exception_1", "exception_2")
    assert decision.verdict is Verdict.CONDITIONS
    later = release(agent, component("answer", content="v2"), component("model", type="hosted_model"), version="2")
    assert judge(UNMET, HOLDS, of=later, oversight=over(ONE, here)).results[0].exceptions == ("exception_2",)


def test_a_rule_that_holds_is_not_reported_as_excepted():
    decision = judge(HOLDS, oversight=over(exception("base/holds")))

    assert decision.verdict is Verdict.SHIP
    assert (decision.results[0].exceptions, decision.exceptions[0].waived) == ((), ())
    assert decision.exceptions[0].effective


def test_who_approves_must_be_somebody_who_may_waive_every_rule_that_is_named():
    private = replace(UNMET, id="base/private", who_may_waive=("privacy",))
    wide = exception("base/unmet", "base/private")
    decision = judge(UNMET, private, HOLDS, oversight=over(wide))

    assert decision.verdict is Verdict.BLOCKED
    assert "nobody who may waive base/private approved it" in decision.exceptions[0].reason
    people = (*(one for one in PEOPLE if one.id != "ben"), person("ben", "risk_reviewer", "privacy"))
    assert verdict(UNMET, private, HOLDS, oversight=over(wide, rules=governance(people=people))) is Verdict.CONDITIONS


def test_a_request_in_anothers_name_does_not_get_round_the_separation_of_duties():
    digest = digest_of(ONE)
    asked = request(exception_payload(ONE, digest), by="dora", about=ONE.id)
    said = Consents(requests=(asked,), approvals=(answer(asked, "ben", "risk_reviewer"),))
    mine = replace(ONE, requested_by="ben")
    again = request(exception_payload(mine, digest_of(mine)), by="dora", about=mine.id)
    own = Consents(requests=(again,), approvals=(answer(again, "ben", "risk_reviewer"),))

    assert verdict(oversight=over(ONE, consents=said)) is Verdict.CONDITIONS
    decision = judge(UNMET, HOLDS, oversight=over(mine, consents=own))
    assert decision.verdict is Verdict.BLOCKED
    assert "ben asked for it" in decision.exceptions[0].reason


def test_consent_to_one_exception_says_nothing_of_another():
    other = exception("base/unmet", id="exception_2", justification="something else")

    assert verdict(oversight=over(ONE, consents=approved(other))) is Verdict.BLOCKED
    assert verdict(oversight=over(replace(ONE, justification="edited"), consents=approved(ONE))) is Verdict.BLOCKED


def test_a_person_turned_into_a_service_has_approved_nothing():
    people = (*(one for one in PEOPLE if one.id != "ben"), person("ben", kind=ActorKind.SERVICE))

    assert verdict(oversight=over(ONE, rules=governance(people=people))) is Verdict.BLOCKED


def test_an_exception_of_another_system_or_of_rules_that_there_are_not_is_left_out():
    foreign, gone = exception("base/unmet", system="shop"), exception("base/gone", id="exception_2")

    assert judge(UNMET, HOLDS, oversight=over(foreign, gone)).exceptions == ()


def test_a_rule_that_the_policy_has_no_longer_does_not_end_an_exception_for_the_others():
    wide = exception("base/gone", "base/unmet")

    assert verdict(oversight=over(wide)) is Verdict.CONDITIONS


def test_a_warning_that_is_excepted_still_ships_on_conditions_only():
    warning = replace(UNMET, severity=Severity.WARN)

    assert verdict(warning, HOLDS, oversight=over(ONE)) is Verdict.CONDITIONS


_RULES = st.lists(st.sampled_from(["base/unmet", "base/holds", "base/gone"]), min_size=1, max_size=2, unique=True)


@st.composite
def _oversights(draw):
    found, said = [], []
    for index in range(draw(st.integers(0, 3))):
        starts = EARLIER + timedelta(days=draw(st.integers(0, 4)))
        one = exception(
            *draw(_RULES),
            id=f"exception_{index}",
            starts_at=starts,
            expires_at=starts + timedelta(days=draw(st.integers(1, 40))),
            system=draw(st.sampled_from(["desk", "shop"])),
        )
        found.append(ended(one) if draw(st.booleans()) and index == 2 else held_exception(one))
        if draw(st.booleans()):
            said.append(approved(one, by=draw(st.sampled_from(["ada", "ben", "robot"]))))
    return Oversight(governance=governance(), exceptions=tuple(found), consents=both(*said))


@settings(max_examples=60)
@given(_oversights(), st.booleans())
def test_no_exception_makes_a_release_ship_without_conditions_or_changes_what_was_found(oversight, holds):
    second = HOLDS if holds else replace(HOLDS, require=fact_check("false"))
    plain, decision = judge(UNMET, second), judge(UNMET, second, oversight=oversight)

    assert [(r.rule, r.outcome, r.reason) for r in decision.results] == [
        (r.rule, r.outcome, r.reason) for r in plain.results
    ]
    assert decision.verdict is not Verdict.SHIP
    assert {r.rule for r in decision.results if r.exceptions} == {w for s in decision.exceptions for w in s.waived}
    for standing in decision.exceptions:
        assert not standing.waived or (standing.effective and standing.consent.approvers == ("ben",))
        assert standing.effective or standing.reason


@settings(max_examples=30)
@given(_oversights())
def test_a_decision_with_exceptions_comes_out_the_same_again(oversight):
    first, again = (judge(UNMET, HOLDS, oversight=oversight) for _ in range(2))

    assert differences(first, again) == ()
