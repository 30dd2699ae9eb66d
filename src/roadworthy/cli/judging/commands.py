"""``rw judge calibrate | show | list | library | new``: models that judge, and how often they err."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.judging import library
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.runtime.calibration.describing import Described

app = typer.Typer(
    help="Judges: models that grade replies. A gate counts what they say once you have counted how often they err.",
    no_args_is_help=True,
)

app.command("library")(library.library)
app.command("new")(library.new)

Name = Annotated[str, typer.Argument(help="Judge's id, or its file such as judges/helpful.yaml.")]


@app.command("calibrate")
def calibrate(
    judge: Name,
    gold: Annotated[
        Path, typer.Option(help="Replies that people labelled: JSON Lines with prompt, reply, label good|bad, slices.")
    ],
    family: Annotated[
        str | None, typer.Option(help="Family of the systems that gave the replies; the default is your system's.")
    ] = None,
    repeat: Annotated[
        int, typer.Option(min=0, help="Ask about the first N replies once more, to see whether the judge flips.")
    ] = 0,
    concurrency: Annotated[int, typer.Option(min=1, max=1024, help="Calls in flight at most.")] = 8,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Ask again also where an answer is kept.")] = False,
    max_calls: Annotated[int | None, typer.Option(min=1, help="Stop after this many calls.")] = None,
    max_cost: Annotated[float | None, typer.Option(help="Stop before the cost exceeds this, by the prices.")] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Put labelled replies to a judge, count how often it errs, and sign the counts."""
    from roadworthy.runtime.calibration.calibrating import Wanted
    from roadworthy.runtime.calibration.calibrating import calibrate as count
    from roadworthy.runtime.calibration.describing import describe
    from roadworthy.runtime.evaluation.options import Options, caps_of

    workspace = workspace_at(root)
    options = Options(concurrency=concurrency, use_cache=not no_cache, caps=caps_of(calls=max_calls, cost=max_cost))
    wanted = Wanted(judge=judge, gold=gold, family=family, repeat=repeat, options=options)
    evidence = count(workspace, wanted)
    if format is Format.JSON:
        output.result_json(evidence)
        return
    _print(describe(workspace, judge), newest_only=True)
    output.note(f"{evidence.id} signed; tasks that this judge grades use it from their next run: `rw eval run`")


@app.command("show")
def show(judge: Name, root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """Show how good a judge is: its errors by slice, agreement, stability, and until when that counts."""
    from roadworthy.runtime.calibration.describing import describe

    found = describe(workspace_at(root), judge)
    if format is Format.JSON:
        output.result_json({"state": found.state, "judge": found})
        return
    _print(found)


@app.command("list")
def list_judges(root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """List the judges in judges/, and whether each is calibrated."""
    from roadworthy.runtime.calibration.describing import describe_all

    found = describe_all(workspace_at(root))
    if format is Format.JSON:
        output.result_json([{"id": one.judge.id, "state": one.state, "digest": one.digest} for one in found])
        return
    for one in found:
        output.result(f"{one.judge.id}  {one.state}  {', '.join(one.judge.targets)}  {one.judge.title}")
    if not found:
        output.note(
            "no judge yet: take one over with `rw judge new`, or write judges/NAME.yaml; `rw schema judge` says how"
        )


Run = Annotated[str, typer.Argument(help="Run id, or a task for its last run.")]
Which = Annotated[str | None, typer.Option("--judge", help="Judge's id, where the task has several.")]


@app.command("draw")
def draw(
    run: Run,
    number: Annotated[int, typer.Option(min=1, help="Replies to draw.")] = 100,
    out: Annotated[Path, typer.Option("--output", "-o", help="File to write.")] = Path("labels.jsonl"),
    judge: Which = None,
    root: Root = None,
) -> None:
    """Write a random part of a run's judged replies, for people to fill in `label` with good or bad."""
    from roadworthy.runtime.calibration.correcting import draw as write
    from roadworthy.runtime.evaluation.comparison.comparing import run_named

    workspace = workspace_at(root)
    plan = run_named(workspace, run)
    drawn = write(workspace, plan, judge=judge, number=number, out=out.resolve())
    output.result(str(out))
    output.note(f"{drawn} replies; label every line, then: rw judge correct {plan.id} --labels {out}")


@app.command("correct")
def correct(
    run: Run,
    labels: Annotated[Path, typer.Option(help="The file of `rw judge draw`, with every label filled in.")],
    judge: Which = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Correct what a judge said of a run by labels of a random part of that very run. A gate does not see it."""
    from roadworthy.cli.judging.text import corrected_run_text
    from roadworthy.runtime.calibration.correcting import correct as work_out
    from roadworthy.runtime.evaluation.comparison.comparing import run_named

    workspace = workspace_at(root)
    found = work_out(workspace, run_named(workspace, run), judge=judge, labels=labels)
    if format is Format.JSON:
        output.result_json(found)
        return
    output.result(corrected_run_text(found))


def _print(found: Described, *, newest_only: bool = False) -> None:
    from roadworthy.cli.judging.text import lines_of

    for line in lines_of(found, newest_only=newest_only):
        output.result(line)
