"""``rw document …``: documents for authorities, boards and customers, each claim with its evidence."""

from __future__ import annotations

import typer

from roadworthy.cli.documents import commands

app = typer.Typer(
    help="Documents for authorities, boards and customers: each claim with its evidence, each gap named.",
    no_args_is_help=True,
)
app.command("annex-iv")(commands.annex_iv)
app.command("assurance-case")(commands.assurance_case)
app.command("memo")(commands.memo)
app.command("report")(commands.report)
app.command("pack-summary")(commands.pack_summary)
