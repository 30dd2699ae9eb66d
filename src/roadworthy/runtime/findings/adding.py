"""Records a finding that a person reports."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.core.digest import digest_of
from roadworthy.core.errors import NotFoundError
from roadworthy.core.severity import Severity
from roadworthy.core.subject import Subject
from roadworthy.findings.model import CaseRef, FindingSource, Likelihood
from roadworthy.runtime.candidate import read_candidate
from roadworthy.runtime.findings.bearing import require_case
from roadworthy.runtime.findings.recording import Recorded, Sighting, record
from roadworthy.runtime.findings.stepping import case_of
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody says is wrong."""

    title: str
    rule: str
    severity: Severity
    source: FindingSource
    component: str | None = None
    case: str | None = None
    """``TASK/SAMPLE``, where there is such a sample; else a name of the reporter's."""

    likelihood: Likelihood = Likelihood.UNKNOWN
    controls: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()


def add_finding(workspace: Workspace, report: Report) -> Recorded:
    """Record what somebody reports; every report of the same is one more sighting.

    Raises:
        NotFoundError: If the component is not in the manifest, or the case names a task but no sample of it.
        ConfigError: If a text is empty or too long.
        NotPermittedError: If the governance file does not know who acts.
    """
    candidate = read_candidate(workspace)
    about: tuple[Subject, ...] = ()
    if report.component is not None:
        part = candidate.release.component(report.component)
        if part is None:
            known = ", ".join(one.key for one in candidate.release.components[:20])
            raise NotFoundError(
                f"no component is called {report.component[:80]!r}", where="--component", fix=f"known are {known}"
            )
        about = (Subject(kind="component", name=part.key, digest=part.digest),)
    cases = _cases(workspace, report.case, tasks={task.id for task in candidate.tasks})
    sighting = Sighting(
        source=report.source,
        rule=report.rule,
        title=report.title,
        severity=report.severity,
        seen_in=f"report {digest_of([workspace.ids.new('report'), workspace.actor])}",
        component=report.component or "",
        case=report.case or report.title,
        likelihood=report.likelihood,
        about=about,
        controls=report.controls,
        threats=report.threats,
        cases=cases,
    )
    (made,) = record(workspace, [sighting], system=candidate.release.system)
    return made


def _cases(workspace: Workspace, case: str | None, *, tasks: set[str]) -> tuple[CaseRef, ...]:
    if case is None or case.partition("/")[0] not in tasks:
        return ()
    found = case_of(case, where="--case")
    require_case(workspace, found)
    return (found,)
