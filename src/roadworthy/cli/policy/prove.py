"""``rw controls prove``: mistakes are planted into a copy of the system, and the gate is asked what it sees."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.gates.proof import FaultResult
    from roadworthy.runtime.proving.proving import Progress


def prove(
    fault: Annotated[list[str] | None, typer.Option(help="Only this fault, by its id; may be repeated.")] = None,
    pack: Annotated[
        list[str] | None, typer.Option(help="Prove this pack instead of the manifest's; may be repeated.")
    ] = None,
    keep: Annotated[Path | None, typer.Option(help="Make the copy in this new folder and leave it there.")] = None,
    record: Annotated[bool, typer.Option("--record", help="Sign the result into the ledger as evidence.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Plant mistakes into a copy of the system and show which control catches which, and what gets through.

    Nothing of the repository is changed. The copy has its own ledger and key, what is missing in it is
    filled in, as the result says, and it is removed at the end.

    Exit codes: 0 all caught, 1 something escaped or a control raised for nothing, 3 nothing could be planted.
    """
    from roadworthy.cli.policy.prove_text import lines_of
    from roadworthy.runtime.proving.proving import prove as run
    from roadworthy.runtime.proving.recording import record_proof, require_recordable

    workspace = workspace_at(root)
    if record:
        require_recordable(workspace, chosen=bool(fault), other_packs=bool(pack))
    with _progress() as progress:
        report = run(workspace, packs=pack or (), only=fault or (), keep=keep, progress=progress)
    if format is Format.JSON:
        output.result_json(report)
    else:
        for line in lines_of(report):
            output.result(line)
    if record and report.planted:
        stored = record_proof(workspace, report)
        output.note(f"recorded as {stored.record.id}")
    raise typer.Exit(report.exit_code)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show how far the proof is while the context lasts: a bar on a terminal, a few lines elsewhere."""
    from roadworthy.runtime.proving.proving import Progress

    class Lines(Progress):
        """Says once what is done, and each fault that gets through."""

        def faults(self, count: int) -> None:
            output.note(f"planting {count} faults")

        def done(self, result: FaultResult) -> None:
            if result.outcome == "escaped":
                output.note(f"{result.id} escaped: {result.reason}")

    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("making a clean copy", total=None)

        class Drawn(Progress):
            """Draws a bar."""

            def step(self, text: str) -> None:
                bars.update(bar, description=text[:40])

            def faults(self, count: int) -> None:
                bars.reset(bar, total=count)

            def done(self, result: FaultResult) -> None:
                bars.update(bar, advance=1, description=result.id[:40])

        yield Drawn()
