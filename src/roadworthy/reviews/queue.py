"""A reviewer's queue: what to look at first, what is new since last time, on what it rests, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT, Subject
from roadworthy.reviews.clocks import ClockStatus, Notice, ReviewClock, rank_of
from roadworthy.reviews.state import ReviewState, ReviewStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is another one than at the last decided review of the same kind."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    change: str
    """``added``, ``removed``, ``changed``, or what a comparison of releases says of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What there is about the thing under review outside of the review: its newest decision, evidence and findings."""

    __pydantic_config__: ClassVar = STRICT

    decision: str | None
    """Id of the newest gate decision about a release under review; None: there is none."""

    verdict: str | None
    evidence: tuple[str, ...] = ()
    """Ids of the evidence that the decision cites, sorted."""

    missing: tuple[str, ...] = ()
    """Rules that the decision found unmet or unknown, with the outcome, in its order."""

    findings: tuple[str, ...] = ()
    """Ids of open findings about what is reviewed, the worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """One open review, as a reviewer needs it in the morning."""

    __pydantic_config__: ClassVar = STRICT

    state: ReviewState
    clocks: tuple[ReviewClock, ...]
    notices: tuple[Notice, ...]
    is_first: bool
    """Nothing of this kind was decided about the system before: everything is new."""

    differences: tuple[Difference, ...]
    basis: Basis | None
    """None: the review names nothing that could have a decision."""

    missing: tuple[str, ...]
    """What stands in the way of a decision, in words; empty: it can be decided."""

    @property
    def due_at(self) -> datetime | None:
        """When the running clock is over; None: no clock runs, or no time is allowed."""
        return next((clock.due_at for clock in self.clocks if clock.status is ClockStatus.RUNNING), None)

    @property
    def is_breached(self) -> bool:
        """Whether the running clock is over."""
        return any(clock.status is ClockStatus.RUNNING and clock.breached_at for clock in self.clocks)


def in_queue_order(items: Iterable[QueueItem]) -> tuple[QueueItem, ...]:
    """Return the items by risk, then by deadline, then by age.

    The most dangerous tier comes first, and a tier that nobody stated counts as critical. In one tier, what waits for
    the requester comes last.
    """
    return tuple(sorted(items, key=_order))


def _order(item: QueueItem) -> tuple[int, bool, datetime, datetime, str]:
    never = datetime.max.replace(tzinfo=UTC)
    due = item.due_at
    return (
        -rank_of(item.state.tier),
        due is None,
        due if due is not None else never,
        item.state.review.opened_at,
        item.state.review.id,
    )


def differences(about: Iterable[Subject], before: Iterable[Subject]) -> tuple[Difference, ...]:
    """Return how what is reviewed differs from what was reviewed before, by kind and name.

    >>> new = Subject(kind="component", name="prompt", digest="sha256:" + "1" * 64)
    >>> differences([new], [])
    (Difference(name='component prompt', change='added'),)
    """
    now, then = _by_name(about), _by_name(before)
    found = []
    for name in sorted(now.keys() | then.keys()):
        if name not in then:
            found.append(Difference(name=name, change="added"))
        elif name not in now:
            found.append(Difference(name=name, change="removed"))
        elif now[name] != then[name]:
            found.append(Difference(name=name, change="changed"))
    return tuple(found)


def _by_name(subjects: Iterable[Subject]) -> dict[str, frozenset[Digest]]:
    found: dict[str, set[Digest]] = {}
    for subject in subjects:
        found.setdefault(f"{subject.kind} {subject.name}", set()).add(subject.digest)
    return {name: frozenset(digests) for name, digests in found.items()}


def missing_for_decision(state: ReviewState, basis: Basis | None) -> tuple[str, ...]:
    """Return what stands in the way of a decision, in words."""
    found = [_turn(state)] if _turn(state) else []
    found += [
        f"question {question.id} has no answer"
        + (f" (asked of {question.to}, due {question.due})" if question.due else "")
        for question in state.unanswered_required
    ]
    if basis is not None and basis.decision is None:
        found.append("no gate decision about this release: run `rw gate`")
    if basis is not None:
        found += [f"rule {rule}" for rule in basis.missing]
        found += [f"finding {finding} is open" for finding in basis.findings]
    return tuple(found)


def _turn(state: ReviewState) -> str:
    """Return whose turn it is, where it is not the reviewer's."""
    match state.status:
        case ReviewStatus.DRAFT:
            return f"{state.review.requested_by} has not handed it in"
        case ReviewStatus.SUBMITTED:
            return "nobody has triaged it"
        case ReviewStatus.NEEDS_MORE:
            return f"{state.review.requested_by} has to do something first: {state.waiting_for}"
        case _ if state.is_paused:
            return f"it waits for {state.review.requested_by}: {state.waiting_for}"
        case _:
            return ""
