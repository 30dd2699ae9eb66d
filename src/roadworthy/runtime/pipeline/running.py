"""One system through the whole road: assess, run what is missing or stale, decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from roadworthy.core.errors import ConfigError, EvidenceError, NotFoundError, RoadworthyError
from roadworthy.evidence.documents.change_comment import SystemOutcome, TaskOutcome, TaskState
from roadworthy.gates.model import GateDecision
from roadworthy.gates.plan import TaskNeed
from roadworthy.inventory.diff import ReleaseDiff, diff
from roadworthy.inventory.release import Release
from roadworthy.runtime.assessing import assess_now, assessment_in_force
from roadworthy.runtime.candidate import Candidate, read_candidate
from roadworthy.runtime.evaluation.options import Options
from roadworthy.runtime.evaluation.session import Session, open_session
from roadworthy.runtime.gating import judge_candidate, plan_candidate, record_decision
from roadworthy.runtime.pipeline.keys import require_own_state
from roadworthy.runtime.workspace import Workspace

MAX_PROBLEM_CHARACTERS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWishes:
    """How a pipeline carries out its evaluations."""

    options: Options
    note: Callable[[str], None]
    """Hears what is being done, one line each; never text under test."""


def run_system(workspace: Workspace, *, folder: str, wishes: RunWishes) -> SystemOutcome:
    """Assess, evaluate what the release still needs, decide, sign and keep the decision.

    An evaluation that stops or cannot begin does not end it: the gate then says what is not known. Only where
    nothing can be decided on, e.g. because the manifest does not load, there is no decision.

    Args:
        workspace: The system.
        folder: Of the system, as reports name it.
        wishes: How evaluations are carried out.
    """
    try:
        require_own_state(workspace)
        candidate = read_candidate(workspace)
        previous = _previous(workspace)
        _assess(workspace, candidate)
        needs, _ = plan_candidate(judge_candidate(workspace, candidate=candidate))
    except RoadworthyError as error:
        return SystemOutcome(
            system="", folder=folder, exit_code=error.exit_code, decision=None, problems=(problem_text(error),)
        )
    finished, problem = _evaluate(workspace, needs, wishes)
    try:
        decision = record_decision(workspace, judge_candidate(workspace)).record
    except RoadworthyError as error:
        problems = tuple(text for text in (problem, problem_text(error)) if text)
        return SystemOutcome(
            system=candidate.manifest.system.key,
            folder=folder,
            exit_code=error.exit_code,
            decision=None,
            problems=problems,
        )
    return SystemOutcome(
        system=candidate.manifest.system.key,
        folder=folder,
        exit_code=decision.verdict.exit_code,
        decision=decision,
        previous=previous,
        difference=_difference(workspace, previous, candidate.release),
        tasks=tuple(_outcome(need, finished) for need in needs),
        problems=(problem,) if problem else (),
    )


def problem_text(error: RoadworthyError) -> str:
    """Say an error in one bounded line."""
    text = " ".join(f"{error.problem}. {error.fix}".split()).removesuffix(". ")
    cut = text if len(text) <= MAX_PROBLEM_CHARACTERS else text[: MAX_PROBLEM_CHARACTERS - 1] + "…"
    return f"[{error.code}] {cut}"


def _assess(workspace: Workspace, candidate: Candidate) -> None:
    try:
        assessment_in_force(workspace, candidate.manifest)
    except EvidenceError:
        assess_now(workspace)


def _previous(workspace: Workspace) -> GateDecision | None:
    latest = workspace.decisions.latest()
    return None if latest is None else latest.record


def _difference(workspace: Workspace, previous: GateDecision | None, release: Release) -> ReleaseDiff | None:
    if previous is None or previous.system != release.system:
        return None
    try:
        return diff(workspace.releases.get(previous.release).record, release)
    except NotFoundError:
        return None


def _evaluate(workspace: Workspace, needs: tuple[TaskNeed, ...], wishes: RunWishes) -> tuple[frozenset[str], str]:
    """Run what is missing or stale; return the tasks that were carried to their end, and what stopped the rest."""
    wanted = [need.task for need in needs if need.need in ("missing", "stale")]
    if not wanted:
        return frozenset(), ""
    wishes.note(f"evaluating {', '.join(wanted)}")
    finished: set[str] = set()
    try:
        session = open_session(workspace, wanted, everything=False, resume=False, options=wishes.options)
        _carry_out(session, finished)
    except RoadworthyError as error:
        return frozenset(finished), problem_text(error)
    return frozenset(finished), ""


def _carry_out(session: Session, finished: set[str]) -> None:
    session.carry_out(
        on_start=lambda plan, done, controls: None,
        on_result=lambda result: None,
        on_evidence=lambda evidence: finished.add(evidence.result.task) if evidence.result is not None else None,
    )


def _outcome(need: TaskNeed, finished: frozenset[str]) -> TaskOutcome:
    if need.need not in ("missing", "stale"):
        return TaskOutcome(task=need.task, state=TaskState.REUSED, reason=need.reason)
    state = TaskState.RUN if need.task in finished else TaskState.FAILED
    return TaskOutcome(task=need.task, state=state, reason=need.reason)


def parse_fail_on(text: str) -> frozenset[int]:
    """Return the exit codes that fail the job: ``1,2,3``, a part of it, or ``none``.

    Raises:
        ConfigError: If it is neither.

    >>> sorted(parse_fail_on("1, 3")), sorted(parse_fail_on("none"))
    ([1, 3], [])
    """
    parts = [part.strip() for part in text.split(",")]
    if parts == ["none"]:
        return frozenset()
    if not all(part in {"1", "2", "3"} for part in parts):
        raise ConfigError(
            f"{text[:40]!r} names no exit codes",
            where="--fail-on",
            fix="give some of 1 (blocked), 2 (asked wrongly) and 3 (cannot tell), like 1,3, or none",
        )
    return frozenset(map(int, parts))
