"""No text makes a question long, and what was not looked at counts as suspect."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.guard.flow.carrying import MAX_CARRYING
from roadworthy.guard.flow.content import MAX_FIELDS
from roadworthy.guard.flow.effort import Effort
from roadworthy.guard.flow.explaining import MAX_TRACED, runs
from roadworthy.guard.flow.label import Label, Origin, Secrecy
from roadworthy.guard.flow.ledger import EMPTY, Ledger, Link, Owned
from roadworthy.guard.flow.spelling import spelled
from roadworthy.guard.segment import SourceKind

USER = Label(origin=Origin(kind=SourceKind.USER, trusted=True))
PAGE = Label(origin=Origin(kind=SourceKind.TOOL, name="web"))
VAULT = Label(origin=Origin(kind=SourceKind.TOOL, name="vault", trusted=True), secrecy=Secrecy.SECRET)


@pytest.mark.parametrize(
    "unit", ["1", "1 ", "A-", "2024 ", "+49 30 123 ", "a at b        ", "x: y\n", "AAAa1", "(1) ", "一"]
)
def test_repetitive_text_is_read_and_asked_about_in_bounded_time(unit: str) -> None:
    text = (unit * 3_000)[:3_000]
    begin = time.process_time()
    ledger = EMPTY.with_content("Mail Bob", USER).with_content(text, VAULT)
    ledger.trace(f"{text[1:]}q")
    found = ledger.carried(f"{text}q", 1)

    assert time.process_time() - begin < 10
    assert VAULT in found


def test_what_a_value_says_beyond_the_cap_may_be_anything_that_was_read() -> None:
    ledger = EMPTY.with_content("the word is Hunter2!x", VAULT).with_content("a page", PAGE)

    assert not ledger.carried("z" * MAX_CARRYING)
    assert [one.secrecy for one in ledger.carried("z" * (MAX_CARRYING + 1))] == [Secrecy.SECRET, Secrecy.PUBLIC]
    said = EMPTY.with_content("a b " * 6000, USER).with_content("x", VAULT).carried("a b " * 6000)
    assert [one.secrecy for one in said] == [Secrecy.PUBLIC]


def test_what_is_beyond_the_cap_of_a_trace_was_said_by_nobody() -> None:
    text = "word " * (MAX_TRACED // 5 + 10)
    parts = EMPTY.with_content(text, USER).trace(f"{text}and evil@x.io").parts

    assert (parts[-1].span.start, parts[-1].origins) == (MAX_TRACED, ())


def test_where_the_effort_is_spent_fewer_runs_are_found_and_none_is_made_up() -> None:
    ledger = EMPTY.with_content("one two three four five", USER)
    spelling = spelled("one two three zzz four five")

    every = list(runs(spelling, ledger._find, Effort()))
    for left in range(12):
        assert set(runs(spelling, ledger._find, Effort(left))) <= {
            *every,
            *((first, place, label) for first, last, label in every for place in range(first + 1, last)),
            *((place, place + 1, USER) for place in range(6)),
        }


def test_content_that_is_too_deep_is_as_forgotten() -> None:
    deep: Any = "Hunter2!x"
    for _ in range(50_000):
        deep = [deep]
    ledger = EMPTY.with_content("hello", USER).with_content(deep, VAULT)

    assert (ledger.secrecy, ledger.mark == EMPTY.with_content("hello", USER).mark) == (Secrecy.SECRET, False)
    assert [one.secrecy for one in ledger.carried("whatever")] == [Secrecy.SECRET]


def test_a_long_name_of_a_member_makes_no_pointer_long() -> None:
    name = "A" * 200_000
    ledger = EMPTY.with_content({name: {f"a{number}": 1 for number in range(3000)}, f"{name}b": {"x": 2}}, VAULT)

    fields = {leaf.pointer for leaf in ledger.entries[0].leaves}
    assert max(map(len, fields)) < 300
    assert len(fields) == 3003
    assert len({leaf.label for leaf in ledger.entries[0].leaves}) <= MAX_FIELDS + 1


def test_many_records_with_the_same_value_are_ambiguous() -> None:
    rows = [{"id": number % 5, "name": f"Bob {number}", "mail": f"m{number % 3}@x.io"} for number in range(300)]
    owned = [Owned(kind="k", id="/id", owner="/name")]
    begin = time.process_time()
    ledger = EMPTY.with_content(rows, VAULT, owned=owned).with_content("mail Bob", USER)

    assert ledger.link("m1@x.io", tool="vault") is Link.AMBIGUOUS
    assert len(ledger.owners(1, kind="k")) == 60
    assert time.process_time() - begin < 10


WORDS = st.lists(st.sampled_from(["red", "green", "blue", "10", "river", "of", "the"]), min_size=1, max_size=7)
GAPS = st.sampled_from([" ", ", ", "; "])


@given(
    contents=st.lists(st.tuples(WORDS, GAPS, st.sampled_from([USER, PAGE, VAULT])), max_size=5), asked=WORDS, gap=GAPS
)
@settings(max_examples=60)
def test_a_value_is_explained_as_by_comparing_every_stretch_with_every_content(
    contents: list[tuple[list[str], str, Label]], asked: list[str], gap: str
) -> None:
    ledger = EMPTY
    for words, between, label in contents:
        ledger = ledger.with_content(between.join(words), label)
    value = gap.join(asked)

    expected = [_by_comparing(place, asked, gap, contents) for place in range(len(asked))]
    found = [_origins(ledger, value, sum(map(len, asked[:place])) + place * len(gap)) for place in range(len(asked))]

    assert found == expected


def _origins(ledger: Ledger, value: str, place: int) -> set[Origin]:
    return {
        one for part in ledger.trace(value).parts if part.span.start <= place < part.span.end for one in part.origins
    }


def _by_comparing(place: int, asked: list[str], gap: str, contents: list[tuple[list[str], str, Label]]) -> set[Origin]:
    """Return whose stretches hold the word at ``place``; if someone's hold all of the value, only theirs."""
    found: set[Origin] = set()
    whole: set[Origin] = set()
    for first in range(place + 1):
        for last in range(place + 1, len(asked) + 1):
            stretch = asked[first:last]
            is_all = len(stretch) == len(asked)
            counts = len(stretch) > 1 or (len(stretch[0]) > 2 and stretch[0] != "the")
            for words, between, label in contents:
                at = range(len(words) - len(stretch) + 1)
                held = any(words[begin : begin + len(stretch)] == stretch for begin in at)
                if held and (len(stretch) == 1 or between == gap) and (counts or is_all):
                    (whole if is_all else found).add(label.origin)
    return whole or found
