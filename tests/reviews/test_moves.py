"""Who may do what to a review: each guard by itself, and no sequence of steps that gets around them."""

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fakes.review_people import GOVERNANCE, MONDAY, change, review
from roadworthy.approvals.model import Condition
from roadworthy.core.roles import APPROVING_ROLES
from roadworthy.core.severity import RiskTier
from roadworthy.governance.model import ActorKind
from roadworthy.reviews.model import (
    Answered,
    Asked,
    Assigned,
    Decided,
    Outcome,
    Paused,
    Reopened,
    Resumed,
    Returned,
    ReviewKind,
    ReviewQuestion,
    Submitted,
    Triaged,
    Withdrawn,
)
from roadworthy.reviews.moves import MOVES, fault, impossible, refusal, separation
from roadworthy.reviews.state import ReviewStatus, opened
from roadworthy.reviews.steps import applied, folded

TRIAGED = Triaged(tier=RiskTier.HIGH, reviewer="bea", reason="acts on money")
ASKED = Asked(question="q1", text="Why?", to="ada", due=date(2026, 3, 9))
ANSWERED = Answered(question="purpose", text="For lamps.")
MASKED = Condition(text="mask names", due=date(2026, 4, 1))


def decided(outcome=Outcome.APPROVE, role="risk_reviewer"):
    conditions = (MASKED,) if outcome is Outcome.APPROVE_WITH_CONDITIONS else ()
    return Decided(outcome=outcome, role=role, reason="read it", conditions=conditions)


def after(*steps, of=None):
    """Return the state after steps, each by who it is given with."""
    return folded(of or review(), [change(number, by, step) for number, (by, step) in enumerate(steps, start=1)])


IN_REVIEW = (("ada", ANSWERED), ("ada", Submitted()), ("bea", TRIAGED), ("bea", ASKED))


def test_a_review_goes_from_draft_to_decision():
    assert after().status is ReviewStatus.DRAFT
    assert after(*IN_REVIEW[:2]).status is ReviewStatus.SUBMITTED
    assert after(*IN_REVIEW[:3]).status is ReviewStatus.TRIAGED
    assert after(*IN_REVIEW).status is ReviewStatus.IN_REVIEW
    done = after(*IN_REVIEW, ("ada", Answered(question="q1", text="So.")), ("bea", decided()))
    assert done.status is ReviewStatus.APPROVED
    assert (done.decision.by, done.decision.role, done.number) == ("bea", "risk_reviewer", 6)


@pytest.mark.parametrize(
    ("by", "step", "why"),
    [
        ("bea", Submitted(), "only ada, who asked for the review"),
        ("ada", TRIAGED, "ada asked for the review: somebody else"),
        ("eve", TRIAGED, "eve wrote what is reviewed"),
        ("bea", Triaged(tier=RiskTier.HIGH, reviewer="ada", reason="x"), "ada asked for the review"),
        ("bea", Triaged(tier=RiskTier.HIGH, reviewer="eve", reason="x"), "eve wrote what is reviewed"),
        ("cem", Answered(question="purpose", text="x"), "cem was not asked that"),
        ("ada", Withdrawn(reason="x"), ""),
        ("bea", Withdrawn(reason="x"), "only ada"),
    ],
)
def test_duties_are_separate(by, step, why):
    state = (
        after(("ada", Returned(reason="x"))) if isinstance(step, Submitted) and not why else after(("ada", Submitted()))
    )
    denied = separation(state, change(state.number + 1, by, step))

    assert (denied.says if denied else "").startswith(why)
    assert bool(denied) == bool(why)


@pytest.mark.parametrize(
    ("by", "why"), [("ada", "asked for the review"), ("eve", "wrote what is reviewed")], ids=["requester", "author"]
)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_neither_requester_nor_author_decides(by, why, outcome):
    state = after(*IN_REVIEW, ("ada", Answered(question="q1", text="So.")))

    assert why in fault(state, change(6, by, decided(outcome)))


@pytest.mark.parametrize(
    ("by", "step", "why"),
    [
        ("dan", decided(), "dan holds no role that decides"),
        ("bot", decided(), "bot is a service: only a human"),
        ("zoe", decided(), "knows nobody called 'zoe'"),
        ("bea", decided(role="ai_owner"), "bea is no ai_owner"),
        ("cem", decided(role="release_manager"), "is decided as one of: ai_owner, risk_reviewer"),
        ("cem", decided(role="ai_owner"), None),
        ("bea", Assigned(reviewer="dan", reason="x"), "dan holds no role"),
        ("bea", Assigned(reviewer="zoe", reason="x"), "knows nobody called 'zoe'"),
        ("bea", Asked(question="q2", text="x", to="bot", due=date(2026, 3, 9)), "bot is a service"),
        ("bea", Asked(question="q2", text="x", to="dan", due=date(2026, 3, 9)), None),
        ("bot", Answered(question="q1", text="x"), "bot is a service"),
    ],
)
def test_the_governance_file_says_who_may(by, step, why):
    denied = refusal(after(*IN_REVIEW), change(5, by, step), governance=GOVERNANCE)

    assert denied is None if why is None else why in denied.says


def test_a_review_is_not_triaged_below_the_risk_assessment():
    state = after(*IN_REVIEW[:2])
    low = change(3, "bea", Triaged(tier=RiskTier.LIMITED, reviewer="bea", reason="x"))

    assert "risk assessment says high" in refusal(state, low, governance=GOVERNANCE, floor=RiskTier.HIGH).says
    assert refusal(state, low, governance=GOVERNANCE, floor=RiskTier.LIMITED) is None
    assert refusal(state, low, governance=GOVERNANCE, floor=None) is None


def test_a_kind_without_a_rule_of_consent_is_decided_in_any_role_that_answers_for_something():
    state = after(*IN_REVIEW, of=review(kind=ReviewKind.VENDOR))

    assert refusal(state, change(5, "cem", decided(role="release_manager")), governance=GOVERNANCE) is None


@pytest.mark.parametrize(
    ("steps", "step", "why"),
    [
        ((), TRIAGED, "that is draft cannot be triaged"),
        (IN_REVIEW[:2], decided(), "that is submitted cannot be decided"),
        (IN_REVIEW, Resumed(), "its clock is not paused"),
        ((*IN_REVIEW, ("bea", Paused(reason="x"))), Paused(reason="x"), "paused already"),
        (IN_REVIEW, Answered(question="q9", text="x"), "nobody asked 'q9'"),
        (IN_REVIEW, decided(), "1 questions have no answer (q1)"),
        (IN_REVIEW, Reopened(reason="x"), "that is in_review cannot be reopened"),
        ((*IN_REVIEW, ("bea", decided(Outcome.REJECT))), decided(), "that is rejected cannot be decided"),
        ((("ada", Submitted()), ("ada", Withdrawn(reason="x"))), TRIAGED, "that is withdrawn cannot be triaged"),
    ],
)
def test_what_cannot_be_done_now_is_said(steps, step, why):
    state = after(*steps)

    assert why in impossible(state, change(state.number + 1, "bea", step))


def test_what_is_unanswered_keeps_an_approval_from_being_unconditional_and_nothing_else():
    state = after(*IN_REVIEW)
    for outcome in (Outcome.APPROVE_WITH_CONDITIONS, Outcome.REJECT, Outcome.NEEDS_MORE):
        assert fault(state, change(5, "bea", decided(outcome))) == ""


def test_a_question_that_may_stay_open_does_not_keep_an_approval_back():
    optional = review(questions=(ReviewQuestion(id="nice", text="And?", required=False),))
    state = after(("ada", Submitted()), ("bea", TRIAGED), of=optional)

    assert fault(state, change(3, "bea", decided())) == ""


@pytest.mark.parametrize("outcome", [Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS])
def test_nobody_approves_what_is_prohibited(outcome):
    banned = Triaged(tier=RiskTier.PROHIBITED, reviewer="bea", reason="social scoring")
    state = after(("ada", ANSWERED), ("ada", Submitted()), ("bea", banned))

    assert "prohibited tier" in fault(state, change(4, "bea", decided(outcome)))


def test_what_comes_back_is_handed_in_again_and_goes_on_with_the_same_reviewer():
    back = after(*IN_REVIEW, ("bea", decided(Outcome.NEEDS_MORE)))
    again = applied(back, change(6, "ada", Submitted(note="done")))

    assert (back.status, back.waiting_for, back.decision) == (ReviewStatus.NEEDS_MORE, "read it", None)
    assert (again.status, again.reviewer, again.waiting_for) == (ReviewStatus.IN_REVIEW, "bea", "")
    assert [one.outcome for one in again.earlier_decisions] == [Outcome.NEEDS_MORE]


def test_reopening_takes_the_decision_away_and_keeps_it_in_the_history():
    state = after(*IN_REVIEW, ("bea", decided(Outcome.REJECT)), ("cem", Reopened(reason="new data")))

    assert state.status is ReviewStatus.IN_REVIEW
    assert state.decision is None
    assert [one.outcome for one in state.earlier_decisions] == [Outcome.REJECT]


@pytest.mark.parametrize(("by", "why"), [("ada", "ada asked for the review"), ("eve", "eve wrote what is reviewed")])
def test_a_decision_is_not_undone_by_who_may_not_decide(by, why):
    """Else a rejected review is reopened, withdrawn, and looks as if nobody had ever rejected it."""
    rejected = after(*IN_REVIEW, ("bea", decided(Outcome.REJECT)))
    reopen = change(6, by, Reopened(reason="x"))

    assert why in separation(rejected, reopen).says
    assert refusal(rejected, change(6, "dan", reopen.step), governance=GOVERNANCE).because == "not_in_role"
    assert separation(after(*IN_REVIEW, ("ada", Withdrawn(reason="x"))), change(6, "ada", reopen.step)) is None


def test_a_reviewer_does_not_answer_their_own_question():
    state = after(*IN_REVIEW[:3])
    own = change(4, "bea", Asked(question="purpose", text="What for?", to="bea", due=date(2026, 3, 9)))

    assert "bea cannot ask themselves" in separation(state, own).says


def test_asking_a_question_again_takes_its_answer_away():
    state = after(*IN_REVIEW[:3], ("bea", Asked(question="purpose", text="Really?", to="ada", due=date(2026, 3, 9))))

    assert [(question.id, question.is_open) for question in state.questions] == [("purpose", True)]


@pytest.mark.parametrize(
    ("slipped", "why"),
    [
        (change(3, "ada", TRIAGED), "ada asked for the review"),
        (change(4, "bea", TRIAGED), "change 3 is missing or there twice"),
        (change(2, "bea", TRIAGED), "change 3 is missing or there twice"),
        (change(3, "bea", TRIAGED, at=MONDAY - timedelta(seconds=1)), "before the change that it follows on"),
    ],
    ids=["own", "gap", "twice", "back-dated"],
)
def test_a_change_that_was_slipped_in_does_not_read(slipped, why):
    with pytest.raises(ValueError, match=why):
        folded(review(), [change(1, "ada", ANSWERED), change(2, "ada", Submitted()), slipped])


def test_every_step_has_its_guard():
    steps = (Submitted, Triaged, Assigned, Asked, Answered, Returned, Paused, Resumed, Decided, Withdrawn, Reopened)
    assert {one.__dataclass_fields__["step"].default for one in steps} == MOVES.keys()


ANSWERED_ALL = (*IN_REVIEW, ("ada", Answered(question="q1", text="So.")))
"""From here on one step is an approval, which a random walk would seldom come to."""

PEOPLE = st.sampled_from(["ada", "ada", "bea", "bea", "bea", "cem", "dan", "eve", "bot", "zoe"])
ROLES = st.sampled_from(
    ["risk_reviewer", "risk_reviewer", "risk_reviewer", "ai_owner", "legal", "developer", "release_manager"]
)
STEPS = st.one_of(
    st.just(Submitted()),
    st.builds(Triaged, tier=st.sampled_from(RiskTier), reviewer=PEOPLE, reason=st.just("x")),
    st.builds(Assigned, reviewer=PEOPLE, reason=st.just("x")),
    st.builds(
        Asked, question=st.sampled_from(["q1", "q2"]), text=st.just("x"), to=PEOPLE, due=st.just(date(2027, 1, 1))
    ),
    st.builds(Answered, question=st.sampled_from(["purpose", "q1", "q2"]), text=st.just("x")),
    st.just(Returned(reason="x")),
    st.just(Paused(reason="x")),
    st.just(Resumed()),
    st.builds(decided, st.sampled_from(Outcome), ROLES),
    st.builds(decided, st.just(Outcome.APPROVE), ROLES),
    st.just(Withdrawn(reason="x")),
    st.just(Reopened(reason="x")),
)


class Attempts(RuleBasedStateMachine):
    """Anybody tries anything, in any order."""

    def __init__(self):
        super().__init__()
        self.review = review()
        self.state = opened(self.review)
        self.changes = []

    @initialize(steps=st.sampled_from([(), IN_REVIEW[:2], IN_REVIEW, ANSWERED_ALL, ANSWERED_ALL]))
    def begin(self, steps):
        for by, step in steps:
            self.attempt(by, step)

    @rule(by=PEOPLE, step=STEPS)
    def attempt(self, by, step):
        wanted = change(self.state.number + 1, by, step, at=MONDAY + timedelta(hours=self.state.number))
        if fault(self.state, wanted) or refusal(self.state, wanted, governance=GOVERNANCE, floor=RiskTier.LIMITED):
            return
        self.state = applied(self.state, wanted)
        self.changes.append(wanted)

    @invariant()
    def nothing_is_approved_but_by_somebody_who_may(self):
        if self.state.status not in (ReviewStatus.APPROVED, ReviewStatus.APPROVED_WITH_CONDITIONS):
            return
        decision, by = self.state.decision, GOVERNANCE.person(self.state.decision.by)
        assert by.kind is ActorKind.HUMAN
        assert decision.role in by.roles
        assert decision.role in APPROVING_ROLES
        assert decision.by not in (self.review.requested_by, *self.review.authors)
        assert self.state.tier is not RiskTier.PROHIBITED
        assert self.state.tier.rank >= RiskTier.LIMITED.rank
        assert self.state.is_triaged
        assert self.state.triaged_by not in ("ada", "eve")
        if self.state.status is ReviewStatus.APPROVED:
            assert not self.state.unanswered_required

    @invariant()
    def the_history_reads_back_as_the_state(self):
        assert folded(self.review, reversed(self.changes)) == self.state

    @invariant()
    def at_most_the_last_span_runs(self):
        assert all(span.ended_at is not None for span in self.state.spans[:-1])
        assert all(span.ended_at is None or span.started_at <= span.ended_at for span in self.state.spans)


TestAttempts = Attempts.TestCase
TestAttempts.settings = settings(max_examples=40, stateful_step_count=40)
