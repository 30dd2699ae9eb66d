"""``rw plan``, ``gate``, ``why``, ``replay``: what is missing, whether it ships, and why."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.gates.model import GateDecision
    from roadworthy.runtime.workspace import Workspace


class DecisionFormat(StrEnum):
    """How a decision is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"


AsDecision = Annotated[DecisionFormat, typer.Option("--format", help="How the decision is printed.")]


PlannedDate = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="YYYY-MM-DD",
        help="As of the end of this planned ship date (UTC), today or later, with the rules that bind by then.",
    ),
]


def plan(root: Root = None, format: AsFormat = Format.TEXT, at: PlannedDate = None) -> None:
    """Say which checks this release still needs, why, and what they will cost."""
    from roadworthy.cli.plan_text import plan_lines
    from roadworthy.runtime.planning import make_plan

    made = make_plan(workspace_at(root), at=at)
    if format is Format.JSON:
        output.result_json(made)
        return
    for line in plan_lines(made):
        output.result(line)


def gate(
    root: Root = None,
    format: AsDecision = DecisionFormat.TEXT,
    out: Annotated[Path | None, typer.Option("--output", "-o", help="Write the decision to a file as well.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the rules that hold as well.")] = False,
    at: PlannedDate = None,
) -> None:
    """Decide whether this release may ship, sign the decision and keep it. Exits 0, 1 or 3 as it decided.

    With --at it only says what it would decide on that day: nothing is signed or kept.
    """
    from roadworthy.runtime.gating import judge_candidate, record_decision
    from roadworthy.runtime.rendering import write_result

    workspace = workspace_at(root)
    if at is not None:
        _outlook(workspace, at, format, out=out, verbose=verbose)
    bench = judge_candidate(workspace)
    if bench.unlinted:
        output.note(f"static checks could not run, so nothing is known of what they look for:\n{bench.unlinted}")
    if bench.let_be:
        output.note(f"static checks: {bench.let_be}; see `rw lint`")
    stored = record_decision(workspace, bench)
    text = _text(stored.record, format, workspace=workspace, verbose=verbose, full=False)
    if out is not None:
        write_result(out, text)
    output.result(text)
    raise typer.Exit(stored.record.verdict.exit_code)


def _outlook(workspace: Workspace, at: str, format: DecisionFormat, *, out: Path | None, verbose: bool) -> NoReturn:
    """Print what the gate would decide on a later day, and exit as it would."""
    from roadworthy.cli.decision_text import decision_text
    from roadworthy.cli.plan_text import binding_lines
    from roadworthy.core.errors import ConfigError
    from roadworthy.runtime.foreseeing import judge_ahead
    from roadworthy.runtime.rendering import write_result

    if format not in (DecisionFormat.TEXT, DecisionFormat.JSON):
        raise ConfigError(
            f"what a later day would bring has no {format.value} form: other programs would take it for a decision",
            where="--format",
            fix="use text or json with --at",
        )
    outlook, _ = judge_ahead(workspace, at)
    if format is DecisionFormat.JSON:
        text = output.as_json(outlook)
    else:
        body = decision_text(outlook.decision, verbose=verbose, full=False)
        text = "\n".join([body, *binding_lines(outlook.binds_by_then)])
    if out is not None:
        write_result(out, text)
    output.result(text)
    output.note(f"as of {at}; now it would be {outlook.verdict_now.value}. Nothing was signed or kept.")
    raise typer.Exit(outlook.decision.verdict.exit_code)


def why(
    release: Annotated[str | None, typer.Argument(help="Version or digest of a release, or id of a decision.")] = None,
    root: Root = None,
    format: AsDecision = DecisionFormat.TEXT,
) -> None:
    """Explain the last decision on a release in full: every rule, its evidence, value against bound, what helps.

    Says too whether the decision is still in force. One that let the release through and is not exits 3.
    """
    from roadworthy.runtime.rendering import decision_of

    workspace = workspace_at(root)
    decision = decision_of(workspace, release)
    output.result(_text(decision, format, workspace=workspace, verbose=True, full=True))
    raise typer.Exit(_exit_of_standing(workspace, decision))


def _exit_of_standing(workspace: Workspace, decision: GateDecision) -> int:
    """Say whether the decision may still be relied on, and exit as it decided; 3 where it let through and may not."""
    from roadworthy.gates.oversight.in_force import DecisionState
    from roadworthy.runtime.oversight.relying import standing_now

    standing = standing_now(workspace, decision)
    if standing.state is DecisionState.IN_FORCE:
        output.note("this decision is in force")
        return decision.verdict.exit_code
    output.note(f"this decision is {standing.state.value.replace('_', ' ')}: {standing.reason}; decide again: rw gate")
    return decision.verdict.exit_code or 3


def replay(
    decision: Annotated[str, typer.Argument(help="Id or digest of a decision, or a version.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Take one past decision again with its own policy: the same result, or every difference by name.

    `rw policy replay` tries another policy on many past decisions.
    """
    from roadworthy.runtime.gating import replay_decision

    stored, found = replay_decision(workspace_at(root), decision)
    if format is Format.JSON:
        output.result_json({"decision": stored.id, "verdict": stored.verdict, "differences": found})
    elif found:
        output.result(f"{len(found)} differences from decision {stored.id}:")
        for line in found:
            output.result(f"  {line}")
    else:
        output.result(f"decision {stored.id} comes out the same: {stored.verdict.value}")
    raise typer.Exit(1 if found else 0)


def _text(decision: GateDecision, form: DecisionFormat, *, workspace: Workspace, verbose: bool, full: bool) -> str:
    if form is DecisionFormat.TEXT:
        from roadworthy.cli.decision_text import decision_text

        return decision_text(decision, verbose=verbose, full=full)
    from roadworthy.runtime.rendering import render_decision

    return render_decision(workspace, decision, form.value)
