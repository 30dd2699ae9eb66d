"""``rw evidence recall``: void evidence by what made it or what it was made with, after a look at what hangs on it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

if TYPE_CHECKING:
    from roadworthy.runtime.oversight.recalling import RecallReach

app = typer.Typer(help="Evidence that was recorded: recall what turned out to be wrong.", no_args_is_help=True)

_MOST_LINES = 20


@app.command("recall")
def recall(
    reason: Annotated[str, typer.Option("--reason", help="What became known, in a sentence.")],
    cause: Annotated[
        str,
        typer.Option(
            "--cause",
            help="collector_faulty, dataset_faulty, judge_faulty, component_changed, terms_changed or evidence_false.",
        ),
    ] = "collector_faulty",
    evidence: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="Single pieces, by id.")] = None,
    producer: Annotated[str | None, typer.Option("--producer", help="Name of what made it, e.g. roadworthy.")] = None,
    versions: Annotated[
        list[str] | None, typer.Option("--versions", help="Versions of the producer; repeatable. Default: all.")
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option("--subject", help="Digest of a component, judge, dataset or document, or a component's key."),
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Observed from then on (a day, or RFC 3339).")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Observed until then (a day is included whole).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would void; write nothing.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Recall evidence: it counts for no decision any more, and decisions that rest on it are void. Needs a person.

    Every part that is given must match. Look first, with --dry-run: a recall is not taken back.
    """
    from roadworthy.runtime.oversight.recalling import plan_recall, producers, record_recall, wish_of

    workspace = workspace_at(root)
    wish = wish_of(
        cause=cause,
        reason=reason,
        producer=producer,
        versions=versions or (),
        subject=subject,
        evidence=evidence or (),
        window=_window(first, last),
    )
    reach = plan_recall(workspace, wish)
    if not dry_run:
        record_recall(workspace, reach.recall)
    if format is Format.JSON:
        output.result_json({"recorded": not dry_run, **_parts(reach)})
        return
    for line in _lines(reach, dry_run=dry_run):
        output.result(line)
    if not reach.evidence:
        output.note(f"it matches no evidence that is here; producers are: {', '.join(producers(workspace)) or 'none'}")


@app.command("recalls")
def recalls(root: Root = None, format: AsFormat = Format.TEXT) -> None:
    """List what was recalled, by whom and why."""
    from roadworthy.evidence.documents.wording import visible
    from roadworthy.runtime.trust.bearing import recalls_known

    found = recalls_known(workspace_at(root))
    if format is Format.JSON:
        output.result_json(found)
        return
    for one in found:
        output.result(
            f"{one.id}  {one.recorded_at:%Y-%m-%d %H:%M}  {one.recorded_by}  {one.cause.value}: {visible(one.reason)}"
        )
    if not found:
        output.note("nothing was recalled")


def _parts(reach: RecallReach) -> dict[str, object]:
    return {
        "recall": reach.recall,
        "evidence": reach.evidence,
        "decisions": reach.decisions,
        "releases": reach.releases,
    }


def _lines(reach: RecallReach, *, dry_run: bool) -> list[str]:
    verb = "would void" if dry_run else "voids"
    lines = [
        f"{reach.recall.id}  {verb} {len(reach.evidence)} pieces of evidence, {len(reach.decisions)} decisions, "
        f"{len(reach.releases)} releases"
    ]
    lines += _cut(
        [f"  evidence  {one.id}  {one.type}  {one.producer}  {one.observed_at:%Y-%m-%d}" for one in reach.evidence]
    )
    lines += _cut(
        [
            f"  decision  {one.id}  {one.system} {one.version}  {one.verdict.value}  {one.decided_at:%Y-%m-%d}"
            for one in reach.decisions
        ]
    )
    lines += _cut([f"  release   {one}" for one in reach.releases])
    return [*lines, "  nothing was written" if dry_run else "  decide again with `rw gate`; `rw plan` says what to run"]


def _cut(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST_LINES
    return lines if more <= 0 else [*lines[:_MOST_LINES], f"  … and {more} more; --format json has all"]


def _window(first: str | None, last: str | None) -> tuple[datetime | None, datetime | None]:
    from roadworthy.cli.oversight.moment import moment_of, start_of

    return start_of(first, flag="--from"), None if last is None else moment_of(last, flag="--to")
