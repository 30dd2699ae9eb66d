"""What every store of records must do, whatever it is kept in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from fakes.databases import ENGINES, Place, place
from fakes.gate_world import NOW, component, declared, release, run_evidence
from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.records import Addition, LedgerEvidence, LedgerRecords
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import ConflictError, NotFoundError, StoreError, VerificationError
from roadworthy.core.history import claim_of
from roadworthy.evidence.chain import check
from roadworthy.gates.validity import component_digests


@dataclass(frozen=True)
class Note:
    id: str
    name: str
    text: str


@pytest.fixture(params=ENGINES)
def home(request, tmp_path):
    with place(request.param, tmp_path) as made:
        yield made


def notes_in(ledger: Ledger) -> LedgerRecords[Note]:
    return LedgerRecords(ledger, kind="note", adapter=TypeAdapter(Note), id_of=lambda n: n.id, name_of=lambda n: n.name)


@pytest.fixture
def notes(home):
    return notes_in(home.ledger())


def note(text: str = "a", id: str = "note_1", name: str = "first") -> Note:
    return Note(id=id, name=name, text=text)


def test_what_is_added_can_be_read_back_by_digest_id_name_and_start(notes):
    digest = notes.add(note())

    for reference in (digest, "note_1", "first", digest[:15], digest.removeprefix("sha256:")[:8]):
        assert notes.get(reference).record == note()
    assert digest == digest_of(note())


def test_many_are_added_in_their_order_with_their_envelopes_and_each_once(home):
    ledger = home.ledger()
    notes = notes_in(ledger)
    known = notes.add(note("known", id="note_known"))
    many = [Addition(record=note(f"{number % 450}", id=f"note_{number % 450}")) for number in range(500)]
    many[3] = Addition(record=many[3].record, envelopes={"urn:a": b"signed"}, claim="note/3")

    digests = notes.add_all([Addition(record=note("known", id="note_known")), *many])

    assert digests == [known, *(digest_of(addition.record) for addition in many)]
    assert [stored.record.text for stored in notes.all()] == ["known", *map(str, range(450))]
    assert notes.get("note_3").envelopes == {"urn:a": b"signed"}
    assert notes.get("note_4").envelopes == {}
    check(ledger.entries())
    assert notes.add_all([]) == []


@pytest.mark.parametrize("held", [True, False])
def test_of_many_none_is_added_where_two_want_one_claim(home, held):
    ledger = home.ledger()
    notes = notes_in(ledger)
    if held:
        notes.add(note("before", id="note_0"), claim="review/1")
    wanted = [Addition(record=note(str(n), id=f"note_{n}"), claim="review/1") for n in (1, 2)]

    with pytest.raises(ConflictError, match="already written"):
        notes.add_all([Addition(record=note("free", id="note_free")), *wanted])
    assert len(notes.all()) == len(ledger.entries()) == int(held)


def test_records_of_many_megabytes_are_added_together(home):
    notes = notes_in(home.ledger())

    notes.add_all([Addition(record=note(str(number) * 3_000_000, id=f"note_{number}")) for number in range(7)])

    assert [len(stored.record.text) for stored in notes.all()] == [3_000_000] * 7


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


def test_records_outlive_the_process(home):
    first = home.ledger()
    notes_in(first).add(note())
    first.close()

    assert notes_in(home.ledger()).get("note_1").record == note()


def test_every_record_has_one_log_entry_and_the_chain_holds(home):
    ledger = home.ledger()
    for text in "abc":
        notes_in(ledger).add(note(text))
    entries = ledger.entries()

    check(entries)
    assert [entry.digest for entry in entries] == [digest_of(note(text)) for text in "abc"]


def test_several_writers_make_one_chain(home):
    ledgers = [home.ledger() for _ in range(4)]

    def write(worker: int) -> None:
        mine = notes_in(ledgers[worker])
        for number in range(10):
            mine.add(note(f"{worker}-{number}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    entries = home.ledger().entries()

    check(entries)
    assert len(entries) == 40


def test_threads_may_share_one_ledger(home):
    shared = notes_in(home.ledger())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: shared.add(note(str(number))), range(40)))

    check(home.ledger().entries())
    assert len(shared.all()) == 40


def test_one_of_two_changes_of_one_number_is_kept_and_the_other_is_told(home):
    mine, theirs = notes_in(home.ledger()), notes_in(home.ledger())
    mine.add(note("mine", id="change_1"), claim=claim_of("review_1", 4))

    with pytest.raises(ConflictError, match="review_1/4"):
        theirs.add(note("theirs", id="change_2"), claim=claim_of("review_1", 4))
    assert [stored.record.text for stored in theirs.all()] == ["mine"]
    assert len(home.ledger().entries()) == 1


def test_a_claim_at_once_by_many_is_kept_by_one(home):
    ledgers = [home.ledger() for _ in range(6)]

    def claim(worker: int) -> bool:
        try:
            notes_in(ledgers[worker]).add(note(f"by {worker}", id=f"change_{worker}"), claim="review_1/1")
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        kept = list(pool.map(claim, range(6)))
    assert sum(kept) == 1
    assert len(home.ledger().entries()) == 1


def test_adding_the_same_change_twice_is_no_conflict(notes):
    first = notes.add(note(), claim="review_1/1")

    assert notes.add(note(), claim="review_1/1") == first
    assert len(notes.all()) == 1


def test_a_known_record_takes_no_claim_of_another(notes):
    notes.add(note("a", id="change_1"), claim="review_1/1")
    notes.add(note("b", id="change_2"))

    with pytest.raises(ConflictError, match="already written"):
        notes.add(note("b", id="change_2"), claim="review_1/1")


def test_what_is_added_in_one_transaction_stands_or_falls_together(home):
    ledger = home.ledger()
    notes = notes_in(ledger)

    def write_both() -> None:
        with ledger.transaction():
            notes.add(note("a", id="change_1"), claim="review_1/1")
            notes.add(note("b", id="change_2"), claim="review_1/1")

    with pytest.raises(ConflictError, match="already written"):
        write_both()
    assert notes.all() == []
    assert ledger.entries() == []


def test_a_part_that_fails_leaves_the_rest_of_its_transaction(home):
    ledger = home.ledger()
    notes = notes_in(ledger)

    with ledger.transaction():
        notes.add(note("a"), claim="review_1/1")
        with pytest.raises(ConflictError):
            notes.add(note("b"), claim="review_1/1")
    assert [stored.record.text for stored in notes.all()] == ["a"]
    check(ledger.entries())


_UNLOCK = {
    "sqlite": "DROP TRIGGER records_are_immutable",
    "postgres": "DROP TRIGGER records_are_kept ON records",
}
_ALTER = {
    "sqlite": "UPDATE records SET body = CAST(replace(CAST(body AS TEXT), 'first', 'third') AS BLOB)",
    "postgres": "UPDATE records SET body = replace(convert_from(body, 'UTF8'), 'first', 'third')::bytea",
}


def test_a_record_changed_behind_our_back_is_noticed(home):
    ledger = home.ledger()
    digest = notes_in(ledger).add(note())
    home.admin(_UNLOCK[home.engine], _ALTER[home.engine])

    with pytest.raises(VerificationError, match="was changed in the store"):
        notes_in(ledger).get(digest)


def test_the_database_itself_refuses_changes(home):
    notes_in(home.ledger()).add(note(), envelopes={"urn:a": b"x"}, claim="review_1/1")
    LedgerEvidence(home.ledger()).add(run_evidence())

    for table, column in (
        ("records", "kind"),
        ("log", "seq"),
        ("claims", "claim"),
        ("envelopes", "predicate"),
        ("evidence", "type"),
    ):
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608 - constants
            with pytest.raises(Exception, match=r"immutable|kept|append-only"):
                home.admin(statement)
    assert len(home.ledger().entries()) == 2


_TO_A_NEWER_VERSION = {"sqlite": "PRAGMA user_version = 99", "postgres": "UPDATE ledger_schema SET version = 99"}


def test_a_ledger_of_a_newer_version_is_refused(home):
    home.ledger().close()
    home.admin(_TO_A_NEWER_VERSION[home.engine])

    with pytest.raises(StoreError, match="newer version"):
        home.ledger()


def test_the_chain_holds_whoever_people_are_called_later(home):
    notes_in(home.ledger()).add(note())
    renamed = Ledger(home.database(), clock=FixedClock(at=NOW), actor="somebody-else")
    notes_in(renamed).add(note("b"))

    check(renamed.entries())
    assert [entry.actor for entry in renamed.entries()] == ["tester", "somebody-else"]


def test_a_store_that_cannot_write_says_so_and_nothing_is_half_written(home: Place):
    ledger = home.ledger()
    home.admin("ALTER TABLE log RENAME TO elsewhere")

    with pytest.raises(StoreError, match="cannot be used"):
        notes_in(ledger).add(note())
    home.admin("ALTER TABLE elsewhere RENAME TO log")
    assert notes_in(ledger).all() == []


def test_the_gate_is_given_what_is_about_the_release_and_the_newest_other_piece(home):
    store = LedgerEvidence(home.ledger())
    after = release(
        component("agent", type="agent", uses=("answer", "model")),
        component("answer", content="v2"),
        component("model", type="hosted_model"),
    )
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
