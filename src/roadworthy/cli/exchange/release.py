"""``rw export cyclonedx | oscal | model-card | dataset-card``: a decided release in other people's formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import Root, workspace_at

Reference = Annotated[
    str | None,
    typer.Option("--release", help="Version or digest of a release, or id of a decision; the default is the last."),
]
Out = Annotated[
    Path | None, typer.Option("--output", "-o", help="File to write; - prints it; the default names it for you.")
]
Card = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Card to write or renew; - prints a new one; the default is README.md."),
]


def cyclonedx(
    release: Reference = None,
    spec: Annotated[str, typer.Option(help="Edition of the format: 1.6 or 1.7.")] = "1.6",
    out: Out = None,
    root: Root = None,
) -> None:
    """Write the AI bill of materials: components, services, model cards, claims and their evidence."""
    from roadworthy.runtime.exchange.exporting import export_bom, write_card

    bom, name = export_bom(workspace_at(root), release, spec=spec)
    if str(out) == "-":
        output.result_json(bom)
        return
    text = json.dumps(bom, ensure_ascii=False, indent=1) + "\n"
    output.result(str(write_card(out or Path(name), text.encode("utf-8"))))


def oscal(
    model: Annotated[
        str,
        typer.Option(help="assessment-results, assessment-plan, component-definition or poam, with all it refers to."),
    ] = "assessment-results",
    release: Reference = None,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write; the default names it for you.")
    ] = None,
    root: Root = None,
) -> None:
    """Write OSCAL 1.2.1 documents that refer to each other, with the signed evidence beside them."""
    from roadworthy.runtime.exchange.exporting import export_oscal

    folder, files = export_oscal(workspace_at(root), release, model=model, out=out)
    output.result(str(folder))
    for name in files:
        output.note(f"  {name}")
    if model == "poam" and "plan-of-action-and-milestones.json" not in files:
        output.note("nothing is owed, so there is no plan of action")


def model_card(
    component: Annotated[str, typer.Argument(help="Key of a model, an adapter or a hosted model.")],
    task: Annotated[str, typer.Option(help="What the hub calls the task, e.g. text-generation.")] = "other",
    release: Reference = None,
    out: Card = None,
    root: Root = None,
) -> None:
    """Write or renew a model's README.md: every row cites evidence, and rows of others stay as they are."""
    from roadworthy.runtime.exchange.exporting import export_model_card

    _written(*export_model_card(workspace_at(root), release, component=component, task_type=task, out=out))


def dataset_card(
    component: Annotated[str, typer.Argument(help="Key of a dataset or an index.")],
    release: Reference = None,
    out: Card = None,
    root: Root = None,
) -> None:
    """Write or renew a dataset's README.md from its datasheet and the manifest; what is not stated is said to be."""
    from roadworthy.runtime.exchange.exporting import export_dataset_card

    _written(*export_dataset_card(workspace_at(root), release, component=component, out=out))


def _written(place: Path, content: bytes) -> None:
    from roadworthy.runtime.exchange.exporting import write_card

    if str(place) == "-":
        output.result(content.decode("utf-8").rstrip("\n"))
    else:
        output.result(str(write_card(place, content)))
