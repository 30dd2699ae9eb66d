"""However much a model puts into a call, asking where its values come from ends, and what was not asked is suspect."""

import pytest

from fakes.tool_calls import ADA, Walk, argument, grant, tools
from roadworthy.guard.calls.compiling import CompiledTools
from roadworthy.guard.calls.flowing import is_explained
from roadworthy.guard.calls.judging import Asking, judge_call
from roadworthy.guard.calls.policy import Result
from roadworthy.guard.flow.effort import Effort
from roadworthy.guard.flow.label import Label, Origin, Secrecy
from roadworthy.guard.flow.ledger import EMPTY, Link
from roadworthy.guard.run.call import Call
from roadworthy.guard.segment import SourceKind

USER = Label(origin=Origin(kind=SourceKind.USER, trusted=True))
VAULT = Label(origin=Origin(kind=SourceKind.TOOL, name="vault", trusted=True), secrecy=Secrecy.SECRET)


def walk():
    """Return a run in which the user named Ada and Bob, and a secret was read."""
    made = Walk(
        tools(
            grant("send", argument("to", "user")),
            grant("via", argument("to", "user-via:people")),
            grant("post", argument("text", carries=Secrecy.INTERNAL)),
            grant("people", result=Result(trusted=True, secrecy=Secrecy.SECRET)),
        )
    )
    made.said("Write to ada@corp.com and Bob Stone about the two reports")
    made.did("people", {}, [{"name": "Bob Stone", "mail": "bob@corp.com"}])
    return made


def found(made: Walk, tool: str, arguments: dict, *, effort: Effort) -> set[str]:
    bundle_tools = made.bundle.tools
    assert isinstance(bundle_tools, CompiledTools)
    asking = Asking(
        principal=ADA,
        route="chat",
        run=made.run,
        repetition="",
        facts=dict,
        ask=lambda facts: lambda condition: pytest.fail("no condition is asked"),
        action="",
        effort=effort,
    )
    judged = judge_call(bundle_tools, Call(id="c", tool=tool, arguments=arguments), asking)
    return {kind for verdict in judged.verdicts for kind in verdict.kinds}


@pytest.mark.parametrize(
    ("tool", "arguments", "kind"),
    [
        ("send", {"to": ["ada@corp.com"]}, "origin"),
        ("via", {"to": ["bob@corp.com"]}, "origin"),
        ("post", {"text": "the two reports"}, "secrecy"),
    ],
)
def test_what_was_not_looked_at_is_refused(tool, arguments, kind):
    assert found(walk(), tool, arguments, effort=Effort()) == set()
    assert found(walk(), tool, arguments, effort=Effort(0)) == {kind}


def test_all_calls_of_an_event_have_one_effort_together():
    made, effort = walk(), Effort(20_000)
    times = 0
    while not found(made, "send", {"to": ["about the two reports", "Bob Stone about"]}, effort=effort):
        times += 1
        assert times < 1_000
    assert times
    assert effort.is_spent


def test_every_value_is_looked_at_once():
    ledger, effort, one = EMPTY.with_content("pay Bob Stone today", USER), Effort(), Effort()
    assert is_explained(["pay Bob"], ledger=ledger, same=(), effort=one)
    assert is_explained(["pay Bob"] * 10_000, ledger=ledger, same=(), effort=effort)
    assert effort.left == one.left


def test_a_result_is_not_trusted_where_the_arguments_were_not_all_looked_at():
    ledger = EMPTY.with_content("pay Bob Stone today", USER)
    assert is_explained(["pay Bob", "Stone today"], ledger=ledger, same=())
    assert not is_explained(["pay Bob", "Stone today"], ledger=ledger, same=(), effort=Effort(60))


def test_each_question_to_a_ledger_ends_with_the_suspicion():
    ledger = EMPTY.with_content(["foo bar"] * 500 + [f"foo {n}" for n in range(500)], VAULT).with_content("foo", USER)
    ledger = ledger.with_content([{"name": f"Bob {n}", "mail": f"{n}@x.io"} for n in range(50)], VAULT)

    assert ledger.trace(" ".join(["foo bar"] * 20), effort=Effort(900)).is_composed
    assert ledger.carried("foo", effort=Effort(900))[0].secrecy is Secrecy.SECRET
    assert ledger.carried(*range(1_000), effort=Effort(900))[0].secrecy is Secrecy.SECRET
    assert ledger.with_content("mail Bob 7", USER).link("7@x.io", tool="vault") is Link.NAMED
    assert ledger.with_content("mail Bob 7", USER).link("7@x.io", tool="vault", effort=Effort(900)) is Link.AMBIGUOUS


def test_words_that_say_the_same_cost_no_more_than_is_allowed():
    ledger, effort = EMPTY.with_content(["germany"] * 2_000, USER), Effort(10_000)
    ledger.trace(" x ".join(["de"] * 500), same=(("de", "germany"),), effort=effort)
    assert effort.is_spent
    assert effort.left > -10_000
