"""``rw finding …``: record findings and look at them."""

from __future__ import annotations

from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format
from roadworthy.core.severity import Severity
from roadworthy.findings.model import FindingSource, Likelihood

app = typer.Typer(help="Findings: what is wrong, who mends it by when, and the test that keeps it mended.")


@app.callback(invoke_without_command=True)
def _default(context: typer.Context) -> None:
    """Findings: what is wrong, who mends it by when, and the test that keeps it mended."""
    if context.invoked_subcommand is None:
        list_findings()


@app.command("add")
def add(
    title: Annotated[str, typer.Argument(help="What is wrong, in one sentence of your own; no text of users.")],
    rule: Annotated[str, typer.Option(help="What says that it is wrong: a rule, a task, a control, a requirement.")],
    severity: Annotated[Severity, typer.Option(help="block: must not ship; warn: ships and is owed; info.")],
    source: Annotated[FindingSource, typer.Option(help="What found it.")] = FindingSource.USER_REPORT,
    component: Annotated[str | None, typer.Option(help="Key of the component that has it.")] = None,
    case: Annotated[
        str | None, typer.Option(help="What shows it: TASK/SAMPLE, or a name of yours such as a ticket's.")
    ] = None,
    likelihood: Annotated[Likelihood, typer.Option(help="How often it is to be expected.")] = Likelihood.UNKNOWN,
    control: Annotated[list[str] | None, typer.Option(help="Id of a control; may be repeated.")] = None,
    threat: Annotated[list[str] | None, typer.Option(help="Id of a threat; may be repeated.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Record something that is wrong. The same rule, case and component again is counted, not recorded twice."""
    from roadworthy.cli.reviews.finding_text import recorded_line
    from roadworthy.runtime.findings.adding import Report, add_finding

    report = Report(
        title=title,
        rule=rule,
        severity=severity,
        source=source,
        component=component,
        case=case,
        likelihood=likelihood,
        controls=tuple(control or ()),
        threats=tuple(threat or ()),
    )
    made = add_finding(workspace_at(root), report)
    if format is Format.JSON:
        output.result_json(made)
        return
    output.result(recorded_line(made))


@app.command("list")
def list_findings(
    everything: Annotated[bool, typer.Option("--all", help="Those that are done with, too.")] = False,
    source: Annotated[FindingSource | None, typer.Option(help="Only from there.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only those that you have to mend.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose time is over.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """List the findings, the worst first, each with who mends it and by when."""
    from roadworthy.cli.reviews.finding_text import finding_line
    from roadworthy.runtime.findings.listing import Shown, list_findings

    wanted = Shown(everything=everything, source=source, mine=mine, overdue=overdue)
    found = list_findings(workspace_at(root), wanted)
    if format is Format.JSON:
        output.result_json([{"state": state, "due": due} for state, due in found.findings])
        return
    for state, due in found.findings:
        output.result(finding_line(state, due))
    if not found.findings:
        output.note("there is no such finding")
    output.note(f"closed days: {found.calendar}")


@app.command("show")
def show(
    finding: Annotated[str, typer.Argument(help="Id or fingerprint of the finding.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Show one finding: where it was seen, how to see it again, how it stands, and by when it is due."""
    from roadworthy.cli.reviews.finding_text import finding_lines
    from roadworthy.runtime.findings.listing import finding_view

    view = finding_view(workspace_at(root), finding)
    if format is Format.JSON:
        output.result_json(view)
        return
    for line in finding_lines(view):
        output.result(line)
