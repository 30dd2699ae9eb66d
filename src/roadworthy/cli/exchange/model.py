"""``rw model sign | verify``: signatures over a model's files that other tools verify, and its card bound to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at, workspace_or_none
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.runtime.exchange.models import ModelSignature

app = typer.Typer(
    help="Sign a model's files in the format of the model-signing package, and verify them.", no_args_is_help=True
)

Model = Annotated[str, typer.Argument(help="Folder or file of the model, or the key of a component.")]


@app.command()
def sign(
    model: Model,
    key: Annotated[
        Path | None,
        typer.Option(help="Private key in PEM on P-256, P-384 or P-521; the default is the repository's own."),
    ] = None,
    card: Annotated[Path | None, typer.Option(help="The model's card; the default is its README.md.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Write model.sig over every file, and a statement that binds the card to exactly these files."""
    from roadworthy.runtime.exchange.models import model_path, sign_model

    workspace = workspace_at(root)
    made = sign_model(workspace, model_path(workspace, model), key=key, card=card)
    if format is Format.JSON:
        output.result_json(made)
        return
    output.result(made.signature)
    output.note(f"{made.files} files, root {made.root}")
    output.note(f"card: {made.card}" if made.card else "card: none was found, so none is bound")
    if made.key:
        output.note(f"verify it with: rw model verify {made.model} --key {made.key}")


@app.command()
def verify(
    model: Model,
    key: Annotated[Path, typer.Option(help="Public key of who signed it, from a source that you trust.")],
    signature: Annotated[Path | None, typer.Option(help="Signature file; the default is model.sig in it.")] = None,
    card: Annotated[Path | None, typer.Option(help="The card; the default is the one beside the signature.")] = None,
    card_key: Annotated[Path | None, typer.Option(help="The team's public key, which binds the card.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Check every file of a model against its signature. Exits 0 when all hold, 1 when something was changed."""
    from roadworthy.core.errors import VerificationError
    from roadworthy.runtime.exchange.models import model_path, verify_model

    place = model_path(workspace_or_none(root), model)
    try:
        found = verify_model(place, key=key, signature=signature, card=card, card_key=card_key)
    except VerificationError as error:
        output.note(str(error))
        raise typer.Exit(1) from error
    if format is Format.JSON:
        output.result_json(found)
    else:
        _show(found)


def _show(found: ModelSignature) -> None:
    output.result(f"INTACT  {found.files} files, root {found.root}")
    if found.card:
        output.result(f"  card {found.card} is bound to these files")
    for text in found.not_checked:
        output.note(f"not checked: {text}")
    for path in found.not_covered:
        output.note(f"not covered by the signature: {path}")
