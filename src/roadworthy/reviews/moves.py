"""Who may do what to a review, and when: as data, asked before a change is written and again when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.core.roles import APPROVING_ROLES
from roadworthy.core.severity import RiskTier
from roadworthy.governance.model import ActorKind, Governance
from roadworthy.reviews.borrowing import CONSENT_OF, Lent, why_not_borrowed
from roadworthy.reviews.model import (
    Answered,
    Asked,
    Assigned,
    Decided,
    Outcome,
    Paused,
    Reopened,
    Resumed,
    Review,
    ReviewChange,
    Triaged,
)
from roadworthy.reviews.state import ReviewState, ReviewStatus

_S = ReviewStatus


class Who(StrEnum):
    """Who may take a step, as far as the review itself tells."""

    REQUESTER = "requester"
    OTHERS = "others"
    """Anybody who answers for something and neither asked for the review nor wrote what it is about."""

    RESPONDENT = "respondent"
    """The requester, or who was asked."""

    ANYBODY = "anybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """Somebody may not do what they want to."""

    because: RefusedBecause
    says: str
    """Why, in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From which states a step may be taken, and by whom."""

    states: frozenset[ReviewStatus]
    who: Who


def _move(who: Who, *states: ReviewStatus) -> Move:
    return Move(states=frozenset(states), who=who)


MOVES: dict[str, Move] = {
    "submitted": _move(Who.REQUESTER, _S.DRAFT, _S.NEEDS_MORE),
    "triaged": _move(Who.OTHERS, _S.SUBMITTED, _S.TRIAGED, _S.IN_REVIEW),
    "assigned": _move(Who.OTHERS, _S.TRIAGED, _S.IN_REVIEW),
    "asked": _move(Who.OTHERS, _S.SUBMITTED, _S.TRIAGED, _S.IN_REVIEW),
    "answered": _move(Who.RESPONDENT, _S.DRAFT, _S.SUBMITTED, _S.TRIAGED, _S.IN_REVIEW, _S.NEEDS_MORE),
    "returned": _move(Who.OTHERS, _S.SUBMITTED, _S.TRIAGED, _S.IN_REVIEW),
    "paused": _move(Who.OTHERS, _S.TRIAGED, _S.IN_REVIEW),
    "resumed": _move(Who.OTHERS, _S.TRIAGED, _S.IN_REVIEW),
    "decided": _move(Who.OTHERS, _S.TRIAGED, _S.IN_REVIEW),
    "withdrawn": _move(Who.REQUESTER, _S.DRAFT, _S.SUBMITTED, _S.TRIAGED, _S.IN_REVIEW, _S.NEEDS_MORE),
    "reopened": _move(Who.ANYBODY, _S.APPROVED, _S.APPROVED_WITH_CONDITIONS, _S.REJECTED, _S.WITHDRAWN),
}
"""Every step by its name. What is not here may not be done."""


def fault(state: ReviewState, change: ReviewChange) -> str:
    """Return why ``change`` cannot follow on ``state``; empty where it can.

    Looks at the records alone, so that a history can be read by somebody who has no governance file, and a change
    that was slipped in past the commands does not count.
    """
    found = impossible(state, change)
    separated = None if found else separation(state, change)
    return separated.says if separated is not None else found


def impossible(state: ReviewState, change: ReviewChange) -> str:
    """Return why nobody could make ``change`` now; empty where somebody could."""
    move = MOVES[change.step.step]
    if state.status not in move.states:
        allowed = ", ".join(sorted(status.value for status in move.states))
        return f"a review that is {state.status.value} cannot be {change.step.step}: it must be {allowed}"
    if change.number != state.number + 1:
        return f"change {change.number} does not follow on {state.number}"
    if change.at < state.last_at:
        return f"it is dated {change.at.isoformat()}, before the change that it follows on"
    return _fault_of_step(state, change)


def separation(state: ReviewState, change: ReviewChange) -> Denied | None:
    """Return why the duties of who makes ``change``, or of whom it names, forbid it; None where they do not."""
    review, who = state.review, MOVES[change.step.step].who
    is_requester = change.by == review.requested_by
    if who is Who.REQUESTER and not is_requester:
        return Denied(
            because=RefusedBecause.NOT_THEIRS,
            says=f"only {review.requested_by}, who asked for the review, may do that",
        )
    if who is Who.RESPONDENT and not is_requester and change.by not in _asked_by(state, change):
        return Denied(because=RefusedBecause.NOT_THEIRS, says=f"{change.by} was not asked that")
    if isinstance(change.step, Asked) and change.step.to == change.by:
        says = f"{change.by} cannot ask themselves: somebody else answers what a reviewer wants to know"
        return Denied(because=RefusedBecause.SEPARATION_OF_DUTIES, says=says)
    undoes = isinstance(change.step, Reopened) and state.status.is_decided
    involved = [change.by] if who is Who.OTHERS or undoes else []
    if isinstance(change.step, Triaged | Assigned):
        involved.append(change.step.reviewer)
    return next((denied for one in involved if (denied := _conflicted(one, review))), None)


def _conflicted(person: str, review: Review) -> Denied | None:
    if person == review.requested_by:
        did = "asked for the review"
    elif person in review.authors:
        did = "wrote what is reviewed"
    else:
        return None
    says = f"{person} {did}: somebody else must look at it and decide"
    return Denied(because=RefusedBecause.SEPARATION_OF_DUTIES, says=says)


def _asked_by(state: ReviewState, change: ReviewChange) -> frozenset[str]:
    """Return who was asked the question that ``change`` answers."""
    step = change.step
    return frozenset(q.to for q in state.questions if isinstance(step, Answered) and q.id == step.question)


def _fault_of_step(state: ReviewState, change: ReviewChange) -> str:
    match change.step:
        case Answered(question=question) if question not in {q.id for q in state.questions}:
            return f"nobody asked {question!r}"
        case Paused() if state.is_paused:
            return "its clock is paused already"
        case Resumed() if not state.is_paused:
            return "its clock is not paused"
        case Decided() as step:
            return _fault_of_decision(state, step)
        case _:
            return ""


def _fault_of_decision(state: ReviewState, step: Decided) -> str:
    approves = step.outcome in (Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS)
    if approves and state.tier is RiskTier.PROHIBITED:
        return "it is in the prohibited tier: nobody can approve it"
    missing = state.unanswered_required
    if step.outcome is Outcome.APPROVE and missing:
        named = ", ".join(question.id for question in missing[:5]) + (" …" if len(missing) > 5 else "")
        return f"{len(missing)} questions have no answer ({named}): approve with conditions, ask, or send it back"
    return ""


def refusal(
    state: ReviewState,
    change: ReviewChange,
    *,
    governance: Governance,
    floor: RiskTier | None = None,
    lent: Lent | None = None,
) -> Denied | None:
    """Return why the governance file does not let ``change`` be made; None where it does.

    Args:
        state: What it would follow on.
        change: What somebody wants to do.
        governance: Who is who, and in which roles.
        floor: Tier of the system's newest risk assessment, below which nobody triages; None: there is none.
        lent: What roles were lent and taken back; None: none was.
    """
    borrows = isinstance(change.step, Decided) and change.step.delegation is not None
    undoes = isinstance(change.step, Reopened) and state.status.is_decided
    answers = (MOVES[change.step.step].who is Who.OTHERS or undoes) and not borrows
    denied = _unable(change.by, governance=governance, answers=answers)
    if denied is not None:
        return denied
    match change.step:
        case Triaged() as step if floor is not None and step.tier.rank < floor.rank:
            says = f"the risk assessment says {floor.value}: nobody triages a review as {step.tier.value}"
            return Denied(because=RefusedBecause.NO_SEAT, says=says)
        case Triaged(reviewer=named) | Assigned(reviewer=named):
            return _unable(named, governance=governance, answers=True)
        case Asked(to=named):
            return _unable(named, governance=governance, answers=False)
        case Decided() as step:
            return _not_in_role(change, step, state=state, governance=governance, lent=lent or Lent()) or _no_seat(
                step.role, state=state, governance=governance
            )
        case _:
            return None


def _unable(named: str, *, governance: Governance, answers: bool) -> Denied | None:
    """Return why ``named`` cannot take part; ``answers``: it takes a role that answers for something."""
    found = governance.person(named)
    if found is None or found.id != named:
        says = f"the governance file knows nobody called {named[:80]!r}"
        return Denied(because=RefusedBecause.UNKNOWN_PERSON, says=says)
    if found.kind is not ActorKind.HUMAN:
        says = f"{found.id} is a {found.kind.value}: only a human takes part in a review"
        return Denied(because=RefusedBecause.NOT_HUMAN, says=says)
    if answers and not APPROVING_ROLES & set(found.roles):
        return Denied(because=RefusedBecause.NOT_IN_ROLE, says=f"{found.id} holds no role that decides")
    return None


def _not_in_role(
    change: ReviewChange, step: Decided, *, state: ReviewState, governance: Governance, lent: Lent
) -> Denied | None:
    """Return why who decides does not hold the role, by the rules that approvals go by; None where they do."""
    found = governance.person(change.by)
    if found is None:
        return Denied(because=RefusedBecause.UNKNOWN_PERSON, says=f"nobody is called {change.by[:80]!r}")
    if step.delegation is None:
        if step.role in found.roles:
            return None
        says = f"{found.id} is no {step.role}; their roles are {', '.join(sorted(found.roles)) or 'none'}"
        return Denied(because=RefusedBecause.NOT_IN_ROLE, says=says)
    why = why_not_borrowed(change, step, state=state, governance=governance, lent=lent)
    return Denied(because=RefusedBecause.NOT_IN_ROLE, says=why) if why else None


def _no_seat(role: str, *, state: ReviewState, governance: Governance) -> Denied | None:
    consent = CONSENT_OF.get(state.review.kind)
    rule = governance.consent_rule(consent, state.tier) if consent is not None and state.tier is not None else None
    if rule is None or role in {seat.role for seat in rule.quorum}:
        return None
    seats = ", ".join(sorted({seat.role for seat in rule.quorum}))
    says = f"a review of kind {state.review.kind.value} in tier {state.tier} is decided as one of: {seats}"
    return Denied(because=RefusedBecause.NO_SEAT, says=says)
