"""``rw key``: the team's key, and keys for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.evidence.keyring import KeyTransition

app = typer.Typer(help="The key that signs for the team, and keys for people.", no_args_is_help=True)


@app.command()
def show(root: Root = None) -> None:
    """Print the public key, to hand to those who verify. It is made on first use."""
    signer = workspace_at(root).signer
    output.note(f"key id {signer.key_id}")
    output.result(signer.public_pem.decode("ascii"))


@app.command()
def create(
    path: Annotated[Path, typer.Argument(help="File for the private key; the public key goes beside it, with .pub.")],
) -> None:
    """Make a key of your own to sign approvals with. Keep the private file to yourself, outside the repository."""
    from roadworthy.runtime.oversight.signing import create_key

    public, key_id = create_key(path)
    output.note(f"key id {key_id}; put this under your `keys` in governance.yaml:")
    output.result(public)


@app.command("list")
def list_keys(root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """List the team's keys, the present one first, and what of theirs counts."""
    from roadworthy.runtime.trust.rotating import keys_of

    rows = keys_of(workspace_at(root))
    if format is Format.JSON:
        output.result_json(rows)
        return
    for row in rows:
        ended = "" if row.retired_at is None else f"  {row.reason}, {row.retired_at:%Y-%m-%d %H:%M} UTC"
        output.result(f"{row.key}  {row.counts}{ended}")


@app.command()
def rotate(root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Go on with a new key, which the old one introduces in the log. What the old one signed goes on counting."""
    from roadworthy.runtime.trust.rotating import rotate as exchange

    workspace = workspace_at(root)
    _print_exchange(exchange(workspace), format=format)
    output.note("hand the new public key to those who verify: `rw key show`; and write a checkpoint of the log")


@app.command()
def revoke(
    since: Annotated[
        str | None,
        typer.Option("--from", help="From when on somebody else may have had it; without it nothing it signed counts."),
    ] = None,
    left: Annotated[bool, typer.Option("--left", help="Not stolen: who kept it left. What it signed counts.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Give up a key that somebody else may have had: what it signed counts no more, and a new key takes its place."""
    from roadworthy.cli.oversight.moment import start_of
    from roadworthy.governance.model import RevocationReason
    from roadworthy.runtime.trust.rotating import rotate as exchange

    reason = RevocationReason.LEFT if left else RevocationReason.COMPROMISED
    transition = exchange(workspace_at(root), reason=reason, void_from=start_of(since, flag="--from"))
    _print_exchange(transition, format=format)
    output.note("hand the new public key to those who verify: `rw key show`; then see what `rw gate` still needs")


def _print_exchange(transition: KeyTransition, *, format: Format) -> None:
    if format is Format.JSON:
        output.result_json(transition)
    else:
        output.result(f"{transition.new}  signs from now on; {transition.old} is {transition.reason.value}")
