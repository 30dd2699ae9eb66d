"""Findings as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from roadworthy.cli import output
from roadworthy.cli.output import Format
from roadworthy.cli.reviews.text import one_line
from roadworthy.findings.due import FindingDue
from roadworthy.findings.model import NoRegressionTest, RegressionTest
from roadworthy.findings.state import FindingState

if TYPE_CHECKING:
    from roadworthy.runtime.findings.listing import FindingView
    from roadworthy.runtime.findings.recording import Recorded


def say_finding(state: FindingState, format: Format) -> None:
    """Print how a finding stands after a step."""
    if format is Format.JSON:
        output.result_json(state)
        return
    output.result(f"{state.finding.id}  {state.status.value}  {one_line(state.finding.title)}")
    if state.reason:
        output.note(one_line(state.reason))


def recorded_line(made: Recorded) -> str:
    """Return what became of a sighting as one line."""
    became = made.became.replace("_", " ")
    return f"{made.id}  {became:<10} {made.status.value:<14} {one_line(made.title)}"


def finding_line(state: FindingState, due: FindingDue) -> str:
    """Return a finding as one line."""
    who = state.owner or "nobody"
    times = f"{state.count}×"
    return (
        f"{state.finding.id}  {state.severity.value:<5} {state.status.value:<14} {_due_text(due):<24} {who:<12} "
        f"{times:>4}  {one_line(state.finding.title)}"
    )


def _due_text(due: FindingDue) -> str:
    if due.due_at is None:
        return "no time stated"
    if not due.is_running:
        return "done too late" if due.is_breached else "done"
    return f"{'was' if due.is_breached else 'due'} {due.due_at:%Y-%m-%d %H:%M}Z"


def finding_lines(view: FindingView) -> Iterator[str]:
    """Yield everything about one finding."""
    state, due = view.state, view.due
    finding = state.finding
    yield one_line(finding.title)
    grade = "; the policy asks for it" if finding.policy_grade else "; no rule of the policy asks for it"
    yield f"{finding.id}  {finding.source.value} finding of {finding.system}: {one_line(finding.rule)}{grade}"
    yield f"fingerprint {finding.fingerprint}; steps so far: {state.number}"
    yield f"{state.severity.value}, likelihood {state.likelihood.value}, {state.status.value}; {_due_text(due)}"
    if state.reason:
        yield f"    {one_line(state.reason, longest=1000)}"
    yield f"owner: {state.owner or 'nobody yet'}; reported by {finding.reported_by}"
    yield f"seen {state.count}×, first {state.first_seen:%Y-%m-%d %H:%M}Z, last {state.last_seen:%Y-%m-%d %H:%M}Z"
    yield from (f"seen in {one_line(sighting)}" for sighting in state.sightings)
    yield from (f"about {subject.kind} {subject.name}  {subject.digest[:19]}…" for subject in state.about)
    if finding.place:
        yield f"at {one_line(finding.place)}"
    yield from (
        f"to see it again: task {one_line(case.task)}, sample {one_line(case.sample)}" for case in finding.cases
    )
    for name, ids in (("controls", finding.controls), ("threats", finding.threats)):
        if ids:
            yield f"{name}: {one_line(', '.join(ids), longest=1000)}"
    yield from _mended_lines(state, key=view.closing_key)


def _mended_lines(state: FindingState, *, key: str | None) -> Iterator[str]:
    if state.fixed_in is not None:
        yield f"mended by {state.fixed_by} in release {state.fixed_in[:19]}…"
    if state.verified_with is not None:
        yield f"verified with {state.verified_with}"
    match state.regression:
        case RegressionTest(case=case):
            yield f"kept mended by sample {one_line(case.sample)} of task {one_line(case.task)}"
        case NoRegressionTest(reason=reason):
            yield f"no regression test, says {state.last_by}: {one_line(reason, longest=1000)}"
            yield f"    signed with {key}" if key else "    NOT signed with a key that the governance file has of them"
        case None:
            pass
