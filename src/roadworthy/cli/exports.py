"""``rw export …``: decided releases, runs and tasks in the forms that other tools read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.exchange import release
from roadworthy.cli.options import Root, workspace_at

if TYPE_CHECKING:
    from roadworthy.core.digest import JsonValue

app = typer.Typer(help="Decided releases, runs and tasks in the forms that other tools read.", no_args_is_help=True)
app.command("cyclonedx")(release.cyclonedx)
app.command("oscal")(release.oscal)
app.command("model-card")(release.model_card)
app.command("dataset-card")(release.dataset_card)

Run = Annotated[
    str | None, typer.Argument(help="Run id, or a task's id for its last run; the default is the last run of all.")
]
Out = Annotated[
    Path | None, typer.Option("--output", "-o", help="File to write; - prints it; the default names it for you.")
]


@app.command()
def inspect(
    run: Run = None,
    out: Out = None,
    texts: Annotated[
        bool, typer.Option("--texts/--no-texts", help="Put prompts and replies in, personal data taken out.")
    ] = True,
    root: Root = None,
) -> None:
    """Write a run as an Inspect log, to look at with inspect view."""
    from roadworthy.runtime.evaluation.comparison.comparing import run_named
    from roadworthy.runtime.exporting import export_inspect

    workspace = workspace_at(root)
    plan = run_named(workspace, run)
    _write(export_inspect(workspace, plan, with_texts=texts), out, name=f"{plan.id}.inspect.json")


@app.command()
def sarif(run: Run = None, out: Out = None, root: Root = None) -> None:
    """Write a run's failing samples as SARIF 2.1.0, for code scanning. No text under test is in it."""
    from roadworthy.runtime.evaluation.comparison.comparing import run_named
    from roadworthy.runtime.exporting import export_sarif

    workspace = workspace_at(root)
    plan = run_named(workspace, run)
    _write(export_sarif(workspace, plan), out, name=f"{plan.id}.sarif")


@app.command()
def junit(run: Run = None, out: Out = None, root: Root = None) -> None:
    """Write a run as JUnit XML, for CI: the same as rw eval report --format junit."""
    from roadworthy.runtime.evaluation.comparison.comparing import run_named
    from roadworthy.runtime.evaluation.reporting import render_run

    workspace = workspace_at(root)
    plan = run_named(workspace, run)
    content = b"".join(render_run(workspace, plan, form="junit", baseline=None, with_texts=False))
    _write(content.decode("utf-8"), out, name=f"{plan.id}.xml")


@app.command()
def promptfoo(
    task: Annotated[str, typer.Argument(help="Id of the task.")],
    out: Out = None,
    root: Root = None,
) -> None:
    """Write a task as promptfoo tests. Exits 3 if something of it cannot be said there."""
    from roadworthy.runtime.exporting import export_promptfoo

    content, left_out = export_promptfoo(workspace_at(root), task)
    _write(content, out, name=f"{task}.promptfoo.yaml")
    for text in left_out:
        output.note(f"left out: {text}")
    if left_out:
        raise typer.Exit(3)


def _write(content: JsonValue | str, out: Path | None, *, name: str) -> None:
    from roadworthy.runtime.exporting import write_export

    if out is not None and str(out) == "-":
        if isinstance(content, str):
            output.result(content)
        else:
            output.result_json(content)
        return
    output.result(str(write_export(content, out or Path(name))))
