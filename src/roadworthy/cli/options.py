"""Options that several commands share, and the workspace that they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.runtime.workspace import Workspace

Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        "-C",
        help="Folder of the repository; the default is here or the nearest folder above with a manifest.",
    ),
]
AsFormat = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]


def workspace_at(root: Path | None) -> Workspace:
    """Open the workspace that ``root`` names.

    Raises:
        ConfigError: If there is no manifest.
    """
    from roadworthy.runtime.workspace import Workspace, find_root

    return Workspace(root=find_root(root if root is not None else Path()))


def workspace_or_none(root: Path | None) -> Workspace | None:
    """Open the workspace that ``root`` names; None where no folder was named and none has a manifest.

    Raises:
        ConfigError: If a folder was named and has no manifest.
    """
    from roadworthy.core.errors import ConfigError

    try:
        return workspace_at(root)
    except ConfigError:
        if root is not None:
            raise
        return None
