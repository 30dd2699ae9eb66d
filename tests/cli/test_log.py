"""`rw log`: the whole log moved to another database, and what `rw log verify` notices of what was altered."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from fakes.databases import place
from fakes.small_system import write_system
from roadworthy.adapters.store.opening import database_at
from roadworthy.cli.main import run

GOOD, BROKEN, USAGE, CANNOT_TELL = 0, 1, 2, 3
TABLES = ("records", "envelopes", "claims", "evidence", "log")


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    folder = write_system(tmp_path_factory.mktemp("logged") / "desk")
    for command in (["assess"], ["eval", "run", "answers"], ["gate"]):
        run([*command, "-C", str(folder)])
    return folder


@pytest.fixture
def desk(decided, tmp_path):
    return shutil.copytree(decided, tmp_path / "desk")


def ledger_of(folder: Path) -> Path:
    return folder / ".roadworthy" / "ledger.sqlite"


def rows_in(address: str) -> dict[str, list]:
    database = database_at(address, default=Path())
    try:
        return {table: sorted(map(repr, database.query(f"SELECT * FROM {table}"))) for table in TABLES}  # noqa: S608
    finally:
        database.close()


def alter(folder: Path, *statements: str) -> None:
    """Change the ledger as somebody who owns the file can."""
    db = sqlite3.connect(ledger_of(folder))
    for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


@pytest.mark.slow
def test_a_log_moved_to_a_server_and_back_is_the_same_and_answers_the_same(desk, tmp_path, monkeypatch, capsys):
    here, back = f"sqlite:///{ledger_of(desk)}", tmp_path / "folder with ü" / "back.sqlite"
    asked = ["trace", "1.0.0", "--depth", "4", "--format", "json", "-C", str(desk)]
    before = rows_in(here)
    run(asked)
    said = [capsys.readouterr().out]
    with place("postgres", tmp_path) as home:
        assert run(["log", "move", "--to", home.address, "--format", "json", "-C", str(desk)]) == GOOD
        assert json.loads(capsys.readouterr().out)["entries"] == len(before["log"])
        assert rows_in(here) == before == rows_in(home.address)

        monkeypatch.setenv("ROADWORTHY_DATABASE", home.address)
        assert run(["log", "verify", "-C", str(desk)]) == GOOD
        capsys.readouterr()
        run(asked)
        said.append(capsys.readouterr().out)
        assert run(["log", "move", "--to", str(back), "-C", str(desk)]) == GOOD
    monkeypatch.setenv("ROADWORTHY_DATABASE", f"sqlite:///{back}")
    capsys.readouterr()
    run(asked)
    said.append(capsys.readouterr().out)

    assert rows_in(f"sqlite:///{back}") == before
    assert said[0] == said[1] == said[2]


def test_a_log_is_never_mixed_with_another(desk, capsys):
    before = rows_in(f"sqlite:///{ledger_of(desk)}")

    assert run(["log", "move", "--to", str(ledger_of(desk)), "-C", str(desk)]) == USAGE
    assert "there is a ledger already" in capsys.readouterr().err
    assert rows_in(f"sqlite:///{ledger_of(desk)}") == before


def test_a_log_that_is_not_whole_is_not_moved(desk, tmp_path, capsys):
    alter(desk, "UPDATE records SET body = CAST(body || x'20' AS BLOB) WHERE kind = 'decision'")

    assert run(["log", "move", "--to", str(tmp_path / "there.sqlite"), "-C", str(desk)]) == BROKEN
    assert "was changed" in capsys.readouterr().err
    assert rows_in(f"sqlite:///{tmp_path / 'there.sqlite'}") == {table: [] for table in TABLES}


def test_an_empty_log_and_an_address_of_nothing_are_told(tmp_path, desk, capsys):
    empty = write_system(tmp_path / "empty")

    assert run(["log", "move", "--to", str(tmp_path / "there.sqlite"), "-C", str(empty)]) == CANNOT_TELL
    assert "nothing was recorded yet" in capsys.readouterr().err
    assert run(["log", "move", "--to", "mysql://me:hush@host/db", "-C", str(desk)]) == USAGE
    assert "hush" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (
            "UPDATE records SET kind = 'note' WHERE kind = 'gate-inputs'",
            "is a gate-inputs, and the store calls it note",
        ),
        ("UPDATE records SET id = 'decision_other' WHERE kind = 'decision'", "another id or name"),
        ("UPDATE records SET name = '9.9.9' WHERE kind = 'release'", "another id or name"),
        ("UPDATE records SET name = 'decision_other' WHERE kind = 'gate-inputs'", "another id or name"),
        ("UPDATE records SET added = added + 1000 WHERE kind = 'assessment'", "the store calls it"),
        ("DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)", "is in no log entry"),
    ],
)
def test_a_record_that_was_hidden_from_its_noun_or_its_name_is_noticed(desk, capsys, harm, told):
    alter(desk, harm)

    assert run(["log", "verify", "-C", str(desk)]) == BROKEN
    assert told in capsys.readouterr().err


def test_a_decision_signed_with_a_stolen_key_does_not_read_as_in_force(desk, capsys):
    asked = ["trace", "requirement", "nist-ai-rmf MEASURE 2.3", "--format", "json", "-C", str(desk)]
    assert run(["key", "revoke", "-C", str(desk)]) == GOOD
    capsys.readouterr()

    assert run(asked) == BROKEN
    rows = json.loads(capsys.readouterr().out)
    assert rows
    assert {row["since"].partition(":")[0] for row in rows if row["decision"]} == {"voided"}
