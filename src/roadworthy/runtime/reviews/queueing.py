"""Makes a reviewer's queue: every open review, with what is new, what it rests on and what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from roadworthy.core.digest import Digest
from roadworthy.core.errors import NotFoundError
from roadworthy.findings.state import FindingState
from roadworthy.gates.model import GateDecision, RuleOutcome, Validity
from roadworthy.inventory.diff import diff
from roadworthy.inventory.release import Release
from roadworthy.reviews.clocks import Notice, clocks, notices
from roadworthy.reviews.queue import (
    Basis,
    Difference,
    QueueItem,
    differences,
    in_queue_order,
    missing_for_decision,
)
from roadworthy.reviews.state import ReviewState
from roadworthy.runtime.findings.acting import terms_of, working_time_of
from roadworthy.runtime.findings.moving import all_findings
from roadworthy.runtime.reviews.moving import all_reviews
from roadworthy.runtime.workspace import Workspace

_HELD = frozenset({RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What is to be reviewed, the first first."""

    items: tuple[QueueItem, ...]
    calendar: str
    """From where the closed days of its clocks are known."""


def queue(workspace: Workspace, *, mine: bool = False) -> Queue:
    """Return every open review, by risk and deadline.

    Args:
        workspace: Where the reviews are.
        mine: Only those that wait for who is acting: as reviewer, as requester, or as somebody who was asked.

    Raises:
        VerificationError: If a review's or a finding's history does not hold.
        ConfigError: If the calendar does not read.
    """
    states = all_reviews(workspace)
    person = workspace.person.id if workspace.person is not None else workspace.actor
    wanted = [state for state in states if state.status.is_open and (not mine or _waits_for(state, person))]
    items, calendar = briefed(workspace, wanted, known=states)
    return Queue(items=in_queue_order(items), calendar=calendar)


def _waits_for(state: ReviewState, person: str) -> bool:
    if person in {question.to for question in state.open_questions if question.asked_by is not None}:
        return True
    return person == (state.review.requested_by if state.waiting_for or state.number == 0 else state.reviewer)


def all_notices(workspace: Workspace) -> tuple[Notice, ...]:
    """Return who is to be told what now, over all reviews, oldest first. Sending it is somebody else's job.

    Raises:
        VerificationError: If a review's history does not hold.
        ConfigError: If the calendar does not read.
    """
    return tuple(sorted(notice for item in queue(workspace).items for notice in item.notices))


def briefed(
    workspace: Workspace, states: Collection[ReviewState], *, known: Iterable[ReviewState]
) -> tuple[list[QueueItem], str]:
    """Return a queue item for each of ``states``, and from where closed days are known.

    Args:
        workspace: Where decisions, findings and releases are.
        states: What is shown, open or not.
        known: Every review: the earlier ones that these are compared with are looked up here.
    """
    now = workspace.clock.now()
    oldest = min((state.review.opened_at for state in states), default=now)
    working, terms = working_time_of(workspace, since=oldest), terms_of(workspace)
    by_id = {state.review.id: state for state in known}
    decisions = _decisions(workspace, {digest for state in states for digest in releases_of(state)})
    open_findings = [state for state, _ in all_findings(workspace) if state.status.is_open] if states else []
    items = []
    for state in states:
        basis = _basis(state, decisions=decisions, findings=open_findings)
        previous = by_id.get(state.review.previous or "")
        items.append(
            QueueItem(
                state=state,
                clocks=clocks(state, now=now, working=working, terms=terms),
                notices=notices(state, now=now, working=working, terms=terms),
                is_first=previous is None,
                differences=_differences(workspace, state, previous),
                basis=basis,
                missing=missing_for_decision(state, basis) if state.status.is_open else (),
            )
        )
    return items, working.closed.source


def releases_of(state: ReviewState) -> tuple[Digest, ...]:
    """Return the digests of the releases that a review is about."""
    return tuple(subject.digest for subject in state.review.about if subject.kind == "release")


def _decisions(workspace: Workspace, releases: set[Digest]) -> Mapping[Digest, GateDecision]:
    """Return the newest decision about each of ``releases``; decisions are large and are read one at a time."""
    found: dict[Digest, GateDecision] = {}
    if not releases:
        return found
    for decision in workspace.decisions.newest_first():
        if decision.release in releases and decision.release not in found:
            found[decision.release] = decision
            if found.keys() == releases:
                break
    return found


def _basis(
    state: ReviewState, *, decisions: Mapping[Digest, GateDecision], findings: Iterable[FindingState]
) -> Basis | None:
    releases = releases_of(state)
    about = {subject.digest for subject in state.review.about}
    open_about = tuple(one.finding.id for one in findings if about & {subject.digest for subject in one.about})
    decision = max(
        (decisions[digest] for digest in releases if digest in decisions), key=lambda d: d.decided_at, default=None
    )
    if decision is None:
        return Basis(decision=None, verdict=None, findings=open_about) if releases or open_about else None
    cited = {used.id for result in decision.results for used in result.evidence if used.validity is Validity.VALID}
    return Basis(
        decision=decision.id,
        verdict=decision.verdict.value,
        evidence=tuple(sorted(cited)),
        missing=tuple(f"{r.rule}: {r.outcome.value}" for r in decision.results if r.outcome not in _HELD),
        findings=open_about,
    )


def _differences(workspace: Workspace, state: ReviewState, previous: ReviewState | None) -> tuple[Difference, ...]:
    if previous is None:
        return ()
    new, old = _release(workspace, state), _release(workspace, previous)
    if new is None or old is None or new.system != old.system:
        return differences(state.review.about, previous.review.about)
    found = diff(old, new)
    facts = (Difference(name="stated facts", change="changed"),) if found.facts_changed else ()
    return facts + tuple(
        Difference(name=f"{change.type} {change.key}", change=change.change) for change in found.components
    )


def _release(workspace: Workspace, state: ReviewState) -> Release | None:
    """Return the release that a review is about, where it is about one that is in the store."""
    for digest in releases_of(state):
        try:
            return workspace.releases.record(digest)
        except NotFoundError:
            continue
    return None
