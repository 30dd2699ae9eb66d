"""A whole pipeline: every system that a change touches, its reports, and one exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from roadworthy.core.digest import JsonValue
from roadworthy.evidence.documents.change_comment import LeftOut, SystemOutcome
from roadworthy.runtime.pipeline.reports import (
    append_text,
    outputs_of,
    prepare_folder,
    worst,
    write_comment,
    write_outputs,
    write_summary,
    write_system,
)
from roadworthy.runtime.pipeline.running import RunWishes, run_system
from roadworthy.runtime.pipeline.systems import SystemChange, find_systems, system_in
from roadworthy.runtime.workspace import Workspace, find_root


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which systems a command is about."""

    folder: Path
    """Where it was called."""

    is_whole: bool = False
    """Every system in the folder and below; else the one that the folder belongs to."""

    since: str | None = None
    """Only those that changed since this revision; implies ``is_whole``."""

    shared: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Destinations:
    """Where a pipeline's results go."""

    out: Path
    outputs: Path | None = None
    """File that ``name=value`` lines are appended to; None: nowhere."""

    summary: Path | None = None
    """File that the comment is appended to, for the job's page; None: nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineResult:
    """What came of a whole pipeline."""

    exit_code: int
    """The worst of all systems: 1 before 2 before 3 before 0."""

    outcomes: tuple[SystemOutcome, ...]
    comment: str
    summary: JsonValue


def run_pipeline(selection: Selection, *, wishes: RunWishes, to: Destinations) -> PipelineResult:
    """Take every selected system to a decision and write all reports.

    Raises:
        ConfigError: If there is no system, or a place to write to cannot be used.
        StoreError: If the disk does not take a report.
    """
    prepare_folder(to.out)
    judged, left_out = selected(selection)
    outcomes = tuple(_one(selection.folder, system, wishes=wishes, out=to.out) for system in judged)
    comment = write_comment(outcomes, left_out, to.out)
    summary = write_summary(outcomes, left_out, to.out)
    if to.outputs is not None:
        write_outputs(outputs_of(outcomes, to.out), to.outputs)
    if to.summary is not None:
        append_text(to.summary, comment)
    return PipelineResult(
        exit_code=worst([one.exit_code for one in outcomes]), outcomes=outcomes, comment=comment, summary=summary
    )


def selected(selection: Selection) -> tuple[tuple[SystemChange, ...], tuple[LeftOut, ...]]:
    """Return the systems that are judged, and those that are not, with the reason.

    Raises:
        ConfigError: If there is none at all, or git cannot say what changed.
    """
    if not selection.is_whole and selection.since is None:
        return (system_in(find_root(selection.folder)),), ()
    report = find_systems(selection.folder, since=selection.since, shared=selection.shared, skip=selection.skip)
    left_out = tuple(
        LeftOut(name=f"{one.key} ({one.folder})" if one.key else one.folder, reason=one.reason)
        for one in report.systems
        if not one.is_judged
    )
    return report.judged, left_out


def workspaces(selection: Selection) -> Sequence[Workspace]:
    """Return the workspace of every selected system whose manifest loads.

    Raises:
        ConfigError: If there is no system at all.
    """
    judged, _ = selected(selection)
    return [Workspace(root=_root(selection.folder, one)) for one in judged if one.key]


def _one(folder: Path, system: SystemChange, *, wishes: RunWishes, out: Path) -> SystemOutcome:
    wishes.note(f"{system.key or system.folder}: {system.reason}")
    workspace = Workspace(root=_root(folder, system))
    outcome = run_system(workspace, folder=system.folder, wishes=wishes)
    problems = write_system(workspace, outcome, out)
    return replace(outcome, problems=(*outcome.problems, *problems)) if problems else outcome


def _root(folder: Path, system: SystemChange) -> Path:
    return find_root(folder) if system.folder == "." else (folder / system.folder).resolve()
