"""Makes the typed error that fits what a run said of a message."""

from __future__ import annotations

from roadworthy.guard.engine.stub import stub_id, stub_text
from roadworthy.guard.event import Event
from roadworthy.guard.protocols.editing import EMPTIED
from roadworthy.guard.segment import Stage
from roadworthy.guard.session.errors import (
    BlockedError,
    BudgetExhaustedError,
)
from roadworthy.guard.session.ticket import Judged
from roadworthy.guard.session.wording import ANSWER, MESSAGE, call_stub, problem_of, why_refused
from roadworthy.guard.verdict import Decision


def message_of(decision: Decision) -> str:
    """Return the words for the person who sees the turn, which are never empty."""
    return decision.message if decision.message.strip() else EMPTIED


def stub_of(event: Event, decision: Decision) -> str:
    """Return what stands in the history for a message that is stopped."""
    own = {stub_id(event, segment) for segment in event.segments}
    known = next((one.id for one in decision.state.stubs if one.id in own), None)
    if known is not None:
        return stub_text(known)
    return ANSWER if all(segment.stage is Stage.OUTPUT for segment in event.segments) else MESSAGE


def blocked_error(judged: Judged, *, what: str) -> BlockedError:
    """Return the error for a message that is stopped.

    Args:
        judged: What was said of it.
        what: It is, such as ``the request``.
    """
    decision = judged.decision
    told = {"decision": decision, "message": message_of(decision)}
    if judged.retry_after_s is not None or why_refused(decision) == "limit":
        return BudgetExhaustedError(
            problem_of(decision, what),
            stub=call_stub("limit"),
            retry_after_s=judged.retry_after_s,
            fix="wait, or raise the budget in the policy",
            **told,  # type: ignore[arg-type]  # the values' types are those of the two names
        )
    return BlockedError(
        problem_of(decision, what),
        stub=stub_of(judged.event, decision),
        fix="show `message` to the person; `rw guard explain` says which rule looked",
        **told,  # type: ignore[arg-type]  # the values' types are those of the two names
    )
