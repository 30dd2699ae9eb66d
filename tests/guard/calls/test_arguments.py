"""Arguments are held to their lines: strictly by type, item by item, and what has no line is refused."""

import pytest

from fakes.tool_calls import Walk, argument, as_principal, grant, kinds, reasons, tools
from roadworthy.guard.calls.policy import ArgumentType, Result
from roadworthy.guard.calls.value import host_of

T = ArgumentType
ID = ("id",)


def asked(arguments, *lines, **fields):
    return Walk(tools(grant("t", *lines, **fields))).call("t", arguments)


@pytest.mark.parametrize(
    ("wanted", "good", "bad"),
    [
        (T.STRING, ["", "x"], [1, True, {}, 1.5]),
        (T.INTEGER, [0, -3], [True, 1.0, "1", {}]),
        (T.NUMBER, [0, 1.5], [True, "1"]),
        (T.BOOLEAN, [True, False], [0, 1, "true"]),
        (T.LIST, [[], [1, "a"], [[1]]], ["a", {"0": "a"}, 1]),
        (T.OBJECT, [{}, {"a": [1]}], ["{}", 1]),
        (
            T.EMAIL,
            ["a@b.io", "a.b+c@x-y.example.com"],
            ["a", "a@b.io,c@d.io", "Bob <a@b.io>", " a@b.io", "a@b io", "ä@b.io"],
        ),
        (
            T.URL,
            ["https://a.io", "HTTP://a.io:80/x?y#z"],
            [
                "ftp://a.io",
                "//a.io",
                "https://u:p@a.io",
                "https://a.io\\@e.io/",
                "https://a io",
                "javascript:x",
                "https://ex%61mple.com/",
            ],
        ),
        (
            T.DATE,
            ["2026-11-21", "2026-11-21T10:00:00Z", "2026-11-21 10:00"],
            ["2026-13-01", "21.11.2026", "2026-11-21x", 20261121],
        ),
        (
            T.IBAN,
            ["GB82WEST12345698765432", "DE89 3704 0044 0532 0130 00"],
            ["GB82WEST12345698765433", "GB82", "DE89  3704 0044 0532 0130 00"],
        ),
    ],
    ids=lambda one: one.value if isinstance(one, ArgumentType) else "",
)
def test_types_are_strict(wanted, good, bad):
    line = argument("a", type=wanted)

    assert [one for one in good if kinds(asked({"a": one}, line))] == []
    assert [one for one in bad if kinds(asked({"a": one}, line)) != {"argument-type"}] == []


@pytest.mark.parametrize(
    ("line", "value", "kind"),
    [
        (argument("a", one_of=("x", 1)), "x", None),
        (argument("a", one_of=("x", 1)), 1.0, None),
        (argument("a", one_of=("x", 1)), True, "argument-value"),
        (argument("a", one_of=("x",)), ["x", "y"], "argument-value"),
        (argument("a", pattern="[a-z]+"), "abc", None),
        (argument("a", pattern="[a-z]+"), "abc\n", "argument-pattern"),
        (argument("a", pattern="[a-z]+"), "ab1", "argument-pattern"),
        (argument("a", pattern="1[0-9]"), 12, None),
        (argument("a", pattern="1[0-9]"), 123, "argument-pattern"),
        (argument("a", pattern=".*"), {"x": 1}, "argument-pattern"),
        (argument("a", minimum=0, maximum=10), 10, None),
        (argument("a", minimum=0, maximum=10), 10.5, "argument-range"),
        (argument("a", minimum=0, maximum=10), -0.1, "argument-range"),
        (argument("a", minimum=0), "5", "argument-type"),
        (argument("a", maximum=10), True, "argument-type"),
        (argument("a", maximum=10), [1, 2, 30], "argument-range"),
        (argument("a", max_chars=3), "abcd", "argument-size"),
        (argument("a", max_chars=3), ["abc", "abc"], None),
        (argument("a", max_chars=3), 12345, "argument-size"),
        (argument("a", max_items=2), [1, 2, 3], "argument-size"),
        (argument("a", hosts=("example.com",)), "https://api.example.com/x", None),
        (argument("a", hosts=("example.com",)), "ada@EXAMPLE.com", None),
        (argument("a", hosts=("example.com",)), "https://notexample.com", "argument-host"),
        (argument("a", hosts=("example.com",)), "https://example.com.evil.io", "argument-host"),
        (argument("a", hosts=("example.com",)), "https://example.com@evil.io", "argument-host"),
        (argument("a", hosts=("example.com",)), "https://evil.io\\@example.com", "argument-host"),
        (argument("a", hosts=("example.com",)), "https://evil.io/example.com", "argument-host"),
        (argument("a", hosts=("example.com",)), 7, "argument-host"),
        (argument("a", same_as="principal.id"), "ada", None),
        (argument("a", same_as="principal.id"), "eve", "argument-value"),
        (argument("a", same_as="principal.id"), ["ada", "eve"], "argument-value"),
        (argument("a", same_as="principal.attributes.customer"), "C-17", None),
        (argument("a", same_as="principal.attributes.none"), "C-17", "argument-value"),
        (argument("a", required=True), None, "argument-missing"),
        (argument("a", type=T.STRING), None, None),
    ],
)
def test_each_line_holds(line, value, kind):
    assert kinds(asked({"a": value}, line)) == ({kind} if kind else set())


def test_what_has_no_line_is_refused_unless_the_grant_lets_it():
    assert kinds(asked({"a": 1, "b": 2}, argument("a"))) == {"argument-unknown"}
    assert kinds(asked({"a": 1, "b": 2}, argument("a"), other_arguments="allow")) == set()


def test_a_name_that_is_content_is_not_repeated():
    assert "secret words" not in reasons(asked({"secret words of mine": 1}))


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"filter": {"owner": "ada"}}, None),
        ({"filter": {"owner": 3}}, "argument-type"),
        ({"filter": {"owner": "ada", "all": True}}, "argument-unknown"),
        ({"filter": "ada"}, "argument-type"),
        ({"filter": [{"owner": "ada"}]}, "argument-type"),
        ({"guests": [{"email": "a@b.io"}, {"email": "c@d.io"}]}, None),
        ({"guests": [{"email": "a@b.io"}, {"email": "c"}]}, "argument-type"),
        ({"guests": [{"email": "a@b.io", "note": "x"}]}, "argument-unknown"),
        ({"guests": [{}]}, "argument-missing"),
        ({"guests": ["a@b.io"]}, "argument-type"),
        ({"guests": []}, None),
        ({"guests": {"*": {"email": "x"}}}, "argument-type"),
        ({"guests": {"email": "x"}}, "argument-type"),
    ],
)
def test_lines_reach_into_objects_and_lists(arguments, kind):
    lines = (
        argument("filter/owner", type=T.STRING),
        argument("guests/*/email", type=T.EMAIL, required="guests" in arguments and arguments["guests"] == [{}]),
    )

    found = kinds(asked(arguments, *lines))

    assert kind in found if kind else found == set()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"owner": "ada"}, None),
        ([{"owner": "ada"}, {"owner": "ada", "all": True}], None),
        ({"owner": "eve"}, "argument-value"),
        ([{"owner": "eve"}], "argument-value"),
        ([{"owner": "ada"}, {"owner": "eve"}], "argument-value"),
        ([[{"owner": "eve"}]], "argument-value"),
        ("eve", "argument-type"),
        (["eve"], "argument-type"),
        ([{"all": True}], "argument-missing"),
        ([], "argument-missing"),
    ],
)
@pytest.mark.parametrize("wanted", [T.ANY, T.OBJECT])
def test_lines_below_an_object_hold_in_a_list_of_objects_too(value, kind, wanted):
    lines = (argument("to", type=wanted), argument("to/owner", same_as="principal.id", required=True))

    found = kinds(asked({"to": value}, *lines))

    assert kind in found if kind else found == set()


@pytest.mark.parametrize("items", [T.ANY, T.OBJECT])
def test_lines_of_items_hold_for_nothing_but_items(items):
    lines = (argument("to", type=T.ANY), argument("to/*", type=items), argument("to/*/mail", type=T.EMAIL))

    assert kinds(asked({"to": [{"mail": "a@b.io", "note": "x"}]}, *lines)) == set()
    assert kinds(asked({"to": {"mail": "nobody"}}, *lines)) == {"argument-type"}
    assert kinds(asked({"to": {"mail": "nobody"}}, *lines[2:], other_arguments="allow")) == {"argument-type"}


NOTHING = ["", {}, [], [""], [None], [{}], [[]], [["", {}]], {"": None}, [{"": [{"": ""}]}], None]


@pytest.mark.parametrize("wanted", [T.ANY, T.STRING, T.LIST, T.OBJECT])
@pytest.mark.parametrize("value", NOTHING)
def test_what_somebody_must_say_is_not_given_by_saying_nothing(value, wanted):
    assert "argument-missing" in kinds(asked({"a": value}, argument("a", "user", type=wanted, required=True)))
    assert "argument-missing" not in kinds(asked({"a": value}, argument("a", "user", type=wanted)))


def test_what_anybody_may_say_may_be_empty():
    for origins in ((), ("model",), ("user", "model")):
        for value, wanted in (("", T.STRING), ([], T.LIST), ({}, T.OBJECT), ("", T.ANY)):
            line = argument("a", *origins, type=wanted, required=True)
            assert kinds(asked({"a": value}, line)) == set()
    assert kinds(asked({"a": 0}, argument("a", "user", "model", required=True))) == set()


def test_a_line_of_an_object_holds_all_that_is_in_it():
    line = argument("order", "user", type=T.OBJECT)
    walk = Walk(tools(grant("t", line)))
    walk.said("send two pens to Vienna")

    assert kinds(walk.call("t", {"order": {"Vienna": "pens"}})) == set()
    assert kinds(walk.call("t", {"order": {"Vienna": {"pens": "Berlin"}}})) == {"origin"}
    assert kinds(walk.call("t", {"order": {"Berlin": "pens"}})) == {"origin"}


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "1",
        '"x"',
        "null",
        "{",
        '{"a":1,"a":2}',
        '{"a":{"b":1,"b":2}}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":-Infinity}',
        '{"a":1e999}',
        '{"a":9007199254740992}',
        '{"a":' + "9" * 5_000 + "}",
        '{"a":"\\ud800"}',
        '{"\\ud800":1}',
        '{"a":' + "[" * 40 + "]" * 40 + "}",
        '{"a":' + "[" * 100_000,
        '{"a":"' + "x" * 1_000_001 + '"}',
        '{"a":1} {"b":2}',
        '{"' + "n" * 201 + '":1}',
        '{"a":[' + ",".join("1" for _ in range(20_001)) + "]}",
        "{'a': 1}",
        '{"a":0x10}',
        '{"a":01}',
    ],
    ids=lambda text: text[:24],
)
def test_what_readers_read_differently_is_refused(text):
    decision = Walk(tools(grant("t", other_arguments="allow"))).call("t", text)

    assert "malformed" in kinds(decision) or kinds(decision) == {"too-long"}
    assert decision.state.run.calls[-1].status.value == "refused"


@pytest.mark.parametrize(
    ("fields", "principal", "kind"),
    [
        ({"roles": ("clerk", "boss")}, {}, None),
        ({"roles": ("boss",)}, {}, "role"),
        ({"scopes": ("mail.send",)}, {}, None),
        ({"scopes": ("mail.send", "mail.read")}, {}, "scope"),
        ({"routes": ("chat",)}, {}, None),
        ({"routes": ("*",)}, {}, None),
        ({"routes": ("batch",)}, {}, "route"),
        ({"when": "principal.tenant == 'acme' && call.arguments.a < 5"}, {}, None),
        ({"when": "call.arguments.a > 5"}, {}, "condition"),
        ({"when": "call.arguments.b > 5"}, {}, "condition-unknown"),
        ({"when": "call.arguments.a == 'x' || principal.purpose == 'support'"}, {}, "condition-unknown"),
        ({"when": "call.tool == 't' && call.effects == ['read'] && call.depth == 0 && call.step == 1"}, {}, None),
        ({"when": "!call.tainted && call.repeated == 0"}, {}, None),
        ({"when": "principal.scopes.exists(s, s == 'mail.send')"}, {}, None),
        ({"when": "principal.scopes.exists(s, s == 'mail.send')"}, {"scopes": ()}, "condition"),
    ],
)
def test_who_may_call_and_when(fields, principal, kind):
    walk = Walk(tools(grant("t", argument("a"), **fields)), principal=as_principal(**principal))

    assert kinds(walk.call("t", {"a": 3})) == ({kind} if kind else set())


def test_hosts_are_read_one_way_only():
    doubtful = [
        "http://a.io:80@b.io",
        "http:a.io",
        "http:///a.io",
        "https://a.io%2eb.io",
        "https://[::1",
        "http://１.io",
    ]

    assert [one for one in doubtful if host_of(one) is not None] == []
    assert host_of("https://[::1]:80/") == "[::1]"


def test_what_records_say_is_of_two_people_is_nobodys():
    owned = Result(trusted=True, owner="/customer", id="/id", kind="order")
    walk = Walk(tools(grant("orders", result=owned), grant("cancel", argument("order", owned="order"))))
    rows = [{"id": "AB-1", "customer": "ada"}, {"id": "AB-1", "customer": "bob"}, {"id": "AB-2", "customer": "ada"}]
    walk.did("orders", {}, rows)

    assert kinds(walk.call("cancel", {"order": "AB-1"})) == {"not-yours"}
    assert kinds(walk.call("cancel", {"order": "ab-2"})) == {"not-yours"}
    assert kinds(walk.call("cancel", {"order": "AB-2"})) == set()
