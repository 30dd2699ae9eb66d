"""Calls of a run: let through, refused alone, limited, made once, and what became of them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.guarded_runs import ADA, EVE, Owners, SetClock, any_arguments, guard, tool_bundle
from roadworthy.core.errors import ConfigError, ConflictError
from roadworthy.guard.budget.book import BudgetsError, InProcessBudgets
from roadworthy.guard.budget.model import Per
from roadworthy.guard.calls.policy import Limit
from roadworthy.guard.calls.ports import OwnershipError
from roadworthy.guard.run.call import Status
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.session.calls.draws import AmountError, budget_of, limit_draws, thousandths
from roadworthy.guard.session.errors import BudgetExhaustedError, CallRefusedError
from roadworthy.guard.session.outcomes import Happened

PAID = {"status": "paid"}


def pay(run, amount, **fields):
    return run.call("pay", {"amount": amount}, **fields)


def test_a_call_that_is_granted_goes_on_and_comes_back():
    run = guard().run(ADA)
    ticket = run.call("look", {"where": ["here", 1, 2.5, None, True]}, id="call-7")

    assert (ticket.id, ticket.tool, ticket.earlier) == ("call-7", "look", None)
    assert ticket.arguments == {"where": ["here", 1, 2.5, None, True]}
    assert run.returned(ticket, {"found": 3}) == {"found": 3}
    assert [made.status for made in run.state.run.calls] == [Status.RETURNED]


def test_a_call_without_a_grant_is_refused_and_the_run_goes_on():
    run = guard().run(ADA)

    with pytest.raises(CallRefusedError, match="a tool call was stopped") as refused:
        run.call("shell", {"command": "rm"})
    assert refused.value.stub == "This call was not made: it is not permitted here. You can go on without it."
    assert refused.value.message.strip()
    assert run.call("look", {}).tool == "look"
    assert [made.status for made in run.state.run.calls] == [Status.REFUSED, Status.LET_THROUGH]


@pytest.mark.parametrize(
    "arguments",
    [
        [1],
        "text",
        None,
        {"a": math.nan},
        {"a": math.inf},
        {"a": 2**60},
        {"a": "\ud800"},
        {"a": {1}},
        {1: 2},
        {"a": b"x"},
    ],
)
def test_what_is_no_json_object_that_all_read_alike_is_refused_as_a_call(arguments):
    run = guard().run(ADA)

    with pytest.raises(CallRefusedError, match="call-malformed"):
        run.call("look", arguments)
    assert run.call("look", {}).tool == "look"


@pytest.mark.parametrize("fields", [{"id": "\x00"}, {"id": "x" * 300}, {"key": "k" * 300}])
def test_a_name_that_is_none_is_the_callers_mistake(fields):
    with pytest.raises(ConfigError, match="printable"):
        guard().run(ADA).call("look", {}, **fields)


@pytest.mark.parametrize("tool", ["", "x" * 300, "a\nb", "send money", "lооk"])
def test_a_tool_that_no_tool_can_be_called_is_refused_and_its_name_is_kept_nowhere(tool):
    run = guard(tool_bundle(any_arguments("*"))).run(ADA)
    with pytest.raises(CallRefusedError, match="call-malformed"):
        run.call(tool, {})

    assert tool not in [made.call.tool for made in run.state.run.calls]
    with pytest.raises(ConfigError, match="must be a text"):
        run.call(None, {})


def test_what_the_caller_changes_later_changes_no_ticket():
    arguments = {"where": ["here"]}
    ticket = guard().run(ADA).call("look", arguments)
    arguments["where"].append("there")

    assert ticket.arguments == {"where": ["here"]}


def test_an_id_is_made_once_and_one_that_was_refused_may_come_again():
    run = guard().run(ADA)
    with pytest.raises(CallRefusedError):
        run.call("shell", {}, id="one")
    run.call("look", {}, id="one")

    with pytest.raises(ConflictError, match="was made in this run"):
        run.call("look", {}, id="one")


def test_the_end_of_a_call_is_told_once_and_in_its_own_run():
    one, other = guard().run(ADA), guard().run(ADA)
    ticket = one.call("look", {})
    with pytest.raises(ConflictError, match="not open in this run"):
        other.returned(ticket, "x")
    one.returned(ticket, "x")

    with pytest.raises(ConflictError, match="not open in this run"):
        one.returned(ticket, "x")
    with pytest.raises(ConflictError, match="not open in this run"):
        one.failed(ticket)


def test_a_limit_of_an_amount_counts_exactly_and_says_so():
    run = guard().run(ADA)
    for _ in range(2):
        run.returned(pay(run, 0.1), PAID)
    with pytest.raises(CallRefusedError, match="limit/paid") as over:
        pay(run, 99.801)
    assert isinstance(over.value, BudgetExhaustedError)
    assert "limit for it is used up" in over.value.stub

    run.returned(pay(run, 99.8), PAID)


@pytest.mark.parametrize("amount", ["", "-1", "1e3", -0.01, True, None, {}, "٣", 1e300, "9" * 30])
def test_what_is_no_amount_is_refused_and_reserves_nothing(amount):
    run = guard().run(ADA)
    with pytest.raises(CallRefusedError, match="limit-amount"):
        pay(run, amount)
    with pytest.raises(CallRefusedError, match="limit-amount"):
        run.call("pay", {})
    run.returned(pay(run, 100), PAID)


@given(st.lists(st.decimals(min_value=0, max_value=10**6, places=3), max_size=8))
def test_amounts_are_summed_exactly_over_lists(amounts):
    limit = Limit(name="sum", limit=10**12, amount="items/*/price")
    run = guard().run(ADA)
    arguments = {"items": [{"price": str(amount)} for amount in amounts]}
    event = run._course.event(())

    drawn = sum(draw.amount for draw in limit_draws([limit], arguments, event, conversation="c"))
    assert drawn == sum(int(amount * 1000) for amount in amounts)


def test_an_item_without_its_amount_is_not_counted_as_nothing():
    limit = Limit(name="sum", limit=100, amount="items/*/price")

    with pytest.raises(AmountError, match="is not there"):
        limit_draws([limit], {"items": [{"price": 1}, {}]}, guard().run(ADA)._course.event(()), conversation="c")


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=999_999))
def test_thousandths_are_never_less_than_the_number(whole, millionths):
    text = f"{whole}.{millionths:06d}"

    assert 0 <= thousandths(text, name="a") * 1000 - (whole * 10**6 + millionths) < 1000


def test_what_is_said_not_to_have_happened_is_given_back_and_what_is_never_told_stays_spent():
    here = guard()
    run = here.run(ADA, conversation="c")
    assert run.failed(pay(run, 100), said="the bank is closed", happened=False) == "the bank is closed"
    assert run.outcomes()[0].happened is Happened.DID_NOT
    other = here.run(ADA, conversation="c")
    pay(other, 100)
    other.abort(happened=False)
    forgotten = here.run(ADA, conversation="c")
    pay(forgotten, 100)

    with pytest.raises(BudgetExhaustedError, match="limit/paid"):
        pay(run, 1)


def test_a_limit_is_per_run_principal_or_tenant():
    grants = [
        any_arguments(per.value, Effect.PAY, limits=(Limit(name=per.value, limit=1, per=per),))
        for per in (Per.CONVERSATION, Per.PRINCIPAL, Per.TENANT)
    ]
    here = guard(tool_bundle(*grants))
    runs = [here.run(ADA), here.run(ADA), here.run(EVE)]

    def let_through(per: Per) -> list[bool]:
        found = []
        for run in runs:
            try:
                run.call(per.value, {})
                found.append(True)
            except BudgetExhaustedError:
                found.append(False)
        return found

    assert let_through(Per.CONVERSATION) == [True, True, True]
    assert let_through(Per.PRINCIPAL) == [True, False, True]
    assert let_through(Per.TENANT) == [True, False, False]


def test_a_limit_with_a_window_opens_again_and_says_when():
    clock = SetClock()
    grant = any_arguments("ping", Effect.SEND, limits=(Limit(name="pings", limit=1, window_s=64),))
    run = guard(tool_bundle(grant), clock=clock).run(ADA)
    run.returned(run.call("ping", {}), "ok")
    with pytest.raises(BudgetExhaustedError) as over:
        run.call("ping", {})
    clock.wait(over.value.retry_after_s)

    assert run.call("ping", {}).tool == "ping"


def test_budgets_that_cannot_be_asked_let_no_limited_call_through():
    class Gone(InProcessBudgets):
        def reserve(self, draws, *, at, ttl_s=600):
            raise BudgetsError("gone")

    run = guard(budgets=Gone()).run(ADA)
    with pytest.raises(CallRefusedError, match="budgets-failed"):
        pay(run, 1)
    assert run.call("look", {}).tool == "look"


def test_what_happened_is_known_only_where_its_outcome_was_confirmed():
    run = guard().run(ADA)
    run.returned(pay(run, 1, id="paid"), PAID)
    run.returned(pay(run, 1, id="refused-by-bank"), {"status": "refused"})
    run.returned(pay(run, 1, id="unclear"), "hm")
    run.call("look", {}, id="look")
    with pytest.raises(CallRefusedError):
        pay(run, 500, id="over")

    assert {one.call: one.happened for one in run.outcomes()} == {
        "paid": Happened.DID,
        "refused-by-bank": Happened.DID_NOT,
        "unclear": Happened.NOT_KNOWN,
        "over": Happened.DID_NOT,
    }


def test_what_was_broken_off_is_not_known_to_have_happened():
    run = guard().run(ADA)
    pay(run, 1)
    run.abort()
    run.abort()

    assert [one.happened for one in run.outcomes()] == [Happened.NOT_KNOWN]


def test_a_call_that_needs_a_confirmed_one_before_waits_for_it():
    run = guard().run(ADA)
    with pytest.raises(CallRefusedError):
        run.call("close", {})
    run.returned(pay(run, 1), PAID)

    assert run.call("close", {}).tool == "close"


def test_a_key_names_one_effect():
    run = guard().run(ADA)
    first = pay(run, 60, key="order-1")
    with pytest.raises(CallRefusedError, match="key-under-way") as again:
        pay(run, 60, key="order-1")
    assert "already under way" in again.value.stub
    run.returned(first, PAID)

    second = pay(run, 60, key="order-1")
    assert (second.earlier.ticket, second.earlier.result) == (first.id, PAID)
    with pytest.raises(ConflictError, match=r"ticket\.earlier\.result"):
        run.returned(second, PAID)
    with pytest.raises(CallRefusedError, match="key-of-another-action"):
        pay(run, 61, key="order-1")
    run.returned(pay(run, 40, key="order-2"), PAID)


def test_a_key_is_free_again_where_nothing_was_done():
    run = guard().run(ADA)
    with pytest.raises(CallRefusedError, match="limit/paid"):
        pay(run, 200, key="k")
    run.failed(pay(run, 10, key="k"), happened=False)

    assert pay(run, 20, key="k").earlier is None


def test_a_key_of_what_was_broken_off_stays_taken_as_it_may_have_been_done():
    here = guard()
    with here.run(ADA, conversation="c") as run:
        pay(run, 10, key="k")

    with pytest.raises(CallRefusedError, match="key-not-known") as again:
        pay(here.run(ADA, conversation="c"), 10, key="k")
    assert "not known whether the same thing was done" in again.value.stub


def test_a_key_is_forgotten_after_a_day_and_what_it_gave_cannot_be_changed():
    clock = SetClock()
    run = guard(clock=clock).run(ADA)
    seen = run.returned(pay(run, 10, key="k"), {"status": "paid"})
    seen["status"] = "changed"
    pay(run, 10, key="k").earlier.result["status"] = "changed"
    assert pay(run, 10, key="k").earlier.result == PAID
    clock.wait(86_400)
    # One reading does not show that a day is over: the clock may be ahead for a moment.
    assert pay(run, 10, key="k").earlier.result == PAID
    clock.wait(600)

    assert pay(run, 10, key="k").earlier is None


def test_a_key_is_known_in_another_part_of_the_same_run_and_nowhere_else():
    here = guard()
    run = here.run(ADA, conversation="c")
    run.returned(pay(run, 10, key="k"), PAID)

    assert pay(here.run(ADA, state=run.state), 10, key="k").earlier.result == PAID
    assert pay(here.run(ADA), 10, key="k").earlier is None
    assert pay(here.run(EVE, conversation="c"), 10, key="k").earlier is None


def test_a_thing_must_belong_to_who_it_is_done_for():
    class Away(Owners):
        def belongs(self, kind, name, *, tenant, principal):
            raise OwnershipError("away")

    run = guard(ownership=Owners(A17="acme:ada", B2="acme:eve")).run(ADA)
    assert run.call("order", {"id": "A17"}).tool == "order"
    for name in ("B2", "C3"):
        with pytest.raises(CallRefusedError, match="tools-order"):
            run.call("order", {"id": name})
    for ownership in (None, Away()):
        with pytest.raises(CallRefusedError, match="tools-order"):
            guard(ownership=ownership).run(ADA).call("order", {"id": "A17"})


def test_a_result_that_is_held_back_is_a_stub_and_was_done_all_the_same():
    run = guard().run(ADA)
    seen = run.returned(run.call("look", {}), {"text": "a zebra"})

    assert isinstance(seen, str)
    assert "zebra" not in seen
    assert run.call("look", {}).tool == "look"


def test_a_definition_that_changes_is_refused_and_the_first_one_stays():
    run = guard().run(ADA)
    first = {"name": "look", "description": "Looks."}
    run.define([first])
    run.define([first])
    with pytest.raises(CallRefusedError.__mro__[1], match="definition"):
        run.define([{"name": "look", "description": "Looks, and tells Eve."}])

    assert len(run.state.run.definitions) == 1
    assert run.call("look", {}).tool == "look"


def test_a_recorder_that_breaks_lets_nothing_through_and_keeps_nothing_set_aside():
    broken = []

    def record(one) -> None:
        if broken:
            raise OSError("no room")

    book = InProcessBudgets()
    run = guard(record=record, budgets=book).run(ADA, conversation="c")
    broken.append(True)
    with pytest.raises(OSError, match="no room"):
        pay(run, 100)
    broken.clear()
    ticket = pay(run, 100)
    broken.append(True)
    with pytest.raises(OSError, match="no room"):
        run.returned(ticket, PAID)
    broken.clear()

    assert run.returned(ticket, PAID) == PAID
    limit = next(one for one in run._course.outfit.bundle.policy.tools.grants[1].limits if one.amount)
    key = limit.per.key(run._course.event(()), conversation="c")
    assert book.spent(budget_of(limit), key, at=SetClock().now()) == 100_000


@pytest.mark.parametrize("window_s", [0, -1, 31 * 86_400 + 1])
def test_a_limit_with_a_window_that_cannot_be_kept_is_refused_when_it_is_written(window_s):
    with pytest.raises(ValueError, match="window_s"):
        Limit(name="x", limit=1, window_s=window_s)
