"""Times a decision on 200 rules and 20,000 pieces of evidence, end to end from a ledger, and `rw --help`.

The ledger holds the evidence of 100 earlier releases and of this one, each piece signed.
Three figures:

- ``decide_s``: `decide` with all 20,000 pieces passed in, whether they bear on the release or not;
- ``gate_s``: opening the ledger, picking and verifying what bears on the release, and deciding;
- ``help_s``: `rw --help` as a whole process.

The floors in the same run: reading the same rows from SQLite without looking at them,
and starting Python. Prints a table and, as its last line, one JSON object.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from fakes.gate_world import (
    NOW,
    bar,
    component,
    held,
    judge,
    measure_check,
    measurement,
    policy,
    release,
    rule,
    run_evidence,
    task,
)
from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.signing import FileSigner
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.records import Addition, LedgerEvidence
from roadworthy.core.evidence import Evidence
from roadworthy.evidence.dsse import encode
from roadworthy.evidence.keyring import Keyring
from roadworthy.evidence.statement import sign_statement, statement_of_evidence
from roadworthy.gates.inputs import HeldEvidence
from roadworthy.gates.validity import component_digests
from roadworthy.inventory.release import Release, closure
from roadworthy.runtime.gating import signature_holds

RULES, RELEASES = 200, 100
REPEATS = 5


def candidate(number: int) -> Release:
    """Return release ``number`` of a system whose prompt changed each time."""
    parts = [component(f"agent-{i}", type="agent", uses=(f"prompt-{i}",)) for i in range(RULES)]
    parts += [component(f"prompt-{i}", content=f"v{number}") for i in range(RULES)]
    return release(*parts, version=str(number))


def tasks_of(which: Release) -> tuple:
    """Return one task for each rule."""
    return tuple(
        task(id=f"task-{i:03}", category=f"category-{i:03}", subjects=closure(which, [f"agent-{i}"]))
        for i in range(RULES)
    )


def evidence_of(which: Release, *, age_days: int) -> list[Evidence]:
    """Return one run of 30 clusters for each task."""
    return [
        run_evidence(
            measurement(failures=i % 3, trials=30),
            task_ref=ref,
            age=timedelta(days=age_days, seconds=i),
            id=f"ev_{which.version}_{i}",
            bars=(bar(rule=f"base/rule-{i:03}"),),
        )
        for i, ref in enumerate(tasks_of(which))
    ]


def timed(work: Callable[[], object]) -> list[float]:
    """Return the seconds of each repeat."""
    found = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return found


def process(*command: str) -> Callable[[], object]:
    """Return a call that runs ``command`` and throws its output away."""
    return lambda: subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    """Fill a ledger, take the figures, print them."""
    now = candidate(RELEASES - 1)
    pieces = [e for n in range(RELEASES) for e in evidence_of(candidate(n), age_days=RELEASES - n)]
    rules = [
        rule(measure_check(category=f"category-{i:03}", max_age_days=30), id=f"base/rule-{i:03}") for i in range(RULES)
    ]
    binding = policy(*rules)
    everything = held(*pieces)
    refs = tasks_of(now)
    types = {f"eval:{ref.category}" for ref in refs}

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        signer = FileSigner.open(Path(folder) / "keys")
        fill(path, pieces, signer)
        keys = Keyring(signer.verifier)

        def gate() -> object:
            store = LedgerEvidence(Ledger(path, clock=FixedClock(at=NOW), actor="bench"))
            found = store.candidates(types=types, subjects=set(component_digests(now).values()))
            mine = tuple(
                HeldEvidence(evidence=s.record, digest=s.digest, verified=signature_holds(s, keys)) for s in found
            )
            return judge(evidence=mine, of=now, tasks=refs, binding=binding)

        def read_all() -> object:
            return Ledger(path, clock=FixedClock(at=NOW), actor="bench").query("SELECT body FROM records")

        samples = {
            "decide_s": timed(lambda: judge(evidence=everything, of=now, tasks=refs, binding=binding)),
            "gate_s": timed(gate),
            "help_s": timed(process(str(Path(sys.executable).parent / "rw"), "--help")),
        }
        floors = {
            "sqlite_read_s": timed(read_all),
            "python_start_s": timed(process(sys.executable, "-c", "pass")),
        }
    report(samples, floors, num_evidence=len(pieces))


def fill(path: Path, pieces: list[Evidence], signer: FileSigner) -> None:
    """Sign and store every piece."""
    ledger = Ledger(path, clock=FixedClock(at=NOW), actor="bench")
    ledger.query("PRAGMA synchronous = OFF")
    store = LedgerEvidence(ledger)
    additions = []
    for piece in pieces:
        statement = statement_of_evidence(piece)
        envelope = encode(sign_statement(statement, signer=signer))
        additions.append(Addition(record=piece, envelopes={statement.predicate_type: envelope}))
    store.add_all(additions)
    ledger.close()


def report(samples: dict[str, list[float]], floors: dict[str, list[float]], *, num_evidence: int) -> None:
    """Print a table and one JSON object."""
    print(f"{RULES} rules, {num_evidence} pieces of evidence, median of {REPEATS} (min to max)")
    for name, values in {**samples, **floors}.items():
        print(f"  {name:<16} {statistics.median(values):8.3f} s  ({min(values):.3f} to {max(values):.3f})")
    medians = {name: round(statistics.median(v), 4) for name, v in {**samples, **floors}.items()}
    print(
        json.dumps(
            {
                "benchmark": "gate",
                "figures": {name: medians[name] for name in samples},
                "spread": {name: [round(min(v), 4), round(max(v), 4)] for name, v in samples.items()},
                "peers": {
                    "sqlite_read": {"gate_s": medians["sqlite_read_s"]},
                    "python_start": {"help_s": medians["python_start_s"]},
                },
                "ratios": {
                    "gate_s": round(medians["gate_s"] / medians["sqlite_read_s"], 2),
                    "help_s": round(medians["help_s"] / medians["python_start_s"], 2),
                },
                "machine": {
                    "python": platform.python_version(),
                    "system": platform.system(),
                    "arch": platform.machine(),
                },
            }
        )
    )


if __name__ == "__main__":
    main()
