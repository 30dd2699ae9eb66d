"""``rw redteam …``: agent policies tried in worlds where the model is an attacker's."""

from __future__ import annotations

import typer

from roadworthy.cli.redteam import worlds

app = typer.Typer(help="Agent policies tried in worlds where the model is an attacker's.", no_args_is_help=True)


@app.callback()
def _root() -> None:
    """Keep the names of commands, also while there is one."""


app.command("worlds")(worlds.worlds)
