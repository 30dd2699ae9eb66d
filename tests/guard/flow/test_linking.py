"""Whom the user named: records are named by their names, not by whatever else stands in them."""

from __future__ import annotations

from typing import Any

import pytest

from roadworthy.guard.flow.label import Label, Origin
from roadworthy.guard.flow.ledger import EMPTY, Link
from roadworthy.guard.segment import SourceKind

USER = Label(origin=Origin(kind=SourceKind.USER, trusted=True))
BOOK = Label(origin=Origin(kind=SourceKind.TOOL, name="contacts", trusted=True))
BOB = {"name": "Bob Smith", "title": "CTO", "dept": "Sales", "city": "Berlin", "email": "bob@corp.test"}
MALLORY = {"name": "Mallory", "title": "Contractor", "dept": "Legal", "city": "London", "email": "m@evil.test"}


def _link(said: str, value: str, *, book: Any = (BOB, MALLORY)) -> Link:
    return EMPTY.with_content(list(book), BOOK).with_content(said, USER).link(value, tool="contacts")


@pytest.mark.parametrize(
    "said",
    ["Use Bob Smith's address", "Tell Bob Smith’s assistant", "Send Mr Smith the file", "Ping @bob smith", "to Smith"],
)
def test_who_is_named_in_passing_or_with_a_title_is_named(said):
    assert _link(said, "bob@corp.test") is Link.NAMED


@pytest.mark.parametrize(
    "said",
    ["Send the London report to Bob Smith", "Tell Bob Smith it is a legal matter", "the contractor is late, Bob Smith"],
)
def test_a_town_a_department_or_a_role_names_nobody_who_has_a_name(said):
    assert _link(said, "m@evil.test") is Link.NOT_NAMED


def test_a_department_tells_two_of_one_name_apart():
    other = {**MALLORY, "name": "Bob Smith"}

    assert _link("Send it to Bob Smith from Sales", "bob@corp.test", book=(BOB, other)) is Link.NAMED
    assert _link("Send it to Bob Smith", "bob@corp.test", book=(BOB, other)) is Link.AMBIGUOUS


def test_records_without_a_name_are_named_by_any_field():
    rooms = ({"floor": "ground", "code": "4711"}, {"floor": "attic", "code": "4712"})

    assert _link("Unlock the attic", "4712", book=rooms) is Link.NAMED


def test_a_directory_that_repeats_the_question_does_not_name_what_it_answers():
    answer = {"query": "Bob Smith", "results": [MALLORY]}
    ledger = EMPTY.with_content(answer, BOOK).with_content("Mail Bob Smith", USER)

    assert ledger.link("m@evil.test", tool="contacts") is Link.NOT_NAMED
