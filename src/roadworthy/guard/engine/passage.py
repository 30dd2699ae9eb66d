"""The way of one event through the guard: its budgets set aside, its rules asked, and what it used settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from roadworthy.guard.budget.admission import Admitted, admit, draws_of, refusal
from roadworthy.guard.budget.book import Budgets, BudgetsError, Reservation
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.deciding import decision_of
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState, Event, Usage
from roadworthy.guard.policy.model import FailMode
from roadworthy.guard.ports import Stopwatch
from roadworthy.guard.verdict import Action, Decision, Verdict

_NEW = ConversationState()
_NOTHING = Usage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What was decided of an event, and what is set aside for it until `leave`."""

    decision: Decision
    reservation: Reservation | None = None
    """None: nothing is set aside, as no budget binds the event or it does not go on."""

    retry_after_s: float | None = None
    """Of an event that a budget refused: when it would fit if nobody else spends."""


def enter(
    bundle: Bundle,
    event: Event,
    state: ConversationState = _NEW,
    *,
    book: Budgets,
    stopwatch: Stopwatch | None = None,
    ttl_s: int = 600,
) -> Passage:
    """Set aside what ``event`` may use, and judge it.

    What a budget refuses is denied without a look at it, so that no rail runs for who has nothing left. What the
    rules stop uses nothing but its request, which counts: asking again and again is spending. Whatever goes on must
    come to `leave`, however it ends.

    Args:
        bundle: The policy, with its budgets.
        event: What to judge, with what it states that it will use (`Event.usage`).
        state: What earlier events of the conversation left.
        book: Who keeps count.
        stopwatch: As for `enforce`.
        ttl_s: Seconds without a word after which nobody will settle it any more.
    """
    failed: tuple[Verdict, ...] = ()
    reservation = None
    if draws_of(bundle.policy.budgets, event, conversation=state.conversation):
        try:
            admission = admit(bundle.policy.budgets, event, book=book, conversation=state.conversation, ttl_s=ttl_s)
        except BudgetsError:
            failed = (_failed(bundle),)
            if failed[0].action.stops:
                return Passage(decision=decision_of(bundle, event, state, verdicts=failed))
        else:
            if not isinstance(admission, Admitted):
                refused = decision_of(bundle, event, state, verdicts=(admission.verdict,))
                return Passage(decision=refused, retry_after_s=admission.retry_after_s)
            reservation = admission.reservation
    goes_on = False
    try:
        decision = enforce(bundle, event, state, stopwatch=stopwatch, also=failed)
        goes_on = not decision.stops
    finally:
        if reservation is not None and not goes_on:
            _settle(reservation, _NOTHING, book=book, at=event.at)
    return Passage(decision=decision, reservation=reservation if goes_on else None)


def draw_more(bundle: Bundle, passage: Passage, more: Usage, *, book: Budgets, at: datetime) -> Verdict | None:
    """Set aside ``more`` for an event that is under way, such as a stream that grows.

    Args:
        bundle: The policy that the event entered by.
        passage: Of the event.
        more: What it needs besides what was set aside.
        book: Who keeps count.
        at: Now.

    Returns:
        None: it may go on. Else why it must stop, for `StreamGuard.refuse`; `leave` is still due.
    """
    if passage.reservation is None:
        return None
    try:
        answer = book.extend(passage.reservation, more, at=at)
    except BudgetsError:
        failed = _failed(bundle)
        return failed if failed.action.stops else None
    except KeyError:
        return _own("budgets-over", Action.DENY, "what was set aside for it was settled, or ran out of time")
    return None if answer is None else refusal(answer)


def leave(passage: Passage, used: Usage, *, book: Budgets, at: datetime) -> bool:
    """Count what an event ``used`` in place of what was set aside for it: when it ended, was cut short or broke.

    Returns:
        False: nothing was set aside, it was settled before, or the keeper did not answer. What was set aside is then
        spent.
    """
    return passage.reservation is not None and _settle(passage.reservation, used, book=book, at=at)


def _settle(reservation: Reservation, used: Usage, *, book: Budgets, at: datetime) -> bool:
    try:
        return book.settle(reservation, used, at=at)
    except BudgetsError:
        # Nothing opens: what was set aside stays spent.
        return False


def _failed(bundle: Bundle) -> Verdict:
    is_closed = bundle.fail_mode is FailMode.CLOSED
    why = "" if is_closed else f": {bundle.fail_reason}"
    said = f"the budgets could not be asked; the tier fails {bundle.fail_mode.value}{why}"
    return _own("budgets-failed", Action.DENY if is_closed else Action.ALLOW, said)


def _own(name: str, action: Action, reason: str) -> Verdict:
    return Verdict(
        action=action,
        rule=f"guard/{name}",
        rail="budget",
        segment=None,
        reason=reason,
        kinds=(name,),
        degraded=True,
    )
