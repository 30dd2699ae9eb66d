"""Looks a guard policy through, with file and line of everything that is found."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.core.severity import Severity
from roadworthy.guard.check.checking import check
from roadworthy.guard.check.model import Flaw
from roadworthy.runtime.guard.policies import Ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A flaw with its place in the file."""

    where: str
    """``file:line:column``."""

    flaw: Flaw


def lint_policy(policy: Ready) -> tuple[Found, ...]:
    """Return what is wrong with ``policy`` beyond what keeps it from being compiled, worst first."""
    flaws = check(policy.bundle, written=policy.document.value, served=policy.bundle.policy.completions)
    return tuple(Found(where=policy.document.located.where(one.place), flaw=one) for one in flaws)


def is_clean(found: tuple[Found, ...], *, strict: bool) -> bool:
    """Return whether nothing in ``found`` blocks; with ``strict``, nor warns."""
    bar = {Severity.BLOCK, Severity.WARN} if strict else {Severity.BLOCK}
    return not any(one.flaw.severity in bar for one in found)
