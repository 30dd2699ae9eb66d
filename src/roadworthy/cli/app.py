"""Every command by its place on the road: describe, assess, plan, evaluate, decide, prove."""

from __future__ import annotations

from typing import Annotated

import typer

import roadworthy
from roadworthy.cli import (
    dataset,
    evidence,
    exports,
    fairness,
    gate,
    imports,
    lint,
    output,
    risk,
    suites,
    system,
)
from roadworthy.cli.evaluation import app as evaluation_app
from roadworthy.cli.evaluation import reproduce
from roadworthy.cli.judging import commands as judge_commands
from roadworthy.cli.policy import app as policy_app
from roadworthy.cli.policy import catalogue
from roadworthy.cli.policy import controls as controls_app

app = typer.Typer(
    name="rw",
    help="The paved road for responsible AI: from a manifest to a signed, offline-verifiable release decision.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 ship, 1 blocked, 2 asked wrongly, 3 cannot tell.",
)

_DESCRIBE, _DECIDE, _PROVE = "Describe the system", "Decide on a release", "Prove it to others"


def _version(wanted: bool) -> None:
    if wanted:
        output.result(f"roadworthy {roadworthy.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options that stand before the command."""


app.command("init", rich_help_panel=_DESCRIBE)(system.init)
app.command("schema", rich_help_panel=_DESCRIBE)(system.schema)
app.command("freeze", rich_help_panel=_DESCRIBE)(system.freeze)
app.command("diff", rich_help_panel=_DESCRIBE)(system.diff)
app.command("assess", rich_help_panel=_DESCRIBE)(risk.assess)
app.add_typer(controls_app, name="controls", rich_help_panel=_DECIDE)
app.command("explain", rich_help_panel=_DECIDE)(catalogue.explain)
app.command("plan", rich_help_panel=_DECIDE)(gate.plan)
app.command("gate", rich_help_panel=_DECIDE)(gate.gate)
app.command("why", rich_help_panel=_DECIDE)(gate.why)
app.command("replay", rich_help_panel=_DECIDE)(gate.replay)
app.command("attest", rich_help_panel=_DECIDE)(evidence.attest)
app.command("pack", rich_help_panel=_PROVE)(evidence.pack)
app.command("verify", rich_help_panel=_PROVE)(evidence.verify)
app.command("report", rich_help_panel=_PROVE)(evidence.report)
app.command("card", rich_help_panel=_PROVE)(evidence.card)
app.command("list", rich_help_panel=_PROVE)(evidence.list_records)
app.command("reproduce", rich_help_panel=_PROVE)(reproduce.reproduce)
app.add_typer(evaluation_app, name="eval", rich_help_panel=_DECIDE)
app.add_typer(dataset.app, name="dataset", rich_help_panel=_DECIDE)
app.add_typer(fairness.app, name="decisions", rich_help_panel=_DECIDE)
app.add_typer(imports.app, name="import", rich_help_panel=_DECIDE)
app.add_typer(exports.app, name="export", rich_help_panel=_PROVE)
app.add_typer(judge_commands.app, name="judge", rich_help_panel=_DECIDE)
app.add_typer(suites.app, name="suites", rich_help_panel=_DECIDE)
app.add_typer(lint.app, name="lint", rich_help_panel=_DESCRIBE)
app.add_typer(policy_app, name="policy", rich_help_panel=_DECIDE)
app.add_typer(evidence.log_app, name="log", rich_help_panel=_PROVE)
app.add_typer(evidence.key_app, name="key", rich_help_panel=_PROVE)
