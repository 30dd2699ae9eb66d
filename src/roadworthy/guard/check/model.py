"""What is wrong with a guard policy, with its place and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.core.severity import Severity
from roadworthy.guard.engine.compiling.problem import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that a reviewer of a policy should know."""

    check: str
    """Name of the check, such as ``sink-not-encoded``; ``docs/how-to/guard-policy.md`` lists them."""

    severity: Severity
    """*block*: the policy does not do what it says. *warn*: it is likely not meant. *info*: good to know."""

    place: Place
    """Path of the field in the policy."""

    subject: str
    """``rule desk/keys``, ``route chat`` …"""

    said: str
    """What is wrong, with the offending value."""

    fix: str
    """What to do, in one sentence."""
