"""What is taken of calls of which nobody knows whether they were made, or which of two a result is of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.guarded_runs import ADA, any_arguments, guard, tool_bundle
from roadworthy.guard.calls.policy import Limit, Result
from roadworthy.guard.engine.calling import Asked, with_call
from roadworthy.guard.engine.remembering import run_after
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.run.call import Call, Status, repetition_digest
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.run.state import RunState
from roadworthy.guard.session.asking import came_back
from roadworthy.guard.session.errors import BudgetExhaustedError, CallRefusedError
from roadworthy.guard.session.outcomes import Happened


def pay(run, amount, **fields):
    return run.call("pay", {"amount": amount}, **fields)


def test_a_result_whose_id_fits_two_calls_is_nobodys_word():
    trusted = any_arguments("directory", Effect.READ, result=Result(trusted=True, secrecy=Secrecy.SECRET))
    bundle = tool_bundle(trusted, any_arguments("web", Effect.READ))
    run = RunState()
    for tool in ("web", "directory"):
        call = Call(id="a", tool=tool, arguments={})
        asked = Asked(call=call, id="a", tool=tool, segment=0, repetition=repetition_digest(call))
        run = with_call(bundle.tools, run, asked, status=Status.RETURNED, is_explained=True)
    here = guard(bundle).run(ADA)
    event = here._course.event((came_back("eve@evil.test", tool="directory", id="a"),))
    after = run_after(bundle, event, replace(here.state, run=run), verdicts=(), withheld=frozenset(), stops=False)

    labels = [label for entry in after.ledger.entries for label in entry.labels]
    assert [(one.origin.name, one.origin.trusted, one.secrecy) for one in labels] == [("", False, Secrecy.SECRET)]


@pytest.mark.parametrize("how", ["failed", "left", "aborted"])
def test_a_call_that_may_have_been_made_stays_spent_in_doubt_and_under_its_key(how):
    run = guard().run(ADA)
    ticket = pay(run, 100, key="k")
    if how == "failed":
        assert run.failed(ticket, said="read timed out") == "read timed out"
    elif how == "aborted":
        run.abort()
    else:
        with pytest.raises(RuntimeError, match="gone"), run:
            raise RuntimeError("gone")

    with pytest.raises(BudgetExhaustedError, match="limit/paid"):
        pay(run, 1)
    with pytest.raises(CallRefusedError, match="key-not-known"):
        pay(run, 100, key="k")
    assert run.outcomes()[0].happened is Happened.NOT_KNOWN


def test_a_call_that_only_reads_is_given_back_where_it_fails_or_is_broken_off():
    grant = any_arguments("look", Effect.READ, limits=(Limit(name="looks", limit=1),))
    run = guard(tool_bundle(grant)).run(ADA)
    run.failed(run.call("look", {}, key="k"))
    run.call("look", {}, key="k")
    run.abort()

    assert run.call("look", {}, key="k").earlier is None


def test_another_call_with_an_id_that_was_made_is_refused():
    run = guard().run(ADA)
    run.call("look", {}, id="one")

    with pytest.raises(CallRefusedError, match="call-id-taken") as refused:
        run.call("look", {"at": "other"}, id="one")
    assert "This call was not made" in refused.value.stub
