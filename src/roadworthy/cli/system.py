"""``rw init``, ``schema``, ``freeze``, ``diff``: what the system is made of."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format
from roadworthy.core.errors import ConfigError, NotFoundError

if TYPE_CHECKING:
    from roadworthy.inventory.questions import Question
    from roadworthy.inventory.release import Release
    from roadworthy.runtime.workspace import Workspace

WORKING_TREE = "."
"""What ``rw diff`` calls the release in the making."""


def init(
    folder: Annotated[Path, typer.Argument(help="Repository to look at.")] = Path(),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; leave out what cannot be seen.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a manifest that is there.")] = False,
) -> None:
    """Look at a repository and write its first roadworthy.yaml."""
    from roadworthy.runtime.onboarding import begin, finish

    path = finish(begin(folder, force=force), None if yes or not sys.stdin.isatty() else _ask)
    output.result(str(path))
    output.note("next: read it, state what it says is missing, then run `rw assess`")


def _ask(question: Question) -> str:
    return str(
        typer.prompt(question.text, default=question.suggestion, show_default=bool(question.suggestion), err=True)
    )


def schema(
    name: Annotated[
        str, typer.Argument(help="manifest, task, datasheet, judge, suite, scenarios, pack, controls or governance.")
    ] = "manifest",
) -> None:
    """Print the JSON Schema of a file that people write, for editors."""
    from roadworthy.runtime.schemas import SCHEMAS, schema_of

    if name not in SCHEMAS:
        raise NotFoundError(f"there is no schema {name!r}", where="rw schema", fix=f"choose from {', '.join(SCHEMAS)}")
    output.result_json(schema_of(name))


def freeze(root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Fix the digest of every component and of the release, and keep it."""
    from roadworthy.runtime.candidate import read_candidate

    workspace = workspace_at(root)
    release = read_candidate(workspace).release
    workspace.releases.add(release)
    if format is Format.JSON:
        output.result_json(release)
        return
    output.result(f"{release.system} {release.version}  {release.digest}")
    width = max((len(c.key) for c in release.components), default=0)
    for component in release.components:
        unpinned = output.coloured("  unpinned: an alias", "yellow") if component.pin == "alias" else ""
        output.result(f"  {component.key:<{width}}  {component.type:<12}  {component.digest[:19]}…{unpinned}")


def diff(
    old: Annotated[str, typer.Argument(help="Release: its version, its digest or the start of it.")],
    new: Annotated[
        str, typer.Argument(help="Release to compare with; the default is the working tree.")
    ] = WORKING_TREE,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Name what changed between two releases, and what kind of change it is."""
    from roadworthy.inventory.diff import diff as compare
    from roadworthy.inventory.diff import summary

    workspace = workspace_at(root)
    difference = compare(_release(workspace, old), _release(workspace, new))
    if format is Format.JSON:
        output.result_json(difference)
    else:
        output.result(summary(difference))


def _release(workspace: Workspace, reference: str) -> Release:
    if reference == WORKING_TREE:
        from roadworthy.runtime.candidate import read_candidate

        return read_candidate(workspace).release
    if not reference.strip():
        raise ConfigError("an empty release reference", fix="give a version, a digest or `.`")
    return workspace.releases.get(reference).record
