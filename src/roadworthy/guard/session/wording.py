"""What the model is told in place of content that was held back. It holds no content, and no way around."""

from __future__ import annotations

from roadworthy.guard.run.refusal import RESULT, call_stub
from roadworthy.guard.verdict import Action, Decision

__all__ = ["ANSWER", "MESSAGE", "RESULT", "call_stub", "problem_of", "why_refused"]

_OF_LIMITS = ("guard/budget-", "guard/limit-", "guard/budgets-")

MESSAGE = "[This message was held back by policy.]"
ANSWER = "[This answer was held back by policy and was not shown.]"


def why_refused(decision: Decision) -> str:
    """Return the word for `call_stub` that fits ``decision``, where no question was put."""
    lead = next((one for one in decision.verdicts if one.action is decision.action), None)
    if lead is not None and lead.rule.startswith(_OF_LIMITS):
        return "limit"
    return "nobody" if decision.action is Action.ESCALATE else ""


def problem_of(decision: Decision, what: str) -> str:
    """Return one sentence for the log: what was stopped, and by which rules."""
    rules = sorted({one.rule for one in decision.verdicts if one.action.stops})
    shown = ", ".join(rules[:5]) + (", …" if len(rules) > 5 else "")
    return f"{what} was stopped ({decision.action.value}) by {shown}"
