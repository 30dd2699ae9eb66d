"""``rw threats``: the threat model of the system, what changed in it, and the word that somebody went through it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.risk.threat_model.model import ThreatModel
    from roadworthy.runtime.workspace import Workspace

app = typer.Typer(
    help="The threat model: parts and flows from the manifest, what may go wrong at each, what stands against it.",
    invoke_without_command=True,
)


class ModelFormat(StrEnum):
    """How a threat model is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    SVG = "svg"


AsModel = Annotated[
    ModelFormat,
    typer.Option("--format", help="text, markdown and html for people, svg for the diagram alone, json for programs."),
]
Out = Annotated[Path | None, typer.Option("--output", "-o", help="File to write instead of printing.")]
Full = Annotated[bool, typer.Option("--full", help="Threats that are countered, and those by STRIDE alone, as well.")]


@app.callback()
def threats(
    context: typer.Context,
    root: Root = None,
    format: AsModel = ModelFormat.TEXT,
    out: Out = None,
    full: Full = False,
) -> None:
    """Print the threat model of the system as its manifest states it. Exits 1 while a threat is open, else 0."""
    if context.invoked_subcommand is None:
        show(root=root, format=format, out=out, full=full)


@app.command("show")
def show(
    root: Root = None,
    format: AsModel = ModelFormat.TEXT,
    out: Out = None,
    full: Full = False,
) -> None:
    """Print the threat model of the system as its manifest states it. Exits 1 while a threat is open, else 0.

    A threat is open until what counters it was decided to hold, or somebody who may has accepted it.
    """
    from roadworthy.risk.threat_model.model import ThreatState
    from roadworthy.runtime.rendering import write_result

    workspace = workspace_at(root)
    model = _model(workspace)
    text = _text(model, format, full=full)
    if out is None:
        output.result(text)
    else:
        write_result(out, text)
        output.result(str(out))
    raise typer.Exit(1 if model.in_state(ThreatState.OPEN) else 0)


@app.command("diff")
def diff(root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Say what changed since the last decision: new parts, new flows, new threats. Exits 1 where there is more."""
    from roadworthy.cli.register.threat_text import difference_lines
    from roadworthy.runtime.register.handling import threats_since_decision

    change = threats_since_decision(workspace_at(root))
    if format is Format.JSON:
        output.result_json(change)
    else:
        for line in difference_lines(change):
            output.result(line)
    raise typer.Exit(1 if change.difference.is_worse else 0)


@app.command("attest")
def attest(
    statement: Annotated[str, typer.Option(help="Who went through it and what came of it, in a sentence.")],
    author: Annotated[
        str | None, typer.Option(help="Who declares it; the default is ROADWORTHY_ACTOR or the account.")
    ] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Sign that the threat model was gone through: evidence that the rules on reviews of threats ask for.

    It names the digest of the model and covers every component, so that a changed component asks for another look.
    """
    from roadworthy.runtime.threats.modelling import attest_model

    workspace = workspace_at(root)
    stored = attest_model(workspace, _model(workspace), statement=statement, author=author or workspace.actor)
    if format is Format.JSON:
        output.result_json(stored.record)
    else:
        output.result(f"{stored.record.id}  {stored.record.type}")


def _model(workspace: Workspace) -> ThreatModel:
    from roadworthy.runtime.register.handling import threats_now

    return threats_now(workspace)


def _text(model: ThreatModel, format: ModelFormat, *, full: bool) -> str:
    from roadworthy.cli.register.threat_text import model_lines
    from roadworthy.runtime.threats.rendering import rendered

    if format is ModelFormat.TEXT:
        return "\n".join(model_lines(model, full=full))
    return rendered(model, format.value)
