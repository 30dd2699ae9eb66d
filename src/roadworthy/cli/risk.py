"""``rw assess``: how dangerous the system is, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format


def assess(
    author: Annotated[
        str | None, typer.Option(help="Who assesses; the default is ROADWORTHY_ACTOR or the account.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Every reason, threat and question.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Give the system its legal class and risk tier, with facts, rules, sources, threats and open questions."""
    from roadworthy.risk.explain import explain_lines
    from roadworthy.runtime.assessing import assess_now

    workspace = workspace_at(root)
    stored = assess_now(workspace, author=author)
    if format is Format.JSON:
        output.result_json({"digest": stored.digest, "assessment": stored.record})
        return
    for line in explain_lines(stored.record, full=full):
        output.result(line)
    output.note(f"assessment {stored.record.id} ({stored.digest[:19]}…) by {stored.record.author}")
