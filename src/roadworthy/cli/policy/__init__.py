"""``rw policy …`` and ``rw controls …``: every command on packs, by the module that has it."""

import typer

from roadworthy.cli.policy import catalogue

app = typer.Typer(help="Policy packs: the controls as data.", no_args_is_help=True)
app.command("check")(catalogue.check)

controls = typer.Typer(help="The controls that bind this system.", invoke_without_command=True)
controls.callback()(catalogue.controls)
