"""``rw finding import``: findings of reports and runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format


def import_findings(
    sarif: Annotated[Path | None, typer.Option(help="A scanner's report in SARIF 2.1.0.")] = None,
    lint: Annotated[bool, typer.Option("--lint", help="Look at the repository as `rw lint` does.")] = False,
    run: Annotated[
        str | None, typer.Option(help="Id of a run, or a task for its last run: each sample that failed in it.")
    ] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Read findings in. What is known is counted; what was closed and is seen again is open again."""
    from roadworthy.cli.reviews.finding_text import recorded_line
    from roadworthy.runtime.findings.importing import import_from

    made = import_from(workspace_at(root), sarif=sarif, lint=lint, run=run)
    if format is Format.JSON:
        output.result_json(made)
        return
    for one in made.findings:
        output.result(recorded_line(one))
    counts = {became: sum(one.became == became for one in made.findings) for became in ("new", "reopened")}
    told = ", ".join(f"{number} {name}" for name, number in counts.items())
    output.note(f"{len(made.findings)} read: {told}; {made.passed_over} passed over")
