"""Laws of consent that hold whatever people said, in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.consent_world import (
    ASKED,
    DAY,
    HOUR,
    PEOPLE,
    approval,
    conditional,
    delegation,
    governance,
    met,
    payload,
    rejection,
    request,
    revoked,
    rule,
    standing,
    withdrawal,
)
from roadworthy.approvals.model import Answer, Consents, HeldApproval
from roadworthy.governance.model import Governance, RevocationReason, Seat

NAMES = tuple(p.id for p in PEOPLE)
ROLES = ("release_manager", "security", "legal")
LENT = (delegation("sara", "sven", "security"), delegation("ralf", "rita", "security"))
OTHER = payload(evidence="another")

moments = st.integers(0, 40).map(lambda hours: ASKED + hours * HOUR)
answers = st.builds(
    lambda who, role, at, answer, holds, lent: approval(who, role, at=at, answer=answer, holds=holds, delegation=lent),
    st.sampled_from(NAMES),
    st.sampled_from(ROLES),
    moments,
    st.sampled_from([Answer.APPROVE, Answer.APPROVE, Answer.APPROVE, Answer.REJECT, Answer.ABSTAIN]),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([None, None, None, *(item.delegation.id for item in LENT)]),
)
bound = st.builds(
    lambda who, due: conditional(who, "security", due_in_days=due), st.sampled_from(NAMES), st.integers(0, 6)
)


@st.composite
def everything(draw: st.DrawFn) -> Consents:
    """Draw what people said, mostly near to consent."""
    approvals = draw(st.lists(st.one_of(answers, bound), max_size=6, unique_by=lambda held: held.digest))
    approvals += draw(st.sampled_from([[], [approval("rita", "release_manager"), approval("sara", "security")]]))
    ids = [held.approval.id for held in approvals]
    by_id = {held.approval.id: held.approval.approver for held in approvals}
    back = draw(st.lists(st.sampled_from([*ids, "request_2"]), max_size=2, unique=True)) if ids else []
    asked = draw(st.sampled_from([(request(),), (request(), request("request_2", what=OTHER))]))
    done = [met(held, draw(st.sampled_from(NAMES))) for held in approvals if held.approval.conditions]
    return Consents(
        requests=asked,
        approvals=tuple(approvals),
        delegations=LENT,
        conditions_met=tuple(done),
        withdrawals=tuple(withdrawal(one, by_id.get(one, "dora")) for one in back),
    )


nows = st.integers(0, 40).map(lambda days: ASKED + days * DAY)


def is_consent(said: Consents, now: datetime, *, rules: Governance | None = None) -> bool:
    return standing(said, now=now, governance=rules or governance()).state.is_consent


@settings(max_examples=40)
@given(said=everything(), now=nows, data=st.data())
def test_the_order_of_what_was_said_does_not_matter(said: Consents, now: datetime, data: st.DataObject) -> None:
    mixed = replace(
        said,
        requests=tuple(data.draw(st.permutations(said.requests))),
        approvals=tuple(data.draw(st.permutations(said.approvals))),
        delegations=tuple(data.draw(st.permutations(said.delegations))),
        withdrawals=tuple(data.draw(st.permutations(said.withdrawals))),
    )

    assert standing(mixed, now=now) == standing(said, now=now)


@settings(max_examples=40)
@given(said=everything(), now=nows, who=st.sampled_from(NAMES), role=st.sampled_from(ROLES), at=moments)
def test_a_rejection_never_yields_consent(said: Consents, now: datetime, who: str, role: str, at: datetime) -> None:
    more = replace(said, approvals=(*said.approvals, rejection(who, role, at=at)))

    assert is_consent(said, now) or not is_consent(more, now)


@settings(max_examples=40)
@given(said=everything(), now=nows, data=st.data())
def test_a_withdrawal_never_yields_consent(said: Consents, now: datetime, data: st.DataObject) -> None:
    mine = [(h.approval.id, h.approval.approver) for h in said.approvals]
    mine += [(r.id, r.requested_by) for r in said.requests]
    mine += [(h.delegation.id, h.delegation.lender) for h in said.delegations]
    of, by = data.draw(st.sampled_from(mine))
    more = replace(said, withdrawals=(*said.withdrawals, withdrawal(of, by)))

    assert is_consent(said, now) or not is_consent(more, now)


@settings(max_examples=40)
@given(said=everything(), now=nows, who=st.sampled_from(NAMES))
def test_taking_somebody_out_of_the_file_never_yields_consent(said: Consents, now: datetime, who: str) -> None:
    without = governance(people=tuple(p for p in PEOPLE if p.id != who))

    assert is_consent(said, now) or not is_consent(said, now, rules=without)


@settings(max_examples=40)
@given(said=everything(), now=nows, who=st.sampled_from(NAMES), reason=st.sampled_from(RevocationReason), at=moments)
def test_revoking_a_key_never_yields_consent(
    said: Consents, now: datetime, who: str, reason: RevocationReason, at: datetime
) -> None:
    people = tuple(replace(p, keys=(revoked(who, reason, at),)) if p.id == who else p for p in PEOPLE)

    assert is_consent(said, now) or not is_consent(said, now, rules=governance(people=people))


@settings(max_examples=40)
@given(said=everything(), now=nows, days=st.integers(0, 60))
def test_time_alone_never_yields_consent(said: Consents, now: datetime, days: int) -> None:
    assert is_consent(said, now) or not is_consent(said, now + days * DAY)


@settings(max_examples=40)
@given(said=everything(), now=nows)
def test_no_service_and_no_agent_ever_counts(said: Consents, now: datetime) -> None:
    found = standing(said, now=now)

    assert not {"bot", "agent", "dora"} & set(found.approvers)


@settings(max_examples=40)
@given(said=everything(), now=nows, people=st.integers(1, 3))
def test_consent_always_has_its_quorum_of_different_people(said: Consents, now: datetime, people: int) -> None:
    rules = governance(
        consent=(rule(people=people, quorum=(Seat(role="release_manager"), Seat(role="security", count=2))),)
    )
    found = standing(said, now=now, governance=rules)

    if found.state.is_consent:
        counted = [item for item in found.approvals if item.counts]
        assert len(found.approvers) >= max(people, 2)
        assert len({item.approver for item in counted if item.role == "security"}) >= 2
        assert found.valid_until is not None
        assert found.valid_until > now


@settings(max_examples=40)
@given(said=everything(), now=nows)
def test_consent_to_what_was_is_none_to_what_is(said: Consents, now: datetime) -> None:
    elsewhere = standing(said, what=payload(release="yet another"), now=now)

    assert not elsewhere.state.is_consent
    assert elsewhere.approvers == ()


def test_the_laws_are_tried_on_some_that_is_consent() -> None:
    said = Consents(
        requests=(request(),), approvals=(approval("rita", "release_manager"), approval("sara", "security"))
    )

    assert is_consent(said, ASKED + DAY)
    assert isinstance(said.approvals[0], HeldApproval)
