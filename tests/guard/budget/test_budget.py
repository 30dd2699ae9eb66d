from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.guard.budget.admission import Admitted, Refused, admit, completion_of, draws_of
from roadworthy.guard.budget.book import Draw, Full, InProcessBudgets, Reservation
from roadworthy.guard.budget.model import Budget, Per, Unit
from roadworthy.guard.budget.window import SlidingWindow
from roadworthy.guard.event import Event, Principal, Usage
from roadworthy.guard.verdict import Action

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(*, tenant: str = "acme", who: str = "ada", route: str = "chat", usage: Usage | None = None) -> Event:
    return Event(
        id="e", route=route, at=NOON, principal=Principal(id=who, tenant=tenant), segments=(), usage=usage or Usage()
    )


@given(
    length=st.integers(min_value=1, max_value=10_000),
    steps=st.lists(st.tuples(st.floats(0, 5000), st.integers(1, 50)), max_size=60),
    limit=st.integers(1, 100),
)
def test_no_window_of_its_length_ever_holds_more_than_the_limit(length, steps, limit):
    window, now, spent = SlidingWindow(length_s=length), 0.0, []
    for step, amount in steps:
        now += step
        if window.total(at=now) + amount <= limit:
            window.add(amount, at=now)
            spent.append((now, amount))

    for end, _ in spent:
        assert sum(amount for at, amount in spent if end - length <= at <= end) <= limit


@given(
    length=st.integers(1, 10_000),
    steps=st.lists(st.tuples(st.floats(0, 400), st.integers(1, 9)), min_size=1, max_size=40),
)
def test_what_is_out_of_the_window_by_a_sixty_fourth_is_counted_no_more(length, steps):
    window, now = SlidingWindow(length_s=length), 0.0
    for step, amount in steps:
        now += step
        window.add(amount, at=now)

    assert window.total(at=now + length * 66 / 64 + 1) == 0


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"name": "a\nb"}, "budget name must look like 'calls-per-minute', got 'a"),
        ({"name": ""}, "budget name must look like"),
        ({"limit": 0}, "`limit` must be >= 1, got 0"),
        ({"window_s": 0}, "`window_s` must be in"),
        ({"window_s": 32 * 86_400}, "`window_s` must be in"),
        ({"assumed": 0}, "`assumed` must be in 1..100, the amount reserved for a request that does not state"),
        ({"assumed": 101}, "`assumed` must be in"),
        ({"unit": Unit.CONCURRENT, "window_s": 60}, "has no `window_s`"),
    ],
)
def test_a_budget_that_cannot_be_kept_is_refused(changes, match):
    with pytest.raises(ValueError, match=match):
        Budget(**{"name": "b", "unit": Unit.TOKENS, "limit": 100, "assumed": 10, **changes})


@pytest.mark.parametrize(
    ("usage", "asked"),
    [
        (Usage(), 300),
        (Usage(input_tokens=50), 350),
        (Usage(input_tokens=50, output_tokens=20), 70),
        (Usage(output_tokens=-5), 300),
        (Usage(input_tokens=-(10**9), output_tokens=20), 20),
        (Usage(input_tokens=10**4000, output_tokens=1), 2**63),
    ],
)
def test_what_a_request_does_not_state_is_assumed(usage, asked):
    assert Budget(name="t", unit=Unit.TOKENS, limit=1000, assumed=300).asks(usage) == asked


@pytest.mark.parametrize(
    ("per", "same", "other"),
    [
        (Per.TENANT, event(who="bob"), event(tenant="zen")),
        (Per.PRINCIPAL, event(route="search"), event(tenant="zen")),
        (Per.EVERYBODY, event(tenant="zen"), None),
    ],
)
def test_a_budget_is_shared_by_those_it_is_for_and_by_nobody_else(per, same, other):
    assert per.key(same, conversation="") == per.key(event(), conversation="")
    assert other is None or per.key(other, conversation="") != per.key(event(), conversation="")


IDS = st.text(alphabet="a:1\x00\x1f\x1e|/\ud800", max_size=4)


@given(one=st.tuples(IDS, IDS, IDS), other=st.tuples(IDS, IDS, IDS))
def test_no_two_owners_share_a_key_whatever_their_ids_are_made_of(one, other):
    def keys(ids: tuple[str, str, str]) -> tuple[str, str, str]:
        asked = event(tenant=ids[0], who=ids[1])
        return tuple(per.key(asked, conversation=ids[2]) for per in (Per.TENANT, Per.PRINCIPAL, Per.CONVERSATION))

    assert len({*keys(one), *keys(other)}) == len(
        {one[:length] for length in (1, 2, 3)} | {other[:n] for n in (1, 2, 3)}
    )


def test_a_key_says_nobodys_id_and_does_not_grow_with_it():
    key = Per.PRINCIPAL.key(event(who="ada@example.org" * 10_000), conversation="")

    assert "ada" not in key
    assert len(key) < 100


def test_a_budget_binds_its_routes_alone():
    budgets = [Budget(name="calls", unit=Unit.REQUESTS, limit=1, routes=("chat",))]

    assert len(draws_of(budgets, event())) == 1
    assert draws_of(budgets, event(route="search")) == ()


def test_an_exhausted_budget_denies_with_its_words_and_when_to_come_back():
    budgets, book = [Budget(name="calls", unit=Unit.REQUESTS, limit=1, window_s=60)], InProcessBudgets()
    assert isinstance(admit(budgets, event(), book=book), Admitted)

    refused = admit(budgets, event(), book=book)

    assert isinstance(refused, Refused)
    assert (refused.verdict.action, refused.verdict.rule) == (Action.DENY, "guard/budget-calls")
    assert completion_of(budgets, refused.verdict.rule) == "limit"
    assert refused.verdict.reason == "requests per tenant: 1 asked and 1 spent or reserved of 1 in 60 s"
    assert 59 < refused.retry_after_s < 62


def test_where_no_more_can_be_kept_count_of_nobody_new_is_let_in():
    book, calls = InProcessBudgets(max_accounts=3), Budget(name="calls", unit=Unit.REQUESTS, limit=5, window_s=60)

    def ask(key: str, at: datetime = NOON) -> object:
        return book.reserve([Draw(budget=calls, key=key, amount=1)], at=at)

    assert all(isinstance(ask(key), Reservation) for key in "abc")
    assert isinstance(ask("d"), Full)
    assert isinstance(ask("a"), Reservation)


def test_accounts_are_forgotten_only_when_nothing_is_in_them_or_open():
    book, calls = InProcessBudgets(max_accounts=1), Budget(name="calls", unit=Unit.REQUESTS, limit=5, window_s=60)
    held = book.reserve([Draw(budget=calls, key="a", amount=1)], at=NOON, ttl_s=600)
    later = NOON + timedelta(seconds=90)

    assert isinstance(book.reserve([Draw(budget=calls, key="b", amount=1)], at=later), Full)
    assert book.settle(held, Usage(), at=later)
    later += timedelta(seconds=1)
    assert isinstance(book.reserve([Draw(budget=calls, key="b", amount=1)], at=later), Reservation)


def test_a_flood_of_new_owners_looks_through_all_accounts_once_a_second():
    book, calls = InProcessBudgets(max_accounts=20_000), Budget(name="calls", unit=Unit.REQUESTS, limit=5)
    for number in range(20_000):
        book.reserve([Draw(budget=calls, key=str(number), amount=1)], at=NOON)

    start = time.process_time()
    for number in range(2_000):
        assert isinstance(book.reserve([Draw(budget=calls, key=f"new-{number}", amount=1)], at=NOON), Full)

    assert time.process_time() - start < 1


def test_what_was_spent_for_good_is_forgotten_after_a_month_without_a_request():
    book, ever = InProcessBudgets(max_accounts=1), Budget(name="t", unit=Unit.OUTPUT_TOKENS, limit=9, assumed=9)
    held = book.reserve([Draw(budget=ever, key="a", amount=9)], at=NOON)
    assert book.settle(held, Usage(output_tokens=9), at=NOON)
    other = [Draw(budget=ever, key="b", amount=1)]

    assert isinstance(book.reserve(other, at=NOON + timedelta(days=30)), Full)
    assert isinstance(book.reserve(other, at=NOON + timedelta(days=31, seconds=2)), Reservation)


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(1, 40), st.integers(0, 60), st.booleans()), min_size=1, max_size=40
    )
)
def test_spent_is_what_is_open_and_what_was_settled(steps):
    book, budget, now = InProcessBudgets(), Budget(name="t", unit=Unit.OUTPUT_TOKENS, limit=200, assumed=1), NOON
    still_open, spent = [], 0
    for wait, amount, used, settles in steps:
        now += timedelta(seconds=wait)
        answer = book.reserve([Draw(budget=budget, key="", amount=amount)], at=now, ttl_s=10**6)
        if isinstance(answer, Reservation):
            still_open.append((answer, amount))
        if settles and still_open:
            reservation, _ = still_open.pop()
            assert book.settle(reservation, Usage(output_tokens=used), at=now)
            spent += used

        assert book.spent(budget, "", at=now) == spent + sum(amount for _, amount in still_open)


def test_no_more_may_be_under_way_than_can_be_kept_count_of():
    book, calls = InProcessBudgets(max_open=1), Budget(name="calls", unit=Unit.REQUESTS, limit=5)
    first = book.reserve([Draw(budget=calls, key="", amount=1)], at=NOON)

    refused = admit([calls], event(), book=book)
    assert isinstance(refused, Refused)
    assert refused.verdict.degraded
    assert book.settle(first, Usage(), at=NOON)
    assert isinstance(admit([calls], event(), book=book), Admitted)
