"""Promise: nothing that people do, in whatever order, ships a release without evidence, quorum and separated duties.

The machine below does what people and time do; after each step the release is decided on, and where it may ship, an
oracle that shares no code with the gate looks at the raw records and says whether it should.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition
from hypothesis.stateful import rule as step

from fakes.consent_desk import FAULTS, MANAGER, REVIEWER, Desk
from fakes.consent_oracle import recalled, require_consent, require_evidence, require_exceptions
from roadworthy.approvals.model import Answer
from roadworthy.gates.model import Verdict
from roadworthy.gates.oversight.in_force import DecisionState, decision_standing
from roadworthy.governance.model import RevocationReason

NAMES = ("ada", "ben", "cleo", "dora", "fay", "gus", "robot")
SHIPS = (Verdict.SHIP, Verdict.CONDITIONS)
people, roles = st.sampled_from(NAMES), st.sampled_from((MANAGER, REVIEWER, "ai_owner"))
short = st.integers(-3600, 3600).map(lambda seconds: timedelta(seconds=seconds))


class Everything(RuleBasedStateMachine):
    """Whatever people do at a desk, in whatever order."""

    @initialize()
    def begin(self):
        self.desk, self.taken = Desk(), []

    @step(by=people, authors=st.sets(people, max_size=1))
    def ask_for_the_release(self, by, authors):
        self.desk.ask_for_release(by=by, authors=tuple(sorted(authors)))

    @step(by=people)
    def ask_for_an_exception(self, by):
        self.desk.ask_for_exception(by=by)

    @precondition(lambda self: self.desk.consents.requests)
    @step(
        to=st.integers(1, 3),
        by=people,
        role=roles,
        says=st.sampled_from([Answer.APPROVE] * 3 + [Answer.REJECT]),
        dated=st.one_of(st.just(timedelta()), short),
        holds=st.sampled_from([True, True, True, False]),
        lent=st.booleans(),
    )
    def answer_a_request(self, *, to, by, role, says, dated, holds, lent):
        requests, loans = self.desk.consents.requests, self.desk.consents.delegations
        loan = loans[-1].delegation.id if lent and loans else None
        to = -min(to, len(requests))
        self.desk.answer(by, role, to=to, says=says, dated=dated, holds=holds, delegation=loan, lasts=timedelta(days=4))

    @step(fault=st.sampled_from(["", *FAULTS]), then=st.sampled_from(["", *FAULTS]))
    def go_by_the_book(self, fault, then=""):
        """Everything that a release takes, but for one thing perhaps, and once more."""
        self.desk.by_the_book(fault)
        self.what_ships_may_ship()
        if then:
            self.desk.by_the_book(then)

    @step(lender=people, borrower=people, role=roles)
    def lend_a_role(self, lender, borrower, role):
        if lender != borrower:
            self.desk.lend(lender, borrower, role)

    @precondition(lambda self: self.desk.consents.approvals)
    @step(data=st.data(), mine=st.booleans())
    def take_an_approval_back(self, data, mine):
        one = data.draw(st.sampled_from(self.desk.consents.approvals)).approval
        self.desk.take_back(one.id, by=one.approver if mine else "ada")

    @precondition(lambda self: self.desk.exceptions)
    @step(data=st.data())
    def end_an_exception(self, data):
        self.desk.end_exception(data.draw(st.integers(0, len(self.desk.exceptions) - 1)))

    @step()
    def measure(self):
        self.desk.measure()

    @precondition(lambda self: self.desk.evidence)
    @step(data=st.data())
    def recall_evidence(self, data):
        self.desk.recall(data.draw(st.sampled_from(self.desk.evidence)).id)

    @step()
    def edit_the_release(self):
        self.desk.edit()

    @step(is_broken=st.booleans())
    def break_or_mend_the_compensating_rule(self, is_broken):
        self.desk.is_broken = is_broken

    @step(days=st.integers(0, 3), seconds=st.integers(1, 3600))
    def wait(self, days, seconds):
        self.desk.wait(timedelta(days=days, seconds=seconds))

    @step(who=st.sampled_from(["ben", "cleo", "dora"]), why=st.sampled_from(RevocationReason))
    def revoke_a_key(self, who, why):
        self.desk.revoke_key(who, why)

    @step(who=st.sampled_from(["cleo", "dora"]))
    def leave(self, who):
        self.desk.leave(who)

    # --- what must always hold

    @invariant()
    def what_ships_may_ship(self):
        if not hasattr(self, "desk"):
            return
        decision = self.desk.decide()
        if decision.verdict in SHIPS:
            require_evidence(self.desk, decision)
            require_exceptions(self.desk, decision)
            require_consent(self.desk, decision)
            self.taken.append(decision)

    @invariant()
    def what_is_in_force_still_has_consent(self):
        for decision in getattr(self, "taken", [])[-3:]:
            desk = self.desk
            standing = decision_standing(decision, now=desk.now, oversight=desk.oversight, evidence=desk.evidence)
            if standing.state is DecisionState.IN_FORCE:
                require_consent(desk, decision)
                require_exceptions(desk, decision)
                assert not recalled(desk) & {u.id for r in decision.results for u in r.evidence}


Everything.TestCase.settings = settings(max_examples=40, stateful_step_count=16)
TestNoReleaseWithoutConsent = pytest.mark.slow(Everything.TestCase)


def test_what_is_done_by_the_book_ships():
    """Else the promise would be kept by a gate that lets nothing through."""
    machine = Everything()
    machine.begin()
    machine.desk.by_the_book()

    assert machine.desk.decide().verdict is Verdict.CONDITIONS
    machine.what_ships_may_ship()
    machine.what_is_in_force_still_has_consent()
    assert len(machine.taken) == 1


def test_a_role_that_was_lent_as_it_should_be_ships():
    """Else every fault of a loan below would be found for another reason."""
    desk = Desk()
    desk.by_the_book("no manager approves")
    desk.answer_for("cleo", "gus")

    assert desk.decide().verdict is Verdict.CONDITIONS


@pytest.mark.parametrize("fault", FAULTS)
def test_one_thing_that_is_not_by_the_book_is_enough_not_to_ship(fault):
    desk = Desk()
    desk.by_the_book(fault)

    assert desk.decide().verdict not in SHIPS


@pytest.mark.parametrize(
    "happened",
    [
        "the measurement is recalled",
        "the exception is ended",
        "the key was stolen",
        "who approved took it back",
        "who asked took it back",
        "somebody rejects",
        "who approved has left",
    ],
)
def test_a_decision_falls_with_whatever_it_rests_on(happened):
    desk = Desk()
    desk.by_the_book()
    decision = desk.decide()
    assert decision.verdict is Verdict.CONDITIONS
    FAULTS[happened]["then"](desk)

    standing = decision_standing(decision, now=desk.now, oversight=desk.oversight, evidence=desk.evidence)
    assert standing.state is DecisionState.VOIDED
