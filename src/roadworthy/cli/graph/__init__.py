"""``rw trace``: what rests on what, and the questions that are asked of it."""

from __future__ import annotations

import typer

from roadworthy.cli.graph import commands
from roadworthy.cli.road import WithDefault


class _ShowsByDefault(WithDefault):
    default = "show"


app = typer.Typer(
    cls=_ShowsByDefault,
    help="What rests on what: `rw trace REFERENCE` both ways, `--impact` for the blast radius, `ask` for what is open.",
    no_args_is_help=True,
)
app.command("show")(commands.show)
app.command("ask")(commands.ask)
app.command("requirement")(commands.requirement)
