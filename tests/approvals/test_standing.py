"""How consent stands: who counts, what voids it, and when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fakes.consent_world import (
    ASKED,
    DAY,
    HOUR,
    NOW,
    PEOPLE,
    RITA,
    SARA,
    approval,
    as_shown,
    conditional,
    consents,
    delegation,
    governance,
    key,
    met,
    payload,
    person,
    rejection,
    request,
    revoked,
    rule,
    standing,
    withdrawal,
)
from roadworthy.approvals.history import as_of
from roadworthy.approvals.model import Answer, Consents, HeldApproval
from roadworthy.approvals.payload import record_payload, release_payload
from roadworthy.approvals.permission import why_not_permitted
from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.approvals.standing import ConsentState, standing_of
from roadworthy.core.digest import digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.governance.model import ConsentKind, Person, RevocationReason, Seat


def with_keys(who: str, *keys: object) -> tuple[Person, ...]:
    return tuple(person(p.id, *p.roles, keys=keys) if p.id == who else p for p in PEOPLE)  # type: ignore[arg-type]


def test_two_people_in_the_two_roles_are_consent() -> None:
    found = standing(consents(RITA, SARA))

    assert found.state is ConsentState.APPROVED
    assert found.approvers == ("rita", "sara")
    assert found.missing == ()
    assert found.valid_until == ASKED + HOUR + 30 * DAY


def test_one_seat_that_is_empty_is_no_consent_and_is_named() -> None:
    found = standing(consents(RITA))

    assert found.state is ConsentState.IN_REVIEW
    assert found.missing == ("security",)
    assert found.valid_until is None


@pytest.mark.parametrize(
    ("flawed", "reason"),
    [
        pytest.param(approval("dora", "security"), "asked for it", id="the requester"),
        pytest.param(approval("rita", "security"), "rita is not security", id="a role that they do not hold"),
        pytest.param(approval("bot", "security"), "bot is a service", id="a service"),
        pytest.param(approval("agent", "security"), "agent is a agent", id="an agent"),
        pytest.param(approval("gone", "security"), "not in the governance file", id="somebody who left"),
        pytest.param(approval("sven", "legal"), "legal has no seat", id="a role without a seat"),
        pytest.param(approval("sara", "security", holds=False), "no key of sara", id="a signature that does not hold"),
        pytest.param(
            approval("sara", "security", at=ASKED + 2 * DAY, recorded_at=ASKED + HOUR),
            "dated after the moment",
            id="dated after the log took it in",
        ),
        pytest.param(approval("sara", "security", at=ASKED - DAY), "dated before the request", id="before the request"),
        pytest.param(
            approval("sara", "security", kind=ConsentKind.BUILD), "answers a request for build", id="another kind"
        ),
        pytest.param(
            approval("sara", "security", valid_until=NOW - HOUR), "it ended", id="an approval that its giver ended"
        ),
        pytest.param(approval("sara", "security", answer=Answer.ABSTAIN), "abstain is no approval", id="an abstention"),
    ],
)
def test_an_approval_that_does_not_count_says_why(flawed: HeldApproval, reason: str) -> None:
    found = standing(consents(RITA, flawed))

    (counted,) = (item for item in found.approvals if item.approval == flawed.approval.id)
    assert found.state is not ConsentState.APPROVED
    assert not counted.counts
    assert reason in counted.reason


@pytest.mark.parametrize(
    ("keys", "counts"),
    [
        pytest.param((key("sara", valid_until=ASKED + 2 * HOUR),), True, id="expired after it was recorded"),
        pytest.param((key("sara", valid_until=ASKED + HOUR),), False, id="expired when it was recorded"),
        pytest.param((key("sara", valid_from=ASKED + DAY),), False, id="not valid yet"),
        pytest.param((revoked("sara", RevocationReason.SUPERSEDED, ASKED + 2 * HOUR),), True, id="superseded later"),
        pytest.param((revoked("sara", RevocationReason.LEFT, ASKED + 2 * HOUR),), True, id="left later"),
        pytest.param((revoked("sara", RevocationReason.LEFT, ASKED),), False, id="left before"),
        pytest.param((revoked("sara", RevocationReason.COMPROMISED, ASKED + 9 * DAY),), False, id="compromised ever"),
        pytest.param((), False, id="no key"),
        pytest.param((key("sara", id="sara-2"),), False, id="another key than it names"),
    ],
)
def test_a_key_counts_by_when_the_log_took_in_what_it_signed(keys: tuple[object, ...], counts: bool) -> None:
    found = standing(consents(RITA, SARA), governance=governance(people=with_keys("sara", *keys)))

    assert (found.state is ConsentState.APPROVED) is counts


def test_one_person_does_not_fill_two_seats_where_two_people_are_needed() -> None:
    both = (approval("ralf", "release_manager"), approval("ralf", "security"))

    assert standing(consents(*both)).missing == ("another person",)
    assert standing(consents(*both, SARA)).state is ConsentState.APPROVED
    one_will_do = governance(consent=(rule(people=1),))
    assert standing(consents(*both), governance=one_will_do).state is ConsentState.APPROVED


def test_two_seats_of_a_role_need_two_people() -> None:
    two = governance(consent=(rule(quorum=(Seat(role="security", count=2),)),))

    assert standing(consents(SARA, approval("sara", "security", at=ASKED + 2 * HOUR)), governance=two).missing == (
        "security",
    )
    assert standing(consents(SARA, approval("sven", "security")), governance=two).state is ConsentState.APPROVED


def test_a_rejection_by_somebody_who_may_approve_rejects() -> None:
    found = standing(consents(RITA, SARA, rejection("sven", "security")))

    assert found.state is ConsentState.REJECTED
    assert found.reason == "sven rejected it"


@pytest.mark.parametrize(
    "no",
    [
        pytest.param(rejection("dora", "security"), id="not in that role"),
        pytest.param(rejection("sven", "legal"), id="a role without a seat"),
        pytest.param(rejection("sven", "security", holds=False), id="not signed"),
        pytest.param(rejection("bot", "security"), id="a service"),
    ],
)
def test_a_rejection_by_somebody_who_may_not_approve_changes_nothing(no: HeldApproval) -> None:
    assert standing(consents(RITA, SARA, no)).state is ConsentState.APPROVED


def test_a_person_s_later_answer_replaces_their_earlier_one() -> None:
    no, yes = rejection("sara", "security"), approval("sara", "security", at=ASKED + 2 * HOUR)
    earlier = approval("sara", "security", at=ASKED + HOUR / 2)

    assert standing(consents(RITA, no, yes)).state is ConsentState.APPROVED
    assert standing(consents(RITA, earlier, no)).state is ConsentState.REJECTED


def test_where_a_clock_was_set_back_the_stricter_of_two_answers_stands() -> None:
    no = rejection("sara", "security", at=ASKED, recorded_at=ASKED + HOUR)
    yes = approval("sara", "security", at=ASKED + HOUR, recorded_at=ASKED + HOUR)

    assert standing(consents(RITA, no, yes)).state is ConsentState.REJECTED


def test_a_flawed_later_answer_does_not_lift_a_rejection() -> None:
    later = approval("sara", "security", at=ASKED + 2 * HOUR, holds=False)

    assert standing(consents(RITA, rejection("sara", "security"), later)).state is ConsentState.REJECTED


def test_a_rejection_outlasts_its_giver_and_their_key() -> None:
    no = consents(RITA, SARA, rejection("sven", "security"))
    without = tuple(p for p in PEOPLE if p.id != "sven")
    stolen = with_keys("sven", revoked("sven", RevocationReason.COMPROMISED, ASKED))

    assert standing(no, governance=governance(people=without)).state is ConsentState.REJECTED
    assert standing(no, governance=governance(people=stolen)).state is ConsentState.REJECTED


def test_a_withdrawn_approval_counts_no_more_and_an_older_one_does_not_come_back() -> None:
    again = approval("sara", "security", at=ASKED + 2 * HOUR)
    back = withdrawal(again.approval.id, "sara")

    found = standing(consents(RITA, SARA, again, withdrawals=(back,)))
    assert found.state is ConsentState.IN_REVIEW
    assert found.missing == ("security",)
    assert "sara took it back" in found.reason


@pytest.mark.parametrize("by", ["rita", "dora"])
def test_somebody_else_s_withdrawal_changes_nothing(by: str) -> None:
    assert (
        standing(consents(RITA, SARA, withdrawals=(withdrawal(SARA.approval.id, by),))).state is ConsentState.APPROVED
    )


def test_a_request_is_taken_back_by_who_asked_and_by_nobody_else() -> None:
    back = consents(RITA, SARA, withdrawals=(withdrawal("request_1", "dora", holds=False),))
    other = consents(RITA, SARA, withdrawals=(withdrawal("request_1", "rita"),))

    assert standing(back).state is ConsentState.WITHDRAWN
    assert standing(other).state is ConsentState.APPROVED


def test_approvals_of_a_request_that_was_taken_back_do_not_count_for_the_next() -> None:
    again = request("request_2", requested_by="bot", requested_at=ASKED + 5 * HOUR)
    said = consents(
        RITA, SARA, requests=(request(), again), withdrawals=(withdrawal("request_1", "dora", holds=False),)
    )

    assert standing(said).state is not ConsentState.APPROVED


def test_taking_turns_in_asking_lets_nobody_approve_their_own() -> None:
    first = request(requested_by="rita", authors=())
    second = request("request_2", requested_by="sara", authors=(), requested_at=ASKED + HOUR)
    said = consents(
        approval("rita", "release_manager", at=ASKED + 2 * HOUR, request="request_2"),
        approval("sara", "security", at=ASKED + 2 * HOUR),
        requests=(first, second),
    )

    assert standing(said).missing == ("release_manager", "security")


def test_whoever_asks_under_another_name_of_theirs_is_still_the_requester() -> None:
    said = consents(RITA, SARA, requests=(request(requested_by="rita@example.org", authors=()),))

    assert standing(said).missing == ("release_manager",)


def test_an_author_does_not_approve_their_own_work() -> None:
    said = consents(RITA, SARA, requests=(request(authors=("sara",)),))

    assert standing(said).missing == ("security",)


def test_who_declared_the_evidence_does_not_approve_alone() -> None:
    said = consents(RITA, SARA, requests=(request(evidence_authors=("rita", "sara")),))
    with_another = consents(
        RITA, SARA, approval("sven", "security"), requests=(request(evidence_authors=("rita", "sara")),)
    )

    assert standing(said).missing == ("another person",)
    assert standing(with_another).state is ConsentState.APPROVED


@pytest.mark.parametrize(
    ("tier", "state"),
    [(RiskTier.LIMITED, ConsentState.APPROVED), (RiskTier.HIGH, ConsentState.IN_REVIEW)],
)
def test_who_approved_an_exception_does_not_approve_the_release_in_the_upper_tiers(
    tier: RiskTier, state: ConsentState
) -> None:
    what = payload(tier=tier)
    said = consents(
        approval("rita", "release_manager", payload=what.digest),
        approval("sara", "security", payload=what.digest),
        requests=(request(what=what),),
    )

    assert standing(said, what=what, exception_approvers=("sara",)).state is state


def test_an_approval_ends_when_the_rule_or_its_giver_says() -> None:
    short = approval("sara", "security", valid_until=ASKED + 5 * DAY)

    assert standing(consents(RITA, short)).valid_until == ASKED + 5 * DAY
    assert standing(consents(RITA, short), now=ASKED + 5 * DAY).state is ConsentState.EXPIRED
    assert standing(consents(RITA, SARA), now=ASKED + HOUR + 30 * DAY).state is ConsentState.EXPIRED


def test_consent_lasts_as_long_as_there_is_a_quorum_not_until_the_first_approval_ends() -> None:
    short = approval("sven", "security", valid_until=ASKED + 5 * DAY)

    assert standing(consents(RITA, SARA, short)).valid_until == ASKED + HOUR + 30 * DAY


def test_a_condition_that_is_open_past_its_day_ends_the_approval() -> None:
    bound = conditional("sara", "security", due_in_days=10)
    last_day = ASKED + 10 * DAY

    found = standing(consents(RITA, bound), now=last_day)
    assert found.state is ConsentState.APPROVED
    assert [item.text for item in found.conditions] == ["turn the log off"]
    assert found.valid_until is not None
    assert found.valid_until.date() == date(2026, 6, 12)
    after = standing(consents(RITA, bound), now=found.valid_until)
    assert after.state is ConsentState.EXPIRED
    assert "open past 2026-06-11" in after.reason


@pytest.mark.parametrize(
    ("by", "counts"),
    [("sven", True), ("rita", True), ("dora", False), ("bot", False), ("gone", False)],
)
def test_a_condition_is_met_by_the_word_of_somebody_who_may_approve(by: str, counts: bool) -> None:
    bound = conditional("sara", "security", due_in_days=1)
    said = consents(RITA, bound, conditions_met=(met(bound, by),))

    assert (standing(said, now=ASKED + 5 * DAY).state is ConsentState.APPROVED) is counts


def test_a_condition_that_is_met_too_late_brings_nothing_back() -> None:
    bound = conditional("sara", "security", due_in_days=1)
    late = consents(RITA, bound, conditions_met=(met(bound, "sven", at=ASKED + 3 * DAY),))

    assert standing(late, now=ASKED + 4 * DAY).state is ConsentState.EXPIRED


def test_a_condition_of_a_rule_is_met_while_the_rule_holds_and_not_by_a_word() -> None:
    bound = conditional("sara", "security", due_in_days=1, shown_by="acme/log-off")
    said = consents(RITA, bound, conditions_met=(met(bound, "sven"),))

    assert standing(said, now=ASKED + 5 * DAY).state is ConsentState.EXPIRED
    assert standing(said, now=ASKED + 5 * DAY, passing_rules=("acme/log-off",)).state is ConsentState.APPROVED


def test_a_lent_role_counts_once_and_only_in_its_time() -> None:
    lent = delegation("sara", "sven", "security")
    by_sven = approval("sven", "security", delegation=lent.delegation.id)
    later = approval("sven", "security", at=ASKED + 6 * DAY, delegation=lent.delegation.id)

    assert standing(consents(RITA, by_sven, delegations=(lent,))).state is ConsentState.APPROVED
    assert standing(consents(RITA, later, delegations=(lent,)), now=ASKED + 7 * DAY).missing == ("security",)


def test_lender_and_borrower_fill_one_seat() -> None:
    two = governance(consent=(rule(quorum=(Seat(role="security", count=2),)),))
    lent = delegation("sara", "rita", "security")
    by_rita = approval("rita", "security", delegation=lent.delegation.id)

    assert standing(consents(SARA, by_rita, delegations=(lent,)), governance=two).missing == ("security",)


@pytest.mark.parametrize(
    ("lent", "reason"),
    [
        pytest.param(delegation("sara", "rita", "security", holds=False), "no key of sara", id="not signed"),
        pytest.param(delegation("rita", "sven", "security"), "cannot be lent on", id="a role that is not theirs"),
        pytest.param(delegation("sara", "sven", "security"), "lends security to sven", id="lent to somebody else"),
        pytest.param(
            delegation("sara", "rita", "security", kinds=(ConsentKind.BUILD,)), "does not cover", id="another kind"
        ),
        pytest.param(delegation("gone", "rita", "security"), "nobody of the governance file", id="lent by who left"),
        pytest.param(delegation("bot", "rita", "security"), "nobody of the governance file", id="lent by a service"),
    ],
)
def test_a_delegation_that_does_not_hold_lends_nothing(lent: object, reason: str) -> None:
    by_rita = approval("rita", "security", delegation=lent.delegation.id)  # type: ignore[attr-defined]
    found = standing(consents(approval("ralf", "release_manager"), by_rita, delegations=(lent,)))

    assert found.missing == ("security",)
    assert any(reason in item.reason for item in found.approvals)


def test_the_requester_cannot_lend_their_role_to_have_their_own_approved() -> None:
    lent = delegation("sara", "rita", "security")
    by_rita = approval("rita", "security", delegation=lent.delegation.id)
    said = consents(
        approval("ralf", "release_manager"), by_rita, delegations=(lent,), requests=(request(requested_by="sara"),)
    )

    assert standing(said).missing == ("security",)


def test_a_delegation_that_was_taken_back_lends_nothing_from_then_on() -> None:
    lent = delegation("sara", "sven", "security")
    before = approval("sven", "security", delegation=lent.delegation.id)
    after = approval("sven", "security", at=ASKED + 4 * HOUR, delegation=lent.delegation.id)
    back = withdrawal(lent.delegation.id, "sara")

    assert standing(consents(RITA, before, delegations=(lent,), withdrawals=(back,))).state is ConsentState.APPROVED
    assert standing(consents(RITA, after, delegations=(lent,), withdrawals=(back,))).missing == ("security",)


def test_a_request_that_nobody_answers_is_rejected_and_a_late_answer_does_not_bring_it_back() -> None:
    late = (
        approval("rita", "release_manager", at=ASKED + 21 * DAY),
        approval("sara", "security", at=ASKED + 21 * DAY),
    )

    assert standing(consents(), now=ASKED + 20 * DAY).state is ConsentState.REJECTED
    assert standing(consents(*late), now=ASKED + 22 * DAY).state is ConsentState.REJECTED
    assert standing(consents(), now=ASKED + 19 * DAY).state is ConsentState.IN_REVIEW
    assert standing(consents(RITA), now=ASKED + 21 * DAY).state is ConsentState.IN_REVIEW


@pytest.mark.parametrize("name", ["release", "assessment", "policy", "evidence", "exceptions", "tasks", "facts"])
def test_whatever_changes_after_the_approval_voids_it_and_is_named(name: str) -> None:
    found = standing(consents(RITA, SARA), what=payload(**{name: "another one"}))

    assert found.state is ConsentState.VOIDED
    assert found.changed == (name,)
    assert found.reason == f"since rita, sara looked: {name} changed; ask again"
    assert found.approvers == ()


def test_another_tier_voids_consent() -> None:
    found = standing(consents(RITA, SARA), what=payload(tier=RiskTier.CRITICAL))

    assert (found.state, found.changed) == (ConsentState.VOIDED, ("tier",))


def test_approvals_of_what_was_do_not_count_for_what_is() -> None:
    new = payload(evidence="more")
    said = consents(RITA, SARA, requests=(request(), request("request_2", what=new, requested_at=ASKED + 2 * HOUR)))

    assert standing(said, what=new).missing == ("release_manager", "security")


def test_an_approval_that_names_the_new_request_and_the_old_payload_counts_for_neither() -> None:
    new = payload(evidence="more")
    crossed = (
        approval("rita", "release_manager", request="request_2"),
        approval("sara", "security", request="request_2"),
    )
    said = consents(*crossed, requests=(request(), request("request_2", what=new)))

    assert standing(said).state is ConsentState.IN_REVIEW
    assert standing(said, what=new).state is ConsentState.IN_REVIEW


def test_nobody_is_asked_for_a_release_without_a_rule_and_nobody_can_allow_an_exception() -> None:
    none = governance(consent=())
    exception = record_payload(digest_of("x"), kind=ConsentKind.EXCEPTION, tier=RiskTier.HIGH)

    assert standing(consents(), governance=none).state is ConsentState.NOT_ASKED_FOR
    assert standing(consents(), governance=None).state is ConsentState.NOT_ASKED_FOR
    assert not standing(consents(), governance=none, what=exception).state.is_consent
    assert not standing(consents(), governance=None, what=exception).state.is_consent


def test_what_nobody_asked_for_is_not_consented_to() -> None:
    assert standing(Consents()).state is ConsentState.NOT_REQUESTED


def test_an_answer_to_one_exception_says_nothing_of_another() -> None:
    one, other = (
        record_payload(digest_of(name), kind=ConsentKind.EXCEPTION, tier=RiskTier.HIGH) for name in ("one", "other")
    )
    rules = governance(consent=(rule(kind=ConsentKind.EXCEPTION, quorum=(Seat(role="security"),), people=1),))
    yes = approval("sara", "security", payload=one.digest, kind=ConsentKind.EXCEPTION)
    said = consents(yes, requests=(request(what=one),))

    assert standing(said, what=one, governance=rules).state is ConsentState.APPROVED
    assert standing(said, what=other, governance=rules).state is ConsentState.NOT_REQUESTED


def test_a_clock_that_goes_back_brings_nothing_back() -> None:
    bound = approval("sara", "security", valid_until=ASKED + 3 * DAY)
    tick = withdrawal("something", "ralf", at=ASKED + 4 * DAY)

    assert standing(consents(RITA, bound, withdrawals=(tick,)), now=ASKED + 2 * DAY).state is ConsentState.EXPIRED


def test_how_it_stood_earlier_is_said_from_what_was_there_then() -> None:
    late = approval("sara", "security", at=ASKED + 1.5 * DAY)
    back = withdrawal(RITA.approval.id, "rita", at=NOW + DAY)
    said = consents(RITA, late, withdrawals=(back,))

    assert standing(as_of(said, ASKED + DAY), now=ASKED + DAY).missing == ("security",)
    assert standing(as_of(said, NOW), now=NOW).state is ConsentState.APPROVED
    assert not standing(said, now=NOW + 2 * DAY).state.is_consent


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        standing_of(payload(), consents=Consents(), governance=None, now=NOW.replace(tzinfo=None))


def test_a_release_payload_without_one_of_its_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="bound to its assessment too"):
        release_payload({"release": digest_of(1)}, tier=RiskTier.HIGH)


def test_an_answer_to_a_request_that_was_another_one_when_it_was_signed_does_not_count() -> None:
    honest = request(requested_by="rita", authors=("rita",))
    forged = replace(honest, requested_by="dora", authors=())
    signed_that = as_shown(RITA, honest)

    found = standing(Consents(requests=(forged,), approvals=(signed_that, as_shown(SARA, forged))))
    assert found.missing == ("release_manager",)
    assert "was shown another request" in found.approvals[0].reason


def test_unknown_authors_stop_consent_but_in_the_tiers_that_allow_them() -> None:
    stranger = request(unknown_authors=(digest_of("a stranger"),))
    allowing = replace(governance(), unknown_authors_allowed=(RiskTier.HIGH,))

    found = standing(consents(RITA, SARA, requests=(stranger,)))
    assert (found.state, found.missing) == (ConsentState.IN_REVIEW, ("release_manager", "security"))
    assert "does not know 1 author" in found.approvals[0].reason
    assert standing(consents(RITA, SARA, requests=(stranger,)), governance=allowing).state is ConsentState.APPROVED


def test_what_may_be_signed_is_what_will_count() -> None:
    def refused(**changes: object) -> tuple[RefusedBecause, str] | None:
        values: dict[str, object] = {"key": "rita-1", "governance": governance(), **changes}
        return why_not_permitted(
            RITA.approval,
            payload=payload(),
            consents=consents(),
            rule=rule(),
            now=ASKED + HOUR,
            **values,  # type: ignore[arg-type] # a builder of test values
        )

    assert refused() is None
    excepting = refused(exception_approvers=("rita",))
    assert excepting == (RefusedBecause.SEPARATION_OF_DUTIES, "rita approved an exception that the release ships on")
    assert refused(key=None) is not None
