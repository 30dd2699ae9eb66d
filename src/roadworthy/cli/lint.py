"""``rw lint``: what the files of a repository alone show to be wrong."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat
from roadworthy.cli.output import Format
from roadworthy.cli.road import WithDefault
from roadworthy.core.severity import Severity


class _ChecksByDefault(WithDefault):
    default = "check"
    bare = True


app = typer.Typer(
    cls=_ChecksByDefault,
    help="Look for what is wrong with prompts, tools, agents, models, data and dependencies, without running anything. "
    "`rw lint src` is `rw lint check src`.",
)


class LintFormat(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


Top = Annotated[
    Path | None,
    typer.Option(
        "--root",
        "-C",
        help="Folder of the repository; the default is here or the nearest folder above with a manifest or .git.",
    ),
]
Wanted = Annotated[list[str] | None, typer.Option("--rule", help="Ask this rule alone; may be given several times.")]
Areas = Annotated[
    list[str] | None, typer.Option("--area", help="Ask the rules of this area alone, e.g. prompt; may be repeated.")
]
Bar = Annotated[Severity, typer.Option("--severity", help="The least that fails the check.")]
Baseline = Annotated[
    Path | None, typer.Option("--baseline", help="An earlier report as JSON; what it holds is not told again.")
]


@app.command("check")
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders; the default is the whole repository.")
    ] = None,
    root: Top = None,
    rule: Wanted = None,
    area: Areas = None,
    severity: Bar = Severity.BLOCK,
    format: Annotated[LintFormat, typer.Option("--format", help="How findings are printed.")] = LintFormat.TEXT,
    out: Annotated[Path | None, typer.Option("--output", "-o", help="Write them to a file as well.")] = None,
    baseline: Baseline = None,
    staged: Annotated[bool, typer.Option("--staged", help="Look at what is about to be committed, as staged.")] = False,
) -> None:
    """Look at the repository, or at some of its files; no manifest is needed.

    Exits 0 when nothing as bad as `--severity` was found, 1 when something was, 2 when asked wrongly, 3 when a
    file that mattered could not be read.
    """
    from roadworthy.cli.lint_text import report_text
    from roadworthy.runtime.linting.asked import looked_at
    from roadworthy.runtime.linting.told import exit_code, rendered, write_told

    looked = looked_at(root, paths or (), rules=rule or (), areas=area or (), staged=staged, baseline=baseline)
    form = format.value
    text = report_text(looked.report) if form == "text" else rendered(looked.report, form, root=looked.root)
    if out is not None:
        write_told(out, text)
    output.result(text)
    if looked.known:
        output.note(f"{looked.known} findings are in the baseline and not told again")
    raise typer.Exit(exit_code(looked.report, bar=severity))


@app.command("rules")
def rules(root: Top = None, area: Areas = None, format: AsFormat = Format.TEXT) -> None:
    """List the rules, the repository's own ones too."""
    from roadworthy.runtime.linting.asked import listed_rules

    found = listed_rules(root, areas=area or ())
    if format is Format.JSON:
        output.result_json(found)
        return
    for one in found:
        output.result(f"{one.id:<42} {one.severity.value:<6} {one.title}")


@app.command("explain")
def explain(
    rule: Annotated[str, typer.Argument(help="Id of a rule, e.g. prompt/hidden-unicode.")],
    root: Top = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Say what a rule finds, why that is bad, what to do, and show examples of both kinds."""
    from roadworthy.cli.lint_text import rule_text
    from roadworthy.runtime.linting.asked import rule_named

    found = rule_named(root, rule)
    if format is Format.JSON:
        output.result_json(found)
        return
    output.result(rule_text(found))
