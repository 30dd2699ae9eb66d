"""Shows findings with the time that they have."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.findings.due import FindingDue, due
from roadworthy.findings.model import FindingSource
from roadworthy.findings.state import FindingState
from roadworthy.runtime.findings.acting import terms_of, working_time_of
from roadworthy.runtime.findings.bearing import Proofs
from roadworthy.runtime.findings.moving import all_findings, finding_named
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Which findings are shown."""

    everything: bool = False
    source: FindingSource | None = None
    mine: bool = False
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Findings, and from where the closed days of their clocks are known."""

    findings: tuple[tuple[FindingState, FindingDue], ...]
    calendar: str


def list_findings(workspace: Workspace, shown: Shown) -> Listed:
    """Return findings, the worst first.

    Raises:
        VerificationError: If a history does not hold.
        ConfigError: If the calendar does not read.
    """
    owner = workspace.person.id if workspace.person is not None else workspace.actor
    found = tuple(
        (state, clock)
        for state, clock in all_findings(workspace)
        if (shown.everything or state.status.is_open)
        and shown.source in (None, state.finding.source)
        and (not shown.mine or state.owner == owner)
        and (not shown.overdue or clock.is_breached)
    )
    return Listed(findings=found, calendar=working_time_of(workspace, since=workspace.clock.now()).closed.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One finding with its clock."""

    state: FindingState
    due: FindingDue
    closing_key: str | None
    """Id of the key with which it was signed that it needs no regression test; None: it was not, as far as known."""


def finding_view(workspace: Workspace, reference: str) -> FindingView:
    """Return one finding with its clock.

    Raises:
        NotFoundError: If there is none.
    """
    state = finding_named(workspace, reference)
    working = working_time_of(workspace, since=state.first_seen)
    return FindingView(
        state=state,
        due=due(state, now=workspace.clock.now(), working=working, terms=terms_of(workspace)),
        closing_key=Proofs(workspace).closing_key(state),
    )
