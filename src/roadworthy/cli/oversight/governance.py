"""``rw governance``: who decides, by which rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.governance.check import GovernanceCheck

app = typer.Typer(help="Who consents to what, and by which rules: governance.yaml.", no_args_is_help=True)


@app.command()
def init(root: Root = None) -> None:
    """Write a governance.yaml to start from, with comments that say what there is."""
    from roadworthy.runtime.oversight.governing import begin

    output.result(str(begin(workspace_at(root))))
    output.note("next: add people with their keys, then rules under `consent`, and run `rw governance check`")


@app.command()
def check(
    soon: Annotated[int, typer.Option(help="Warn of keys that end within so many days.")] = 30,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say who can consent to what, which quorum nobody could ever meet, and which keys end soon.

    Exits 0 where everything that is asked for can be had, 1 where something never could.
    """
    from roadworthy.runtime.oversight.governing import check as look

    found = look(workspace_at(root), soon_days=soon)
    if format is Format.JSON:
        output.result_json({"sound": found.is_sound, "check": found})
    else:
        for line in _lines(found):
            output.result(line)
    raise typer.Exit(0 if found.is_sound else 1)


def _lines(found: GovernanceCheck) -> list[str]:
    lines = []
    for seat in found.seats:
        who = ", ".join(seat.people) or output.coloured("nobody", "red")
        kind = seat.kind.value.replace("_", " ")
        lines.append(f"{kind:<16} {seat.tier.value:<10} {seat.count} × {seat.role}: {who}")
    if not found.seats:
        lines.append("nobody's consent is asked for: `consent` has no rule")
    for remark in found.remarks:
        mark = output.coloured("✗", "red") if remark.weight.value == "fault" else output.coloured("!", "yellow")
        lines.append(f"  {mark} {remark.text}")
    return lines
