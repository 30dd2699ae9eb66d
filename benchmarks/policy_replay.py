"""Times the replay of a candidate policy over 500 past decisions, from the ledger, with a reason for each change.

The decisions were taken by the real gate on the base pack for a system of tier *high*, over
291 days: each release changes one of five routes, whose tasks are run again. Candidates:

- ``tightened_s``: the base pack, with an overlay that tightens three bars and adds two rules;
- ``later_s``: the same where the overlay binds from a later day, asked as of both days;
- ``rewritten_s``: a copy of the base pack in which every measure rule is another one than it was,
  so that all of them are judged anew: the worst case.

The floor in the same run: reading the same records from SQLite without trying anything.
Prints a table and, as its last line, one JSON object.
"""

from __future__ import annotations

import json
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from fakes.past_decisions import world_with_decisions
from roadworthy.gates.trial_report import TrialReport
from roadworthy.runtime.replaying import Selection, try_candidate
from roadworthy.runtime.workspace import Workspace

DECISIONS, REPEATS, LIMIT_S = int(sys.argv[1]) if sys.argv[1:] else 500, 3, 10.0

HEADER = """\
schema: roadworthy/pack/v1
name: next
version: 1.0.0
layer: tenant
title: What is to be asked from now on
owner: risk office
licence: Apache-2.0
{effective}tighten:
  - {{rule: base/eval-harmful-high, threshold: 0.01, reason: harm is likelier here}}
  - {{rule: base/eval-jailbreak-high, threshold: 0.02, reason: harm is likelier here}}
  - {{rule: base/eval-secrets-high, min_samples: 400, reason: the bar is close}}
"""
CONTROL = """\
- id: next/markets
  title: Sold in the EU only
  objective: Verify that the system is offered in the EU only.
  why: Nobody looked at the law elsewhere.
  area: oversight
  type: preventive
  stage: release
  tiers: [high, critical]
  rules:
    - id: next/markets-eu
      message: it is offered elsewhere
      remediation: take the market out
      require: {kind: fact, condition: "system.markets.all(m, m == 'EU')"}
    - id: next/insurance
      message: nobody says that it is insured
      remediation: attest it
      severity: warn
      require: {kind: evidence, type: "document:insurance"}
  links: []
"""


def write_candidate(root: Path, name: str, *, effective: str = "") -> str:
    """Write the overlay as ``packs/<name>`` and return its path."""
    folder = root / "packs" / name
    (folder / "controls").mkdir(parents=True)
    (folder / "pack.yaml").write_text(HEADER.format(effective=effective))
    (folder / "controls" / "next.yaml").write_text(CONTROL)
    (folder / "SOURCES.md").write_text("# Sources\n\nOur own.\n")
    return str(folder)


def write_rewritten(root: Path) -> str:
    """Write a copy of the base pack whose measure rules all ask for one more sample; return its path."""
    folder = root / "packs" / "base"
    shutil.copytree(str(files("roadworthy.packs") / "base"), folder)
    changed = 0
    for path in sorted((folder / "controls").glob("*.yaml")):
        text = path.read_text()
        changed += text.count("kind: measure, ")
        path.write_text(text.replace("kind: measure, ", "kind: measure, max_calibration_age_days: 179, "))
    if not changed:
        raise SystemExit("the base pack is written otherwise than this benchmark expects")
    return str(folder)


@dataclass(frozen=True)
class Timed:
    """The repeats of one replay, and what came of the last one."""

    wall_s: list[float]
    cpu_s: list[float]
    """Apart from the wall clock: on a machine that others use, the two differ."""

    report: TrialReport


def timed(work: Callable[[], TrialReport]) -> Timed:
    """Time each repeat."""
    wall, cpu, report = [], [], None
    for _ in range(REPEATS):
        start, used = time.perf_counter(), time.process_time()
        report = work()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    if report is None:
        raise SystemExit("nothing was repeated")
    return Timed(wall_s=wall, cpu_s=cpu, report=report)


def main() -> None:
    """Fill a ledger, replay, check that nothing is left out, print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "desk"
        start = time.perf_counter()
        workspace = world_with_decisions(root, number=DECISIONS)
        built_s = time.perf_counter() - start
        overlay = write_candidate(root, "next")
        dated = write_candidate(root, "dated", effective="effective_on: 2026-09-01\n")
        rewritten = write_rewritten(root)
        runs = {
            "tightened_s": timed(lambda: _fresh(workspace, "base", overlay)),
            "later_s": timed(lambda: _fresh(workspace, "base", dated, at="2026-09-01")),
            "rewritten_s": timed(lambda: _fresh(workspace, rewritten)),
        }
        floor, _ = _read_all(workspace)
    for name, run in runs.items():
        report = run.report
        if report.replayed + report.not_replayable != DECISIONS or not all(t.rules for t in report.changes):
            raise SystemExit(f"{name}: a decision was left out, or changed without a reason")
    report_figures(runs, floor=floor, built_s=built_s)


def _fresh(workspace: Workspace, *candidate: str, at: str | None = None) -> TrialReport:
    """Replay as a command does: with a workspace that has read nothing yet."""
    return try_candidate(Workspace(root=workspace.root, clock=workspace.clock), candidate, which=Selection(), at=at)


def _read_all(workspace: Workspace) -> tuple[list[float], int]:
    found, rows = [], 0
    for _ in range(REPEATS):
        start = time.perf_counter()
        rows = len(workspace.ledger.query("SELECT body FROM records"))
        found.append(time.perf_counter() - start)
    return found, rows


def report_figures(runs: dict[str, Timed], *, floor: list[float], built_s: float) -> None:
    """Print a table and one JSON object."""
    print(f"{DECISIONS} decisions (written in {built_s:.0f} s), median of {REPEATS} (min to max)")
    for name, run in runs.items():
        print(f"  {name:<14} {_said(run.wall_s)}, processor {_said(run.cpu_s)}, {run.report.changed} would change")
    print(f"  {'sqlite_read_s':<14} {_said(floor)}")
    print(
        json.dumps(
            {
                "benchmark": "policy_replay",
                "figures": {name: _median(run.wall_s) for name, run in runs.items()},
                "spread": {name: [round(min(r.wall_s), 4), round(max(r.wall_s), 4)] for name, r in runs.items()},
                "processor": {name: _median(run.cpu_s) for name, run in runs.items()},
                "changed": {name: run.report.changed for name, run in runs.items()},
                "not_replayable": {name: run.report.not_replayable for name, run in runs.items()},
                "peers": {"sqlite_read": {"tightened_s": _median(floor)}},
                "limits": {"tightened_s": LIMIT_S, "later_s": LIMIT_S},
                "machine": {
                    "python": platform.python_version(),
                    "system": platform.system(),
                    "arch": platform.machine(),
                },
            }
        )
    )


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 4)


def _said(values: list[float]) -> str:
    return f"{statistics.median(values):7.3f} s ({min(values):.3f} to {max(values):.3f})"


if __name__ == "__main__":
    main()
