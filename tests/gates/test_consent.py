"""Whether people consent to the release, as the last step of a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.consenting_people import (
    EARLIER,
    EXCEPTION_NEEDS_RISK,
    PEOPLE,
    RELEASE_NEEDS_CLEO,
    answer,
    approved,
    both,
    consent_rule,
    exception,
    governance,
    held_exception,
    request,
    withdrawal,
)
from fakes.gate_world import (
    NOW,
    bar,
    component,
    fact_check,
    held,
    judge,
    measure_check,
    measurement,
    release,
    rule,
    run_evidence,
)
from roadworthy.approvals.model import Answer, Condition, Consents
from roadworthy.approvals.standing import ConsentState
from roadworthy.core.digest import digest_of
from roadworthy.gates.model import Verdict
from roadworthy.gates.oversight.consenting import Oversight, payload_of, verdict_with
from roadworthy.governance.model import ConsentKind

HOLDS = rule(fact_check("true"), id="base/holds")
UNMET = rule(fact_check("false"), id="base/unmet")
RULES = governance(rules=(RELEASE_NEEDS_CLEO, EXCEPTION_NEEDS_RISK))


def asked(*rules, by="ada", oversight=None, of=None, **changes):
    """A request for exactly what would be decided on now."""
    base = oversight or Oversight(governance=RULES)
    return request(payload_of(judge(*rules, oversight=base, of=of)), by=by, **changes)


def said(requested, *answers, **changes):
    return Oversight(governance=RULES, consents=Consents(requests=(requested,), approvals=answers), **changes)


def test_without_a_governance_file_nobody_is_asked_and_that_is_shown():
    decision = judge(HOLDS)

    assert (decision.verdict, decision.consent, decision.governance) == (Verdict.SHIP, None, None)


def test_a_tier_without_a_rule_for_releases_asks_for_nobody():
    decision = judge(HOLDS, oversight=Oversight(governance=governance(rules=())))

    assert decision.verdict is Verdict.SHIP
    assert decision.consent.state is ConsentState.NOT_ASKED_FOR


def test_a_release_that_nobody_approved_cannot_be_told():
    decision = judge(HOLDS, oversight=Oversight(governance=RULES))

    assert (decision.verdict, decision.consent.state) == (Verdict.CANNOT_TELL, ConsentState.NOT_REQUESTED)
    assert "not approved: nobody asked" in decision.summary
    assert decision.governance == digest_of(RULES)


def test_an_approved_release_ships_until_the_approval_ends():
    requested = asked(HOLDS)
    yes = answer(requested, "cleo", "release_manager", until=NOW + timedelta(days=3))
    decision = judge(HOLDS, oversight=said(requested, yes))

    assert (decision.verdict, decision.consent.approvers) == (Verdict.SHIP, ("cleo",))
    assert decision.valid_until == NOW + timedelta(days=3)


@pytest.mark.parametrize(
    ("by", "role", "how"),
    [
        pytest.param("ada", "release_manager", {}, id="who asked, in a role that is not theirs"),
        pytest.param("ben", "release_manager", {}, id="somebody without the role"),
        pytest.param("robot", "release_manager", {}, id="a service"),
        pytest.param("nobody", "release_manager", {}, id="somebody unknown"),
        pytest.param("cleo", "release_manager", {"holds": False}, id="a signature that does not hold"),
        pytest.param("cleo", "release_manager", {"until": NOW}, id="an approval that has just ended"),
        pytest.param("cleo", "release_manager", {"says": Answer.ABSTAIN}, id="an abstention"),
        pytest.param("cleo", "release_manager", {"at": EARLIER - timedelta(days=1)}, id="dated before the request"),
    ],
)
def test_what_does_not_count_is_no_consent(by, role, how):
    requested = asked(HOLDS)
    decision = judge(HOLDS, oversight=said(requested, answer(requested, by, role, **how)))

    assert decision.verdict is Verdict.CANNOT_TELL


def test_a_rejection_blocks():
    requested = asked(HOLDS)
    no = answer(requested, "cleo", "release_manager", says=Answer.REJECT)
    decision = judge(HOLDS, oversight=said(requested, no))

    assert (decision.verdict, decision.consent.state) == (Verdict.BLOCKED, ConsentState.REJECTED)


def test_an_edit_after_the_approval_voids_it_and_says_what_changed():
    requested = asked(HOLDS)
    yes = answer(requested, "cleo", "release_manager")
    edited = release(component("agent", type="agent", uses=("answer",)), component("answer", content="v2"))
    decision = judge(HOLDS, of=edited, tasks=(), oversight=said(requested, yes))

    assert (decision.verdict, decision.consent.state) == (Verdict.CANNOT_TELL, ConsentState.VOIDED)
    assert "release" in decision.consent.changed
    assert "since cleo looked" in decision.consent.reason


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"facts": {"release": {"system": "desk", "version": "other"}}}, id="facts"),
        pytest.param({"evidence": held(run_evidence())}, id="evidence"),
        pytest.param({"tasks": ()}, id="tasks"),
    ],
)
def test_whatever_is_bound_voids_the_approval_when_it_changes(how):
    requested = asked(HOLDS)
    yes = answer(requested, "cleo", "release_manager")
    decision = judge(HOLDS, oversight=said(requested, yes), **how)

    assert decision.consent.state is ConsentState.VOIDED
    assert set(decision.consent.changed) == set(how)


def test_a_policy_that_changed_voids_the_approval():
    requested = asked(HOLDS)
    yes = answer(requested, "cleo", "release_manager")
    decision = judge(HOLDS, rule(fact_check("true"), id="base/new"), oversight=said(requested, yes))

    assert decision.consent.changed == ("policy",)


def excepted(one, *answers, requested=None):
    """Oversight with an approved exception, and answers to a request for the release."""
    consents = both(approved(one), Consents(requests=() if requested is None else (requested,), approvals=answers))
    return Oversight(governance=RULES, exceptions=(held_exception(one),), consents=consents)


def test_an_exception_that_comes_after_the_approval_voids_it():
    one = exception("base/unmet")
    requested = asked(UNMET, HOLDS)
    yes = answer(requested, "cleo", "release_manager")
    decision = judge(UNMET, HOLDS, oversight=excepted(one, yes, requested=requested))

    assert decision.consent.changed == ("exceptions",)
    assert decision.verdict is Verdict.CANNOT_TELL


def test_who_approved_an_exception_does_not_approve_the_release_that_ships_on_it():
    one = exception("base/unmet")
    rules = governance(rules=(consent_rule(ConsentKind.RELEASE, "risk_reviewer"), EXCEPTION_NEEDS_RISK))
    base = replace(excepted(one), governance=rules)
    requested = request(payload_of(judge(UNMET, HOLDS, oversight=base)), id="request_2")

    def with_answer(by):
        consents = both(
            base.consents, Consents(requests=(requested,), approvals=(answer(requested, by, "risk_reviewer"),))
        )
        return judge(UNMET, HOLDS, oversight=replace(base, consents=consents))

    assert with_answer("ben").verdict is Verdict.CANNOT_TELL
    assert with_answer("dora").verdict is Verdict.CONDITIONS


def test_a_release_that_is_refuted_stays_blocked_whoever_approves_it():
    requested = asked(UNMET, HOLDS)
    decision = judge(UNMET, HOLDS, oversight=said(requested, answer(requested, "cleo", "release_manager")))

    assert (decision.verdict, decision.consent.state) == (Verdict.BLOCKED, ConsentState.APPROVED)


def test_an_approval_on_condition_ends_when_the_condition_is_due():
    requested = asked(HOLDS)
    due = (NOW + timedelta(days=1)).date()
    yes = answer(
        requested,
        "cleo",
        "release_manager",
        says=Answer.APPROVE_WITH_CONDITIONS,
        conditions=(Condition(text="watch it", due=due),),
    )
    decision = judge(HOLDS, oversight=said(requested, yes))

    assert decision.verdict is Verdict.SHIP
    assert decision.valid_until.date() == due + timedelta(days=1)
    late = decision.valid_until
    assert judge(HOLDS, oversight=said(requested, yes), now=late).verdict is Verdict.CANNOT_TELL


def test_a_loosened_bar_is_a_condition_and_is_bound_by_name():
    piece = held(run_evidence(measurement(failures=0, trials=1000), bars=(bar(threshold=0.01),)))
    loosened = rule(measure_check(threshold=0.2))
    decision = judge(loosened, evidence=piece)
    same = judge(rule(measure_check(threshold=0.01)), evidence=piece)

    assert decision.results[0].bar_moved
    assert (decision.verdict, same.verdict) == (Verdict.CONDITIONS, Verdict.SHIP)
    assert "1 bar was loosened" in decision.summary
    names = {item.name for item in payload_of(decision).bound}
    assert names - {item.name for item in payload_of(same).bound} == {"moved_bars"}


@given(st.sampled_from(Verdict), st.sampled_from(ConsentState))
def test_consent_never_makes_a_verdict_better(verdict, state):
    order = [Verdict.SHIP, Verdict.CONDITIONS, Verdict.CANNOT_TELL, Verdict.BLOCKED]
    consent = replace(judge(HOLDS, oversight=Oversight(governance=RULES)).consent, state=state)
    after = verdict_with(verdict, consent)

    assert order.index(after) >= order.index(verdict)
    assert state.is_consent or after in (Verdict.CANNOT_TELL, Verdict.BLOCKED)


def test_taking_an_approval_back_ends_the_consent():
    requested = asked(HOLDS)
    yes = answer(requested, "cleo", "release_manager")
    oversight = said(requested, yes)
    taken = replace(oversight.consents, withdrawals=(withdrawal(yes.approval.id, by="cleo"),))

    assert judge(HOLDS, oversight=replace(oversight, consents=taken)).verdict is Verdict.CANNOT_TELL


def test_somebody_who_left_the_file_approves_nothing_any_more():
    requested = asked(HOLDS)
    yes = answer(requested, "cleo", "release_manager")
    people = (*(one for one in PEOPLE if one.id != "cleo"), replace(PEOPLE[2], id="carl", keys=()))
    oversight = replace(said(requested, yes), governance=replace(RULES, people=people))

    assert judge(HOLDS, oversight=oversight).verdict is Verdict.CANNOT_TELL
