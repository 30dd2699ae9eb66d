"""``rw mlflow promote | history | check``: an alias moves only behind a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.runtime.pipeline.alias_moves import AliasMove

app = typer.Typer(help="Move aliases of MLflow's registry only behind a gate.", no_args_is_help=True)

Model = Annotated[str, typer.Argument(help="Name of the registered model.")]
Alias = Annotated[str, typer.Argument(help="The alias, e.g. champion.")]
Tracking = Annotated[
    str | None, typer.Option(help="Address of the tracking server; the default is MLFLOW_TRACKING_URI.")
]
Registry = Annotated[
    str | None, typer.Option(help="Address of the registry, where it is another than the tracking server.")
]


@app.command()
def promote(
    model: Model,
    version: Annotated[str, typer.Option(help="Version that the alias is to point to.")],
    alias: Annotated[str, typer.Option(help="The alias, e.g. champion.")],
    component: Annotated[
        str | None, typer.Option(help="Component that the model is; the default is the only one of type model.")
    ] = None,
    artifact: Annotated[str, typer.Option(help="File or folder of the version that the component is.")] = "",
    tracking_uri: Tracking = None,
    registry_uri: Registry = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Gate the release, and move the alias if it ships with consent. Exits 0 moved, 1 blocked, 3 cannot tell.

    The version's files must be those of the release's component, digest by digest. Version and run are tagged with
    the decision, its pack and how long it holds.
    """
    from roadworthy.runtime.pipeline.promoting import PromotionRequest, open_registry
    from roadworthy.runtime.pipeline.promoting import promote as move

    request = PromotionRequest(model=model, version=version, alias=alias, component=component, artifact=artifact)
    registry = open_registry(tracking=tracking_uri, registry=registry_uri)
    found = move(workspace_at(root), registry, request)
    if format is Format.JSON:
        output.result_json(found)
    elif found.move is None:
        output.result(f"not moved: {found.reason}")
        output.note(f"explain it with: rw why {found.decision.id}")
    else:
        output.result(_line(found.move))
    raise typer.Exit(found.exit_code)


@app.command()
def history(
    model: Model,
    alias: Alias,
    tracking_uri: Tracking = None,
    registry_uri: Registry = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """List what an alias was moved to, when, by whom and on which decision, oldest first."""
    from roadworthy.runtime.pipeline.promoting import moves_of, open_registry

    registry = open_registry(tracking=tracking_uri, registry=registry_uri)
    found = moves_of(workspace_at(root), registry, model=model, alias=alias)
    if format is Format.JSON:
        output.result_json(found)
        return
    for one in found:
        output.result(_line(one))
    if not found:
        output.note("it was never moved through a gate: `rw mlflow promote`")


@app.command()
def check(
    model: Model,
    alias: Alias,
    tracking_uri: Tracking = None,
    registry_uri: Registry = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Tell whether an alias points where a gate moved it. Exits 0 so, 1 moved around or lapsed, 3 interrupted."""
    from roadworthy.runtime.pipeline.promoting import check_alias, open_registry

    registry = open_registry(tracking=tracking_uri, registry=registry_uri)
    found = check_alias(workspace_at(root), registry, model=model, alias=alias)
    if format is Format.JSON:
        output.result_json(found)
    else:
        output.result(f"{found.state.value.replace('_', ' ')}: {found.reason}")
    raise typer.Exit(found.exit_code)


def _line(move: AliasMove) -> str:
    return (
        f"{move.at:%Y-%m-%d %H:%M} UTC  {move.state:<5}  {move.model}@{move.alias}: "
        f"{move.before or 'none'} -> {move.after}  by {move.by}  {move.verdict.value}, {move.decision}"
    )
