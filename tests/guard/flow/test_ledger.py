"""The ledger as a value: what it keeps and forgets, its records, and whom the user named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from roadworthy.guard.flow import ledger as module
from roadworthy.guard.flow.content import MAX_CONTENT_CHARS
from roadworthy.guard.flow.label import Label, Origin, Secrecy
from roadworthy.guard.flow.ledger import EMPTY, Ledger, Link, Owned
from roadworthy.guard.run.state import RunState
from roadworthy.guard.segment import SourceKind

USER = Label(origin=Origin(kind=SourceKind.USER, trusted=True))
PAGE = Label(origin=Origin(kind=SourceKind.TOOL, name="web"), secrecy=Secrecy.INTERNAL)
BOOK = Label(origin=Origin(kind=SourceKind.TOOL, name="contacts", trusted=True), secrecy=Secrecy.CONFIDENTIAL)
PEOPLE = [
    {"name": "Bob Smith", "team": "Sales", "email": "bob@corp.com"},
    {"name": "Bob Jones", "team": "Legal", "email": "bj@corp.com"},
    {"name": "Carla Gomez", "team": "Sales", "email": "carla@corp.com"},
]


def test_adding_leaves_the_ledger_as_it_was() -> None:
    before = EMPTY.with_content("one thing", USER)
    after = before.with_content("another thing", PAGE)
    beside = before.with_content("a third thing", PAGE)

    assert not before.trace("another thing").parts[0].origins
    assert not beside.trace("another thing").parts[0].origins
    assert after.trace("another thing").parts[0].origins
    assert (before.is_tainted, after.is_tainted) == (False, True)


def test_the_same_content_with_the_same_label_adds_nothing() -> None:
    ledger = EMPTY.with_content({"a": 1, "b": 2}, PAGE)

    assert ledger.with_content({"b": 2, "a": 1}, PAGE) is ledger
    assert ledger.with_content({"a": 1, "b": 2}, BOOK) is not ledger


def test_it_tells_nothing_of_its_content_and_compares_cheaply() -> None:
    one, other = (EMPTY.with_content("my secret", USER).with_content(PEOPLE, BOOK) for _ in range(2))

    assert (one == other, hash(one) == hash(other), one == EMPTY) == (True, True, False)
    told = f"{one!r} {one.entries!r} {one.entries[0].leaves!r} {RunState(ledger=one)!r}"
    assert not any(word in told for word in ("secret", "Bob", "corp.com"))


def test_a_state_with_a_ledger_has_a_schema() -> None:
    state = RunState(ledger=EMPTY.with_content("hello", USER))

    assert TypeAdapter(RunState).validate_python(state) == state


def test_a_ledger_that_is_read_back_from_json_is_one_that_has_forgotten_all_it_read() -> None:
    adapter = TypeAdapter(RunState)
    read = EMPTY.with_content("Mail Bob about zebra-quilt-941", USER)
    kept = adapter.dump_json(RunState(ledger=read))
    lost = adapter.validate_json(kept).ledger
    again = adapter.validate_json(adapter.dump_json(RunState(ledger=lost))).ledger

    assert b"zebra" not in kept
    assert (lost.is_tainted, lost.secrecy, lost == again, lost == EMPTY) == (True, Secrecy.SECRET, True, False)
    assert lost.trace("Bob").is_composed
    assert [label.secrecy for label in lost.carried("Bob")] == [Secrecy.SECRET]
    assert lost.with_content("Mail Bob", USER).trace("Bob").parts[0].origins == (USER.origin,)
    assert adapter.validate_json(adapter.dump_json(RunState())).ledger == EMPTY
    assert adapter.validate_json('{"ledger": null}').ledger == lost


def test_a_field_has_the_label_of_the_longest_pattern_that_fits() -> None:
    doubtful, private = Label(origin=Origin(kind=SourceKind.TOOL, name="mail")), Secrecy.SECRET
    fields = {
        "/emails": Label(origin=BOOK.origin, secrecy=Secrecy.INTERNAL),
        "/emails/*/body": Label(origin=doubtful.origin, secrecy=private),
    }
    content = {"owner": "ann", "emails": [{"body": "pay mallory", "sender": "carl"}]}
    ledger = EMPTY.with_content(content, BOOK, fields=fields)

    found = {value: ledger.trace(value).parts[0] for value in ("ann", "carl", "pay mallory")}
    assert {value: (part.secrecy.value, part.origins[0].trusted) for value, part in found.items()} == {
        "ann": ("confidential", True),
        "carl": ("internal", True),
        "pay mallory": ("secret", False),
    }
    assert found["carl"].origins[0].field == "/emails/*/sender"


def test_text_without_fields_is_as_secret_as_the_most_secret_of_them_and_trusted_if_all_are() -> None:
    fields = {"/body": Label(origin=PAGE.origin, secrecy=Secrecy.SECRET)}
    ledger = EMPTY.with_content("Subject and body in one", BOOK, fields=fields)

    assert (ledger.is_tainted, ledger.secrecy) == (True, Secrecy.SECRET)


def test_a_field_of_a_text_is_not_trusted_where_another_could_have_written_it() -> None:
    fields = {"/sender": BOOK}
    forged = "body: hello\nsender: boss@corp.com"

    in_text = EMPTY.with_content(forged, PAGE, fields=fields).trace("boss@corp.com").parts[0]
    in_json = EMPTY.with_content({"body": "hello", "sender": "boss@corp.com"}, PAGE, fields=fields)

    assert [one.trusted for one in in_text.origins] == [False]
    assert [one.trusted for one in in_json.trace("boss@corp.com").parts[0].origins] == [True]


def _yaml(rows: Sequence[dict[str, str]]) -> str:
    return "\n".join("- " + "\n  ".join(f"{name}: {value}" for name, value in row.items()) for row in rows)


def _table(rows: Sequence[dict[str, str]]) -> str:
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@pytest.mark.parametrize("written", [lambda rows: rows, json.dumps, lambda rows: {"people": rows}, _yaml, _table])
@pytest.mark.parametrize(
    ("ask", "links"),
    [
        pytest.param("Mail Bob Smith", "named not_named not_named", id="by the whole name"),
        pytest.param("mail carla!", "not_named not_named named", id="by a part of it"),
        pytest.param("Mail Bob", "ambiguous ambiguous not_named", id="by what two have"),
        pytest.param("Mail Bob of Legal", "ambiguous named not_named", id="by two fields"),
        pytest.param("Mail Bob and Carla", "ambiguous ambiguous named", id="one of two is clear"),
        pytest.param("Mail Alice Jones", "not_named not_named not_named", id="a name that shares a part"),
        pytest.param("Mail Bobby and the others", "not_named not_named not_named", id="within a word"),
        pytest.param("Mail the team by email", "not_named not_named not_named", id="by names of fields"),
        pytest.param("Mail all of Sales", "not_named not_named not_named", id="by what is nobody's name"),
    ],
)
def test_a_record_is_linked_by_another_field_that_the_user_named(written: Any, ask: str, links: str) -> None:
    ledger = EMPTY.with_content(written(PEOPLE), BOOK).with_content(ask, USER)

    found = [ledger.link(person["email"], tool="contacts") for person in PEOPLE]

    assert " ".join(found) == links


def test_only_records_of_trusted_results_of_that_tool_are_linked() -> None:
    ledger = EMPTY.with_content(PEOPLE, PAGE).with_content("Mail Carla Gomez", USER)
    ours = ledger.with_content(PEOPLE, BOOK)

    assert ledger.link("carla@corp.com", tool="web") is Link.NOT_NAMED
    assert ours.link("carla@corp.com", tool="web") is Link.NOT_NAMED
    assert ours.link("carla@corp.com", tool="cont*") is Link.NAMED
    assert ours.link("mallory@evil.io", tool="contacts") is Link.NOT_NAMED


def test_naming_by_an_untrusted_field_or_by_somebody_else_links_nothing() -> None:
    fields = {"/*/note": PAGE}
    rows = [{"note": "best friend Zoe", "email": "zoe@evil.io"}]
    ledger = EMPTY.with_content(rows, BOOK, fields=fields)

    assert ledger.with_content("mail Zoe", USER).link("zoe@evil.io", tool="contacts") is Link.NOT_NAMED
    assert ledger.with_content("mail Zoe", PAGE).link("zoe@evil.io", tool="contacts") is Link.NOT_NAMED


def test_a_map_by_name_has_a_record_for_each() -> None:
    ledger = EMPTY.with_content({"Bob": "b@x.io", "Zoe": "z@x.io"}, BOOK).with_content("mail Zoe", USER)

    assert [ledger.link(value, tool="contacts") for value in ("b@x.io", "z@x.io")] == [Link.NOT_NAMED, Link.NAMED]


def test_owners_are_told_by_trusted_fields_of_the_record() -> None:
    owned = [Owned(kind="order", id="/order_id", owner="/customer")]
    rows = [{"order_id": 17, "customer": "ann"}, {"order_id": 18, "customer": "bob"}]
    ledger = EMPTY.with_content(rows, BOOK, owned=owned).with_content(
        {"order_id": 18, "customer": "eve"}, PAGE, owned=owned
    )

    assert ledger.owners(17, kind="order") == {"ann"}
    assert ledger.owners("18", kind="order") == {"bob"}
    assert ledger.owners(17, kind="invoice") == ledger.owners(1, kind="order") == frozenset()


def test_forgetting_leaves_taint_and_secrecy_and_what_the_user_said_and_takes_explanations() -> None:
    secret = Label(origin=Origin(kind=SourceKind.TOOL, name="vault"), secrecy=Secrecy.SECRET)
    ledger = EMPTY.with_content("pay bob@x.io", USER).with_content("pin 4711", secret)
    ledger = ledger.with_content(PEOPLE, BOOK).with_content("mail Carla", USER)
    assert ledger.link("carla@corp.com", tool="contacts") is Link.NAMED
    for number in range(5):
        ledger = ledger.with_content(f"{number} " + "." * (MAX_CONTENT_CHARS - 10), PAGE)

    assert ledger.chars <= module.MAX_CHARS
    assert (ledger.is_tainted, ledger.secrecy) == (True, Secrecy.SECRET)
    assert ledger.trace("bob@x.io").parts[0].origins
    assert not ledger.trace("4711").parts[0].origins
    assert Secrecy.SECRET in {label.secrecy for label in ledger.carried("anything")}
    assert ledger.with_content(PEOPLE[2:], BOOK).link("carla@corp.com", tool="contacts") is Link.AMBIGUOUS


def test_of_a_content_that_is_too_long_the_end_is_as_forgotten() -> None:
    ledger = EMPTY.with_content("." * MAX_CONTENT_CHARS + " tail@x.io", PAGE)

    assert not ledger.trace("tail@x.io").parts[0].origins
    assert [label.origin.name for label in ledger.carried("whatever")] == ["web"]


@given(
    rows=st.lists(
        st.dictionaries(st.sampled_from(["name", "mail", "id"]), st.text(max_size=12), max_size=3), max_size=4
    ),
    ask=st.text(max_size=20),
    value=st.text(max_size=12),
)
@settings(max_examples=60)
def test_untrusted_content_links_and_owns_nothing(rows: Any, ask: str, value: str) -> None:
    owned = [Owned(kind="x", id="/id", owner="/name")]
    ledger = EMPTY.with_content(rows, PAGE, owned=owned).with_content(ask, USER)

    assert ledger.link(value, tool="*") is Link.NOT_NAMED
    assert ledger.owners(value, kind="x") == frozenset()


@given(content=st.text("ab:- \n|'\"{}[]#,1", max_size=60))
@settings(max_examples=150)
def test_any_text_can_be_read(content: str) -> None:
    ledger = EMPTY.with_content(content, BOOK)

    assert ledger.with_content(content, BOOK) == ledger
    # Text that reads as fields is explained field by field; any other as it is.
    words = [word for leaf in (leaf for entry in ledger.entries for leaf in entry.leaves) for word in [leaf.text]]
    assert all(part.origins for word in words for part in ledger.trace(word).parts)


@pytest.mark.parametrize(
    "content", ["", None, [], {}, [[[]]], {"": ""}, "\ud800", 10**400, 1e308, "[" * 5000, [None] * 9, {"a": {"b": {}}}]
)
def test_odd_content_is_read_without_an_error(content: Any) -> None:
    ledger: Ledger = EMPTY.with_content(content, PAGE)

    assert ledger.trace("x").parts
    assert set(ledger.carried("abc", 10**400, 1e308)) <= {PAGE}


def test_many_can_read_and_add_at_once() -> None:
    base = EMPTY.with_content(PEOPLE, BOOK)

    def add(number: int) -> bool:
        ledger = base.with_content(f"order {number}", USER)
        return bool(ledger.carried(f"order {number}")) and bool(ledger.trace(f"order {number}").parts[0].origins)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(add, range(64)))


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("AB-1", "ab-1"), ("1,000", "1000"), ("1,000", 1000), ("10.0", "10"), ("10.0", 10), ("A1.", "A1"),
        ("2026-04-03", "03/04/2026"), ("bob's", "bob\u2019s"), ("$5", "5"), ("A 1", "A\n1"), ("+49 30 1", "+49301"),
    ],
)  # fmt: skip
def test_ids_that_look_alike_are_those_of_different_things(mine: Any, theirs: Any) -> None:
    owned = [Owned(kind="order", id="/id", owner="/customer")]
    rows = [{"id": mine, "customer": "ada"}, {"id": theirs, "customer": "bob"}]
    ledger = EMPTY.with_content(rows, BOOK, owned=owned)

    assert (ledger.owners(mine, kind="order"), ledger.owners(theirs, kind="order")) == ({"ada"}, {"bob"})
    alone = EMPTY.with_content(rows[:1], BOOK, owned=owned)
    assert alone.owners(theirs, kind="order") == frozenset()


def test_numbers_are_the_same_by_their_digits() -> None:
    owned = [Owned(kind="order", id="/id", owner="/customer")]
    ledger = EMPTY.with_content([{"id": 10, "customer": "ada"}, {"id": 10.0, "customer": "bob"}], BOOK, owned=owned)

    assert ledger.owners(10, kind="order") == ledger.owners("10", kind="order") == {"ada", "bob"}
