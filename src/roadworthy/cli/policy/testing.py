"""``rw policy test``: whether packs say what their cases want, and whether the cases would notice a change."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at, workspace_or_none
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.gates.trying.mutants import MutationReport
    from roadworthy.runtime.policy.testing import PackTest

_PATIENCE_S = 1.0
"""After which a bar is shown."""

_SHOWN = 50
"""Survivors and gaps that are listed of each pack; `--format json` has all."""


def run(
    packs: Annotated[
        list[str] | None,
        typer.Argument(help="Packs to test, by name, folder or archive; the default is the manifest's."),
    ] = None,
    no_mutants: Annotated[
        bool, typer.Option("--no-mutants", help="Only run the cases; do not ask whether they would notice a change.")
    ] = False,
    junit: Annotated[Path | None, typer.Option(help="Also write the cases as JUnit XML to this file.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Run the cases of packs, and loosen each pack in every way to see whether its cases notice.

    Exits 0 where every case is met, every rule has its cases, and 95 % of the changes are noticed or
    each other one has a stated reason; else 1.
    """
    from roadworthy.runtime.policy.testing import Summary, run_pack_tests, write_junit

    workspace = workspace_or_none(root) if packs else workspace_at(root)
    with _progress() as progress:
        tests = run_pack_tests(workspace, packs or [], with_mutants=not no_mutants, progress=progress)
    summary = Summary(tests=tests)
    if junit is not None:
        write_junit(summary, junit)
    if format is Format.JSON:
        output.result_json(summary.record())
    else:
        for line in (line for one in tests for line in _lines(one)):
            output.result(line)
    raise typer.Exit(0 if summary.is_good else 1)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show how far it is, on a terminal and after a moment."""
    if not sys.stderr.isatty():
        yield lambda pack, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bars = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True))
    begun, tasks = time.monotonic(), {}

    def advance(pack: str, done: int, total: int) -> None:
        if time.monotonic() - begun < _PATIENCE_S:
            return
        if pack not in tasks:
            bars.start()
            tasks[pack] = bars.add_task(f"changes of {pack}", total=total)
        bars.update(tasks[pack], completed=done)

    try:
        yield advance
    finally:
        bars.stop()


def _lines(test: PackTest) -> Iterator[str]:
    style = "green" if test.is_good else "red"
    yield output.coloured(f"{test.pack} {test.version}: {_verdict(test)}", style)
    for failed in test.failed:
        said = f"{failed.rule} says {failed.got}, not {failed.wanted}: " if failed.got else ""
        yield f"  failed     {failed.note}"
        yield f"             {said}{failed.reason}"
        yield f"             at {failed.where}"
    yield from (f"  unmet      {line}" for line in test.unmet)
    yield from _some([f"  uncovered  {line}" for line in test.uncovered])
    if test.mutation is not None:
        yield from _of_mutation(test.mutation)


def _verdict(test: PackTest) -> str:
    said = [f"{test.cases} cases of {len(test.rules)} rules", f"{len(test.failed) + len(test.unmet)} failed"]
    said.append(f"{len(test.uncovered)} missing")
    if test.mutation is not None and test.mutation.score is not None:
        report = test.mutation
        said.append(f"{report.noticed} of {report.mutants} changes noticed ({report.noticed / report.mutants:.1%})")
    return ", ".join(said)


def _of_mutation(report: MutationReport) -> Iterator[str]:
    lines = []
    for one, reason in report.survivors:
        lines.append(f"  survived   {one.rule}  {one.operator}: {one.change}{f'  because {reason}' if reason else ''}")
    yield from _some(lines)
    yield from (f"  idle       {line}; take the reason out of cases/survivors.yaml" for line in report.idle_reasons)
    if report.equivalent:
        yield f"  {report.equivalent} more changes make no difference and are not counted"


def _some(lines: list[str]) -> Iterator[str]:
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"             … and {len(lines) - _SHOWN} more; `--format json` has all"
