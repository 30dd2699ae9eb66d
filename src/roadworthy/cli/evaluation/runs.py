"""``rw eval run | list | show``: asks the target and measures."""

from __future__ import annotations

import gc
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.core.evidence import Evidence
    from roadworthy.evals.stats.pass_k import PassRate
    from roadworthy.runtime.evaluation.session import Session
    from roadworthy.runtime.workspace import Workspace


_GARBAGE = 20_000
"""New objects after which garbage is looked for; a few hundred calls make as many."""


class Executor(StrEnum):
    """Where scorers judge."""

    ASYNCIO = "asyncio"
    RAY = "ray"


def run(
    tasks: Annotated[list[str] | None, typer.Argument(help="Task ids or categories; none: what the plan says.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Run every task, whether its evidence is valid or not.")
    ] = False,
    until_answered: Annotated[
        bool,
        typer.Option("--until-answered", help="Stop each run as soon as every rule that it serves is met or refuted."),
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the runs that were interrupted.")] = False,
    retry_unassessed: Annotated[
        bool, typer.Option("--retry-unassessed", help="With --resume: ask again what could not be assessed.")
    ] = False,
    concurrency: Annotated[
        int,
        typer.Option(min=1, max=1024, help="Calls in flight at most; fewer while the target is slow or says so."),
    ] = 8,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Ask even where a reply to the same request is kept.")
    ] = False,
    max_calls: Annotated[int | None, typer.Option(min=1, help="Stop after this many calls, retries included.")] = None,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="Stop before input and output tokens together exceed this.")
    ] = None,
    max_cost: Annotated[
        float | None, typer.Option(help="Stop before the cost exceeds this, by the target's prices in the manifest.")
    ] = None,
    max_time: Annotated[
        str | None, typer.Option(help="Stop after this time, e.g. 90s, 30m or 2h; --resume starts it anew.")
    ] = None,
    executor: Annotated[
        Executor, typer.Option(help="Where scorers judge: in this process, or on a Ray cluster.")
    ] = Executor.ASYNCIO,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Run evaluation tasks and sign what they measured. Ctrl-C keeps what is finished; --resume goes on.

    A cap (--max-calls, --max-tokens, --max-cost, --max-time) holds for all runs of the command together. At a cap
    the calls in flight finish, nothing is signed, and --resume goes on. Calls, tokens and money that the resumed runs
    spent before count; time does not.

    With --until-answered a run is registered as one that may stop early: samples are asked in a random order, and the
    bounds hold whenever it stops. They are wider than those of a fixed number of samples, so small sets decide less.
    """
    from roadworthy.runtime.evaluation.options import Options, caps_of
    from roadworthy.runtime.evaluation.session import open_session

    session = open_session(
        workspace_at(root),
        tasks or [],
        everything=everything,
        resume=resume,
        options=Options(
            concurrency=concurrency,
            use_cache=not no_cache,
            retry_unassessed=retry_unassessed,
            sequential=until_answered,
            executor=executor.value,
            caps=caps_of(calls=max_calls, tokens=max_tokens, cost=max_cost, time=max_time),
        ),
    )
    if not session.plans:
        output.note("nothing to run: every evaluation that the policy asks for is valid for this release")
    _carry_out(session, format)


def _carry_out(session: Session, format: Format) -> None:
    """Carry out the runs and show what they measured, also when one of them had to stop."""
    from roadworthy.cli.progress import run_progress

    evidence: list[Evidence] = []
    # Modules and samples stay until the end; looking through them for garbage again and again costs a tenth of the run.
    gc.freeze()
    gc.set_threshold(_GARBAGE, 10, 10)
    try:
        with run_progress() as progress:
            session.carry_out(
                on_start=progress.start,
                on_result=progress.advance,
                on_past=progress.recall,
                on_evidence=evidence.append,
                on_stop=lambda: output.note("stopping: the calls in flight finish first; once more stops at once"),
            )
    finally:
        _show(evidence, format)
    nothing = [
        item.result.task
        for item in evidence
        if item.result and not any(m.denominator for m in item.result.measurements)
    ]
    if nothing:
        output.note(
            f"nothing could be assessed in {', '.join(nothing)}: is the target up? `rw eval show RUN` tells why"
        )
        raise typer.Exit(3)
    if evidence:
        output.note("next: `rw gate`")


def _show(evidence: list[Evidence], format: Format) -> None:
    if format is Format.JSON:
        output.result_json({"evidence": evidence})
        return
    for item in evidence:
        _measured(item)


def _measured(item: Evidence) -> None:
    from roadworthy.cli.judging.text import corrected_text
    from roadworthy.gates.wording import percent

    result = item.result
    if result is None:
        return
    output.result(f"{result.task}  ({item.id})")
    for m in result.measurements:
        where = "" if m.slice == "all" else f"  {m.slice}"
        if m.estimate is None or m.interval is None:
            output.result(f"  {m.metric}{where}: nothing assessed of {m.attempted}")
            continue
        unassessed = f", {m.attempted - m.denominator} unassessed" if m.attempted > m.denominator else ""
        output.result(
            f"  {m.metric}{where}: {m.numerator} of {m.denominator} succeeded, {percent(m.estimate)} "
            f"({percent(m.interval.confidence)} CI {percent(m.interval.low)} to {percent(m.interval.high)}){unassessed}"
        )
        if corrected := corrected_text(result, m):
            output.result(f"    {corrected}")


def list_runs(root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """List the registered runs, and whether they are finished."""
    from roadworthy.runtime.interruption import unfinished

    workspace = workspace_at(root)
    open_runs = {plan.id for plan in unfinished(workspace)}
    plans = tuple(workspace.runs.plans())
    if format is Format.JSON:
        output.result_json([{"plan": plan, "finished": plan.id not in open_runs} for plan in plans])
        return
    for plan in plans:
        state = "interrupted" if plan.id in open_runs else "finished"
        output.result(f"{plan.id}  {plan.registered_at:%Y-%m-%d %H:%M}  {state:<11}  {plan.task}")
    if not plans:
        output.note("no run yet: `rw eval run`")


def show(
    run: Annotated[str, typer.Argument(help="Run id, or a task for its last run.")],
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Show every sample of a run with its outcomes and reasons, and what repeats say. Replies stay in the journal."""
    from roadworthy.runtime.evaluation.comparison.comparing import run_named
    from roadworthy.runtime.evaluation.comparison.repeats import repeats_of
    from roadworthy.runtime.evaluation.results import settled_results

    workspace = workspace_at(root)
    plan = run_named(workspace, run)
    results = tuple(settled_results(workspace, plan.id))
    repeats = repeats_of(plan, results)
    if format is Format.JSON:
        output.result_json({"plan": plan, "results": results, "repeats": repeats})
        return
    output.result(f"{plan.id}  {plan.task}  release {plan.release[:15]}…  {len(results)} answers")
    for result in results:
        outcomes = "; ".join(f"{s.scorer} {s.outcome.kind}: {s.outcome.reason}" for s in result.scores)
        output.result(f"  {result.sample}#{result.epoch}  {outcomes}")
    if any(judged.startswith("model_graded:") for judged in {s.scorer for r in results for s in r.scores}):
        _corrected(workspace, plan.id)
    for item in repeats:
        for name, found in (("pass@", item.any_of), ("pass^", item.all_of)):
            output.result(f"  {item.metric}  {name}{plan.epochs}: {_chance(found)}")


def _corrected(workspace: Workspace, run: str) -> None:
    """Show what judges said as rates, raw and corrected; known once the run is signed."""
    from roadworthy.cli.judging.text import corrected_text
    from roadworthy.runtime.evaluation.comparison.comparing import evidence_of_run

    evidence = evidence_of_run(workspace, run)
    result = evidence.result if evidence is not None else None
    for m in result.measurements if result is not None else ():
        if result is not None and (corrected := corrected_text(result, m)):
            where = "" if m.slice == "all" else f"  {m.slice}"
            output.result(f"  {m.metric}{where}: {m.numerator} of {m.denominator} good, {corrected}")


def _chance(found: PassRate | None) -> str:
    from roadworthy.gates.wording import percent

    if found is None:
        return "no sample has that many assessed attempts"
    interval = f"{percent(found.interval.low)} to {percent(found.interval.high)}"
    left_out = f", {found.too_few} with too few attempts left out" if found.too_few else ""
    return f"{percent(found.estimate)} of {found.problems} samples (95 % CI {interval}){left_out}"
