"""``rw guard approvals``: what agents ask people is listed and answered from the file of the application."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.guard.approvals import SqliteApprovals
from roadworthy.cli.main import run as rw
from roadworthy.core.digest import digest_of
from roadworthy.guard.calls.ports import Asked, ShownArgument

ACTION = digest_of("pay")


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "approvals.sqlite"
    now = SystemClock().now()
    asked = Asked(
        id="question-1",
        action=ACTION,
        tool="pay",
        tenant="acme",
        principal="ada",
        rule="t/tools-pay",
        reasons=("a person must say yes",),
        by=("manager",),
        distinct=True,
        asked_at=now,
        expires_at=now + timedelta(hours=1),
        arguments=(
            ShownArgument(name="to", value='"Bob"', whole=True),
            ShownArgument(name="note", value='"[IBAN]"', whole=False),
            ShownArgument(name="amount", value="", whole=False),
        ),
        more_arguments=2,
    )
    SqliteApprovals(path).ask(asked)
    return path


def answer(book, *more: str) -> int:
    return rw(["guard", "approvals", "answer", str(book), "question-1", "--tenant", "acme", *more])


def test_what_waits_is_listed_for_people_and_for_programs(book, capsys):
    assert rw(["guard", "approvals", "list", str(book), "--tenant", "acme"]) == 0
    shown = capsys.readouterr()
    assert "question-1  pay for ada" in shown.out
    assert "manager, not ada, until" in shown.out
    assert "1 waiting" in shown.err
    assert '  with:   to = "Bob"\n' in shown.out
    assert 'note = "[IBAN]"  (not all of it is shown)' in shown.out
    assert "amount = (its value is not kept; the application that asks has it)" in shown.out
    assert "2 more arguments" in shown.out

    assert rw(["guard", "approvals", "list", str(book), "--tenant", "acme", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["waiting"][0]["action"] == ACTION
    assert rw(["guard", "approvals", "list", str(book), "--tenant", "rival"]) == 0
    assert capsys.readouterr().out == ""


def test_a_yes_is_kept_and_can_be_used_once(book, capsys):
    assert answer(book, "--person", "max", "--role", "manager", "--yes") == 0
    assert "question-1: yes" in capsys.readouterr().out

    assert SqliteApprovals(book).use(ACTION, tenant="acme", at=SystemClock().now()) is not None
    assert SqliteApprovals(book).use(ACTION, tenant="acme", at=SystemClock().now()) is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--person", "ada", "--role", "manager", "--yes"), "other than"),
        (("--person", "max", "--yes"), "role manager"),
        (("--person", " ", "--yes"), "nobody is named"),
    ],
)
def test_who_may_not_answer_is_told_why(book, capsys, more, said):
    assert answer(book, *more) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_or_no_book_is_named(tmp_path, capsys):
    assert rw(["guard", "approvals", "list", str(tmp_path / "none"), "--tenant", "acme"]) == 2
    assert "no book of approvals" in capsys.readouterr().err
    broken = tmp_path / "broken"
    broken.write_bytes(b"no database at all, and long enough to be one" * 100)
    assert rw(["guard", "approvals", "list", str(broken), "--tenant", "acme"]) == 3
    assert "it is no book of approvals" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"no database at all"])
def test_a_file_that_is_no_book_is_refused_and_stays_as_it_is(tmp_path, content, capsys):
    path = tmp_path / "other.sqlite"
    path.write_bytes(content)

    assert rw(["guard", "approvals", "list", str(path), "--tenant", "acme"]) == 3
    assert "it is no book of approvals" in capsys.readouterr().err
    assert path.read_bytes() == content


def test_the_database_of_another_application_gets_no_tables(tmp_path):
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE theirs (one TEXT)")

    assert rw(["guard", "approvals", "list", str(path), "--tenant", "acme"]) == 3
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
