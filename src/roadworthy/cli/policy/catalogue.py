"""``rw controls``, ``explain``, ``policy check``: what is asked, and where it comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at, workspace_or_none
from roadworthy.cli.output import Format
from roadworthy.policy.model import Area


def controls(
    context: typer.Context,
    area: Annotated[Area | None, typer.Option(help="Only this area.")] = None,
    framework: Annotated[
        str | None, typer.Option(help="Only controls linked to this framework, e.g. eu-ai-act.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every control of the packs, not only this tier's.")
    ] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """List the controls that bind this system, or say with a command what to do with them."""
    if context.invoked_subcommand is not None:
        return
    from roadworthy.runtime.policy.catalogue import binding_controls

    found = binding_controls(workspace_at(root), area=area, framework=framework, everything=everything)
    if format is Format.JSON:
        output.result_json(found)
        return
    width = max((len(control.id) for control in found), default=0)
    for control in found:
        output.result(f"{control.id:<{width}}  {control.area.value:<13}  {control.title}")
    output.note(f"{len(found)} controls; `rw explain ID` shows one")


def explain(
    id: Annotated[str, typer.Argument(help="Id of a control or a rule, e.g. base/model-pinned.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Show a control in full: what to verify and why, its rules, what it serves, what turns it green."""
    from roadworthy.cli.policy.explain_text import explanation
    from roadworthy.runtime.policy.catalogue import explain_control

    explained = explain_control(workspace_or_none(root), id)
    if format is Format.JSON:
        output.result_json(explained.control)
        return
    for line in explanation(explained):
        output.result(line)


def check(
    packs: Annotated[list[str] | None, typer.Argument(help="Packs to check; the default is the manifest's.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Check packs: that they load, every condition compiles, names known facts, threats and frameworks."""
    from roadworthy.runtime.policy.catalogue import check_packs

    problems = check_packs(workspace_at(root) if not packs or root else None, packs or [])
    if format is Format.JSON:
        output.result_json({"problems": problems})
    else:
        for problem in problems:
            output.result(problem)
        output.note(f"{len(problems)} problems" if problems else "the packs are in order")
    raise typer.Exit(2 if problems else 0)
