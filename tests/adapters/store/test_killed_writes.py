"""A process that is killed in the middle of a write leaves all of it or nothing, whatever the database."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.databases import ENGINES, place
from roadworthy.adapters.store.graph import LedgerGraph
from roadworthy.adapters.store.records import LedgerEvidence
from roadworthy.evidence.chain import check

TESTS = Path(__file__).parent.parent.parent
WRITE = """
import os, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
import psycopg
from fakes.databases import Dying
from fakes.gate_world import NOW, run_evidence
from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.opening import database_at
from roadworthy.adapters.store.records import LedgerEvidence

for survives in range(14):
    child = os.fork()
    if child == 0:
        database = Dying(database_at({address!r}, default=Path()), survives=survives)
        store = LedgerEvidence(Ledger(database, clock=FixedClock(at=NOW), actor="tester"))
        store.add(run_evidence(id="ev_new"), envelopes={{"urn:a": b"signed"}}, claim="ev/1")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    database = database_at({address!r}, default=Path())
    tables = ("records", "envelopes", "claims", "evidence", "nodes", "edges", "names", "log")
    counts = [database.query("SELECT count(*) FROM " + table)[0][0] for table in tables]
    database.close()
    print("killed" if os.WIFSIGNALED(status) else "lived", *counts)
"""


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_a_write_that_is_killed_at_any_statement_is_whole_or_not_there(engine, tmp_path):
    with place(engine, tmp_path) as home:
        ledger = home.ledger()
        script = WRITE.format(tests=str(TESTS), address=home.address)
        told = subprocess.run(
            [sys.executable, "-c", script], check=True, timeout=120, capture_output=True, text=True
        ).stdout.splitlines()
        killed = [line for line in told if line.startswith("killed")]

        assert len(killed) > 8
        assert set(killed) == {"killed 0 0 0 0 0 0 0 0"}
        assert {line.split()[1] for line in told[len(killed) :]} == {"1"}
        store = LedgerEvidence(ledger)
        check(ledger.entries())
        assert [stored.record.id for stored in store.all()] == ["ev_new"]
        assert ledger.query("SELECT claim FROM claims") == [("ev/1",)]
        assert LedgerGraph(ledger).check([store.traced()]) > 0


TOGETHER = """
import os, sys, traceback
sys.path.insert(0, {tests!r})
from pathlib import Path
import psycopg
from fakes.gate_world import NOW, run_evidence
from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.opening import database_at
from roadworthy.adapters.store.records import LedgerEvidence
from roadworthy.core.errors import ConflictError

def write(worker):
    ledger = Ledger(database_at({address!r}, default=Path()), clock=FixedClock(at=NOW), actor=f"worker-{{worker}}")
    won = 0
    for number in range(8):
        try:
            LedgerEvidence(ledger).add(run_evidence(id=f"ev_{{worker}}_{{number}}"), claim=f"review/{{number}}")
            won += 1
        except ConflictError:
            pass
    return won

for worker in range(3):
    if os.fork() == 0:
        try:
            os._exit(write(worker))
        except BaseException:
            traceback.print_exc()
            os._exit(100)
print(sum(os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(3)))
"""


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_processes_that_write_at_once_make_one_chain_and_each_claim_is_won_once(engine, tmp_path):
    with place(engine, tmp_path) as home:
        script = TOGETHER.format(tests=str(TESTS), address=home.address)
        won = subprocess.run([sys.executable, "-c", script], check=True, timeout=120, capture_output=True, text=True)
        ledger = home.ledger()

        assert (won.stdout.split(), won.stderr) == (["8"], "")
        check(ledger.entries())
        assert len(ledger.entries()) == len(LedgerEvidence(ledger).all()) == 8


OPENED = """
import os, sys
from pathlib import Path
from roadworthy.adapters.store.sqlite import SqliteDatabase

for worker in range(6):
    if os.fork() == 0:
        try:
            SqliteDatabase(Path({path!r})).close()
        except BaseException as error:
            print(error, file=sys.stderr)
            os._exit(1)
        os._exit(0)
print(sum(os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(6)))
"""


def test_processes_that_make_a_new_ledger_at_once_all_open_it(tmp_path):
    for attempt in range(8):
        script = OPENED.format(path=str(tmp_path / f"ledger-{attempt}.sqlite"))
        opened = subprocess.run([sys.executable, "-c", script], check=True, timeout=60, capture_output=True, text=True)

        assert (opened.stdout.split(), opened.stderr) == (["0"], "")


def test_the_fake_really_kills_its_process(tmp_path):
    with place("sqlite", tmp_path) as home:
        home.ledger()
        script = (
            f"import sys; sys.path.insert(0, {str(TESTS)!r})\n"
            "from fakes.databases import Dying\nfrom pathlib import Path\n"
            "from roadworthy.adapters.store.sqlite import SqliteDatabase\n"
            f"with Dying(SqliteDatabase(Path({str(home.path)!r})), survives=0).transaction(): pass\n"
        )

        assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
