"""``rw guard draft``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat
from roadworthy.cli.output import Format


def draft(
    definitions: Annotated[
        Path,
        typer.Argument(
            metavar="DEFINITIONS",
            help="JSON or YAML with the tools as a model is told of them: the `tools` of a request to OpenAI or "
            "Anthropic, what an MCP server answers to `tools/list`, or a list of name, description and parameters.",
        ),
    ],
    out: Annotated[Path | None, typer.Option("--out", help="File to write; the default is to print it.")] = None,
    name: Annotated[str, typer.Option("--name", help="Name of the policy: small letters, digits, hyphens.")] = "tools",
    domain: Annotated[
        list[str] | None, typer.Option("--domain", help="Host that answers may link to; may be given several times.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    format: AsFormat = Format.TEXT,
) -> None:
    """Draft least privilege for tools from their definitions, each line with its reason, for you to read and change.

    Whom something goes to, what is deleted or paid must come from the user; anything else is put to a person. What a
    tool does that cannot be told from its name and description is put to a person each time.

    Exits 0 where all could be told, 1 where some could not, 2 where the definitions cannot be read.
    """
    from roadworthy.runtime.guard.drafting import draft_from, keep

    drafted = draft_from(definitions, name=name, domains=domain or [])
    if out is not None:
        keep(drafted, out, force=force)
    if format is Format.JSON:
        output.result_json({"tools": len(drafted.draft.grants), "untold": drafted.draft.untold, "policy": drafted.text})
    elif out is None:
        output.result(drafted.text)
    untold = drafted.draft.untold
    output.note(f"{len(drafted.draft.grants)} tools, {len(untold)} of which nothing tells what they do")
    raise typer.Exit(1 if untold else 0)
