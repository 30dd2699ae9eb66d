"""What a run raises when something does not go on: typed, with words for the person and words for the model."""

from __future__ import annotations

from roadworthy.core.errors import RoadworthyError
from roadworthy.guard.calls.ports import Asked, ShownArgument
from roadworthy.guard.verdict import Decision

_MAX_REASONS = 5
_FIX = "show `message` to the person and give the model `stub`; if it should go on, change the rule that is named"


class BlockedError(RoadworthyError):
    """The guard did not let something go on. Its ``message`` is fit for the person who sees it.

    Args:
        problem: For the log: which rules, without content.
        decision: What was decided.
        message: For the user, in the user's locale where the policy has one.
        stub: What stands in the history instead, so that the conversation can go on.
        fix: What who builds the application can do.
    """

    code = "roadworthy.blocked"
    exit_code = 1

    def __init__(self, problem: str, *, decision: Decision, message: str, stub: str, fix: str = "") -> None:
        details = tuple(f"{one.rule}: {one.reason}" for one in decision.verdicts if one.action.stops)[:_MAX_REASONS]
        super().__init__(problem, where=f"event {decision.event}", fix=fix or _FIX, details=details)
        self.decision = decision
        self.message = message
        self.stub = stub


class CallRefusedError(BlockedError):
    """A tool call was not made. ``stub`` is the text to give the model as its result; the run goes on."""

    code = "roadworthy.call_refused"


class ApprovalRequiredError(BlockedError):
    """A tool call waits for a person's yes to exactly this action. The same call again takes the yes.

    Args:
        asked: The question, as the book of approvals keeps it.
        arguments: What would be done, for the eyes of who is asked: values without credentials and what the policy's
            rails for personal data and secrets find, whatever the policy lets the book keep. At most 50 of them. The
            further arguments are as for `BlockedError`.
    """

    code = "roadworthy.approval_required"

    def __init__(
        self,
        problem: str,
        *,
        decision: Decision,
        message: str,
        stub: str,
        asked: Asked,
        arguments: tuple[ShownArgument, ...] = (),
        fix: str = "",
    ) -> None:
        super().__init__(problem, decision=decision, message=message, stub=stub, fix=fix)
        self.asked = asked
        self.arguments = arguments


class BudgetExhaustedError(BlockedError):
    """A budget or a limit has not enough left.

    Args:
        retry_after_s: When it would fit if nobody else spends; None: never, or when something under way ends.
    """

    code = "roadworthy.budget_exhausted"

    def __init__(
        self,
        problem: str,
        *,
        decision: Decision,
        message: str,
        stub: str,
        retry_after_s: float | None,
        fix: str = "",
    ) -> None:
        BlockedError.__init__(self, problem, decision=decision, message=message, stub=stub, fix=fix)
        self.retry_after_s = retry_after_s


class CallOverBudgetError(CallRefusedError, BudgetExhaustedError):
    """A tool call was not made, because a budget or a limit has not enough left."""

    code = "roadworthy.call_over_budget"

    def __init__(
        self,
        problem: str,
        *,
        decision: Decision,
        message: str,
        stub: str,
        retry_after_s: float | None,
        fix: str = "",
    ) -> None:
        BudgetExhaustedError.__init__(
            self, problem, decision=decision, message=message, stub=stub, retry_after_s=retry_after_s, fix=fix
        )
