"""What every store of records must do, whatever it is kept in."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from fakes.gate_world import NOW, component, declared, release, run_evidence
from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.records import NAMED, SqliteEvidence, SqliteRecords
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import NotFoundError, StoreError, VerificationError
from roadworthy.evidence.chain import check
from roadworthy.gates.validity import component_digests


@dataclass(frozen=True)
class Note:
    id: str
    name: str
    text: str


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.sqlite"


def opened(path: Path) -> Ledger:
    return Ledger(path, clock=FixedClock(at=NOW), actor="tester")


def notes_in(ledger: Ledger) -> SqliteRecords[Note]:
    return SqliteRecords(ledger, kind="note", adapter=TypeAdapter(Note), id_of=lambda n: n.id, name_of=lambda n: n.name)


@pytest.fixture(params=[notes_in], ids=["sqlite"])
def notes(request, path):
    make: Callable[[Ledger], SqliteRecords[Note]] = request.param
    return make(opened(path))


def note(text: str = "a", id: str = "note_1", name: str = "first") -> Note:
    return Note(id=id, name=name, text=text)


def test_what_is_added_can_be_read_back_by_digest_id_name_and_start(notes):
    digest = notes.add(note())

    for reference in (digest, "note_1", "first", digest[:15], digest.removeprefix("sha256:")[:8]):
        assert notes.get(reference).record == note()
    assert digest == digest_of(note())


def test_adding_twice_stores_once(notes):
    assert notes.add(note()) == notes.add(note())
    assert len(notes.all()) == 1


def test_records_come_back_oldest_first(notes):
    for text in "cab":
        notes.add(note(text))

    assert [stored.record.text for stored in notes.all()] == ["c", "a", "b"]
    assert notes.latest().record.text == "b"


def test_records_can_be_read_newest_first_one_at_a_time(notes):
    for text in "cab":
        notes.add(note(text))

    assert [record.text for record in notes.newest_first()] == ["b", "a", "c"]
    assert notes.record("note_1") == notes.get("note_1").record


@pytest.mark.parametrize("condition", NAMED)
def test_no_way_to_name_a_record_walks_through_all_of_them(path, condition):
    plan = opened(path).query(
        f"EXPLAIN QUERY PLAN SELECT digest, body FROM records WHERE kind = ? AND {condition}",  # noqa: S608 - constants
        ("note", "a"),
    )

    found = [str(row[-1]) for row in plan if "SEARCH" in str(row[-1])]
    column = condition.partition(" ")[0]
    assert [f"{column}=?" in step for step in found] == [True], plan


def test_the_newest_of_a_name_wins(notes):
    notes.add(note("old", id="note_1"))
    notes.add(note("new", id="note_2"))

    assert notes.get("first").record.text == "new"


def test_nothing_is_found_under_an_unknown_reference(notes):
    notes.add(note())

    with pytest.raises(NotFoundError, match="'nothing'"):
        notes.get("nothing")


def test_a_start_that_fits_two_digests_is_refused(notes):
    start = "sha256:"
    for number in range(40):
        notes.add(note(str(number)))

    with pytest.raises(NotFoundError):
        notes.get(start)


def test_envelopes_come_back_as_they_were(notes):
    digest = notes.add(note(), envelopes={"urn:a": b"\x00signed", "urn:b": b"too"})

    assert dict(notes.get(digest).envelopes) == {"urn:a": b"\x00signed", "urn:b": b"too"}


def test_an_empty_store_has_no_latest(notes):
    assert notes.latest() is None
    assert list(notes.all()) == []


def test_records_outlive_the_process(path):
    first = opened(path)
    notes_in(first).add(note())
    first.close()

    assert notes_in(opened(path)).get("note_1").record == note()


def test_every_record_has_one_log_entry_and_the_chain_holds(path):
    ledger = opened(path)
    for text in "abc":
        notes_in(ledger).add(note(text))
    entries = ledger.entries()

    check(entries)
    assert [entry.digest for entry in entries] == [digest_of(note(text)) for text in "abc"]


def test_several_writers_make_one_chain(path):
    opened(path).close()

    def write(worker: int) -> None:
        mine = notes_in(opened(path))
        for number in range(15):
            mine.add(note(f"{worker}-{number}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    entries = opened(path).entries()

    check(entries)
    assert len(entries) == 60


def test_a_record_changed_behind_our_back_is_noticed(path):
    ledger = opened(path)
    digest = notes_in(ledger).add(note())
    with sqlite3.connect(path) as db:
        db.execute("DROP TRIGGER records_are_immutable")
        db.execute("UPDATE records SET body = CAST(replace(CAST(body AS TEXT), 'first', 'third') AS BLOB)")

    with pytest.raises(VerificationError, match="was changed in the store"):
        notes_in(ledger).get(digest)


@pytest.mark.parametrize(
    "statement", ["UPDATE records SET kind = 'x'", "DELETE FROM records", "UPDATE log SET seq = 9", "DELETE FROM log"]
)
def test_the_database_itself_refuses_changes(path, statement):
    notes_in(opened(path)).add(note())

    with sqlite3.connect(path) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute(statement)


def test_a_file_that_is_no_ledger_is_named(path):
    path.parent.mkdir()
    path.write_bytes(b"not a database at all, but longer than a header" * 50)

    with pytest.raises(StoreError, match=r"ledger\.sqlite|cannot be used"):
        opened(path)


def test_a_ledger_of_a_newer_version_is_refused(path):
    opened(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")

    with pytest.raises(StoreError, match="newer version"):
        opened(path)


def test_the_ledger_is_closed_to_other_users(path):
    opened(path)

    assert path.stat().st_mode & 0o077 == 0


def test_the_gate_is_given_what_is_about_the_release_and_the_newest_other_piece(path):
    store = SqliteEvidence(opened(path))
    after = release(
        component("agent", type="agent", uses=("answer", "model")),
        component("answer", content="v2"),
        component("model", type="hosted_model"),
    )
    from datetime import timedelta

    for piece in (
        run_evidence(id="ev_old", age=timedelta(days=3)),
        run_evidence(id="ev_newer", age=timedelta(days=2)),
        run_evidence(id="ev_mine", of=after),
        declared(),
        declared("review:other", id="ev_unasked"),
    ):
        store.add(piece)
    found = store.candidates(
        types={"eval:injection_indirect", "document:runbook"}, subjects=set(component_digests(after).values())
    )

    assert {stored.record.id for stored in found} == {"ev_newer", "ev_mine", "ev_declared"}
