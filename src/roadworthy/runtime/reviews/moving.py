"""Takes one step of a review: looks at how it stands, asks the rules, and writes the change or nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from roadworthy.core.errors import ConfigError, NotFoundError, VerificationError
from roadworthy.core.history import claim_of
from roadworthy.core.records import Stored
from roadworthy.core.severity import RiskTier
from roadworthy.reviews.borrowing import Lent, with_delegation
from roadworthy.reviews.model import Answered, Asked, Decided, Review, ReviewChange, Step
from roadworthy.reviews.moves import impossible, refusal, separation
from roadworthy.reviews.state import ReviewState
from roadworthy.reviews.steps import applied, folded
from roadworthy.runtime.findings.acting import acting, next_time, refused, require_evidence, require_seen
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.workspace import Workspace


def review_named(workspace: Workspace, reference: str) -> ReviewState:
    """Return how the review stands whose id, or start of digest, is ``reference``.

    Raises:
        NotFoundError: If there is none.
        VerificationError: If its history does not hold.
    """
    return _state(_stored(workspace, reference).record, _changes(workspace))


def _stored(workspace: Workspace, reference: str) -> Stored[Review]:
    try:
        return workspace.reviews.get(reference)
    except NotFoundError as fault:
        raise NotFoundError(fault.problem, fix="see the reviews that there are with `rw review list`") from fault


def all_reviews(workspace: Workspace) -> tuple[ReviewState, ...]:
    """Return how every review stands, oldest first.

    Raises:
        VerificationError: If a history does not hold. A review that is left out could be one that was rejected.
    """
    changes = _changes(workspace)
    return tuple(_state(stored.record, changes) for stored in workspace.reviews.all())


def _changes(workspace: Workspace) -> dict[str, list[ReviewChange]]:
    found: dict[str, list[ReviewChange]] = defaultdict(list)
    for stored in workspace.review_changes.all():
        found[stored.record.of].append(stored.record)
    return found


def _state(review: Review, changes: dict[str, list[ReviewChange]]) -> ReviewState:
    try:
        return folded(review, changes.get(review.id, ()))
    except ValueError as fault:
        raise VerificationError(
            f"the history of review {review.id} does not hold: {fault}",
            where=review.id,
            fix="see `rw log verify`; restore the ledger from a backup",
        ) from fault


def take(workspace: Workspace, reference: str, step: Step, *, seen: int | None = None) -> ReviewState:
    """Take one step of a review as who is acting, and return how it stands then.

    Args:
        workspace: Where the review is.
        reference: Its id.
        step: What is done.
        seen: Number of the last change that who acts has looked at; None: what is there now.

    Raises:
        NotFoundError: If there is no such review, or evidence that an answer names.
        ConfigError: If the review is not where the step can be taken.
        NotPermittedError: If who acts may not take it; only that is written.
        ConflictError: If somebody else was faster, or took a step since ``seen``; nothing was written.
    """
    stored = _stored(workspace, reference)
    who = acting(workspace, action="review", of=stored.digest)
    state = _state(stored.record, _changes(workspace))
    require_seen(state.number, seen, of=state.review.id)
    at = next_time(workspace, last=state.last_at, skew_s=who.governance.clock_skew_s)
    lent = _lent(workspace) if isinstance(step, Decided) else Lent()
    change = ReviewChange(of=state.review.id, number=state.number + 1, by=who.person.id, at=at, step=step)
    change = with_delegation(change, state=state, governance=who.governance, lent=lent)
    denied = separation(state, change) or refusal(
        state, change, governance=who.governance, floor=_floor(workspace, state.review.system), lent=lent
    )
    if denied is not None:
        raise refused(workspace, action="review", because=denied.because, says=denied.says, of=stored.digest)
    if problem := impossible(state, change):
        raise ConfigError(problem, where=state.review.id, fix=f"see `rw review show {state.review.id}`")
    _require_sound(workspace, step, today=at.date())
    workspace.review_changes.add(change, claim=claim_of(change.of, change.number))
    return applied(state, change)


def _lent(workspace: Workspace) -> Lent:
    consents = consents_of(workspace)
    return Lent(delegations=consents.delegations, withdrawals=consents.withdrawals)


def _require_sound(workspace: Workspace, step: Step, *, today: date) -> None:
    """Check that the evidence of an answer is there, and that no day on which something is due is past."""
    match step:
        case Answered():
            require_evidence(workspace, step.evidence)
        case Asked() if step.due < today:
            raise ConfigError(f"{step.due} is past", where="--due", fix="give today or a later day")
        case Decided():
            past = next((one for one in step.conditions if one.due < today), None)
            if past is not None:
                raise ConfigError(
                    f"the condition was due on {past.due}, which is past",
                    where="--condition",
                    fix="give today or a later day",
                )
        case _:
            pass


def _floor(workspace: Workspace, system: str) -> RiskTier | None:
    """Return the tier of the newest risk assessment of ``system``; None where there is none."""
    tiers = [stored.record.tier for stored in workspace.assessments.all() if stored.record.system == system]
    return tiers[-1] if tiers else None


def next_question(state: ReviewState) -> str:
    """Return the id of the next question of a reviewer: ``q`` and the first number that is free."""
    taken = {question.id for question in state.questions}
    return next(f"q{number}" for number in range(1, len(taken) + 2) if f"q{number}" not in taken)
