"""The way of an event through the guard with its budgets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fakes.guard_world import NOW, bundle, event, rule
from roadworthy.core.severity import RiskTier
from roadworthy.guard.budget.book import BudgetsError, InProcessBudgets
from roadworthy.guard.budget.model import Budget, Unit
from roadworthy.guard.completions.shipped import shipped
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.engine.passage import Passage, draw_more, enter, leave
from roadworthy.guard.event import Principal, Usage
from roadworthy.guard.policy.model import FailMode, TierFailMode
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.verdict import Action

CALLS = Budget(name="calls", unit=Unit.REQUESTS, limit=2, window_s=60)
TOKENS = Budget(name="tokens", unit=Unit.OUTPUT_TOKENS, limit=1000, assumed=400)


def guard(*budgets: Budget, **fields):
    return bundle(rule("magic", "abra"), budgets=budgets, completions=shipped(), **fields)


class Unreachable:
    """A keeper on a machine that does not answer."""

    def reserve(self, draws, *, at, ttl_s=600):
        raise BudgetsError

    def extend(self, reservation, more, *, at):
        raise BudgetsError

    def settle(self, reservation, used, *, at):
        raise BudgetsError


def spent(book: InProcessBudgets, budget: Budget) -> int:
    return book.spent(budget, budget.per.key(event(), conversation=""), at=NOW)


def test_what_no_budget_binds_is_judged_and_keeps_nothing():
    judged = guard()

    assert enter(judged, event("hello"), book=Unreachable()) == Passage(decision=enforce(judged, event("hello")))


def test_an_admitted_event_has_the_decision_of_its_rules_and_is_settled_once():
    judged, book = guard(CALLS, TOKENS), InProcessBudgets()

    passage = enter(judged, event("hello"), book=book)

    assert passage.decision == enforce(judged, event("hello"))
    assert spent(book, TOKENS) == 400
    assert leave(passage, Usage(output_tokens=25), book=book, at=NOW)
    assert not leave(passage, Usage(), book=book, at=NOW)
    assert (spent(book, TOKENS), spent(book, CALLS)) == (25, 1)


def test_what_the_rules_stop_uses_its_request_and_nothing_else():
    judged, book = guard(CALLS, TOKENS), InProcessBudgets()

    passage = enter(judged, event("abra"), book=book)

    assert (passage.decision.action, passage.reservation) == (Action.DENY, None)
    assert (spent(book, TOKENS), spent(book, CALLS)) == (0, 1)


@pytest.mark.parametrize(
    ("locale", "said"),
    [("de-AT", "Die Grenze ist vorerst"), ("pl", "Limit został na razie"), ("xx", "The limit for now is reached")],
)
def test_a_refusal_is_the_decision_with_its_message_in_the_users_language(locale, said):
    judged, book = guard(CALLS), InProcessBudgets()
    asked = event("hello", principal=Principal(id="ada", tenant="acme", locale=locale))
    for _ in range(2):
        enter(judged, asked, book=book)

    passage = enter(judged, asked, book=book)

    assert (passage.decision.action, passage.reservation) == (Action.DENY, None)
    assert [verdict.rule for verdict in passage.decision.verdicts] == ["guard/budget-calls"]
    assert said in passage.decision.message
    assert passage.decision.completion.startswith("limit/")
    assert 59 < passage.retry_after_s < 62
    assert spent(book, CALLS) == 2


def test_a_refusal_may_have_words_of_its_own():
    judged = guard(Budget(name="b", unit=Unit.REQUESTS, limit=1, completion="financial"))
    book = InProcessBudgets()
    enter(judged, event("a"), book=book)

    assert enter(judged, event("a"), book=book).decision.completion == "financial/en"


@pytest.mark.parametrize(
    ("modes", "action"),
    [
        ((), Action.DENY),
        ((TierFailMode(tier=RiskTier.HIGH, mode=FailMode.OPEN, reason="a trial"),), Action.ALLOW),
    ],
)
def test_a_keeper_that_does_not_answer_is_a_failure_of_the_tier(modes, action):
    passage = enter(guard(CALLS, fail_modes=modes), event("hello"), book=Unreachable())

    assert (passage.decision.action, passage.decision.degraded) == (action, True)
    assert [verdict.rule for verdict in passage.decision.verdicts] == ["guard/budgets-failed"]
    assert passage.reservation is None


def test_an_open_tier_still_asks_its_rules_when_the_keeper_does_not_answer():
    modes = (TierFailMode(tier=RiskTier.HIGH, mode=FailMode.OPEN, reason="a trial"),)

    assert enter(guard(CALLS, fail_modes=modes), event("abra"), book=Unreachable()).decision.action is Action.DENY


def test_a_stream_that_needs_more_than_is_left_ends_with_the_users_message_and_pays_for_what_it_used():
    judged, book = guard(TOKENS), InProcessBudgets()
    passage = enter(judged, event("hello"), book=book)
    stream = StreamGuard(judged, event())
    assert draw_more(judged, passage, Usage(output_tokens=500), book=book, at=NOW) is None

    refused = draw_more(judged, passage, Usage(output_tokens=200), book=book, at=NOW)
    assert refused is not None
    stream.refuse(refused)

    assert stream.stopped
    assert stream.decision.action is Action.DENY
    assert stream.decision.completion == "limit/en"
    assert leave(passage, Usage(output_tokens=880), book=book, at=NOW)
    assert spent(book, TOKENS) == 880


@pytest.mark.parametrize("book", [InProcessBudgets(), Unreachable()])
def test_a_stream_whose_reservation_is_gone_or_cannot_be_asked_about_stops(book):
    keeper, judged = InProcessBudgets(), guard(TOKENS)
    passage = enter(judged, event("hello"), book=keeper)

    refused = draw_more(judged, passage, Usage(output_tokens=5), book=book, at=NOW + timedelta(seconds=5))

    assert refused is not None
    assert (refused.action, refused.degraded) == (Action.DENY, True)


def test_a_keeper_that_does_not_answer_when_it_is_over_leaves_everything_spent():
    book, judged = InProcessBudgets(), guard(TOKENS)
    passage = enter(judged, event("hello"), book=book)

    assert not leave(passage, Usage(output_tokens=1), book=Unreachable(), at=NOW)
    assert spent(book, TOKENS) == 400


def test_what_stops_nothing_does_not_refuse_a_stream():
    allowed = enter(
        guard(CALLS, fail_modes=(TierFailMode(tier=RiskTier.HIGH, mode=FailMode.OPEN, reason="x"),)),
        event("a"),
        book=Unreachable(),
    )

    with pytest.raises(ValueError, match="stops no stream"):
        StreamGuard(guard(), event()).refuse(allowed.decision.verdicts[0])


def test_a_request_for_more_than_can_be_written_down_is_refused_in_few_words():
    asked = event("hello", usage=Usage(output_tokens=10**5000))

    passage = enter(guard(TOKENS), asked, book=InProcessBudgets())

    assert passage.decision.action is Action.DENY
    assert passage.retry_after_s is None
    assert len(passage.decision.verdicts[0].reason) < 200
