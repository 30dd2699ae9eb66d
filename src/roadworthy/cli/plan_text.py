"""A plan as text: what to run and why, what it costs, and what only people can do."""

from __future__ import annotations

from collections.abc import Sequence

from roadworthy.cli.output import coloured
from roadworthy.evals.estimate import Estimate
from roadworthy.gates.ahead import BindsByThen
from roadworthy.runtime.planning import Plan, PlannedTask


def plan_lines(plan: Plan) -> list[str]:
    """Return ``plan`` as lines."""
    when = "now" if plan.at is None else f"on {plan.at:%Y-%m-%d}"
    verdict = plan.verdict.value.replace("_", " ")
    lines = [f"{plan.version}  ({plan.release[:15]}…)   the gate would say {when}: {verdict}"]
    lines += binding_lines(plan.binds_by_then)
    lines += _tasks("to run", plan.run)
    lines += _tasks("too little to decide", plan.more)
    lines += _tasks("valid, not run again", plan.valid)
    if plan.unasked:
        lines += ["", coloured("  no rule asks for it", "bold")]
        lines += [f"  {one.task}  evidence of {one.category}, {_cost(one.estimate)}" for one in plan.unasked]
    if plan.other:
        lines += ["", coloured("  for people to state or to mend", "bold")]
        for need in plan.other:
            lines += [
                f"  {need.rule}  [{need.outcome.value}]  {need.reason}",
                f"      fix: {need.remediation}",
            ]
    if plan.run:
        ids = " ".join(planned.need.task for planned in plan.run)
        lines += ["", f"  run: rw eval run {ids}", f"  total: {_total(plan.run)}"]
    elif not plan.more:
        lines += ["", "  every evaluation that the policy asks for is valid for this release"]
    return lines


_CHANGE = {"takes_effect": "takes effect", "tightens": "tightens", "lapses": "its evidence lapses"}


def binding_lines(changes: Sequence[BindsByThen]) -> list[str]:
    """Return what a planned date asks that today does not, as lines; none where nothing changes."""
    if not changes:
        return []
    lines = ["", coloured("  newly binding by then", "bold")]
    for change in changes:
        moves = f"{change.now.value} → {change.then.value}"
        lines += [f"  {change.rule}  {_CHANGE[change.change]}  [{moves}]", f"      {change.reason}"]
    return lines


def _tasks(title: str, tasks: Sequence[PlannedTask]) -> list[str]:
    if not tasks:
        return []
    width = max(len(planned.need.task) for planned in tasks)
    lines = ["", coloured(f"  {title}", "bold")]
    for planned in tasks:
        need = planned.need
        lines.append(f"  {need.task:<{width}}  {need.need}: {need.reason}")
        if planned.estimate is not None:
            lines.append(coloured(f"  {'':<{width}}  {_cost(planned.estimate)}", "dim"))
    return lines


def _cost(estimate: Estimate) -> str:
    parts = [_calls(estimate.calls, estimate.judge_calls)]
    if estimate.input_tokens is not None and estimate.output_tokens is not None:
        parts.append(f"about {estimate.input_tokens + estimate.output_tokens} tokens")
    parts.append("minutes not known" if estimate.minutes is None else f"about {estimate.minutes:.1f} min")
    parts.append("cost not known" if estimate.cost is None else f"cost {estimate.cost:.2f}")
    return f"{', '.join(parts)} ({estimate.basis})"


def _calls(asked: int, judged: int) -> str:
    return f"{asked} calls and {judged} to judges" if judged else f"{asked} calls"


def _total(tasks: Sequence[PlannedTask]) -> str:
    estimates = [planned.estimate for planned in tasks if planned.estimate is not None]
    calls = _calls(sum(e.calls for e in estimates), sum(e.judge_calls for e in estimates))
    minutes = [e.minutes for e in estimates]
    known = [m for m in minutes if m is not None]
    time = f"about {sum(known):.1f} min" if len(known) == len(minutes) else "minutes not known yet"
    return f"{calls}, {time}"
