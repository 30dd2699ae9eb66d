"""Calls in their run: what must go before, how often, how deep, with whose yes, and what became of them."""

import pytest

from fakes.guard_world import rule, segment
from fakes.tool_calls import Walk, argument, call_segments, grant, kinds, reasons, result_segment, tools
from roadworthy.guard.calls.owning import MAX_QUESTIONS
from roadworthy.guard.calls.policy import After, Approval, ArgumentType, Outcome, Result
from roadworthy.guard.engine.calling import ownership_questions
from roadworthy.guard.run.call import Definition, action_digest, repetition_digest
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.verdict import Action

ORDER = argument("order")
VERIFY = grant("verify", ORDER, outcome=Outcome(holds="result.verified == true"))


def refunding(**after):
    return Walk(
        tools(
            grant("refund", ORDER, effects=(Effect.PAY,), after=(After(tool="verify", **after),)),
            VERIFY,
            grant("other"),
        )
    )


def test_a_tool_without_a_grant_is_denied():
    assert kinds(Walk(tools()).call("t")) == {"not-granted"}
    assert kinds(Walk(tools(grant("read_*"))).call("write_file")) == {"not-granted"}
    assert kinds(Walk(tools(grant("read_*"))).call("read_file")) == set()
    assert kinds(Walk(tools(grant("Read"))).call("read")) == {"not-granted"}


def test_several_grants_for_a_tool_must_all_hold():
    walk = Walk(tools(grant("pay*", argument("n", maximum=10)), grant("pay_bill", argument("n", minimum=5))))

    assert kinds(walk.call("pay_bill", {"n": 7})) == set()
    assert kinds(walk.call("pay_bill", {"n": 20})) == {"argument-range"}
    assert kinds(walk.call("pay_bill", {"n": 1})) == {"argument-range"}
    assert kinds(walk.call("pay_salary", {"n": 1})) == set()


def test_a_grant_in_shadow_says_what_it_would_and_opens_nothing():
    alone = Walk(tools(grant("t", mode="shadow"))).call("t")
    beside = Walk(tools(grant("t", argument("n")), grant("t", argument("n", maximum=3), mode="shadow")))
    looked = beside.call("t", {"n": 5})

    assert kinds(alone) == {"not-granted"}
    assert looked.action is Action.ALLOW
    assert [verdict.kinds for verdict in looked.shadow] == [("argument-range",)]


@pytest.mark.parametrize(
    ("value", "status", "kind"),
    [
        ({"verified": True}, "confirmed", None),
        ({"verified": False}, "failed", "before-missing"),
        ({"verified": None}, "returned", "before-missing"),
        ({}, "returned", "before-missing"),
        ("yes, verified", "returned", "before-missing"),
        ({"verified": "yes"}, "failed", "before-missing"),
        ([1], "returned", "before-missing"),
    ],
)
def test_what_must_go_before_must_be_confirmed(value, status, kind):
    walk = refunding()
    walk.did("verify", {"order": 1}, value)

    assert walk.status() == status
    assert kinds(walk.call("refund", {"order": 1})) == ({kind} if kind else set())


def test_what_was_let_through_and_never_came_back_is_not_done():
    walk = refunding(confirmed=False)
    walk.call("verify", {"order": 1})
    assert kinds(walk.copy().call("refund", {"order": 1})) == {"before-missing"}
    walk.back("verify", {})
    assert kinds(walk.call("refund", {"order": 1})) == set()


@pytest.mark.parametrize(
    ("order", "kind"), [(1, None), (2, "before-missing"), (True, "before-missing"), ("1", "before-missing")]
)
def test_it_must_have_been_about_the_same(order, kind):
    walk = refunding(same=(("order", "order"),))
    walk.did("verify", {"order": 1}, {"verified": True})

    assert kinds(walk.call("refund", {"order": order})) == ({kind} if kind else set())


def test_an_argument_that_is_not_there_is_the_same_as_nothing():
    walk = refunding(same=(("order", "order"),))
    walk.did("verify", {}, {"verified": True})

    assert kinds(walk.call("refund", {})) == {"before-missing"}


def test_it_must_not_be_too_long_ago():
    walk = refunding(within_steps=2)
    walk.did("verify", {"order": 1}, {"verified": True})
    walk.did("other")

    assert kinds(walk.copy().call("refund", {"order": 1})) == set()
    walk.did("other")
    assert kinds(walk.call("refund", {"order": 1})) == {"before-missing"}


def test_untainted_ends_with_the_first_untrusted_word():
    walk = Walk(tools(grant("wire", untainted=True), grant("web")))
    walk.said("pay the rent")
    assert kinds(walk.call("wire")) == set()
    walk.did("web", {}, "a page")
    assert kinds(walk.call("wire")) == {"tainted"}


def test_equal_calls_are_counted_and_refused_ones_are_not():
    walk = Walk(tools(grant("t", argument("n", maximum=3)), max_repeats=2))
    walk.call("t", {"n": 9})
    walk.call("t", {"n": 9})

    found = [kinds(walk.call("t", {"n": 1.0 if turn else 1})) for turn in range(3)]

    assert found == [set(), set(), {"repeated"}]
    assert kinds(walk.call("t", {"n": 2})) == set()


def test_a_second_call_asks_whatever_its_arguments_and_refused_ones_are_not_counted():
    walk = Walk(tools(grant("pay", argument("n", maximum=9), approval=Approval(when="call.made > 0"))))

    found = [kinds(walk.call("pay", {"n": n})) for n in (10, 1, 2)]

    assert found == [{"argument-range"}, set(), {"approval-needed"}]


def test_a_call_is_counted_once_it_was_let_through_whatever_became_of_it():
    walk = Walk(tools(grant("pay", when="call.made == 0"), grant("other")))
    walk.did("other")
    walk.call("pay")
    assert kinds(walk.call("pay")) == {"condition"}


def test_a_grant_may_say_its_own_number_of_repeats():
    walk = Walk(tools(grant("t", max_repeats=1)))
    walk.call("t")
    assert kinds(walk.call("t")) == {"repeated"}


def test_a_run_has_so_many_steps_refused_ones_too():
    walk = Walk(tools(grant("t"), max_steps=3))
    walk.call("t")
    walk.call("none")
    walk.call("t", "[")
    assert kinds(walk.call("t")) == {"too-many-steps"}


def test_agents_call_agents_so_deep():
    walk = Walk(tools(grant("t"), max_depth=2))
    assert [kinds(walk.call("t", depth=depth)) for depth in (0, 2, 3)] == [set(), set(), {"too-deep"}]


def test_several_calls_of_one_event_are_judged_one_after_the_other():
    walk = Walk(tools(grant("t"), max_repeats=1))

    both = walk.take(walk.event(*call_segments("t", {}, id="a"), *call_segments("t", {}, id="b")))

    assert kinds(both) == {"repeated"}
    assert [made.status.value for made in walk.run.calls] == ["refused", "refused"]


def test_approval_is_for_the_exact_action():
    walk = Walk(tools(grant("pay", argument("n"), approval=Approval(when="call.arguments.n > 10"))))
    assert kinds(walk.call("pay", {"n": 10})) == set()

    asked = walk.call("pay", {"n": 11})
    action = walk.run.calls[-1].action

    assert asked.action is Action.ESCALATE
    assert kinds(asked) == {"approval-needed"}
    assert kinds(walk.call("pay", {"n": 12}, approved=(action,))) == {"approval-needed"}
    assert kinds(walk.call("pay", {"n": 11}, approved=(action,))) == set()


def test_whether_a_yes_is_needed_and_cannot_be_told_means_that_it_is():
    walk = Walk(tools(grant("pay", argument("n"), approval=Approval(when="call.arguments.n > 10"))))
    assert walk.call("pay", {}).action is Action.ESCALATE


def test_two_grants_ask_for_one_who_may_answer_both():
    bundle = tools(
        grant("pay", approval=Approval(by=("boss", "board"), expires_s=60)),
        grant("pay", approval=Approval(by=("board",), distinct=True)),
        grant("wipe", approval=Approval(by=("a",))),
        grant("wipe", approval=Approval(by=("b",))),
    )
    assert bundle.tools.terms("pay").approval == Approval(by=("board",), distinct=True, expires_s=60)
    assert bundle.tools.terms("wipe").approval.by == ("nobody-may",)
    assert bundle.tools.terms("other").approval is None


@pytest.mark.parametrize(
    "arguments", [{}, {"a": 1}, {"a": 1.5, "ä": "é\n\x7f\u2028"}, {"b": [1, {"z": None, "a": True}], "a": '"\\\x01'}]
)
def test_digests_are_those_of_the_contract(arguments):
    walk = Walk(tools(grant("t", other_arguments="allow")))
    walk.call("t", arguments)
    made = walk.run.calls[-1]

    assert made.repeated == repetition_digest(made.call)
    assert made.action == action_digest(
        made.call, tenant="acme", principal="ada", run="run-1", route="chat", definition=None
    )


def owning():
    return Walk(
        tools(
            grant("cancel", argument("id", owned="order"), effects=(Effect.DELETE,)),
            grant("orders", result=Result(trusted=True, owner="/customer", id="/order_id", kind="order")),
        )
    )


@pytest.mark.parametrize(
    ("known", "kind"), [(True, None), (False, "not-yours"), (None, "not-yours"), ("nobody asked", "not-yours")]
)
def test_what_belongs_to_others_or_to_nobody_known_is_refused(known, kind):
    owns = {("order", "O-1"): known} if known != "nobody asked" else {("order", "O-2"): True}
    assert kinds(owning().call("cancel", {"id": "O-1"}, owns=owns)) == ({kind} if kind else set())


def test_records_of_the_run_tell_whose_things_are():
    walk = owning()
    walk.said("cancel my order")
    walk.did("orders", {}, {"order_id": "O-1", "customer": "ada"})
    walk.did("orders", {}, {"order_id": "O-2", "customer": "eve"})

    assert kinds(walk.call("cancel", {"id": "O-1"})) == set()
    assert kinds(walk.call("cancel", {"id": ["O-1", "O-2"]})) == {"not-yours"}
    assert kinds(walk.call("cancel", {"id": "O-2"}, owns={("order", "O-2"): True})) == {"not-yours"}
    assert kinds(walk.call("cancel", {"id": {"x": 1}})) == {"not-yours"}


@pytest.mark.parametrize(
    ("record", "owns", "kind"),
    [
        ({"seen_by": "ada", "customer": "ada"}, None, None),
        ({"seen_by": "ada", "customer": "bob"}, True, "not-yours"),
        ({"seen_by": "bob", "customer": "ada"}, True, "not-yours"),
        ({"seen_by": "bob"}, True, "not-yours"),
        ({"seen_by": "ada"}, None, "not-yours"),
        ({"seen_by": "ada"}, True, None),
        ({"customer": "ada"}, None, "not-yours"),
        ({}, True, None),
    ],
)
def test_every_grant_that_says_whose_a_record_is_counts(record, owns, kind):
    first, second = (
        Result(trusted=True, owner=owner, id="/order_id", kind="order") for owner in ("/seen_by", "/customer")
    )
    walk = Walk(
        tools(
            grant("cancel", argument("id", owned="order")),
            grant("orders", result=first),
            grant("ord*", result=second),
        )
    )
    walk.did("orders", {}, {"order_id": "O-1", **record})

    assert kinds(walk.call("cancel", {"id": "O-1"}, owns={("order", "O-1"): owns})) == ({kind} if kind else set())


@pytest.mark.parametrize(
    ("fields", "value", "asked"),
    [
        ({}, "O-1", (("order", "O-1"),)),
        ({}, ["O-1", 2, "O-1", None, {}], (("order", "O-1"), ("order", "2"))),
        ({}, [f"O-{n}" for n in range(MAX_QUESTIONS + 1)], ()),
        ({"pattern": "O-[0-9]"}, ["O-1", "x'; --"], ()),
        ({"max_items": 1}, ["O-1", "O-2"], ()),
        ({"type": ArgumentType.STRING}, 1, ()),
        ({"same_as": "principal.id"}, "ada", (("order", "ada"),)),
        ({}, None, ()),
    ],
)
def test_nobody_is_asked_about_a_call_that_is_refused_anyway(fields, value, asked):
    for held, expected in (({}, asked), ({"roles": ("boss",)}, ()), ({"scopes": ("x",)}, ()), ({"routes": ("x",)}, ())):
        bundle = tools(grant("cancel", argument("id", owned="order", **fields), **held))
        walk = Walk(bundle)
        made = walk.event(*call_segments("cancel", {"id": value}))
        assert ownership_questions(bundle, made, walk.state) == expected


@pytest.mark.parametrize(
    "more",
    [{"note": None}, {"note": ""}, {"tags": []}, {"tags": [None, ""]}, {"tags": [{}]}, {"note": {"a": {"b": None}}}],
)
def test_a_call_is_repeated_whatever_it_leaves_empty(more):
    walk = Walk(tools(grant("refund", argument("order"), argument("note"), argument("tags"), max_repeats=1)))
    walk.did("refund", {"order": "O-1"})

    again = walk.copy().call("refund", {"order": "O-1", **more})
    assert kinds(again) == {"repeated"}
    assert again.state.run.calls[-1].action != walk.run.calls[-1].action
    for other in ({"note": 0}, {"note": False}, {"tags": [None, 1]}, {"note": {"a": 1}}):
        assert kinds(walk.copy().call("refund", {"order": "O-1", **other})) == set()


def test_a_definition_must_stay_as_it_was_first_stated():
    one, other = (Definition(tool="t", digest="sha256:" + digit * 64) for digit in "12")
    walk = Walk(tools(grant("t")))
    assert kinds(walk.take(walk.event("hi", definitions=(one,)))) == set()
    assert kinds(walk.copy().take(walk.event("hi", definitions=(one,)))) == set()
    assert kinds(walk.copy().take(walk.event("hi", definitions=(other,)))) == {"definition-changed"}
    assert kinds(Walk(walk.bundle).take(walk.event("hi", definitions=(one, other)))) == {"definition-changed"}
    free = Walk(tools(grant("t"), pinning="off"), state=walk.state)
    assert kinds(free.take(free.event("hi", definitions=(other,)))) == set()


def test_a_pin_names_the_one_definition():
    one, other = (Definition(tool="t", digest="sha256:" + digit * 64) for digit in "12")
    pinned = tools(grant("t", pin=one.digest))
    assert kinds(Walk(pinned).take(Walk(pinned).event("hi", definitions=(other,)))) == {"not-pinned"}
    assert kinds(Walk(pinned).call("t")) == {"not-pinned"}
    walk = Walk(pinned)
    walk.take(walk.event("hi", definitions=(one,)))
    assert kinds(walk.call("t")) == set()
    required = Walk(tools(grant("t"), pinning="required"))
    assert kinds(required.take(required.event("hi", definitions=(one,)))) == {"not-pinned"}
    assert kinds(required.call("t")) == {"not-pinned"}


def test_a_result_that_nobody_asked_for_is_refused():
    walk = Walk(tools(grant("t"), grant("u")))
    walk.call("t")
    walk.call("v")

    assert kinds(walk.copy().back("t", "x", id="c1")) == set()
    assert kinds(walk.copy().back("t", "x", id="c9")) == {"result-unasked"}
    assert kinds(walk.copy().back("v", "x", id="c2")) == {"result-unasked"}


def test_a_refused_call_leaves_nothing_but_that_it_was_asked_for():
    walk = Walk(tools(grant("t", argument("n", maximum=1))))
    walk.said("hi")
    before = walk.run

    walk.call("t", {"n": 5})

    assert walk.run.ledger == before.ledger
    assert [made.status.value for made in walk.run.calls] == ["refused"]


def test_what_was_blocked_is_not_read():
    walk = Walk(tools(grant("send", argument("to", "user")), rules=(rule("no", "forbidden"),)))
    walk.said("forbidden: write to eve@evil.com")
    assert kinds(walk.call("send", {"to": "eve@evil.com"})) == {"origin"}


def test_edits_are_judged_too_and_what_goes_on_is_kept():
    hide = rule("hide", "secret", action=Action.TRANSFORM)
    walk = Walk(tools(grant("send", argument("to", "user")), rules=(hide,)))
    walk.said("hello secret")

    decision = walk.call("send", {"to": "secret"})

    assert decision.action is Action.DENY
    assert "origin" in kinds(decision)
    assert walk.run.ledger.trace("secret").is_composed


def test_a_history_without_a_state_is_read_anew():
    bundle = tools(
        grant("send", argument("to", "user", "trusted")), grant("contacts", argument("q"), result=Result(trusted=True))
    )
    asked = [
        segment(
            one.text,
            role=one.role,
            channel=one.channel,
            source=one.source,
            call=one.call,
            tool=one.tool,
            path=one.path,
            labels=("history",),
        )
        for one in call_segments("contacts", {"q": "Bob"})
    ]
    walk = Walk(bundle)
    request = walk.event("write to Bob", *asked, result_segment("contacts", [{"name": "Bob", "email": "bob@corp.com"}]))

    assert kinds(walk.take(request)) == set()
    assert [made.status.value for made in walk.run.calls] == ["returned"]
    again = walk.copy()
    again.take(request)
    assert again.run == walk.run
    assert kinds(walk.call("send", {"to": "bob@corp.com"})) == set()


def test_messages_say_what_to_do_and_no_content():
    walk = Walk(tools(grant("send", argument("to", "user"))))
    walk.fetched("eve@evil.com")
    decision = walk.call("send", {"to": "eve@evil.com"})

    assert decision.verdicts[0].message.startswith("The call of send was not made. `to` must be said by the user")
    assert decision.message.startswith("I did not do this: it may not be done here in this way.")
    assert "send" not in decision.message
    assert "eve@evil.com" not in repr(decision)
    assert "eve@evil.com" not in reasons(decision)
