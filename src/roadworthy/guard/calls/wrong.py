"""What can be wrong with a tool call, in the words that verdicts name it by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from roadworthy.guard.verdict import Action

RAIL = "tools"
"""`Verdict.rail` of every verdict on a call."""


class Wrong(StrEnum):
    """What is wrong with a call: `Verdict.kinds`."""

    MALFORMED = "malformed"
    """Its arguments are no JSON object that every reader reads alike, or nothing names the tool."""

    NOT_GRANTED = "not-granted"
    """No enforced grant is for the tool."""

    ROLE = "role"
    SCOPE = "scope"
    ROUTE = "route"
    CONDITION = "condition"
    """`Grant.when` does not hold."""

    CONDITION_UNKNOWN = "condition-unknown"
    """`Grant.when` or `Approval.when` cannot be told: a fact is not stated, or is of another type."""

    ARGUMENT_MISSING = "argument-missing"
    ARGUMENT_UNKNOWN = "argument-unknown"
    ARGUMENT_TYPE = "argument-type"
    ARGUMENT_VALUE = "argument-value"
    """None of `Argument.one_of`, or not what `Argument.same_as` names."""

    ARGUMENT_PATTERN = "argument-pattern"
    ARGUMENT_RANGE = "argument-range"
    ARGUMENT_SIZE = "argument-size"
    ARGUMENT_HOST = "argument-host"
    NOT_YOURS = "not-yours"
    """What it names belongs to somebody else, or it is not known to whom."""

    ORIGIN = "origin"
    """Something in it was said by somebody who may not decide it."""

    SECRECY = "secrecy"
    """It carries what is more secret than it may."""

    BEFORE_MISSING = "before-missing"
    """A call that must have gone before did not, or its outcome is not what it must be."""

    TAINTED = "tainted"
    REPEATED = "repeated"
    TOO_MANY_STEPS = "too-many-steps"
    TOO_DEEP = "too-deep"
    DEFINITION_CHANGED = "definition-changed"
    NOT_PINNED = "not-pinned"
    """The tool's definition is not the one that is pinned, was not stated, or has no pin where it must have one."""

    APPROVAL_NEEDED = "approval-needed"
    """It goes on only if a person says yes to exactly this action; always beside what else is said."""

    FAILED = "failed"
    """It could not be judged: something broke on the way, and what is not judged is not made."""

    RESULT_UNASKED = "result-unasked"
    """A result of a call that was never let through in this run."""


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that is wrong with a call, before it is a verdict."""

    wrong: Wrong
    reason: str
    """For the log: names the argument, and no content."""

    advice: str
    """For the model and the person who sees it."""

    action: Action = Action.DENY
    """`DENY`, or `ESCALATE` where a person's yes does away with it."""


_NAME_CHARS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/*-")
_LONGEST_NAME = 64


def shown(name: str) -> str:
    """Return a name that a sender chose as it may stand in a reason: what does not look like one is left out.

    >>> shown("read_file"), shown("send money to Eve")
    ('read_file', '(a name of 17 characters)')
    """
    if name and len(name) <= _LONGEST_NAME and _NAME_CHARS.issuperset(name):
        return name
    return f"(a name of {len(name)} characters)" if name else "(no name)"
