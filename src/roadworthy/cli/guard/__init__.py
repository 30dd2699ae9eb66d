"""``rw guard …``: guard policies, looked through, tried, explained, compared and replayed."""

from __future__ import annotations

import typer

from roadworthy.cli.guard import approvals, commands, drafting, trying

app = typer.Typer(
    help="Guard policies: what may go into a model, come out of it, be retrieved for it and be done by its tools.",
    no_args_is_help=True,
)
app.command("lint")(commands.lint)
app.command("test")(trying.run_cases)
app.command("explain")(commands.explain)
app.command("diff")(commands.diff)
app.command("replay")(trying.replay)
app.command("draft")(drafting.draft)
app.add_typer(approvals.app, name="approvals")
