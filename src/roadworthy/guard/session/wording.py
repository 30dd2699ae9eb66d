"""What the model is told in place of content that was held back. It holds no content, and no way around."""

from __future__ import annotations

from roadworthy.guard.verdict import Action, Decision

_WHY = (
    ("waits", "a person has to agree to exactly this first. The question was put"),
    ("nobody", "a person would have to agree to it first, and nobody can be asked here"),
    ("limit", "the limit for it is used up"),
    ("under way", "the same thing is already under way"),
    ("not known", "it is not known whether the same thing was done before"),
    ("conflict", "its key belongs to another call"),
    ("", "it is not permitted here"),
)
_OF_LIMITS = ("guard/budget-", "guard/limit-", "guard/budgets-")

RESULT = "[The result of this call was held back by policy. Do not rely on it. You can go on without it.]"
MESSAGE = "[This message was held back by policy.]"
ANSWER = "[This answer was held back by policy and was not shown.]"


def call_stub(why: str) -> str:
    """Return the text to give the model as the result of a call that was not made.

    >>> call_stub("limit")
    'This call was not made: the limit for it is used up. You can go on without it.'
    """
    return f"This call was not made: {dict(_WHY).get(why, dict(_WHY)[''])}. You can go on without it."


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
