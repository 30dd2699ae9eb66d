"""The risk register in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from roadworthy.cli import output
from roadworthy.evidence.documents.wording import visible
from roadworthy.risk.register.model import (
    AcceptanceSought,
    Closed,
    Rating,
    Reviewed,
    RiskChange,
    Treated,
)
from roadworthy.risk.register.standing import RiskStanding, RiskState, Support

_STYLE = {
    RiskState.OPEN: "red",
    RiskState.INVESTIGATING: "yellow",
    RiskState.REMEDIATING: "yellow",
    RiskState.DEVIATION_REQUESTED: "yellow",
    RiskState.DEVIATION_APPROVED: "cyan",
    RiskState.CLOSED: "green",
}


def register_lines(standings: Sequence[RiskStanding], *, notes: Sequence[str]) -> Iterator[str]:
    """Yield the register, a risk a line, in the order in which it is read."""
    yield "S = severity, L = likelihood, E = exposure, D = detectability, 1 good to 5 bad; ! cannot be undone"
    for standing in standings:
        yield standing_line(standing)
    yield from (f"note: {visible(note)}" for note in notes)


def standing_line(standing: RiskStanding) -> str:
    """Return one risk in a line."""
    state = output.coloured(f"{standing.state.value:<19}", _STYLE[standing.state])
    said = [rating_text(standing.inherent)]
    if standing.support is Support.SUPPORTED:
        said.append(f"left {rating_text(standing.residual)}")
    elif standing.support is Support.UNSUPPORTED and standing.claimed is not None:
        said.append(f"{rating_text(standing.claimed)} is claimed and UNSUPPORTED: {', '.join(standing.failing)}")
    said += [f"owner {visible(standing.owner)}"] if standing.owner else []
    said += [f"overdue since {standing.deadline}"] if standing.overdue else []
    return f"{state} {standing.risk}  {visible(standing.statement)}  [{'; '.join(said)}]"


def rating_text(rating: Rating) -> str:
    """Return a rating as four numbers. They are ordinals: nothing is computed from them."""
    mark = "!" if rating.irreversible else ""
    return f"S{rating.severity} L{rating.likelihood} E{rating.exposure} D{rating.detectability}{mark}"


def risk_lines(standing: RiskStanding, changes: Sequence[RiskChange]) -> Iterator[str]:
    """Yield everything about one risk."""
    yield standing_line(standing)
    yield f"  {visible(standing.reason)}"
    yield f"  rated so because {visible(standing.inherent.rationale)}"
    if standing.threats:
        yield f"  threats {visible(', '.join(standing.threats))}"
    for control in standing.controls:
        yield f"  control {control}: {'not shown to hold' if control in standing.failing else 'holds'}"
    for change in changes:
        yield f"  {change.number}. {change.at:%Y-%m-%d} {visible(change.by)}: {_what(change)}"


def _what(change: RiskChange) -> str:
    match change:
        case Treated():
            due = f", by {change.deadline}" if change.deadline else ""
            return f"{change.treatment.value}: {visible(change.plan)} (owner {visible(change.owner)}{due})"
        case AcceptanceSought():
            return f"acceptance asked for until {change.until:%Y-%m-%d}: {visible(change.justification)}"
        case Reviewed():
            anew = f"; rated {rating_text(change.inherent)}" if change.inherent is not None else ""
            return f"looked at: {visible(change.note)}{anew}"
        case Closed():
            return f"closed: {visible(change.reason)}"
