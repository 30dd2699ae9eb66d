"""Vendors in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from roadworthy.cli import output
from roadworthy.evidence.documents.wording import visible
from roadworthy.runtime.vendors.checking import VendorCheck
from roadworthy.runtime.vendors.deciding import VendorView
from roadworthy.runtime.vendors.watching import WatchReport
from roadworthy.vendors.assessment import DemandOutcome, VendorAssessment
from roadworthy.vendors.standing import VendorState

_STYLE = {DemandOutcome.BREACHED: "red", DemandOutcome.UNKNOWN: "yellow", DemandOutcome.MET: "green"}


def check_lines(checked: VendorCheck) -> Iterator[str]:
    """Yield what is wrong, vendor by vendor, and what hangs on whom."""
    for assessment in checked.assessments:
        yield from assessment_lines(assessment, only_open=True)
    for name in checked.unassigned:
        yield f"{_mark(DemandOutcome.UNKNOWN)} {visible(name)}: no vendor is named for it"
    for vendor, names in checked.strangers:
        yield f"{_mark(DemandOutcome.UNKNOWN)} {vendor}: the manifest has no {visible(', '.join(names))}"
    for found in checked.concentrations:
        stops = f"; without it {', '.join(found.agents)} cannot answer" if found.agents else ""
        yield f"{found.vendor} carries {found.components} of {found.of_components} components{visible(stops)}"
    if not checked.tier_known:
        output.note("the risk was never assessed: every demand of the critical tier is asked; run `rw assess`")


def assessment_lines(assessment: VendorAssessment, *, only_open: bool = False) -> Iterator[str]:
    """Yield how one vendor's terms stand, breaches first."""
    yield f"{_mark(assessment.outcome)} {assessment.vendor} ({assessment.tier.value})"
    for name in assessment.lapsed:
        yield f"    {_mark(DemandOutcome.BREACHED)} the certificate {visible(name)} ran out"
    for model in assessment.withdrawn:
        yield f"    {_mark(DemandOutcome.BREACHED)} {visible(model)} is withdrawn and in use"
    for result in assessment.results:
        if not only_open or result.outcome is not DemandOutcome.MET:
            yield f"    {_mark(result.outcome)} {result.demand}: {visible(result.reason)}"
    if assessment.unpinned:
        yield f"    unpinned, may change unnoticed: {visible(', '.join(assessment.unpinned))}"


def view_line(view: VendorView) -> str:
    """Return one vendor in a line."""
    standing = view.standing
    good = standing.state.may_be_relied_on
    style = "green" if good else "red" if standing.state is VendorState.REJECTED else "yellow"
    until = f" until {standing.valid_until:%Y-%m-%d}" if good and standing.valid_until is not None else ""
    owed = f"; owed: {'; '.join(standing.conditions)}" if standing.conditions and good else ""
    state = output.coloured(f"{standing.state.value:<13}", style)
    return f"{state} {standing.vendor} ({visible(view.name)}){until}: {visible(standing.reason + owed)}"


def show_lines(view: VendorView, now: VendorAssessment) -> Iterator[str]:
    """Yield everything about one vendor."""
    yield view_line(view)
    yield from assessment_lines(now)
    for reliance in now.relies_on:
        pin = reliance.pin or ("pinned" if reliance.pinned else "unpinned")
        through = f" through {', '.join(reliance.agents)}" if reliance.agents else ""
        yield f"    supplies {visible(reliance.component)} ({reliance.type}, {pin}){visible(through)}"
    for change in view.standing.changes:
        yield f"    changed since the decision: {change}"


def watch_lines(report: WatchReport) -> Iterator[str]:
    """Yield what changed first, then what was seen."""
    for change in report.changes:
        yield f"{output.coloured('changed', 'red')}  {change.vendor}: {visible(change.what)}"
    for recall in report.recalls:
        yield f"{output.coloured('voided', 'red')}   {recall.id}: {visible(recall.reason)}"
    for missed in report.not_seen:
        place = f"{missed.vendor}, {visible(missed.subject)}"
        yield f"{output.coloured('not seen', 'yellow')}  {place}: {visible(missed.reason)}"
    for seen in report.seen:
        yield f"seen      {seen.vendor}, {visible(seen.subject)}: {visible(seen.value)}"
    if not (report.changes or report.recalls or report.not_seen):
        yield "nothing changed"


def _mark(outcome: DemandOutcome) -> str:
    return output.coloured(f"{outcome.value:<8}", _STYLE[outcome])
