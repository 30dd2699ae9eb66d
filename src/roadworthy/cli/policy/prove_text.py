"""What planted faults showed, as a table that is read in a minute: what got through comes first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from roadworthy.cli.output import coloured

if TYPE_CHECKING:
    from roadworthy.gates.proof import FaultResult
    from roadworthy.runtime.proving.proving import ProofReport

_STYLES = {"caught": "green", "escaped": "red", "unplaced": "dim"}


def lines_of(report: ProofReport) -> Iterator[str]:
    """Yield the lines of the report: escaped, false alarms, the table, what had no place, what was assumed."""
    yield coloured(_headline(report), "green" if report.exit_code == 0 else "red")
    for fault in report.faults:
        if fault.outcome == "escaped":
            yield ""
            yield coloured(f"ESCAPED  {fault.id}: {fault.title}", "red")
            yield f"         {fault.reason}"
    if report.alarms:
        yield ""
        yield "Raised on the clean copy:"
        yield from (f"  {alarm.rule}: {alarm.reason}" for alarm in report.alarms)
    yield ""
    yield from _table([fault for fault in report.faults if fault.outcome != "unplaced"])
    unplaced = [fault for fault in report.faults if fault.outcome == "unplaced"]
    if unplaced:
        yield ""
        yield "No place in this system:"
        yield from (f"  {fault.id}: {fault.reason}" for fault in unplaced)
    if report.unproven:
        yield ""
        yield f"Technical controls that no fault tries: {', '.join(report.unproven)}"
    yield ""
    yield "In the copy, other than in the system:"
    yield from (f"  - {text}" for text in report.assumed)


def _headline(report: ProofReport) -> str:
    said = f"{report.caught} of {report.planted} planted faults were caught, {report.escaped} escaped"
    alarms = "1 false alarm" if report.false_alarms == 1 else f"{report.false_alarms} false alarms"
    return f"{said}; {alarms}; {report.unplaced} had no place; {report.seconds:g} s"


def _table(faults: list[FaultResult]) -> Iterator[str]:
    if not faults:
        return
    width = min(34, max(len(fault.id) for fault in faults))
    yield coloured(f"{'fault':<{width}}  {'':<8}  {'ms':>5}  caught by", "bold")
    for fault in faults:
        by = ", ".join(fault.caught_by) or "nothing"
        also = f" (and {len(fault.also)} more)" if fault.also else ""
        outcome = coloured(f"{fault.outcome.value:<8}", _STYLES[fault.outcome.value])
        yield f"{fault.id:<{width}}  {outcome}  {fault.ms:>5}  {by}{also}"
