"""``rw policy replay``: what a candidate policy would have decided on past releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format
from roadworthy.core.severity import RiskTier

if TYPE_CHECKING:
    from roadworthy.gates.trial_report import RuleMove, TrialReport, TriedDecision

_RULES_SHOWN = 5


def replay(
    candidate: Annotated[
        list[str],
        typer.Argument(help="Packs of the candidate: names, folders or archives. They stand in for all packs of then."),
    ],
    tier: Annotated[RiskTier | None, typer.Option(help="Only decisions on systems of this tier.")] = None,
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Only decisions from this day on.")] = None,
    system: Annotated[str | None, typer.Option(help="Only decisions on the system with this key.")] = None,
    limit: Annotated[int | None, typer.Option(help="At most so many, newest first.")] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="As well with the rules of the candidate that bind by this day."),
    ] = None,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Try a candidate policy on past decisions: which would come out otherwise, and by which rule.

    `rw replay` takes one decision again with its own policy; this takes many with another one. Nothing is
    stored. Exits 0 where no verdict changes, 1 where one does, and 3 where a decision could not be tried.
    """
    from roadworthy.runtime.replaying import Selection, try_candidate

    which = Selection(tier=tier, since=since, system=system, limit=limit)
    report = try_candidate(workspace_at(root), candidate, which=which, at=at)
    if format is Format.JSON:
        output.result_json(report)
    else:
        for line in _lines(report):
            output.result(line)
        for sentence in report.assumed:
            output.note(f"assumed: {sentence}")
    raise typer.Exit(1 if report.changed else 3 if report.not_replayable else 0)


def _lines(report: TrialReport) -> list[str]:
    lines = [
        f"{', '.join(report.candidate)} on {report.replayed} past decisions: "
        f"{report.changed} would change, {report.unchanged} would not, {report.not_replayable} could not be tried"
    ]
    for trial in report.changes:
        lines += ["", _verdicts(trial, report=report), *_rules(trial)]
    if report.same_verdict_other_rules:
        lines += ["", output.coloured("same verdict, other rules", "bold")]
        for trial in report.same_verdict_other_rules:
            moved = f"{trial.rules[0].rule} and {len(trial.rules) - 1} more" if trial.rules[1:] else trial.rules[0].rule
            lines.append(f"  {trial.system} {trial.version}  {trial.before.value}  {moved}")
    if report.refused:
        lines += ["", output.coloured("could not be tried", "bold")]
        lines += [f"  {one.system} {one.version}  ({one.decision})  {one.reason}" for one in report.refused]
    return lines


def _verdicts(trial: TriedDecision, *, report: TrialReport) -> str:
    words = [trial.before.value, trial.after.value]
    text = f"{trial.system} {trial.version}  {trial.decided_at:%Y-%m-%d}  {' → '.join(words)}"
    later = f"; with what binds by {report.at}: {trial.later.value}" if trial.later is not None else ""
    return f"{output.coloured(text, 'bold')}{later}  ({trial.decision})"


def _rules(trial: TriedDecision) -> list[str]:
    lines = []
    for move in trial.rules[:_RULES_SHOWN]:
        lines += [f"    {move.rule}  [{_outcomes(move)}]  {_WHY[move.why]}", f"        {move.reason}"]
        lines += [f"        {field}" for field in move.fields]
    hidden = len(trial.rules) - _RULES_SHOWN
    return [*lines, f"    and {hidden} more rules; --format json has them all"] if hidden > 0 else lines


def _outcomes(move: RuleMove) -> str:
    before, after = (outcome.value if outcome else "no rule" for outcome in (move.before, move.after))
    return f"{before} → {after}"


_WHY = {
    "new": "a new rule",
    "gone": "the candidate has no such rule",
    "tightened": "asks more",
    "loosened": "asks less",
    "changed": "asks something else",
    "same": "asks the same; its day or the bars registered differ",
}
