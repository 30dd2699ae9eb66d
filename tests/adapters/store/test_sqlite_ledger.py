"""What only a ledger in a file can get wrong: the file itself, and ledgers of older versions."""

from __future__ import annotations

import sqlite3
from importlib import resources
from pathlib import Path

import pytest

from fakes.databases import place
from fakes.gate_world import NOW, run_evidence
from roadworthy.adapters.store.graph import LedgerGraph
from roadworthy.adapters.store.records import NAMED, LedgerEvidence
from roadworthy.core.digest import canonical_json, digest_of
from roadworthy.core.errors import ConfigError, StoreError
from roadworthy.core.evidence import Evidence
from roadworthy.evidence.chain import append, check, encode_log


@pytest.fixture
def home(tmp_path):
    with place("sqlite", tmp_path) as made:
        yield made


@pytest.mark.parametrize("condition", NAMED)
def test_no_way_to_name_a_record_walks_through_all_of_them(home, condition):
    plan = home.ledger().query(
        f"EXPLAIN QUERY PLAN SELECT digest, body FROM records WHERE kind = ? AND {condition}",  # noqa: S608 - constants
        ("note", "a"),
    )

    found = [str(row[-1]) for row in plan if "SEARCH" in str(row[-1])]
    column = condition.partition(" ")[0]
    assert [f"{column}=?" in step for step in found] == [True], plan


def test_a_file_that_is_no_ledger_is_named(home):
    home.path.parent.mkdir()
    home.path.write_bytes(b"not a database at all, but longer than a header" * 50)

    with pytest.raises(StoreError, match=r"ledger\.sqlite|cannot be used"):
        home.ledger()


def test_the_ledger_is_closed_to_other_users(home):
    home.ledger()

    assert home.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number_of_records", [0, 3])
def test_a_ledger_of_the_first_version_is_taken_over_with_all_that_it_holds(home, number_of_records):
    pieces = [run_evidence(id=f"ev_{number}") for number in range(number_of_records)]
    write_first_version(home.path, pieces)
    ledger = home.ledger()
    store = LedgerEvidence(ledger)

    check(ledger.entries())
    assert [stored.record for stored in store.all()] == pieces
    assert LedgerGraph(ledger).is_whole == (number_of_records == 0)
    store.add(run_evidence(id="ev_new"), claim="ev/1")
    assert len(ledger.entries()) == number_of_records + 1


def test_a_change_of_the_tables_that_breaks_off_leaves_the_older_ledger_and_is_made_up_for(home):
    write_first_version(home.path, [run_evidence()])
    home.admin("CREATE TABLE edges (in_the_way INTEGER)")

    with pytest.raises(StoreError, match="edges already exists"):
        home.ledger()
    db = sqlite3.connect(home.path)
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('claims', 'nodes')").fetchone() == (0,)
    db.execute("DROP TABLE edges")
    db.close()
    assert len(LedgerEvidence(home.ledger()).all()) == 1


def test_the_graph_of_an_older_ledger_is_made_from_its_records(home):
    pieces = [run_evidence(id=f"ev_{number}") for number in range(3)]
    write_first_version(home.path, pieces)
    store = LedgerEvidence(home.ledger())
    graph = LedgerGraph(home.ledger())

    graph.rebuild([store.traced()])

    assert graph.is_whole
    assert graph.check([store.traced()]) > 0
    assert [node.key for node in graph.find("eval:injection_indirect")] == ["ev_2", "ev_1", "ev_0"]


def test_a_full_disk_loses_nothing_that_was_written_and_keeps_no_half(home):
    ledger = home.ledger()
    store = LedgerEvidence(ledger)
    store.add(run_evidence(id="ev_before"))
    ((pages,),) = ledger.query("PRAGMA page_count")
    ledger.query(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for number in range(400):
            store.add(run_evidence(id=f"ev_{number}"))

    with pytest.raises(StoreError, match="full"):
        fill()
    other = home.ledger()
    check(other.entries())
    assert len(other.entries()) == len(LedgerEvidence(other).all())
    assert LedgerEvidence(other).get("ev_before").record.id == "ev_before"


def test_a_file_that_may_only_be_read_says_what_to_do(home):
    ledger = home.ledger()
    LedgerEvidence(ledger).add(run_evidence())
    ledger.query("PRAGMA query_only = ON")

    with pytest.raises(StoreError, match="cannot be used"):
        LedgerEvidence(ledger).add(run_evidence(id="ev_2"))
    assert len(home.ledger().entries()) == 1


@pytest.mark.parametrize("address", ["mysql://user:hush@host/db", "sqlite://", "hush"])
def test_an_address_of_another_kind_is_refused_without_quoting_it(tmp_path, address):
    from roadworthy.adapters.store.opening import database_at

    with pytest.raises(ConfigError, match="cannot be kept in") as refused:
        database_at(address, default=tmp_path / "ledger.sqlite")
    assert "user:hush" not in str(refused.value)
    assert not (tmp_path / "ledger.sqlite").exists()


def test_an_empty_address_is_the_file_of_the_workspace(tmp_path):
    from roadworthy.adapters.store.opening import database_at

    database = database_at("", default=tmp_path / "ledger.sqlite")
    database.close()

    assert (tmp_path / "ledger.sqlite").exists()


def write_first_version(path: Path, pieces: list[Evidence]) -> None:
    """Write a ledger as the first version did: its tables, its rows, no graph and no claims."""
    path.parent.mkdir(parents=True)
    script = resources.files("roadworthy.adapters.store").joinpath("migrations", "sqlite", "0001_ledger.sql")
    db = sqlite3.connect(path)
    db.executescript(script.read_text(encoding="utf-8") + "PRAGMA user_version = 1;")
    head = None
    for piece in pieces:
        body, digest = canonical_json(piece), digest_of(piece)
        head = append(head, kind="evidence", digest=digest, recorded_at=NOW, actor="tester")
        db.execute(
            "INSERT INTO records (digest, kind, id, name, added, body) VALUES (?, ?, ?, ?, ?, ?)",
            (digest, "evidence", piece.id, piece.type, head.seq, body),
        )
        db.execute("INSERT INTO evidence VALUES (?, ?, 'injection-docs', '2026', 'x')", (digest, piece.type))
        db.execute("INSERT INTO log (seq, entry) VALUES (?, ?)", (head.seq, encode_log([head])))
    db.commit()
    db.close()
