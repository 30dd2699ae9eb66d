"""``rw judge library | new``: shipped judges, and taking one over."""

from __future__ import annotations

from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format


def library(
    name: Annotated[
        str | None, typer.Argument(help="Shipped judge to show in full; without it all are listed.")
    ] = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """List the judges that ship with Roadworthy, what each tells and where it is known to err. None is calibrated."""
    from roadworthy.runtime.judging.library import library as every
    from roadworthy.runtime.judging.library import shipped, shipped_text

    found = every() if name is None else (shipped(name),)
    if format is Format.JSON:
        output.result_json(found)
    elif name is not None:
        output.result(shipped_text(name))
    else:
        for ready in found:
            output.result(f"{ready.judge.id}  sees {', '.join(ready.judge.sees)}  {ready.purpose}")
        output.note("none is calibrated; take one over: rw judge new NAME --target KEY")


def new(
    name: Annotated[str, typer.Argument(help="Shipped judge, as `rw judge library` lists them.")],
    target: Annotated[list[str], typer.Option(help="Key of the manifest's target that judges; several are a panel.")],
    to: Annotated[str, typer.Option(help="Folder below the manifest to write it to.")] = "judges",
    root: Root = None,
) -> None:
    """Write a shipped judge into your repository, to be read, changed and calibrated there."""
    from roadworthy.runtime.judging.library import take_over

    written = take_over(workspace_at(root), name, targets=tuple(target), folder=to)
    output.result(written.as_posix())
    output.note("not calibrated: read it, change what does not fit, then `rw judge calibrate " + f"{name} --gold FILE`")
