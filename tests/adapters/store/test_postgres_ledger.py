"""What only a ledger on a server can get wrong: its address, its password, a server that goes away."""

from __future__ import annotations

import pytest

from fakes.databases import place
from fakes.gate_world import run_evidence
from roadworthy.adapters.store.database import migrations
from roadworthy.adapters.store.opening import database_at
from roadworthy.adapters.store.records import LedgerEvidence
from roadworthy.core.errors import ConfigError, RoadworthyError, StoreError

SECRET = "hush-7391"


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://rw:{SECRET}@127.0.0.1:1/none",
        f"postgresql://rw:{SECRET}@127.0.0.1:{SECRET}/none",
        f"postgresql://rw:a@{SECRET}@127.0.0.1:1/none",
        f"postgresql://rw:{SECRET}%zz@127.0.0.1/none",
        f"postgresql://rw@127.0.0.1:1/none?password={SECRET}",
        f"postgresql://rw@127.0.0.1:1/none?{SECRET}=1",
    ],
)
def test_no_error_shows_the_password_of_the_address(address, tmp_path):
    with pytest.raises(RoadworthyError) as refused:
        database_at(address, default=tmp_path / "unused")

    told, error = "", refused.value
    while error is not None:
        told += f"{error!s} {error!r}"
        error = error.__cause__
    assert SECRET not in told
    assert refused.value.fix


def test_a_server_that_is_not_there_is_named_by_its_address(tmp_path):
    with pytest.raises(StoreError, match=r"postgresql://rw@127\.0\.0\.1:1/none"):
        database_at("postgresql://rw:hush@127.0.0.1:1/none", default=tmp_path / "unused")


def test_an_address_that_cannot_be_read_says_how_to_write_one(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        database_at("postgresql://[broken", default=tmp_path / "unused")


def test_a_connection_that_was_cut_off_is_made_anew_for_the_next_use(tmp_path):
    with place("postgres", tmp_path) as home:
        ledger = home.ledger()
        store = LedgerEvidence(ledger)
        store.add(run_evidence())
        home.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'roadworthy'")

        with pytest.raises(StoreError, match="cannot be used"):
            store.add(run_evidence(id="ev_2"))
        store.add(run_evidence(id="ev_2"))
        assert [entry.seq for entry in ledger.entries()] == [1, 2]


def test_a_user_who_may_only_read_and_add_can_keep_a_ledger_and_change_nothing(tmp_path):
    with place("postgres", tmp_path) as home:
        home.ledger()
        role = home.address.rpartition("%3D")[2]
        home.admin(
            f"CREATE ROLE r{role} LOGIN",
            f"GRANT USAGE ON SCHEMA {role} TO r{role}",
            f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {role} TO r{role}",
            f"GRANT UPDATE (label) ON {role}.nodes TO r{role}",
        )
        ledger = home.ledger_of(f"r{role}")
        LedgerEvidence(ledger).add(run_evidence(), claim="ev/1")

        with pytest.raises(StoreError, match="permission denied"):
            ledger.query("DELETE FROM edges")
        assert len(ledger.entries()) == 1
        ledger.close()
        home.admin(f"DROP OWNED BY r{role}", f"DROP ROLE r{role}")


def test_a_server_that_may_only_be_read_says_so_and_nothing_is_half_written(tmp_path):
    with place("postgres", tmp_path) as home:
        ledger = home.ledger()
        LedgerEvidence(ledger).add(run_evidence())
        ledger.query("SET default_transaction_read_only = on")

        with pytest.raises(StoreError, match="read-only"):
            LedgerEvidence(ledger).add(run_evidence(id="ev_2"))
        assert len(home.ledger().entries()) == 1


def test_a_change_of_the_tables_that_breaks_off_leaves_the_older_ledger_and_is_made_up_for(tmp_path):
    with place("postgres", tmp_path) as home:
        home.admin(
            migrations("postgres")[0],
            "CREATE TABLE ledger_schema AS SELECT 1 AS version",
            "CREATE TABLE edges (in_the_way INTEGER)",
        )

        with pytest.raises(StoreError, match='"edges" already exists'):
            home.ledger()
        home.admin(
            "DO $$ BEGIN ASSERT (SELECT version FROM ledger_schema) = 1; ASSERT to_regclass('claims') IS NULL; END $$",
            "DROP TABLE edges",
        )
        LedgerEvidence(home.ledger()).add(run_evidence(), claim="ev/1")
        home.admin("UPDATE ledger_schema SET version = 99")
        with pytest.raises(StoreError, match="newer version"):
            home.ledger()


def test_two_schemas_of_one_database_are_two_ledgers(tmp_path):
    with place("postgres", tmp_path) as home, place("postgres", tmp_path) as other:
        LedgerEvidence(home.ledger()).add(run_evidence())

        assert other.ledger().entries() == []


def test_a_record_that_the_server_cannot_hold_is_refused_whole(tmp_path):
    with place("postgres", tmp_path) as home:
        ledger = home.ledger()

        with pytest.raises(StoreError, match="cannot be used"):
            LedgerEvidence(ledger).add(run_evidence(id="ev_\x00"))
        assert ledger.entries() == []
