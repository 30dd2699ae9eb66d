"""Records what was found: as a new finding, or as one more sighting of one that is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConfigError, ConflictError
from roadworthy.core.history import claim_of
from roadworthy.core.severity import Severity
from roadworthy.core.subject import STRICT, Subject
from roadworthy.findings.fingerprint import fingerprint, first_claim
from roadworthy.findings.model import (
    CaseRef,
    Finding,
    FindingChange,
    FindingSource,
    Likelihood,
    Seen,
)
from roadworthy.findings.moves import refused_report
from roadworthy.findings.state import FindingState, FindingStatus, found
from roadworthy.findings.steps import applied, folded
from roadworthy.runtime.findings.acting import Acting, acting, next_time, refused
from roadworthy.runtime.workspace import Workspace

_TRIES = 3
"""How often a sighting is tried again after somebody else recorded the same at the same time."""


Became: TypeAlias = Literal["new", "seen_again", "reopened", "known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What somebody or something saw, before it is known whether it is new."""

    source: FindingSource
    rule: str
    title: str
    severity: Severity
    seen_in: str
    """Id of a run or of evidence, or digest of a report; each counts once."""

    component: str = ""
    """Key of the component that has it; empty: not known."""

    case: str = ""
    """Stable name of what shows it: a sample, a file; never text of a model."""

    name: str | None = None
    """Fingerprint, where the report has one that stays; None: over rule, case and component."""

    likelihood: Likelihood = Likelihood.UNKNOWN
    about: tuple[Subject, ...] = ()
    controls: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()
    cases: tuple[CaseRef, ...] = ()
    transcripts: tuple[Digest, ...] = ()
    place: str = ""
    policy_grade: bool = False
    observed_at: datetime | None = None
    """When it was seen; None: now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of one sighting."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    title: str
    status: FindingStatus
    became: Became
    """*Known*: this very report was read before, and nothing was written."""


def record(workspace: Workspace, sightings: Iterable[Sighting], *, system: str) -> tuple[Recorded, ...]:
    """Record sightings as who is acting, one after the other: what was recorded stays if a later one fails.

    Raises:
        ConfigError: If one does not say what a finding needs.
        NotPermittedError: If the governance file does not know who acts.
        ConflictError: If others recorded the same again and again at the same time.
    """
    who = acting(workspace, action="finding")
    denied = refused_report(who.person.id, governance=who.governance)
    if denied is not None:
        because = RefusedBecause(denied.because)
        raise refused(workspace, action="finding", because=because, says=denied.says, of=None)
    known = _known(workspace, system)
    return tuple(_recorded(workspace, one, system=system, who=who, known=known) for one in sightings)


def _known(workspace: Workspace, system: str) -> dict[str, FindingState]:
    changes: dict[str, list[FindingChange]] = {}
    for change in workspace.finding_changes.all():
        changes.setdefault(change.record.of, []).append(change.record)
    firsts = [stored.record for stored in workspace.findings.all() if stored.record.system == system]
    return {one.fingerprint: folded(one, changes.get(one.id, ())) for one in firsts}


def _recorded(
    workspace: Workspace, sighting: Sighting, *, system: str, who: Acting, known: dict[str, FindingState]
) -> Recorded:
    name = sighting.name or fingerprint(rule=sighting.rule, case=sighting.case, component=sighting.component)
    for _ in range(_TRIES):
        try:
            if name in known:
                after, became = _joined(workspace, known[name], sighting, who=who)
            else:
                after, became = _new(workspace, sighting, name=name, system=system, who=who)
        except ConflictError:
            known.update(_known(workspace, system))
            continue
        known[name] = after
        return Recorded(id=after.finding.id, title=after.finding.title, status=after.status, became=became)
    raise ConflictError(
        f"others keep recording {name} at the same time", where=sighting.rule[:80], fix="import the report again"
    )


def _new(
    workspace: Workspace, sighting: Sighting, *, name: str, system: str, who: Acting
) -> tuple[FindingState, Became]:
    try:
        first = Finding(
            id=workspace.ids.new("finding"),
            system=system,
            fingerprint=name,
            source=sighting.source,
            rule=sighting.rule,
            title=sighting.title,
            severity=sighting.severity,
            likelihood=sighting.likelihood,
            about=sighting.about,
            controls=sighting.controls,
            threats=sighting.threats,
            cases=sighting.cases,
            transcripts=sighting.transcripts,
            place=sighting.place,
            policy_grade=sighting.policy_grade,
            sighting=sighting.seen_in,
            reported_by=who.person.id,
            found_at=workspace.clock.now(),
        )
    except ValueError as fault:
        raise ConfigError(str(fault), where="the finding", fix="correct what was given") from fault
    workspace.findings.add(first, claim=first_claim(system, name))
    return found(first), "new"


def _joined(
    workspace: Workspace, state: FindingState, sighting: Sighting, *, who: Acting
) -> tuple[FindingState, Became]:
    if sighting.seen_in in state.sightings:
        return state, "known"
    change = FindingChange(
        of=state.finding.id,
        number=state.number + 1,
        by=who.person.id,
        at=next_time(workspace, last=state.last_at, skew_s=who.governance.clock_skew_s),
        step=Seen(
            sighting=sighting.seen_in,
            severity=sighting.severity,
            about=sighting.about,
            transcripts=sighting.transcripts,
            observed_at=sighting.observed_at,
        ),
    )
    workspace.finding_changes.add(change, claim=claim_of(change.of, change.number))
    after = applied(state, change)
    is_reopened = after.status is FindingStatus.REOPENED and state.status is not FindingStatus.REOPENED
    return after, "reopened" if is_reopened else "seen_again"
