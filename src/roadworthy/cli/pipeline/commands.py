"""``rw ci systems | restore | run | save | comment``: the steps of a pipeline, the same on every platform."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.runtime.pipeline.keeping import Kept
    from roadworthy.runtime.pipeline.whole import Selection

app = typer.Typer(help="The steps of a pipeline, the same on every platform.", no_args_is_help=True)


class Platform(StrEnum):
    """Where change requests are commented on."""

    GITHUB = "github"
    GITLAB = "gitlab"
    AZURE = "azure"


Folder = Annotated[Path, typer.Option("--root", "-C", help="Folder to begin in; the default is here.")]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="REF",
        envvar="ROADWORTHY_CI_SINCE",
        help="Only systems that changed since this branch, tag or commit, e.g. origin/main. Needs the history.",
    ),
]
Whole = Annotated[
    bool,
    typer.Option(
        "--all", envvar="ROADWORTHY_CI_ALL", help="Every system here and below, not only the one of this folder."
    ),
]
Shared = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GLOB",
        envvar="ROADWORTHY_CI_SHARED",
        help="With --since: a change of such a file touches every system; repeatable.",
    ),
]
Skip = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GLOB", envvar="ROADWORTHY_CI_SKIP", help="Leave out manifests here, e.g. tests/**; repeatable."
    ),
]
_CACHE = ".roadworthy-cache"


@app.command()
def systems(
    root: Folder = Path(),
    since: Since = None,
    shared: Shared = None,
    skip: Skip = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """List the systems of this repository, which of them a change touches, and why. Nothing is run."""
    from roadworthy.runtime.pipeline.systems import find_systems

    report = find_systems(root, since=since, shared=shared or (), skip=skip or ())
    if format is Format.JSON:
        output.result_json(report)
        return
    for one in report.systems:
        output.result(f"{one.state.value:<10}  {one.folder}  {one.key}".rstrip())
        output.result(f"            {one.reason}")
        for touch in one.touches:
            output.result(f"              {touch.file}: {touch.because}")
        if one.num_touches > len(one.touches):
            output.result(f"              and {one.num_touches - len(one.touches)} more files")


@app.command()
def run(
    root: Folder = Path(),
    since: Since = None,
    whole: Whole = False,
    shared: Shared = None,
    skip: Skip = None,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", envvar="ROADWORTHY_CI_OUT", help="Folder for reports, SARIF, JUnit and packs."),
    ] = Path("roadworthy-out"),
    outputs: Annotated[
        Path | None, typer.Option(help="File to append name=value lines to, e.g. $GITHUB_OUTPUT.")
    ] = None,
    summary: Annotated[
        Path | None, typer.Option(help="File to append the comment to, e.g. $GITHUB_STEP_SUMMARY.")
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option(
            envvar="ROADWORTHY_CI_FAIL_ON",
            help="Which results fail the job: 1 blocked, 2 asked wrongly, 3 cannot tell; or none.",
        ),
    ] = "1,2,3",
    max_calls: Annotated[
        int | None,
        typer.Option(envvar="ROADWORTHY_CI_MAX_CALLS", min=1, help="Calls that one system may make at most."),
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(envvar="ROADWORTHY_CI_MAX_COST", help="What one system's evaluations may cost at most."),
    ] = None,
    max_time: Annotated[
        str | None, typer.Option(envvar="ROADWORTHY_CI_MAX_TIME", help="Time for one system's evaluations, e.g. 30m.")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=1024, help="Calls in flight at most.")] = 8,
    format: AsFormat = Format.TEXT,
) -> None:
    """Assess, run what is missing or stale, decide, and write every report. Exits 0, 1, 2 or 3.

    What an evaluation found before still counts where nothing that it depends on changed. Of several systems the
    worst result is the exit code: 1 blocked, then 2 asked wrongly, then 3 cannot tell, then 0. A result that
    --fail-on does not name exits 0; the verdict is in the outputs and the reports all the same.
    """
    from roadworthy.runtime.evaluation.options import Options, caps_of
    from roadworthy.runtime.pipeline.running import RunWishes, parse_fail_on
    from roadworthy.runtime.pipeline.whole import Destinations, run_pipeline

    failing = parse_fail_on(fail_on)
    options = Options(concurrency=concurrency, caps=caps_of(calls=max_calls, cost=max_cost, time=max_time))
    result = run_pipeline(
        _selection(root, since=since, whole=whole, shared=shared, skip=skip),
        wishes=RunWishes(options=options, note=output.note),
        to=Destinations(out=out, outputs=outputs, summary=summary),
    )
    if format is Format.JSON:
        output.result_json(result.summary)
    else:
        output.result(result.comment.partition("\n")[2])
    raise typer.Exit(result.exit_code if result.exit_code in failing else 0)


@app.command()
def restore(
    source: Annotated[
        Path, typer.Option("--from", envvar="ROADWORTHY_CI_CACHE", help="Folder that archives are kept in.")
    ] = Path(_CACHE),
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            envvar="ROADWORTHY_CI_CHECKPOINT",
            help="A signed checkpoint that was kept elsewhere: an older ledger is refused.",
        ),
    ] = None,
    root: Folder = Path(),
    whole: Whole = False,
    skip: Skip = None,
    outputs: Annotated[Path | None, typer.Option(help="File to append name=value lines to.")] = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Put the key from ROADWORTHY_SIGNING_KEY in place and take up kept evidence, if it is whole and ours.

    Evidence that is torn, foreign or signed with another key is refused, and the job goes on without it.
    """
    from roadworthy.runtime.pipeline.keeping import restore as take_up
    from roadworthy.runtime.pipeline.reports import write_outputs
    from roadworthy.runtime.pipeline.whole import workspaces

    selection = _selection(root, since=None, whole=whole, shared=None, skip=skip)
    found = [take_up(one, source, checkpoint=checkpoint) for one in workspaces(selection)]
    if outputs is not None:
        keys = {kept.key.value for kept in found}
        states = sorted({kept.state.value for kept in found})
        write_outputs({"key": keys.pop() if len(keys) == 1 else "none", "state": ",".join(states)}, outputs)
    _show(found, format)


@app.command()
def save(
    target: Annotated[
        Path, typer.Option("--to", envvar="ROADWORTHY_CI_CACHE", help="Folder to keep archives in.")
    ] = Path(_CACHE),
    root: Folder = Path(),
    whole: Whole = False,
    skip: Skip = None,
    outputs: Annotated[Path | None, typer.Option(help="File to append name=value lines to.")] = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Keep ledger and runs for the next job in a signed archive for each system; keys and replies are not in it."""
    from roadworthy.runtime.pipeline.keeping import cache_digest
    from roadworthy.runtime.pipeline.keeping import save as keep
    from roadworthy.runtime.pipeline.reports import write_outputs
    from roadworthy.runtime.pipeline.whole import workspaces

    opened = workspaces(_selection(root, since=None, whole=whole, shared=None, skip=skip))
    found = [keep(one, target) for one in opened]
    if outputs is not None:
        write_outputs({"digest": cache_digest(opened)}, outputs)
    _show(found, format)


@app.command()
def comment(
    platform: Annotated[Platform, typer.Option(help="Where the change request is.")],
    file: Annotated[Path, typer.Argument(help="The comment that rw ci run wrote.")] = Path("roadworthy-out/comment.md"),
    required: Annotated[
        bool, typer.Option("--required", help="Exit 3 where it may not be posted; the default only says so.")
    ] = False,
    format: AsFormat = Format.TEXT,
) -> None:
    """Post the comment on the change request of this job, or write over the one posted before.

    The token is read from the environment: GITHUB_TOKEN, ROADWORTHY_GITLAB_TOKEN or SYSTEM_ACCESSTOKEN.
    """
    from roadworthy.runtime.pipeline.posting import post_comment

    posted = post_comment(platform.value, file)
    if format is Format.JSON:
        output.result_json(posted)
    else:
        output.result(f"{posted.state.value}: {posted.reason}")
    raise typer.Exit(3 if required and not posted.is_there else 0)


def _selection(
    root: Path, *, since: str | None, whole: bool, shared: list[str] | None, skip: list[str] | None
) -> Selection:
    from roadworthy.runtime.pipeline.whole import Selection

    return Selection(folder=root, is_whole=whole, since=since, shared=tuple(shared or ()), skip=tuple(skip or ()))


def _show(found: list[Kept], format: Format) -> None:
    if format is Format.JSON:
        output.result_json(found)
        return
    for kept in found:
        entries = f", {kept.entries} log entries" if kept.entries else ""
        output.result(f"{kept.system}: {kept.state.value} ({kept.reason}{entries})")
